"""Two rewards that stand for a true one only up to a point: fixed weights run past it, multipliers stop there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

import guerdon as gd
from guerdon.expr.score import Score
from guerdon.lab.curves import Chart, Figures, Line

from ..registry import Size
from ..shaping import constrained
from .tabular import line

Floats = npt.NDArray[np.float64]

GROUP, RATE, SPREAD = 64, 0.05, 0.5
CORRELATION = 0.5
POINTS = (1.0, 1.5)  # where each reward stops meaning anything: the gold reward is best there
STEPS = {"smoke": 60, "full": 1500}


def _rewards(action: Floats) -> tuple[Floats, Floats]:
    return action[:, 0], CORRELATION * action[:, 0] + np.sqrt(1 - CORRELATION**2) * action[:, 1]


def _gold(first: Floats, second: Floats) -> float:
    """Of mean rewards: it rises with both up to their points, and falls beyond them."""
    return float(-((first.mean() - POINTS[0]) ** 2) - (second.mean() - POINTS[1]) ** 2)


def train(advantage: Score, seed: int, size: Size) -> tuple[dict[str, float], Line]:
    """Train a normal policy over two numbers; mean rewards and gold over the last fifth, the best gold, its curve."""
    rng = np.random.default_rng([189, seed])
    runner = advantage.compile()
    policy = np.zeros(2)
    seen: list[tuple[float, float, float]] = []
    for _ in range(STEPS[size]):
        noise = rng.normal(size=(GROUP, 2))
        action = policy + SPREAD * noise
        first, second = _rewards(action)
        kl = ((noise**2).sum(axis=1) - (action**2).sum(axis=1) / SPREAD**2) / 2  # log of start over policy
        rows = {"uid": [0] * GROUP, "a": first.tolist(), "b": second.tolist(), "kl": kl.tolist()}
        gains = runner.score(rows).values
        policy += RATE * (gains @ noise) / GROUP
        seen.append((float(first.mean()), float(second.mean()), _gold(first, second)))
    last = np.mean(seen[-max(1, STEPS[size] // 5) :], axis=0)
    smooth = np.convolve([gold for *_, gold in seen], np.ones(20) / 20, "valid")
    figures = {"a": float(last[0]), "b": float(last[1]), "gold": float(last[2]), "best gold": float(smooth.max())}
    return figures, line([gold for *_, gold in seen], points=20)


def multipliers_against_weights(seed: int, size: Size) -> Mapping[str, float]:
    """The same rewards with fixed weights of one half, and with multipliers for their two points."""
    a, b, kl = gd.col("a"), gd.col("b"), gd.col("kl")
    fixed = 0.1 * kl + 0.5 * a + 0.5 * b
    rewards = {
        "fixed": (fixed - fixed.mean(over="prompt")).as_advantage(),
        "held": constrained([a, b], targets=POINTS, kl=0.1 * kl, lr=0.05),
    }
    figures: dict[str, float] = {}
    lines = {}
    for name, advantage in rewards.items():
        seen, lines[name] = train(advantage, seed, size)
        figures |= {f"{what} {name}": figure for what, figure in seen.items()}
    return Figures(figures, Chart("True reward under two proxies", "step", "gold", lines))
