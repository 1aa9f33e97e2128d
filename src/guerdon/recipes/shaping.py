"""Transforms and gates on scores."""

from __future__ import annotations

from typing import Literal

import guerdon as gd
from guerdon.expr.score import Score

_NORMAL_85 = 1.0364333894937898  # the 0.85 quantile of the standard normal
_SIGMOID_5 = (0.228788512, -0.0101309121, 0.00020266917)  # of x, x^3, x^5: least squares at 100 points of [-5, 5]


def par(score: Score, reference: Score, k: float = 1.0) -> Score:
    """Preference As Reward (P009): how likely the completion beats reference completions of its prompt.

    The mean over the references of ``sigmoid(k * (score - reference))``, which is the Bradley-Terry probability of
    winning. It lies in (0, 1), does not change when all scores of a prompt move together, and is steepest (``k / 4``)
    where the completion equals the reference, so that a score far above the references is hardly worth more effort.

    Paper: Fu et al., "Reward Shaping to Mitigate Reward Hacking in RLHF" (2025), arXiv:2502.18770, and its code.

    Args:
        score: the proxy reward, one per rollout.
        reference: the proxy reward of completions of the starting policy on the same prompt, on an axis of their own;
            one is enough, the paper takes up to 10. ``gd.other(score)`` compares with the group instead.
        k: the steepness: 1, 2 or 3.

    >>> reward = par(gd.col("score"), gd.col("reference_scores", axis="reference"))
    >>> reward.score({"score": [2, 2], "reference_scores": [[0], [0, 1, 3]]}).values.round(4)
    array([0.8808, 0.6269])
    """
    return (k * (score - reference)).sigmoid().mean()


def par_baselines(score: Score, reference: Score, ceiling: float = 5.0) -> dict[str, Score]:
    """The transforms that PAR (P009) was compared with, by name.

    ``centred``, ``sigmoid``, ``tanh``, ``tanh_centred``, ``poly`` and ``poly_centred`` (an odd polynomial of degree 5
    fitted to the sigmoid on [-5, 5], 0 below and 1 above), ``slow_start`` (the sigmoid moved up by 3), ``ceiling``,
    ``lsc`` (see :func:`lsc`, its quantile from mean and standard deviation), and three with running figures that
    include the batch itself: ``standardised``, ``clipped`` to one standard deviation around the mean, and ``minmax``.
    The paper's arctangent is left out.

    Paper: Fu et al., "Reward Shaping to Mitigate Reward Hacking in RLHF" (2025), arXiv:2502.18770, and its code.

    >>> rows = {"score": [2.0, 0.0], "reference_scores": [[0.0, 1.0], [0.0, 1.0]]}
    >>> found = par_baselines(gd.col("score"), gd.col("reference_scores", axis="reference"))
    >>> found["centred"].score(rows).values, found["minmax"].score(rows).values
    (array([ 1.5, -0.5]), array([1., 0.]))
    """
    gap = score - reference
    mean, std = gd.running(score, "mean", sees="after"), gd.running(score, "std", sees="after")
    low, high = gd.running(score, "min", sees="after"), gd.running(score, "max", sees="after")
    return {
        "centred": gap.mean(),
        "sigmoid": score.sigmoid(),
        "tanh": score.tanh(),
        "tanh_centred": gap.tanh().mean(),
        "poly": _poly(score),
        "poly_centred": _poly(gap).mean(),
        "slow_start": par(score - 3, reference),
        "ceiling": score.clip(high=ceiling),
        "lsc": lsc(score, reference, normal=True),
        "standardised": (score - mean) / gd.where(std > 0, std, 1),
        "clipped": score.clip(mean - std, mean + std),
        "minmax": gd.where(high > low, (score - low) / (high - low), 0),
    }


def _poly(x: Score) -> Score:
    a, b, c = _SIGMOID_5
    fitted = 0.5 + x * (a + x**2 * (b + x**2 * c))
    return gd.where(x <= -5, 0, gd.where(x >= 5, 1, fitted))


def lsc(score: Score, reference: Score, quantile: float = 0.85, normal: bool = False) -> Score:
    """Log-sigmoid centred reward (P022): the log-probability of being good, whose sums are a soft "and".

    ``log sigmoid(score - anchor)``, the anchor being a quantile of reference scores of the same prompt. Above the
    anchor it saturates, below it is about as steep as the score, so that poor completions are bettered first. Several
    properties are joined by adding: ``lsc(helpful, a) + lsc(harmless, b)`` is the log of the product of probabilities.
    Range (-inf, 0).

    Paper: Wang et al., "Transforming and Combining Rewards for Aligning Large Language Models" (2024),
    arXiv:2402.00742; the approximation by a normal quantile from the code of PAR (P009).

    Args:
        score: the reward of one property.
        reference: scores of the starting policy on the same prompt, on an axis of their own; or one number per rollout
            as the anchor itself, such as the reward of a canned refusal.
        quantile: which quantile of the references is the anchor.
        normal: take the 0.85 quantile of the normal distribution with the references' mean and standard deviation.

    >>> lsc(gd.col("r"), gd.col("anchor")).score({"r": [1, 3, 0], "anchor": [0, 0, 0]}).values.round(4)
    array([-0.3133, -0.0486, -0.6931])
    """
    if normal:
        anchor = reference.mean() + _NORMAL_85 * reference.std()
    else:
        anchor = reference.quantile(quantile) if reference.axes else reference
    return (score - anchor).log_sigmoid()


def grpo_lambda(
    correct: Score,
    length: Score,
    fraction: float = 0.2,
    alpha: float = 0.2,
    threshold: float | None = None,
    stats: Literal["correct", "all"] = "correct",
) -> Score:
    """GRPO-lambda (P025): press on length only in the groups of a batch that are most often right.

    A correct completion of a selected group earns ``1 - alpha * sigmoid(z)``, with z the z-score of its length; every
    other completion earns plain 0 or 1. The result is a reward; group-relative advantages follow in the trainer.

    Paper: Dai, Liu and Si, "Stable Reinforcement Learning for Efficient Reasoning" (2025), arXiv:2505.18086.
    GUESSES: alpha, lambda and the sigmoid form of the penalty; the number of groups is rounded up; of groups equally
    often right those that stand first in the batch are taken.

    Args:
        correct: 1 where the answer is right, else 0.
        length: of the completion, such as ``gd.text.length("tokens")``.
        fraction: lambda, the share of the batch's groups to press on.
        alpha: the most that length can cost.
        threshold: press on every group with at least this share right instead.
        stats: whose lengths give mean and standard deviation, the ``correct`` completions' of the group or ``all``.

    >>> rows = {"prompt": ["p"] * 3, "right": [1, 1, 1], "tokens": [100, 200, 300]}
    >>> grpo_lambda(gd.col("right"), gd.col("tokens")).score(rows).values.round(4)
    array([0.9546, 0.9   , 0.8454])
    """
    ratio = correct.mean(over="prompt")
    if threshold is not None:
        chosen = ratio >= threshold
    else:
        place = (-ratio).rank(over="batch", unit="prompt", ties="first")
        chosen = place - 1 < fraction * ratio.count(over="batch", unit="prompt") - 1e-9
    z = length.zscore(over="prompt", where=correct if stats == "correct" else None)
    return correct * (1 - alpha * (chosen * z.sigmoid()))
