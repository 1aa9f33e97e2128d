"""A policy that learns one tool call from ToolRL's reward, with credit for its parts and without."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

import guerdon as gd

from ..registry import Size
from ..verifiable.tools import toolrl
from .factored import Choices, Floats, first, train

TOOLS, VALUES, PARAMETERS = 4, 6, 3
STEPS = {"smoke": 60, "full": 1500}


def written(choices: Choices) -> str:
    """The completion that makes this call: which tool, and which value for each parameter."""
    arguments = {f"p{place}": f"v{value}" for place, value in enumerate(choices[1:])}
    call = json.dumps({"name": f"tool{choices[0]}", "parameters": arguments})
    return f"<think>So be it.</think>\n<tool_call>\n{call}\n</tool_call>"


def steps_needed(credit: Literal["fine", "coarse"], seed: int, size: Size) -> float:
    """How many steps until the wanted call is the likelier outcome; all there are, if never."""
    rng = np.random.default_rng([29, seed])
    wanted = rng.integers([TOOLS, *[VALUES] * PARAMETERS]).tolist()

    def rows(drawn: list[Choices], _: np.random.Generator) -> Mapping[str, Any]:
        return {"completion": [written(one) for one in drawn], "gold": [written(wanted)] * len(drawn)}

    def learnt(odds: list[Floats]) -> bool:
        return bool(np.prod([one[choice] for one, choice in zip(odds, wanted, strict=True)]) > 0.5)

    sizes = [TOOLS, *[VALUES] * PARAMETERS]
    history = train(toolrl(gd.col("gold"), credit), sizes, rows, steps=STEPS[size], rng=rng, stop=learnt)
    return first(history, learnt)


def fine_against_coarse(seed: int, size: Size) -> Mapping[str, float]:
    """Steps until one call out of 864 is written more often than not."""
    return {"steps fine": steps_needed("fine", seed, size), "steps coarse": steps_needed("coarse", seed, size)}
