"""A chain of steps judged by a flawed step judge, which likes a kind of step that does nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

import guerdon as gd
from guerdon.expr.score import Score
from guerdon.lab.curves import Chart, Figures, Line
from guerdon.lab.policy import Floats, score_slope, softmax

from ..credit import pure
from ..registry import Size
from .tabular import line

WORK, CHAT, FINISH = 0, 1, 2
NEEDED, LONGEST = 3, 12  # steps of work that the task takes; steps at most
SKILL = 0.9  # how often a step of work is right
PROMPTS, GROUP, RATE = 8, 8, 0.5
STEPS = {"smoke": 15, "full": 120}


def episode(policy: Floats, rng: np.random.Generator) -> tuple[list[tuple[int, int]], list[float], bool]:
    """One completion: its (work done, action) pairs, the judge's step rewards, and whether it is truly right.

    The judge sees whether a step of work is right (0.8, else -0.8) and whether the chain is finished too early (-0.8,
    else 0.8). Its flaw: idle chat gets 0.9.
    """
    done, sound = 0, True
    taken: list[tuple[int, int]] = []
    rewards: list[float] = []
    while len(taken) < LONGEST:
        odds = np.exp(policy[done])
        action = int(rng.choice(3, p=odds / odds.sum()))
        taken.append((done, action))
        if action == FINISH:
            rewards.append(0.8 if done == NEEDED else -0.8)
            return taken, rewards, sound and done == NEEDED
        if action == CHAT:
            rewards.append(0.9)
            continue
        right = bool(rng.random() < SKILL)
        rewards.append(0.8 if right else -0.8)
        sound &= right
        done = min(done + 1, NEEDED)
    return taken, rewards, False


def train(advantage: Score, seed: int, size: Size) -> tuple[float, float, Line]:
    """Train a tabular policy by policy gradient; accuracy and number of steps at the end, and accuracy by update."""
    rng = np.random.default_rng([54, seed])
    runner = advantage.compile()
    policy = np.zeros((NEEDED + 1, 3))
    curve: list[float] = []
    last: list[tuple[bool, int]] = []
    for step in range(STEPS[size]):
        batch = [episode(policy, rng) for _ in range(PROMPTS * GROUP)]
        rows = {
            "uid": [i // GROUP for i in range(len(batch))],
            "r": [rewards for _, rewards, _ in batch],
            "n": [[5] * len(rewards) for _, rewards, _ in batch],
        }
        gains = runner.score(rows).values
        states, actions = zip(*(pair for taken, _, _ in batch for pair in taken), strict=True)
        policy += RATE * score_slope(softmax(policy), states, actions, gains) / len(batch)
        curve.append(float(np.mean([right for *_, right in batch])))
        if step >= STEPS[size] - 10:
            last += [(right, len(taken)) for taken, _, right in batch]
    accuracy, steps = np.mean(last, axis=0)
    return float(accuracy), float(steps), line(curve, points=20)


def min_against_sum(seed: int, size: Size) -> Mapping[str, float]:
    """The same flawed judge: its step rewards summed, averaged, and through the soft minimum."""
    r, n = gd.col("r", axis="step"), gd.col("n", axis="step")
    figures: dict[str, float] = {}
    lines: dict[str, Line] = {}
    forms: tuple[Literal["sum", "mean", "min"], ...] = ("sum", "mean", "min")
    for form in forms:
        figures[f"accuracy {form}"], figures[f"steps {form}"], lines[form] = train(pure(r, n, form=form), seed, size)
    return Figures(figures, Chart("Right chains under a flawed step judge", "update", "share", lines))
