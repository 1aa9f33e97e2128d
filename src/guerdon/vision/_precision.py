"""Average precision of detections, as COCO counts it, without its tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ._boxes import between
from ._shapes import MOST, box_of, label_of

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
        near = _near(ours, theirs, min(thresholds))
        scores += [_along(_hits(near, limit), len(theirs), points) for limit in thresholds]
    return sum(scores) / len(scores)


def _near(found: Sequence[Any], wanted: Sequence[Any], threshold: float) -> list[list[tuple[float, int]]]:
    """For each detection the objects that it overlaps by this much, the nearest first."""
    ours, theirs = [box_of(item) for item in found], [box_of(item) for item in wanted]
    table = []
    for one in ours:
        row = []
        for j, other in enumerate(theirs):
            if one is not None and other is not None and len(one) == len(other):
                iou = between(one, other)
                if iou > 0 and iou >= threshold - _EDGE:
                    row.append((-iou, j))
        table.append([(-iou, j) for iou, j in sorted(row)])
    return table


def _hits(near: Sequence[Sequence[tuple[float, int]]], threshold: float) -> list[bool]:
    """Which detections hit, each taking the nearest object still free."""
    taken: set[int] = set()
    found = []
    for row in near:
        best = next((j for iou, j in row if iou >= threshold - _EDGE and j not in taken), None)
        found.append(best is not None)
        if best is not None:
            taken.add(best)
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
