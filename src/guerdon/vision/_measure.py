"""How far what was pointed at is right. Of expressions each gives a score, of plain items a plain number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, cast, overload

from ..expr.columns import Column
from ..expr.inputs import one_of
from ..expr.node import Expr
from ..expr.score import Score
from . import _boxes, _curves, _gaussian, _leaves, _masks, _precision, _tracks

Item: TypeAlias = Sequence[Any] | Mapping[Any, Any] | None


def _said(**options: tuple[Any, Any]) -> dict[str, Any]:
    """The options that differ from their defaults."""
    return {name: value for name, (value, default) in options.items() if value != default}


@overload
def overlap(a: Column, b: Column | Item, measure: _boxes.Measure = ..., inclusive: bool = ...) -> Score: ...
@overload
def overlap(a: Item, b: Item, measure: _boxes.Measure = ..., inclusive: bool = ...) -> float: ...
def overlap(
    a: Column | Item, b: Column | Item, measure: _boxes.Measure = "iou", inclusive: bool = False
) -> Score | float:
    """What two boxes share: spans, rectangles or cuboids, low corner first.

    Args:
        a: the completion's box: a list of numbers, or a record with a field ``box`` or ``bbox_2d``.
        b: the reference.
        measure: ``iou`` in [0, 1]; ``giou`` in [-1, 1] (Rezatofighi et al., arXiv:1902.09630), which falls further the
            more empty space the hull of both holds; ``intersection`` and ``union`` are sizes.
        inclusive: the end cells of a side both count, as in spans of whole frames or boxes of pixels.

    Of plain items (as inside :func:`guerdon.similarity.match`): what is no box, or has its corners reversed, shares
    nothing (``giou`` -1). Of expressions: where ``a`` is no box the leaf fails, as the low end of its range; where
    ``b`` is none it is unscored. A box without inside shares nothing.

    >>> import guerdon as gd
    >>> overlap([0, 0, 10, 10], [5, 0, 15, 10]), overlap([0, 9], [5, 14], inclusive=True)
    (0.333..., 0.333...)
    >>> giou = overlap(gd.vision.boxes(axis=None)[0], gd.col("gold"), "giou")
    >>> giou.score({"completion": ["[0, 0, 1, 1]", "none"], "gold": [[3, 0, 4, 1]] * 2}).values
    array([-0.5, -1. ])
    """
    if not isinstance(a, Expr) and not isinstance(b, Expr):
        return _boxes.overlap(a, b, measure, inclusive)
    one_of("measure", measure, _boxes.MEASURES)
    options = _said(measure=(measure, "iou"), inclusive=(inclusive, False))
    return _leaves.overlap_leaf(measure)(a=a, b=b, **options)


def distance(a: Item, b: Item, metric: _boxes.Metric = "l2") -> float:
    """How far two points (or boxes, as lists of coordinates) are apart, from 0 on; infinite where one is none.

    For use inside :func:`guerdon.similarity.near` and the functions of a pair: an error without bound is no reward.
    ``l2`` is Euclid's, ``l1`` the sum and ``mean_l1`` the mean of absolute differences, ``max`` the greatest.

    >>> distance([0, 0], [3, 4]), distance([0, 0], [3, 4], "mean_l1")
    (5.0, 3.5)
    """
    return _boxes.distance(a, b, metric)


@overload
def inside(point: Column, region: Column | Item) -> Score: ...
@overload
def inside(point: Item, region: Item) -> int: ...
def inside(point: Column | Item, region: Column | Item) -> Score | int:
    """1 if a point lies in a box, polygon or mask, edges included, else 0.

    Masks are written as :func:`dice` says. In a grid the point (x, y) is in the cell of row ``floor(y)`` and column
    ``floor(x)``. Of expressions: no point fails, as 0; no region is unscored. Linear in the region.

    >>> inside([5, 5], [0, 0, 10, 10]), inside([3, 3], [[0, 0], [4, 0], [0, 4]])
    (1, 0)
    """
    if isinstance(point, Expr) or isinstance(region, Expr):
        return _leaves.inside(point=point, region=region)
    return _masks.inside(point, region)


@overload
def dice(a: Column, b: Column | Item) -> Score: ...
@overload
def dice(a: Item, b: Item) -> float: ...
def dice(a: Column | Item, b: Column | Item) -> Score | float:
    """The Dice score of two masks, ``2 |A and B| / (|A| + |B|)``, in [0, 1]; 1 where both are empty. Needs ``vision``.

    A mask is a polygon (a list of points, or ``{"polygon": [...]}``, of at most 128 corners), a box,
    ``{"size": [rows, columns], "counts": [...]}`` (COCO's uncompressed run lengths), or ``{"cells": [[row, column],
    ...]}``; at most 100,000 runs or cells. Polygons compare with boxes, run lengths with run lengths of one size, cells
    with cells; any other pair is worth 0, and so is a polygon of the completion whose edges cross. Of expressions: what
    is no mask fails, as 0; no reference is unscored.

    >>> dice({"cells": [[0, 0], [0, 1]]}, {"cells": [[0, 1]]}), dice({"cells": []}, {"cells": []})
    (0.666..., 1.0)
    >>> dice([[0, 0], [2, 0], [2, 2], [0, 2]], [1, 0, 3, 2])
    0.5
    """
    if isinstance(a, Expr) or isinstance(b, Expr):
        return _leaves.dice(a=a, b=b)
    return _masks.dice(a, b)


@overload
def gaussian(
    a: Column, b: Column | Item, alpha: float = ..., measure: _gaussian.Measure = ..., eps: float = ...
) -> Score: ...
@overload
def gaussian(a: Item, b: Item, alpha: float = ..., measure: _gaussian.Measure = ..., eps: float = ...) -> float: ...
def gaussian(
    a: Column | Item, b: Column | Item, alpha: float = 0.5, measure: _gaussian.Measure = "point", eps: float = 0.0
) -> Score | float:
    """Smooth credit in [0, 1] for a position, boxes being Gaussians with deviations ``alpha`` times their sides.

    ``point``: the density of the reference at the centre of ``a`` (a box or a point), as a share of its peak.
    ``coverage``: the Bhattacharyya coefficient of both boxes' Gaussians, 0 for a box without inside. From GUI-G2,
    arXiv:2507.15846, whose code adds ``eps`` (1e-8) to divisors and may then exceed 1. Of expressions: no box (or
    point) fails, as 0; a reference that is no box is unscored.

    >>> round(gaussian([50, 0, 150, 50], [0, 0, 100, 50]), 4)  # the centre is moved by one deviation: exp(-1/2)
    0.6065
    """
    if not isinstance(a, Expr) and not isinstance(b, Expr):
        return _gaussian.gaussian(a, b, alpha, measure, eps)
    one_of("measure", measure, _gaussian.MEASURES)
    if not alpha > 0:
        raise ValueError(f"alpha={alpha!r}: it is how many widths a standard deviation is, above 0")
    leaf = _leaves.gaussian_eps if eps else _leaves.gaussian_leaf
    return leaf(a=a, b=b, **_said(alpha=(float(alpha), 0.5), measure=(measure, "point"), eps=(float(eps), 0.0)))


@overload
def collinear(points: Column, tol: float = ...) -> Score: ...
@overload
def collinear(points: Item, tol: float = ...) -> int: ...
def collinear(points: Column | Item, tol: float = 1e-9) -> Score | int:
    """1 if any three of the points lie on one line of the plane (a point given twice makes one), else 0.

    Lower is better: it tells a sweep from a choice. ``points`` is one list, as :func:`guerdon.vision.points` gives with
    ``axis=None``. ``tol`` is an angle in radians. More than 128 points count as on a line; no points fail, as 1.
    Time: the square of their number, times its logarithm.

    >>> collinear([(0, 0), (1, 1), (5, 5)]), collinear([(0, 0), (1, 1)])
    (1, 0)
    """
    if isinstance(points, Expr):
        return _leaves.collinear(points=points, **_said(tol=(float(tol), 1e-9)))
    return _curves.collinear(points, tol)


def curve_distance(a: Item, b: Item, measure: Literal["dtw", "resample"] = "dtw", samples: int = 32) -> float:
    """How far two curves (lists of points) are apart, from 0 on; infinite where one is none or has over 256 points.

    ``dtw``: the least sum of distances over all ways to walk along both (dynamic time warping). ``resample``: the mean
    distance at so many places, equally spaced along each. For use inside :func:`guerdon.similarity.near`. Time: the
    product of both numbers of points, or linear.

    >>> curve_distance([(0, 0, 0), (1, 0, 0), (2, 0, 0)], [(0, 0, 0), (2, 0, 0)])
    1.0
    """
    return _curves.curve_distance(a, b, measure, samples)


@overload
def average_precision(a: Column, b: Column | Item, thresholds: Sequence[float] = ...) -> Score: ...
@overload
def average_precision(a: Item, b: Item, thresholds: Sequence[float] = ...) -> float: ...
def average_precision(
    a: Column | Item, b: Column | Item, thresholds: Sequence[float] = _precision.COCO
) -> Score | float:
    """Mean average precision as COCO counts it: over labels, ten IoU thresholds and 101 recalls, in [0, 1].

    Both sides are lists per rollout (on axes of their own, or flat) of boxes, or of records with ``box`` (or
    ``bbox_2d``), ``label`` and ``confidence`` (1 where it is missing; of equals, what was said first counts first).
    Both empty is 1, one empty 0.

    As a reward by itself it is won by boxes said last: they never lower it, and labels that no reference has cost
    nothing. Multiply by ``min(1, references / predictions)``. More than 512 objects are worth 0. Of flat expressions:
    no list fails, as 0; no reference is unscored.

    >>> average_precision([[0, 0, 2, 2], [7, 7, 9, 9]], [[0, 0, 2, 2]]), average_precision([], [[0, 0, 2, 2]])
    (1.0, 0.0)
    """
    levels = tuple(float(one) for one in thresholds)
    if not levels or not all(0 < one <= 1 for one in levels):
        raise ValueError("thresholds are shares of overlap, at least one, each above 0 and at most 1")
    said = _said(thresholds=(levels, _precision.COCO))
    if isinstance(a, Expr) and isinstance(b, Expr) and a.axes and b.axes:
        record = cast(Column, _leaves.average_precision_on(b.axes[-1].name)(a=a, b=b, **said))
        return record["value"].clip(0, 1)
    if isinstance(a, Expr) or isinstance(b, Expr):
        return _leaves.average_precision_leaf(a=a, b=b, **said)
    return _precision.average_precision(a, b, levels)


@overload
def viou(
    a: Column, b: Column | Item, over: _tracks.Over = ..., *, span_a: Column | Item = ..., span_b: Column | Item = ...
) -> Score: ...
@overload
def viou(a: Item, b: Item, over: _tracks.Over = ..., *, span_a: Item = ..., span_b: Item = ...) -> float: ...
def viou(
    a: Column | Item,
    b: Column | Item,
    over: _tracks.Over = "union",
    *,
    span_a: Column | Item = None,
    span_b: Column | Item = None,
) -> Score | float:
    """The IoU of two tracks' boxes, summed over the frames of both, per frame of either: in [0, 1]. Linear.

    Args:
        a: the completion's track: a mapping from frame to box, as :func:`guerdon.vision.track` gives.
        b: the reference.
        over: ``union`` counts every frame of either span, so that frames left out or added cost; ``intersection`` only
            those of both, so that one good frame is enough.
        span_a: first and last frame (both in) that ``a`` claims; its own first and last if left out.
        span_b: those of the reference.

    Of expressions: fails, as 0, where the completion has no track (or no span); unscored without a reference.

    >>> import guerdon as gd
    >>> rows = {"a": [{f: [0, 0, 2, 2] for f in range(10)}], "b": [{f: [0, 0, 2, 2] for f in range(5, 15)}]}
    >>> viou(gd.col("a"), gd.col("b")).score(rows).values.round(4)
    array([0.3333])
    """
    if not any(isinstance(item, Expr) for item in (a, b, span_a, span_b)):
        return _tracks.viou(a, b, over, span_a, span_b)
    one_of("over", over, _tracks.OVERS)
    spans = {name: span for name, span in (("span_a", span_a), ("span_b", span_b)) if span is not None}
    return _leaves.viou(a=a, b=b, **_said(over=(over, "union")), **spans)


@overload
def covers(track: Column, span: Column | Item) -> Score: ...
@overload
def covers(track: Item, span: Item) -> int: ...
def covers(track: Column | Item, span: Column | Item) -> Score | int:
    """1 if a track has a box for each frame of a span, both ends in, and for no other, else 0. Linear.

    >>> import guerdon as gd
    >>> covers(gd.vision.track(), gd.col("span")).score({"completion": ["3: [0, 0, 2, 2]"], "span": [[3, 4]]}).values
    array([0.])
    """
    if isinstance(track, Expr) or isinstance(span, Expr):
        return _leaves.covers(track=track, span=span)
    return _tracks.covers(track, span)
