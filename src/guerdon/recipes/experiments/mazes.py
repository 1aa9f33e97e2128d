"""A tabular policy in mazes without dead ends: trained on short ones first, or on long ones from the start."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

import guerdon as gd
from guerdon.geo import STEPS as DIRECTIONS
from guerdon.geo import make_maze, read_maze

from ..registry import Size
from ..verifiable.routes import ariadne

Floats = npt.NDArray[np.float64]

MOVES = "".join(DIRECTIONS)
TARGET, UNSEEN = 5, 8  # lengths: what should be solved, and what training never shows
MAZES, GROUP, RATE, LEVEL_UP = 6, 8, 1.0, 0.7
STEPS = {"smoke": 8, "full": 40}


def corridor(length: int, rng: np.random.Generator) -> list[str]:
    """A maze of this length with as many turns as chance wants, and no dead ends."""
    return make_maze(length, int(rng.integers(0, length)), int(rng.integers(1 << 30)), branches=0.0)


def walk(policy: Floats, picture: list[str], rng: np.random.Generator, greedy: bool = False) -> tuple[list[int], str]:
    """A list of moves, as many as the path has: the states they were made in, and their letters.

    A state is what is free around a cell, and the last move. Moves into a wall leave one standing.
    """
    maze = read_maze(picture)
    at, last = maze.start, len(MOVES)
    states: list[int] = []
    moves = ""
    while len(moves) < maze.length:
        around = [(at[0] + down, at[1] + right) for down, right in DIRECTIONS.values()]
        free = sum((cell in maze.distance) << k for k, cell in enumerate(around))
        state = free * (len(MOVES) + 1) + last
        odds = np.exp(policy[state] - policy[state].max())
        move = int(odds.argmax()) if greedy else int(rng.choice(4, p=odds / odds.sum()))
        states.append(state)
        moves += MOVES[move]
        at, last = (around[move], move) if around[move] in maze.distance else (at, last)
    return states, moves


def train(weights: tuple[float, float, float], stages: list[int], seed: int, size: Size) -> Floats:
    """Policy gradient with group advantages; the next stage begins when the last batch of this one was solved often."""
    rng = np.random.default_rng([148, seed])
    runner = ariadne(gd.col("maze"), weights).zscore(over="prompt").compile()
    success = ariadne(gd.col("maze"), (0.0, 1.0, 0.0)).compile()
    policy = np.zeros((16 * (len(MOVES) + 1), 4))
    stage = 0
    for _ in range(STEPS[size]):
        pictures = [corridor(stages[stage], rng) for _ in range(MAZES)]
        walks = [walk(policy, picture, rng) for picture in pictures for _ in range(GROUP)]
        rows = {
            "uid": [i // GROUP for i in range(len(walks))],
            "completion": [f"<answer>{moves}</answer>" for _, moves in walks],
            "maze": [picture for picture in pictures for _ in range(GROUP)],
        }
        slope = np.zeros_like(policy)
        for gain, (states, moves) in zip(runner.score(rows).values.tolist(), walks, strict=True):
            for state, move in zip(states, moves, strict=True):
                odds = np.exp(policy[state] - policy[state].max())
                slope[state] -= gain * odds / odds.sum()
                slope[state, MOVES.index(move)] += gain
        policy += RATE * slope / len(walks)
        if success.score(rows).values.mean() > LEVEL_UP:
            stage = min(stage + 1, len(stages) - 1)
    return policy


def solved(policy: Floats, length: int, seed: int) -> float:
    """The share of 200 new mazes of this length that the policy's likeliest moves solve."""
    rng = np.random.default_rng([1480, seed])
    pictures = [corridor(length, rng) for _ in range(200)]
    completions = [f"<answer>{walk(policy, picture, rng, greedy=True)[1]}</answer>" for picture in pictures]
    reward = ariadne(gd.col("maze"), (0.0, 1.0, 0.0))
    return float(reward.score({"completion": completions, "maze": pictures}).values.mean())


def curriculum_against_direct(seed: int, size: Size) -> Mapping[str, float]:
    """The same number of steps: from length 1 to 5 as accuracy allows, or at length 5 from the start."""
    whole, sparse = (0.5, 1.0, 0.1), (0.0, 1.0, 0.0)
    climbed = train(whole, list(range(1, TARGET + 1)), seed, size)
    return {
        "curriculum": solved(climbed, TARGET, seed),
        "curriculum at 8": solved(climbed, UNSEEN, seed),
        "direct": solved(train(whole, [TARGET], seed, size), TARGET, seed),
        "direct, success alone": solved(train(sparse, [TARGET], seed, size), TARGET, seed),
        "curriculum, success alone": solved(train(sparse, list(range(1, TARGET + 1)), seed, size), TARGET, seed),
    }
