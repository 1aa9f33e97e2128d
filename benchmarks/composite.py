"""A composite of tags, exact match and length against a plain loop, and against a list of TRL-style functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

import guerdon as gd
from guerdon.text import _parts, _tags

from .measure import Floats, Line, Size, Table, alternate, many
from .writing import completions

ROWS = {"tiny": 200, "quick": 20_000, "full": 20_000}
REPEATS = {"tiny": 2, "quick": 15, "full": 41}
BATCH = 64
WEIGHTS = (0.2, 1.0, 0.1)

REWARD = (
    0.2 * gd.text.tags_in_order("think", "answer").named("tidy")
    + 1.0 * (gd.text.tag("answer") == gd.col("solution")).named("right")
    + 0.1 * (1 - gd.min(gd.text.length("words") / 200, 1)).named("short")
)


def loop(rows: dict[str, list[str]]) -> Floats:
    """The same numbers by the same scanners, in one loop."""
    rewards = []
    for completion, solution in zip(rows["completion"], rows["solution"], strict=True):
        tidy = _tags.tags_in_order(completion, ("think", "answer"))
        answer = _tags.tag(completion, "answer")
        right = answer is not None and answer == solution
        short = 1 - min(_parts.length(completion, "words") / 200, 1)
        rewards.append(0.2 * tidy + 1.0 * right + 0.1 * short)
    return np.array(rewards)


def tidy_reward(completions: list[str], **kwargs: Any) -> list[float]:
    return [float(_tags.tags_in_order(completion, ("think", "answer"))) for completion in completions]


def right_reward(completions: list[str], solution: list[str], **kwargs: Any) -> list[float]:
    answers = [_tags.tag(completion, "answer") for completion in completions]
    return [
        1.0 if answer is not None and answer == gold else 0.0 for answer, gold in zip(answers, solution, strict=True)
    ]


def short_reward(completions: list[str], **kwargs: Any) -> list[float]:
    return [1 - min(_parts.length(completion, "words") / 200, 1) for completion in completions]


def listed(
    functions: Sequence[Callable[..., list[float]]], weights: Sequence[float], rows: dict[str, list[Any]]
) -> Floats:
    """What a trainer does with a list of reward functions: call each on the batch, and add up with weights."""
    arguments = {name + "s" if name in ("prompt", "completion") else name: column for name, column in rows.items()}
    total = np.zeros(len(rows["completion"]))
    for function, weight in zip(functions, weights, strict=True):
        total += weight * np.array(function(**arguments), dtype=np.float64)
    return total


def run(size: Size) -> list[Table]:
    """Tables: the whole data set at once, then batch by batch as a trainer asks."""
    rows = completions(ROWS[size])
    del rows["prompt"]  # in which Guerdon would look for tags that it opens, and the others would not
    functions = (tidy_reward, right_reward, short_reward)
    runner = REWARD.compile()
    expected = loop(rows)
    assert np.array_equal(runner.score(rows).values, expected)
    assert np.array_equal(listed(functions, WEIGHTS, rows), expected)

    tables = []
    for count, times in ((ROWS[size], 1), (BATCH, max(1, ROWS[size] // BATCH // 10))):
        part = {name: column[:count] for name, column in rows.items()}
        seconds = alternate(
            {
                "guerdon": many(partial(runner.score, part), times),
                "plain loop": many(partial(loop, part), times),
                "list of TRL-style functions": many(partial(listed, functions, WEIGHTS, part), times),
            },
            REPEATS[size],
        )
        lines = []
        for name, found in seconds.items():
            each = tuple(second / times for second in found)
            line = Line(name, each)
            lines.append(Line(name, each, {"completions a second": f"{count / line.median:,.0f}"}))
        title = f"Tags + exact match + length, {count:,} completions a call"
        tables.append(Table(title, lines, [_per_row(lines, count)]))
    return tables


def _per_row(lines: list[Line], count: int) -> str:
    more = (lines[0].median - lines[1].median) / count
    return f"Over the plain loop: {more * 1e6:+.2f} µs a completion."
