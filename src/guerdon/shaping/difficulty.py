"""What depends on how often a prompt is solved."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..expr.arithmetic import Operand
from ..expr.build import lift
from ..expr.score import Score, where


def by_difficulty(rate: Score, values: Sequence[Operand], edges: Sequence[float] = (1 / 3, 2 / 3)) -> Score:
    """One value for each band of a pass rate, the hardest band first; a rate on an edge belongs to the easier band.

    The edges have a tolerance of 1e-9. Only the value of the band is looked at.

    Args:
        rate: such as ``right.mean(over="prompt")``, or a pass rate known beforehand.
        values: one more than edges; numbers or expressions.
        edges: rising.

    >>> import guerdon as gd
    >>> by_difficulty(gd.col("rate"), [1, 2, 3]).score({"rate": [0.25, 0.375, 0.75]}).values
    array([1., 2., 3.])
    """
    if len(values) != len(edges) + 1 or any(a >= b for a, b in pairwise(edges)):
        raise ValueError("by_difficulty needs rising edges, and one value more than edges")
    found = lift(values[0])
    for edge, value in zip(edges, values[1:], strict=True):
        found = where(rate >= edge - 1e-9, value, found)
    return found
