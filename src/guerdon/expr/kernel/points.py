"""Operations cell by cell, and the absorbing rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..node import Expr
from ..values import SCORED, SKIPPED, UNSCORED, Bools, Cells, Floats
from .align import align, finish, merge
from .context import Context


def _sigmoid(x: Floats) -> Floats:
    t = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0 / (1.0 + t), t / (1.0 + t))


def _log_sigmoid(x: Floats) -> Floats:
    return np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x)))


UNARY: dict[str, Callable[[Any], Any]] = {
    "neg": np.negative,
    "abs": np.abs,
    "sign": np.sign,
    "floor": np.floor,
    "round": np.round,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "sigmoid": _sigmoid,
    "log_sigmoid": _log_sigmoid,
    "tanh": np.tanh,
    "not": lambda x: (x == 0).astype(np.float64),
}

BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": np.add,
    "sub": np.subtract,
    "div": np.divide,
    "pow": np.power,
    "min": np.minimum,
    "max": np.maximum,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "eq": np.equal,
    "ne": np.not_equal,
}


def unary(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """A function of one score."""
    (x,) = args
    with np.errstate(all="ignore"):
        values = UNARY[node.op](x.values)
    return finish(x.layout, values, merge(args, x.layout.size))


def piecewise(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """Straight lines through knots."""
    (x,) = args
    xs, ys = zip(*node.param("knots"), strict=True)
    return finish(x.layout, np.interp(x.values, xs, ys), merge(args, x.layout.size))


def binary(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """A function of two scores without absorption."""
    layout, both = align(args)
    with np.errstate(all="ignore"):
        values = BINARY[node.op](both[0].values, both[1].values)
    return finish(layout, values.astype(np.float64, copy=False), merge(both, layout.size))


def _decided(node: Expr, a: Cells, b: Cells, deciding: Callable[[Floats], Bools]) -> Bools:
    """Where one operand alone decides."""
    return (a.has_number() & deciding(a.values)) | (b.has_number() & deciding(b.values))


def mul(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """Multiplication: an exact 0 on either side makes 0, whatever the other."""
    layout, (a, b) = align(args)
    with np.errstate(all="ignore"):
        values = a.values * b.values
    status, reason = merge((a, b), layout.size)
    if status is not None and reason is not None:
        zero = _decided(node, a, b, lambda v: v == 0)
        status[zero] = SCORED
        reason[zero] = 0
        values = np.where(zero, 0.0, values)
    return finish(layout, values, (status, reason))


def logic(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """And, or: three-valued (Kleene)."""
    layout, (a, b) = align(args)
    conjunction = node.op == "and"
    p, q = a.values != 0, b.values != 0
    values = ((p & q) if conjunction else (p | q)).astype(np.float64)
    status, reason = merge((a, b), layout.size)
    if status is not None and reason is not None:
        sure = _decided(node, a, b, (lambda v: v == 0) if conjunction else (lambda v: v != 0))
        status[sure] = SCORED
        reason[sure] = 0
        values = np.where(sure, 0.0 if conjunction else 1.0, values)
    return finish(layout, values, (status, reason))


def where(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """The branch's own cell, whatever it is; an unscored condition makes it unscored."""
    layout, (cond, a, b) = align(args)
    taken = cond.values != 0
    values = np.where(taken, a.values, b.values)
    if a.status is None and b.status is None and cond.status is None and a.reason is None and b.reason is None:
        return Cells(layout, values)
    status = np.where(taken, a.statuses(), b.statuses())
    reason = np.where(taken, a.reasons(), b.reasons())
    if cond.status is not None:
        lost = cond.status >= UNSCORED
        status[lost] = cond.status[lost]
        reason[lost] = cond.reasons()[lost]
        values[lost] = None if values.dtype == object else 0.0
    return Cells(layout, values, status, reason)


def isscored(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """1 where there is a number; unknown stays unknown."""
    (x,) = args
    status = None
    if x.status is not None:
        status = np.where(x.status == SKIPPED, SKIPPED, SCORED).astype(np.uint8)
    return finish(x.layout, x.has_number().astype(np.float64), (status, None if status is None else x.reasons() * 0))
