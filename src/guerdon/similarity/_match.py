"""``gd.similarity.match``: two lists, matched item by item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np

from ..expr.canonical import canonical
from ..expr.columns import Column
from ..expr.function import Function, function
from ..expr.inputs import one_of
from ..expr.node import Expr
from ..expr.values import Unscored
from . import _named
from ._assign import MOST, Chooser, How, Pair, assign, eligible

Item = Any
Value = Callable[[Item, Item], float]
Key = str | int | Callable[[Item], Any]


def match(
    a: Column,
    b: Column,
    value: Value,
    how: How = "optimal",
    *,
    key: Key | None = None,
    chooser: Chooser = "a",
    order: str | int | Callable[[Item], float] | None = None,
    above: float | None = None,
    at_least: float | None = None,
    report: Value | None = None,
) -> Column:
    """Two lists matched with one another: what each item's match is worth, and whether it has one.

    Args:
        a: what the completion gave, on an axis of its own, such as ``gd.vision.boxes(axis="box")``.
        b: the references, on another axis, such as ``gd.col("golds", axis="gold")``.
        value: what a pair is worth: a plain function of an item of ``a`` and one of ``b``. It gives 0 to an item that
            it cannot read; it never gets None, which is matched with nobody. A pair worth 0 or less (or nothing finite)
            is never matched. A function at the top level of a module (or a ``functools.partial`` or frozen dataclass of
            such) can be written down and read back; a lambda can not.
        how: see :func:`assign`. With ``best``, which is not one to one, ``["a"]`` says what each item of ``a`` chose
            and ``["b"]`` what each of ``b`` did.
        key: a field (or a function of an item) that must be equal for a pair to be matched: a frame, a name. An item
            without it is matched with nobody.
        chooser: whose items choose, for ``greedy``; ``pair`` takes the best of all pairs first.
        order: for ``greedy``: a field or a function of an item of the chooser; the greatest chooses first.
        above: only pairs worth more than this are matched.
        at_least: only pairs worth at least this are matched.
        report: what a matched pair counts, where that is not what it was matched by.

    Returns:
        A record: on the axis of ``a`` the fields ``["a"]`` (what the item's match is worth, 0 without one) and
        ``["hit_a"]`` (1 or 0), on the axis of ``b`` the same as ``["b"]`` and ``["hit_b"]``. All are finite.

    A side ``a`` of more than 512 items is matched with nobody: all is 0. More than 512 references make the row
    unscored. At most 512 x 512 calls of ``value``. What ``value`` raises makes the row unscored.

    >>> import guerdon as gd
    >>> def close(a, b):
    ...     return max(0.0, 1.0 - abs(a - b))
    >>> both = gd.similarity.match(gd.col("said", axis="said"), gd.col("golds", axis="gold"), close)
    >>> precision, recall = both["a"].mean(empty=0), both["b"].mean(empty=0)
    >>> rows = {"said": [[1.0, 5.5, 9.0]], "golds": [[5.0, 1.0]]}
    >>> both["a"].score(rows).nested(), precision.score(rows).values, recall.score(rows).values
    ([[1.0, 0.5, 0.0]], array([0.5]), array([0.75]))
    """
    axis_a, axis_b = _axis("a", a), _axis("b", b)
    if axis_a == axis_b:
        raise ValueError(f"match: a and b both lie on an axis named {axis_a!r}: give one of them another name")
    one_of("how", how, ("optimal", "greedy", "best", "ordered"))
    one_of("chooser", chooser, ("a", "b", "pair"))
    plain: dict[str, Any] = {"how": how, "chooser": chooser, "above": above, "at_least": at_least}
    defaults = {"how": "optimal", "chooser": "a", "above": None, "at_least": None}
    functions: dict[str, Any] = {"value": value, "report": report}
    for name, given in (("key", key), ("order", order)):
        (functions if callable(given) else plain)[name] = given
    for name in ("value", "report"):
        if functions[name] is not None and not callable(functions[name]):
            raise TypeError(f"match: {name}= is a function of an item of a and one of b, not {functions[name]!r}")
    made, constants = _named.leaf(matched, _leaf(axis_a, axis_b), functions)
    constants.update({name: one for name, one in plain.items() if one != defaults.get(name)})
    found: Column = made(a=a, b=b, **constants)
    return found


@cache
def _leaf(axis_a: str, axis_b: str) -> Callable[[Callable[..., Any]], Function]:
    axes = {"a": axis_a, "hit_a": axis_a, "b": axis_b, "hit_b": axis_b}
    return lru_cache(maxsize=64)(function(returns="column", axes=axes, version="1", cost="cheap", name="match"))


def _axis(name: str, side: object) -> str:
    if not isinstance(side, Expr) or len(side.axes) != 1:
        raise TypeError(f"match: {name} is a list on one axis, such as gd.col('golds', axis='gold'), not {side!r}")
    return side.axes[0].name


def matched(
    a: Sequence[Item],
    b: Sequence[Item],
    value: Any,
    how: How = "optimal",
    key: Any = None,
    chooser: Chooser = "a",
    order: Any = None,
    above: float | None = None,
    at_least: float | None = None,
    report: Any = None,
) -> dict[str, list[float]]:
    """The plain function behind :func:`match`: lists in, lists out.

    >>> def close(a, b):
    ...     return max(0.0, 1.0 - abs(a - b))
    >>> matched([1.0, 5.5, 9.0], [5.0, 1.0], close)["a"]
    [1.0, 0.5, 0.0]
    """
    if len(b) > MOST:
        raise Unscored(f"more than {MOST} references")
    worth, pairs = [0.0] * len(a), [0.0] * len(a)
    found = {"a": worth, "hit_a": pairs, "b": [0.0] * len(b), "hit_b": [0.0] * len(b)}
    if len(a) > MOST or not len(a) or not len(b):
        return found
    value, report = _named.call_of(value), _named.call_of(report)
    table = _table(a, b, value, key)
    turns = None if order is None else [_number(_field(one, order)) for one in (b if chooser == "b" else a)]
    if how == "best":
        table = eligible(table, above, at_least)
        sides: dict[str, list[Pair]] = {"a": assign(table, "best"), "b": assign(table, "best", chooser="b")}
    else:
        both = assign(table, how, chooser=chooser, order=turns, above=above, at_least=at_least)
        sides = {"a": both, "b": both}
    for side, matches in sides.items():
        for i, j in matches:
            place = i if side == "a" else j
            found[f"hit_{side}"][place] = 1.0
            found[side][place] = float(table[i, j]) if report is None else _number(report(a[i], b[j]))
    return found


def _table(a: Sequence[Item], b: Sequence[Item], value: Value, key: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    table = np.zeros((len(a), len(b)))
    if key is None:
        there = [j for j, other in enumerate(b) if other is not None]
        for i, one in enumerate(a):
            if one is not None:
                table[i, there] = [_number(value(one, b[j])) for j in there]
        return table
    places: dict[bytes, list[int]] = {}
    for j, other in enumerate(b):
        kept = _key(other, key)
        if kept is not None:
            places.setdefault(kept, []).append(j)
    for i, one in enumerate(a):
        kept = _key(one, key)
        for j in places.get(kept, ()) if kept is not None else ():
            table[i, j] = _number(value(one, b[j]))
    return table


def _field(item: Item, key: Any) -> Any:
    if isinstance(key, (str, int)):
        if isinstance(key, str):
            return item.get(key) if isinstance(item, Mapping) else None
        listed = isinstance(item, Sequence) and not isinstance(item, str) and -len(item) <= key < len(item)
        return item[key] if listed else None
    return _named.call_of(key)(item)


def _key(item: Item, key: Any) -> bytes | None:
    kept = None if item is None else _field(item, key)
    # 1 and 1.0 and True name one frame; a text names another thing than a number.
    if isinstance(kept, (bool, int, float)) and kept == kept and abs(kept) < 2**53:
        kept = float(kept)
    try:
        return None if kept is None else canonical(kept)
    except (TypeError, ValueError):
        return None


def _number(value: Any) -> float:
    """A finite number, or 0."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return number if -np.inf < number < np.inf else 0.0
