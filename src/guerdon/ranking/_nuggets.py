"""Nuggets: the facts an answer should hold, some vital and some merely welcome."""

from __future__ import annotations

from typing import Any

from ..expr.columns import Column
from ..expr.node import Expr
from ..expr.score import Score, where
from ..similarity import overlap_text


def nuggets(text: Any, facts: Column, at_least: float = 0.7) -> Score:
    """1 for each nugget whose words a text holds, else 0, on the axis of the nuggets. A rule; a judge sees more.

    Args:
        text: the answer; where its parser gave no verdict, no nugget is found.
        facts: the nuggets, short texts on an axis, such as ``gd.col("facts", axis="nugget")``.
        at_least: the share of a nugget's words that must be in the text (SQuAD's normalisation).

    Words are counted wherever they stand: "not" and their order are not heard. Nor does a long answer lose by this
    alone: :func:`nugget_precision` is what it loses by.

    >>> import guerdon as gd
    >>> found = gd.ranking.nuggets(gd.col("a"), gd.col("facts", axis="nugget"))
    >>> found.score({"a": ["It opened in 1889, in Paris."], "facts": [["opened 1889", "built by Eiffel"]]}).nested()
    [[1.0, 0.0]]
    """
    if not isinstance(facts, Expr) or len(facts.axes) != 1:
        raise TypeError(f"nuggets: facts is a list on one axis, such as gd.col('facts', axis='nugget'), not {facts!r}")
    if not 0 < at_least <= 1:
        raise ValueError(f"at_least={at_least!r} is a share of words, above 0 and at most 1")
    return overlap_text(text, facts, "recall") >= at_least - 1e-9


def nugget_recall(found: Score, vital: Score | None = None, okay: float = 0.5) -> Score:
    """The weighted share of nuggets found, in [0, 1]: a vital one weighs 1, another ``okay``. 0 where there is none.

    Args:
        found: how far each nugget is in the answer, in [0, 1], on their axis: from :func:`nuggets`, or a judge.
        vital: 1 or 0 on the same axis; all are vital if left out.
        okay: the weight of the others: 0.5 as AutoNuggetizer has it (Pradeep et al., 2024), 0 counts the vital alone.

    >>> import guerdon as gd
    >>> found, vital = gd.col("found", axis="nugget"), gd.col("vital", axis="nugget")
    >>> gd.ranking.nugget_recall(found, vital).score({"found": [[1, 0, 1]], "vital": [[1, 1, 0]]}).values
    array([0.6])
    """
    if not 0 <= okay <= 1:
        raise ValueError(f"okay={okay!r} is the weight of a nugget that is not vital, between 0 and 1")
    weight = 1 + 0 * found if vital is None else where(vital, 1, okay)
    total = weight.sum()
    return where(total > 0, (weight * found).sum() / total, 0)


def nugget_precision(found: Score, length: Score, allowance: float = 100) -> Score:
    """1 up to an allowance of length for each nugget found, then falling as allowance over length; in [0, 1].

    As in the "other" questions of TREC 2003 (Voorhees), where the allowance is 100 characters a nugget. Finding none is
    worth 0, however short.

    Args:
        found: how far each nugget is in the answer, on their axis.
        length: of the answer, such as ``gd.text.length()``.
        allowance: in the unit of ``length``.

    >>> import guerdon as gd
    >>> precision = gd.ranking.nugget_precision(gd.col("found", axis="nugget"), gd.col("n"))
    >>> precision.score({"found": [[1, 1, 0], [1], [0]], "n": [250, 90, 5]}).values
    array([0.8, 1. , 0. ])
    """
    if not allowance > 0:
        raise ValueError(f"allowance={allowance!r} is a length above 0")
    allowed = allowance * found.sum()
    return where(length > allowed, allowed / where(length > 0, length, 1), where(allowed > 0, 1, 0))
