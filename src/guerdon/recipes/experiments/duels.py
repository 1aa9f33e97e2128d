"""Two judges of the same texts: one scores each alone and likes length, one compares and treats both sides alike."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

import guerdon as gd
from guerdon.expr.score import Score
from guerdon.lab.curves import Chart, Figures, Line

from ..judge import brpo
from ..registry import Size

Floats = npt.NDArray[np.float64]

PROMPTS, GROUP, RATE, NOISE, BIAS = 8, 8, 0.05, 0.5, 0.5
STEPS = {"smoke": 20, "full": 200}


def train(reward: Score, seed: int, size: Size) -> tuple[Line, Line]:
    """Train a policy that chooses a quality and a length, normal around its means: how far both have moved, by step."""
    rng = np.random.default_rng([192, seed])
    runner = reward.compile()
    policy = np.zeros(2)
    n = PROMPTS * GROUP
    at, seen, each = [0], [policy.copy()], STEPS[size] // 20
    for step in range(1, STEPS[size] + 1):
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
        if step % each == 0:
            at.append(step)
            seen.append(policy.copy())
    quality, length = np.array(seen).T
    return Line.of(at, quality), Line.of(at, length)


def pairs_against_scores(seed: int, size: Size) -> Mapping[str, float]:
    """The same noise in both; the bias for length falls on the one text judged, or on both of a pair."""
    heard, length = gd.col("heard"), gd.col("length")
    alone = (heard + BIAS * length).zscore(over="prompt")
    bias = BIAS * (length + gd.other(length))
    duel = (heard + bias) - (gd.other(heard) + bias)
    lines = {}
    for name, reward in (("alone", alone), ("pairs", brpo(duel))):
        lines[f"quality {name}"], lines[f"length {name}"] = train(reward, seed, size)
    chart = Chart("How far a judged policy moved", "step", "deviations of its answers", lines)
    return Figures({name: moved.y[-1] for name, moved in lines.items()}, chart)
