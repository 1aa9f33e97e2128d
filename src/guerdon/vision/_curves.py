"""Several points at once: curves against curves, and points on one line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal

from ..expr.inputs import one_of
from ._shapes import Point, point_of

Measure = Literal["dtw", "resample"]
MEASURES: tuple[Measure, ...] = ("dtw", "resample")

LONGEST = 256
"""How many points a curve may have: comparing two takes time in proportion to the product."""
MOST_ON_LINES = 128
"""How many points are looked through for three on one line."""


def points_of(items: Any, longest: int = LONGEST) -> list[Point] | None:
    """All items as points of one dimension; None where there are none, too many, or one is no such point.

    >>> points_of([[0, 1], (2, 3)]), points_of([[0, 1], [2]])
    ([(0.0, 1.0), (2.0, 3.0)], None)
    """
    if not isinstance(items, Sequence) or isinstance(items, (str, bytes)) or not 0 < len(items) <= longest:
        return None
    found = [point_of(item) for item in items]
    whole = [point for point in found if point is not None and found[0] is not None and len(point) == len(found[0])]
    return whole if len(whole) == len(found) else None


def curve_distance(a: Any, b: Any, measure: Measure = "dtw", samples: int = 32) -> float:
    """How far two curves are apart; infinite where one is none. See ``gd.vision.curve_distance``.

    >>> curve_distance([(0, 0, 0), (1, 0, 0), (2, 0, 0)], [(0, 0, 0), (2, 0, 0)])
    1.0
    >>> (
    ...     curve_distance([(0, 0), (1, 0)], [(0, 1), (1, 1)]),
    ...     curve_distance([(0, 0), (1, 0)], [(0, 1), (1, 1)], "resample"),
    ... )
    (2.0, 1.0)
    """
    one_of("measure", measure, MEASURES)
    one, other = points_of(a), points_of(b)
    if one is None or other is None or len(one[0]) != len(other[0]):
        return math.inf
    if measure == "dtw":
        return _warped(one, other)
    pairs = zip(resampled(one, samples), resampled(other, samples), strict=True)
    return math.fsum(math.dist(p, q) for p, q in pairs) / samples


def _warped(a: Sequence[Point], b: Sequence[Point]) -> float:
    """Dynamic time warping: the least sum of distances over all ways to walk along both."""
    row = [math.inf] * (len(b) + 1)
    row[0] = 0.0
    for p in a:
        before, row[0] = row[0], math.inf
        for j, q in enumerate(b, 1):
            least = min(before, row[j], row[j - 1])
            before, row[j] = row[j], least + math.dist(p, q)
    return row[-1]


def resampled(curve: Sequence[Point], samples: int) -> list[Point]:
    """So many points along a curve, at equal distances on its way. Linear.

    >>> resampled([(0.0,), (1.0,), (4.0,)], 5)
    [(0.0,), (1.0,), (2.0,), (3.0,), (4.0,)]
    """
    if samples < 2:
        raise ValueError(f"samples={samples!r}: a curve is compared at 2 points or more")
    reach = [0.0]
    for p, q in pairwise(curve):
        reach.append(reach[-1] + math.dist(p, q))
    found: list[Point] = []
    piece = 0
    for k in range(samples):
        at = reach[-1] * k / (samples - 1)
        while piece < len(curve) - 2 and reach[piece + 1] < at:
            piece += 1
        last = curve[min(piece + 1, len(curve) - 1)]
        gap = reach[min(piece + 1, len(curve) - 1)] - reach[piece]
        share = min(1.0, (at - reach[piece]) / gap) if gap > 0 else 0.0
        found.append(tuple(x + share * (y - x) for x, y in zip(curve[piece], last, strict=True)))
    return found


def collinear(points: Any, tol: float = 1e-9) -> int:
    """1 if any three points of the plane lie on one line, else 0. See ``gd.vision.collinear``.

    >>> collinear([(0, 0), (1, 1), (2, 2)]), collinear([(0, 0), (1, 1), (2, 3)])
    (1, 0)
    """
    if isinstance(points, Sequence) and len(points) > MOST_ON_LINES:
        return 1
    found = points_of(points, MOST_ON_LINES)
    if found is None or len(found[0]) != 2:
        return 0
    for i, (x, y) in enumerate(found):
        # Directions from one point to those after it, as angles of lines: two that are equal make three on a line.
        ahead = [(u - x, v - y) for u, v in found[i + 1 :]]
        if len(ahead) > 1 and (0.0, 0.0) in ahead:
            return 1
        turns = sorted(math.atan2(v, u) % math.pi for u, v in ahead)
        if len(turns) < 2:
            continue
        gaps = [q - p for p, q in pairwise(turns)]
        if min(gaps) <= tol or turns[0] + math.pi - turns[-1] <= tol:
            return 1
    return 0
