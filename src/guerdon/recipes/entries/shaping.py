"""Shaping: facts and experiments."""

from __future__ import annotations

from typing import Any

import guerdon as gd
from guerdon.expr.score import Score

from ..experiments import lengths, tilting
from ..registry import Claim, Experiment, Fact, register
from ..shaping import grpo_lambda, lsc, par, par_baselines
from .seen import change, column, least, numbers

_SCORE, _REFERENCES = gd.col("score"), gd.col("references", axis="reference")
_PAR = par(_SCORE, _REFERENCES)
_STEP = 1e-5


def _rows(scores: list[float], *references: float) -> dict[str, list[object]]:
    return {"score": list(scores), "references": [list(references)] * len(scores)}


def _slope(reward: Score, at: float, *references: float) -> float:
    """The derivative in the score, by a difference of both sides."""
    below, above = numbers(reward, _rows([at - _STEP, at + _STEP], *references))
    return float(above - below) / (2 * _STEP)


register(
    par,
    row="P009",
    title="PAR: Reward Shaping to Mitigate Reward Hacking in RLHF",
    shape="expression",
    sure="code",
    example=lambda: _PAR,
    facts=(
        Fact("score 2 against 0", lambda: numbers(_PAR, _rows([2], 0)), 0.8808),
        Fact("score 2 against 0, 1, 3", lambda: numbers(_PAR, _rows([2], 0, 1, 3)), 0.6269),
        Fact("bounded by 0 and 1", _PAR.bounds, (0, 1), 0),
        Fact("the same when 5 is added to all", lambda: numbers(_PAR, _rows([7], 5, 6, 8)), 0.6269),
        Fact("rises everywhere", lambda: least(_slope(_PAR, x / 4, 0, 1, 3) > 0 for x in range(-20, 21)), 1, 0),
        Fact("slope at the reference", lambda: _slope(_PAR, 1.5, 1.5), 0.25, 1e-6),
        Fact("slope at the reference, k = 3", lambda: _slope(par(_SCORE, _REFERENCES, k=3), 1.5, 1.5), 0.75, 1e-6),
        Fact(
            "the slope falls on both sides",
            lambda: least(_slope(_PAR, 1.5 + side * (x + 1), 1.5) < _slope(_PAR, 1.5 + side * x, 1.5)
                          for side in (-1, 1) for x in range(5)),
            1,
            0,
        ),
    ),
    experiment=Experiment(
        tilting.par_against_raw,
        (
            Claim("PAR over raw: gold at KL 0.25", change("par at 0.25", "raw at 0.25"), low=0),
            Claim("PAR over raw: gold at KL 1", change("par at 1", "raw at 1"), low=0),
            Claim("PAR over raw: gold at KL 4", change("par at 4", "raw at 4"), low=0),
            Claim("PAR's gold rises first: KL 1 over the start", change("par at 1", "gold at 0"), low=0),
            Claim("and falls after: KL 4 over KL 1 (put off, not removed)", change("par at 4", "par at 1"), high=0),
        ),
        "samples with a heavy-tailed proxy error, tilted to equal KL: what the proxy makes of the true reward",
    ),
)  # fmt: skip

_POLY_AT = (-6.0, 0.0, 6.0)

register(
    par_baselines,
    row="P009",
    title="The transforms PAR was compared with",
    shape="function",
    sure="code",
    guesses=("where the running minimum equals the maximum, minmax gives 0",),
    example=lambda: par_baselines(_SCORE, _REFERENCES),
    facts=(
        Fact("centred: 2 against 0, 1, 3", lambda: _baseline("centred", [2], 0, 1, 3), 2 / 3, 1e-12),
        Fact("tanh, centred: 1 against 1 and 0", lambda: _baseline("tanh_centred", [1], 1, 0), 0.3808),
        Fact("slow start: 3 above the reference", lambda: _baseline("slow_start", [3], 0), 0.5, 1e-12),
        Fact(
            "polynomial: 0 below, one half at 0, 1 above", lambda: _baseline("poly", [*_POLY_AT], 0), (0, 0.5, 1), 1e-9
        ),
        Fact("polynomial at 2, near sigmoid 0.8808", lambda: _baseline("poly", [2], 0), 0.8808, 0.04),
        Fact("standardised: 1, 2, 3", lambda: _baseline("standardised", [1, 2, 3], 0), (-1.2247, 0, 1.2247)),
        Fact("standardised: equal scores", lambda: _baseline("standardised", [2, 2], 0), (0, 0), 0),
        Fact("clipped to one deviation: 1, 2, 3", lambda: _baseline("clipped", [1, 2, 3], 0), (1.1835, 2, 2.8165)),
        Fact("minmax: 1, 2, 3", lambda: _baseline("minmax", [1, 2, 3], 0), (0, 0.5, 1), 1e-12),
        Fact("ceiling: 9", lambda: _baseline("ceiling", [9], 0), 5, 0),
        Fact("lsc: at the normal quantile of 0 and 2", lambda: _baseline("lsc", [2.0364334], 0, 2), -0.6931),
    ),
)


def _baseline(name: str, scores: list[float], *references: float) -> list[float]:
    return numbers(par_baselines(_SCORE, _REFERENCES)[name], _rows(scores, *references))


_ONE = lsc(_SCORE, _REFERENCES)


def _good(*above: float) -> float:
    return float(sum(numbers(_ONE, _rows(list(above), 0))))


register(
    lsc,
    row="P022",
    title="LSC: Transforming and Combining Rewards for Aligning Large Language Models",
    shape="expression",
    sure="memory",
    example=lambda: lsc(gd.col("helpful"), _REFERENCES) + lsc(gd.col("harmless"), gd.col("refusal")),
    facts=(
        Fact("1, 3 and 0 above the anchor", lambda: numbers(_ONE, _rows([1, 3, 0], 0)), (-0.3133, -0.0486, -0.6931)),
        Fact("2 and 2 together", lambda: _good(2, 2), -0.2539),
        Fact("4 and 0 together", lambda: _good(4, 0), -0.7113, 1.1e-4),
        Fact("the slope is 1 less the probability", lambda: _slope(_ONE, 1, 0), 1 - 0.7310586, 1e-6),
        Fact("the anchor of 0 to 20 is 17", lambda: numbers(_ONE, _rows([17], *range(21))), -0.6931),
    ),
    experiment=Experiment(
        tilting.lsc_against_sum,
        (
            *(Claim(f"LSC over the sum, {how}: share good at both, KL {budget}",
                    change(f"lsc {how} at {budget}", f"sum {how} at {budget}"), low=0)
              for how in ("opposed", "independent") for budget in (1, 2, 4)),
            Claim("scales 3 to 1: the sum stays at a third, KL 4", column("sum unequal at 4"), low=0.2, high=0.4),
            Claim("scales 3 to 1: LSC reaches nearly all, KL 4", column("lsc unequal at 4"), low=0.9, high=0.96),
        ),
        "two normal rewards, tilted to equal KL by their sum and by the sum of their LSC: share above both medians",
    ),
)  # fmt: skip

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
