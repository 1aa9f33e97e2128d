"""Hostile answers cost at most their deadline, wherever they are scored, and leave nothing behind."""

from __future__ import annotations

import asyncio
import gc
import json
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import guerdon as gd
from guerdon.math import same

from .hostile import MAKERS, flood

DEADLINE = 1.0
"""Seconds of processor time for what the exact path leaves open. Tests hold only that ten times it is never spent."""
RIGHT = gd.math.equal(gd.col("answer"), gd.col("solution"), timeout=DEADLINE)
GOLD = r"\frac{7}{3}"
SOME = [
    "power tower",
    "million digits",
    "ten thousand braces",
    "binomial",
    "long sum",
    "junk",
    "null",
    "lone surrogate",
]
"""For the fast tests: two of them end in a worker that is killed."""
ALL = pytest.param(list(MAKERS), id="all", marks=pytest.mark.full)
PLACES = [pytest.param(SOME, id="some"), ALL]


def table(names: list[str]) -> dict[str, list[str]]:
    """The answers between two right ones."""
    texts = [MAKERS[name]() for name in names]
    return {"answer": ["4", *texts, "4"], "solution": ["4", *[GOLD] * len(texts), "4"]}


def verdicts(rows: dict[str, list[str]]) -> list[float]:
    return [float(value) for value in RIGHT.score(rows).values]


def check(found: list[float], names: list[str]) -> None:
    """Nothing hostile earns anything, and the innocent get theirs."""
    assert dict(zip(["first", *names, "last"], found, strict=True)) == {
        "first": 1,
        **dict.fromkeys(names, 0),
        "last": 1,
    }


@pytest.mark.parametrize("name", MAKERS)
def test_costs_at_most_its_deadline(name: str) -> None:
    """Compared with a plain gold in both orders, and with itself."""
    text = MAKERS[name]()
    for left, right in ((text, GOLD), (GOLD, text), (text, text)):
        start = time.perf_counter()
        same(left, right)
        assert time.perf_counter() - start < 10 * DEADLINE


@pytest.mark.parametrize("names", PLACES)
def test_the_leaf_fails_them_and_nothing_else(names: list[str]) -> None:
    start = time.perf_counter()
    scores = RIGHT.score(table(names))
    assert time.perf_counter() - start < 10 * DEADLINE * len(names)
    check(list(scores.values), names)
    assert scores.statuses[0] == scores.statuses[-1] == "scored"


@pytest.mark.parametrize("names", PLACES)
def test_in_threads(names: list[str]) -> None:
    rows, found = table(names), []
    threads = [threading.Thread(target=lambda: found.append(verdicts(rows))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    for each in found:
        check(each, names)


@pytest.mark.parametrize("names", [ALL])
def test_in_an_event_loop(names: list[str]) -> None:
    async def run() -> list[float]:
        scores = await RIGHT.ascore(table(names))
        return list(scores.values)

    check(asyncio.run(run()), names)


@pytest.mark.parametrize("names", [ALL])
def test_scored_plainly_inside_a_running_loop(names: list[str]) -> None:
    async def run() -> list[float]:
        return verdicts(table(names))

    check(asyncio.run(run()), names)


def _child(pipe: Any, names: list[str]) -> None:
    pipe.send(verdicts(table(names)))
    pipe.close()


@pytest.mark.parametrize("names", [ALL])
def test_in_a_forked_process(names: list[str]) -> None:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=_child, args=(theirs, names))
    child.start()
    theirs.close()
    try:
        assert ours.poll(10 * DEADLINE * len(names))
        check(ours.recv(), names)
    finally:
        child.join(30)
    assert child.exitcode == 0


SPAWNED = """
import json, multiprocessing, sys
import guerdon as gd

def score(rows):
    reward = gd.math.equal(gd.col("answer"), gd.col("solution"), timeout=1.0)
    return [float(value) for value in reward.score(rows).values]

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        print(json.dumps(pool.map(score, json.load(sys.stdin))))
"""


@pytest.mark.parametrize("names", [ALL])
def test_in_spawned_processes(names: list[str], tmp_path: Path) -> None:
    script = tmp_path / "spawned.py"
    script.write_text(SPAWNED)
    done = subprocess.run(
        [sys.executable, script], input=json.dumps([table(names)] * 2), capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    for found in json.loads(done.stdout):
        check(found, names)


def resident() -> float:
    """MiB that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.full
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_memory_is_flat_over_a_hundred_thousand_answers(capsys: pytest.CaptureFixture[str]) -> None:
    def run(seed: int) -> None:
        answers = flood(10_000, seed)
        found = verdicts({"answer": answers, "solution": ["4"] * 5_000 + answers[5_000:]})
        assert sum(found) > 3_000

    for seed in range(2):  # caches fill
        run(seed)
    gc.collect()
    before = resident()
    for seed in range(2, 12):
        run(seed)
    gc.collect()
    more = resident() - before
    with capsys.disabled():
        print(f"\n100,000 answers: {more:+.1f} MiB beside {before:.0f} MiB")
    assert more < 30
