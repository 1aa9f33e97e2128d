"""Shaping, noise: facts and experiments."""

from __future__ import annotations

from functools import cache
from typing import Any

import guerdon as gd
from guerdon.expr.score import Score

from ...experiments import bandits
from ...registry import Claim, Experiment, Fact, register
from ...shaping import REASONING_PHRASES, noisy_reward, rpr, rpr_calibrated
from ..seen import column, least, numbers

_RIGHT = gd.col("right")
_GROUPS = 10_000
_MANY = {"uid": [i // 4 for i in range(4 * _GROUPS)], "right": [float(i % 4 == 0) for i in range(4 * _GROUPS)]}


@cache
def _flips(probability: float) -> list[float]:
    """1 for each of many groups whose rewards are turned round; None for one that is not turned as a whole."""
    noisy = numbers(noisy_reward(_RIGHT, probability), _MANY)
    told = {(1.0, 0.0, 0.0, 0.0): 0.0, (0.0, 1.0, 1.0, 1.0): 1.0}
    return [told[tuple(noisy[4 * g : 4 * g + 4])] for g in range(_GROUPS)]


def _rate(probability: float) -> float:
    flips = _flips(probability)
    return sum(flips) / len(flips)


def _gap(probability: float) -> float:
    """The mean lead in advantage of the right arm over a wrong one, as a share of the lead without noise."""
    reward = noisy_reward(_RIGHT, probability)
    leads = []
    for score in (reward - reward.mean(over="prompt"), _RIGHT - _RIGHT.mean(over="prompt")):
        found = numbers(score, _MANY)
        leads.append(sum(found[0::4]) - sum(found[1::4]))
    return float(leads[0] / leads[1])


register(
    noisy_reward,
    row="P018",
    title="Flip noise: The Climb Carves Wisdom Deeper Than the Summit",
    shape="expression",
    sure="code",
    example=lambda: noisy_reward(_RIGHT, parsed=gd.col("passed")),
    facts=(
        Fact("rewards of a group turn together; rate over 10,000 groups, p = 0.4", lambda: _rate(0.4), 0.4, 0.01),
        Fact("rate, p = 0.1", lambda: _rate(0.1), 0.1, 0.01),
        Fact("p = 0.4: the lead of the right arm shrinks to 0.2", lambda: _gap(0.4), 0.2, 0.02),
        Fact("the lead is 1 less twice the rate, to the last group", lambda: _gap(0.4) - (1 - 2 * _rate(0.4)), 0, 1e-9),
        Fact("p = 0.5: no lead is left", lambda: _gap(0.5), 0, 0.02),
        Fact("always and never", lambda: [_rate(1.0), _rate(0.0)], (1, 0), 0),
        Fact("what cannot be read stays 0",
             lambda: numbers(noisy_reward(_RIGHT, 1.0, parsed=gd.col("passed")), {"right": [0, 0], "passed": [1, 0]}),
             (1, 0), 0),
    ),
    experiment=Experiment(
        bandits.flips,
        (
            Claim("40 % of groups flipped: how often the right answer is given in the end", column("right at 40"),
                  low=0.9, whose="paper"),
            Claim("without flips", column("right at 0"), low=0.95),
            Claim("50 % flipped: no better than chance, a quarter", column("right at 50"), low=0.05, high=0.45),
        ),
        "sixteen problems with four answers each, GRPO in groups of eight, all rewards of a group flipped at once",
    ),
)  # fmt: skip

_FOUND = gd.text.contains(REASONING_PHRASES, how="share") * len(REASONING_PHRASES)
_OF_TEXT = rpr(_FOUND, gd.text.repetition(20))
_TWENTY = " ".join(f"word{i}" for i in range(20))


def _pattern(text: str, reward: Score = _OF_TEXT) -> list[float]:
    return numbers(reward, {"completion": [text]})


def _sounds(phrases: float, repeated: float = 0.0, impersonated: float = 0.0) -> list[float]:
    reward = rpr(gd.col("phrases"), gd.col("repeated"), gd.col("impersonated"))
    return numbers(reward, {"phrases": [phrases], "repeated": [repeated], "impersonated": [impersonated]})


register(
    rpr,
    row="P018",
    title="RPR, the Reasoning Pattern Reward: The Climb Carves Wisdom Deeper Than the Summit",
    shape="expression",
    sure="code",
    guesses=("the forty phrases are ours", "a repeated n-gram counts each time it comes again"),
    example=lambda: rpr(gd.col("phrases"), gd.col("repeated"), gd.col("impersonated")),
    facts=(
        Fact("forty phrases", lambda: len(set(REASONING_PHRASES)), 40, 0),
        Fact("a text with three of them, nothing repeated",
             lambda: _pattern("Recall that 2 + 2 = 4. Verify: 4 - 2 = 2. Hence it is so."), 0.15, 1e-12),
        Fact("a phrase that comes twice counts once", lambda: _pattern("Hence 4. Hence 5."), 0.05, 1e-12),
        Fact("a text with 25 of them", lambda: _pattern(". ".join(REASONING_PHRASES[:25])), 1, 1e-12),
        Fact("a phrase, then twenty words twice: 1 of 22 twenty-grams comes again",
             lambda: _pattern(f"therefore {_TWENTY} {_TWENTY}"), 0.05 - 1 / 22, 1e-12),
        Fact("25 phrases, a fifth repeated", lambda: _sounds(25, repeated=0.2), 0.8, 1e-12),
        Fact("writing the user's turn once", lambda: _sounds(10, impersonated=1), 0, 0),
    ),
)  # fmt: skip

_MENDED = rpr_calibrated(gd.col("rm"), gd.col("rpr"))
_FORMED = rpr_calibrated(gd.col("rm"), gd.col("rpr"), gd.col("valid"))


def _mended(score: float, pattern: float, reward: Score = _MENDED, **rows: Any) -> list[float]:
    return numbers(reward, {"rm": [score], "rpr": [pattern], **rows})


register(
    rpr_calibrated,
    row="P018",
    title="A noisy reward model calibrated by RPR: The Climb Carves Wisdom Deeper Than the Summit",
    shape="expression",
    sure="code",
    example=lambda: _FORMED,
    facts=(
        Fact("0.45 with RPR 1", lambda: _mended(0.45, 1), 0.55, 1e-12),
        Fact("0.6 stays", lambda: _mended(0.6, 1), 0.6, 0),
        Fact("0.98 stays", lambda: _mended(0.98, 1), 0.98, 0),
        Fact("0.5 stays", lambda: _mended(0.5, 1), 0.5, 0),
        Fact("0.2 with RPR 0.15", lambda: _mended(0.2, 0.15), 0.215, 1e-12),
        Fact("0.98 without a valid form, RPR 1", lambda: _mended(0.98, 1, _FORMED, valid=[0]), 0.1, 1e-12),
        Fact("calibrated, false negatives alone rise",
             lambda: least(_mended(x / 10, 1)[0] >= x / 10 for x in range(11)), 1, 0),
    ),
)  # fmt: skip
