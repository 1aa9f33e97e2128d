"""A small world with revisits: a grid to cross, a reward only at the goal."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

import guerdon as gd
from guerdon.expr.score import Score

from ..credit import gigpo
from ..registry import Size

Floats = npt.NDArray[np.float64]

GROUP, RATE = 8, 0.5
SIDES = {"smoke": 3, "full": 5}
MOVES = np.array([[0, 1], [0, -1], [1, 0], [-1, 0]])
UPDATES = {"smoke": 60, "full": 600}


def episodes(policy: Floats, side: int, rng: np.random.Generator) -> list[tuple[list[int], list[int], list[float]]]:
    """A group of walks from corner to corner: the cells, the moves, and the rewards (1 on arriving)."""
    odds = np.exp(policy - policy.max(axis=1, keepdims=True))
    edges = np.cumsum(odds / odds.sum(axis=1, keepdims=True), axis=1)
    walks = []
    for _ in range(GROUP):
        at = np.zeros(2, dtype=int)
        cells: list[int] = []
        moves: list[int] = []
        rewards: list[float] = []
        while len(cells) < 2 * side * side and not (rewards and rewards[-1]):
            cell = int(at[0] * side + at[1])
            move = min(int(np.searchsorted(edges[cell], rng.random())), 3)
            at = np.clip(at + MOVES[move], 0, side - 1)
            cells.append(cell)
            moves.append(move)
            rewards.append(float(at.min() == side - 1))
        walks.append((cells, moves, rewards))
    return walks


def episodes_needed(advantage: Score, seed: int, size: Size) -> float:
    """How many episodes a tabular policy needs until nine in ten of the last 80 arrive; all there are, if never."""
    rng = np.random.default_rng([200, seed])
    runner = advantage.compile()
    side = SIDES[size]
    policy = np.zeros((side * side, 4))
    arrived: list[bool] = []
    for _ in range(UPDATES[size]):
        walks = episodes(policy, side, rng)
        arrived += [rewards[-1] > 0 for _, _, rewards in walks]
        if np.mean(arrived[-80:]) >= 0.9 and len(arrived) >= 80:
            break
        rows = {
            "uid": [0] * GROUP,
            "r": [rewards for _, _, rewards in walks],
            "cell": [cells for cells, _, _ in walks],
        }
        gains = iter(runner.score(rows).values.tolist())
        odds = np.exp(policy - policy.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        slope = np.zeros_like(policy)
        for cells, moves, _ in walks:
            for cell, move in zip(cells, moves, strict=True):
                gain = next(gains)
                slope[cell] -= gain * odds[cell]
                slope[cell, move] += gain
        policy += RATE * slope / GROUP
    return float(len(arrived))


def states_against_episodes(seed: int, size: Size) -> Mapping[str, float]:
    """The same walks, credited by episode alone (GRPO) and by episode and state (GiGPO)."""
    rewards, cell = gd.col("r", axis="step"), gd.col("cell", axis="step")
    return {
        "episodes grpo": episodes_needed(gigpo(rewards, cell, weight=0.0), seed, size),
        "episodes gigpo": episodes_needed(gigpo(rewards, cell), seed, size),
    }
