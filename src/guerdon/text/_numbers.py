"""Numbers in a completion: the one it gives, the last, or the labelled ones (``gap = 0.12``, ``box: [0, 0, 2, 2]``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..expr.chat import Completion, Text, read
from ..expr.literals import Number, as_float, find_numbers, read_number
from ..expr.thinking import visible
from ._tags import Which, pick

_BRACKETS = {"[": "]", "(": ")"}
_OPENS = re.compile(r"[\[(]")
_BLANKS = " \t\r\n"
_OF_NUMBERS = frozenset("0123456789+-\u2212.eE/")
_OF_LISTS = _OF_NUMBERS | frozenset(",; \t\r\n")


def number(
    completion: Completion,
    which: Which = "only",
    prompt: Completion | None = None,
    opened: Iterable[str] = (),
) -> float | None:
    """The number that a completion gives, or None (no verdict) where it gives none. Linear.

    ``only``: there must be exactly one number outside thinking, so that listing several earns nothing. Thousands
    commas, fractions, exponents and a sign are read; ``50%`` is 50. See :func:`guerdon.expr.literals.find_numbers`.

    >>> number("It costs $1,250.50."), number("3 or 4"), number("3 or 4", which="last")
    (1250.5, None, 4.0)
    """
    text = read(completion, prompt, opened)
    found = None if text is None else pick(list(_visible_numbers(text)), which)
    return None if found is None else as_float(found.value)


def numbers(
    completion: Completion,
    label: str | None = None,
    arity: int | None = None,
    prompt: Completion | None = None,
    opened: Iterable[str] = (),
) -> list[float] | list[tuple[float, ...]]:
    """The numbers of a completion outside thinking, in order: plain ones, or lists of ``arity`` in brackets. Linear.

    ``label``: only those written right after the label and a ``:`` or ``=`` (quotes around the label are fine).
    ``arity``: only lists in ``[…]`` or ``(…)`` of exactly so many numbers and nothing else. A comma always separates
    here: ``[1,250]`` holds 1 and 250. Numbers that no finite float holds are left out, with their whole list.

    >>> numbers("box: [0, 0, 2, 2] and box: [1, 1, 3, 3]", label="box", arity=4)
    [(0.0, 0.0, 2.0, 2.0), (1.0, 1.0, 3.0, 3.0)]
    >>> numbers("gap = 0.12 m, gap: 0.3", label="gap")
    [0.12, 0.3]
    """
    text = read(completion, prompt, opened)
    if text is None:
        return []
    if arity is None and label is None:
        return [value for one in _visible_numbers(text, thousands=False) if (value := as_float(one.value)) is not None]
    lists: list[tuple[float, ...]] = []
    singles: list[float] = []
    for start, stop in visible(text.text, text.opened):
        body = text.text[start:stop]
        for place in _places(body, label):
            if arity is None:
                single = _number_at(body, place)
                if single is not None:
                    singles.append(single)
            else:
                items = _list_at(body, place)
                if items is not None and len(items) == arity:
                    lists.append(items)
    return singles if arity is None else lists


def check_label(label: str | None, arity: int | None) -> None:
    """Raise ValueError for a label or an arity that can match nothing."""
    if label is not None and (not label.strip() or label != label.strip()):
        raise ValueError(f"label is a word that stands before the number, without white space around it, not {label!r}")
    if arity is not None and arity < 1:
        raise ValueError(f"arity is how many numbers a list holds, 1 or more, not {arity}")


def _visible_numbers(text: Text, thousands: bool = True) -> Iterator[Number]:
    for start, stop in visible(text.text, text.opened):
        for one in find_numbers(text.text[start:stop], thousands):
            yield Number(one.start + start, one.stop + start, one.value)


def _places(body: str, label: str | None) -> Iterator[int]:
    """Where a value may begin: at each opening bracket, or after each ``label:``. Regions looked at never overlap."""
    if label is None:
        yield from (found.start() for found in _OPENS.finditer(body))
        return
    at = body.find(label)
    while at >= 0:
        after = at + len(label)
        before = body[at - 1 : at]
        if not (before.isalnum() or before == "_"):
            if body[after : after + 1] in ('"', "'", "*", "`"):
                after += len(body[after : after + 2]) if body[after : after + 2] == "**" else 1
            after = _skip(body, after)
            if body[after : after + 1] in (":", "="):
                after = _skip(body, after + 1)
                yield after
        at = body.find(label, max(after, at + 1))


def _skip(body: str, at: int) -> int:
    while at < len(body) and body[at] in _BLANKS:
        at += 1
    return at


def _number_at(body: str, start: int) -> float | None:
    # Only the characters of one number are handed on: many labels in one text are then still one pass.
    stop = start
    while stop < len(body) and body[stop] in _OF_NUMBERS:
        stop += 1
    found = find_numbers(body[start:stop], thousands=False)
    return as_float(found[0].value) if found and found[0].start == 0 else None


def _list_at(body: str, start: int) -> tuple[float, ...] | None:
    closing = _BRACKETS.get(body[start : start + 1])
    if closing is None:
        return None
    stop = start + 1
    while stop < len(body) and body[stop] in _OF_LISTS:
        stop += 1
    if body[stop : stop + 1] != closing:
        return None
    values: list[float] = []
    for item in body[start + 1 : stop].replace(";", ",").split(","):
        exact = read_number(item)
        value = None if exact is None else as_float(exact)
        if value is None:
            return None
        values.append(value)
    return tuple(values)
