"""Programs against their tests: in two sandboxes each, or in a fresh interpreter each, which holds nothing back."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import guerdon as gd
from guerdon.plan.sandbox import isolation

from .measure import Line, Size, Table, alternate

ROWS = {"tiny": 4, "quick": 100, "full": 400}
REPEATS = {"tiny": 1, "quick": 5, "full": 9}

PROGRAM = """\
from typing import List

def smallest_above(numbers: List[int], least: int) -> int:
    best = {start}
    for number in sorted(numbers):
        if number > least:
            best = number
            break
    return best
"""
TESTS = [
    "assert smallest_above([3, 1, 2], 1) == 2",
    "assert smallest_above([5, 9, 7, 8], 7) == 8",
    "assert smallest_above([1], 1) == 0",
    "assert [smallest_above(list(range(n)), n // 2) for n in (3, 4, 10)] == [2, 3, 6]",
]


def fresh(program: str) -> bool:
    """The program and its tests as one text, in an interpreter of its own: a program can forge this verdict."""
    source = "\n".join([program, *TESTS])
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", source], cwd=folder, capture_output=True, timeout=60, check=False
        )
    return done.returncode == 0


def run(size: Size) -> list[Table]:
    """One table: each level that works here, and fresh interpreters, all with one program for each core at a time."""
    # Three in four are right; no two are alike, so that nothing is shared.
    programs = [PROGRAM.replace("{start}", str(0 if i % 4 else i + 1)) + f"# {i}\n" for i in range(ROWS[size])]
    rows = {"program": programs, "tests": [TESTS] * len(programs)}
    cores = len(os.sched_getaffinity(0))

    def sandboxed() -> list[bool]:
        reward = gd.code.tests(gd.col("program"), gd.col("tests")).all()
        return [number == 1 for number in reward.score(rows).numbers]

    def interpreters() -> list[bool]:
        with ThreadPoolExecutor(cores) as pool:
            return list(pool.map(fresh, programs))

    contenders: dict[str, Callable[[], list[bool]]] = {
        f"guerdon, two sandboxes a program ({isolation().level})": sandboxed,
        "a fresh interpreter a program, held back by nothing": interpreters,
    }
    expected = [i % 4 > 0 for i in range(len(programs))]
    assert all(call() == expected for call in contenders.values())
    seconds = alternate(contenders, REPEATS[size], clock="wall", warm=False)
    lines = [
        Line(name, tuple(found), {"programs a second": f"{len(programs) / sorted(found)[len(found) // 2]:,.0f}"})
        for name, found in seconds.items()
    ]
    title = f"{len(programs):,} programs with {len(TESTS)} tests each, {cores} at a time"
    return [Table(title, lines, clock="wall")]
