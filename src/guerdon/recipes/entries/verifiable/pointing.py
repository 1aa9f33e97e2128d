"""Points, traces and orders in space, and what is said on the way: facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import guerdon as gd

from ...registry import Fact, register
from ...verifiable.pointing import roborefer, robotracer, robotracer_success, surds
from ..seen import numbers

_CUES = gd.col("cues", axis="gold")
_CUP = {"name": "red cup", "kind": "position", "value": [0.2, 0.4]}
_DEPTH = {"name": "box", "kind": "depth", "value": 1.0}
_SAID_CUP, _SAID_DEPTH = "red cup position: (0.2, 0.4)", "depth of the box = 1.0 m"

# ---------------------------------------------------------------- P152

_REFER = roborefer(gd.col("point"), _CUES)


def _referred(
    point: str, *cues: str, golds: Sequence[Any] = (_CUP, _DEPTH), target: Any = (0.5, 0.5), **knobs: Any
) -> float:
    text = "<think>" + "\n".join(cues) + f"</think><answer>{point}</answer>"
    rows = {"completion": [text], "point": [list(target)], "cues": [list(golds)]}
    return float(numbers(roborefer(gd.col("point"), _CUES, **knobs), rows)[0])


def _process(*cues: str, golds: Sequence[Any] = (_CUP, _DEPTH)) -> float:
    """Cue form and cue accuracy alone."""
    return _referred("none", *cues, golds=golds, process_weight=1.0) - 1


_GUESSES = tuple(f"box depth: {k / 10} m" for k in range(5, 20))

register(
    roborefer,
    row="P152",
    title="RoboRefer: Towards Spatial Referring with Reasoning in Vision-Language Models for Robotics",
    shape="expression",
    sure="memory",
    guesses=(
        "weight 0.25",
        "all tolerances",
        "the map from distance to reward",
        "how a cue is written",
        "the form of cues",
    ),
    example=lambda: _REFER,
    facts=(
        Fact(
            "points off by 0.05, 0 and more than 0.1 (L1), beside format 1",
            lambda: [_referred(point) for point in ("(0.52, 0.53)", "(0.5, 0.5)", "(0.6, 0.7)")],
            (1.5, 2, 1),
            1e-9,
        ),
        Fact("one of two cues exact, one missing: form and accuracy 1/2", lambda: _process(_SAID_CUP), 1.0, 1e-9),
        Fact(
            "both, in either order",
            lambda: [_process(_SAID_CUP, _SAID_DEPTH), _process(_SAID_DEPTH, _SAID_CUP)],
            (2, 2),
            1e-9,
        ),
        Fact("a depth of 1.1 for 1.0: 0.6", lambda: _process("box depth: 1.1 m", golds=[_DEPTH]), 1.6, 1e-9),
        Fact("a cue said ten times adds nothing to accuracy", lambda: _process(*[_SAID_CUP] * 10), 1.0, 1e-9),
        Fact(
            "fifteen guesses at a depth count as the first of them",
            lambda: [_process(*_GUESSES, golds=[_DEPTH]), _process(_GUESSES[0], golds=[_DEPTH])],
            (1, 1),
            1e-9,
        ),
        Fact(
            "inside the target region, and outside",
            lambda: [
                _referred(point, target=(0.4, 0.4, 0.6, 0.6), region=True) for point in ("(0.5, 0.5)", "(0.7, 0.5)")
            ],
            (2, 1),
            1e-9,
        ),
        Fact("many points count as the first", lambda: _referred("(0.9, 0.9), (0.5, 0.5)"), 1, 1e-9),
    ),
)

# ---------------------------------------------------------------- P136

_TRACE = robotracer(gd.col("trace"), _CUES)
_WAY = ((0, 0, 1), (0.5, 0.5, 1), (1, 0, 1))


def _traced(
    points: Sequence[Sequence[float]], *cues: str, golds: Sequence[Any] = (_CUP, _DEPTH), **knobs: Any
) -> float:
    text = "<think>" + "\n".join(cues) + f"</think><answer>{[tuple(point) for point in points]}</answer>"
    rows = {"completion": [text], "trace": [[list(point) for point in _WAY]], "cues": [list(golds)]}
    return float(numbers(robotracer(gd.col("trace"), _CUES, **knobs), rows)[0])


def _moved(by: float) -> list[tuple[float, ...]]:
    return [(u, v, d + by) for u, v, d in _WAY]


register(
    robotracer,
    row="P136",
    title="RoboTracer: Mastering Spatial Trace with Reasoning in Vision-Language Models for Robotics",
    shape="expression",
    sure="abstract",
    guesses=(
        "all tolerances",
        "the weights",
        "the distance of shapes",
        "how a cue is written",
    ),
    example=lambda: _TRACE,
    facts=(
        Fact(
            "the same trace: no distance, and the most",
            lambda: [gd.vision.curve_distance(_WAY, _WAY), _traced(_WAY), _traced(_WAY, shape="dtw")],
            (0, 2, 2),
            1e-9,
        ),
        Fact(
            "time warping: a point in between, and a shift by 1",
            lambda: [
                gd.vision.curve_distance([(0, 0, 0), (1, 0, 0), (2, 0, 0)], [(0, 0, 0), (2, 0, 0)]),
                gd.vision.curve_distance([(0, 0), (1, 0)], [(0, 1), (1, 1)]),
            ],
            (1, 2),
            1e-9,
        ),
        Fact(
            "a gap of 0.13 for 0.12: 0.667",
            lambda: (_traced(_WAY, "gap = 0.13 m", golds=[{"name": "", "kind": "gap", "value": 0.12}]) - 2) / 0.25 - 1,
            2 / 3,
            1e-9,
        ),
        Fact(
            "cues in another order",
            lambda: _traced(_WAY, _SAID_CUP, _SAID_DEPTH) - _traced(_WAY, _SAID_DEPTH, _SAID_CUP),
            0,
            0,
        ),
        Fact("all right", lambda: _traced(_WAY, _SAID_CUP, _SAID_DEPTH), 2.5, 1e-9),
        Fact(
            "moved by half the tolerance, and by all of it",
            lambda: [_traced(_moved(by)) for by in (0.05, 0.1)],
            (1.5, 1),
            1e-9,
        ),
        Fact(
            "off by half the tolerance of the image; the last point alone by all of it",
            lambda: [
                _traced([(u + 0.025, v, d) for u, v, d in _WAY]),
                _traced([*_WAY[:2], (1, 0, 1.1)], shape="dtw"),
            ],
            (1.5, 1 + 1 / 3),
            1e-9,
        ),
        Fact("no trace, and a flood of points", lambda: [_traced([]), _traced([_WAY[0]] * 300)], (1, 1 + 1 / 3), 1e-9),
        Fact(
            "right ends and a straight line between them earn two thirds at most",
            lambda: float(_traced([_WAY[0], _WAY[-1]]) <= 1 + 2 / 3 + 1e-9),
            1,
            0,
        ),
    ),
)

_SUCCESS = robotracer_success(gd.col("trace"), gd.col("scene"))


def _succeeds(points: Sequence[Sequence[float]], scene: Sequence[Sequence[float]] = ()) -> float:
    rows = {
        "completion": [f"<answer>{[tuple(point) for point in points]}</answer>"],
        "trace": [[list(p) for p in _WAY]],
    }
    return float(numbers(_SUCCESS, {**rows, "scene": [[list(point) for point in scene]]})[0])


register(
    robotracer_success,
    row="P136",
    title="TraceSpatial's success: RoboTracer",
    shape="expression",
    sure="abstract",
    guesses=("the tolerances", "that nearness to the scene is measured in them too"),
    example=lambda: _SUCCESS,
    facts=(
        Fact("the true trace, nothing in the way", lambda: _succeeds(_WAY), 1, 0),
        Fact(
            "a thing on the way; one half a tolerance beside it; one farther off",
            lambda: [_succeeds(_WAY, [(0.5, v, 1)]) for v in (0.5, 0.524, 0.6)],
            (0, 0, 1),
            0,
        ),
        Fact(
            "a way round it",
            lambda: [_succeeds(points, [(0.5, 0, 1)]) for points in ([_WAY[0], _WAY[-1]], _WAY)],
            (0, 1),
            0,
        ),
        Fact(
            "an end off by a tolerance, and by more",
            lambda: [_succeeds([*_WAY[:2], (1, v, 1)]) for v in (0.05, 0.06)],
            (1, 0),
            0,
        ),
        Fact("no trace, and one that stays where it begins", lambda: [_succeeds([]), _succeeds(_WAY[:1])], (0, 0), 0),
    ),
)

# ---------------------------------------------------------------- P154

_PLACES = gd.col("places", axis="object")
_CARS = [{"name": "A", "kind": "position", "value": [100, 50]}, {"name": "B", "kind": "position", "value": [300, 60]}]
_PARTS = ("location", "logic", "accuracy", "form")


def _driving(part: str, text: str, gold: Any = "left", places: Any = None, **knobs: Any) -> float:
    weights = tuple(float(name == part or part == "all") for name in _PARTS)
    reward = surds(gd.col("gold"), _PLACES, weights=weights, **knobs)  # type: ignore[arg-type]
    return float(
        numbers(reward, {"completion": [text], "gold": [gold], "places": [_CARS if places is None else places]})[0]
    )


def _scene(answer: str, a: str = "(100, 50)", b: str = "(300, 60)") -> str:
    return f"<think>A position: {a}\nB position: {b}</think><answer>{answer}</answer>"


register(
    surds,
    row="P154",
    title="SURDS: Benchmarking Spatial Understanding and Reasoning in Driving Scenarios with Vision Language Models",
    shape="expression",
    sure="abstract",
    guesses=("the form of the four training rewards", "equal weights", "how a place is written"),
    example=lambda: surds(gd.col("gold"), _PLACES),
    facts=(
        Fact("10 m off: 0.6667", lambda: _driving("accuracy", _scene("20"), gold=10), 2 / 3, 1e-9),
        Fact(
            "200 pixels off: 0.5",
            lambda: _driving("location", _scene("left", a="(300, 50)"), places=_CARS[:1]),
            0.5,
            1e-9,
        ),
        Fact("the IoU of [0,0,2,2] and [1,1,3,3]", lambda: gd.vision.overlap([0, 0, 2, 2], [1, 1, 3, 3]), 1 / 7, 1e-9),
        Fact(
            "said x of 100 and 300: left follows, right does not, whatever the gold",
            lambda: [
                _driving("logic", _scene(answer), gold=gold)
                for answer in ("left", "right")
                for gold in ("left", "right")
            ],
            (1, 1, 0, 0),
            0,
        ),
        Fact("nothing that can be read", lambda: _driving("all", "A is left, I think."), 0, 0),
        Fact("all right", lambda: _driving("all", _scene("left")), 4, 1e-9),
        Fact(
            "inside its box a place is right",
            lambda: _driving(
                "location", _scene("left", a="(120, 50)"), places=[{**_CARS[0], "box": [90, 40, 130, 70]}, _CARS[1]]
            ),
            1,
            1e-9,
        ),
        Fact(
            "no order follows from equal numbers, or from one place",
            lambda: [
                _driving("logic", _scene("left", b="(100, 9)")),
                _driving("logic", _scene("left").replace("B pos", "C pos")),
            ],
            (0, 0),
            0,
        ),
        Fact(
            "front and behind, by depth",
            lambda: [
                _driving(
                    "logic",
                    f"<think>A depth: 5 m\nB depth: 9 m</think><answer>{answer}</answer>",
                    words=("front", "behind"),
                    kind="depth",
                    places=[{"name": n, "kind": "depth", "value": v} for n, v in (("A", 5), ("B", 9))],
                )
                for answer in ("front", "behind")
            ],
            (1, 0),
            0,
        ),
        Fact("both words are no answer", lambda: _driving("logic", _scene("left or right")), 0, 0),
    ),
)
