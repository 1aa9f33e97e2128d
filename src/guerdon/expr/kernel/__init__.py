"""The array kernel: every operation as a function from cells to cells."""

from __future__ import annotations

from collections.abc import Callable

from ..node import Expr
from ..ops import BINARY, UNARY
from ..values import Cells
from . import columns, given, points, scans, splits, standing, state, statistics
from .context import Context

Operation = Callable[[Expr, list[Cells], Context], Cells]


def _same(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    return args[0]


OPERATIONS: dict[str, Operation] = {
    **dict.fromkeys(UNARY, points.unary),
    **dict.fromkeys(BINARY, points.binary),
    "mul": points.mul,
    "and": points.logic,
    "or": points.logic,
    "where": points.where,
    "isscored": points.isscored,
    "piecewise": points.piecewise,
    "col": columns.col,
    "const": columns.const,
    "key": columns.key,
    "given": given.given,
    "number": columns.number,
    "field": columns.field,
    "map": columns.lookup,
    "coleq": columns.compare,
    "colne": columns.compare,
    "isin": columns.isin,
    "exists": columns.exists,
    "stat": statistics.stat,
    "standing": standing.standing,
    "cumsum": scans.cumsum,
    "reverse_cumsum": scans.reverse_cumsum,
    "suffix_min": scans.suffix_min,
    "shift": scans.shift,
    "diff": scans.diff,
    "position": scans.position,
    "stack": splits.stack,
    "spread": splits.spread,
    "other": splits.other,
    "onto": splits.onto,
    "within": splits.within,
    "lit": state.lit,
    "step": state.step,
    "param": state.param,
    "random": state.random,
    "left_out": state.left_out,
    "running": state.running,
    "dual": state.dual,
    **dict.fromkeys(("named", "observe", "advantage"), _same),
}


def compute(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """The cells of a node (any but a leaf) from those of its arguments."""
    return OPERATIONS[node.op](node, args, ctx)


__all__ = ["OPERATIONS", "Context", "compute"]
