"""Two tables of objects, before and after: a small policy learns to tell what has changed."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

import guerdon as gd
from guerdon.expr.score import Score

from ..registry import Size
from ..verifiable.spatial import star_r1

Floats = npt.NDArray[np.float64]

OBJECTS, ATTRIBUTES, VALUES, CHANGES = 6, 3, 4, 2
SCENES, GROUP, RATE = 8, 8, 0.5
STEPS = {"smoke": 10, "full": 120}
# What the policy has learnt: to mention objects, to mention those that differ, to name the attribute that differs, and
# to read its new value.
MENTION, DIFFERS, ATTRIBUTE, VALUE = range(4)


def _softmax(row: Floats) -> Floats:
    odds = np.exp(row - row.max())
    found: Floats = odds / odds.sum()
    return found


def told(policy: Floats, truths: list[list[int]], rng: np.random.Generator) -> tuple[list[list[int]], Floats]:
    """A list of changes, and the slope of its log-probability."""
    changed = {thing: (attribute, value) for thing, attribute, value in truths}
    said: list[list[int]] = []
    slope = np.zeros(4)
    for thing in range(OBJECTS):
        differs = float(thing in changed)
        odds = 1 / (1 + np.exp(-(policy[MENTION] + policy[DIFFERS] * differs)))
        mentioned = rng.random() < odds
        slope[MENTION] += mentioned - odds
        slope[DIFFERS] += (mentioned - odds) * differs
        if not mentioned:
            continue
        picked = []
        for skill, places, right in ((ATTRIBUTE, ATTRIBUTES, 0), (VALUE, VALUES, 1)):
            here = np.zeros(places)
            if differs:
                here[changed[thing][right]] = 1.0
            chances = _softmax(policy[skill] * here)
            choice = int(rng.choice(places, p=chances))
            slope[skill] += here[choice] - float(chances @ here)
            picked.append(choice)
        said.append([thing, *picked])
    return said, slope


def train(reward: Score, seed: int, size: Size) -> tuple[float, float]:
    """GRPO from a policy that knows nothing; the share of lists all right at the end, and how long the lists are."""
    rng = np.random.default_rng([91, seed])
    runner = reward.zscore(over="prompt").compile()
    policy = np.zeros(4)
    last: list[tuple[bool, int]] = []
    for step in range(STEPS[size]):
        rows: dict[str, list[object]] = {"uid": [], "completion": [], "truths": []}
        slopes = []
        for scene in range(SCENES):
            things = sorted(rng.choice(OBJECTS, CHANGES, replace=False).tolist())
            truths = [[thing, int(rng.integers(ATTRIBUTES)), int(rng.integers(VALUES))] for thing in things]
            for _ in range(GROUP):
                said, slope = told(policy, truths, rng)
                slopes.append(slope)
                rows["uid"].append(scene)
                rows["completion"].append(f"<think>look</think><answer>{json.dumps(said)}</answer>")
                rows["truths"].append(truths)
                if step >= STEPS[size] * 3 // 4:
                    last.append((said == truths, len(said)))
        gains = runner.score(rows).values
        policy = policy + RATE * gains @ np.array(slopes) / len(slopes)
    return float(np.mean([right for right, _ in last])), float(np.mean([length for _, length in last]))


def fine_against_exact(seed: int, size: Size) -> Mapping[str, float]:
    """STAR-R1's reward, the same without penalties, and 1 for lists that are all right and 0 for others."""
    truths = gd.col("truths", axis="truth")
    fine = star_r1(truths)
    rewards = {
        "fine": fine,
        "without penalties": star_r1(truths, wrong=0.0, missing=0.0),
        "exact": fine >= 1 + 5 * truths.count(),
    }
    figures: dict[str, float] = {}
    for name, reward in rewards.items():
        figures[f"right {name}"], figures[f"length {name}"] = train(reward, seed, size)
    return figures
