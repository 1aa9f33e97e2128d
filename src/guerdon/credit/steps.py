"""Credit for steps: the worst of them, those taken from one state, what each brought forward, and mixtures."""

from __future__ import annotations

from ..expr.columns import Column
from ..expr.score import Score

__all__ = ["outcome_and_steps", "progress", "same_state", "soft_min_to_go"]


def soft_min_to_go(rewards: Score, temperature: float = 0.1) -> Score:
    """A completion is worth its worst step: what stands at and after a step, weighted so that the sum is the minimum.

    Each reward is weighted by ``softmax(-r / temperature)`` over all steps of the rollout, then summed from the step
    on: steps up to the worst one share about its reward, those after it get about 0.

    Level: step. Needs the rollout alone. The recipe ``pure`` adds baselines.

    Paper: Cheng et al., "Stop Summation: Min-Form Credit Assignment Is All Process Reward Model Needs for Reasoning"
    (2025), arXiv:2504.15275.

    >>> import guerdon as gd
    >>> soft_min_to_go(gd.col("r", axis="step")).score({"r": [[0.8, -0.2, 0.5]]}).values.round(5)
    array([-0.19932, -0.19935,  0.00046])
    """
    share = ((rewards.min() - rewards) / temperature).exp()  # unlike softmax, passes an unscored step on to all
    return (rewards * (share / share.sum())).reverse_cumsum().as_advantage()


def same_state(rewards: Score, state: Score | Column, discount: float = 0.95) -> Score:
    """A step's discounted reward to go, less the mean over all steps its group took from the same state.

    Level: step. Needs whole groups. A state seen once has nothing to be compared with: 0.

    Paper: Feng et al., "Group-in-Group Policy Optimization for LLM Agent Training" (2025), arXiv:2505.10978.

    Args:
        rewards: of each step, on axis ``step``.
        state: what was seen before the step, on the same axis; equal texts, lists or numbers are one state.
        discount: of the reward to go.

    >>> import guerdon as gd
    >>> rows = {"prompt": ["p", "p"], "r": [[0, 1], [0, 0]], "seen": [["start", "left"], ["start", "right"]]}
    >>> same_state(gd.col("r", axis="step"), gd.col("seen", axis="step")).score(rows).nested()
    [[0.475, 0.0], [-0.475, 0.0]]
    """
    togo = rewards.reverse_cumsum(discount)
    return (togo - togo.mean(over=("prompt", state))).as_advantage()


def progress(values: Score, before: Score | float = 0.0) -> Score:
    """What each step brought forward: its value less that of the step before.

    The differences add up to the last value less ``before``, so that a step repeated, which changes no value, earns
    nothing.

    Level: step. Needs the rollout alone.

    Paper: Setlur et al., "Rewarding Progress: Scaling Automated Process Verifiers for LLM Reasoning" (2024),
    arXiv:2410.08146.

    Args:
        values: how likely success is after each step, on axis ``step``.
        before: how likely it was before the first.

    >>> import guerdon as gd
    >>> progress(gd.col("v", axis="step"), before=0.5).score({"v": [[0.5, 0.75, 0.25]]}).values
    array([ 0.  ,  0.25, -0.5 ])
    """
    return values.diff(first=before).as_advantage()


def outcome_and_steps(outcome: Score, steps: Score, weight: float = 1.0, discount: float = 1.0) -> Score:
    """The outcome and the steps, each against the rest of the group, added up: a mixture of both signals.

    Both baselines leave the rollout out: of the outcome the others' mean, of the step rewards the mean of all steps of
    the others. What a step earned is summed from it on.

    Level: step. Needs whole groups. Alone in its group, a rollout's steps are held against their own mean.

    Paper: Cui et al., "Process Reinforcement through Implicit Rewards" (2025), arXiv:2502.01456 (its RLOO form).

    Args:
        outcome: of each rollout.
        steps: the reward of each step, on axis ``step``.
        weight: of the steps.
        discount: of what is to go.

    >>> import guerdon as gd
    >>> rows = {"prompt": ["p", "p"], "won": [1, 0], "r": [[1, 0], [0, 0]]}
    >>> outcome_and_steps(gd.col("won"), gd.col("r", axis="step")).score(rows).nested()
    [[2.0, 1.0], [-2.0, -1.5]]
    """
    edge = outcome - outcome.mean(over="prompt", leave_one_out=True, empty=outcome)
    mean = steps.mean(over="prompt", leave_one_out=True, empty=steps.mean(empty=0.0))
    return (edge + weight * (steps - mean).reverse_cumsum(discount)).as_advantage()
