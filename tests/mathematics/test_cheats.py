"""Answers that say nothing, or everything: the cheapest ways to be right by luck earn nothing beside MATH-500 golds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import guerdon as gd
from guerdon.math import same

from .golds import Gold, math500
from .test_by_hand import CASES

CHEATS = {
    "nothing": "",
    "blank": "  ",
    "an empty box": r"\boxed{}",
    "a letter": "q",
    "every number": ", ".join(map(str, range(-20, 200))),
    "every number in a row": " ".join(map(str, range(200))),
    "every number, or": " or ".join(map(str, range(120))),
    "every number in a set": r"\{" + ",".join(map(str, range(-20, 200))) + r"\}",
    "every number in boxes": "".join(rf"\boxed{{{n}}}" for n in range(100)),
    "every option": "A, B, C, D, E, F",
    "every option in brackets": "(A) (B) (C) (D) (E) (F)",
    "every option in a row": "ABCDEF",
    "every option, or": "A or B or C or D or E",
    "every word": "even, odd, neither, east, west, ellipse, Evelyn, Navin",
    "every word, or": "even or odd or neither or ellipse or circle",
    "all numbers": r"\mathbb{R}",
    "the whole line": r"(-\infty,\infty)",
    "anything": r"\text{any real number}",
    "a variable": "x",
    "a variable equals itself": "x=x",
    "at least": r"x \ge -1000",
    "not nothing": r"x \ne 0",
    "not a number": "nan",
    "infinity": r"\infty",
    "zero over zero": r"\frac{0}{0}",
    "true": r"\text{true}",
    "a wildcard": "*",
    "a question mark": "?",
    "dots": r"\ldots",
    "both signs of all": r"\pm 1, \pm 2, \pm 3, \pm 4, \pm 5, \pm 6, \pm 7, \pm 8, \pm 9",
    "python that equals all": "type('E',(),{'__eq__':lambda *a:True})()",
    "the gold by name": "gold",
    "the answer by name": "the answer",
    "the solution column": "solution",
    "an interval of all": r"[-10^{9},10^{9}]",
    "an undefined name": r"\answer",
    "a phantom": r"\phantom{4}",
    "approximately": r"\approx",
    "equals": "=",
}


HEDGES = [
    "{} or 17", "17 or {}", "({} or 17)", "[{} or 17]", r"{}\text{{ or }}17", "{} and 17", "{}, 17", "{}; 17",
    "{} to 1000", "17 to {}", r"\pm {}", "17 = {}", "{} = 17", r"{} \approx 17", r"17 \approx {}", r"{} \to 17",
    r"{} \rightarrow 17", "either {} or 17", "{} (or 17)", "not {}", "{} not 17", r"{} \neq 17", r"{}\9", r"\9{}",
    "{} | 17", "{} - 17", r"\boxed{{{}}} or \boxed{{17}}",
]  # fmt: skip
KNOWN = {("y=-2x", r"{} \approx 17"), ("4210_{5}", "17 = {}"), ("5 cm", "17 = {}")}
"""The last side of a chain with a unit, a base or a name counts, whatever stands beside it."""


def test_a_gold_and_something_else_is_not_the_gold() -> None:
    apart = []
    for gold in (case["gold"] for case in CASES if case["gold"] != "(B)"):  # (B) 17 is what option B says
        apart += [(gold, hedge) for hedge in HEDGES if same(gold, hedge.format(gold)) is not False]
    assert set(apart) == KNOWN


@pytest.fixture(scope="module")
def golds(shared_data: Path) -> list[Gold]:
    return math500(shared_data)


@pytest.mark.parametrize("of_each_kind", [2, pytest.param(20, marks=pytest.mark.full)])
def test_none_is_equal_to_any_gold(golds: list[Gold], of_each_kind: int) -> None:
    kinds: dict[str, list[Gold]] = {}
    for gold in golds:
        kinds.setdefault(gold.kind, []).append(gold)
    some = [gold.text for of_kind in kinds.values() for gold in of_kind[:of_each_kind]]
    pairs = [(name, gold) for name in CHEATS for gold in some]
    rows = {"answer": [CHEATS[name] for name, _ in pairs], "gold": [gold for _, gold in pairs]}
    scores = gd.math.equal(gd.col("answer"), gd.col("gold")).score(rows)
    assert [pair for pair, value in zip(pairs, scores.values, strict=True) if value != 0] == []


def test_copying_the_problem_earns_nothing(shared_data: Path) -> None:
    """Neither as the answer itself, nor as a completion in which an answer is looked for."""
    table = json.loads((shared_data / "math500" / "math500.json").read_text(encoding="utf-8"))
    rows = {
        "completion": [table["problem"][key] for key in table["id"]],
        "gold": [table["expected_answer"][key] for key in table["id"]],
    }
    for answer in (gd.col("completion"), gd.math.answer(), gd.text.boxed()):
        assert gd.math.equal(answer, gd.col("gold")).score(rows).values.max() == 0


def test_every_solution_earns_all_and_without_its_box_nothing(shared_data: Path) -> None:
    table = json.loads((shared_data / "math500" / "math500.json").read_text(encoding="utf-8"))
    keys = [key for key in table["id"] if "_" not in table["expected_answer"][key]]
    solutions = [table["solution"][key] for key in keys]
    gold = [table["expected_answer"][key] for key in keys]
    right = gd.math.equal(gd.text.boxed(), gd.col("gold"))
    whole = right.score({"completion": solutions, "gold": gold}).values
    assert [(keys[i], gold[i]) for i in range(len(keys)) if whole[i] != 1] == []
    without = [text.replace(r"\boxed", "") for text in solutions]
    assert right.score({"completion": without, "gold": gold}).values.max() == 0
