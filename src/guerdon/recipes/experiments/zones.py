"""Closeness in zones, against none and against all of it: what a group can tell apart, and what a maze teaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

import guerdon as gd
from guerdon.geo import STEPS as DIRECTIONS
from guerdon.geo import read_maze
from guerdon.lab.curves import Chart, Figures, Line

from ..registry import Size
from ..shaping import sweet_spot
from .mazes import MOVES, corridor, walk
from .tabular import Floats, climb, line, reached

CLOSE = gd.col("close")
REWARDS = {
    "binary": (CLOSE >= 0.9) + 0.0,
    "tiers": sweet_spot(CLOSE, power=1.0),
    "steep tiers": sweet_spot(CLOSE, power=2.0),
    "raw": CLOSE + 0.0,
}
MEANS, SPREAD, NOISE, GROUP = (0.45, 0.60), 0.15, 0.1, 8
GROUPS = {"smoke": 500, "full": 10_000}
LENGTH, MAZES, RATE = 6, 4, 4.0
# The rate was set after a pilot: at an eighth of it neither reward arrives in time.
STEPS = {"smoke": 6, "full": 150}


def _told_apart(seed: int, size: Size) -> dict[str, float]:
    """Of two policies, the mean lead of the better one's group over its standard deviation, under each reward."""
    rng = np.random.default_rng([153, seed])
    shape = (2, GROUPS[size], GROUP)
    close = np.array(MEANS)[:, None, None] + SPREAD * rng.normal(size=shape) + NOISE * rng.normal(size=shape)
    rows = {"close": np.clip(close, 0, 1).ravel().tolist()}
    figures = {}
    for name, reward in REWARDS.items():
        worse, better = reward.score(rows).values.reshape(shape).mean(axis=2)
        figures[f"apart by {name}"] = float((better - worse).mean() / (better - worse).std())
    return figures


def _closeness(picture: Sequence[str], moves: str) -> float:
    """How much of the way to the goal is behind one in the end; below 0 there is no closeness."""
    maze = read_maze(picture)
    at = maze.start
    for move in moves:
        down, right = DIRECTIONS[move]
        there = (at[0] + down, at[1] + right)
        at = there if there in maze.distance else at
    return max(0.0, 1 - maze.distance[at] / maze.length)


def _solved(name: str, seed: int, size: Size) -> tuple[float, Line]:
    """How many walks a tabular policy needs until four in five of the last reach the goal, and how many do by then."""
    rng = np.random.default_rng([153, seed, 1])
    reward = sweet_spot(CLOSE) if name == "tiers" else REWARDS[name]
    runner = reward.zscore(over="prompt").compile()
    policy: Floats = np.zeros((16 * (len(MOVES) + 1), 4))
    curve = []
    for _ in range(STEPS[size]):
        pictures = [corridor(LENGTH, rng) for _ in range(MAZES)]
        walks = [walk(policy, picture, rng) for picture in pictures for _ in range(GROUP)]
        close = [_closeness(pictures[i // GROUP], moves) for i, (_, moves) in enumerate(walks)]
        curve.append(float(np.mean([c == 1 for c in close])))
        if np.mean(curve[-5:]) >= 0.8 and len(curve) >= 5:
            break
        gains = runner.score({"uid": [i // GROUP for i in range(len(walks))], "close": close}).values
        states = np.concatenate([np.array(states) for states, _ in walks])
        choices = np.array([MOVES.index(move) for _, moves in walks for move in moves])
        climb(policy, states, choices, np.repeat(gains, LENGTH), RATE / len(walks))
    return MAZES * GROUP * reached(curve, 0.8, over=5), line(curve, each=MAZES * GROUP, points=20)


def tiers(seed: int, size: Size) -> Mapping[str, float]:
    """Both: groups told apart, and walks needed in mazes of six moves (binary: the goal, reached or not)."""
    found = {name: _solved(name, seed, size) for name in ("binary", "tiers")}
    figures = _told_apart(seed, size) | {f"walks by {name}": walks for name, (walks, _) in found.items()}
    chart = Chart("Mazes solved", "walks", "share at the goal", {name: curve for name, (_, curve) in found.items()})
    return Figures(figures, chart)
