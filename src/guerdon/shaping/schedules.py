"""Figures that move with the training step."""

from __future__ import annotations

import math
from typing import Literal

from ..expr.score import Score
from ..expr.state import step


def anneal(
    first: float, last: float, steps: float, how: Literal["linear", "exponential"] = "linear", start: float = 0.0
) -> Score:
    """A number that goes from ``first`` at step ``start`` to ``last`` ``steps`` later, and stays there.

    ``exponential`` multiplies by the same factor each step, and so needs two numbers above 0. A decay without an end is
    plain algebra: ``(-gd.step() / 500).exp()``.

    >>> import guerdon as gd
    >>> runner = anneal(1, 0, steps=4).compile()
    >>> [runner.score({"completion": ["a"]}).values.item() for _ in range(6)]
    [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """
    if not steps > 0:
        raise ValueError(f"anneal: steps={steps!r} must be above 0")
    way = ((step() - start) / steps).clip(0, 1)
    if how == "linear":
        return first + (last - first) * way
    if not (first > 0 and last > 0):
        raise ValueError(
            f"anneal: an exponential way leads from a number above 0 to another, not {first!r} to {last!r}"
        )
    return first * (math.log(last / first) * way).exp()
