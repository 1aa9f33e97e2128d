"""Space: where on the globe, on which plan, what has changed in a scene."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import guerdon as gd
from guerdon.expr.columns import Column
from guerdon.expr.score import Score

__all__ = ["geo_r", "star_r1", "video2layout"]


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
    thresholds: Sequence[float] = (0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05),
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
        thresholds: of the relative error.
        as_released: as the released code.

    >>> text = "<map>bed: [0, 0, 2, 1]</map><think>9 m</think><answer>9</answer>"
    >>> video2layout(gd.col("gold")).score({"completion": [text], "gold": [10]}).values
    array([0.91])
    """
    answer = gd.text.tag("answer", "first" if as_released else "last")
    ladder = _released_steps if as_released else gd.similarity.steps(tuple(thresholds))
    near = gd.similarity.near(answer, gold, "relative", ladder)
    accuracy = gd.where(is_number(gold), near, gd.text.equal(answer, gold))
    form = gd.text.tags_in_order("map", "think", "answer", exact=True, once=not as_released)
    reward = (1 - format_weight) * accuracy + format_weight * form
    if plan is None:
        return reward
    return reward + map_weight * gd.geo.layout(gd.text.tag("map"), plan, tolerance)


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


def is_number(gold: Column) -> Score:
    """1 where the gold is a number (or a text that is one), else 0."""
    return gd.similarity.near(gold, 0, "abs", gd.similarity.within(1e300))


def _change(a: Any, b: Sequence[Any], credits: Sequence[float]) -> float:
    """What a predicted change is worth beside a true one."""
    if not isinstance(a, (list, tuple)) or len(a) != 3:
        return 0.0
    same = [_plain(x) == _plain(y) for x, y in zip(a, b, strict=True)]
    return 0.0 if not same[0] else credits[2] if not same[1] else credits[1] if not same[2] else credits[0]


def _plain(value: Any) -> Any:
    return str(value).strip().casefold() if isinstance(value, (str, int)) and not isinstance(value, bool) else None


_STEP = (0.05 - 0.5) / 9
_RELEASED = (*(k * _STEP + 0.5 for k in range(9)), 0.05)


def _released_steps(error: float) -> float:
    """The share of ten floating-point thresholds, as evenly spaced numbers come out of rounding."""
    return sum(error <= threshold for threshold in _RELEASED) / 10
