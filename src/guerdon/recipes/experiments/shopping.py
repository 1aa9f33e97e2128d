"""A policy that says what a shopper does next without seeing the page: what it falls back on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

import guerdon as gd

from ..registry import Size
from ..verifiable.structure import shop_r1
from .factored import Choices, train

NAMES = 10
ENDS = 0.6  # how often the shopper ends; else an element is clicked or a text typed, as often
ACTIONS: list[dict[str, str]] = [
    {"type": "terminate"},
    *({"type": "click", "name": f"product {chr(97 + place) * 3}"} for place in range(NAMES)),
    *({"type": "type_and_submit", "name": "search", "text": f"shoes {chr(97 + place) * 3}"} for place in range(NAMES)),
]
RUNS, STEPS = {"smoke": 2, "full": 4}, {"smoke": 20, "full": 300}


def endings(scale: float, seed: int, size: Size) -> list[float]:
    """After each of several runs: how often the policy's action is to end."""
    found: list[float] = []
    chance = [ENDS, *[(1 - ENDS) / (2 * NAMES)] * (2 * NAMES)]

    def rows(drawn: list[Choices], rng: np.random.Generator) -> Mapping[str, Any]:
        said = [json.dumps({"rationale": "as usual", "action": ACTIONS[one[0]]}) for one in drawn]
        return {"completion": said, "gold": [ACTIONS[one] for one in rng.choice(len(ACTIONS), len(drawn), p=chance)]}

    for run in range(RUNS[size]):
        rng = np.random.default_rng([75, seed, run])
        reward = shop_r1(gd.col("gold"), scale=scale)
        history = train(reward, [len(ACTIONS)], rows, steps=STEPS[size], rng=rng, group=64, rate=2.0)
        found.append(float(history[-1][0][0]))
    return found


def scale_against_none(seed: int, size: Size) -> Mapping[str, float]:
    """With what is hard to guess scaled by 1 and by 1000: the share of runs that end in ending, nine times in ten."""
    figures: dict[str, float] = {}
    for scale in (1.0, 1000.0):
        found = endings(scale, seed, size)
        figures[f"collapsed at {scale:g}"] = float(np.mean([one > 0.9 for one in found]))
        figures[f"ending at {scale:g}"] = float(np.mean(found))
    return figures
