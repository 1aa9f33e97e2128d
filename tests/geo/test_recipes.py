"""The recipes of space, ways, beams and series: cheap tricks do not win, and nothing a model writes breaks them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

import guerdon as gd

MAZE = ["S..", "##.", "##G"]
LINES = {"Red": ["A", "B", "C"], "Blue": ["C", "D"]}
CUE = {"name": "cup", "kind": "position", "value": [0.2, 0.4]}
PLACES = [{"name": "A", "kind": "position", "value": [100, 50]}, {"name": "B", "kind": "position", "value": [300, 60]}]
ROUTE = "Route Name: Red\nDeparture Stop: A\nArrival Stop: C\n"


def c(name: str, axis: str | None = None) -> Any:
    return gd.col(name, axis=axis)


# For each: the reward, its reference columns, a right completion, what of it is the answer, its range.
CASES: dict[str, tuple[Callable[[], gd.Score], dict[str, Any], str, str, tuple[float, float]]] = {
    "ariadne": (lambda: gd.recipes.ariadne(c("maze")), {"maze": MAZE}, "<answer>RRDD</answer>", "RRDD", (0, 1.6)),
    "beamperl": (
        lambda: gd.recipes.beamperl(c("golds", "gold")),
        {"golds": [0.75, 0.25]},
        "so\n</think>\n\\boxed{0.75P, 0.25P}",
        "0.75P, 0.25P",
        (0, 1),
    ),
    "geo_r": (
        lambda: gd.recipes.geo_r(c("place"), c("chain")),
        {"place": [48.85, 2.35], "chain": ["FR", "Paris"]},
        "<region>FR > Paris</region> 48.85 N, 2.35 E",
        "48.85 N, 2.35 E",
        (0, 1.5),
    ),
    "rewardmap": (
        lambda: gd.recipes.rewardmap(c("lines"), c("start"), c("stop"), c("transfers"), c("difficulty")),
        {"lines": LINES, "start": "A", "stop": "C", "transfers": 0, "difficulty": "easy"},
        ROUTE,
        ROUTE,
        (-200, 15),
    ),
    "roborefer": (
        lambda: gd.recipes.roborefer(c("point"), c("cues", "gold")),
        {"point": [0.5, 0.5], "cues": [CUE]},
        "<think>cup position: (0.2, 0.4)</think><answer>(0.5, 0.5)</answer>",
        "(0.5, 0.5)",
        (0, 2.5),
    ),
    "robotracer": (
        lambda: gd.recipes.robotracer(c("trace"), c("cues", "gold")),
        {"trace": [[0, 0, 1], [1, 1, 1]], "cues": [CUE]},
        "<think>cup position: (0.2, 0.4)</think><answer>[(0, 0, 1), (1, 1, 1)]</answer>",
        "[(0, 0, 1), (1, 1, 1)]",
        (0, 2.5),
    ),
    "star_r1": (
        lambda: gd.recipes.star_r1(c("truths", "truth")),
        {"truths": [[3, "color", "red"], [5, "size", "large"]]},
        '<think>so</think><answer>[[3, "color", "red"], [5, "size", "large"]]</answer>',
        '[[3, "color", "red"], [5, "size", "large"]]',
        (-100_000, 11),
    ),
    "surds": (
        lambda: gd.recipes.surds(c("gold"), c("places", "object")),
        {"gold": "left", "places": PLACES},
        "<think>A position: (100, 50)\nB position: (300, 60)</think><answer>left</answer>",
        "left",
        (0, 4),
    ),
    "timemaster": (
        lambda: gd.recipes.timemaster(c("gold"), ["up", "down"], c("mark")),
        {"gold": "up", "mark": 0.8},
        "<class>up</class><extension>The load grows.</extension>",
        "up",
        (0, 1.5),
    ),
    "video2layout": (
        lambda: gd.recipes.video2layout(c("gold"), c("plan")),
        {"gold": 10, "plan": {"bed": [0, 0], "desk": [2, 2]}},
        "<map>bed: [0, 0]\ndesk: [2, 2]</map><think>so</think><answer>10</answer>",
        "10",
        (0, 1.5),
    ),
}
EACH = pytest.mark.parametrize("name", CASES)


def scored(name: str, *completions: str) -> list[Any]:
    make, columns, *_ = CASES[name]
    rows = {key: [value] * len(completions) for key, value in columns.items()}
    return make().score(rows | {"completion": list(completions)}).numbers


@EACH
class TestEach:
    def test_the_right_completion_earns_the_most_there_is(self, name):
        _, _, right, _, (_, most) = CASES[name]
        assert scored(name, right) == [
            pytest.approx(most - (0.1 if name == "timemaster" else 2 if name == "rewardmap" else 0))
        ]

    def test_taking_the_answer_out_earns_less(self, name):
        _, _, right, answer, _ = CASES[name]
        whole, without, nothing = scored(name, right, right.replace(answer, ""), "")
        assert max(without, nothing) < whole

    def test_an_answer_inside_thinking_earns_less(self, name):
        _, _, right, _, _ = CASES[name]
        inside, whole = scored(name, f"<think>{right.replace('</think>', '').replace('<think>', '')}", right)
        assert inside < whole

    def test_repeating_the_completion_gains_nothing(self, name):
        _, _, right, _, _ = CASES[name]
        whole, twice, many = scored(name, right, right + right, f"{right}\n" * 40)
        assert max(twice, many) <= whole

    def test_flooding_with_numbers_does_not_win(self, name):
        _, _, right, answer, _ = CASES[name]
        flood = " ".join(str(k / 4) for k in range(-40, 400))
        whole, instead, beside = scored(
            name, right, right.replace(answer, flood), right.replace(answer, answer + flood)
        )
        assert instead < whole
        assert beside <= whole


OTHER_HACKS = {
    "ariadne": ["<answer>" + "UDLR" * 2000 + "</answer>", "<answer>" + "RRDD" * 50 + "</answer>"],
    "beamperl": [
        "\n</think>\n" + "\\boxed{" + ",".join(f"{k / 100}P" for k in range(101)) + "}",
        "\n</think>\n\\boxed{P}",
    ],
    "geo_r": [" ".join(f"({a}, {b})" for a in range(-80, 81, 20) for b in range(-170, 180, 20)), "0, 0"],
    "rewardmap": [ROUTE.replace("Red", "Green"), ROUTE + ROUTE, "Departure Stop: A\nArrival Stop: C\n"],
    "star_r1": [f"<think>a</think><answer>{[[k, 'color', 'red'] for k in range(100)]}</answer>".replace("'", '"')],
    "surds": ["<think>A position: (1, 1)\nB position: (2, 1)</think><answer>left right</answer>"],
    "timemaster": ["<class>up down</class>", "<class>up</class><class>down</class><extension>x</extension>"],
}


@pytest.mark.parametrize(("name", "hack"), [(name, hack) for name, hacks in OTHER_HACKS.items() for hack in hacks])
def test_no_hack_of_its_kind_wins(name, hack):
    _, _, right, _, _ = CASES[name]
    whole, cheap = scored(name, right, hack)
    assert cheap < 0.7 * whole


# fmt: off
PIECES = [
    "<think>", "</think>", "<answer>", "</answer>", "<map>", "</map>", "<class>", "</class>", "<extension>", "\n",
    " ", ",", "\\boxed{", "}", "\\frac{1}{2}", "P", "1e400", "9" * 50, "-0", "nan", "inf", "48.85 N, 2.35 E",
    "lat: 1", "RRDD", "Route Name: Red", "Departure Stop: A", "--", "cup position: (0.2, 0.4)", "(1, 2, 3)", "[",
    "]", '[[3, "color", "red"]]', "A depth: 3", "0.75", "bed: [0, 0]", "\u2028", "\x00", "°", "′", "站", "🙂", "left",
    "up", "> ", '{"a": ', "null",
]
# fmt: on


def hostile(rng: random.Random) -> str:
    return "".join(rng.choice(PIECES) * rng.choice([1, 1, 1, 2, 30]) for _ in range(rng.randrange(12)))


def check_in_range(name: str, completions: list[str]) -> None:
    low, high = CASES[name][-1]
    for completion, value in zip(completions, scored(name, *completions), strict=True):
        assert value is not None, (name, completion)
        assert low <= value <= high + 1e-9, (name, completion, value)


@EACH
def test_anything_a_model_writes_is_scored_in_range(name):
    rng = random.Random(f"few {name}")
    check_in_range(name, [hostile(rng) for _ in range(150)])


@pytest.mark.full
@EACH
def test_a_lot_of_what_a_model_writes_is_scored_in_range(name):
    rng = random.Random(f"many {name}")
    right = CASES[name][2]
    for _ in range(10):
        texts = [hostile(rng) for _ in range(500)]
        texts += [right[: (k := rng.randrange(len(right)))] + hostile(rng) + right[k:] for _ in range(500)]
        check_in_range(name, texts)
