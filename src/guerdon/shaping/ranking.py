"""How good an order is."""

from __future__ import annotations

import math

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
