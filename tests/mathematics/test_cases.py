"""The cases of math-verify's own tests: each as its file expects, or listed here with the reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import guerdon as gd

UNMARKED = ("$12$", "Therefore, there are 12 distinct arithmetic sequences")
DIFFERENT = {
    (
        "$9$",
        "Answer \\( \n 9 \n \\)",
    ): r"the file wants no match, for line breaks inside \( \); the answer is 9 all the same",
    UNMARKED: "the solution marks no answer: its last formula is d = 90/n, and 12 is one number of many in its prose",
}
"""Gold and answer of the cases on which we say otherwise than the file, and why the file is wrong."""

PLACES = ("said", "boxed", "formula", "number")


def verdicts(cases: list[dict[str, Any]]) -> list[float]:
    """As one would write it: the answer is what the text gives as one, or the whole text where it is a bare answer."""
    found = [0.0] * len(cases)
    for digits in {arguments.get("precision") for arguments in cases}:
        for boxed in (False, True):  # a gold that holds a box is a solution, the others are answers
            some = [
                i
                for i, arguments in enumerate(cases)
                if arguments.get("precision") == digits and ("boxed" in arguments["gold"]) == boxed
            ]
            rows = {"answer": [cases[i]["pred"] for i in some], "gold": [cases[i]["gold"] for i in some]}
            said, whole = gd.math.answer(gd.col("answer"), where=PLACES, boxes="all"), gd.col("answer")
            gold = gd.math.answer(gd.col("gold"), where=PLACES, boxes="all") if boxed else gd.col("gold")
            right = gd.max(gd.math.equal(said, gold, digits=digits), gd.math.equal(whole, gold, digits=digits))
            if some:
                for i, value in zip(some, right.score(rows).values, strict=True):
                    found[i] = float(value)
    return found


@pytest.fixture(scope="module")
def cases(shared_data: Path) -> list[dict[str, Any]]:
    lines = (shared_data / "math_verify_cases" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["args"] for line in lines]


def name(arguments: dict[str, Any]) -> tuple[str, str]:
    """Gold and answer; of a long solution the sentence that tells it from the others."""
    gold, answer = arguments["gold"], arguments["pred"]
    return UNMARKED if gold == UNMARKED[0] and UNMARKED[1] in answer else (gold, answer)


def test_each_case_as_its_file_expects_or_with_a_reason(cases: list[dict[str, Any]]) -> None:
    assert len(cases) == 134
    apart = {}
    for arguments, found in zip(cases, verdicts(cases), strict=True):
        expected = arguments.get("expected", arguments.get("result"))
        if found != expected:
            apart[name(arguments)] = (expected, found)
    assert {pair: found for pair, found in apart.items() if pair not in DIFFERENT} == {}
    assert set(apart) == set(DIFFERENT)  # none is listed without need


def test_the_unmarked_answer_is_found_by_who_asks_for_the_last_number(cases: list[dict[str, Any]]) -> None:
    (text,) = [one["pred"] for one in cases if name(one) == UNMARKED]
    assert gd.math.equal(gd.math.answer(where="number"), "12").score({"completion": [text]}).values[0] == 1
