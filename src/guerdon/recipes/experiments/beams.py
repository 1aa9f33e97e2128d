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
STEPS = {"smoke": 10, "full": 150}
REWARD = beamperl(gd.mechanics.solved(gd.col("loads"), gd.col("supports")), tol=TOL, weights=(1.0, 0.0))


def features(at: Floats, supports: Floats) -> Floats:
    """What the regressor sees of one load: its place, the supports, and a constant."""
    return np.column_stack([at, supports, np.ones(len(at))])


def answer(second: float, force: float) -> str:
    """The text of an answer: both reactions, which sum to the loads."""
    return f"\n</think>\n\\boxed{{{force - second:.4f}P, {second:.4f}P}}"


def fixed_and_moved_supports(seed: int, size: Size) -> Mapping[str, float]:
    """REINFORCE on beams with supports at 0 and 1; then two loads, and supports that have moved.

    The reward takes the reactions in any order, and a regressor that starts from nothing is drawn both ways at once. It
    starts from half an idea: the second reaction grows with the place of the load.
    """
    rng = np.random.default_rng([134, seed])
    runner = REWARD.zscore(over="prompt").compile()
    weights = np.array([0.5, 0.0, 0.0, 0.25]) + rng.normal(scale=0.05, size=4)
    supports = np.tile([0.0, 1.0], (BEAMS, 1))
    late: list[Floats] = []
    for step in range(STEPS[size]):
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
        weights = weights + RATE * (advantage * noise / NOISE) @ seen / len(seen)
        if 2 * step >= STEPS[size]:
            late.append(weights)
    weights = np.mean(late, axis=0)  # of the second half, which evens out the last steps' noise
    return {
        "trained": accuracy(weights, rng, loads=1),
        "two loads": accuracy(weights, rng, loads=2),
        "moved supports": accuracy(weights, rng, loads=1, moved=True),
    }


def accuracy(weights: Floats, rng: np.random.Generator, loads: int, moved: bool = False) -> float:
    """What the regressor's mean answers earn on 300 new beams, by the same reward."""
    rows: dict[str, list[object]] = {"completion": [], "loads": [], "supports": []}
    for _ in range(300):
        low, high = (rng.uniform(0.1, 0.4), rng.uniform(0.6, 0.9)) if moved else (0.0, 1.0)
        at = rng.uniform(0, 1, loads)
        second = (features(at, np.tile([low, high], (loads, 1))) @ weights).sum()
        rows["completion"].append(answer(float(second), float(loads)))
        rows["loads"].append([{"at": float(x)} for x in at])
        rows["supports"].append([float(low), float(high)])
    return float(REWARD.score(rows).values.mean())
