"""A policy that writes programs for a suite of many easy tests and few hard ones, under counts and under VeRPO."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import guerdon as gd

from ..registry import Size
from ..verifiable.code import verpo
from .factored import Choices, train

EASY, HARD, WAYS = 20, 4, 6
STEPS = {"smoke": 30, "full": 400}


def passed(choices: Choices) -> list[int]:
    """Which tests a program passes: twenty easy ones, and four hard ones.

    The first choice writes the answers of the easy tests down, or solves the task; of six ways to do what the easy
    tests ask, and what each hard one does, the first is right.
    """
    solves, (easy, *hard) = choices[0] == 1, [choice == 0 for choice in choices[1:]]
    return [int(easy or not solves)] * EASY + [int(solves and one) for one in hard]


def many_easy_tests(seed: int, size: Size) -> Mapping[str, float]:
    """How likely a program that passes everything is after training, by what the advantage of a group adds up."""
    tests = gd.col("passed", axis="test")
    counted = tests.mean()
    rewards = {"outcome alone": verpo(tests, weight=0.0), "counts": verpo(tests, counted), "verpo": verpo(tests)}
    figures = {}

    def rows(drawn: list[Choices], _: np.random.Generator) -> Mapping[str, Any]:
        return {"prompt": ["p"] * len(drawn), "passed": [passed(one) for one in drawn]}

    for name, reward in rewards.items():
        rng = np.random.default_rng([124, seed])
        history = train(reward, [2, *[WAYS] * (1 + HARD)], rows, steps=STEPS[size], rng=rng)
        approach, *ways = history[-1]
        figures[f"passes all, {name}"] = float(approach[1] * np.prod([way[0] for way in ways]))
        figures[f"writes answers down, {name}"] = float(approach[0])
    return figures
