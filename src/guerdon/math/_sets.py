"""Sets of real numbers: intervals and points put in order, cut with one another, and what they leave out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ._limits import MAX_ITEMS, TooBig, Unreadable
from ._scalars import INFINITY, Scalar, scalar


class Part(NamedTuple):
    """An interval, or a point: its ends, and whether they belong to it."""

    low: Scalar
    low_closed: bool
    high: Scalar
    high_closed: bool


@dataclass(frozen=True)
class Intervals:
    """A set of real numbers, its parts as they were written."""

    parts: tuple[Part, ...]


def everything() -> Intervals:
    """All real numbers."""
    return Intervals((Part(Scalar(("neg", INFINITY)), False, Scalar(INFINITY), False),))


def joined(form: Intervals) -> list[Part]:
    """The parts in order, overlapping and touching ones joined; as they are where they cannot be ordered."""
    keyed = [(part.low.real, part.high.real, part) for part in form.parts]
    if any(low is None or high is None for low, high, _ in keyed):
        return list(form.parts)
    found: list[Part] = []
    for low, high, part in sorted(keyed, key=lambda one: (one[0] or 0.0, not one[2].low_closed)):
        last = found[-1] if found else None
        end = None if last is None else last.high.real
        if last is None or end is None or low is None or high is None:
            found.append(part)
            continue
        touch = scalar(last.high, part.low) is True
        if not (last.high_closed or part.low_closed if touch else low < end):
            found.append(part)
        elif scalar(last.high, part.high) is True:
            found[-1] = last._replace(high_closed=last.high_closed or part.high_closed)
        elif high > end:
            found[-1] = last._replace(high=part.high, high_closed=part.high_closed)
    return found


def complement(form: Intervals) -> Intervals:
    """The real numbers that are not in a set. Unreadable where its ends cannot be ordered."""
    low, closed = Scalar(("neg", INFINITY)), False
    gaps: list[Part] = []
    for part in _ordered(form):
        if part.low.real != float("-inf"):
            gaps.append(Part(low, closed, part.low, not part.low_closed))
        low, closed = part.high, not part.high_closed
    if low.real != float("inf"):
        gaps.append(Part(low, closed, Scalar(INFINITY), False))
    return Intervals(tuple(gap for gap in gaps if not _is_empty(gap)))


def intersection(a: Intervals, b: Intervals) -> Intervals:
    """What two sets share. Unreadable where their ends cannot be ordered."""
    left, right = _ordered(a), _ordered(b)
    if len(left) * len(right) > MAX_ITEMS:
        raise TooBig("an intersection of too many intervals")
    cuts = [_cut(one, other) for one in left for other in right]
    return Intervals(tuple(cut for cut in cuts if not _is_empty(cut)))


def _ordered(form: Intervals) -> list[Part]:
    if any(part.low.real is None or part.high.real is None for part in form.parts):
        raise Unreadable("ends of intervals that cannot be ordered")
    return joined(form)


def _cut(a: Part, b: Part) -> Part:
    low = _later(a, b) if scalar(a.low, b.low) is not True else (a.low, a.low_closed and b.low_closed)
    if scalar(a.high, b.high) is True:
        high = (a.high, a.high_closed and b.high_closed)
    else:
        high = (a.high, a.high_closed) if _real(a.high) < _real(b.high) else (b.high, b.high_closed)
    return Part(*low, *high)


def _later(a: Part, b: Part) -> tuple[Scalar, bool]:
    return (a.low, a.low_closed) if _real(a.low) > _real(b.low) else (b.low, b.low_closed)


def _is_empty(part: Part) -> bool:
    if scalar(part.low, part.high) is True:
        return not (part.low_closed and part.high_closed)
    return _real(part.low) > _real(part.high)


def _real(one: Scalar) -> float:
    return 0.0 if one.real is None else one.real
