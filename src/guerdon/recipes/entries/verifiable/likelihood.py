"""Likelihood of the reference: facts."""

from __future__ import annotations

import math
from typing import Any

import guerdon as gd

from ...experiments import answers
from ...registry import Claim, Experiment, Fact, register
from ...verifiable.likelihood import likelihood, likelihood_jepo
from ..seen import column, least, numbers

_LOGPROBS = gd.col("logprobs", axis="token")
_HALVES = {"logprobs": [[math.log(0.5), math.log(0.25)]]}


def _gap(kind: Any, tokens: int) -> float:
    rows = {"logprobs": [[math.log(0.4)] * tokens, [math.log(0.3)] * tokens]}
    high, low = numbers(likelihood(_LOGPROBS, kind), rows)
    return float(high - low)


register(
    likelihood,
    row="P120",
    title="Log-prob rewards: Likelihood-Based Reward Designs for General LLM Reasoning",
    shape="expression",
    sure="abstract",
    guesses=("what an empty reference is worth",),
    example=lambda: likelihood(_LOGPROBS),
    facts=(
        Fact(
            "token probabilities 0.5 and 0.25",
            lambda: [
                numbers(likelihood(_LOGPROBS, kind), _HALVES)[0]
                for kind in ("prob", "avgprob", "logprob", "avglogprob")
            ],
            (0.125, 0.375, -2.0794, -1.0397),
        ),
        Fact(
            "at 8 tokens the likelihoods of 0.4 and 0.3 a token hardly differ",
            lambda: least([_gap("prob", 8) < 1e-3]),
            1,
        ),
        Fact(
            "while the logs differ ever more: 0.2877 a token",
            lambda: [_gap("logprob", n) for n in (1, 8, 20)],
            (0.2877, 2.3015, 5.7536),
        ),
        Fact("the mean log stays", lambda: [_gap("avglogprob", n) for n in (1, 20)], (0.2877, 0.2877)),
        Fact("a certain answer", lambda: numbers(likelihood(_LOGPROBS), {"logprobs": [[0.0, 0.0], []]}), (0, 0)),
    ),
    experiment=Experiment(
        answers.thoughts,
        about="two chains of thought, an answer of 20 tokens, REINFORCE with the group's others as baseline",
        claims=(
            Claim(
                "the likelihood leaves the policy where it was", column("better chain, prob"), 0.49, 0.51, whose="paper"
            ),
            Claim("its log finds the better chain", column("better chain, logprob"), low=0.95, whose="paper"),
        ),
    ),
)


def _group(*likelihoods: float) -> dict[str, Any]:
    return {"prompt": ["p"] * len(likelihoods), "logprobs": [[math.log(one)] for one in likelihoods]}


register(
    likelihood_jepo,
    row="P120",
    title="JEPO's group reward: Likelihood-Based Reward Designs for General LLM Reasoning",
    shape="expression",
    sure="abstract",
    guesses=("leave-one-out contributions", "0 for a chain alone"),
    example=lambda: likelihood_jepo(_LOGPROBS),
    facts=(
        Fact(
            "the group's value of 0.125 and 0.5, less that of the other",
            lambda: numbers(likelihood_jepo(_LOGPROBS), _group(0.125, 0.5)),
            (-1.1632 - math.log(0.5), -1.1632 - math.log(0.125)),
        ),
        Fact(
            "the value, at least the mean log of -1.3863",
            lambda: numbers(likelihood_jepo(_LOGPROBS, "value"), _group(0.125, 0.5)),
            (-1.1632, -1.1632),
        ),
        Fact("equal chains add nothing", lambda: numbers(likelihood_jepo(_LOGPROBS), _group(0.3, 0.3, 0.3)), (0, 0, 0)),
        Fact("alone", lambda: numbers(likelihood_jepo(_LOGPROBS), _group(0.3)), (0,)),
        Fact(
            "likelihoods that vanish in a float",
            lambda: numbers(
                likelihood_jepo(_LOGPROBS), {"prompt": ["p"] * 3, "logprobs": [[-1000.0], [-2000.0], [-2000.0]]}
            ),
            (1000 - math.log(3), math.log(2 / 3), math.log(2 / 3)),
        ),
    ),
)
