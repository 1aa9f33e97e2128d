"""Length: penalties, targets and gates."""

from __future__ import annotations

from typing import Literal

import guerdon as gd
from guerdon.expr.score import Score
from guerdon.shaping import by_difficulty, length_peak


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


def format_length(
    think: Score, answer: Score, tokens: Score | None = None, longest: float = 3072.0, peak: float = 0.5
) -> Score:
    """Format and length in place of a gold answer (P002): is there a think block, an answer that parses, a fair length?

    ``(think + answer) / 2``, plus a curve over the length that rises to 1 at ``peak`` times the longest and falls
    behind it to -1 at the longest (and on). Without an answer that parses, only a bad length counts: ``min(0, curve)``.
    With ``tokens=None`` it is the format alone. The paper's baseline with a gold answer is ``0.5 * think + right``.

    Paper: Xin et al., "Surrogate Signals from Format and Length: Reinforcement Learning for Solving Mathematical
    Problems without Ground Truth Answers" (2025), arXiv:2505.19439, and its code, whose two other curves are unused.

    Args:
        think: whether there is a think block: ``gd.text.reasoning().exists()``.
        answer: whether an answer is found and parses: ``gd.text.number(gd.text.boxed()).exists()``, or better, whether
            a mathematics parser reads it.
        tokens: the length, ``gd.text.length("tokens")``.
        longest: the greatest length.
        peak: the turning point, as a share of the longest.

    >>> reward = format_length(gd.col("think"), gd.col("parses"), gd.col("tokens"))
    >>> reward.score({"think": [1, 1, 1], "parses": [1, 0, 0], "tokens": [1536, 1536, 3072]}).values
    array([ 2.,  0., -1.])
    """
    form = 0.5 * (think + answer)
    if tokens is None:
        return form
    curve = length_peak(tokens / longest, peak)
    return gd.where(answer, form + curve, gd.min(curve, 0))


def crf(
    right: Score,
    concise: Score,
    alpha: Score | float = 0.5,
    gate: Literal["multiplicative", "additive"] = "multiplicative",
    scaled: bool = False,
) -> Score:
    """Conciseness Reward Function (P017): being concise counts only where the answer is right.

    ``right * (1 + alpha * concise)``. Added instead, ``right + alpha * concise``, it pays short wrong answers, and
    lengths collapse. Of a wrong answer the judge of conciseness is not even asked.

    Paper: Wang et al., "Efficient Reasoning via Reward Model" (2025), arXiv:2511.09158, of which the abstract and
    parts of the text were read. GUESSES: the formula, alpha, how it is annealed and scaled.

    Args:
        right: 1 or 0.
        concise: how concise, from 0.1 to 1, by a small model that was trained on a judge's scores.
        alpha: the weight; ``gd.shaping.anneal(0.5, 0, steps=200)`` anneals it.
        gate: how both are joined.
        scaled: multiply alpha by the share of the group that is right, to press less where the prompt is hard.

    >>> reward = crf(gd.col("right"), gd.col("concise"))
    >>> reward.score({"right": [1, 1, 0], "concise": [0.2, 0.8, 1]}).values
    array([1.1, 1.4, 0. ])
    """
    weight = alpha * right.mean(over="prompt") if scaled else alpha
    bonus = weight * concise
    return right + (right * bonus if gate == "multiplicative" else bonus)


def laser(
    right: Score,
    length: Score,
    limit: Score | float = 8192.0,
    alpha: float = 0.5,
    how: Literal["reward", "penalty", "hybrid"] = "reward",
    repetitive: Score | None = None,
    clipped: Score | None = None,
    wrong: float = -0.5,
) -> Score:
    """LASER (P195): a step at a target length, for right answers: 1 + alpha up to it, 1 beyond it; wrong ones -0.5.

    ``penalty`` takes alpha from those beyond the limit instead, ``hybrid`` does both. With a limit for each difficulty
    (:func:`laser_d`) it is LASER-D; with ``repetitive`` it is LASER-DE, where a wrong answer beyond the limit earns
    alpha too, unless it repeats itself: hard prompts may be explored at length.

    Paper: Liu et al., "Learn to Reason Efficiently with Adaptive Length-based Reward Shaping" (2025), arXiv:2505.15612,
    and its code. Its rivals are short too: ``right * (1.5 - gd.shaping.minmax(n, n.min(over="prompt"),
    n.max(over="prompt")))`` is the linear form, ``right.when(n <= limit)`` truncation; :func:`grpo_lambda` has the
    sigmoid.

    Args:
        right: 1 or 0.
        length: such as ``gd.text.length("tokens")``.
        limit: the target length, equal to it being within.
        alpha: the height of the step.
        how: reward the short, penalise the long, or both.
        repetitive: 1 where the text repeats itself, such as ``gd.text.repetition(20) > 0.3``.
        clipped: 1 where the completion was cut off or has no form: worth ``wrong``, without any bonus.
        wrong: the worth of a wrong answer.

    >>> reward = laser(gd.col("right"), gd.col("n"), limit=4096)
    >>> reward.score({"right": [1, 1, 0], "n": [4000, 5000, 4000]}).values
    array([ 1.5,  1. , -0.5])
    """
    short = length <= limit
    bonus = alpha * (short if how != "penalty" else 0) - alpha * (~short if how != "reward" else 0)
    explored = alpha * (~short & ~repetitive) if repetitive is not None else 0
    reward = gd.where(right, 1 + bonus, wrong + explored)
    return reward if clipped is None else gd.where(clipped, wrong, reward)


def laser_d(right: Score, length: Score, longest: float = 16384.0, repetitive: Score | None = None) -> Score:
    """LASER-D and LASER-DE (P195): :func:`laser` with a limit for each difficulty, by how many of a group are right.

    Easy is a group of which two thirds are right or more, medium one third. The limits are parameters that start at
    the longest length. Every 20 steps or so, score some monitor prompts with :func:`laser_limit`, and set them:
    ``runner.set("limit easy", 4096.0)``.

    Paper: Liu et al., "Learn to Reason Efficiently with Adaptive Length-based Reward Shaping" (2025), arXiv:2505.15612,
    and its code.

    Args:
        right: 1 or 0.
        length: such as ``gd.text.length("tokens")``.
        longest: the limits at the start.
        repetitive: as in :func:`laser`, for LASER-DE.

    >>> runner = laser_d(gd.col("right"), gd.col("n")).compile()
    >>> runner.set("limit easy", 4096)
    >>> rows = {"prompt": ["p", "p", "p", "q", "q"], "right": [1, 1, 0, 1, 0], "n": [4000, 5000, 10, 5000, 10]}
    >>> runner.score(rows).values
    array([ 1.5,  1. , -0.5,  1.5, -0.5])
    """
    limits = [gd.param(f"limit {name}", longest) for name in ("hard", "medium", "easy")]
    return laser(right, length, by_difficulty(right.mean(over="prompt"), limits), repetitive=repetitive)


def laser_limit(
    right: Score,
    length: Score,
    rollouts: int = 8,
    grid: tuple[int, int, int] = (2048, 16384, 1024),
    kept: int = 1,
) -> Score:
    """The target length of each rollout's difficulty (P195), from the rollouts of some monitor prompts.

    The smallest length on a grid at which enough right answers can be expected to fit: the share of the difficulty's
    completions that are no longer, times how often right a prompt of that difficulty is at least (two thirds or one
    third of the rollouts, or once), rounded down, must reach ``kept``.

    Paper: Liu et al., "Learn to Reason Efficiently with Adaptive Length-based Reward Shaping" (2025), arXiv:2505.15612,
    and its code, which can also round up.

    Args:
        right: 1 or 0.
        length: in tokens.
        rollouts: per prompt, n.
        grid: the first and the last target length, and the step.
        kept: how many right answers must be expected.

    >>> rows = {"prompt": ["p"] * 10, "right": [1] * 10, "n": [4000, 2500, *[9000] * 8]}
    >>> laser_limit(gd.col("right"), gd.col("n")).score(rows).values[0]
    np.float64(4096.0)
    """
    low, high, step = grid
    targets = gd.const(range(low, high + 1, step), axis="target")
    rate = right.mean(over="prompt")
    band = by_difficulty(rate, (0, 1, 2))
    expected = by_difficulty(rate, (1, rollouts // 3, 2 * rollouts // 3))
    coverage = (length <= targets).mean(over=("batch", band, targets))
    return gd.where((coverage * expected + 1e-9).floor() >= kept, targets, high).min()
