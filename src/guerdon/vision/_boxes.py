"""How far two boxes agree, in any dimension: spans, rectangles, cuboids. Plain numbers in, plain numbers out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

from ..expr.inputs import one_of
from ._masks import inside
from ._shapes import BOX_FIELDS, POINT_FIELDS, Box, box_of, coordinates, label_of, point_of

Measure = Literal["iou", "giou", "intersection", "union"]
MEASURES: tuple[Measure, ...] = ("iou", "giou", "intersection", "union")
Metric = Literal["l1", "l2", "mean_l1", "max"]
METRICS: tuple[Metric, ...] = ("l1", "l2", "mean_l1", "max")

# What a pair is worth where one of both is no box, or their dimensions differ.
NOTHING: dict[str, float] = {"iou": 0.0, "giou": -1.0, "intersection": 0.0}


def overlap(a: Any, b: Any, measure: Measure = "iou", inclusive: bool = False) -> float:
    """What two boxes share. See ``gd.vision.overlap``.

    >>> overlap([0, 0, 2, 2], [1, 1, 3, 3], "giou")  # 1/7 of the union, and 2/9 of the hull is empty
    -0.0793...
    """
    if measure not in MEASURES:
        one_of("measure", measure, MEASURES)
    one, other = box_of(a), box_of(b)
    if one is None or other is None or len(one) != len(other):
        sizes = [0.0 if box is None else volume(box, inclusive) for box in (one, other)]
        return NOTHING.get(measure, math.fsum(sizes))
    return between(one, other, measure, inclusive)


def between(one: Box, other: Box, measure: Measure = "iou", inclusive: bool = False) -> float:
    """The same of two boxes of one dimension that are known to be boxes."""
    if len(one) == 4 and measure == "iou":  # the same without lists, for a matching asks in every pair
        x, y, u, v = one
        p, q, r, s = other
        width, height = (u if u < r else r) - (x if x > p else p), (v if v < s else s) - (y if y > q else q)
        if width + inclusive <= 0 or height + inclusive <= 0:
            return 0.0
        both = (width + inclusive) * (height + inclusive)
        rest = (u - x + inclusive) * (v - y + inclusive) + (r - p + inclusive) * (s - q + inclusive) - both
        return min(1.0, both / rest) if rest > 0 else 0.0
    half = len(one) // 2
    lows = [max(one[i], other[i]) for i in range(half)]
    highs = [min(one[half + i], other[half + i]) for i in range(half)]
    shared = _product(lows, highs, inclusive)
    if measure == "intersection":
        return shared
    union = volume(one, inclusive) + volume(other, inclusive) - shared
    if measure == "union":
        return union
    # The rounding of large coordinates must not leave the range.
    iou = min(1.0, shared / union) if union > 0 else 0.0
    if measure == "iou":
        return iou
    hull = _product([min(one[i], other[i]) for i in range(half)], [max(one[half + i], other[half + i])
                    for i in range(half)], inclusive)  # fmt: skip
    return max(-1.0, iou - max(0.0, hull - union) / hull) if hull > 0 else 0.0


def volume(box: Box, inclusive: bool = False) -> float:
    """The length, area or volume of a box; ``inclusive`` counts both end cells of each side.

    >>> volume((0, 0, 9, 4)), volume((0, 0, 9, 4), inclusive=True)
    (36.0, 50.0)
    """
    half = len(box) // 2
    return _product(box[:half], box[half:], inclusive)


def _product(lows: Sequence[float], highs: Sequence[float], inclusive: bool) -> float:
    size = 1.0
    for low, high in zip(lows, highs, strict=True):
        size *= max(0.0, high - low + inclusive)
    return size


def distance(a: Any, b: Any, metric: Metric = "l2") -> float:
    """How far two lists of coordinates are apart. See ``gd.vision.distance``.

    >>> distance([0, 0], [3, 4]), distance([0, 0, 9, 9], [0, 0, 9, 4], "mean_l1"), distance([0, 0], None)
    (5.0, 1.25, inf)
    """
    one_of("metric", metric, METRICS)
    fields = (*POINT_FIELDS, *BOX_FIELDS)
    one, other = coordinates(a, fields), coordinates(b, fields)
    if one is None or other is None or len(one) != len(other):
        return math.inf
    if metric == "l2":
        return math.dist(one, other)
    steps = [abs(x - y) for x, y in zip(one, other, strict=True)]
    return max(steps) if metric == "max" else math.fsum(steps) / (len(steps) if metric == "mean_l1" else 1)


def giou(a: Any, b: Any) -> float:
    """Generalised IoU of two boxes, in [-1, 1]; -1 where one is no box. For pairs inside a matching.

    >>> giou([0, 0, 1, 1], [3, 0, 4, 1])
    -0.5
    """
    return overlap(a, b, "giou")


def affinity(a: Any, b: Any, l1: float = 1.0, label: float = 1.0) -> float:
    """What a pair is worth to set matching: GIoU plus equal labels less the L1 distance, above a floor.

    The cost of DETR (Carion et al., arXiv:2005.12872), turned round and lifted by ten million, so that every pair of
    boxes is above 0 and can be matched. 0 where one is no box.

    >>> affinity({"box": [0, 0, 2, 2], "label": "cat"}, {"box": [0, 0, 2, 2], "label": "cat"}) - 1e7
    2.0
    """
    one, other = box_of(a), box_of(b)
    if one is None or other is None or len(one) != len(other):
        return 0.0
    same = label_of(a) is not None and label_of(a) == label_of(b)
    return max(0.0, 1e7 + giou(a, b) + label * same - l1 * distance(one, other, "l1"))


def agreement(
    a: Any, b: Any, iou: float = 0.65, l1: float = 10.0, reach: float = 30.0, inclusive: bool = True
) -> float:
    """How many of three checks an object with a box and a point passes against another: 0 to 3.

    The boxes' overlap is above ``iou``; their corners are less than ``l1`` apart on average; the points are less than
    ``reach`` apart and the first lies in its own box.

    >>> agreement({"box": [0, 0, 9, 9], "point": [5, 5]}, {"box": [0, 0, 9, 4], "point": [5, 2]})  # an IoU of 1/2
    2.0
    """
    box = box_of(a)
    found = float(overlap(a, b, inclusive=inclusive) > iou)
    found += distance(box, box_of(b), "mean_l1") < l1
    point = point_of(a)
    held = box is not None and point is not None and inside(point, box)
    return found + (held and distance(point, point_of(b)) < reach)
