"""Every id: an answer that keeps it and one that breaks it by as little as can be."""

from __future__ import annotations

import json
from collections import Counter
from importlib import util
from pathlib import Path
from typing import Any

import pytest

import guerdon as gd
from guerdon.instructions import IDS

_spec = util.spec_from_file_location("instruction_answers", Path(__file__).with_name("answers.py"))
assert _spec is not None
assert _spec.loader is not None
answers = util.module_from_spec(_spec)
_spec.loader.exec_module(answers)


def verdicts(rows: list[tuple[str, list[str], list[Any]]], **options: Any) -> Any:
    completions, ids, kwargs = zip(*rows, strict=True)
    data = {"completion": list(completions), "instruction_id_list": list(ids), "kwargs": list(kwargs)}
    return gd.instructions.follow(**options).score(data)


def test_every_type_of_both_benchmarks_is_known_and_has_its_answers():
    assert len(IDS) == 25 + 58
    assert set(IDS) == set(answers.IFEVAL) | {name for name, *_ in answers.IFBENCH}


@pytest.mark.parametrize(("name", "kwargs", "keeps", "breaks"), answers.IFBENCH, ids=[a[0] for a in answers.IFBENCH])
def test_kept_and_broken(name, kwargs, keeps, breaks):
    rows = [(keeps, [name], [kwargs]), (breaks, [name], [kwargs]), ("", [name], [kwargs]), (" \n", [name], [kwargs])]
    scores = verdicts(rows)
    assert scores.nested() == [[1.0], [0.0], [0.0], [0.0]]
    assert scores.statuses == ["scored", "scored", "failed", "failed"]


def test_every_prompt_of_ifeval_is_decided_both_ways(shared_data):
    """For each of its 834 instructions, an answer written from its kwargs that keeps it, and one that breaks it."""
    lines = (shared_data / "ifeval" / "input_data.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    assert len(asked) == 541
    pairs = [
        (name, kwargs, *answers.IFEVAL[name](kwargs))
        for row in asked
        for name, kwargs in zip(row["instruction_id_list"], row["kwargs"], strict=True)
    ]
    assert len(pairs) == 834
    assert len({name for name, *_ in pairs}) == 25
    kept = verdicts([(keeps, [name], [kwargs]) for name, kwargs, keeps, _ in pairs])
    broken = verdicts([(breaks, [name], [kwargs]) for name, kwargs, _, breaks in pairs])
    wrong = Counter(
        name
        for (name, *_), one, other in zip(pairs, kept.numbers, broken.numbers, strict=True)
        if (one, other) != (1.0, 0.0)
    )
    assert wrong == Counter()
    whole = verdicts([(answers.ENGLISH, row["instruction_id_list"], row["kwargs"]) for row in asked])
    assert set(whole.statuses) == {"scored"}


def test_every_prompt_of_ifbench_is_decided(shared_data):
    lines = (shared_data / "ifbench" / "IFBench_test.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    whole = verdicts([("The answer is 4.", row["instruction_id_list"], row["kwargs"]) for row in asked])
    assert set(whole.statuses) == {"scored"}
