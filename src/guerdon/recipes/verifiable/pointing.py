"""Points, traces and orders in space, and what is said on the way to them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, Literal

import guerdon as gd
from guerdon.expr.columns import Column
from guerdon.expr.score import Score

from .spatial import is_number

__all__ = ["roborefer", "robotracer", "robotracer_success", "surds"]


def roborefer(
    point: Column,
    cues: Column,
    kinds: Sequence[str] = ("position", "depth", "size", "orientation"),
    region: bool = False,
    tol: float = 0.1,
    process_weight: float = 0.25,
) -> Score:
    """RoboRefer's reward (P152): a point, and what was said on the way to it.

    ``form + point + 0.25 * (cue form + cue accuracy)``. The first point of the answer earns ``max(0, 1 - L1 / 0.1)``,
    or 1 inside the target region. The cues of the completion (``cup position: (0.2, 0.4)``) are matched with their
    annotations by thing and kind, in any order and once each: places by L1, sizes and depths by relative error,
    orientations by angle. Cue accuracy is the mean over annotations; cue form the number of cues in all, of that of
    annotations.

    Paper: Zhou et al., "RoboRefer: Towards Spatial Referring with Reasoning in Vision-Language Models for Robotics"
    (2025), arXiv:2506.04308, by its abstract and from memory. GUESSES: the weight 0.25, all tolerances, the map from
    distance to reward, how a cue is written, what makes its form.

    Args:
        point: the true point, or the target region (a box or polygon) where ``region``.
        cues: annotations on an axis: records with ``name``, ``kind`` and ``value``.
        kinds: what may be said of a thing.
        region: whether ``point`` is a region.
        tol: the L1 distance at which a point, or a place on the way, earns nothing.
        process_weight: of the cues.

    >>> text = "<think>cup position: (0.2, 0.4)</think><answer>(0.52, 0.53)</answer>"
    >>> cue = {"name": "cup", "kind": "position", "value": [0.2, 0.4]}
    >>> reward = roborefer(gd.col("point"), gd.col("cues", axis="gold"))
    >>> reward.score({"completion": [text], "point": [[0.5, 0.5]], "cues": [[cue]]}).values
    array([2.])
    """
    said = gd.vision.points(gd.text.tag("answer"), axis=None)[0]
    right = (
        gd.vision.inside(said, point) if region else gd.similarity.near(said, point, "l1", gd.similarity.linear(tol))
    )
    worth = gd.geo.cue_credit(point=tol)
    return gd.text.tags_in_order("think", "answer") + right + process_weight * _process(cues, kinds, worth)


def robotracer(
    trace: Column,
    cues: Column,
    kinds: Sequence[str] = ("position", "depth", "gap", "distance"),
    tol: float = 0.05,
    tol_depth: float = 0.1,
    shape: Literal["resample", "dtw"] = "resample",
    process_weight: float = 0.25,
) -> Score:
    """RoboTracer's reward (P136): a trace in space, and what was said on the way to it.

    ``form + trace + 0.25 * (cue form + cue accuracy)``. The trace is the mean of three: its first point, its last, and
    its shape, each ``max(0, 1 - error)``, errors being measured in tolerances: 0.05 of the image, 0.1 m of depth. The
    error of the shape is the mean distance at 32 places along both, or that of dynamic time warping (a sum, which grows
    with the trace). Cues are scored as in :func:`roborefer`, places by their distance (L2) in the image.

    Paper: Zhou et al., "RoboTracer: Mastering Spatial Trace with Reasoning in Vision-Language Models for Robotics"
    (2025), arXiv:2512.13660, by its abstract and parts of its text (points are (u, v, d): place in the image and
    metric depth).
    GUESSES: all tolerances; the weights; the distance of shapes; how a cue is written.

    Args:
        trace: the true points (u, v, d), as one list.
        cues: annotations on an axis: records with ``name``, ``kind`` and ``value``.
        kinds: what may be said of a thing.
        tol: the distance in the image at which a point, a shape or a cue's place earns nothing.
        tol_depth: the same of depths.
        shape: how shapes are compared.
        process_weight: of the cues.

    >>> text = "<think>gap = 0.12 m</think><answer>[(0, 0, 1), (0.5, 0.5, 1)]</answer>"
    >>> reward = robotracer(gd.col("trace"), gd.col("cues", axis="gold"))
    >>> rows = {"trace": [[[0, 0, 1], [0.5, 0.5, 1]]], "cues": [[{"name": "", "kind": "gap", "value": 0.12}]]}
    >>> reward.score(rows | {"completion": [text]}).values
    array([2.5])
    """
    said = gd.vision.points(gd.text.tag("answer"), dims=3, axis=None)
    apart = [partial(_apart, measure=measure, tol=(tol, tol, tol_depth)) for measure in ("first", "last", shape)]
    first, last, along = (gd.similarity.near(said, trace, error) for error in apart)
    outcome = gd.text.tags_in_order("think", "answer") + (first + last + along) / 3
    return outcome + process_weight * _process(cues, kinds, gd.geo.cue_credit(point=tol, norm="l2"))


def robotracer_success(
    trace: Column, scene: Column, tol: float = 0.05, tol_depth: float = 0.1, radius: float = 0.5
) -> Score:
    """TraceSpatial's success (P136): 1 where a trace begins and ends where it should and comes near nothing on its way.

    Paper: Zhou et al., "RoboTracer: Mastering Spatial Trace with Reasoning in Vision-Language Models for Robotics"
    (2025), arXiv:2512.13660, by its abstract and parts of its text. GUESSES: the tolerances, and that nearness to the
    scene is measured in them too, in image and depth, where the benchmark may do so in metres.

    Args:
        trace: the true points (u, v, d), as one list.
        scene: points (u, v, d) of what must not be touched, as one list, which may be empty.
        tol: how far off in the image an end may be.
        tol_depth: how far off in depth.
        radius: how near to a point of the scene the trace may not come, in tolerances.

    >>> rows = {"completion": ["<answer>[(0, 0, 1), (1, 0, 1)]</answer>"] * 2, "trace": [[[0, 0, 1], [1, 0, 1]]] * 2}
    >>> rows["scene"] = [[[0.5, 0.2, 1]], [[0.5, 0.01, 1]]]
    >>> robotracer_success(gd.col("trace"), gd.col("scene")).score(rows).values
    array([1., 0.])
    """
    said, near = gd.vision.points(gd.text.tag("answer"), dims=3, axis=None), gd.similarity.near
    apart = [partial(_apart, measure=measure, tol=(tol, tol, tol_depth)) for measure in ("first", "last")]
    first, last = (near(said, trace, error, gd.similarity.within(1)) for error in apart)
    into = partial(_into, tol=(tol, tol, tol_depth), radius=radius)
    return first & last & near(said, scene, into, gd.similarity.within(0))


def surds(
    gold: Column,
    places: Column,
    words: tuple[str, str] | None = ("left", "right"),
    kind: str = "position",
    a: float = 0.05,
    a_pixels: float = 0.005,
    weights: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0),
) -> Score:
    r"""SURDS's training reward (P154): places said, an answer that follows from them, its accuracy, its form.

    ``location + logic + accuracy + form``. Location: for each object the completion should say where it is
    (``car position: (310, 200)``); by the distance in pixels each earns ``1 / (1 + 0.005 * e)``, or 1 inside its box.
    Logic: 1 where the answer follows from what was said, be it true or not: the first word where the first object's
    number (the x of a position, or a depth) is the smaller one, the second where it is the greater. Accuracy: equality
    with the gold, or ``1 / (1 + 0.05 * e)`` of a number.

    Paper: Guo et al., "SURDS: Benchmarking Spatial Understanding and Reasoning in Driving Scenarios with Vision
    Language Models" (2024), arXiv:2411.13112, and the evaluation code of its benchmark for ``a``. Of the four training
    rewards no more than the abstract is known. GUESSES: their form, equal weights, how a place is written.

    Args:
        gold: the right answer: one of the words, another category, or a number.
        places: the queried objects on an axis: records with ``name``, ``kind``, ``value`` and, where known, ``box``.
        words: what the answer is where the first object's number is smaller, and where it is greater: ``("left",
            "right")``, or ``("front", "behind")`` by depth. None for questions that ask for no order: logic is then 0.
        kind: what is said of each object.
        a: how fast credit falls with the error of a number.
        a_pixels: how fast it falls with the distance in pixels.
        weights: of location, logic, accuracy and form.

    >>> text = "<think>A position: (100, 50)\nB position: (300, 60)</think><answer>left</answer>"
    >>> places = [{"name": n, "kind": "position", "value": v} for n, v in (("A", [100, 50]), ("B", [300, 60]))]
    >>> surds(gd.col("gold"), gd.col("places", axis="object")).score(
    ...     {"completion": [text], "gold": ["left"], "places": [places]}
    ... ).values
    array([4.])
    """
    answer, said = gd.text.tag("answer"), gd.geo.cues(kind)
    located = gd.similarity.match(said, places, partial(_pixels, rate=a_pixels), key=gd.geo.cue_key)
    number = gd.similarity.near(answer, gold, "abs", gd.similarity.inverse(a))
    accuracy = gd.where(is_number(gold), number, gd.text.equal(answer, gold))
    reward = weights[0] * located["b"].mean(empty=0) + weights[2] * accuracy
    if words is not None:
        stated = gd.similarity.match(said, places, _said, key=gd.geo.cue_key, report=_first_number)
        first, last = stated["b"].first(empty=0), stated["b"].last(empty=0)
        smaller, greater = (gd.text.equal(answer, word) for word in words)
        both = stated["hit_b"].all(empty=0) & (places.count() == 2)
        reward = reward + weights[1] * (both & ((smaller & (first < last)) | (greater & (first > last))))
    return reward + weights[3] * gd.text.tags_in_order("think", "answer")


def _process(cues: Column, kinds: Sequence[str], worth: Any) -> Score:
    """Form and accuracy of the cues that a completion gives on its way."""
    said = gd.geo.cues(*kinds)
    right = gd.similarity.match(said, cues, worth, key=gd.geo.cue_key)["b"].mean(empty=0)
    return gd.min(said.count() / gd.max(cues.count(), 1), 1) + right


def _apart(a: Sequence[Any], b: Sequence[Any], measure: Any, tol: Sequence[float]) -> float:
    """How far two traces are apart, at an end or along them, in tolerances."""
    if not b:
        raise gd.Unscored("no reference")
    one, other = _scaled(a, tol), _scaled(b, tol)
    if not one:
        return math.inf
    if measure in ("first", "last"):
        end = -1 if measure == "last" else 0
        return gd.vision.distance(one[end], other[end])
    return gd.vision.curve_distance(one, other, measure)


def _into(a: Sequence[Any], b: Sequence[Any], tol: Sequence[float], radius: float) -> float:
    """How far a trace reaches into the balls about points of a scene, in tolerances; infinite where it is too long."""
    one = _scaled(a, tol)
    if not 0 < len(one) <= 256:
        return math.inf
    pieces = list(pairwise(one)) or [(one[0], one[0])]
    gaps = [_gap(point, *piece) for point in _scaled(b, tol) for piece in pieces]
    return max(0.0, radius - min(gaps, default=math.inf))


def _gap(x: Sequence[float], p: Sequence[float], q: Sequence[float]) -> float:
    """How far a point is from a straight piece."""
    along = [b - a for a, b in zip(p, q, strict=True)]
    length = sum(d * d for d in along)
    part = sum((c - a) * d for c, a, d in zip(x, p, along, strict=True)) / length if length > 0 else 0.0
    part = min(max(part, 0.0), 1.0)
    return math.dist(x, [a + part * d for a, d in zip(p, along, strict=True)])


def _scaled(points: Sequence[Any], tol: Sequence[float]) -> list[list[float]]:
    return [[x / t for x, t in zip(point, tol, strict=True)] for point in points]


def _pixels(a: Mapping[str, Any], b: Mapping[str, Any], rate: float) -> float:
    """What a stated place is worth: 1 inside the object's box, else by its distance; of a depth, by the difference."""
    if b.get("box") is not None and gd.vision.inside(a["value"], b["box"]):
        return 1.0
    gold = b["value"] if isinstance(b["value"], (list, tuple)) else [b["value"]]
    return 1.0 / (1.0 + rate * gd.vision.distance(a["value"], gold))


def _said(a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
    """Any cue of this thing and kind will do."""
    return 1.0


def _first_number(a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
    """What was said: the x of a place, or a depth."""
    return float(a["value"][0])
