"""Making nodes: lifting constants, coercing columns, and the classes the nodes belong to.

The classes register themselves here, so that the modules with their methods need not import each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from .node import Axes, Expr, join_axes, make

if TYPE_CHECKING:
    from .columns import Column
    from .score import Score

CLASSES: dict[str, type[Any]] = {}


def score_node(
    op: str,
    args: Mapping[str, Expr] | Sequence[tuple[str, Expr]] = (),
    params: Mapping[str, Any] | None = None,
    axes: Axes | Callable[[bytes], Axes] = (),
) -> Score:
    """A node that holds numbers."""
    found: Score = make(CLASSES["score"], op, args, params, axes)
    return found


def column_node(
    op: str,
    args: Mapping[str, Expr] | Sequence[tuple[str, Expr]] = (),
    params: Mapping[str, Any] | None = None,
    axes: Axes | Callable[[bytes], Axes] = (),
) -> Column:
    """A node that holds texts or objects."""
    found: Column = make(CLASSES["column"], op, args, params, axes)
    return found


def is_column(x: object) -> bool:
    """Whether x holds texts or objects rather than numbers."""
    return isinstance(x, CLASSES["column"])


def number_of(x: Expr) -> Score:
    """A column of numbers as a score; scores pass through."""
    if is_column(x):
        return score_node("number", {"x": x}, axes=x.axes)
    return x  # type: ignore[return-value]  # every Expr is a Score or a Column


def lift(x: object) -> Score:
    """A number or an expression as a score.

    >>> lift(True)
    1.0
    """
    if isinstance(x, Expr):
        return number_of(x)
    if isinstance(x, (bool, int, float)) or (hasattr(x, "dtype") and getattr(x, "ndim", 1) == 0):
        try:
            value = float(cast(Any, x))
        except OverflowError:
            value = math.inf
        if not math.isfinite(value):
            raise ValueError(f"{x!r} cannot stand in an expression: scores are finite numbers")
        return score_node("lit", params={"value": value + 0.0})
    hint = " (write gd.col(...) for a column)" if isinstance(x, str) else ""
    raise TypeError(f"{x!r} is not a number or an expression{hint}")


def pointwise(op: str, **args: object) -> Score:
    """An operation cell by cell, its arguments broadcast onto the deepest axes among them."""
    lifted = [(role, lift(x)) for role, x in args.items()]
    return score_node(op, lifted, axes=join_axes(lifted, op))
