"""How alike two things are: texts, numbers, sets, lists; and who is matched with whom.

What one pair of items is worth is a plain function; :func:`match` finds who belongs to whom, and leaves what that is
worth on the axes of both lists, where precision, recall and F1 are one mean away.

>>> import guerdon as gd
>>> credit = gd.similarity.near(gd.text.number(), gd.col("solution"), "relative", gd.similarity.steps((0.01, 0.1)))
>>> credit.score({"completion": ["42", "40", "7"], "solution": [42, 42, 42]}).values
array([1. , 0.5, 0. ])
"""

from __future__ import annotations

from ._assign import assign
from ._embed import bmas, cosine
from ._encoder import token_vectors, unit_vectors
from ._match import match, matched
from ._near import credit, distance, inverse, knots, linear, near, steps, within
from ._places import distinct, places, ranks, repeats, same
from ._text_leaves import bleu, chrf, edit, overlap_text

__all__ = [
    "assign",
    "bleu",
    "bmas",
    "chrf",
    "cosine",
    "credit",
    "distance",
    "distinct",
    "edit",
    "inverse",
    "knots",
    "linear",
    "match",
    "matched",
    "near",
    "overlap_text",
    "places",
    "ranks",
    "repeats",
    "same",
    "steps",
    "token_vectors",
    "unit_vectors",
    "within",
]
