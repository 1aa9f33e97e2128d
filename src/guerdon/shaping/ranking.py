"""How good an order is."""

from __future__ import annotations

import math

from ..expr.keys import Over
from ..expr.score import Score


def dcg(gains: Score, k: int | None = None, ideal: bool = False) -> Score:
    """Discounted cumulative gain of a list: the sum of ``gain / log2(1 + place)`` over the first k places.

    ``dcg(g, k) / dcg(g, k, ideal=True)`` is NDCG. Source: Järvelin and Kekäläinen, "Cumulated Gain-Based Evaluation of
    IR Techniques" (TOIS 2002).

    Args:
        gains: the relevance of each item, on an axis, in the order of the list.
        k: how many places count; left out, all.
        ideal: of the same items in the best order.

    >>> import guerdon as gd
    >>> gains = gd.col("gains", axis="item")
    >>> (dcg(gains, 3) / dcg(gains, 3, ideal=True)).score({"gains": [[1, 0, 1]]}).values.round(5)
    array([0.91972])
    """
    place = (-gains).rank(ties="first") if ideal else gains.position() + 1
    worth = gains * math.log(2) / (1 + place).log()
    return (worth if k is None else worth * (place <= k)).sum()


def lexicographic(*scores: Score, over: Over = "prompt") -> Score:
    """The place in the group by the first score, among its equals by the second, and so on: 1 for the worst.

    A strict hierarchy: nothing of a later score makes up for anything of an earlier one. Places are shared by those
    equal in all scores (their average). Groups may have thousands of rollouts for three scores, hundreds for five.

    Args:
        scores: the most important first, one number per rollout each.
        over: the group.

    >>> import guerdon as gd
    >>> rows = {"prompt": ["p"] * 3, "right": [1, 0, 1], "n": [90, 5, 80]}
    >>> lexicographic(gd.col("right"), -gd.col("n")).score(rows).values
    array([2., 1., 3.])
    """
    if not scores:
        raise ValueError("lexicographic needs at least one score")
    key = scores[0].rank(over, ties="min")
    for score in scores[1:]:
        key = key * (score.count(over=over) + 1) + score.rank(over, ties="min")
    return key.rank(over)


def auc(score: Score, right: Score) -> Score:
    """How well a score tells right from wrong in its prompt group: the share of pairs in which the right one is ahead.

    A tie counts half. Unscored (``empty``) where a group has no right or no wrong rollout. One number per rollout,
    equal throughout the group.

    >>> import guerdon as gd
    >>> rows = {"prompt": ["p"] * 4, "s": [0.9, 0.4, 0.4, 0.1], "right": [1, 1, 0, 0]}
    >>> auc(gd.col("s"), gd.col("right")).score(rows).values
    array([0.875, 0.875, 0.875, 0.875])
    """
    from ..expr.duels import other

    ahead = ((score - other(score)).sign() + 1) / 2
    return ahead.mean(where=~other(right)).mean(over="prompt", where=right)
