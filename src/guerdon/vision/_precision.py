"""Average precision of detections, as COCO counts it, without its tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ._boxes import overlap
from ._shapes import MOST, label_of

COCO = tuple(0.5 + 0.05 * k for k in range(10))
"""The thresholds 0.5, 0.55, ..., 0.95."""
_EDGE = 1e-9


def average_precision(pred: Any, gold: Any, thresholds: Sequence[float] = COCO, points: int = 101) -> float:
    """The mean over labels and thresholds of precision along recall. See ``gd.vision.average_precision``.

    >>> average_precision([[0, 0, 2, 2], [5, 5, 6, 6]], [[0, 0, 2, 2]]), average_precision([], [])
    (1.0, 1.0)
    """
    wanted, found = _listed(gold), _listed(pred)
    if not wanted or not found:
        return float(not wanted and not found)
    if len(found) > MOST or len(wanted) > MOST:
        return 0.0
    labels = sorted({label_of(item) or "" for item in wanted})
    scores = []
    for label in labels:
        ours = [item for item in found if (label_of(item) or "") == label]
        ours.sort(key=_confidence, reverse=True)  # stable: of equals, what was said first counts first
        theirs = [item for item in wanted if (label_of(item) or "") == label]
        table = [[overlap(one, other) for other in theirs] for one in ours]
        scores += [_along(_hits(table, len(theirs), limit), len(theirs), points) for limit in thresholds]
    return sum(scores) / len(scores)


def _hits(table: Sequence[Sequence[float]], golds: int, threshold: float) -> list[bool]:
    """Which detections hit, each taking the best object still free."""
    free = set(range(golds))
    found = []
    for row in table:
        best = max(free, key=lambda j: (row[j], -j), default=None)
        hit = best is not None and row[best] >= threshold - _EDGE and row[best] > 0
        found.append(hit)
        if hit:
            free.discard(best)
    return found


def _along(hits: Sequence[bool], golds: int, points: int) -> float:
    """The best precision at each of so many recalls, or beyond it, on average."""
    right = 0
    curve: list[tuple[float, float]] = []
    for place, hit in enumerate(hits, 1):
        right += hit
        curve.append((right / golds, right / place))
    best = 0.0
    highest = [0.0] * len(curve)
    for place in range(len(curve) - 1, -1, -1):
        best = highest[place] = max(best, curve[place][1])
    total, place = 0.0, 0
    for k in range(points):
        while place < len(curve) and curve[place][0] < k / (points - 1) - _EDGE:
            place += 1
        total += highest[place] if place < len(curve) else 0.0
    return total / points


def _listed(items: Any) -> list[Any]:
    return list(items) if isinstance(items, (list, tuple)) else []


def _confidence(item: Any) -> float:
    said = item.get("confidence") if isinstance(item, Mapping) else None
    if said is None:
        return 1.0
    sound = isinstance(said, (int, float)) and not isinstance(said, bool) and 0 <= said <= 1
    return float(said) if sound else 0.0
