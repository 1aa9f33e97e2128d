"""Space: where on the globe, on which plan, at which point, along which trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Literal

import guerdon as gd
from guerdon.expr.columns import Column
from guerdon.expr.score import Score

__all__ = ["geo_r", "roborefer", "robotracer", "star_r1", "surds", "video2layout"]


def geo_r(
    place: Column,
    chain: Column | None = None,
    knots: Sequence[tuple[float, float]] = ((0, 1.0), (750, 0.5), (3000, 0.2), (20000, 0.0)),
    tail: float = 0.0,
    chain_weight: float = 0.5,
    as_released: bool = False,
) -> Score:
    """Geo-R's reward (P106): how near, on the globe, the coordinates of the answer come to the place.

    Straight lines through 1 at 0 km, 0.5 at 750, 0.2 at 3,000 and 0 at 20,000; no coordinates, or several places, are
    worth the least. With ``tail=-1`` (a stricter form, which the code holds beside it) it falls from 0 beyond 3,000 km
    to -1 at 20,000; ``as_released`` no answer is then worth 0, which is more than a far guess, and of several places
    the first counts. With a chain of regions, its share that is right before the first error is added with a weight.

    Paper: Wu et al., "Vision-Language Reasoning for Geolocalization: A Reinforcement Learning Approach" (2026),
    arXiv:2601.00388, and its code, which rounds to four decimals. The reward of the chain is our construction: the
    paper builds texts from it.

    Args:
        place: the true (latitude, longitude).
        chain: the true regions, from the largest to the smallest, such as ``["FR", "IDF", "Paris"]``; compared with the
            tag ``region``, whose names ``>`` separates.
        knots: (kilometres, reward) of the lines.
        tail: the reward at the last knot, counted from 3,000 km on; 0 leaves the lines as they are.
        chain_weight: of the chain, where one is given.
        as_released: as the released code.

    >>> rows = {"completion": ["48.85 N, 2.35 E", "(0, 1)", "Paris"], "place": [[48.85, 2.35], [0, 0], [0, 0]]}
    >>> geo_r(gd.col("place")).score(rows).values.round(4)
    array([1.    , 0.9259, 0.    ])
    """
    said = gd.geo.coordinates(which="first" if as_released else "only")
    pairs = tuple(knots) if tail == 0 else (*knots[:-1], (knots[-2][0] + 1e-6, 0.0))
    reward = gd.similarity.near(said, place, gd.geo.km, gd.similarity.knots(pairs))
    if tail != 0:
        this_side = gd.similarity.knots(((knots[-2][0], 1.0), (knots[-1][0], 0.0)))
        far = 1 - gd.similarity.near(said, place, gd.geo.km, this_side)
        reward = reward + tail * (far * said.exists() if as_released else far)
    if chain is not None:
        reward = reward + chain_weight * gd.geo.regions(gd.text.tag("region"), chain)
    return reward


def video2layout(
    gold: Column,
    plan: Column | None = None,
    format_weight: float = 0.1,
    map_weight: float = 0.5,
    tolerance: float = 1.0,
    as_released: bool = False,
) -> Score:
    """Video2Layout's reward (P128): an answer out of a map of the room, and the form map, think, answer.

    ``0.9 * accuracy + 0.1 * form``. A numeric answer earns a tenth for each of the ten thresholds 50 %, 45 %, ..., 5 %
    that its relative error (the error itself where the gold is 0) does not exceed; another one 1 where it equals the
    gold, case aside. ``as_released`` the thresholds are floating-point numbers a little below what they should be, so
    that an error of exactly 10 or 20 % loses a tenth. With a true plan, the agreement of the tag ``map`` with it,
    turned and shifted as fits best, is added with a weight.

    Paper: Huang et al., "Video2Layout: Recall and Reconstruct Metric-Grounded Cognitive Map for Spatial Reasoning"
    (2025), arXiv:2511.16160, and its code. The reward of the map is our construction: the paper rewards the answer
    alone.

    Args:
        gold: the right answer.
        plan: the true plan: a mapping from names to coordinates; see :func:`guerdon.geo.layout`.
        format_weight: of the form; accuracy has the rest.
        map_weight: of the plan, where one is given.
        tolerance: the distance at which a thing on the map earns nothing.
        as_released: as the released code.

    >>> text = "<map>bed: [0, 0, 2, 1]</map><think>9 m</think><answer>9</answer>"
    >>> video2layout(gd.col("gold")).score({"completion": [text], "gold": [10]}).values
    array([0.91])
    """
    answer = gd.text.tag("answer", "first" if as_released else "last")
    ladder = _released_steps if as_released else gd.similarity.steps(tuple(k / 20 for k in range(10, 0, -1)))
    near = gd.similarity.near(answer, gold, "relative", ladder)
    accuracy = gd.where(_is_number(gold), near, gd.text.equal(answer, gold))
    form = gd.text.tags_in_order("map", "think", "answer", exact=True, once=not as_released)
    reward = (1 - format_weight) * accuracy + format_weight * form
    if plan is None:
        return reward
    return reward + map_weight * gd.geo.layout(gd.text.tag("map"), plan, tolerance)


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
    tol: float = 0.1,
    shape: Literal["resample", "dtw"] = "resample",
    process_weight: float = 0.25,
) -> Score:
    """RoboTracer's reward (P136): a trace in space, and what was said on the way to it.

    ``form + trace + 0.25 * (cue form + cue accuracy)``. The trace is the mean of three: its first point, its last, and
    its shape, each ``max(0, 1 - error / 0.1)``. The error of the shape is the mean distance at 32 places along both,
    or that of dynamic time warping (a sum, which grows with the trace). Cues are scored as in :func:`roborefer`,
    places by their distance (L2).

    Paper: Zhou et al., "RoboTracer: Mastering Spatial Trace with Reasoning in Vision-Language Models for Robotics"
    (2025), arXiv:2512.13660, by its abstract and parts of its text (points are (u, v, d): place in the image and
    metric depth).
    GUESSES: all tolerances, one for image and depth alike; the weights; the distance of shapes; how a cue is written.

    Args:
        trace: the true points (u, v, d), as one list.
        cues: annotations on an axis: records with ``name``, ``kind`` and ``value``.
        kinds: what may be said of a thing.
        tol: the distance at which a point, or a shape, earns nothing.
        shape: how shapes are compared.
        process_weight: of the cues.

    >>> text = "<think>gap = 0.12 m</think><answer>[(0, 0, 1), (0.5, 0.5, 1)]</answer>"
    >>> reward = robotracer(gd.col("trace"), gd.col("cues", axis="gold"))
    >>> rows = {"trace": [[[0, 0, 1], [0.5, 0.5, 1]]], "cues": [[{"name": "", "kind": "gap", "value": 0.12}]]}
    >>> reward.score(rows | {"completion": [text]}).values
    array([2.5])
    """
    said = gd.vision.points(gd.text.tag("answer"), dims=3, axis=None)
    ladder = gd.similarity.linear(tol)
    ends = [gd.similarity.near(said[k], trace[k], "l2", ladder) for k in (0, -1)]
    along = gd.similarity.near(said, trace, partial(gd.vision.curve_distance, how=shape), ladder)
    outcome = gd.text.tags_in_order("think", "answer") + (ends[0] + ends[1] + along) / 3
    return outcome + process_weight * _process(cues, kinds, gd.geo.cue_credit(point=tol, norm="l2"))


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
    Language Models" (2024), arXiv:2411.13112, and the evaluation code of its benchmark for ``a``. The four training
    rewards are known from its abstract alone: their form, equal weights, and how a place is written are ours.

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
    accuracy = gd.where(_is_number(gold), number, gd.text.equal(answer, gold))
    reward = weights[0] * located["b"].mean(empty=0) + weights[2] * accuracy
    if words is not None:
        stated = gd.similarity.match(said, places, _said, key=gd.geo.cue_key, report=_first_number)
        first, last = stated["b"].first(empty=0), stated["b"].last(empty=0)
        smaller, greater = (gd.text.equal(answer, word) for word in words)
        both = stated["hit_b"].all(empty=0) & (places.count() == 2)
        reward = reward + weights[1] * (both & ((smaller & (first < last)) | (greater & (first > last))))
    return reward + weights[3] * gd.text.tags_in_order("think", "answer")


def star_r1(
    truths: Column,
    credits: tuple[float, float, float] = (5.0, 1.5, 0.5),
    wrong: float = 1.0,
    missing: float = 1.0,
    normalise: bool = False,
) -> Score:
    """STAR-R1's reward (P091): which objects changed, in what, and to what.

    The answer is a JSON list of ``[object, attribute, new value]``. Each change is matched with one prediction at
    most: 5 where all three agree, 1.5 for object and attribute, 0.5 for the object. Each prediction that matches none
    (its object has not changed, or was told before) costs 1, and so does each prediction too few. Format adds 1.

    Paper: Li et al., "STAR-R1: Spatial TrAnsformation Reasoning by Reinforcing Multimodal LLMs" (2025),
    arXiv:2505.15804, by a review of its text. GUESSES: both penalties are 1; a change is credited once.

    Args:
        truths: the changes on an axis, as lists of three.
        credits: for all three, for object and attribute, for the object.
        wrong: what a prediction that matches nothing costs.
        missing: what each prediction too few costs.
        normalise: divide what the changes earn by the most they can, so that scenes with many changes weigh no more.

    >>> text = '<think>…</think><answer>[[3, "color", "red"], [5, "size", "small"], [7, "shape", "cube"]]</answer>'
    >>> rows = {"completion": [text], "truths": [[[3, "color", "red"], [5, "size", "large"]]]}
    >>> star_r1(gd.col("truths", axis="truth")).score(rows).values
    array([6.5])
    """
    said = gd.structure.json(gd.text.tag("answer"), axis="prediction")
    pairs = gd.similarity.match(said, truths, partial(_change, credits=tuple(credits)))
    spare = said.count() - pairs["hit_a"].sum(empty=0)
    lacking = gd.max(truths.count() - said.count(), 0)
    earned = pairs["b"].sum(empty=0) - wrong * spare - missing * lacking
    if normalise:
        earned = earned / gd.max(credits[0] * truths.count(), 1)
    return earned + gd.text.tags_in_order("think", "answer")


def _is_number(gold: Column) -> Score:
    """1 where the gold is a number (or a text that is one), else 0."""
    return gd.similarity.near(gold, 0, "abs", gd.similarity.within(1e300))


def _process(cues: Column, kinds: Sequence[str], worth: Any) -> Score:
    """Form and accuracy of the cues that a completion gives on its way."""
    said = gd.geo.cues(*kinds)
    right = gd.similarity.match(said, cues, worth, key=gd.geo.cue_key)["b"].mean(empty=0)
    return gd.min(said.count() / gd.max(cues.count(), 1), 1) + right


def _change(a: Any, b: Sequence[Any], credits: Sequence[float]) -> float:
    """What a predicted change is worth beside a true one."""
    if not isinstance(a, (list, tuple)) or len(a) != 3:
        return 0.0
    same = [_plain(x) == _plain(y) for x, y in zip(a, b, strict=True)]
    return 0.0 if not same[0] else credits[2] if not same[1] else credits[1] if not same[2] else credits[0]


def _plain(value: Any) -> Any:
    return str(value).strip().casefold() if isinstance(value, (str, int)) and not isinstance(value, bool) else None


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


_STEP = (0.05 - 0.5) / 9
_RELEASED = (*(k * _STEP + 0.5 for k in range(9)), 0.05)


def _released_steps(error: float) -> float:
    """The share of ten floating-point thresholds, as evenly spaced numbers come out of rounding."""
    return sum(error <= threshold for threshold in _RELEASED) / 10
