"""Pointing at what is meant: facts and experiments."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import guerdon as gd
from guerdon.plan.scores import Scores

from ...experiments import lesions, pointing
from ...registry import Claim, Experiment, Fact, register
from ...verifiable.grounding import affordance_r1, ophiuchus, ophiuchus_revised, stvg_o1, threed_r1, threed_r1_views
from ..seen import change, column, nested, numbers
from .likeness import letters

_GOLDS, _ALIKE = gd.col("golds", axis="gold"), gd.col("alike")
_ANSWER = gd.text.tag("answer")

# ---------------------------------------------------------------- P001

_BED, _LAMP = [0, 0, 0, 2, 2, 2], [5, 5, 0, 6, 6, 2]
_THOUGHT = "<think>The bed stands by the door.</think>"
_PLACE = "<answer>It is by the door: box: [0, 0, 0, 2, 2, 2]</answer>"


def _space(text: str, golds: Sequence[Sequence[float]] = (_BED,), alike: float = 1.0, **knobs: Any) -> float:
    rows = {"completion": [text], "golds": [list(golds)], "alike": [alike]}
    return float(numbers(threed_r1(_GOLDS, _ALIKE, **knobs), rows)[0])


def _seen_in_space(boxes: Iterable[Sequence[float]], golds: Sequence[Sequence[float]], released: bool = False) -> float:
    """Perception alone."""
    text = "<answer>" + " ".join(f"box: {list(box)}" for box in boxes) + "</answer>"
    return _space(text, golds, 0.0, weights=(0, 1, 0), as_released=released)


def only_the_first_box(completion: str) -> str:
    """An answer without its boxes after the first: what is least certain is left out."""
    before, first, *others = completion.split("box:")
    return before + "box:" + first.rstrip() + (others[-1].partition("]")[2] if others else "")


register(
    threed_r1,
    row="P001",
    title="3D-R1: Enhancing Reasoning in 3D VLMs for Unified Scene Understanding",
    shape="expression",
    sure="code",
    example=lambda: threed_r1(_GOLDS, gd.similarity.cosine(_ANSWER, gd.col("answer"), letters)),
    facts=(
        Fact("[0,0,0,2,2,2] and [1,1,1,3,3,3]: 1/15; the same box: 1",
             lambda: [_seen_in_space([_BED], [[1, 1, 1, 3, 3, 3]]), _seen_in_space([_BED], [_BED])], (1 / 15, 1), 1e-9),
        Fact("format: a long answer alone, both blocks long",
             lambda: [_space(text, alike=0, weights=(1, 0, 0)) for text in (_PLACE, _THOUGHT + _PLACE)], (0.25, 1),
             1e-9),
        Fact("format: as released an empty answer is long enough",
             lambda: [_space("<answer></answer>", alike=0, weights=(1, 0, 0), as_released=released)
                      for released in (True, False)], (0.25, 0), 1e-9),
        Fact("all right; the same without a box", lambda: [
            _space(text, as_released=released) for text in (_THOUGHT + _PLACE, _THOUGHT + _PLACE.replace("box", "at"))
            for released in (False, True)], (1, 1, 0.6, 0.6), 1e-9),
        Fact("two boxes, one exact and one disjoint: perception 1/2",
             lambda: [_seen_in_space([_BED, [9, 9, 9, 10, 10, 10]], [_BED], released) for released in (False, True)],
             (0.5, 0.5), 1e-9),
        Fact("one of two objects left out: free as released, half here",
             lambda: [_seen_in_space([_BED], [_BED, _LAMP], released) for released in (True, False)], (1, 0.5), 1e-9),
        Fact("the same box three times, of two objects: free as released, a third here",
             lambda: [_seen_in_space([_BED] * 3, [_BED, _LAMP], released) for released in (True, False)],
             (1, 1 / 3), 1e-9),
        Fact("no prediction, no reference",
             lambda: [_seen_in_space([], [_BED]), _seen_in_space([_BED], []), _seen_in_space([], [])], (0, 0, 0), 0),
    ),
    experiment=Experiment(
        pointing.boxes_in_space,
        (
            Claim("mean IoU gained", change("IoU after", "IoU before"), low=0.5),
            Claim("mean IoU after training", column("IoU after"), low=0.6),
        ),
        "a policy that says a cuboid coordinate by coordinate on a grid, trained with GRPO on the texts it writes",
        needs=("scipy",),
    ),
    hacks=(only_the_first_box,),
)  # fmt: skip

_VIEWS = tuple(gd.col(name, axis="view") for name in ("text", "coverage", "clip"))
_FOUR_VIEWS = {"text": [[1, 0, 0, 0.5]], "coverage": [[0, 1, 0, 0.5]], "clip": [[0, 0, 1, 0.5]]}


def _views(**knobs: Any) -> list[Any]:
    return list(nested(threed_r1_views(*_VIEWS, **knobs), _FOUR_VIEWS)[0])


register(
    threed_r1_views,
    row="P001",
    title="3D-R1: choosing views",
    shape="expression",
    sure="code",
    example=lambda: threed_r1_views(*_VIEWS, k=2),
    facts=(
        Fact("utilities: .3, .5, .5 and .65", _views, (0.3, 0.5, 0.5, 0.65), 1e-12),
        Fact("the best of four", lambda: _views(k=1), (0, 0, 0, 1), 0),
        Fact("the best two; of equals the first", lambda: _views(k=2), (0, 1, 0, 1), 0),
        Fact("more asked for than there are", lambda: _views(k=9), (1, 1, 1, 1), 0),
        Fact("coverage twice as heavy as CLIP: 2/3 and 1/3", lambda: _views(weights=(0.4, 0.4, 0.2)),
             (0.4, 2 / 3, 1 / 3, 0.7), 1e-12),
    ),
)  # fmt: skip

# ---------------------------------------------------------------- P003

_SPAN, _TRACK = gd.col("span"), gd.col("track")
_PARTS = ("format", "consistency", "temporal", "spatial", "think")
_BOX = [0, 0, 2, 2]


def _video(span: object, think: Iterable[int], given: Iterable[int]) -> str:
    """An answer whose boxes are exact; the truth is frames 5 to 14."""
    tracks = [" ".join(f"{frame}: {_BOX}" for frame in frames) for frames in (think, given)]
    return f"<time>{span}</time><think bbox>{tracks[0]}</think bbox><pred bbox>{tracks[1]}</pred bbox>"


def _tracked(text: str, **knobs: Any) -> Scores:
    truth = {str(frame): _BOX for frame in range(5, 15)}
    return stvg_o1(_SPAN, _TRACK, **knobs).score({"completion": [text], "span": [[5, 14]], "track": [truth]})


def _parts(text: str, **knobs: Any) -> list[float]:
    """The five parts of an answer."""
    scores = _tracked(text, **knobs)
    return [float(scores.components[name].values[0]) for name in _PARTS]


def _swapped(*weights: float) -> float:
    """How much more a perfect track given earns than one that is only thought of."""
    given, thought = _video([5, 14], (), range(5, 15)), _video([5, 14], range(5, 15), ())
    return float(_tracked(given, weights=weights).values[0] - _tracked(thought, weights=weights).values[0])


register(
    stvg_o1,
    row="P003",
    title="STVG-o1: Thinking With Bounding Boxes",
    shape="expression",
    sure="paper",
    guesses=("what consistency means", "equal weights", "vIoU, not the mean over shared frames", "the frames' form"),
    example=lambda: stvg_o1(_SPAN, _TRACK),
    facts=(
        Fact("spans [0, 9] and [5, 14], exact boxes: all parts",
             lambda: _parts(_video([0, 9], range(10), range(10))), (1, 1, 1 / 3, 1 / 3, 1 / 3), 1e-9),
        Fact("the same over the shared frames alone",
             lambda: _parts(_video([0, 9], range(10), range(10)), over="intersection")[3:], (1, 1), 1e-9),
        Fact("a perfect track thought of, an empty one given",
             lambda: _parts(_video([5, 14], range(5, 15), ())), (0, 0, 1, 0, 1), 1e-9),
        Fact("that is worth as much as the reverse, and less only if the track given weighs more",
             lambda: [_swapped(1, 1, 1, 1, 1), _swapped(1, 1, 1, 2, 1)], (0, 1), 1e-9),
        Fact("malformed: all five 0", lambda: _parts("frames 5 to 14, in the middle"), (0,) * 5, 0),
        Fact("all right", lambda: _parts(_video([5, 14], range(5, 15), range(5, 15))), (1,) * 5, 1e-9),
        Fact("a frame left out of a track: not consistent, a tenth less",
             lambda: _parts(_video([5, 14], range(5, 15), range(5, 14))), (1, 0, 1, 0.9, 1), 1e-9),
        Fact("one frame claimed: a tenth of time and space; over shared frames all of space",
             lambda: [*_parts(_video([5, 5], [5], [5]))[2:4],
                      _parts(_video([5, 5], [5], [5]), over="intersection")[3]], (0.1, 0.1, 1), 1e-9),
        Fact("a billion frames claimed", lambda: _parts(_video([0, 999999999], range(5, 15), range(5, 15)))[1:4],
             (0, 1e-8, 1e-8), 1e-12),
    ),
)  # fmt: skip

# ---------------------------------------------------------------- P045


def _item(box: Sequence[float] = (0, 0, 9, 9), point: Sequence[float] = (5, 5), affordance: str = "grasp") -> Any:
    return {"bbox_2d": list(box), "point_2d": list(point), "affordance": affordance}


def _acted(items: object, golds: Sequence[object] = (), alike: float = 1.0, sentence: str = "a") -> float:
    answer = items if isinstance(items, str) else json.dumps(items)
    text = f"<think>{sentence}</think><rethink>b</rethink><answer>{answer}</answer>"
    rows = {"completion": [text], "golds": [list(golds) or [_item()]], "alike": [alike]}
    return float(numbers(affordance_r1(_GOLDS, _ALIKE), rows)[0])


_FARTHER = _item((100, 100, 109, 109), (105, 105))

register(
    affordance_r1,
    row="P045",
    title="Affordance-R1: RL for Generalizable Affordance Reasoning",
    shape="expression",
    sure="code",
    example=lambda: affordance_r1(
        _GOLDS, gd.similarity.cosine(gd.structure.json(_ANSWER)[0]["affordance"], gd.col("affordance"), letters)
    ),
    facts=(
        Fact("a perfect item", lambda: _acted([_item()]), 10, 1e-9),
        Fact("(0,0,9,9) and (0,0,9,4) in whole pixels: IoU 1/2, corners 1.25 apart", lambda: [
            gd.vision.overlap([0, 0, 9, 9], [0, 0, 9, 4], inclusive=True),
            gd.vision.distance([0, 0, 9, 9], [0, 0, 9, 4], "mean_l1"),
            gd.vision.agreement(_item(), _item((0, 0, 9, 4), (900, 900)))], (0.5, 1.25, 1), 1e-12),
        Fact("2 wanted, 1 perfect: 3/2 for the pairs, nothing for the number",
             lambda: _acted([_item()], [_item(), _FARTHER]), 10 - 1.5 - 1, 1e-9),
        Fact("the order is nothing",
             lambda: [_acted(items, [_item(), _FARTHER]) for items in ([_item(), _FARTHER], [_FARTHER, _item()])],
             (10, 10), 1e-9),
        Fact("malformed JSON: the blocks and no repetition alone", lambda: _acted("[{"), 2, 1e-9),
        Fact("two sentences repeated", lambda: _acted([_item()], sentence="Stop. Go. Go. Go. On."), 9, 1e-9),
        Fact("one sentence repeated", lambda: _acted([_item()], sentence="Stop. Go. Go. On."), 10, 1e-9),
        Fact("another affordance", lambda: _acted([_item()], alike=0.8), 9, 1e-9),
        Fact("a point outside its own box", lambda: _acted([_item(point=(12, 12))]), 9, 1e-9),
        Fact("fifty copies: pairs 3/50, and the wrong number", lambda: _acted([_item()] * 50), 6 + 3 / 50, 1e-9),
    ),
)  # fmt: skip

# ---------------------------------------------------------------- P063

_CALLS = tuple(gd.col(name) for name in ("task", "form", "valid", "invalid"))
_MADE = gd.tools.calls(format="hermes")


def _tools(task: float, valid: int, invalid: int = 0, form: int = 1) -> float:
    rows = {"task": [task], "form": [form], "valid": [valid], "invalid": [invalid]}
    return float(numbers(ophiuchus(*_CALLS), rows)[0])


def _cells(count: int, start: int = 0) -> dict[str, Any]:
    return {"cells": [[0, start + i] for i in range(count)]}


register(
    ophiuchus,
    row="P063",
    title="Ophiuchus: Tool-augmented Thinking with Images for Medical Image Analysis",
    shape="expression",
    sure="abstract",
    guesses=("the formula", "all weights and the bar"),
    example=lambda: ophiuchus(
        gd.text.equal(_ANSWER, gd.col("gold")),
        gd.text.tags_in_order("think", "answer"),
        _MADE.exists().sum(),
        1 - _MADE.exists().mean(empty=1),
    ),
    facts=(
        Fact("Dice of 4 and 6 cells sharing 3; both empty",
             lambda: [gd.vision.dice(_cells(4), _cells(6, 1)), gd.vision.dice(_cells(0), _cells(0))], (0.6, 1), 1e-12),
        Fact("right without a tool; wrong with one", lambda: [_tools(1, 0), _tools(0, 1)], (1.1, 0.1), 1e-12),
        Fact("right with a tool; ten calls are no better", lambda: [_tools(1, 1), _tools(1, 10)], (1.6, 1.6), 1e-12),
        Fact("five invalid calls cost 5 x 0.1", lambda: _tools(1, 1) - _tools(1, 1, 5), 0.5, 1e-12),
        Fact("success at the bar opens, below it does not", lambda: [_tools(0.5, 1), _tools(0.49, 1)], (1.1, 0.59),
             1e-12),
        Fact("no mask is an empty one's opposite", lambda: numbers(
            gd.vision.dice(gd.col("a"), gd.col("b")), {"a": [None, _cells(0)], "b": [_cells(0)] * 2}), (0, 1), 0),
    ),
    experiment=Experiment(
        lesions.looking_closer,
        (
            Claim("gated: crops where the lesion is hidden", column("crops, hidden, gated"), low=0.9),
            Claim("gated: crops where it is plain", column("crops, plain, gated"), high=0.1),
            Claim("without the gate: crops where it is plain", column("crops, plain, ungated"), low=0.9),
        ),
        "pictures of 32 x 32 with a bar that lies or stands, small or large: answered from afar, or after a crop",
    ),
)  # fmt: skip

_FIRST, _LAST = gd.col("first"), gd.col("last")

register(
    ophiuchus_revised,
    row="P063",
    title="Ophiuchus: traces whose second look helped",
    shape="expression",
    sure="abstract",
    guesses=("that the second stage learns from these", "the bar"),
    example=lambda: ophiuchus_revised(_FIRST, _LAST),
    facts=(
        Fact("wrong then right, right throughout, wrong throughout, right then wrong", lambda: numbers(
            ophiuchus_revised(_FIRST, _LAST), {"first": [0, 1, 0, 1], "last": [1, 1, 0, 0]}), (1, 0, 0, 0), 0),
        Fact("at the bar is right", lambda: numbers(
            ophiuchus_revised(_FIRST, _LAST), {"first": [0.5, 0.4], "last": [0.9, 0.5]}), (0, 1), 0),
        Fact("another bar", lambda: numbers(
            ophiuchus_revised(_FIRST, _LAST, bar=0.8), {"first": [0.7], "last": [0.9]}), 1, 0),
        Fact("a trace without a last answer is not kept", lambda: numbers(
            ophiuchus_revised(_FIRST, _LAST), {"first": [1], "last": [None]}), 0, 0),
    ),
)  # fmt: skip
