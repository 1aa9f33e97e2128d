"""Rewards for how likely the reference answer is, under the policy itself."""

from __future__ import annotations

from typing import Literal

import guerdon as gd
from guerdon.expr.score import Score

__all__ = ["likelihood", "likelihood_jepo"]


def likelihood(logprobs: Score, kind: Literal["logprob", "avglogprob", "prob", "avgprob"] = "logprob") -> Score:
    """Log-prob rewards (P120): how likely the reference answer is after the thoughts that were written.

    A teacher-forced pass gives each token of the reference its log-probability; no answer is sampled. ``prob`` (as
    VeriFree) vanishes with the answer's length, ``avgprob`` (as RLPR) is the mean probability of a token, ``logprob``
    the sum of logs, which the paper finds good everywhere, and ``avglogprob`` their mean. This is the reward of the
    thoughts; the gradient of the reference's own likelihood is the trainer's to add.

    Paper: Kwiatkowski et al., "Likelihood-Based Reward Designs for General LLM Reasoning" (2026), arXiv:2602.03979, by
    its abstract and outline. GUESSES: an empty reference is worth what certainty is.

    Args:
        logprobs: of the reference's tokens given prompt and thoughts, on an axis ``token``.
        kind: which of the four.

    >>> rows = {"logprobs": [[-0.6931472, -1.3862944]]}
    >>> likelihood(gd.col("logprobs", axis="token"), "avgprob").score(rows).values.round(4)
    array([0.375])
    """
    if kind == "avgprob":
        return logprobs.exp().mean(empty=1)
    total = logprobs.mean(empty=0) if kind == "avglogprob" else logprobs.sum()
    return total.exp() if kind == "prob" else total


def likelihood_jepo(logprobs: Score, kind: Literal["contribution", "value"] = "contribution") -> Score:
    """JEPO's reward (P120): what one chain of thoughts adds to the group's log of the mean likelihood.

    The group's value is ``log(mean(exp(sum of log-probabilities)))``, at least the mean of the logs; a chain's reward
    is that value less the one of the group without it. Computed from the largest, so that no likelihood vanishes.

    Paper: Kwiatkowski et al., "Likelihood-Based Reward Designs for General LLM Reasoning" (2026), arXiv:2602.03979, by
    its abstract and outline. GUESSES: the leave-one-out form of the contribution; a chain alone in its group gets 0.

    Args:
        logprobs: as in :func:`likelihood`.
        kind: the contribution of each chain, or the value of its group.

    >>> rows = {"prompt": ["p", "p"], "logprobs": [[-2.0794415], [-0.6931472]]}
    >>> likelihood_jepo(gd.col("logprobs", axis="token")).score(rows).values.round(4)
    array([-0.47  ,  0.9163])
    """
    total = logprobs.sum()
    most, other = total.max(over="prompt"), gd.other(total)
    value = (total - most).exp().mean(over="prompt").log() + most
    if kind == "value":
        return value
    most_other = other.max(empty=total)
    return value - ((other - most_other).exp().mean(empty=1).log() + most_other)
