"""GSM8K: labelled solutions of real models, judged by the expression that a user would write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import guerdon as gd

MODELS = ("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification")
RIGHT = gd.math.equal(gd.text.part("A:"), gd.col("solution"))


@pytest.fixture(scope="module")
def solutions(shared_data: Path) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = {"completion": [], "solution": [], "label": []}
    for line in (shared_data / "gsm8k" / "example_model_solutions.jsonl").read_text().splitlines():
        problem = json.loads(line)
        for model in MODELS:
            rows["completion"].append(problem[model]["solution"])
            rows["solution"].append(problem["ground_truth"].rpartition("A:")[2].strip())
            rows["label"].append(problem[model]["is_correct"])
    return rows


def test_verdicts_agree_with_all_labels(solutions: dict[str, list[Any]]) -> None:
    assert len(solutions["label"]) == 2_640
    assert sum(solutions["label"]) == 986
    scores = RIGHT.score({name: solutions[name] for name in ("completion", "solution")})
    labels = np.array(solutions["label"], dtype=float)
    apart = [
        (solutions["completion"][i][-80:], solutions["solution"][i]) for i in np.flatnonzero(scores.values != labels)
    ]
    assert apart == []


def test_the_golds_themselves_are_right(shared_data: Path) -> None:
    texts = [json.loads(line)["answer"] for line in (shared_data / "gsm8k" / "test.jsonl").read_text().splitlines()]
    right = gd.math.equal(gd.text.part("####"), gd.col("solution"))
    rows = {"completion": texts, "solution": [text.rpartition("####")[2].strip() for text in texts]}
    assert list(right.score(rows).values) == [1.0] * 1_319


@pytest.mark.parametrize(
    ("answer", "gold", "right"),
    [
        ("18", "18", 1),
        ("18.0", "18", 1),
        ("18.00", "18", 1),
        ("$18", "18", 1),
        ("$18.00", "18", 1),
        (" 18.", "18", 1),
        ("18 dollars", "18", 1),
        ("18 eggs", "18", 1),
        ("1,080", "1080", 1),
        ("1080", "1,080", 1),
        ("70,000", "70000", 1),
        ("36/2", "18", 1),
        ("-18", "18", 0),
        ("18.5", "18", 0),
        ("181", "18", 0),
        ("18 or 19", "18", 0),
        ("17, 18", "18", 0),
        ("1.8", "18", 0),
        ("", "18", 0),
        ("eighteen million", "18", 0),
    ],
)
def test_answers_as_models_write_them(answer: str, gold: str, right: int) -> None:
    scores = RIGHT.score({"completion": [f"So 9 * 2 = <<9*2=18>>18\nA: {answer}"], "solution": [gold]})
    assert scores.values[0] == right


def test_no_marker_is_no_answer(solutions: dict[str, list[Any]]) -> None:
    """Solutions that were cut off hold the right number now and then; without their last line none earns anything."""
    right = [row for row, label in enumerate(solutions["label"]) if label]
    cut = [solutions["completion"][row].rpartition("\n")[0] for row in right]
    scores = RIGHT.score({"completion": cut, "solution": [solutions["solution"][row] for row in right]})
    assert scores.values.max() == 0
