"""Calling one plain function for many rows, as fast as Python calls."""

from __future__ import annotations

import gc
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import repeat
from types import FunctionType
from typing import Any


def in_one_go(
    many: Callable[..., Sequence[Any]] | None,
    names: Sequence[str],
    columns: Sequence[Sequence[Any]],
    constants: Mapping[str, Any],
    count: int,
) -> list[Any] | None:
    """The results of all rows from a function's ``many=``; None where it has none, raises, or gives another number.

    >>> in_one_go(lambda word: [len(one) for one in word], ["word"], [["a", "bb"]], {}, 2)
    [1, 2]
    """
    if many is None:
        return None
    try:
        found = list(many(**dict(zip(names, columns, strict=True)), **constants))
    except Exception:  # the function itself is called row by row then, and says which row is to blame
        return None
    return found if len(found) == count else None


def each(
    call: Callable[..., Any],
    names: Sequence[str],
    columns: Sequence[Sequence[Any]],
    constants: Mapping[str, Any],
    count: int,
) -> Iterator[Any]:
    """The result of one call per row, made as they are asked for.

    Where the parameters allow it they are passed by place: by name a call takes five times as long.

    Args:
        call: the function.
        names: the parameters that differ from row to row.
        columns: their values, ``count`` in each.
        constants: the parameters that do not.
        count: how many rows.

    What a call raises comes out of the iterator; a ``StopIteration`` among it ends the iterator early, as in ``map``.

    >>> list(each(lambda word, times=1: word * times, ["word"], [["a", "b"]], {"times": 2}, 2))
    ['aa', 'bb']
    """
    given = dict(zip(names, columns, strict=True))
    head = _by_place(call, given, constants)
    if not head:
        return map(_by_name(call, names, constants), *(columns or (repeat(None, count),)))
    rest = {name: value for name, value in constants.items() if name not in head}
    if rest:
        call = partial(call, **rest)
    return map(call, *(given[name] if name in given else repeat(value, count) for name, value in head.items()))


_LOCK = threading.Lock()
_PAUSED = [0]
LONG = 64


@contextmanager
def collected_after() -> Iterator[None]:
    """Let the collector of cycles rest meanwhile.

    With every few hundred results that are kept it would run again, and look through all of them. Threads may overlap;
    the last one out wakes it.
    """
    with _LOCK:
        was = _PAUSED[0] > 0 or gc.isenabled()
        _PAUSED[0] += was
        gc.disable()
    try:
        yield
    finally:
        with _LOCK:
            _PAUSED[0] -= was
            if was and not _PAUSED[0]:
                gc.enable()


def all_differ(texts: Sequence[Any]) -> bool:
    """Whether these are long texts of which no two are equal; False also where telling would cost too much.

    Most long texts already differ in their middle: that is quicker to see than to hash them whole.

    >>> all_differ(["a" * 100, "b" * 100]), all_differ(["a" * 100, "a" * 100]), all_differ(["a", "b"])
    (True, False, False)
    """
    if set(map(type, texts)) != {str} or sum(map(len, texts)) < LONG * len(texts):
        return False
    middles = [text[(middle := len(text) >> 1) : middle + 24] for text in texts]
    if len(set(middles)) == len(texts):
        return True
    often = Counter(middles)
    alike = [text for text, middle in zip(texts, middles, strict=True) if often[middle] > 1]
    return len(set(alike)) == len(alike)


def _by_place(call: Callable[..., Any], given: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters up to the last given one, which can be passed by place; none where that is not plain to see.

    With the value of each that is the same in all calls: a constant or a default.
    """
    if type(call) is not FunctionType or not given:
        return {}
    names = call.__code__.co_varnames[: call.__code__.co_argcount]
    if not set(names) >= given.keys():
        return {}
    names = names[: max(map(names.index, given)) + 1]
    defaults = call.__defaults__ or ()
    known = dict(zip(call.__code__.co_varnames[call.__code__.co_argcount - len(defaults) :], defaults, strict=False))
    known.update(constants)
    return {name: known.get(name) for name in names} if set(names) <= known.keys() | given.keys() else {}


def _by_name(call: Callable[..., Any], names: Sequence[str], constants: Mapping[str, Any]) -> Callable[..., Any]:
    def one(*row: Any) -> Any:
        return call(**dict(zip(names, row, strict=False)), **constants)

    return one
