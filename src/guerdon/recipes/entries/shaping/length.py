"""Shaping, length: facts and experiments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import guerdon as gd
from guerdon.expr.score import Score

from ...experiments import formats, lengths, redundancy
from ...registry import Claim, Experiment, Fact, register
from ...shaping import crf, format_length, grpo_lambda, laser, laser_d, laser_limit
from ..seen import change, column, numbers

_RIGHT, _LENGTH = gd.col("right"), gd.col("length")
_LAMBDA = grpo_lambda(_RIGHT, _LENGTH)
_ALL_RIGHT = {"uid": [0] * 3, "right": [1, 1, 1], "length": [100, 200, 300]}
_FIVE_RIGHT = [float(i < 10 * share) for share in (1, 0.9, 0.5, 0.2, 0) for i in range(10)]
_FIVE = {
    "uid": [i // 10 for i in range(50)],
    "right": _FIVE_RIGHT,
    "length": [100 + 10 * (i % 10) for i in range(50)],
}
_QUARTER = {
    "uid": [0] * 4 + [1] * 4,
    "right": [1, 1, 1, 1, 1, 0, 0, 0],
    "length": [10, 20, 30, 40, 10, 20, 30, 40],
}


def _pressed(reward: Score) -> list[float]:
    """Which of the five groups hold a reward that is neither 0 nor 1."""
    found = numbers(reward, _FIVE)
    return [float(any(x not in (0, 1) for x in found[10 * g : 10 * g + 10])) for g in range(5)]


register(
    grpo_lambda,
    row="P025",
    title="GRPO-λ: Stable Reinforcement Learning for Efficient Reasoning",
    shape="expression",
    sure="paper",
    guesses=("alpha = 0.2", "lambda = 0.2", "the sigmoid form of the penalty", "the number of groups is rounded up",
             "of groups equally often right, those that come first in the batch"),
    example=lambda: _LAMBDA,
    facts=(
        Fact("all right, lengths 100, 200, 300", lambda: numbers(_LAMBDA, _ALL_RIGHT), (0.9546, 0.9, 0.8454)),
        Fact("a group outside the top is plain 0 and 1", lambda: numbers(_LAMBDA, _QUARTER)[4:], (1, 0, 0, 0), 0),
        Fact("of five groups the best is pressed on", lambda: _pressed(_LAMBDA), (1, 0, 0, 0, 0), 0),
        Fact("lambda 0.4: the best two", lambda: _pressed(_gate(fraction=0.4)), (1, 1, 0, 0, 0), 0),
        Fact("threshold 0.5: three", lambda: _pressed(_gate(threshold=0.5)), (1, 1, 1, 0, 0), 0),
        Fact("wrong ones earn 0 everywhere", lambda: _wrong(_gate(fraction=1.0)), 0, 0),
    ),
    experiment=Experiment(
        lengths.gated_penalty,
        (
            Claim("a penalty on every length: accuracy lost (it collapses)",
                  change("accuracy constant", "accuracy before"), high=-0.1, whose="paper"),
            Claim("gated: accuracy within 2 points of before", change("accuracy gated", "accuracy before"), low=-0.02),
            Claim("gated: length, share of before", lambda seen: seen["length gated"] / seen["length before"], high=0.8,
                  whose="paper"),
            Claim("gated over the same penalty in every group: accuracy",
                  change("accuracy gated", "accuracy everywhere"), low=0, whose="paper"),
        ),
        "a policy of lengths that starts overlong, too short being wrong, trained with GRPO",
    ),
)  # fmt: skip


def _gate(**knobs: Any) -> Score:
    return grpo_lambda(_RIGHT, _LENGTH, **knobs)


def _wrong(reward: Score) -> float:
    return float(max(abs(x) for x, right in zip(numbers(reward, _FIVE), _FIVE_RIGHT, strict=True) if not right))


_THINK, _PARSES, _TOKENS = gd.col("think"), gd.col("passed"), gd.col("tokens")
_FORMAT = format_length(_THINK, _PARSES, _TOKENS, longest=100)
_FROM_TEXT = format_length(
    gd.text.reasoning().exists(), gd.text.number(gd.text.boxed()).exists(), gd.text.length("words"), longest=8
)


def _curve(peak: float, *at: float) -> list[float]:
    """The curve alone: what is left of the reward when the format is taken off."""
    reward = format_length(_THINK, _PARSES, _TOKENS, longest=100, peak=peak) - format_length(_THINK, _PARSES)
    return numbers(reward, {"think": [1] * len(at), "passed": [1] * len(at), "tokens": [100 * x for x in at]})


def _formed(think: int, passed: int, share: float, reward: Score = _FORMAT) -> list[float]:
    return numbers(reward, {"think": [think], "passed": [passed], "tokens": [100 * share]})


register(
    format_length,
    row="P002",
    title="Surrogate Signals from Format and Length: RL for Math without Ground Truth Answers",
    shape="expression",
    sure="code",
    example=lambda: _FORMAT,
    facts=(
        Fact("the curve, p = 0.5", lambda: _curve(0.5, 0, 0.25, 0.5, 0.75, 1), (0, 0.75, 1, 0.5, -1), 1e-12),
        Fact("the curve, p = 0.25, past the longest", lambda: _curve(0.25, 0.125, 0.25, 1.0, 1.75), (0.75, 1, -1, -7),
             1e-12),
        Fact("all there, length 0.5", lambda: _formed(1, 1, 0.5), 2, 1e-12),
        Fact("no answer that parses, length 0.5", lambda: _formed(1, 0, 0.5), 0, 1e-12),
        Fact("no answer that parses, length 1", lambda: _formed(1, 0, 1.0), -1, 1e-12),
        Fact("format alone", lambda: _formed(1, 0, 1.0, format_length(_THINK, _PARSES)), 0.5, 1e-12),
        Fact(
            "of texts: 4 of 8 words, boxed number; a boxed word; nothing boxed, all 8 words",
            lambda: numbers(_FROM_TEXT, {"completion": [
                "<think>two twos</think> gives \\boxed{4}",
                "<think>two twos</think> gives \\boxed{four}",
                "<think>two</think> and two are four I really think",
            ]}),
            (2, 0, -1),
            1e-12,
        ),
    ),
    experiment=Experiment(
        formats.surrogates,
        (
            Claim("first 20 steps: furthest apart that the accuracies with form and with gold answers are",
                  column("early gap"), high=0.1),
            Claim("the same on prompts whose answers the policy mostly knows", column("early gap, known"), high=0.1,
                  whose="paper"),
            Claim("while accuracy with gold answers rises by", column("early rise"), low=0.2),
            Claim("form alone: accuracy at the end, known answers being three quarters", column("accuracy form"),
                  low=0.65, high=0.85, whose="paper"),
            Claim("gold answers: accuracy at the end", column("accuracy gold"), low=0.95),
            Claim("form and length: mean length over p times the longest",
                  lambda seen: seen["length both"] / (0.5 * formats.LONGEST), low=0.9, high=1.1, whose="paper"),
        ),
        "sums of reasoning-gym answered in four ways, one prompt of four mostly wrong: a gold answer, form, and length",
        seeds=5,
        needs=("reasoning_gym",),
    ),
)  # fmt: skip

_CONCISE = gd.col("concise")
_BRIEF = {"prompt": ["p"] * 3, "right": [1, 1, 0], "concise": [0.2, 0.8, 1.0]}
_TENTHS = {"prompt": ["p"] * 2, "right": [1, 0], "concise": [0.9, 0.9]}


@gd.function(cost="judge", bounds=(0, 1))
def conciseness(concise: float) -> float:
    """Stands for the trained model of conciseness."""
    return concise


def _asked(reward: Score, rows: Mapping[str, Any]) -> int:
    return sum(figure.made for figure in reward.score(rows).figures.values())


register(
    crf,
    row="P017",
    title="CRF: Efficient Reasoning via Reward Model",
    shape="expression",
    sure="paper",
    guesses=("the formula right * (1 + alpha * concise)", "alpha = 0.5", "annealing and scaling of alpha"),
    example=lambda: crf(_RIGHT, _CONCISE, alpha=gd.shaping.anneal(0.5, 0.1, steps=100), scaled=True),
    facts=(
        Fact("conciseness 0.9: right and wrong", lambda: numbers(crf(_RIGHT, _CONCISE), _TENTHS), (1.45, 0), 1e-12),
        Fact("conciseness 0.9, added: right and wrong",
             lambda: numbers(crf(_RIGHT, _CONCISE, gate="additive"), _TENTHS), (1.45, 0.45), 1e-12),
        Fact("a group, gated", lambda: numbers(crf(_RIGHT, _CONCISE), _BRIEF), (1.1, 1.4, 0), 1e-12),
        Fact("best is the concise right one",
             lambda: numbers(crf(_RIGHT, _CONCISE).argmax(over="prompt"), _BRIEF)[0], 1, 0),
        Fact("a group, added", lambda: numbers(crf(_RIGHT, _CONCISE, gate="additive"), _BRIEF), (1.1, 1.4, 0.5), 1e-12),
        Fact("of wrong answers conciseness is not judged", lambda: _asked(crf(_RIGHT, conciseness()), _BRIEF), 2, 0),
        Fact("scaled by how often the group is right: 2/3",
             lambda: numbers(crf(_RIGHT, _CONCISE, scaled=True), _BRIEF)[1], 1 + 0.8 / 3, 1e-12),
    ),
    experiment=Experiment(
        redundancy.read,
        (
            Claim("a small model of conciseness: rank correlation with what was put in again", column("order"), low=0.8,
                  whose="paper"),
            Claim("added, alpha 2: accuracy lost (short and wrong)", change("accuracy added", "accuracy before"),
                  high=-0.1, whose="paper"),
            Claim("gated: accuracy within 2 points of before", change("accuracy gated", "accuracy before"), low=-0.02),
            Claim("gated: length, share of before", lambda seen: seen["length gated"] / seen["length before"], high=0.8,
                  whose="paper"),
        ),
        "solutions with steps said again, read by a linear model; and a policy of lengths, too short being wrong",
    ),
)  # fmt: skip

_CASES = {"right": [1, 1, 0, 0], "length": [4000, 5000, 4000, 5000], "repetitive": [0, 0, 0, 0]}
_REPEATS = gd.col("repetitive")
_EIGHTS = [float(i < right) for right in (6, 3, 2) for i in range(8)]


def _laser(**knobs: Any) -> list[float]:
    return numbers(laser(_RIGHT, _LENGTH, limit=4096, **knobs), _CASES)


register(
    laser,
    row="P195",
    title="LASER: Learn to Reason Efficiently with Adaptive Length-based Reward Shaping",
    shape="expression",
    sure="code",
    example=lambda: laser(_RIGHT, _LENGTH, limit=1.0, how="hybrid", repetitive=_REPEATS, clipped=gd.col("clipped")),
    facts=(
        Fact("limit 4096: right at 4000 and 5000, wrong", _laser, (1.5, 1, -0.5, -0.5), 0),
        Fact("penalty: right at 4000 and 5000", lambda: _laser(how="penalty")[:2], (1, 0.5), 0),
        Fact("hybrid: right at 4000 and 5000", lambda: _laser(how="hybrid")[:2], (1.5, 0.5), 0),
        Fact("DE: wrong at 4000 and 5000", lambda: _laser(repetitive=_REPEATS)[2:], (-0.5, 0), 0),
        Fact("DE: wrong at 5000, repetitive", lambda: _laser(repetitive=~_REPEATS)[3], -0.5, 0),
        Fact("cut off: no bonus", lambda: _laser(clipped=_LENGTH < 4500), (-0.5, 1, -0.5, -0.5), 0),
        Fact("at the limit is within it", lambda: numbers(laser(_RIGHT, _LENGTH, limit=4000), _CASES)[0], 1.5, 0),
    ),
)


def _bands(rows: Mapping[str, Any]) -> list[float]:
    """What a long right answer earns where the limits are 1 (hard), 2 (medium) and 3 (easy): 1.5 if it is within."""
    found = []
    for length in (1, 2, 3):
        runner = laser_d(_RIGHT, _LENGTH).compile()
        for limit, name in enumerate(("hard", "medium", "easy"), 1):
            runner.set(f"limit {name}", limit)
        found.append(runner.score({**rows, "length": [length] * len(rows["right"])}).numbers)
    return [1.0 + sum(column[8 * group] == 1.0 for column in found) for group in range(3)]


register(
    laser_d,
    row="P195",
    title="LASER-D: a limit for each difficulty",
    shape="expression",
    sure="code",
    example=lambda: laser_d(_RIGHT, _LENGTH, longest=1.0, repetitive=_REPEATS),
    facts=(
        Fact("6, 3 and 2 of 8 right: how many of three limits are too short",
             lambda: _bands({"uid": [i // 8 for i in range(24)], "right": _EIGHTS}), (1, 2, 3), 0),
        Fact("limits start at the longest: 16384 is within, 16385 is not",
             lambda: numbers(laser_d(_RIGHT, _LENGTH), {"uid": [0] * 2, "right": [1, 1], "length": [16384, 16385]}),
             (1.5, 1), 0),
        Fact("wrong answers: -0.5", lambda: numbers(laser_d(_RIGHT, _LENGTH), {**_CASES, "uid": [0] * 4})[2:],
             (-0.5, -0.5), 0),
        Fact("DE: a wrong answer beyond the longest",
             lambda: numbers(laser_d(_RIGHT, _LENGTH, 4096, _REPEATS), {**_CASES, "uid": [0] * 4})[2:], (-0.5, 0), 0),
    ),
    experiment=Experiment(
        lengths.limit_by_difficulty,
        (
            Claim("length of easy prompts over that of hard ones, each as a share of before",
                  lambda seen: seen["length of easy"] / seen["length of hard"], high=0.9, whose="paper"),
            Claim("accuracy within 2 points of before", change("accuracy", "accuracy before"), low=-0.02,
                  whose="paper"),
            Claim("limit of medium prompts over that of easy ones", lambda seen: seen["limit medium"]
                  / seen["limit easy"], low=1.0, whose="paper"),
            Claim("limit of hard prompts over that of medium ones", lambda seen: seen["limit hard"]
                  / seen["limit medium"], low=1.0, whose="paper"),
        ),
        "a policy of lengths that starts overlong, easy prompts needing the least; limits set anew every 20 steps",
        seeds=5,
    ),
)  # fmt: skip


def _limit(right: float, short: float, kept: int = 1) -> float:
    """The limit where a share of lengths is 3000 and the rest 9000, every prompt having 8 rollouts, so many right."""
    groups = 5
    rows = {
        "uid": [i // 8 for i in range(8 * groups)],
        "right": [float(i % 8 < right) for i in range(8 * groups)],
        "length": [3000 if i < round(8 * groups * short) else 9000 for i in range(8 * groups)],
    }
    found = set(numbers(laser_limit(_RIGHT, _LENGTH, kept=kept), rows))
    assert len(found) == 1, found
    return float(found.pop())


register(
    laser_limit,
    row="P195",
    title="LASER-D's limits, from monitor prompts",
    shape="expression",
    sure="code",
    example=lambda: laser_limit(_RIGHT, _LENGTH, grid=(1, 3, 1)),
    facts=(
        Fact("easy: coverage 0.1 keeps floor(0.1 * 5) = 0, 0.2 keeps 1", lambda: [_limit(6, 0.1), _limit(6, 0.2)],
             (9216, 3072), 0),
        Fact("medium: coverage 0.475 and 0.5", lambda: [_limit(3, 0.475), _limit(3, 0.5)], (9216, 3072), 0),
        Fact("hard: coverage 0.975 and 1", lambda: [_limit(2, 0.975), _limit(2, 1.0)], (9216, 3072), 0),
        Fact("two to be kept, easy: coverage 0.4", lambda: [_limit(6, 0.375, 2), _limit(6, 0.4, 2)], (9216, 3072), 0),
        Fact("never enough: the longest", lambda: _limit(2, 1.0, 2), 16384, 0),
    ),
)  # fmt: skip
