"""Judges that compare."""

from __future__ import annotations

import guerdon as gd
from guerdon.expr.score import Score

__all__ = ["brpo"]


def brpo(
    duel: Score,
    reference: Score | None = None,
    extreme: float = 0.7,
    tie: float = -1.0,
    shuffle: bool = False,
    seed: int = 0,
) -> Score:
    """BRPO of Writing-Zero (P192): one rollout of the group, drawn at random, is what the others must beat.

    The advantage is 1 for those that beat it and -1 for the rest, without normalisation. The reference itself is left
    out; so are whole groups in which nearly everybody beats it, or nearly nobody. A group of G costs G - 1 calls of
    the judge.

    Paper: Jia et al., "Writing-Zero: Bridge the Gap Between Non-verifiable Tasks and Verifiable Rewards" (2025),
    arXiv:2506.00103; the values 1 and -1 and the filter from memory. GUESSES: the threshold of the filter, and that a
    tie counts as a defeat.

    Args:
        duel: above 0 where one's own side wins, on axis ``opponent``: a judge's score of the one less its score of the
            other, ``judge(mine=text, theirs=gd.other(text))``; votes averaged, where there are several.
        reference: 1 for the reference of each group, else 0, such as a column that marks the greedy completion; left
            out, it is drawn anew each step.
        extreme: leave out groups in which the mean of the advantages lies further from 0 than this; 1 keeps all.
        tie: what a tie is worth.
        shuffle: present half of the pairs in the other order.
        seed: of the draws.

    >>> margin = gd.col("score") - gd.other(gd.col("score"))
    >>> rows = {"prompt": ["p"] * 4, "score": [7, 5, 9, 6], "first": [1, 0, 0, 0]}
    >>> brpo(margin, reference=gd.col("first")).score(rows).numbers
    [None, -1.0, 1.0, -1.0]
    """
    if reference is None:
        draw = gd.random(seed=seed)
        reference = draw == draw.min(over="prompt")
    if shuffle:
        duel = gd.where(gd.random(seed=seed + 1) < 0.5, duel, -duel.swap())
    margin = duel.first(where=gd.other(reference))
    beats = gd.where(margin == 0, tie, margin.sign())
    balance = beats.mean(over="prompt", where=~reference)
    kept = beats.only(~reference, "the reference of its group").only(
        balance.abs() <= extreme, "too extreme a reference"
    )
    return kept.as_advantage()
