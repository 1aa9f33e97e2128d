"""Hostile answers cost at most their deadline, wherever they are scored, and leave nothing behind."""

from __future__ import annotations

import asyncio
import gc
import json
import math
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

from .hostile import MAKERS, flood, hostile

DEADLINE = 2.0
"""Seconds of one answer. Tests hold only that ten times as much is never reached."""
RIGHT = gd.math.equal(gd.col("answer"), gd.col("solution"))


def verdicts(rows: dict[str, list[str]]) -> list[float]:
    return list(RIGHT.score(rows).values)


@pytest.mark.parametrize("name", MAKERS)
def test_costs_at_most_its_deadline(name: str) -> None:
    """Compared with a plain gold in both orders, and with itself."""
    text = MAKERS[name]()
    for left, right in ((text, "4"), ("4", text), (text, text)):
        start = time.perf_counter()
        same(left, right)
        assert time.perf_counter() - start < 10 * DEADLINE


def table() -> dict[str, list[str]]:
    texts = list(hostile().values())
    return {"answer": ["4", *texts, "4"], "solution": ["4", *["\\frac{7}{3}"] * len(texts), "4"]}


def check(found: list[float]) -> None:
    assert found == [1.0, *[0.0] * len(MAKERS), 1.0]


def test_leaf_fails_each_and_rewards_the_right_ones() -> None:
    scores = RIGHT.score(table())
    check(list(scores.values))
    assert all(map(math.isfinite, scores.values))


def test_in_threads() -> None:
    rows, found = table(), []
    threads = [threading.Thread(target=lambda: found.append(verdicts(rows))) for _ in range(2)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.perf_counter() - start < 10 * DEADLINE * len(MAKERS)
    assert len(found) == 2
    for each in found:
        check(each)


def test_in_an_event_loop() -> None:
    async def run() -> tuple[list[float], int]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.01)
                ticks += 1

        ticking = asyncio.create_task(tick())
        scores = await RIGHT.ascore(table())
        ticking.cancel()
        return list(scores.values), ticks

    found, _ = asyncio.run(run())
    check(found)


def test_scored_plainly_inside_a_running_loop() -> None:
    async def run() -> list[float]:
        return verdicts(table())

    check(asyncio.run(run()))


def _child(pipe: Any) -> None:
    pipe.send(verdicts(table()))
    pipe.close()


def test_in_a_forked_process() -> None:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=_child, args=(theirs,))
    child.start()
    theirs.close()
    try:
        assert ours.poll(10 * DEADLINE * len(MAKERS))
        check(ours.recv())
    finally:
        child.join(30)
    assert child.exitcode == 0


SPAWNED = """
import json, multiprocessing, sys
import guerdon as gd

def score(rows):
    return list(gd.math.equal(gd.col("answer"), gd.col("solution")).score(rows).values)

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        print(json.dumps(pool.map(score, json.load(sys.stdin))))
"""


def test_in_spawned_processes(tmp_path: Path) -> None:
    script = tmp_path / "spawned.py"
    script.write_text(SPAWNED)
    done = subprocess.run(
        [sys.executable, script], input=json.dumps([table(), table()]), capture_output=True, text=True, check=True
    )
    for found in json.loads(done.stdout):
        check(found)


def resident() -> float:
    """MiB that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.full
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_memory_is_flat_over_a_hundred_thousand_answers() -> None:
    def run(seed: int) -> None:
        answers = flood(10_000, seed)
        verdicts({"answer": answers, "solution": ["4"] * 5_000 + answers[5_000:]})

    for seed in range(2):  # caches fill
        run(seed)
    gc.collect()
    before = resident()
    for seed in range(2, 12):
        run(seed)
    gc.collect()
    assert resident() - before < 30
