"""Figures of a ranked list against the right answers. Each is an expression over the places of the right answers.

``items`` is a list on one axis, best first, such as :func:`guerdon.ranking.answers`; ``golds`` the right answers on
another axis, each once. A repeated item is left out before places are counted, so that it neither pays twice nor pushes
the others down. ``equal`` says when an item is a right answer, as in ``gd.similarity.places``. Where the data names no
right answer (an empty list), figures are 0; where it has no list, the row is unscored.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, Literal, cast

from ..expr.columns import Column
from ..expr.function import Function, function
from ..expr.inputs import one_of
from ..expr.node import Expr
from ..expr.normal import check_normalize
from ..expr.score import Score, where
from ..similarity import places, ranks, repeats
from ..similarity._places import Equal


def mrr(items: Any, golds: Any, *, equal: Equal = "text") -> Score:
    """The reciprocal of the place of the first right answer, 0 without one; in [0, 1]. ``golds`` may be flat.

    >>> import guerdon as gd
    >>> said = gd.col("said", axis="said")
    >>> gd.ranking.mrr(said, gd.col("gold")).score(
    ...     {"said": [["A", "B", "C"], ["B", "B", "A"]], "gold": ["B", "A"]}
    ... ).values
    array([0.5, 0.5])
    """
    found = places(items, golds, equal)
    return found.max(empty=0) if found.axes else found


def recall_at(items: Any, golds: Any, k: int | None = None, *, equal: Equal = "text") -> Score:
    """The share of the right answers among the first ``k`` items (all if left out), in [0, 1].

    Without ``k`` it is won by listing everything.

    >>> import guerdon as gd
    >>> said, golds = gd.col("said", axis="said"), gd.col("golds", axis="gold")
    >>> gd.ranking.recall_at(said, golds, 2).score({"said": [["a", "b", "c"]], "golds": [["a", "c"]]}).values
    array([0.5])
    """
    found = _hits(items, golds, k, equal)
    return found.mean(empty=0) if found.axes else found


def precision_at(items: Any, golds: Any, k: int | None = None, *, equal: Equal = "text") -> Score:
    """The share of right answers among the first ``k`` items, in [0, 1]; a list shorter than ``k`` does not gain by it.

    Without ``k``, among all different items: won by a list of one sure item.

    >>> import guerdon as gd
    >>> said, golds = gd.col("said", axis="said"), gd.col("golds", axis="gold")
    >>> gd.ranking.precision_at(said, golds, 2).score(
    ...     {"said": [["a"], ["a", "b", "c"]], "golds": [["a", "c"]] * 2}
    ... ).values
    array([0.5, 0.5])
    """
    found = _hits(items, golds, k, equal)
    right = found.sum() if found.axes else found
    if k is not None:
        return (right / k).clip(high=1)
    check = equal if isinstance(equal, str) else "text"
    different = (1 - repeats(items, check)).sum()
    return where(different > 0, right / different, 0).clip(high=1)


def average_precision(items: Any, golds: Any, *, equal: Equal = "text") -> Score:
    """The mean over the right answers of the precision at their place, 0 for those not listed; in [0, 1].

    Averaged over prompts it is MAP.

    >>> import guerdon as gd
    >>> said, golds = gd.col("said", axis="said"), gd.col("golds", axis="gold")
    >>> rows = {"said": [["a", "x", "b"]], "golds": [["a", "b"]]}
    >>> gd.ranking.average_precision(said, golds).score(rows).values.round(4)
    array([0.8333])
    """
    place = _on_axis(items, golds, equal)
    before = (-place).rank(over="rollout", ties="max")  # how many right answers stand at this place or before it
    return (place * before).clip(high=1).mean(empty=0)


def ndcg(items: Any, golds: Any, grades: Score | None = None, k: int | None = None, *, equal: Equal = "text") -> Score:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen, 2002), in [0, 1].

    The gain of a right answer at place p is its grade over ``log2(1 + p)``, and the whole is divided by that of the
    best list there can be.

    Args:
        items: the list, best first.
        golds: the right answers.
        grades: what each is worth, 0 or more, on the axis of ``golds``; 1 each if left out.
        k: how far down the list gain counts.
        equal: when an item is a right answer.

    >>> import guerdon as gd
    >>> said, golds = gd.col("said", axis="said"), gd.col("golds", axis="gold")
    >>> rows = {"said": [["b", "a"]], "golds": [["a", "b"]], "grades": [[3, 1]]}
    >>> gd.ranking.ndcg(said, golds, gd.col("grades", axis="gold")).score(rows).values.round(4)
    array([0.7967])
    """
    place = _on_axis(items, golds, equal)
    grade = place * 0 + 1 if grades is None else grades + 0 * place
    ideal = (-grade).rank(over="rollout", ties="first")
    gain = _discounted(grade, place > _bar(k), 1 / where(place > 0, place, 1))
    best = _discounted(grade, ideal > 0 if k is None else ideal <= k, ideal).sum()
    return where(best > 0, gain.sum() / best, 0).clip(0, 1)


def _discounted(grade: Score, counts: Score, place: Score) -> Score:
    return where(counts, grade * math.log(2) / (1 + place).log(), 0)


def _hits(items: Any, golds: Any, k: int | None, equal: Equal) -> Score:
    return places(items, golds, equal) > _bar(k)


def _bar(k: int | None) -> float:
    """The reciprocal place that the first ``k`` places lie above."""
    if k is None:
        return 0.0
    if not isinstance(k, int) or k < 1:
        raise ValueError(f"k={k!r} is how many places count, 1 or more")
    return 1 / (k + 0.5)


def _on_axis(items: Any, golds: Any, equal: Equal) -> Score:
    if not isinstance(golds, Expr) or len(golds.axes) != 1:
        raise TypeError(f"golds is a list on one axis, such as gd.col('golds', axis='gold'), not {golds!r}")
    return places(items, golds, equal)


def correlation(
    items: Any, golds: Any, measure: Literal["kendall", "spearman"] = "kendall", *, normalize: str = "text"
) -> Score:
    """How far a list agrees with the right order, in [-1, 1]: Kendall's tau or Spearman's rho.

    Args:
        items: the order to judge, on one axis.
        golds: the right order, on another, each item once.
        measure: which of the two.
        normalize: when two items are one, as in ``gd.text.equal``.

    Items that are not in the right order are passed over, repeated ones too. What a list leaves out counts as if it
    stood at its end in reverse order, so that leaving out never pays; a list of none of them is worth -1. A right order
    of one item: 1 if it is listed. Time n log n for ``spearman``, n squared for ``kendall``, n at most 512.

    >>> import guerdon as gd
    >>> tau = gd.ranking.correlation(gd.col("said", axis="said"), gd.col("golds", axis="gold"))
    >>> tau.score({"said": [["a", "b", "c"], ["b", "a", "c"], ["a"], []], "golds": [["a", "b", "c"]] * 4}).values.round(
    ...     4
    ... )
    array([ 1.    ,  0.3333,  0.3333, -1.    ])
    """
    one_of("measure", measure, ("kendall", "spearman"))
    check_normalize(normalize)
    for name, side in (("items", items), ("golds", golds)):
        if not isinstance(side, Expr) or len(side.axes) != 1:
            raise TypeError(
                f"correlation: {name} is a list on one axis, such as gd.col({name!r}, axis='x'), not {side!r}"
            )
    options = {} if normalize == "text" else {"normalize": normalize}
    record = cast(Column, _agreement_leaf(agreement)(items=items, golds=golds, measure=measure, **options))
    return record["agreement"].clip(-1, 1)


_agreement_leaf: Callable[..., Function] = cache(
    function(returns="column", axes={"unused": "unused"}, version="1", cost="cheap", name="correlation")
)


def agreement(
    items: list[Any], golds: list[Any], measure: str = "kendall", normalize: str = "text"
) -> dict[str, float | None]:
    """The plain function behind :func:`correlation`; None where there is no order, or one of more than 512 items."""
    n = len(golds)
    if not 0 < n <= 512:
        return {"agreement": None}
    found = ranks(items, golds, normalize)
    listed = sum(place is not None for place in found)
    if n == 1 or not listed:
        return {"agreement": 1.0 if listed else -1.0}
    # The places of the right items, 0 the first: those listed in their order, the others after them, the last first.
    in_order = sorted((i for i in range(n) if found[i] is not None), key=lambda i: found[i] or 0)
    order = [*in_order, *(i for i in range(n - 1, -1, -1) if found[i] is None)]
    if measure == "spearman":
        squares = sum((place - i) ** 2 for place, i in enumerate(order))
        return {"agreement": 1 - 6 * squares / (n * (n * n - 1))}
    wrong = sum(order[i] > order[j] for i in range(n) for j in range(i + 1, n))
    return {"agreement": 1 - 4 * wrong / (n * (n - 1))}
