"""The clock, parameters, chance, and reading state."""

from __future__ import annotations

import math

import numpy as np

from .. import memory
from ..canonical import digest
from ..chance import uniform
from ..node import Expr
from ..values import UNSCORED, Cells, Floats, Layout, objects, reason_code
from .align import DOMAIN
from .context import Context
from .reduce import EMPTY


def _everywhere(number: float, n: int) -> Cells:
    """One number for every rollout, which takes the memory of one; not to be written to."""
    values: Floats = np.ndarray(n, np.float64, np.float64(number).tobytes(), strides=(0,))
    return Cells(Layout(n), values)


def step(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """The training step."""
    return _everywhere(ctx.step, ctx.n)


def lit(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """A number."""
    return _everywhere(node.param("value"), ctx.n)


def left_out(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """No number, on purpose."""
    reason = np.full(ctx.n, reason_code(node.param("reason")), dtype=np.int32)
    return Cells(Layout(ctx.n), np.zeros(ctx.n), np.full(ctx.n, UNSCORED, dtype=np.uint8), reason)


def param(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """What a hook has set."""
    value = ctx.params.get(node.param("name"), node.param("default"))
    if isinstance(node.param("default"), float):
        return _everywhere(float(value), ctx.n)
    return Cells(Layout(ctx.n), objects([value] * ctx.n, ctx.n))


def random(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """Uniform numbers by hash."""
    seed = node.param("seed")
    if node.param("over") == "rollout":
        values = [uniform(seed, ctx.step, key) for key in ctx.rollouts.ids]
    else:
        drawn: dict[int, float] = {}
        for row, group in enumerate(ctx.rollouts.groups.tolist()):
            if group not in drawn:
                drawn[group] = uniform(seed, ctx.step, _group_name(ctx, row))
        values = [drawn[group] for group in ctx.rollouts.groups.tolist()]
    return Cells(Layout(ctx.n), np.asarray(values, dtype=np.float64).reshape(ctx.n))


def _group_name(ctx: Context, row: int) -> str:
    """What a group is called wherever it is scored: its prompt, or (without one) its first rollout's id."""
    if "prompt" in ctx.rollouts:
        return digest(ctx.rollouts.column("prompt")[row]).hex()
    return ctx.rollouts.ids[row]


def running(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """A statistic of earlier batches, as the state stood before this one (or will stand after it)."""
    cells = dict(zip((role for role, _ in node.args), args, strict=True))
    state = ctx.state.get(node.key) or memory.fresh(node)
    n = ctx.n
    status, reason = np.zeros(n, dtype=np.uint8), np.zeros(n, dtype=np.int32)
    if node.param("sees") == "after":
        if memory.waits(node, cells):
            return Cells.skipped(Layout(n), score=True)
        state = memory.updated(node, state, cells)
    values = np.zeros(n)
    names = memory.keys_of(cells.get("by"), n)
    figures = {name: memory.figure(node, state, name) for name in set(names) if name is not None}
    empty = cells.get("empty")
    for i, name in enumerate(names):
        if name is None:
            by = cells["by"]
            status[i], reason[i] = by.statuses()[i], by.reasons()[i]
        elif (figure := figures[name]) is not None:
            if math.isfinite(figure):
                values[i] = figure
            else:
                status[i], reason[i] = UNSCORED, DOMAIN
        elif empty is not None:
            values[i], status[i], reason[i] = empty.values[i], empty.statuses()[i], empty.reasons()[i]
        else:
            status[i], reason[i] = UNSCORED, EMPTY
    return Cells(Layout(n), values + 0.0, status, reason)


def dual(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """A multiplier, as it stood before this batch."""
    state = ctx.state.get(node.key) or memory.fresh(node)
    return Cells(Layout(ctx.n), np.full(ctx.n, memory.multiplier(node, state)))
