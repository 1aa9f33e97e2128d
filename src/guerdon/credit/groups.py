"""A rollout against the others of its prompt, or of the batch."""

from __future__ import annotations

from collections.abc import Mapping

from ..expr.duels import other
from ..expr.keys import Over
from ..expr.score import Score, where

__all__ = ["batch_zscore", "by_component", "group_centred", "group_zscore", "leave_one_out", "win_rate"]


def group_zscore(reward: Score, over: Over = "prompt", ddof: int = 1, eps: float = 1e-6) -> Score:
    """The reward less the mean of its group, over the group's standard deviation: GRPO's advantage.

    Level: as the reward's; pieces of the whole group are pooled. Needs whole groups. Range: unbounded; 0 in a group of
    equal rewards, and of one. The unscored are left out and have no advantage.

    Paper: Shao et al., "DeepSeekMath" (2024), arXiv:2402.03300. TRL adds 1e-4 to the deviation, verl 1e-6.

    Args:
        reward: of each rollout (or piece).
        over: the group.
        ddof: 1 for the unbiased deviation of TRL and verl, 0 for the plain one.
        eps: added to the deviation.

    >>> import guerdon as gd
    >>> rows = {"prompt": ["p"] * 4, "r": [1, 0, 0, 1]}
    >>> group_zscore(gd.col("r")).score(rows).values.round(4)
    array([ 0.866, -0.866, -0.866,  0.866])
    """
    return reward.zscore(over=over, ddof=ddof, eps=eps).as_advantage()


def group_centred(reward: Score, over: Over = "prompt") -> Score:
    """The reward less the mean of its group: Dr. GRPO's advantage, which does not favour groups of small spread.

    Level, needs: as :func:`group_zscore`. A group of one has advantage 0.

    Paper: Liu et al., "Understanding R1-Zero-Like Training: A Critical Perspective" (2025), arXiv:2503.20783.

    >>> import guerdon as gd
    >>> group_centred(gd.col("r")).score({"prompt": ["p"] * 4, "r": [1, 0, 0, 0]}).values
    array([ 0.75, -0.25, -0.25, -0.25])
    """
    return (reward - reward.mean(over=over)).as_advantage()


def leave_one_out(reward: Score, over: Over = "prompt") -> Score:
    """The reward less the mean of the others of its group: RLOO's advantage, whose baseline does not know the rollout.

    Level: rollout. Needs whole groups. Alone in its group a rollout has advantage 0: nobody is there to compare with.

    Paper: Ahmadian et al., "Back to Basics: Revisiting REINFORCE-Style Optimization for Learning from Human Feedback in
    LLMs" (2024), arXiv:2402.14740.

    >>> import guerdon as gd
    >>> leave_one_out(gd.col("r")).score({"prompt": ["p"] * 3 + ["q"], "r": [1, 0, 0, 1]}).values
    array([ 1. , -0.5, -0.5,  0. ])
    """
    return (reward - reward.mean(over=over, leave_one_out=True, empty=reward)).as_advantage()


def batch_zscore(reward: Score, group: Over | None = None, ddof: int = 1, eps: float = 1e-8) -> Score:
    """The reward as a z-score in the whole batch: REINFORCE++; with ``group=`` less the group's mean first.

    Level: as the reward's; the tokens (pieces) of the batch are pooled. Needs whole batches, and whole groups with
    ``group=``.

    Paper: Hu et al., "REINFORCE++: Stabilizing Critic-Free Policy Optimization with Global Advantage Normalization"
    (2025), arXiv:2501.03262.

    Args:
        reward: of each rollout, or what a piece has to go (:func:`reward_to_go`).
        group: subtract this group's mean first (the paper's variant with a baseline).
        ddof: of the deviation.
        eps: added to it.

    >>> import guerdon as gd
    >>> batch_zscore(gd.col("r"), ddof=0).score({"prompt": ["p", "p", "q", "q"], "r": [3, 1, 3, 1]}).values
    array([ 0.99999999, -0.99999999,  0.99999999, -0.99999999])
    """
    centred = reward if group is None else reward - reward.mean(over=group)
    return centred.zscore(over="batch", ddof=ddof, eps=eps).as_advantage()


def by_component(
    rewards: Mapping[str, Score], weights: Mapping[str, float] | None = None, ddof: int = 1, eps: float = 1e-6
) -> Score:
    """Each component as a z-score in its group, then the weighted sum as a z-score in the batch: GDPO's advantage.

    Normalised after the sum, components of unlike spread drown each other, and different mixtures collapse onto one
    advantage; normalised before, each keeps its say.

    Level: rollout. Needs whole groups and whole batches.

    Paper: Liu et al., "GDPO: Group reward-Decoupled Normalization Policy Optimization for Multi-reward RL
    Optimization" (2026), arXiv:2601.05242.

    Args:
        rewards: the components by name; they are observed under these names.
        weights: of each, 1 where left out.
        ddof: of the deviations.
        eps: added to them.

    Raises:
        ValueError: no component, or a weight for one that is not there.

    >>> import guerdon as gd
    >>> rows = {"prompt": ["p", "p"], "right": [1, 0], "words": [900, 100]}
    >>> advantage = by_component({"right": gd.col("right"), "brief": -gd.col("words")}, weights={"right": 2})
    >>> advantage.score(rows).values.round(4)
    array([ 0.7071, -0.7071])
    """
    if not rewards:
        raise ValueError("by_component: give at least one component")
    unknown = set(weights or {}) - set(rewards)
    if unknown:
        raise ValueError(f"by_component: weights name {sorted(unknown)}, which are no components: {', '.join(rewards)}")
    total: Score | float = 0.0
    for name, reward in rewards.items():
        total += (weights or {}).get(name, 1.0) * reward.named(name).zscore(over="prompt", ddof=ddof, eps=eps)
    assert isinstance(total, Score)
    return total.zscore(over="batch", ddof=ddof, eps=eps).as_advantage()


def win_rate(reward: Score, centred: bool = True) -> Score:
    """The share of its group's other rollouts that a rollout beats, ties counting half: only the order matters.

    Level: rollout. Needs whole groups. Range [0, 1], or [-0.5, 0.5] centred; 0.5 (0) in a group of one. Unlike a
    z-score it cannot be swayed by one outlier of a reward model.

    Args:
        reward: of each rollout.
        centred: less one half.

    >>> import guerdon as gd
    >>> win_rate(gd.col("r"), centred=False).score({"prompt": ["p"] * 3, "r": [5, 1, 1]}).values
    array([1.  , 0.25, 0.25])
    """
    theirs = other(reward)
    beaten = where(reward == theirs, 0.5, reward > theirs).mean(empty=0.5)
    return (beaten - 0.5 if centred else beaten).as_advantage()
