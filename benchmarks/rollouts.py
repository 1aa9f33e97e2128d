"""Windows, z-scores and gates over columns of numbers, from a thousand rollouts to a million: time and memory.

Each contender runs in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import guerdon as gd

from .machine import peak_memory
from .measure import Floats, Line, Size, Table

ROWS = {"tiny": (100, 1_000), "quick": (1_000, 10_000, 100_000, 1_000_000), "full": (1_000, 10_000, 100_000, 1_000_000)}
REPEATS = {"tiny": 1, "quick": 5, "full": 9}
GROUP = 8

_right, _length, _quality = gd.col("right"), gd.col("tokens"), gd.col("quality")
_share = _right.mean(over="prompt")
REWARD = (
    ((_share > 0) & (_share < 1)) * _right.zscore(over="prompt", ddof=1, eps=1e-4).named("outcome")
    + 0.1 * (_right * (1 - _length.rank(over="prompt", pct=True))).named("brevity")
    + 0.05 * (gd.max(_quality - _quality.mean(over="batch"), 0) * _right).named("quality")
)


def data(count: int) -> dict[str, list[Any]]:
    """Groups of eight rollouts, one after the other, as a trainer hands them over: lists of plain numbers."""
    rng = np.random.default_rng(0)
    groups = -(-count // GROUP)
    chance = np.repeat(rng.random(groups), GROUP)[:count]
    return {
        "prompt": [f"prompt {i // GROUP}" for i in range(count)],
        "right": (rng.random(count) < chance).astype(float).tolist(),
        "tokens": rng.integers(1, 4096, count).tolist(),
        "quality": rng.random(count).tolist(),
    }


def by_guerdon(rows: dict[str, list[Any]]) -> Floats:
    return REWARD.score(rows).values


def by_numpy(rows: dict[str, list[Any]]) -> Floats:
    """The same, by hand and array by array."""
    seen: dict[str, int] = {}
    codes = np.array([seen.setdefault(prompt, len(seen)) for prompt in rows["prompt"]])
    right, tokens, quality = (np.array(rows[name], dtype=np.float64) for name in ("right", "tokens", "quality"))
    n = np.bincount(codes)
    mean = np.bincount(codes, weights=right) / n
    share = mean[codes]
    with np.errstate(all="ignore"):
        spread = np.sqrt(np.bincount(codes, weights=(right - share) ** 2) / (n - 1))
        mixed = (share > 0) & (share < 1)
        outcome = np.where(mixed, (right - share) / (spread[codes] + 1e-4), 0.0)
    order = np.lexsort((tokens, codes))
    starts = np.cumsum(n) - n
    place = np.empty(len(codes))
    place[order] = np.arange(len(codes)) - starts[codes[order]] + 1
    # Ties share the average of their places.
    _, key = np.unique(codes * 8192.0 + tokens, return_inverse=True)
    place = (np.bincount(key, weights=place) / np.bincount(key))[key]
    brevity = right * (1 - place / n[codes])
    batch_mean = np.bincount(np.zeros(len(codes), dtype=np.int64), weights=quality)[0] / len(codes)
    total: Floats = outcome + 0.1 * brevity + 0.05 * (np.maximum(quality - batch_mean, 0) * right)
    return total


def by_loop(rows: dict[str, list[Any]]) -> Floats:
    """The same, as one writes it without numpy: group by group, row by row."""
    groups: dict[str, list[int]] = {}
    for i, prompt in enumerate(rows["prompt"]):
        groups.setdefault(prompt, []).append(i)
    right, tokens, quality = rows["right"], rows["tokens"], rows["quality"]
    mean_quality = 0.0
    for value in quality:
        mean_quality += value
    mean_quality /= len(quality)
    rewards = [0.0] * len(right)
    for members in groups.values():
        n = len(members)
        mean = 0.0
        for i in members:
            mean += right[i]
        mean /= n
        squares = 0.0
        for i in members:
            squares += (right[i] - mean) ** 2
        spread = (squares / (n - 1)) ** 0.5 if n > 1 else 0.0
        for i in members:
            below = sum(tokens[j] < tokens[i] for j in members)
            equal = sum(tokens[j] == tokens[i] for j in members)
            outcome = (right[i] - mean) / (spread + 1e-4) if 0 < mean < 1 else 0.0
            brevity = right[i] * (1 - ((below + below + equal + 1) / 2) / n)
            rewards[i] = outcome + 0.1 * brevity + 0.05 * (max(quality[i] - mean_quality, 0) * right[i])
    return np.array(rewards)


WAYS: dict[str, Callable[[dict[str, list[Any]]], Floats]] = {
    "guerdon": by_guerdon,
    "numpy by hand": by_numpy,
    "plain loop": by_loop,
}


def run(size: Size) -> list[Table]:
    """A table for each number of rollouts."""
    return [_table(count, REPEATS[size]) for count in ROWS[size]]


def _table(count: int, repeats: int) -> Table:
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in WAYS}
    for _ in range(repeats):
        for name in WAYS:
            found[name].append(_alone(name, count))
    sums = {report["digest"] for reports in found.values() for report in reports}
    assert len(sums) == 1, f"the ways disagree on {count} rows"
    lines = []
    for name, reports in found.items():
        line = Line(name, tuple(report["seconds"] for report in reports))
        figures = {
            "rollouts a second": f"{count / line.median:,.0f}",
            "memory beside the data": f"{max(report['peak'] - report['before'] for report in reports):,.0f} MiB",
        }
        lines.append(Line(name, line.seconds, figures))
    held = max(report["before"] for reports in found.values() for report in reports)
    title = f"Windows, z-score, rank and gates, {count:,} rollouts in groups of {GROUP}"
    return Table(title, lines, [f"The data, numpy and Guerdon hold {held:,.0f} MiB before."])


def _alone(name: str, count: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.rollouts", name, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _report(name: str, count: int) -> dict[str, Any]:
    import hashlib

    way = WAYS[name]
    way(data(64))  # modules that load on first use
    rows = data(count)
    before = peak_memory()
    start = time.process_time()
    values = way(rows)
    seconds = time.process_time() - start
    digest = hashlib.sha256(values.tobytes()).hexdigest()
    return {"seconds": seconds, "before": before, "peak": peak_memory(), "digest": digest}


if __name__ == "__main__":
    print(json.dumps(_report(sys.argv[1], int(sys.argv[2]))))
