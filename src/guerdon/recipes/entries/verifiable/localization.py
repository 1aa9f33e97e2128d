"""Localisation: facts and experiments."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import guerdon as gd

from ...experiments import localizing, pointing
from ...registry import Claim, Experiment, Fact, register
from ...verifiable.localization import grip, grip_salience, vision_r1
from ..seen import change, column, nested, numbers
from .detection import named, seen, tiles

_GOLDS = gd.col("golds", axis="gold")

# ---------------------------------------------------------------- P090

_THREE = [named([0, 0, 10, 10]), named([100, 0, 110, 10]), named([200, 0, 210, 10])]
# Inside the truth GIoU is IoU: 0.8, 0.6 and 0.3.
_FOUND = [named([0, 0, 10, 8]), named([100, 0, 110, 6]), named([200, 0, 210, 3])]
_FAR = [named([x, 500, x + 10, 510]) for x in range(0, 200, 10)]


def _staged(step: int, items: object, golds: object = _THREE, released: bool = False) -> float:
    text = items if isinstance(items, str) else json.dumps(items)
    return float(seen(vision_r1(_GOLDS, as_released=released), [text], golds, step)[0])


def far_boxes(completion: str) -> str:
    """Boxes far from everything, added to an answer."""
    return json.dumps(json.loads(completion) + _FAR)


register(
    vision_r1,
    row="P090",
    title="Vision-R1: Human-Free Alignment via Vision-Guided Reinforcement Learning",
    shape="expression",
    sure="code",
    example=lambda: vision_r1(_GOLDS, gd.text.tag("answer")),
    facts=(
        Fact("GIoU .8, .6, .3 of 3: first stage 1 + .53333 + .66667",
             lambda: [_staged(0, _FOUND), _staged(0, _FOUND, released=True)], (1 + 1.6 / 3 + 2 / 3,) * 2, 1e-9),
        Fact("the same, second stage: precision .26667, recall 1/3 clipped to 0",
             lambda: [_staged(1500, _FOUND), _staged(1500, _FOUND, released=True)], (1 + 0.8 / 3,) * 2, 1e-9),
        Fact("nothing said where nothing is: 1 + 1 for the boxes, and our format; as released none for JSON",
             lambda: [_staged(0, [], []), _staged(0, [], [], True), _staged(0, "nothing", [], True)], (3, 2, 3), 0),
        Fact("nothing said where three are", lambda: [_staged(0, []), _staged(0, [], released=True)], (1, 1), 0),
        Fact("the order of predictions is nothing",
             lambda: [_staged(0, _FOUND[::-1], released=released) for released in (False, True)],
             (1 + 1.6 / 3 + 2 / 3,) * 2, 1e-9),
        Fact("twenty boxes far away: free as released, costly here",
             lambda: [_staged(0, far_boxes(json.dumps(_FOUND)), released=released) for released in (True, False)],
             (1 + 1.6 / 3 + 2 / 3, 1 + 1.6 / 23), 1e-9),
        Fact("one of three: full precision as released, a third here",
             lambda: [_staged(0, _THREE[:1], released=released) for released in (True, False)], (2, 1 + 1 / 3), 1e-9),
        Fact("a policy stuck at IoU .6: 1 + .6 + 1, then 1",
             lambda: [_staged(step, [named([0, 0, 10, 6])], _THREE[:1]) for step in (1499, 1500)], (2.6, 1), 1e-9),
        Fact("other bars: a GIoU of .6 above .5 is all right; format alone; precision alone", lambda: [
            float(seen(vision_r1(_GOLDS, **knobs), [json.dumps([named([0, 0, 10, 6])])], _THREE[:1])[0])
            for knobs in ({"bars": ((0.1, 0.5), (0.5, 0.9))}, {"weights": (1, 0, 0)}, {"weights": (0, 1, 0)})],
            (3, 1, 0.6), 1e-9),
        Fact("another name", lambda: [_staged(0, [named([0, 0, 10, 10], "dog")], _THREE[:1], released)
                                      for released in (True, False)], (3, 1), 1e-9),
    ),
    experiment=Experiment(
        localizing.bars_and_boxes,
        (
            Claim("rising bars: the IoU of boxes in the end", column("IoU, rising bars"), low=0.97),
            Claim("what rising adds to low bars", change("IoU, rising bars", "IoU, low bars"), low=0.03, whose="paper"),
            Claim("high bars from the start: the IoU stays low", column("IoU, high bars"), high=0.7, whose="paper"),
            Claim("as released: boxes said, over those at first", change("boxes released", "boxes at first"), low=1),
            Claim("ours: boxes said, two objects being there", column("boxes ours"), low=1.5, high=2.5),
        ),
        "a policy of boxes about an IoU of 0.55, trained with GRPO; and one that says how many guesses it lists",
        needs=("scipy",),
    ),
    hacks=(far_boxes,),
)  # fmt: skip

# ---------------------------------------------------------------- P068

_BOXES, _WEIGHTS = gd.vision.boxes(distinct=True), gd.col("weights", axis="gold")
_PAIR = [[0, 0, 10, 10], [50, 0, 60, 10]]
_HALF = "[0, 0, 10, 5] [50, 0, 60, 10]"


def _salient(text: str, weights: Sequence[float] = (1, 0.2), **knobs: Any) -> float:
    rows = {"completion": [text], "golds": [_PAIR], "weights": [list(weights)]}
    return float(numbers(grip_salience(_BOXES, _GOLDS, _WEIGHTS, **knobs), rows)[0])


def _grid() -> str:
    return " ".join(map(str, tiles(10)))


register(
    grip_salience,
    row="P068",
    title="GRiP: salience-weighted IoU",
    shape="expression",
    sure="abstract",
    guesses=("the formula", "the half for precision", "how both are joined"),
    example=lambda: grip_salience(_BOXES, _GOLDS, _WEIGHTS),
    facts=(
        Fact("weights (1, .2), best IoU (.5, 1)", lambda: _salient(_HALF, precision=None), 0.7 / 1.2, 1e-9),
        Fact("equal weights", lambda: _salient(_HALF, (1, 1), precision=None), 0.75, 1e-9),
        Fact("a copy changes nothing", lambda: [
            _salient(_HALF + " [50, 0, 60, 10]", precision=how) - _salient(_HALF, precision=how)
            for how in ("f1", "mean")], (0, 0), 1e-12),
        Fact("a moved copy lowers it", lambda: _salient(_HALF + " [50, 0, 60, 9]") < _salient(_HALF), 1, 0),
        Fact("a hundred boxes: by their mean more than half, by F1 next to nothing",
             lambda: [_salient(_grid(), precision="mean"), _salient(_grid())], (0.51, 0.04 / 1.02), 1e-9),
        Fact("the key object alone, the other alone, by recall",
             lambda: [_salient("[0, 0, 10, 10]", precision=None), _salient("[50, 0, 60, 10]", precision=None)],
             (1 / 1.2, 0.2 / 1.2), 1e-9),
        Fact("no box", lambda: _salient("none"), 0, 0),
    ),
    experiment=Experiment(
        pointing.first_box,
        (
            Claim("weighted: the chance that the key object is looked for", column("key object, weighted"), low=0.9),
            Claim("plain: the same, both objects being alike", column("key object, plain"), low=0.4, high=0.6),
        ),
        "a policy that says one box, for the key object or for another; exact gradient",
        needs=("scipy",),
    ),
)  # fmt: skip

_PARTS = (gd.col("right"), gd.col("form"), gd.col("salience"), gd.col("paths", axis="path"))


def _followed(name: str) -> gd.Score:
    """The share of a reference path's steps that the thoughts name."""
    return gd.ranking.nuggets(gd.text.reasoning(), gd.col(name, axis=name)).mean(empty=0)


def _grip(paths: Sequence[float], **knobs: Any) -> float:
    rows = {"right": [1], "form": [1], "salience": [0.5], "paths": [list(paths)]}
    return float(numbers(grip(*_PARTS, **knobs), rows)[0])


register(
    grip,
    row="P068",
    title="GRiP: Guiding the Inner Eye",
    shape="expression",
    sure="abstract",
    guesses=("equal weights", "the best of the paths"),
    example=lambda: grip(
        gd.text.equal(gd.text.tag("answer"), gd.col("answer")),
        gd.text.tags_in_order("think", "answer"),
        grip_salience(_BOXES, _GOLDS, _WEIGHTS),
        gd.stack(*map(_followed, ("first", "second")), axis="path"),
    ),
    facts=(
        Fact("paths (.2, .9, .4): the best", lambda: _grip((0.2, 0.9, 0.4)) - 2.5, 0.9, 1e-9),
        Fact("a further path never lowers it", lambda: _grip((0.2, 0.9, 0.4, 0.0)) - _grip((0.2, 0.9, 0.4)), 0, 0),
        Fact("a better path raises it", lambda: _grip((0.2, 1.0)) - _grip((0.2,)), 0.8, 1e-9),
        Fact("no reference path", lambda: _grip(()), 2.5, 1e-9),
        Fact("other weights: 1 + 2 + 3 x .5 + 4 x .9", lambda: _grip((0.2, 0.9), weights=(1, 2, 3, 4)), 8.1, 1e-9),
        Fact("paths are pieces of a rollout",
             lambda: nested(gd.col("paths", axis="path"), {"paths": [[0.2, 0.9]]})[0], (0.2, 0.9), 0),
    ),
)  # fmt: skip
