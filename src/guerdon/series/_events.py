"""Events in a series: anomalous stretches and change points, found and true."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, Literal

from ..expr.columns import Column
from ..expr.function import function
from ..expr.inputs import one_of
from ..expr.node import Expr
from ..expr.score import Score
from ..expr.values import Failed, Unscored
from ..similarity import matched

Measure = Literal["iou", "points", "adjusted"]
Stretch = tuple[int, int]
MOST = 512
_MOST_REFERENCES = 10_000
_LAST = 10**12


def anomalies(
    a: Column, b: Column, measure: Measure = "iou", length: Column | None = None, at_least: float = 0.5
) -> Score:
    """How well the stretches found agree with the true ones, as an F1 in [0, 1].

    Args:
        a: the stretches found, ``(first, last)`` with both ends in, such as :func:`stretches` gives; ``()`` says that
            there are none.
        b: the true ones, alike; ``[]`` where there are none. Missing: the row is unscored.
        measure: ``iou``: found and true stretches are matched one to one, each pair worth its overlap (temporal IoU):
            twice their sum over the number of both. ``points``: the F1 of the points. ``adjusted``: of a true stretch
            of which at least a share ``at_least`` is found, every point counts as found (Kim et al., 2022,
            arXiv:2109.05257, PA%K): with a share of 0 a random point in each would do, which is why plain point
            adjustment is not offered.
        length: how many points the series has. With it, what calling every point anomalous would earn is taken off:
            ``max(0, (s - s_all) / (1 - s_all))``.
        at_least: the share, above 0, for ``adjusted``.

    Stretches that overlap count as one, so that saying one again gains nothing. No true ones: 1 if none were found,
    else 0. Failed, as 0: no answer, or more than 512 stretches. Time: the product of both numbers of stretches.

    >>> import guerdon as gd
    >>> right = gd.series.anomalies(gd.series.stretches(), gd.col("true"), length=gd.col("length"))
    >>> rows = {"completion": ["10-19", "15-24", "0-99", "none"], "true": [[[10, 19]]] * 4, "length": [100] * 4}
    >>> right.score(rows).values.round(4)
    array([1.    , 0.2593, 0.    , 0.    ])
    """
    one_of("measure", measure, ("iou", "points", "adjusted"))
    if not 0 < at_least <= 1:
        raise ValueError(f"at_least={at_least!r} is a share above 0 and at most 1")
    extra: dict[str, Any] = {} if length is None else {"length": length}
    extra |= {} if measure == "iou" else {"measure": measure}
    extra |= {} if at_least == 0.5 else {"at_least": float(at_least)}
    _expressions(a=a, b=b)
    return anomalies_leaf(a=a, b=b, **extra)


def changes(a: Column, b: Column, tolerance: float = 0) -> Score:
    """How well change points agree with the true ones: the F1 of those that lie within a tolerance, in [0, 1].

    Found and true points are paired one to one, so that peppering the series gains nothing; points said twice count
    once. Both none: 1. Failed, as 0: no answer, or more than 512 points. Unscored: no reference. Time: n log n.

    Args:
        a: the points found, such as ``gd.series.values(...)`` gives; ``()`` says that there are none.
        b: the true ones.
        tolerance: how far a found point may lie from a true one.

    >>> import guerdon as gd
    >>> right = gd.series.changes(gd.series.values(), gd.col("true"), tolerance=2)
    >>> right.score({"completion": ["10, 52", "10", "none"], "true": [[11, 50]] * 3}).values.round(4)
    array([1.    , 0.6667, 0.    ])
    """
    if not 0 <= tolerance < 1e9:
        raise ValueError(f"tolerance={tolerance!r} is a distance of at least 0")
    _expressions(a=a, b=b)
    return changes_leaf(a=a, b=b, **({} if tolerance == 0 else {"tolerance": float(tolerance)}))


@function(returns="score", version="1", fails_as=0.0, bounds=(0.0, 1.0), name="anomalies")
def anomalies_leaf(a: Any, b: Any, measure: Measure = "iou", length: Any = None, at_least: float = 0.5) -> float:
    """See ``gd.series.anomalies``."""
    true = _stretches(b, _MOST_REFERENCES)
    if true is None:
        raise Unscored("no reference")
    found = _stretches(a, MOST)
    if found is None:
        raise Failed("no stretches")
    if not true or not found:
        return float(not true and not found)
    score = agreement(found, true, measure, at_least)
    if isinstance(length, (int, float)) and 0 < length <= _LAST:
        everything = agreement([(0, int(length) - 1)], true, measure, at_least)
        score = max(0.0, (score - everything) / (1.0 - everything)) if everything < 1 else score
    return score


@function(returns="score", version="1", fails_as=0.0, bounds=(0.0, 1.0), name="changes")
def changes_leaf(a: Any, b: Any, tolerance: float = 0.0) -> float:
    """See ``gd.series.changes``."""
    true = _points(b, _MOST_REFERENCES)
    if true is None:
        raise Unscored("no reference")
    found = _points(a, MOST)
    if found is None:
        raise Failed("no change points")
    if not true or not found:
        return float(not true and not found)
    # From left to right each takes the first true point still in reach: no pairing has more.
    hits, j = 0, 0
    for point in found:
        while j < len(true) and true[j] < point - tolerance - 1e-9:
            j += 1
        if j < len(true) and true[j] <= point + tolerance + 1e-9:
            hits, j = hits + 1, j + 1
    return 2 * hits / (len(found) + len(true))


def agreement(found: Sequence[Stretch], true: Sequence[Stretch], measure: Measure, at_least: float) -> float:
    """The F1 of disjoint stretches in order, neither side empty; see :func:`anomalies`.

    >>> agreement([(0, 9)], [(5, 14)], "points", 0.5), agreement([(0, 9)], [(5, 14)], "adjusted", 0.5)
    (0.5, 0.8)
    """
    if measure == "iou":
        worth = matched(found, true, overlap, "ordered")["a"] if len(true) <= MOST else []
        return 2 * sum(worth) / (len(found) + len(true))
    shared = _shared(found, true)
    right = sum(shared)
    wrong = sum(last - first + 1 for first, last in found) - right
    sizes = [last - first + 1 for first, last in true]
    if measure == "adjusted":
        enough = [part > 0 and part >= at_least * size - 1e-9 for part, size in zip(shared, sizes, strict=True)]
        right = sum(size if all_of_it else part for part, size, all_of_it in zip(shared, sizes, enough, strict=True))
    return 2 * right / (right + wrong + sum(sizes))


def overlap(a: Stretch, b: Stretch) -> float:
    """The points in both stretches over the points in either.

    >>> overlap((0, 9), (5, 14))
    0.3333333333333333
    """
    both = min(a[1], b[1]) - max(a[0], b[0]) + 1
    return max(0, both) / (a[1] - a[0] + b[1] - b[0] + 2 - max(0, both))


def _shared(found: Sequence[Stretch], true: Sequence[Stretch]) -> list[int]:
    """How many points of each true stretch are found."""
    lasts = [last for _, last in found]
    shared = []
    for first, last in true:
        total, i = 0, bisect_left(lasts, first)
        while i < len(found) and found[i][0] <= last:
            total += min(last, found[i][1]) - max(first, found[i][0]) + 1
            i += 1
        shared.append(total)
    return shared


def _stretches(value: Any, most: int) -> list[Stretch] | None:
    """Stretches in order, those that overlap joined; None where it is no list of stretches."""
    if not isinstance(value, (list, tuple)) or len(value) > most:
        return None
    pairs: list[Stretch] = []
    for item in value:
        if not isinstance(item, (list, tuple)) or len(item) != 2 or not all(_index(one) for one in item):
            return None
        if item[0] > item[1]:
            return None
        pairs.append((int(item[0]), int(item[1])))
    joined: list[Stretch] = []
    for first, last in sorted(pairs):
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return joined


def _index(value: Any) -> bool:
    return (
        isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= _LAST and value == int(value)
    )


def _points(value: Any, most: int) -> list[float] | None:
    if not isinstance(value, (list, tuple)) or len(value) > most:
        return None
    if not all(isinstance(x, (int, float)) and not isinstance(x, bool) and abs(x) <= _LAST for x in value):
        return None
    return sorted({float(x) for x in value})


def _expressions(**given: object) -> None:
    for name, value in given.items():
        if not isinstance(value, Expr):
            raise TypeError(f"{name} is an expression, such as gd.series.stretches(), not {value!r:.80}")
