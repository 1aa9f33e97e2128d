"""A policy of nothing but lengths, for rewards that press on length: too short means wrong."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

import guerdon as gd
from guerdon.expr.score import Score

from ..registry import Size
from ..shaping import crf, grpo_lambda

Floats = npt.NDArray[np.float64]

PROMPTS = 10
NEEDED = np.log(np.linspace(60.0, 260.0, PROMPTS))  # below this length a prompt's answers turn wrong
ABILITY = np.linspace(0.98, 0.02, PROMPTS)  # how often they are right when long enough: some prompts are too hard
SPREAD, EDGE = 0.2, 0.05  # of the policy's lengths, and of the edge between right and wrong; in logs
GROUPS, GROUP = 2, 8  # per prompt and step
RATE, SHARED = 0.01, 2.0  # what a prompt learns moves its own length, and all lengths, as in one model
STEPS = {"smoke": 40, "full": 300}


def _right(log_length: Floats, prompt: npt.NDArray[np.int64]) -> Floats:
    found: Floats = ABILITY[prompt] / (1 + np.exp(-(log_length - NEEDED[prompt]) / EDGE))
    return found


def train(reward: Score, seed: int, size: Size) -> tuple[float, float]:
    """Train from an overlong policy with GRPO under a reward of ``right`` and ``length``; accuracy and mean length."""
    rng = np.random.default_rng([25, seed])
    runner = reward.zscore(over="prompt").compile()
    policy = np.full(PROMPTS, np.log(400.0))
    prompt = np.repeat(np.arange(PROMPTS), GROUPS * GROUP)
    group = np.repeat(np.arange(PROMPTS * GROUPS), GROUP).tolist()
    for _ in range(STEPS[size]):
        noise = rng.normal(size=len(prompt))
        lengths = policy[prompt] + SPREAD * noise
        right = rng.random(len(prompt)) < _right(lengths, prompt)
        rows = {"uid": group, "right": right.tolist(), "length": np.exp(lengths).tolist()}
        advantage = runner.score(rows).values
        slope = np.bincount(prompt, advantage * noise, PROMPTS) / (GROUPS * GROUP)
        policy += RATE * (slope + SHARED * slope.mean())
    return _figures(policy)


def _figures(policy: Floats) -> tuple[float, float]:
    prompt = np.repeat(np.arange(PROMPTS), 4000)
    lengths = policy[prompt] + SPREAD * np.random.default_rng(0).normal(size=len(prompt))
    return float(_right(lengths, prompt).mean()), float(np.exp(lengths).mean())


def gated_penalty(seed: int, size: Size) -> Mapping[str, float]:
    """Right or wrong alone; a penalty on all lengths; on the right of every group; on the right of the best groups."""
    right, length = gd.col("right"), gd.col("length")
    rewards = {
        "plain": right + 0,
        "constant": right - 0.2 * length.zscore(over="prompt").sigmoid(),
        "everywhere": grpo_lambda(right, length, fraction=1.0),
        "gated": grpo_lambda(right, length),
    }
    accuracy, mean = _figures(np.full(PROMPTS, np.log(400.0)))
    figures = {"accuracy before": accuracy, "length before": mean}
    for name, reward in rewards.items():
        figures[f"accuracy {name}"], figures[f"length {name}"] = train(reward, seed, size)
    return figures


def gated_conciseness(seed: int, size: Size) -> Mapping[str, float]:
    """Conciseness (0.1 at 500 tokens, nearly 1 at none) added to right or wrong, or counting for the right alone."""
    right, length = gd.col("right"), gd.col("length")
    concise = (1 - length / 500).clip(0.1, 1)
    accuracy, mean = _figures(np.full(PROMPTS, np.log(400.0)))
    figures = {"accuracy before": accuracy, "length before": mean}
    rewards = {"added": crf(right, concise, alpha=2.0, gate="additive"), "gated": crf(right, concise)}
    for name, reward in rewards.items():
        figures[f"accuracy {name}"], figures[f"length {name}"] = train(reward, seed, size)
    return figures
