"""Answers as models and data sets write them, collected by hand: of each gold some that equal it, some that do not."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from guerdon.math import same

LINES = (Path(__file__).parent / "by_hand.jsonl").read_text(encoding="utf-8").splitlines()
CASES: list[dict[str, Any]] = [json.loads(line) for line in LINES]


@pytest.mark.parametrize("case", CASES, ids=[case["gold"] for case in CASES])
def test_equal_and_unequal_to_the_gold(case: dict[str, Any]) -> None:
    gold = case["gold"]
    assert [text for text in (gold, *case["equal"]) if (same(gold, text), same(text, gold)) != (True, True)] == []
    assert [text for text in case["unequal"] if (same(gold, text), same(text, gold)) != (False, False)] == []


def test_there_are_many() -> None:
    assert sum(len(case["equal"]) for case in CASES) > 700
    assert sum(len(case["unequal"]) for case in CASES) > 500


@pytest.mark.full
def test_nothing_equal_to_one_gold_is_equal_to_what_is_equal_to_another() -> None:
    """Some 250,000 pairs, none of them equal."""
    mixed = []
    for one, other in combinations(CASES, 2):
        for text in (one["gold"], *one["equal"]):
            mixed += [(text, said) for said in (other["gold"], *other["equal"]) if same(text, said) is True]
    assert mixed == []
