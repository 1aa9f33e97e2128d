"""The algebra alone: leaves that cost next to nothing, against the same arithmetic in a plain loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import guerdon as gd

from .measure import Floats, Line, Size, Table, alternate, many

ROWS = {"tiny": 200, "quick": 20_000, "full": 20_000}
REPEATS = {"tiny": 2, "quick": 31, "full": 101}
BATCH = 64

TRIVIAL = (gd.col("answer") == gd.col("solution")).named("right") * (0.8 + 0.2 * (gd.col("words") < 100).named("short"))


def right(answer: str, solution: str) -> bool:
    return answer == solution


def short(words: int) -> bool:
    return words < 100


LEAVES = gd.function(right)() * (0.8 + 0.2 * gd.function(short)())


def loop(rows: dict[str, list[Any]]) -> Floats:
    rewards = []
    for answer, solution, words in zip(rows["answer"], rows["solution"], rows["words"], strict=True):
        rewards.append((1.0 if answer == solution else 0.0) * (0.8 + 0.2 * (1.0 if words < 100 else 0.0)))
    return np.array(rewards)


def called(rows: dict[str, list[Any]]) -> Floats:
    """The same loop over two small functions, as people write rewards."""
    rewards = []
    for answer, solution, words in zip(rows["answer"], rows["solution"], rows["words"], strict=True):
        rewards.append(right(answer=answer, solution=solution) * (0.8 + 0.2 * short(words=words)))
    return np.array(rewards)


def data(count: int) -> dict[str, list[Any]]:
    rng = np.random.default_rng(0)
    return {
        "answer": [str(number) for number in rng.integers(0, 10, count).tolist()],
        "solution": [str(number) for number in rng.integers(0, 10, count).tolist()],
        "words": rng.integers(0, 200, count).tolist(),
    }


def run(size: Size) -> list[Table]:
    """Tables: column operations, then functions, each for many rows and for a trainer's batch."""
    tables = []
    for what, reward, other, plain in (
        ("columns compared", TRIVIAL, "plain loop, written out", loop),
        ("two functions of one line", LEAVES, "plain loop over the functions", called),
    ):
        for count in (ROWS[size], BATCH):
            rows = data(count)
            tables.append(_table(f"{what}, {count:,} rows a call", reward, other, plain, rows, REPEATS[size]))
    return tables


def _table(
    title: str, reward: gd.Score, other: str, plain: Callable[..., Floats], rows: dict[str, Any], repeats: int
) -> Table:
    runner = reward.compile()
    assert np.array_equal(runner.score(rows).values, plain(rows))
    count = len(rows["words"])
    times = max(1, 20_000 // count // 4) if count < 1000 else 1
    seconds = alternate(
        {
            "guerdon": many(lambda: runner.score(rows), times),
            other: many(lambda: plain(rows), times),
        },
        repeats,
    )
    lines = [Line(name, tuple(second / times for second in found)) for name, found in seconds.items()]
    return Table(f"Right times shortness: {title}", lines)
