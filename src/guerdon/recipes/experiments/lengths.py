"""A policy of nothing but lengths, for rewards that press on length: too short means wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

import guerdon as gd
from guerdon.expr.score import Score
from guerdon.lab.curves import Chart, Figures, Line
from guerdon.plan.runner import Runner

from ..registry import Size
from ..shaping import crf, grpo_lambda, laser_d, laser_limit

Floats = npt.NDArray[np.float64]

PROMPTS = 10
NEEDED = np.log(np.linspace(60.0, 260.0, PROMPTS))  # below this length a prompt's answers turn wrong
ABILITY = np.linspace(0.98, 0.02, PROMPTS)  # how often they are right when long enough: some prompts are too hard
SPREAD, EDGE = 0.2, 0.05  # of the policy's lengths, and of the edge between right and wrong; in logs
GROUPS, GROUP = 2, 8  # per prompt and step
RATE, SHARED = 0.01, 2.0  # what a prompt learns moves its own length, and all lengths, as in one model
START = np.log(400.0)
STEPS = {"smoke": 40, "full": 300}
EACH = {size: steps // 20 for size, steps in STEPS.items()}  # a point of a curve is taken


def _right(log_length: Floats, prompt: npt.NDArray[np.int64]) -> Floats:
    found: Floats = ABILITY[prompt] / (1 + np.exp(-(log_length - NEEDED[prompt]) / EDGE))
    return found


_PROMPT = np.repeat(np.arange(PROMPTS), GROUPS * GROUP)


def _answers(policy: Floats, rng: np.random.Generator) -> tuple[Floats, dict[str, list[Any]]]:
    """The noise in the lengths of a batch, and the batch."""
    noise = rng.normal(size=len(_PROMPT))
    lengths = policy[_PROMPT] + SPREAD * noise
    right = rng.random(len(_PROMPT)) < _right(lengths, _PROMPT)
    group = (np.arange(len(_PROMPT)) // GROUP).tolist()
    return noise, {"uid": group, "right": right.tolist(), "length": np.exp(lengths).tolist()}


def trained(
    reward: Score, seed: int, size: Size, between: Callable[[int, Runner, Floats], None] | None = None
) -> Floats:
    """The policy that GRPO makes of an overlong one, under a reward of ``right`` and ``length``.

    ``between(step, runner, policy)`` is called before every step.
    """
    rng = np.random.default_rng([25, seed])
    runner = reward.zscore(over="prompt").compile()
    policy = np.full(PROMPTS, START)
    for step in range(STEPS[size]):
        if between is not None:
            between(step, runner, policy)
        noise, rows = _answers(policy, rng)
        slope = np.bincount(_PROMPT, runner.score(rows).values * noise, PROMPTS) / (GROUPS * GROUP)
        policy += RATE * (slope + SHARED * slope.mean())
    return policy


def _compared(rewards: Mapping[str, Score], seed: int, size: Size) -> Figures:
    """Accuracy and mean length before, and after training under each of these rewards."""
    accuracy, length = _figures(np.full(PROMPTS, START))
    figures = {"accuracy before": accuracy, "length before": length}
    right: dict[str, Line] = {}
    long: dict[str, Line] = {}
    for name, reward in rewards.items():
        seen: dict[int, tuple[float, float]] = {}

        def watch(step: int, _: Runner, policy: Floats, seen: dict[int, tuple[float, float]] = seen) -> None:
            if step % EACH[size] == 0:
                seen[step] = _figures(policy, draws=400)

        policy = trained(reward, seed, size, watch)
        seen[STEPS[size]] = figures[f"accuracy {name}"], figures[f"length {name}"] = _figures(policy)
        right[name], long[name] = (Line.of(list(seen), told) for told in zip(*seen.values(), strict=True))
    return Figures(
        figures,
        Chart("Right answers", "step", "share", right),
        Chart("Length", "step", "mean tokens of an answer", long),
    )


def _figures(policy: Floats, draws: int = 4000) -> tuple[float, float]:
    """Accuracy and mean length of a policy, from so many answers to each prompt."""
    prompt = np.repeat(np.arange(PROMPTS), draws)
    lengths = policy[prompt] + SPREAD * np.random.default_rng(0).normal(size=len(prompt))
    return float(_right(lengths, prompt).mean()), float(np.exp(lengths).mean())


def gated_penalty(seed: int, size: Size) -> Figures:
    """Right or wrong alone; a penalty on all lengths; on the right of every group; on the right of the best groups."""
    right, length = gd.col("right"), gd.col("length")
    rewards = {
        "plain": right + 0,
        "constant": right - 0.2 * length.zscore(over="prompt").sigmoid(),
        "everywhere": grpo_lambda(right, length, fraction=1.0),
        "gated": grpo_lambda(right, length),
    }
    return _compared(rewards, seed, size)


def gated_conciseness(seed: int, size: Size) -> Figures:
    """Conciseness (0.1 at 500 tokens, nearly 1 at none) added to right or wrong, or counting for the right alone."""
    right, length = gd.col("right"), gd.col("length")
    concise = (1 - length / 500).clip(0.1, 1)
    rewards = {"added": crf(right, concise, alpha=2.0, gate="additive"), "gated": crf(right, concise)}
    return _compared(rewards, seed, size)


def limit_by_difficulty(seed: int, size: Size) -> Figures:
    """LASER-D: the targets of easy, medium and hard prompts, set anew every 20 steps, and what becomes of lengths."""
    right, length = gd.col("right"), gd.col("length")
    measure = gd.stack(right.mean(over="prompt"), laser_limit(right, length, GROUP, (40, 600, 20)), axis="what")
    rng = np.random.default_rng([195, seed])
    limits = {"hard": 600.0, "medium": 600.0, "easy": 600.0}
    kinds = {"easy": ABILITY >= 2 / 3, "medium": (ABILITY >= 1 / 3) & (ABILITY < 2 / 3), "hard": ABILITY < 1 / 3}
    seen: dict[int, dict[str, float]] = {}

    def shares(policy: Floats) -> dict[str, float]:
        """The length of each kind of prompt, of before."""
        shorter = np.exp(policy - START)
        return {kind: float(shorter[which].mean()) for kind, which in kinds.items()}

    def monitor(step: int, runner: Runner, policy: Floats) -> None:
        if step % EACH[size] == 0:
            seen[step] = shares(policy)
        if step % 20:
            return
        for rate, limit in measure.score(_answers(policy, rng)[1]).nested():
            limits["easy" if rate >= 2 / 3 else "medium" if rate >= 1 / 3 else "hard"] = limit
        for name, limit in limits.items():
            runner.set(f"limit {name}", limit)

    policy = trained(laser_d(right, length, longest=600.0), seed, size, monitor)
    (before, _), (after, _) = _figures(np.full(PROMPTS, START)), _figures(policy)
    seen[STEPS[size]] = last = shares(policy)
    figures = {
        "accuracy before": before,
        "accuracy": after,
        "length of easy": last["easy"],
        "length of hard": last["hard"],
        **{f"limit {name}": limit for name, limit in limits.items()},
    }
    lines = {kind: Line.of(list(seen), [one[kind] for one in seen.values()]) for kind in kinds}
    return Figures(figures, Chart("Length by difficulty", "step", "share of before", lines))
