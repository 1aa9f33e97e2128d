"""Credit for tokens whose hidden states stray from those of good texts."""

from __future__ import annotations

import guerdon as gd
from guerdon.expr.score import Score


def rlfr(deviations: Score, outcome: Score, coef: float = 0.01, threshold: float = 0.6, most: int = 15) -> Score:
    """RLFR's token reward (P149): what strays furthest from the flow of good texts is charged, the rest is left alone.

    The deviations of a completion are stretched to [0, 1]; of those above the threshold the largest few are kept, and
    cost the coefficient times their size. The outcome is paid at the last token. Range [-coef, 0] at all others.

    Paper: Zhang et al., "RLFR: Extending Reinforcement Learning for LLMs with Flow Environment" (2025),
    arXiv:2510.10201, and its code. The flow model, the normalised returns and the KL penalty are the trainer's.

    Args:
        deviations: of each token, on axis ``token``: :func:`rlfr_deviation`.
        outcome: one per rollout.
        coef: what the largest deviation costs.
        threshold: what is not above it, once stretched, costs nothing.
        most: how many tokens of a completion may be charged; of equal ones the earlier.

    Returns:
        A reward on axis ``token``. Where all tokens deviate alike none is charged (the released code divides by 0).

    >>> reward = rlfr(gd.col("d", axis="token"), gd.col("right"))
    >>> reward.score({"d": [[0.2, 1.0, 0.5, 0.6]], "right": [1]}).values
    array([ 0.  , -0.01,  0.  ,  1.  ])
    """
    low, high = deviations.min(), deviations.max()
    share = gd.where(high > low, (deviations - low) / (high - low), 0)
    charged = (share > threshold) & ((-share).rank(ties="first") <= most)
    final = deviations.position(from_end=True) == 0
    return gd.where(final, outcome, 0) - coef * gd.where(charged, share, 0)


def rlfr_deviation(errors: Score, times: Score | float = 0.8) -> Score:
    """RLFR's deviation of a token (P149): how wrong the flow model is about its hidden states, over layers and times.

    An error at time t weighs t / (1 - t): 4 at the paper's 0.8.

    Paper: Zhang et al., "RLFR: Extending Reinforcement Learning for LLMs with Flow Environment" (2025),
    arXiv:2510.10201, and its code.

    Args:
        errors: mean squared error of the velocity, on axes ``token`` and ``layer`` (a piece for each layer and time).
        times: of each error, on the same axes, or one for all, in [0, 1).

    Returns:
        A deviation on axis ``token``, 0 or more.

    >>> errors = gd.col("e", axis=("token", "layer"))
    >>> rlfr_deviation(errors).score({"e": [[[0.1, 0.2, 0.3], [0, 0, 0]]]}).values.round(6)
    array([0.8, 0. ])
    """
    return (times / (1 - times) * errors).mean()
