r"""Ranked lists, retrieval, nuggets and citations.

>>> import guerdon as gd
>>> said = gd.ranking.answers(gd.text.tag("answer"))
>>> reward = gd.ranking.mrr(said, gd.col("gold")) * (3 / gd.max(said.count(), 3))
>>> rows = {
...     "completion": ["<answer>1. iron\n2. zinc</answer>", "<answer>a, b, c, d, e, iron</answer>"],
...     "gold": ["iron"] * 2,
... }
>>> reward.score(rows).values.round(4)
array([1.    , 0.0833])
"""

from __future__ import annotations

from ._citations import citations, cited
from ._lists import answers
from ._metrics import average_precision, correlation, mrr, ndcg, precision_at, recall_at
from ._nuggets import nugget_precision, nugget_recall, nuggets

__all__ = [
    "answers",
    "average_precision",
    "citations",
    "cited",
    "correlation",
    "mrr",
    "ndcg",
    "nugget_precision",
    "nugget_recall",
    "nuggets",
    "precision_at",
    "recall_at",
]
