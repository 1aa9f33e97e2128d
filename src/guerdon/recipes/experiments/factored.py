"""A policy of independent choices, trained by group-relative policy gradients: what a reward teaches first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from guerdon.expr.score import Score

Floats = npt.NDArray[np.float64]
Choices = Sequence[int]


def softmax(logits: Floats) -> Floats:
    """The probabilities of logits."""
    weights = np.exp(logits - logits.max())
    found: Floats = weights / weights.sum()
    return found


def train(
    reward: Score,
    sizes: Sequence[int],
    rows: Callable[[list[Choices], np.random.Generator], Mapping[str, Any]],
    *,
    steps: int,
    rng: np.random.Generator,
    group: int = 16,
    rate: float = 0.5,
    stop: Callable[[list[Floats]], bool] | None = None,
) -> list[list[Floats]]:
    """The probabilities of each choice before every step and after the last, beginning with uniform ones.

    Each step a group of completions is sampled, written out as ``rows`` and scored; the gradient is that of the
    z-scored rewards. Stops early where ``stop`` says so.
    """
    runner = reward.compile()
    policy = [np.zeros(size) for size in sizes]
    history = [[softmax(logits) for logits in policy]]
    for _ in range(steps):
        if stop is not None and stop(history[-1]):
            break
        drawn = [rng.choice(size, size=group, p=odds) for size, odds in zip(sizes, history[-1], strict=True)]
        values = runner.score(rows([list(one) for one in zip(*drawn, strict=True)], rng)).values
        gains = (values - values.mean()) / (values.std() + 1e-6)
        for logits, chosen, odds in zip(policy, drawn, history[-1], strict=True):
            slope = -odds * gains.sum()
            np.add.at(slope, chosen, gains)
            logits += rate * slope / group
        history.append([softmax(logits) for logits in policy])
    return history


def first(history: Sequence[list[Floats]], reached: Callable[[list[Floats]], bool]) -> float:
    """The step before which this was reached first; the number of steps where it never was."""
    return float(next((step for step, odds in enumerate(history) if reached(odds)), len(history) - 1))
