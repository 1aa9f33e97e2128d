"""Solutions with steps said again, and a small model that tells how many from what can be counted in the text."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from guerdon.lab.curves import Figures

from ..registry import Size
from .lengths import gated_conciseness
from .tabular import Floats

SOLUTIONS = {"smoke": 60, "full": 600}
FILLERS = ("let me check that again", "as was said before", "wait, once more", "so to repeat it")


def solution(rng: np.random.Generator) -> tuple[str, float]:
    """Steps of a sum, some said again (often in slightly other words), and which share of its lines that is."""
    total = int(rng.integers(10, 100))
    steps = []
    for _ in range(int(rng.integers(3, 9))):
        more = int(rng.integers(2, 60))
        steps.append(f"add {more} to {total}, which makes {total + more}")
        total += more
    again = int(rng.integers(0, 2 * len(steps)))
    lines = list(steps)
    for _ in range(again):
        step = steps[int(rng.integers(len(steps)))]
        kind = rng.random()
        said = step if kind < 0.4 else f"{FILLERS[int(rng.integers(len(FILLERS)))]}, {step}" if kind < 0.8 else (
            f"{step.split(' makes ')[1]} comes from {step.split(', ')[0]}")  # fmt: skip
        lines.insert(int(rng.integers(1, len(lines) + 1)), said)
    return "\n".join(lines), again / len(lines)


def _counted(text: str) -> list[float]:
    """Length, and of runs of one, two, three and five words the share that stands there for the first time."""
    words = text.split()
    distinct = [
        len({tuple(words[i : i + n]) for i in range(len(words) - n + 1)}) / (len(words) - n + 1) for n in (1, 2, 3, 5)
    ]
    return [1.0, np.log(len(words)), *distinct]


def _ranks(values: Floats) -> Floats:
    """Ranks, ties sharing their mean."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    found: Floats = (np.cumsum(count) - (count - 1) / 2)[place]
    return found


def read(seed: int, size: Size) -> Mapping[str, float]:
    """How well a linear model of counts reads conciseness, and what conciseness does to a policy of lengths.

    ``order`` is Spearman's correlation, on unseen solutions, with the share of lines said for the first time; for the
    rest see :func:`gated_conciseness`.
    """
    rng = np.random.default_rng([17, seed])
    texts, shares = zip(*(solution(rng) for _ in range(2 * SOLUTIONS[size])), strict=True)
    features, concise = np.array([_counted(text) for text in texts]), 1 - np.array(shares)
    shown, held = slice(0, SOLUTIONS[size]), slice(SOLUTIONS[size], None)
    ridge = features[shown].T @ features[shown] + 0.01 * np.eye(features.shape[1])
    told = features[held] @ np.linalg.solve(ridge, features[shown].T @ concise[shown])
    order = float(np.corrcoef(_ranks(told), _ranks(concise[held]))[0, 1])
    lengths = gated_conciseness(seed, size)
    return Figures({"order": order, **lengths}, *lengths.charts)
