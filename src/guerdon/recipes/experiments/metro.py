"""A template policy that plans routes on a small metro, told as text."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

import guerdon as gd
from guerdon.expr.score import Score

from ..registry import Size
from ..verifiable.routes import rewardmap

Floats = npt.NDArray[np.float64]

LINES, STOPS = 5, 5  # each line has this many stops of its own, and one that it shares with each other line
QUESTIONS, GROUP, RATE = 8, 8, 1.0
STEPS = {"smoke": 6, "full": 80}


def metro() -> dict[str, list[str]]:
    """Every two lines share one stop, where one changes."""
    lines = {f"Line {i}": [f"Stop {i}{k}" for k in range(STOPS)] for i in range(LINES)}
    for i in range(LINES):
        for j in range(i + 1, LINES):
            for line in (i, j):
                lines[f"Line {line}"].append(f"Change {i}{j}")
    return lines


NETWORK = metro()
CHANGES = sorted({stop for stops in NETWORK.values() for stop in stops if stop.startswith("Change")})
OWN = [(i, k) for i in range(LINES) for k in range(STOPS)]


class Policy:
    """Which line a stop is on, and where to change between two lines: tables that all questions share."""

    def __init__(self) -> None:
        self.line = np.zeros((len(OWN), LINES))
        self.change = np.zeros((LINES, LINES, len(CHANGES)))

    def plan(
        self, start: int, stop: int, direct: bool, rng: np.random.Generator
    ) -> tuple[str, list[tuple[Floats, int]]]:
        """A route as text, and the choices it was made of: each a row of a table and a place in it."""
        first = _draw(self.line[start], rng)
        made = [(self.line[start], first)]
        ends = f"Stop {OWN[start][0]}{OWN[start][1]}", f"Stop {OWN[stop][0]}{OWN[stop][1]}"
        if direct:
            return _leg(first, *ends), made
        second = _draw(self.line[stop], rng)
        where = _draw(self.change[first, second], rng)
        made += [(self.line[stop], second), (self.change[first, second], where)]
        return _leg(first, ends[0], CHANGES[where]) + "--\n" + _leg(second, CHANGES[where], ends[1]), made


def _draw(row: Floats, rng: np.random.Generator) -> int:
    odds = np.exp(row - row.max())
    return int(rng.choice(len(row), p=odds / odds.sum()))


def _leg(line: int, start: str, stop: str) -> str:
    return f"Route Name: Line {line}\nDeparture Stop: {start}\nArrival Stop: {stop}\n"


def batch(
    policy: Policy, direct: bool, rng: np.random.Generator
) -> tuple[dict[str, list[object]], list[list[tuple[Floats, int]]]]:
    """Questions with several plans each, as rows, and the choices behind the plans."""
    rows: dict[str, list[object]] = {name: [] for name in ("uid", "completion", "start", "stop", "lines", "transfers")}
    choices = []
    for question in range(QUESTIONS):
        a = int(rng.integers(len(OWN)))
        fits = [i for i, (line, _) in enumerate(OWN) if i != a and (line == OWN[a][0]) == direct]
        b = int(rng.choice(fits))
        for _ in range(GROUP):
            text, made = policy.plan(a, b, direct, rng)
            said = {"uid": question, "completion": text, "lines": NETWORK, "transfers": 0 if direct else 1}
            ends = {"start": f"Stop {OWN[a][0]}{OWN[a][1]}", "stop": f"Stop {OWN[b][0]}{OWN[b][1]}"}
            for name, value in (said | ends).items():
                rows[name].append(value)
            choices.append(made)
    rows["difficulty"] = ["easy"] * len(choices)
    return rows, choices


def reward(alpha: float) -> Score:
    """RewardMap's, with details of this weight."""
    return rewardmap(*(gd.col(name) for name in ("lines", "start", "stop", "transfers", "difficulty")), alpha=alpha)


def train(alpha: float, staged: bool, seed: int, size: Size) -> float:
    """Policy gradient with group advantages, a third of the steps on direct questions if staged; then the accuracy."""
    rng = np.random.default_rng([99, seed])
    runner = reward(alpha).zscore(over="prompt").compile()
    policy = Policy()
    for step in range(STEPS[size]):
        rows, choices = batch(policy, staged and step < STEPS[size] // 3, rng)
        slopes: dict[int, tuple[Floats, Floats]] = {}
        for gain, made in zip(runner.score(rows).values.tolist(), choices, strict=True):
            for row, choice in made:
                odds = np.exp(row - row.max())
                slope = slopes.setdefault(row.__array_interface__["data"][0], (row, np.zeros_like(row)))[1]
                slope -= gain * odds / odds.sum()
                slope[choice] += gain
        for row, slope in slopes.values():
            row += RATE * slope / GROUP
    right = reward(0.0).compile()
    seen = [right.score(batch(policy, False, rng)[0]).values > 0 for _ in range(20)]
    return float(np.mean(seen))


def staged_against_sparse(seed: int, size: Size) -> Mapping[str, float]:
    """Planning with one change, after equal numbers of steps."""
    return {
        "right or wrong": train(0.0, False, seed, size),
        "detailed": train(0.5, False, seed, size),
        "staged, right or wrong": train(0.0, True, seed, size),
        "staged and detailed": train(0.5, True, seed, size),
    }
