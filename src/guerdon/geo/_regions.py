"""Nested regions: country, province, city, from the largest to the smallest."""

from __future__ import annotations

from typing import Any

from ..expr.columns import Column
from ..expr.function import function
from ..expr.node import Expr
from ..expr.score import Score
from ..expr.values import Failed, Unscored
from ._reading import plain_name

MOST = 64
"""More levels than this are no chain of regions."""


def regions(a: Column, b: Column, separator: str = ">") -> Score:
    """The share of a chain of regions that is named rightly before the first error, in [0, 1]. Linear.

    Args:
        a: the chain, from the largest region to the smallest: a list of names, or a text with separators.
        b: the reference, likewise; in a list, an item may be a list of names that are all right.
        separator: between the names of a text.

    Names are compared without case, white space and punctuation. What follows the reference's last level does not
    count. Failed, as 0: no chain, or more than 64 levels. Unscored: no reference.

    >>> import guerdon as gd
    >>> rows = {"completion": ["FR > IDF > Paris"], "gold": [["FR", "IDF", "Versailles"]]}
    >>> gd.geo.regions(gd.col("completion"), gd.col("gold")).score(rows).values.round(4)
    array([0.6667])
    """
    if not separator.strip():
        raise ValueError(f"separator is what stands between two names, such as '>', not {separator!r}")
    if not isinstance(a, Expr):
        raise TypeError(f"a is the chain to judge, an expression such as gd.text.tag('answer'), not {a!r}")
    extra = {} if separator == ">" else {"separator": separator}
    return regions_leaf(a=a, b=b, **extra)


@function(returns="score", version="1", fails_as=0.0, bounds=(0.0, 1.0), name="regions")
def regions_leaf(a: Any, b: Any, separator: str = ">") -> float:
    """See ``gd.geo.regions``."""
    gold = [_names(level) for level in _levels(b, separator)]
    if not gold or not all(gold):
        raise Unscored("no reference")
    said = _levels(a, separator)
    if not any(plain_name(name) for name in said if isinstance(name, str)):
        raise Failed("no answer")
    if len(said) > MOST:
        raise Failed(f"more than {MOST} regions")
    right = 0
    for name, names in zip(said, gold, strict=False):
        if not isinstance(name, str) or plain_name(name) not in names:
            break
        right += 1
    return right / len(gold)


def _levels(chain: Any, separator: str) -> list[Any]:
    if isinstance(chain, str):
        return chain.split(separator)
    return list(chain) if isinstance(chain, (list, tuple)) else []


def _names(level: Any) -> set[str]:
    every = level if isinstance(level, (list, tuple)) else [level]
    return {plain_name(name) for name in every if isinstance(name, str)} - {""}
