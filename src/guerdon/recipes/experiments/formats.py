"""Sums written out in four ways, by a policy that knows many answers: what form, length and gold answers teach it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np

import guerdon as gd
from guerdon.expr.score import Score
from guerdon.lab.curves import Chart, Figures

from ..registry import Size
from ..shaping import format_length
from .tabular import Floats, climb, drawn, line, softmax

WAYS = ("right, boxed", "right, not boxed", "wrong, boxed", "rambling")
KNOWN = 3
# How often each is written at the start. The policy mostly knows the answers to three prompts, not that to the fourth.
START = np.log(np.array([[0.3, 0.4, 0.1, 0.2]] * KNOWN + [[0.1, 0.4, 0.3, 0.2]]))
LONGEST, SPREAD, FIRST = 80, 0.2, 20  # words; of lengths, in logs; words on average at the start
GROUP, RATE, LENGTH_RATE = 8, 0.15, 0.03
STEPS = {"smoke": 5, "full": 300}
EARLY = 20


def write(answer: int, way: int, words: int) -> str:
    """A completion of about so many words."""
    thought = "<think>" + " ".join(["so"] * max(1, words - 2)) + "</think>"
    said = answer + 1 if WAYS[way].startswith("wrong") else answer
    if WAYS[way] == "rambling":
        return f"{thought} well then"
    return f"{thought} Answer: " + (f"\\boxed{{{said}}}" if WAYS[way].endswith(", boxed") else str(said))


def _sums(seed: int, n: int) -> list[int]:
    """The answers to sums of two terms."""
    made = import_module("reasoning_gym").create_dataset(
        "chain_sum", size=n, seed=seed, min_terms=2, max_terms=2, min_digits=1, max_digits=2
    )
    return [int(one["answer"]) for one in made]


def _train(reward: Score, seed: int, size: Size) -> tuple[Floats, list[float]]:
    """GRPO on the way and the mean length of what is written: accuracy (right and boxed) and mean length, by step.

    Accuracy is told for each prompt.
    """
    rng = np.random.default_rng([2, seed])
    sums = _sums(seed, 50)
    runner = reward.zscore(over="prompt").compile()
    ways, length = START.copy(), np.log(FIRST)
    kinds = np.repeat(np.arange(len(START)), GROUP)
    n = len(kinds)
    accuracy, lengths = [], []
    for _ in range(STEPS[size]):
        accuracy.append(softmax(ways)[:, 0])
        lengths.append(float(np.exp(length + SPREAD**2 / 2)))
        asked = np.repeat(rng.choice(sums, len(START)), GROUP)
        way, noise = drawn(ways, kinds, rng), rng.normal(size=n)
        words = np.exp(length + SPREAD * noise)
        rows: dict[str, Any] = {
            "uid": [i // GROUP for i in range(n)],
            "gold": asked.tolist(),
            "completion": [write(*one) for one in zip(asked.tolist(), way.tolist(), words.astype(int), strict=True)],
        }
        gains = runner.score(rows).values
        climb(ways, kinds, way, gains, RATE / GROUP)
        length += LENGTH_RATE * float(gains @ noise) / n
    return np.array(accuracy), lengths


def surrogates(seed: int, size: Size) -> Mapping[str, float]:
    """A gold answer against no gold answer: form alone, and form and length. Accuracies are chances, not samples."""
    think, said = gd.text.reasoning().exists(), gd.text.number(gd.text.boxed())
    right = gd.where(said.exists(), said == gd.col("gold"), 0)
    rewards = {
        "gold": 0.5 * think + right,
        "form": format_length(think, said.exists()),
        "both": format_length(think, said.exists(), gd.text.length("words"), longest=LONGEST),
    }
    figures: dict[str, float] = {}
    curves = {}
    for name, reward in rewards.items():
        curves[name], lengths = _train(reward, seed, size)
        figures |= {f"accuracy {name}": float(curves[name][-1].mean()), f"length {name}": lengths[-1]}
    gap = curves["form"][:EARLY] - curves["gold"][:EARLY]
    figures["early gap"] = float(np.abs(gap.mean(axis=1)).max())
    figures["early gap, known"] = float(np.abs(gap[:, :KNOWN].mean(axis=1)).max())
    figures["early rise"] = float(curves["gold"][:EARLY][-1].mean() - curves["gold"][0].mean())
    lines = {name: line(curve.mean(axis=1).tolist()) for name, curve in curves.items()}
    return Figures(figures, Chart("Right and boxed", "step", "share", lines))
