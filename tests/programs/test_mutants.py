"""HumanEval and MBPP whole: right programs pass, and of every mutant we say what a plain interpreter says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import guerdon as gd

from .mutants import mutants

Task = tuple[str, str, str, Any]
"""Name, program, entry and tests."""
PARTS = 8


def reward(kind: Any, timeout: float = 5.0) -> gd.Score:
    return gd.code.tests(
        gd.col("program"), gd.col("tests"), kind=kind, entry=gd.col("entry"), setup=gd.col("setup"), timeout=timeout
    )


def columns(rows: Sequence[dict[str, Any]], programs: Sequence[str]) -> dict[str, list[Any]]:
    return {"program": list(programs), **{name: [row[name] for row in rows] for name in ("tests", "entry", "setup")}}


@pytest.fixture(scope="module")
def human(humaneval: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "name": row["task_id"], "program": row["prompt"] + row["canonical_solution"], "tests": row["test"],
            "entry": row["entry_point"], "setup": row["prompt"], "kind": "check",
            "plain": f"{row['test']}\ncheck({row['entry_point']})", "only": row["entry_point"],
        }
        for row in humaneval
    ]  # fmt: skip


@pytest.fixture(scope="module")
def basic(mbpp: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "name": row["task_id"], "program": row["code"], "tests": row["test_list"], "entry": row["entry"],
            "setup": "\n".join(row["test_imports"]), "kind": "asserts",
            "plain": "\n".join([*row["test_imports"], *row["test_list"]]), "only": None,
        }
        for row in mbpp
    ]  # fmt: skip


@pytest.fixture(params=["human", "basic"])
def tasks(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = request.getfixturevalue(request.param)
    return found


@pytest.mark.full
def test_every_right_program_passes_every_test(tasks: list[dict[str, Any]]) -> None:
    scores = reward(tasks[0]["kind"]).score(columns(tasks, [task["program"] for task in tasks])).nested()
    assert [task["name"] for task, passed in zip(tasks, scores, strict=True) if set(passed) != {1.0}] == []
    assert (len(tasks), sum(map(len, scores))) in ((164, 1133), (399, 1235))


@pytest.mark.full
def test_empty_programs_and_stubs_earn_nothing(tasks: list[dict[str, Any]]) -> None:
    kind = tasks[0]["kind"]
    empty = reward(kind).score(columns(tasks, [""] * len(tasks))).nested()
    assert {passed for row in empty for passed in row} == {0.0}
    for answer in ("None", "0", "''", "[]"):
        stubs = [f"def {task['entry']}(*args, **kwargs):\n    return {answer}" for task in tasks]
        assert set(reward(kind).all().score(columns(tasks, stubs)).numbers) == {0.0}


def plain(sources: Sequence[str], seconds: int) -> list[bool]:
    """What an interpreter without any sandbox says of these, in two processes."""

    def part(few: Sequence[str]) -> list[bool]:
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("plain.py"))],
            input=json.dumps({"seconds": seconds, "sources": list(few)}),
            capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "0"},
        )  # fmt: skip
        found: list[bool] = json.loads(done.stdout)
        return found

    half = (len(sources) + 1) // 2
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        first, second = pool.map(part, (sources[:half], sources[half:]))
    return [*first, *second]


@pytest.mark.full
@pytest.mark.parametrize("part", range(PARTS))
def test_of_every_mutant_we_say_what_a_plain_interpreter_says(tasks: list[dict[str, Any]], part: int) -> None:
    rows, programs = [], []
    for task in tasks[part::PARTS]:
        for mutant in mutants(task["program"], 10, task["only"]):
            rows.append(task)
            programs.append(mutant)
    assert len(programs) >= 9.5 * len(tasks[part::PARTS])

    def both(which: Sequence[int], seconds: int) -> list[tuple[bool, bool]]:
        some, texts = [rows[i] for i in which], [programs[i] for i in which]
        ours = reward(rows[0]["kind"], seconds).all().score(columns(some, texts)).numbers
        theirs = plain([f"{text}\n{row['plain']}" for row, text in zip(some, texts, strict=True)], seconds)
        return list(zip(map(bool, ours), theirs, strict=True))

    said = both(range(len(rows)), 1)
    apart = [i for i, (ours, theirs) in enumerate(said) if ours != theirs]
    again = both(apart, 10) if apart else []  # what took about a second may have been cut off by one of the two
    wrong = [(rows[i]["name"], programs[i]) for i, (ours, theirs) in zip(apart, again, strict=True) if ours != theirs]
    survive = sum(theirs for _, theirs in said)
    print(f"{rows[0]['kind']}: {len(rows)} mutants, {survive} survive, {len(apart)} looked at again")
    assert wrong == []
    assert 0.02 * len(rows) < survive < 0.4 * len(rows)
