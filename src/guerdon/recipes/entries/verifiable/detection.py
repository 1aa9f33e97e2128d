"""Detection: facts and experiments."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import guerdon as gd
from guerdon.expr.score import Score

from ...experiments import pointing
from ...registry import Claim, Experiment, Fact, register
from ...verifiable.detection import (
    visual_rft,
    visual_rft_classes,
    visual_rft_grounding,
    vlm_r1,
    vlm_r1_composite,
    vlm_r1_length,
    vlm_r1_rec,
)
from ..seen import change, column, numbers

_GOLD, _GOLDS, _TEXT = gd.col("gold"), gd.col("golds", axis="gold"), gd.col("completion")


def answered(items: object) -> str:
    """A completion with a think block and these items as its answer."""
    return f"<think>look</think><answer>{items if isinstance(items, str) else json.dumps(items)}</answer>"


def named(box: Sequence[float], label: str = "cat") -> dict[str, Any]:
    """A record as VLM-R1 and Vision-R1 write it."""
    return {"bbox_2d": list(box), "label": label}


def tiles(side: int, size: int = 100) -> list[list[int]]:
    """A square of this size cut into boxes: a guess for every place."""
    step = size // side
    return [[x, y, x + step, y + step] for x in range(0, size, step) for y in range(0, size, step)]


def seen(reward: Score, texts: Sequence[str], golds: object, step: int = 0) -> list[Any]:
    """The reward of several completions held against the same references."""
    rows = {"completion": list(texts), "golds": [golds] * len(texts), "gold": [golds] * len(texts)}
    return reward.score(rows, step=step).numbers


# ---------------------------------------------------------------- P077

_CATS = [named([0, 0, 100, 100], "cat"), named([200, 200, 300, 300], "dog")]
# The cat exactly; the dog with an IoU of 0.56, above two of ten thresholds; two boxes too many.
_SIX_TENTHS = [
    named([0, 0, 100, 100], "cat"),
    named([200, 200, 300, 256], "dog"),
    named([500, 500, 600, 600], "cat"),
    named([500, 500, 600, 600], "dog"),
]
_HALF_FOUND = [named([0, 0, 100, 80], "cat"), named([500, 500, 600, 600], "dog")]


def more_boxes(completion: str) -> str:
    """Further boxes, said after those that are right."""
    items = json.loads(completion.partition("<answer>")[2].partition("</answer>")[0] or completion)
    label = items[0].get("label", "cat") if items else "cat"
    extra = [named([x + 2000, y, u + 2000, v], label) for x, y, u, v in tiles(5)]
    return answered(items + extra) if "<answer>" in completion else json.dumps(items + extra)


def everywhere(completion: str) -> str:
    """A box in every place, with every name."""
    found = [named(box, label) for box in tiles(4, 400) for label in ("cat", "dog")]
    return answered(found) if "<answer>" in completion else json.dumps(found)


register(
    vlm_r1_rec,
    row="P077",
    title="VLM-R1: referring expressions",
    shape="expression",
    sure="code",
    example=lambda: vlm_r1_rec(_GOLD),
    facts=(
        Fact("(0,0,10,10) and (5,0,15,10): 1/3, with format 4/3",
             lambda: seen(vlm_r1_rec(_GOLD), [answered("[0, 0, 10, 10]")], [5, 0, 15, 10]), (4 / 3,), 1e-9),
        Fact("the first box counts, not the best",
             lambda: seen(vlm_r1_rec(_GOLD), [answered("[0, 0, 1, 1] [5, 0, 15, 10]")], [5, 0, 15, 10]), (1,), 0),
        Fact("a box in the thinking earns nothing",
             lambda: seen(vlm_r1_rec(_GOLD), ["<think>[5, 0, 15, 10]</think><answer>?</answer>"], [5, 0, 15, 10]),
             (0,), 0),
        Fact("corners in the wrong order overlap with nothing",
             lambda: seen(vlm_r1_rec(_GOLD), [answered("[15, 10, 5, 0]")], [5, 0, 15, 10]), (1,), 0),
    ),
)  # fmt: skip

register(
    vlm_r1,
    row="P077",
    title="VLM-R1: open-vocabulary detection",
    shape="expression",
    sure="code",
    example=lambda: vlm_r1(_GOLDS),
    facts=(
        Fact("mAP 0.6, 2 true, 4 predicted: 0.3; as released 0.6",
             lambda: [*seen(vlm_r1(_GOLDS), [answered(_SIX_TENTHS)], _CATS),
                      *seen(vlm_r1(_GOLDS, as_released=True), [answered(_SIX_TENTHS)], _CATS)], (0.3, 0.6), 1e-9),
        Fact("nothing there: [], None, a box",
             lambda: seen(vlm_r1(_GOLDS), [answered([]), answered("None"), answered(_CATS)], []), (1, 1, 0), 0),
        Fact("two there: nothing said, nothing readable",
             lambda: seen(vlm_r1(_GOLDS), [answered([]), answered("a cat, a dog")], _CATS), (0, 0), 0),
        Fact("boxes said last are free as released, and cost here",
             lambda: [seen(vlm_r1(_GOLDS, as_released=True), [more_boxes(answered(_CATS))], _CATS)[0],
                      seen(vlm_r1(_GOLDS), [more_boxes(answered(_CATS))], _CATS)[0]], (1, 2 / 27), 1e-9),
        Fact("one of two found: recall 1/2 is reached at 51 of 101 places",
             lambda: seen(vlm_r1(_GOLDS), [answered(_CATS[:1])], [_CATS[0], named([5, 5, 9, 9])]), (51 / 101,), 1e-9),
    ),
    experiment=Experiment(
        pointing.boxes_said,
        (
            Claim("plain AP: boxes listed, over those at first", change("boxes plain", "boxes at first"), low=1.0,
                  whose="paper"),
            Claim("with the factor of length: boxes listed, two objects being there", column("boxes scaled"), low=1.5,
                  high=2.5, whose="paper"),
        ),
        "a policy that says how many boxes it lists, of guesses that get worse; exact gradient",
    ),
    hacks=(more_boxes,),
)  # fmt: skip

register(
    vlm_r1_composite,
    row="P077",
    title="VLM-R1: position, name and completeness",
    shape="expression",
    sure="code",
    guesses=("the label's part, whose weight is 0",),
    example=lambda: vlm_r1_composite(_GOLDS),
    facts=(
        Fact("2 true, 2 predicted, one match of IoU 0.8: .7 x .4 + .3 x .5",
             lambda: seen(vlm_r1_composite(_GOLDS), [answered(_HALF_FOUND)], _CATS), (0.43,), 1e-9),
        Fact("all found, all missed, nothing said",
             lambda: seen(vlm_r1_composite(_GOLDS), [answered(_CATS), answered([named([7, 7, 8, 8])]), answered([])],
                           _CATS), (1, 0, 0), 1e-9),
        Fact("as released an empty list is half complete",
             lambda: seen(vlm_r1_composite(_GOLDS, as_released=True), [answered([])], _CATS), (0.15,), 1e-9),
        Fact("a box in every place: as released 0.86, here 0.2",
             lambda: [seen(vlm_r1_composite(_GOLDS, as_released=released), [everywhere(answered(_CATS))], _CATS)[0]
                      for released in (True, False)],
             (0.7 + 0.3 * (1 - 15 / 32), 0.7 / 16 + 0.3 * (1 - 15 / 32)), 1e-9),
        Fact("the right place under another name",
             lambda: seen(vlm_r1_composite(_GOLDS), [answered([named([0, 0, 100, 100], "cow")])], _CATS), (0,), 1e-9),
    ),
    hacks=(everywhere,),
)  # fmt: skip

_RIGHT, _TOKENS = gd.col("right"), gd.col("tokens")
_LENGTHS = {"completion": ["a b c d e f g"] * 4, "right": [1, 1, 0, 0], "tokens": [512, 0, 0, 1024]}

register(
    vlm_r1_length,
    row="P077",
    title="VLM-R1: length and repetition",
    shape="expression",
    sure="code",
    example=lambda: vlm_r1_length(gd.text.equal(gd.text.tag("answer"), gd.col("gold")), gd.text.length("tokens")),
    facts=(
        Fact("right at 512 of 1024 and at 0, wrong at 0 and at 1024",
             lambda: numbers(vlm_r1_length(_RIGHT, _TOKENS), _LENGTHS), (0.75, 1, -0.5, 0), 1e-5),
        Fact("as released every answer is right",
             lambda: numbers(vlm_r1_length(_RIGHT, _TOKENS, as_released=True), _LENGTHS), (0.75, 1, 1, 0.5), 1e-5),
        Fact("right, at the longest and beyond", lambda: numbers(
            vlm_r1_length(_RIGHT, _TOKENS), {"completion": ["a", "a"], "right": [1, 1], "tokens": [1024, 9999]}),
            (0.5, 0.5), 1e-5),
        Fact("a box with its name, said three times: 2/3 off", lambda: numbers(
            vlm_r1_length(_RIGHT, _TOKENS, items=gd.vision.objects(gd.text.tag("answer"))),
            {"completion": [answered(_CATS[:1] * 3), answered(_CATS)], "right": [1, 1], "tokens": [0, 0]}), (1 / 3, 1),
            1e-5),
        Fact("twelve words, 7 windows of six, one said before: 1/7 off", lambda: numbers(
            vlm_r1_length(_RIGHT, _TOKENS),
            {"completion": ["a b c d e f a b c d e f"], "right": [1], "tokens": [0]}), (6 / 7,), 1e-5),
    ),
)  # fmt: skip

# ---------------------------------------------------------------- P078


def _placed(*items: tuple[Sequence[float], float]) -> str:
    return answered(str([{"Position": list(box), "Confidence": sure} for box, sure in items]))


_TWO = [[0, 0, 10, 10], [50, 50, 60, 60]]
_HIT_AND_MISS = _placed(([0, 0, 10, 8], 0.9), ([90, 90, 99, 99], 0.3))
_RFT, _RFT_RELEASED = visual_rft(_GOLDS), visual_rft(_GOLDS, as_released=True)


def unbelieved(completion: str) -> str:
    """A box far from everything, with confidence 0, in place of an answer."""
    return _placed(([9000, 9000, 9001, 9001], 0.0))


register(
    visual_rft,
    row="P078",
    title="Visual-RFT: detection",
    shape="expression",
    sure="code",
    example=lambda: visual_rft(_GOLDS),
    facts=(
        Fact("2 truths, a hit (IoU .8, conf .9) and a miss (conf .3): .4 + .8 + 1",
             lambda: seen(_RFT_RELEASED, [_HIT_AND_MISS], _TWO), (2.2,), 1e-9),
        Fact("the same by our confidence: .4 + (.99 - .09) / 2 + 1",
             lambda: seen(_RFT, [_HIT_AND_MISS], _TWO), (1.85,), 1e-9),
        Fact("a copy changes nothing, a moved copy lowers v2", lambda: seen(_RFT_RELEASED, [
            _placed(([0, 0, 10, 8], 0.9)),
            _placed(([0, 0, 10, 8], 0.9), ([0, 0, 10, 8], 0.9)),
            _placed(([0, 0, 10, 8], 0.9), ([0, 1, 10, 8], 0.9)),
        ], _TWO[:1]), (2.7, 2.7, 0.4 + 0.5 + 1), 1e-9),
        Fact("v1 is over the predictions, v2 over the greater number", lambda: [
            seen(visual_rft(_GOLDS, version=version, as_released=True), [_placed(([0, 0, 10, 8], 0.9))], _TWO)[0]
            for version in ("v1", "v2")], (2.7, 2.3), 1e-9),
        Fact("a miss with confidence 1: as released 0 for the item, here -1",
             lambda: [seen(reward, [_placed(([90, 90, 99, 99], 1.0))], _TWO[:1])[0]
                      for reward in (_RFT_RELEASED, _RFT)], (1, 0), 1e-9),
        Fact("a box nobody believes in: as released 2 of 3, here the format alone",
             lambda: [seen(reward, [unbelieved("")], _TWO)[0] for reward in (_RFT_RELEASED, _RFT)], (2, 1), 1e-9),
        Fact("overlap alone, confidence alone, format alone", lambda: [
            seen(visual_rft(_GOLDS, weights=weights, as_released=True), [_HIT_AND_MISS], _TWO)[0]
            for weights in ((1, 0, 0), (0, 1, 0), (0, 0, 1))], (0.4, 0.8, 1), 1e-9),
        Fact("an IoU of exactly 1/2 is no hit",
             lambda: seen(_RFT_RELEASED, [_placed(([0, 0, 10, 5], 1.0))], _TWO[:1]), (1,), 1e-9),
        Fact("what is no list earns the format alone", lambda: seen(_RFT, [answered("there")], _TWO), (1,), 0),
    ),
    experiment=Experiment(
        pointing.confidence_said,
        (
            Claim("as released: what a box nowhere earns over the best guess",
                  change("a box nowhere earns, released", "the best guess earns, released"), low=0),
            Claim("ours: what a box nowhere earns over the best guess",
                  change("a box nowhere earns, ours", "the best guess earns, ours"), high=-0.2),
            Claim("ours: the confidence said, where 4 guesses in 10 hit", column("confidence ours"), low=0.25,
                  high=0.6),
        ),
        "a policy that says how sure it is of its best guess, or names a box nowhere; exact gradient",
    ),
    hacks=(unbelieved,),
)  # fmt: skip

_CLASS = visual_rft_classes(gd.col("label"))

register(
    visual_rft_classes,
    row="P078",
    title="Visual-RFT: classification",
    shape="expression",
    sure="code",
    example=lambda: _CLASS,
    facts=(
        Fact("right and in form, right alone, in form alone, neither", lambda: numbers(_CLASS, {
            "completion": [answered("heron"), "<answer>heron</answer>", answered("gull"), "heron"],
            "label": ["heron"] * 4}), (2, 1, 1, 0), 0),
        Fact("case and white space aside", lambda: numbers(_CLASS, {"completion": [answered(" Grey  Heron ")],
                                                                    "label": ["grey heron"]}), 2, 0),
        Fact("every class at once is no class", lambda: numbers(_CLASS, {"completion": [answered("heron, gull, tern")],
                                                                         "label": ["gull"]}), 1, 0),
        Fact("no reference, no number", lambda: numbers(_CLASS, {"completion": [answered("gull")], "label": [None]}),
             (None,), 0),
    ),
)  # fmt: skip

_PLACE = visual_rft_grounding(_GOLD)

register(
    visual_rft_grounding,
    row="P078",
    title="Visual-RFT: reasoning grounding",
    shape="expression",
    sure="code",
    example=lambda: _PLACE,
    facts=(
        Fact("unit boxes at x = 0 and x = 3", lambda: seen(_PLACE, [answered("[0, 0, 1, 1]")], [3, 0, 4, 1]), (0.5,),
             1e-12),
        Fact("2 x 2 boxes that touch", lambda: seen(_PLACE, [answered("[0, 0, 2, 2]")], [2, 0, 4, 2]), (1,), 1e-12),
        Fact("the same box", lambda: seen(_PLACE, [answered("[0, 0, 2, 2]")], [0, 0, 2, 2]), (2,), 1e-12),
        Fact("no box, and one with its corners reversed",
             lambda: seen(_PLACE, [answered("there"), answered("[2, 2, 0, 0]")], [0, 0, 2, 2]), (0, 0), 0),
    ),
)  # fmt: skip
