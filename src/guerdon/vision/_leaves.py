"""The leaves behind ``gd.vision``: the plain functions of this room, as expressions know them.

A measure of two items fails where the completion gave none (or none that is one), and is unscored where the reference
is missing or is none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from ..expr.function import Function, function
from ..expr.inputs import NOT_GIVEN, chosen
from ..expr.leaves import column, share
from ..expr.values import Failed, Unscored
from . import _boxes, _curves, _gaussian, _masks, _precision, _read, _shapes, _tracks


def lists(
    arity: int,
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    label: str | None = None,
    distinct: bool = False,
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> list[Any]:
    """See ``gd.vision.boxes`` and ``gd.vision.points``."""
    return list(_read.lists(chosen(completion, of), arity, label, distinct, prompt, opened))


def objects(
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    box: str = "bbox_2d",
    point: str = "point_2d",
    label: str = "label",
    confidence: str = "confidence",
    arity: int = 4,
    distinct: bool = False,
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> list[Any]:
    """See ``gd.vision.objects``."""
    text = chosen(completion, of)
    return list(_read.objects(text, box, point, label, confidence, arity, distinct, prompt, opened))


@column
def track(
    completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN, prompt: Any = None, opened: Sequence[str] = ()
) -> dict[int, Any]:
    """See ``gd.vision.track``."""
    return _read.track(chosen(completion, of), prompt, opened)


def _both(kind: str, read: Callable[[Any], Any], a: Any, b: Any) -> None:
    """Failed or Unscored, by whose doing it is, unless both items are of a kind."""
    if b is None:
        raise Unscored("no reference")
    if read(b) is None:
        raise Unscored(f"the reference is no {kind}")
    if a is None:
        raise Failed(f"no {kind}")
    if read(a) is None:
        raise Failed(f"not a {kind}")


def _same(kind: str, a: Sequence[float] | None, b: Sequence[float] | None) -> None:
    if a is not None and b is not None and len(a) != len(b):
        raise Failed(f"a {kind} of other dimensions")


def overlap(a: Any, b: Any, measure: _boxes.Measure = "iou", inclusive: bool = False) -> float:
    """See ``gd.vision.overlap``."""
    _both("box", _shapes.box_of, a, b)
    _same("box", _shapes.box_of(a), _shapes.box_of(b))
    return _boxes.overlap(a, b, measure, inclusive)


_LOW = {"giou": -1.0}
_HIGH = {"iou": 1.0, "giou": 1.0}


@cache
def overlap_leaf(measure: str) -> Function:
    """The leaf of one measure: each has its own range."""
    low = _LOW.get(measure, 0.0)
    bounds = (low, _HIGH.get(measure, float("inf")))
    return function(returns="score", version="1", cost="cheap", fails_as=low, bounds=bounds, name=f"overlap_{measure}")(
        overlap
    )


@share
def inside(point: Any, region: Any) -> int:
    """See ``gd.vision.inside``."""
    if region is None:
        raise Unscored("no reference")
    if _shapes.box_of(region) is None and _masks.mask_of(region) is None:
        raise Unscored("the reference is no region")
    if point is None or _shapes.point_of(point) is None:
        raise Failed("no point")
    return _masks.inside(point, region)


def gaussian(a: Any, b: Any, alpha: float = 0.5, measure: _gaussian.Measure = "point", eps: float = 0.0) -> float:
    """See ``gd.vision.gaussian``."""
    gold = _shapes.box_of(b)
    if gold is None:
        raise Unscored("no reference" if b is None else "the reference is no box")
    half = len(gold) // 2
    if not all(gold[i] < gold[half + i] for i in range(half)):
        raise Unscored("the reference has no inside")
    if measure == "coverage" and _shapes.box_of(a) is None:
        raise Failed("no box")
    if _shapes.centre(a) is None:
        raise Failed("no box or point")
    return _gaussian.gaussian(a, b, alpha, measure, eps)


gaussian_leaf = share(gaussian)
# With eps, coverage has no upper bound of its own.
gaussian_eps = function(
    returns="score", version="1", cost="cheap", fails_as=0.0, bounds=(0.0, float("inf")), name="gaussian_eps"
)(gaussian)


@share
def dice(a: Any, b: Any) -> float:
    """See ``gd.vision.dice``."""
    _both("mask", _masks.mask_of, a, b)
    if _masks.mask_of(a, _masks.MOST_CORNERS) is None:
        raise Failed(f"more than {_masks.MOST_CORNERS} corners")
    return _masks.dice(a, b)


@function(returns="score", version="1", cost="cheap", fails_as=1.0, bounds=(0.0, 1.0), higher_is_better=False)
def collinear(points: Any, tol: float = 1e-9) -> int:
    """See ``gd.vision.collinear``."""
    if points is None or (isinstance(points, (list, tuple)) and not points):
        raise Failed("no points")
    return _curves.collinear(points, tol)


def average_precision(a: Any, b: Any, thresholds: Sequence[float] = _precision.COCO) -> float:
    """See ``gd.vision.average_precision``."""
    if not isinstance(b, (list, tuple)):
        raise Unscored("no reference")
    if len(b) > _shapes.MOST:
        raise Unscored(f"more than {_shapes.MOST} references")
    if not isinstance(a, (list, tuple)):
        raise Failed("no objects")
    if len(a) > _shapes.MOST:
        raise Failed(f"more than {_shapes.MOST} objects")
    return _precision.average_precision(a, b, thresholds)


average_precision_leaf = share(average_precision)


def average_precision_of(a: Any, b: Any, thresholds: Sequence[float] = _precision.COCO) -> dict[str, Any]:
    """The same of lists on axes."""
    if len(b) > _shapes.MOST:
        raise Unscored(f"more than {_shapes.MOST} references")
    return {"value": _precision.average_precision(a, b, thresholds), "pieces": [0.0] * len(b)}


@cache
def average_precision_on(axis: str) -> Function:
    """The leaf of lists on axes; that of the references is named, for a leaf of whole lists must name one."""
    axes = {"pieces": axis}
    return function(returns="column", axes=axes, version="1", cost="cheap", name="average_precision")(
        average_precision_of
    )


@share
def viou(a: Any, b: Any, over: _tracks.Over = "union", span_a: Any = NOT_GIVEN, span_b: Any = NOT_GIVEN) -> float:
    """See ``gd.vision.viou``."""
    _both("track", _tracks.track_of, a, b)
    if span_a is None or (span_a is not NOT_GIVEN and _tracks.frames_of(span_a) is None):
        raise Failed("no span of frames")
    if span_b is None or (span_b is not NOT_GIVEN and _tracks.frames_of(span_b) is None):
        raise Unscored("the reference has no span of frames")
    spans = [None if span is NOT_GIVEN else span for span in (span_a, span_b)]
    return _tracks.viou(a, b, over, spans[0], spans[1])


@share
def covers(track: Any, span: Any) -> int:
    """See ``gd.vision.covers``."""
    if _tracks.track_of(track) is None or _tracks.frames_of(span) is None:
        raise Failed("no track" if _tracks.track_of(track) is None else "no span of frames")
    return _tracks.covers(track, span)
