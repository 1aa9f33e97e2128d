"""Credit that a second model implies, by how much likelier than the policy it finds what was done."""

from __future__ import annotations

import guerdon as gd
from guerdon.expr.score import Score


def istar(ratios: Score, outcome: Score, beta: float = 0.05, weight: float = 1.0, as_released: bool = False) -> Score:
    """OPRL / iStar (P130): the advantage of an episode, plus that of its step among all steps of the group.

    A step is worth the sum over its tokens of log pi_phi - log pi_old, times beta: pi_phi is a process reward model
    that learned to tell good trajectories from bad (:func:`istar_loss`), pi_old the policy that wrote them.

    Paper: Liu et al., "Agentic Reinforcement Learning with Implicit Step Rewards" (2025), arXiv:2509.19199, and its
    code. The penalty of 0.1 for an invalid action is left to ``outcome``.

    Args:
        ratios: log pi_phi - log pi_old of each token, on axes ``step`` and ``token``.
        outcome: of the trajectory, one per rollout.
        beta: the scale of the step's reward.
        weight: of the step's advantage.
        as_released: the code compares each step with the first steps of the group's trajectories; else with all other
            steps of the group.

    Returns:
        An advantage on axis ``step``. In a group of one there is nobody to compare with, and each part is 0.

    >>> rows = {"prompt": ["p", "p"], "x": [[[2.0, 4.0]], [[0.0]]], "won": [1, 0]}
    >>> istar(gd.col("x", axis=("step", "token")), gd.col("won")).score(rows).values.round(6)
    array([ 1.3, -1.3])
    """
    episode = outcome - outcome.mean(over="prompt", leave_one_out=True, empty=outcome)
    credit = beta * ratios.sum()
    known = credit.first() if as_released else credit
    n = known.count(over="prompt")
    step = gd.where(n > 1, (credit - known.mean(over="prompt")) * n / (n - 1), 0)
    return (episode + weight * step).as_advantage()


def istar_loss(ratios: Score, outcome: Score, beta: float = 0.05) -> Score:
    """The loss of OPRL / iStar's process reward model (P130): a better trajectory should have the larger mean step.

    Over all pairs of a group of which one did better, the mean of -log sigmoid(Q_better - Q_worse), where Q is the mean
    over the steps of the trajectory of their rewards. The same number for the whole group; none where nobody did
    better than another. For training, the same formula is needed where gradients flow.

    Paper: Liu et al., "Agentic Reinforcement Learning with Implicit Step Rewards" (2025), arXiv:2509.19199, and its
    code.

    Args:
        ratios: as in :func:`istar`.
        outcome: success (1 or 0), or any reward by which to rank, one per rollout.
        beta: as in :func:`istar`.

    >>> rows = {"prompt": ["p", "p"], "x": [[[2.0, 4.0]], [[-2.0]]], "won": [1, 0]}
    >>> istar_loss(gd.col("x", axis=("step", "token")), gd.col("won")).score(rows).values.round(4)
    array([0.513, 0.513])
    """
    q = (beta * ratios.sum()).mean()
    better = outcome > gd.other(outcome)
    pairs = better.sum().sum(over="prompt")
    loss = -(q - gd.other(q)).log_sigmoid()
    total = loss.sum(where=better).sum(over="prompt")
    return (total / gd.max(pairs, 1)).only(pairs > 0, "nobody did better than another")
