"""A regressor of beam reactions, trained by the exact reward on beams whose supports never move."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

import guerdon as gd

from ..registry import Size
from ..verifiable.mechanics import beamperl

Floats = npt.NDArray[np.float64]

TOL, NOISE = 0.05, 0.2  # what counts as right, and how widely answers vary; in units of the load
BEAMS, GROUP, RATE = 16, 16, 0.2
STEPS = {"smoke": 8, "full": 200}


def features(at: Floats, supports: Floats) -> Floats:
    """What the regressor sees of one load: its place, the supports, and a constant."""
    return np.column_stack([at, supports, np.ones(len(at))])


def answer(second: float, force: float) -> str:
    """The text of an answer: both reactions, which sum to the loads."""
    return f"\n</think>\n\\boxed{{{force - second:.4f}P, {second:.4f}P}}"


def fixed_and_moved_supports(seed: int, size: Size) -> Mapping[str, float]:
    """REINFORCE on beams with supports at 0 and 1; then two loads, and supports that have moved."""
    rng = np.random.default_rng([134, seed])
    reward = beamperl(gd.mechanics.solved(gd.col("loads"), gd.col("supports")), tol=TOL, weights=(1.0, 0.0))
    runner = reward.zscore(over="prompt").compile()
    weights = rng.normal(scale=0.1, size=4)
    supports = np.tile([0.0, 1.0], (BEAMS, 1))
    for _ in range(STEPS[size]):
        at = rng.uniform(0, 1, BEAMS).round(3)
        seen = np.repeat(features(at, supports), GROUP, axis=0)
        noise = NOISE * rng.normal(size=len(seen))
        said = seen @ weights + noise
        rows = {
            "uid": np.repeat(np.arange(BEAMS), GROUP).tolist(),
            "completion": [answer(one, 1.0) for one in said],
            "loads": [[{"at": float(x)}] for x in np.repeat(at, GROUP)],
            "supports": [[0.0, 1.0]] * len(seen),
        }
        advantage = runner.score(rows).values
        weights += RATE * (advantage * noise / NOISE) @ seen / len(seen)
    return {
        "trained": accuracy(weights, rng, loads=1),
        "two loads": accuracy(weights, rng, loads=2),
        "moved supports": accuracy(weights, rng, loads=1, moved=True),
    }


def accuracy(weights: Floats, rng: np.random.Generator, loads: int, moved: bool = False) -> float:
    """The share of 400 new beams for which the regressor's mean answer is right."""
    right = 0
    for _ in range(400):
        low, high = (rng.uniform(0.1, 0.4), rng.uniform(0.6, 0.9)) if moved else (0.0, 1.0)
        at = rng.uniform(0, 1, loads)
        said = float((features(at, np.tile([low, high], (loads, 1))) @ weights).sum())
        _, second = gd.mechanics.reactions([gd.mechanics.Force(float(x)) for x in at], (float(low), float(high)))
        right += abs(said - float(second)) <= TOL
    return right / 400
