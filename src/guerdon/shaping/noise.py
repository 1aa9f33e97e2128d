"""Noise on purpose, to see how much of it training stands."""

from __future__ import annotations

from typing import Literal

from ..expr.score import Score, where
from ..expr.state import random


def flipped(reward: Score, probability: float, over: Literal["rollout", "prompt"] = "rollout", seed: int = 0) -> Score:
    """The reward turned round (``1 - reward``) with a probability, drawn for each rollout or for each prompt group.

    A draw depends on the seed, the step and the rollout (or group) alone. Source: Lv et al., "The Climb Carves Wisdom
    Deeper Than the Summit" (2025), arXiv:2505.22653.

    >>> import guerdon as gd
    >>> rows = {"prompt": ["p", "p", "q", "q"], "right": [1, 0, 1, 0]}
    >>> flipped(gd.col("right"), 1.0, over="prompt").score(rows).values
    array([0., 1., 0., 1.])
    """
    if not 0 <= probability <= 1:
        raise ValueError(f"flipped: probability={probability!r} must lie in [0, 1]")
    return where(random(over, seed) < probability, 1 - reward, reward)
