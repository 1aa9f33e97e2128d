"""Credit for the turns of an agent: what the world paid, what a model says each turn was worth."""

from __future__ import annotations

from typing import Literal

import guerdon as gd
from guerdon.expr.score import Score


def meow_tea_taro(
    rewards: Score,
    won: Score,
    most: Score | float = 1,
    density: Literal["dense", "single"] = "dense",
) -> Score:
    """meow-tea-taro's reward placement (P085): what the world paid on the way, made to add up to 1 where it was won.

    Dense: each turn's reward over how many were positive if the episode was won, over how many there could have been
    if it was lost, so that a lost episode adds up to the share it reached. Single: the final reward at the last turn.
    Range [0, 1] where the rewards are 0 or 1.

    Paper: Wang and Ammanabrolu, "A Practitioner's Guide to Multi-turn Agentic Reinforcement Learning" (2025),
    arXiv:2510.01132, and its code.

    Args:
        rewards: of each turn, from the world, on axis ``turn``.
        won: 1 or 0, one per rollout; with ``density="single"`` the final reward.
        most: how many positive rewards the task can give; at least 1 is taken.
        density: of the reward.

    Returns:
        A reward on axis ``turn``. On a split of the text, ``.onto(gd.text.tokens(offsets))`` puts it on the last token.

    >>> rows = {"r": [[0, 1, 0, 1], [0, 1, 0, 0]], "won": [1, 0]}
    >>> meow_tea_taro(gd.col("r", axis="turn"), gd.col("won"), most=4).score(rows).nested()
    [[0.0, 0.5, 0.0, 0.5], [0.0, 0.25, 0.0, 0.0]]
    """
    if density == "single":
        return gd.where(rewards.position(from_end=True) == 0, won, 0)
    return rewards / gd.max(gd.where(won, (rewards > 0).sum(), most), 1)


def spa(
    contributions: Score,
    grounded: Score,
    outcome: Score | None = None,
    alpha: float = 1.0,
    beta: float = 0.5,
    as_released: bool = False,
) -> Score:
    """SPA-RL (P162): a turn is worth what it brought the task forward, and a little for being an action at all.

    A model trained so that its contributions add up to the final reward says the first; the world says the second.

    Paper: Wang et al., "SPA-RL: Reinforcing LLM Agents via Stepwise Progress Attribution" (2025), arXiv:2505.20732,
    and its code. ``alpha`` is from memory.

    Args:
        contributions: of each turn, as the progress estimator sees it, on axis ``turn``; those of an estimator without
            error add up to the final reward.
        grounded: 1 where the world executed the turn's action, 0 where it was rejected, on the same axis.
        outcome: the final reward, one per rollout; read by the released form alone.
        alpha: the weight of the contribution.
        beta: the weight of being grounded.
        as_released: the released data script puts something else in place of the contributions, the final reward less
            the mean of the prompt's other rollouts (0 where there is no other), at every turn; and it counts the last
            turn as grounded.

    Returns:
        A reward on axis ``turn``.

    >>> rows = {"c": [[0.1, 0.3, 0.6]], "g": [[1, 0, 1]]}
    >>> spa(gd.col("c", axis="turn"), gd.col("g", axis="turn")).score(rows).values.round(6)
    array([0.6, 0.3, 1.1])
    """
    if not as_released:
        return alpha * contributions + beta * grounded
    if outcome is None:
        raise ValueError("spa: as_released=True needs outcome=, the final reward of each rollout")
    edge = outcome - outcome.mean(over="prompt", leave_one_out=True, empty=outcome)
    return alpha * edge + beta * gd.where(grounded.position(from_end=True) == 0, 1, grounded)
