"""Noisy rewards, and what mends them."""

from __future__ import annotations

from typing import Literal

import guerdon as gd
from guerdon.expr.score import Score
from guerdon.shaping import flipped

REASONING_PHRASES = (
    "first", "second", "then", "next", "finally", "therefore", "thus", "hence", "because", "since", "so that", "given",
    "let us", "let me", "we know", "we have", "we need", "we can", "i need to", "i should", "it follows", "this means",
    "which means", "in other words", "for example", "for instance", "suppose", "assume", "consider", "note that",
    "recall that", "on the other hand", "however", "wait", "check", "verify", "step by step", "in summary",
    "to conclude", "as a result",
)  # fmt: skip
"""Forty phrases that are found in reasoning. Ours: the list of the paper is not copied."""


def noisy_reward(
    right: Score,
    probability: float = 0.4,
    over: Literal["rollout", "prompt"] = "prompt",
    parsed: Score | None = None,
    seed: int = 0,
) -> Score:
    """Flip noise (P018): turn 0 and 1 round with a probability, for a robustness study.

    One draw for each prompt group turns all its rewards round, and with them the sign of the differences inside it; so
    the expected advantage shrinks by ``1 - 2 * probability``, and training stands anything well below one half.

    Paper: Lv et al., "The Climb Carves Wisdom Deeper Than the Summit: On the Noisy Rewards in Learning to Reason"
    (2025), arXiv:2505.22653, and its code.

    Args:
        right: 1 or 0.
        probability: of a flip.
        over: what is flipped together: the prompt's group, or each rollout by itself.
        parsed: 1 where an answer could be read; others stay 0.
        seed: of the draws, which differ from step to step.

    >>> reward = noisy_reward(gd.col("right"), probability=1, parsed=gd.col("parsed"))
    >>> reward.score({"prompt": ["p"] * 3, "right": [1, 0, 0], "parsed": [1, 1, 0]}).values
    array([0., 1., 0.])
    """
    noisy = flipped(right, probability, over, seed)
    return noisy if parsed is None else noisy.when(parsed)


def rpr(phrases: Score, repeated: Score, impersonated: Score | float = 0.0, divisor: float = 20.0) -> Score:
    """Reasoning Pattern Reward (P018): does the text sound like reasoning? Never whether it is right.

    ``min(1, phrases / 20)``, less the share of repeated 20-grams and the number of times that the completion writes the
    user's turn itself; at least 0.

    Paper: Lv et al., "The Climb Carves Wisdom Deeper Than the Summit: On the Noisy Rewards in Learning to Reason"
    (2025), arXiv:2505.22653, and its code. GUESSES: the list of phrases, :data:`REASONING_PHRASES`, is ours; a
    repeated n-gram counts each time it comes again, where the code counts its kinds.

    Args:
        phrases: how many of the phrases occur at all: ``gd.text.contains(REASONING_PHRASES, how="share") * 40``.
        repeated: ``gd.text.repetition(20)``.
        impersonated: how often the text holds ``user: ``.
        divisor: so many phrases are enough.

    >>> reward = rpr(gd.text.contains(["first", "so that", "wait"], how="share") * 3, gd.text.repetition(20))
    >>> reward.score({"completion": ["First we add. Wait, so that is 4."]}).values
    array([0.15])
    """
    return ((phrases / divisor).clip(high=1) - repeated - impersonated).clip(low=0)


def rpr_calibrated(
    score: Score, pattern: Score, valid: Score | float = 1.0, threshold: float = 0.5, alpha: float = 0.1
) -> Score:
    """A noisy reward model mended by the Reasoning Pattern Reward (P018), where it says no: false negatives alone.

    Below the threshold the score becomes ``min(1, score + alpha * pattern)``; from there on it stays as it is.

    Paper: Lv et al., "The Climb Carves Wisdom Deeper Than the Summit: On the Noisy Rewards in Learning to Reason"
    (2025), arXiv:2505.22653, and its code.

    Args:
        score: of the reward model, in [0, 1].
        pattern: :func:`rpr`.
        valid: whether the form is kept; multiplies the score first.
        threshold: tau.
        alpha: the most that is added.

    >>> rpr_calibrated(gd.col("rm"), gd.col("rpr")).score({"rm": [0.45, 0.6], "rpr": [1, 1]}).values
    array([0.55, 0.6 ])
    """
    sound = valid * score
    return gd.where(sound < threshold, gd.min(1, sound + alpha * pattern), sound)
