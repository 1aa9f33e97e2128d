"""What Vision-R1's reward makes of small policies: how well a box fits as bars rise, and how many boxes are said."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

import guerdon as gd

from ..registry import Size
from ..verifiable.localization import vision_r1
from .pointing import GOLDS, GROUP, SCENES, Floats, climbed, guesses, mean_earned, standardised

HEIGHTS = np.arange(1, 101) / 10  # of a box in a reference of height 10, in which it lies: ten times its IoU
FIRST, SPREAD, RATE = 5.5, 0.5, 0.1
STEPS = {"smoke": 100, "full": 1500}


def earned(stage: float) -> Floats:
    """What a box of each height earns."""
    texts = [json.dumps([{"bbox_2d": [0, 0, 10, height], "label": "cat"}]) for height in HEIGHTS.tolist()]
    golds = [[{"bbox_2d": [0, 0, 10, 10], "label": "cat"}]] * len(texts)
    reward = vision_r1(GOLDS, stage=gd.const([stage], "x").sum())
    found: Floats = reward.score({"completion": texts, "golds": golds}).values
    return found


def trained(tables: list[Floats], steps: int, rng: np.random.Generator) -> float:
    """The mean IoU of a policy that says heights about a mean, after GRPO on each table in turn."""
    mean = FIRST
    for table in tables:
        for _ in range(steps // len(tables)):
            drawn = mean + SPREAD * rng.normal(size=GROUP)
            gains = standardised(table[np.clip(np.rint(10 * drawn).astype(int), 1, 100) - 1])
            mean = float(np.clip(mean + RATE * gains @ (drawn - mean) / GROUP, 0.1, 10))
    return mean / 10


def bars_and_boxes(seed: int, size: Size) -> Mapping[str, float]:
    """How well a policy's boxes fit after low bars, high ones, and rising ones; how many boxes another one says."""
    rng = np.random.default_rng([90, seed])
    low, high = earned(0.0), earned(1.0)
    figures = {"earned at .6, low bars": float(low[59]), "earned at .6, high bars": float(high[59])}
    for name, tables in (("low bars", [low]), ("high bars", [high]), ("rising bars", [low, high])):
        figures[f"IoU, {name}"] = trained(tables, STEPS[size], rng)
    counts = np.arange(1, 13)
    figures["boxes at first"] = float(counts.mean())
    for name, released in (("released", True), ("ours", False)):
        reward = vision_r1(GOLDS, gd.text.tag("answer"), gd.const([0.0], "x").sum(), as_released=released)
        figures[f"boxes {name}"] = float(climbed(mean_earned(reward, guesses, seed, SCENES[size])) @ counts)
    return figures
