"""Reactions as a column: the reference that an answer is compared with, solved from the problem's own data."""

from __future__ import annotations

from typing import Any

from ..expr.columns import Column
from ..expr.leaves import as_column, on_axis
from ..expr.node import Expr
from ..expr.values import Unscored
from . import _beams


def solved(loads: Column, supports: Column, axis: str = "reaction") -> Column:
    """The reactions of beams given as data, on an axis, as floats: see :func:`reactions`.

    Args:
        loads: a column of lists of loads: mappings with ``at`` and ``size`` (a force, downwards), ``start``, ``stop``
            and ``size`` (spread), or ``size`` alone (a couple).
        supports: a column of two places; or of one, a clamped end: its force and its moment.
        axis: the axis they lie on.

    A beam that is missing or cannot be read has one unscored cell, which says why.

    >>> import guerdon as gd
    >>> beams = gd.mechanics.solved(gd.col("loads"), gd.col("supports"))
    >>> beams.score({"loads": [[{"at": 0.25}]], "supports": [[0, 1]]}).nested()
    [[0.75, 0.25]]
    """
    for name, value in (("loads", loads), ("supports", supports)):
        if not isinstance(value, Expr):
            raise TypeError(f"{name} is an expression, such as gd.col({name!r}), not {value!r:.80}")
    return as_column(on_axis(solved_leaf, axis, "solved")(loads=loads, supports=supports))


def solved_leaf(loads: Any, supports: Any) -> list[float]:
    """See ``gd.mechanics.solved``."""
    if not isinstance(loads, (list, tuple)) or not isinstance(supports, (list, tuple)):
        raise Unscored("no beam")
    try:
        if len(supports) == 1:
            found = _beams.clamp(loads, supports[0])
        else:
            found = _beams.reactions(loads, supports)
        return [float(one) for one in found]
    except (ValueError, OverflowError) as error:
        raise Unscored(f"no beam: {error}") from None
