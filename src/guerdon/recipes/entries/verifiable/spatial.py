"""Places, plans and changes in space: facts."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import guerdon as gd

from ...experiments.changes import fine_against_exact
from ...registry import Claim, Experiment, Fact, register
from ...verifiable.spatial import geo_r, star_r1, video2layout
from ..seen import column, least, numbers

# ---------------------------------------------------------------- P106

_PLACE = gd.col("place")
_DEGREE = 20015.0867961 / 180  # kilometres of a degree along a meridian


def _far(*kilometres: float, **knobs: Any) -> list[Any]:
    """What an answer so many kilometres north of the pole's opposite is worth, along one meridian."""
    rows = {"completion": [f"lat: {-90 + km / _DEGREE:.9f}, lon: 0" for km in kilometres]}
    return numbers(geo_r(_PLACE, **knobs), rows | {"place": [[-90, 0]] * len(kilometres)})


def _answers(*texts: str, place: Any = (0, 0), **knobs: Any) -> list[Any]:
    return numbers(geo_r(_PLACE, **knobs), {"completion": list(texts), "place": [list(place)] * len(texts)})


def _chain(said: str) -> float:
    reward = geo_r(_PLACE, gd.col("chain"), chain_weight=1.0)
    rows = {"completion": [f"<region>{said}</region>"], "place": [[0, 0]], "chain": [["FR", "IDF", "Versailles"]]}
    return float(numbers(reward, rows)[0])


def _falls() -> float:
    return least(a >= b for a, b in pairwise(_far(*range(0, 20_001, 250))))


register(
    geo_r,
    row="P106",
    title="Geo-R: Vision-Language Reasoning for Geolocalization: A Reinforcement Learning Approach",
    shape="expression",
    sure="code",
    guesses=("the reward of the chain of regions is a construction",),
    example=lambda: geo_r(_PLACE, gd.col("chain")),
    facts=(
        Fact(
            "0, 375, 750, 1875, 3000, 11500, 20000 km",
            lambda: _far(0, 375, 750, 1875, 3000, 11500, 20000),
            (1, 0.75, 0.5, 0.35, 0.2, 0.1, 0),
            1e-6,
        ),
        Fact(
            "(0, 0) and (0, 1): 111.195 km",
            lambda: [gd.geo.km((0, 0), (0, 1)), *_answers("0, 1")],
            (111.195, 0.9259),
            1e-3,
        ),
        Fact("it never rises with distance", _falls, 1, 0),
        Fact("across the date line: 22.2 km", lambda: gd.geo.km((0, 179.9), (0, -179.9)), 22.239, 1e-3),
        Fact("FR, IDF, Paris for FR, IDF, Versailles", lambda: _chain("FR > IDF > Paris"), 2 / 3, 1e-9),
        Fact(
            "the strict tail: 3000, 3001, 11500 and 20000 km",
            lambda: _far(3000, 3001, 11500, 20000, tail=-1.0),
            (0.2, -1 / 17000, -0.5, -1),
            1e-5,
        ),
        Fact(
            "the strict tail and no answer: as released better than a far guess, here the worst",
            lambda: [_answers("I do not know.", tail=-1.0, as_released=released)[0] for released in (True, False)],
            (0, -1),
            1e-9,
        ),
        Fact(
            "no coordinates, two places, out of range",
            lambda: _answers("Paris", "0, 0 or 10, 10", "lat: 95, lon: 0"),
            (0, 0, 0),
            0,
        ),
    ),
)

# ---------------------------------------------------------------- P128

_GOLD = gd.col("gold")
_PLAN = {"bed": [0, 0, 2, 2], "desk": [5, 1], "lamp": [1, 4]}
_TURNED = "bed: [10, 10]\ndesk: [10, 14]\nlamp: [7, 10]"


def _told(answer: str, before: str = "<map>bed: [0, 0]</map><think>so</think>") -> str:
    return f"{before}<answer>{answer}</answer>"


def _accuracy(gold: Any, *answers: str, released: bool = False) -> list[Any]:
    rows = {"completion": [_told(answer) for answer in answers], "gold": [gold] * len(answers)}
    return numbers(video2layout(_GOLD, format_weight=0.0, as_released=released), rows)


def _overall(*texts: str, gold: Any = 10) -> list[Any]:
    return numbers(video2layout(_GOLD), {"completion": list(texts), "gold": [gold] * len(texts)})


def _with_plan(drawn: str) -> float:
    reward = video2layout(_GOLD, gd.col("plan"), map_weight=1.0)
    text = _told("10", f"<map>{drawn}</map><think>so</think>")
    return float(numbers(reward, {"completion": [text], "gold": [10], "plan": [_PLAN]})[0])


register(
    video2layout,
    row="P128",
    title="Video2Layout: Recall and Reconstruct Metric-Grounded Cognitive Map for Spatial Reasoning",
    shape="expression",
    sure="code",
    guesses=("the reward of the map is a construction",),
    example=lambda: video2layout(_GOLD, gd.col("plan")),
    facts=(
        Fact("gold 10: 10, 9, 8, 4", lambda: _accuracy(10, "10", "9", "8", "4"), (1, 0.9, 0.7, 0), 1e-9),
        Fact(
            "as released, 9 and 8 lose a tenth to rounding",
            lambda: _accuracy(10, "9", "8", released=True),
            (0.8, 0.6),
            1e-9,
        ),
        Fact(
            "free of edges: 9.01 and 8.01",
            lambda: [*_accuracy(10, "9.01", "8.01"), *_accuracy(10, "9.01", "8.01", released=True)],
            (0.9, 0.7, 0.9, 0.7),
            1e-9,
        ),
        Fact(
            "right without a map; form alone; neither",
            lambda: _overall("<answer>10</answer>", _told("99"), "<answer>99</answer>"),
            (0.9, 0.1, 0),
            1e-9,
        ),
        Fact("gold 0, answer 0.2: the error itself", lambda: _accuracy(0, "0.2"), 0.7, 1e-9),
        Fact(
            "of two other thresholds one is met",
            lambda: numbers(
                video2layout(_GOLD, format_weight=0.0, thresholds=(0.5, 0.15)),
                {"completion": [_told("8")], "gold": [10]},
            ),
            0.5,
            1e-9,
        ),
        Fact("words, case aside", lambda: _accuracy("Left", "left", "right", ""), (1, 0, 0), 0),
        Fact(
            "a plan turned and shifted; one thing alone; all on one spot",
            lambda: [
                _with_plan(_TURNED),
                _with_plan("bed: [3, 3]"),
                float(_with_plan("bed: [1, 1]\ndesk: [1, 1]\nlamp: [1, 1]") < 1.2),
            ],
            (2, 1, 1),
            1e-9,
        ),
        Fact("several numbers are no answer", lambda: _accuracy(10, "9 10 11", "[10]"), (0, 0), 0),
    ),
)

# ---------------------------------------------------------------- P091

_TRUTHS = gd.col("truths", axis="truth")
_TWO = [[3, "color", "red"], [5, "size", "large"]]


def _changes(predictions: Any, thinks: bool = True, **knobs: Any) -> float:
    answer = f"<answer>{json.dumps(predictions)}</answer>"
    rows = {"completion": ["<think>…</think>" * thinks + answer], "truths": [_TWO]}
    return float(numbers(star_r1(_TRUTHS, **knobs), rows)[0])


_ALL = [[i, attribute, "blue"] for i in range(10) for attribute in ("color",)]

register(
    star_r1,
    row="P091",
    title="STAR-R1: Spatial TrAnsformation Reasoning by Reinforcing Multimodal LLMs",
    shape="expression",
    sure="paper",
    guesses=(
        "a prediction that matches nothing costs 1",
        "each prediction too few costs 1",
        "a change is credited once",
    ),
    example=lambda: star_r1(_TRUTHS),
    facts=(
        Fact(
            "one right, one half right, one about nothing",
            lambda: _changes([[3, "color", "red"], [5, "size", "small"], [7, "shape", "cube"]]),
            6.5,
            1e-12,
        ),
        Fact("an empty list", lambda: _changes([]), -1, 1e-12),
        Fact(
            "all ten objects at random are worth less than one that is right",
            lambda: least([_changes(_ALL) < _changes([_TWO[0]])]),
            1,
            0,
        ),
        Fact(
            "all ten objects; one that is right",
            lambda: [_changes(_ALL), _changes([_TWO[0]])],
            (1 + 1.5 + 0.5 - 8, 5),
            1e-12,
        ),
        Fact("said twice, the second costs", lambda: _changes([_TWO[0], _TWO[0]]), 1 + 5 - 1, 1e-12),
        Fact(
            "all right, and as a share of the most",
            lambda: [_changes(_TWO), _changes(_TWO, normalise=True)],
            (11, 2),
            1e-12,
        ),
        Fact(
            "what is no list of changes",
            lambda: [_changes({"a": 1}, thinks=False), _changes("x", thinks=False)],
            (-2, -2),
            1e-12,
        ),
        Fact(
            "nothing but an object, or too much of it", lambda: _changes([[3], [3, "color", "red", "x"]]), 1 - 2, 1e-12
        ),
    ),
    experiment=Experiment(
        fine_against_exact,
        about="A small policy tells what changed between two tables of six objects",
        claims=(
            Claim("fine-grained: lists that are all right", column("right fine"), 0.7, whose="paper"),
            Claim("right or wrong alone, at equal steps", column("right exact"), high=0.1, whose="paper"),
            Claim("how long the lists are, of two changes", column("length fine"), 1.8, 2.5),
            Claim("without penalties they grow", column("length without penalties"), 4.0, whose="paper"),
        ),
    ),
)
