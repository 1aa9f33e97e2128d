"""Two judges of the same texts: one scores each alone and likes length, one compares and treats both sides alike."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

import guerdon as gd
from guerdon.expr.score import Score

from ..judge import brpo
from ..registry import Size

Floats = npt.NDArray[np.float64]

PROMPTS, GROUP, RATE, NOISE, BIAS = 8, 8, 0.05, 0.5, 0.5
STEPS = {"smoke": 20, "full": 200}


def train(reward: Score, seed: int, size: Size) -> tuple[float, float]:
    """Train a policy that chooses a quality and a length, normal around its means: how far both have moved."""
    rng = np.random.default_rng([192, seed])
    runner = reward.compile()
    policy = np.zeros(2)
    n = PROMPTS * GROUP
    for _ in range(STEPS[size]):
        noise = rng.normal(size=(n, 2))
        quality, length = (policy + noise).T
        heard = quality + NOISE * rng.normal(size=n)
        rows = {
            "uid": np.repeat(np.arange(PROMPTS), GROUP).tolist(),
            "heard": heard.tolist(),
            "length": length.tolist(),
        }
        scores = runner.score(rows)
        counted = np.array([status == "scored" for status in scores.statuses])
        policy += RATE * (scores.values[counted] @ noise[counted]) / n
    return float(policy[0]), float(policy[1])


def pairs_against_scores(seed: int, size: Size) -> Mapping[str, float]:
    """The same noise in both; the bias for length falls on the one text judged, or on both of a pair."""
    heard, length = gd.col("heard"), gd.col("length")
    alone = (heard + BIAS * length).zscore(over="prompt")
    bias = BIAS * (length + gd.other(length))
    duel = (heard + bias) - (gd.other(heard) + bias)
    figures: dict[str, float] = {}
    for name, reward in (("alone", alone), ("pairs", brpo(duel))):
        figures[f"quality {name}"], figures[f"length {name}"] = train(reward, seed, size)
    return figures
