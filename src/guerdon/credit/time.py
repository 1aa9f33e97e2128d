"""What stands at and after a piece: rewards to go, and generalised advantages."""

from __future__ import annotations

from ..expr.score import Score

__all__ = ["gae", "reward_to_go"]


def reward_to_go(rewards: Score, discount: float = 1.0) -> Score:
    """The discounted sum of a piece's reward and of those after it.

    Level: piece (token, step, turn). Needs the rollout alone. Cost: linear.

    Book: Sutton and Barto, "Reinforcement Learning: An Introduction" (2018), chapter 13.

    Args:
        rewards: of each piece, on the axis.
        discount: gamma.

    >>> import guerdon as gd
    >>> reward_to_go(gd.col("r", axis="step"), 0.5).score({"r": [[1, 0, 4]]}).values
    array([2., 2., 4.])
    """
    return rewards.reverse_cumsum(discount).as_advantage()


def gae(rewards: Score, values: Score, discount: float = 1.0, decay: float = 1.0, after: Score | float = 0.0) -> Score:
    """Generalised advantage estimation with a critic's values, which somebody else learns.

    ``delta = r + discount * next value - value``; a piece's advantage is the sum of the deltas from it on, each
    discounted by ``discount * decay`` per piece. With ``decay=0`` it is one step's error, with ``decay=1`` the reward
    to go less the value.

    Level: piece. Needs the rollout alone. ``gae(...) + values`` is what the critic learns next;
    ``batch_zscore(gae(...))`` whitens it as PPO does.

    Paper: Schulman et al., "High-Dimensional Continuous Control Using Generalized Advantage Estimation" (2015),
    arXiv:1506.02438.

    Args:
        rewards: of each piece, on the axis.
        values: the critic's, on the same axis.
        discount: gamma.
        decay: lambda.
        after: the value after the last piece: 0 where the rollout ended, the critic's where it was cut off.

    >>> import guerdon as gd
    >>> advantage = gae(gd.col("r", axis="step"), gd.col("v", axis="step"), discount=0.5, decay=0.5)
    >>> advantage.score({"r": [[0, 1]], "v": [[0.5, 0.4]]}).values
    array([-0.15,  0.6 ])
    """
    delta = rewards + discount * values.shift(-1, fill=after) - values
    return delta.reverse_cumsum(discount * decay).as_advantage()
