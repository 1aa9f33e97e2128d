"""A policy that asks one of three experts, the dearer the better, under Router-R1's reward."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import guerdon as gd

from ..registry import Size
from ..verifiable.tools import router_r1
from .factored import Choices, train

EXPERTS = ("large", "medium", "small")
ACCURACY, PRICE = (0.9, 0.8, 0.3), (100.0, 25.0, 4.0)
GROUP = 64
STEPS = {"smoke": 20, "full": 150}


def written(expert: str, answer: str) -> str:
    """A completion that asks this expert and passes on its answer."""
    asked = f"<search>{expert}: Who wrote it?</search><information>{answer}</information>"
    return f"<think>I ask.</think>{asked}<think>So.</think><answer>{answer}</answer>"


def asked_at(weight: float, seed: int, size: Size) -> list[float]:
    """How often each expert is asked after training."""
    rng = np.random.default_rng([180, seed])

    def rows(drawn: list[Choices], rng: np.random.Generator) -> Mapping[str, Any]:
        right = [rng.random() < ACCURACY[one[0]] for one in drawn]
        texts = [written(EXPERTS[one[0]], "Eco" if ok else "Dante") for one, ok in zip(drawn, right, strict=True)]
        return {"completion": texts, "golds": [["Eco"]] * len(drawn), "spent": [PRICE[one[0]] for one in drawn]}

    reward = router_r1(gd.col("golds", axis="gold"), gd.col("spent"), EXPERTS, weight, "em", batches=16)
    history = train(reward, [len(EXPERTS)], rows, steps=STEPS[size], rng=rng, group=GROUP)
    return [float(odds) for odds in history[-1][0]]


def experts_by_weight(seed: int, size: Size) -> Mapping[str, float]:
    """Who is asked as the weight of the cost goes from 0 to 0.9."""
    return {
        f"{name} at {weight:g}": odds
        for weight in (0.0, 0.5, 0.9)
        for name, odds in zip(EXPERTS, asked_at(weight, seed, size), strict=True)
    }
