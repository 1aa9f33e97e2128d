"""Centred, bounded and tiered transforms of one score."""

from __future__ import annotations

import guerdon as gd
from guerdon.expr.score import Score
from guerdon.shaping import auc, minmax, tiers

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
        "minmax": minmax(score, low, high),
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


def sweet_spot(
    closeness: Score, zones: int = 4, power: float = 1.5, right: Score | None = None, inside: Score | None = None
) -> Score:
    """Sweet Spot Learning (P153): a closeness in few zones whose worth grows toward the best one.

    Zone k of K is worth ``(k / K) ** power``; only a closeness of 1 is worth 1. The map is monotone, so the order of
    solutions stays; there are fewer values than in a raw closeness, and so less noise.

    Paper: Wu et al., "SSL: Sweet Spot Learning for Differentiated Guidance in Agentic Optimization" (2026),
    arXiv:2601.22491, of which the abstract and parts of the text were read. GUESSES: equal zones, the power, and that
    a right answer is worth the best zone.

    Args:
        closeness: in [0, 1]: the share of a plan's steps matched, or ``(-0.5 * ((dx / sx)**2 + (dy / sy)**2)).exp()``
            for a point at a distance from the middle of a box, sx and sy taken from its sides.
        zones: K.
        power: above 1, each step inward pays more than the one before.
        right: 1 where the task is solved: worth 1 however close, so that no wrong answer is worth more.
        inside: 1 where the point lies in the box at all; outside it the reward is 0.

    >>> sweet_spot(gd.col("matched"), power=1).score({"matched": [0.1, 0.3, 0.6, 0.99, 1]}).values
    array([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """
    reward = tiers(closeness, zones, power)
    if inside is not None:
        reward = reward.when(inside)
    return reward if right is None else gd.where(right, 1, reward)


def armed(
    text: Score,
    similarity: Score,
    form: Score | float = 0.0,
    closed: Score | None = None,
    kind: Score | None = None,
    quantiles: tuple[float, float] = (0.05, 0.95),
    window: int = 100,
    limits: tuple[float, float] | None = None,
    spread: float | None = None,
    weights: tuple[float, float, float] = (1.0, 1.0, 0.5),
) -> Score:
    """ARMed (P144): a semantic similarity stretched over the range it really uses, beside textual correctness and form.

    Similarity models give nearly equal scores to different answers. So the similarity is put between two running
    quantiles of its kind of question, 0 at and below the lower, 1 at and above the upper (one half where both are
    equal); this leaves the order of answers as it is. Closed questions are judged by their text alone.

    Paper: Liu et al., "Breaking Reward Collapse: Adaptive Reinforcement for Open-ended Medical Reasoning with Enhanced
    Semantic Discrimination" (2025), arXiv:2508.12957, of which the abstract and parts of the text were read. GUESSES:
    the map, with a window of batches where an exponential average was thought of; the stretch to a least spread; the
    weights.

    Args:
        text: overlap with the reference answer, in [0, 1].
        similarity: of the answer to the reference, by an embedding model.
        form: whether the form is kept.
        closed: 1 where the question has one exact answer.
        kind: the kind of question, a column; each has quantiles of its own.
        quantiles: which become 0 and 1.
        window: over how many batches they run, this one included.
        limits: fixed bounds in place of the quantiles.
        spread: the least standard deviation within a group: below it the group is stretched about its mean.
        weights: of text, similarity and form.

    >>> reward = armed(gd.col("text"), gd.col("near"), limits=(0.90, 0.93), weights=(0, 1, 0))
    >>> reward.score({"text": [0, 0, 0], "near": [0.90, 0.91, 0.93]}).values.round(4)
    array([0.    , 0.3333, 1.    ])
    """
    open_ended = None if closed is None else ~closed
    low, high = limits or tuple(
        gd.running(similarity, "quantile", q=q, window=window, by=kind, where=open_ended, sees="after")
        for q in quantiles
    )
    near = minmax(similarity, low, high, flat=0.5).clip(0, 1)
    if spread is not None:
        mean, std = near.mean(over="prompt"), near.std(over="prompt")
        near = gd.where((std > 0) & (std < spread), (mean + (near - mean) * spread / std).clip(0, 1), near)
    semantic = near if open_ended is None else near.when(open_ended)
    return weights[0] * text + weights[1] * semantic + weights[2] * form


def reward_collapse(score: Score, right: Score) -> dict[str, Score]:
    """Whether a score still tells answers apart (P144): what ARMed looks at, by name.

    ``spread`` is the standard deviation within the group, ``range`` the largest less the smallest, and
    ``discriminability`` the AUC: how often a right answer scores above a wrong one of its group (ties count half).

    Paper: Liu et al., "Breaking Reward Collapse: Adaptive Reinforcement for Open-ended Medical Reasoning with Enhanced
    Semantic Discrimination" (2025), arXiv:2508.12957, of which the abstract and parts of the text were read. GUESSES:
    that the group is the prompt's.

    >>> found = reward_collapse(gd.col("near"), gd.col("right"))
    >>> rows = {"prompt": ["p"] * 3, "near": [0.90, 0.91, 0.93], "right": [0, 0, 1]}
    >>> {name: score.score(rows).values[0].item().__round__(4) for name, score in found.items()}
    {'spread': 0.0125, 'range': 0.03, 'discriminability': 1.0}
    """
    spread = score.max(over="prompt") - score.min(over="prompt")
    return {"spread": score.std(over="prompt"), "range": spread, "discriminability": auc(score, right)}
