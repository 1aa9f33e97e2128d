"""Credit for steps: the worst of them, and those taken from one state."""

from __future__ import annotations

from typing import Literal

import guerdon as gd
from guerdon.expr.score import Score


def pure(
    rewards: Score,
    tokens: Score,
    verified: Score | None = None,
    form: Literal["min", "sum", "mean"] = "min",
    temperature: float = 0.1,
    baseline: Literal["token", "step"] | None = "token",
    coef: float = 1.0,
) -> Score:
    """PURE (P054): a completion is worth its worst step, and every step up to that one shares the blame.

    Step rewards are weighted by ``softmax(-r / temperature)`` over all steps of the completion, so that their sum is
    close to the smallest; less a leave-one-out baseline; the advantage of a step is what stands at and after it.

    Paper: Cheng et al., "Stop Summation: Min-Form Credit Assignment Is All Process Reward Model Needs for Reasoning"
    (2025), arXiv:2504.15275, and its code. The KL penalty per token is the trainer's.

    Args:
        rewards: of each step, on axis ``step``, in [-1, 1]: p(good) - p(bad).
        tokens: in each step, on the same axis: ``gd.text.tokens(offsets).within(gd.text.steps()).count()``.
        verified: whether the final answer is right (0 or 1), one per rollout: the mixed mode. Where a prompt has no
            answer to verify, make it 1 for all its rollouts, and it adds nothing.
        form: the soft ``min``; or what it was compared with: the plain ``sum``, or equal weights (``mean``, which is
            what the released code calls unweighted).
        temperature: of the soft minimum.
        baseline: of the other completions of the prompt, the outcome per token times the tokens of the step, or the
            mean over them of the outcome per step; or none.
        coef: the weight of ``verified``.

    Returns:
        An advantage on axis ``step``. ``a.onto(split, at="all") - a.onto(split, at="last")`` with
        ``split = gd.text.tokens(offsets)`` puts it on the tokens, with 0 on the last of each step, which separates.

    >>> advantage = pure(gd.col("r", axis="step"), gd.col("n", axis="step"), baseline=None)
    >>> advantage.score({"prompt": ["p"], "r": [[0.8, -0.2, 0.5]], "n": [[3, 4, 5]]}).values.round(5)
    array([-0.19932, -0.19935,  0.00046])
    """
    share = ((rewards.min() - rewards) / temperature).exp()  # unlike softmax, passes an unscored step on to all
    weights: dict[str, Score | int] = {"min": share / share.sum(), "mean": 1 / rewards.count(), "sum": 1}
    credit = rewards * weights[form]
    outcome = credit.sum()
    known = outcome.isscored()
    if baseline == "token":
        earned = outcome.sum(over="prompt", leave_one_out=True, where=known)
        credit -= earned / gd.max(tokens.sum().sum(over="prompt", leave_one_out=True, where=known), 1) * tokens
    elif baseline == "step":
        credit -= (outcome / rewards.count()).mean(over="prompt", leave_one_out=True, where=known, empty=0)
    if verified is not None:
        edge = verified - verified.mean(over="prompt", leave_one_out=True, empty=1)
        credit += gd.where(rewards.position(from_end=True) == 0, coef * edge, 0)
    return credit.reverse_cumsum().as_advantage()


def gigpo(
    rewards: Score,
    state: Score,
    discount: float = 0.95,
    weight: float = 1.0,
    mode: Literal["mean_norm", "mean_std_norm"] = "mean_norm",
    as_released: bool = False,
) -> Score:
    """GiGPO (P200): compare whole episodes of a task, and, wherever they met, the steps taken from the same state.

    The advantage of an episode is its return less the mean of its group. The advantage of a step is its discounted
    reward to go less the mean over all steps of the group that were taken in the same state; a state seen once adds
    nothing. Both are added, the second with a weight.

    Paper: Feng et al., "Group-in-Group Policy Optimization for LLM Agent Training" (2025), arXiv:2505.10978, and its
    code. The discount is from memory. Grouping of similar, not equal, states is off in the paper and left out here:
    pass a column in which similar states have one name.

    Args:
        rewards: of each step, on axis ``step``; their sum is the episode's return.
        state: what the agent saw before the step, on the same axis; equal texts (or lists, or numbers) are one state.
        discount: of the reward to go.
        weight: omega, of the step's advantage.
        mode: subtract the mean, or also divide by the standard deviation (unbiased, plus 1e-6).
        as_released: in a group of one the released code subtracts nothing, and the advantage is the return itself;
            otherwise it is 0.

    >>> rows = {"prompt": ["p", "p"], "r": [[0, 1], [0, 0]], "seen": [["start", "left"], ["start", "right"]]}
    >>> gigpo(gd.col("r", axis="step"), gd.col("seen", axis="step")).score(rows).nested()
    [[0.975, 0.5], [-0.975, -0.5]]
    """
    total, togo = rewards.sum(), rewards.reverse_cumsum(discount)
    if mode == "mean_norm":
        episode = total - total.mean(over="prompt")
        step = togo - togo.mean(over=("prompt", state))
    else:
        episode = total.zscore(over="prompt", ddof=1, eps=1e-6)
        step = togo.zscore(over=("prompt", state), ddof=1, eps=1e-6)
    if as_released:
        episode = gd.where(total.count(over="prompt") == 1, total, episode)
    return (episode + weight * step).as_advantage()
