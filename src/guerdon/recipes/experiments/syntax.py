"""A policy that learns to write a record: when its syntax is right, and when what it says is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import guerdon as gd

from ..registry import Size
from ..verifiable.structure import rl_struct
from .factored import Choices, Floats, first, train

ANSWERS = 20
SIZES = [3, 2, 2, 2, ANSWERS]  # what stands around, whether it is closed, each key, the answer
STEPS = {"smoke": 80, "full": 600}


def written(choices: Choices) -> str:
    """The record: bare, fenced or after prose; closed or not; each key right or misspelt; the answer."""
    around, unclosed, reason, key, answer = choices
    names = "thoughts" if reason else "reasoning", "result" if key else "answer"
    record = f'{{"{names[0]}": "as follows", "{names[1]}": "{answer}"' + ("" if unclosed else "}")
    return (record, f"```json\n{record}\n```", f"Here it is: {record}")[around]


def syntax_before_content(seed: int, size: Size) -> Mapping[str, float]:
    """The steps at which nine in ten completions are valid JSON, and nine in ten of the answers right."""
    rng = np.random.default_rng([4, seed])
    wanted = int(rng.integers(ANSWERS))
    right = gd.text.equal(gd.structure.json(fences="never")["answer"], gd.col("gold"))

    def rows(drawn: list[Choices], _: np.random.Generator) -> Mapping[str, Any]:
        return {"completion": [written(one) for one in drawn], "gold": [str(wanted)] * len(drawn)}

    def valid(odds: list[Floats]) -> bool:
        return bool(odds[0][0] * odds[1][0] > 0.9)

    def accurate(odds: list[Floats]) -> bool:
        return bool(odds[0][0] * odds[1][0] * odds[3][0] * odds[4][wanted] > 0.9)

    reward = rl_struct(["reasoning", "answer"], right)
    history = train(reward, SIZES, rows, steps=STEPS[size], rng=rng, stop=accurate)
    last = history[-1]
    return {
        "steps valid": first(history, valid),
        "steps accurate": first(history, accurate),
        "valid": float(last[0][0] * last[1][0]),
        "accurate": float(last[4][wanted]),
    }
