"""A small world with revisits: a grid to cross, a reward only at the goal."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

import guerdon as gd
from guerdon.expr.score import Score
from guerdon.lab.curves import Chart, Figures, Line
from guerdon.lab.policy import Floats, score_slope, softmax

from ..credit import gigpo
from ..registry import Size

GROUP, RATE = 8, 0.5
SIDES = {"smoke": 3, "full": 5}
MOVES = np.array([[0, 1], [0, -1], [1, 0], [-1, 0]])
UPDATES = {"smoke": 60, "full": 600}
DRAWN = 60  # updates on the curve


def episodes(policy: Floats, side: int, rng: np.random.Generator) -> list[tuple[list[int], list[int], list[float]]]:
    """A group of walks from corner to corner: the cells, the moves, and the rewards (1 on arriving)."""
    edges = np.cumsum(softmax(policy), axis=1)
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


def learn(advantage: Score, seed: int, size: Size) -> tuple[float, Line]:
    """How many episodes a tabular policy needs until nine in ten of the last 80 arrive; all there are, if never.

    And the share that arrived of the last 80, by episodes; once learnt, a run stops and the share stays.
    """
    rng = np.random.default_rng([200, seed])
    runner = advantage.compile()
    side = SIDES[size]
    policy = np.zeros((side * side, 4))
    arrived: list[bool] = []
    shares: list[float] = []
    for _ in range(UPDATES[size]):
        walks = episodes(policy, side, rng)
        arrived += [rewards[-1] > 0 for _, _, rewards in walks]
        shares.append(float(np.mean(arrived[-80:])))
        if shares[-1] >= 0.9 and len(arrived) >= 80:
            break
        rows = {
            "uid": [0] * GROUP,
            "r": [rewards for _, _, rewards in walks],
            "cell": [cells for cells, _, _ in walks],
        }
        gains = runner.score(rows).values
        cells, moves = (np.concatenate(taken) for taken in list(zip(*walks, strict=True))[:2])
        policy += RATE * score_slope(softmax(policy), cells, moves, gains) / GROUP
    drawn = (shares + shares[-1:] * DRAWN)[:DRAWN]
    return float(len(arrived)), Line.of([GROUP * (update + 1) for update in range(DRAWN)], drawn)


def states_against_episodes(seed: int, size: Size) -> Mapping[str, float]:
    """The same walks, credited by episode alone (GRPO) and by episode and state (GiGPO)."""
    rewards, cell = gd.col("r", axis="step"), gd.col("cell", axis="step")
    credit = {"grpo": gigpo(rewards, cell, weight=0.0), "gigpo": gigpo(rewards, cell)}
    seen = {name: learn(advantage, seed, size) for name, advantage in credit.items()}
    chart = Chart(
        "Walks that arrive", "episodes", "share of the last 80", {name: line for name, (_, line) in seen.items()}
    )
    return Figures({f"episodes {name}": needed for name, (needed, _) in seen.items()}, chart)
