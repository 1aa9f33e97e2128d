"""The standing of a cell in its group: rank, z-score, softmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..node import Expr
from ..values import SKIPPED, UNSCORED, Cells, Floats
from .align import align, finish
from .context import Context
from .groups import groups_of
from .reduce import EMPTY, Figures, Pool, _reduceat, _std, _sum
from .statistics import admission, base_codes, not_constant, representatives


def standing(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """A cell that ``where`` shuts out gets the figure it would have if it joined."""
    cells = dict(zip((role for role, _ in node.args), args, strict=True))
    layout, pool = admission(node, cells)
    keys = [(role, expr) for role, expr in node.args if role.startswith("key")]
    groups = groups_of([cells[role] for role, _ in keys], [expr for _, expr in keys], ctx)
    if groups.unknown or layout.known is not None or groups.layout.known is not None:
        return Cells.skipped(layout, score=True)
    _, (x, *_rest) = align([cells["x"], *([cells["where"]] if "where" in cells else []), *(cells[r] for r, _ in keys)])
    pool.codes, receiver_codes = base_codes(layout, groups)
    pool.count = groups.count
    if node.param("unit"):
        return _by_unit(node, pool, groups, ctx, layout)
    found = figure_of_each(node, pool, x)
    outside = pool.codes < 0
    if outside.any():
        depth = groups.layout.depth
        same = groups.layout.same(layout.outer(depth))
        reason = groups.reason[layout.owners(depth)] if same else x.reasons()
        found.values[outside], found.status[outside], found.reason[outside] = 0.0, UNSCORED, reason[outside]
    return Cells(layout, found.values, found.status, found.reason)


def _by_unit(node: Expr, pool: Pool, groups: Any, ctx: Context, layout: Any) -> Cells:
    prompts = ctx.rollouts.groups
    one, constant = representatives(pool, prompts)
    own = Cells(layout, one.values, None)
    figure = figure_of_each(node, one, own)
    chosen = np.full(int(prompts.max(initial=-1)) + 1, -1, dtype=np.int64)
    kept = _kept(pool, prompts)
    chosen[prompts[kept]] = np.arange(len(kept))
    index = chosen[prompts]
    values = np.where(index >= 0, figure.values[index], 0.0)
    status = np.where(index >= 0, figure.status[index], UNSCORED).astype(np.uint8)
    reason = np.where(index >= 0, figure.reason[index], EMPTY).astype(np.int32)
    codes = np.maximum(pool.codes, 0)
    found = Figures(values, status, reason)
    not_constant(found, constant[codes])
    outside = pool.codes < 0
    found.values[outside], found.status[outside] = 0.0, UNSCORED
    found.reason[outside] = groups.reason[outside]
    return Cells(layout, found.values, found.status, found.reason)


def figure_of_each(node: Expr, pool: Pool, x: Cells) -> Figures:
    """The standing of every cell of a pool."""
    count, codes = pool.count, pool.codes
    inside = codes >= 0
    safe = np.maximum(codes, 0)
    counted = inside & pool.admitted & ~pool.unknown & ~pool.unscored
    own_bad = (x.statuses() >= UNSCORED) if len(x.values) == len(codes) else np.zeros(len(codes), dtype=bool)
    bad = pool.unscored | own_bad
    kind = node.param("kind")
    with np.errstate(all="ignore"):
        if kind == "zscore":
            values, extra = _zscore(pool, counted, safe, node.param("ddof"), node.param("eps"))
        elif kind == "softmax":
            values, extra = _softmax(pool, counted, safe), np.zeros(len(codes), dtype=bool)
        else:
            values = _rank(pool, counted & ~bad, inside & ~bad & ~pool.unknown, safe, node.param("ties"), node.param("pct"))
            extra = np.zeros(len(codes), dtype=bool)
    status = np.zeros(len(codes), dtype=np.uint8)
    reason = np.zeros(len(codes), dtype=np.int32)
    status[extra], reason[extra] = UNSCORED, EMPTY
    status[bad] = UNSCORED
    reason[bad] = np.where(pool.unscored, pool.reason, x.reasons() if len(x.values) == len(codes) else 0)[bad]
    cells = finish(x.layout, values, (status, reason)) if x.layout.size == len(values) else None
    if cells is not None:
        values, status, reason = cells.values, cells.statuses().copy(), cells.reasons().copy()
    unknown = np.zeros(max(count, 1), dtype=bool)
    unknown[codes[inside & pool.unknown]] = True
    lost = inside & unknown[safe]
    if x.status is not None and len(x.values) == len(codes):
        lost |= x.status == SKIPPED
    values[lost], status[lost], reason[lost] = 0.0, SKIPPED, 0
    return Figures(values, status, reason)


def _zscore(pool: Pool, counted: Any, safe: Any, ddof: int, eps: float) -> tuple[Floats, Any]:
    count = max(pool.count, 1)
    codes, v = pool.codes[counted], pool.values[counted]
    n = np.bincount(codes, minlength=count)
    mean = _sum(codes, v, count) / n
    spread = _std(codes, v, count, ddof)
    same = _reduceat(np.minimum, codes, v, count) == _reduceat(np.maximum, codes, v, count)
    values = (pool.values - mean[safe]) / (spread[safe] + eps)
    values = np.where(same[safe], 0.0, values)
    nobody = (n == 0)[safe]
    return np.where(nobody, 0.0, values), nobody


def _softmax(pool: Pool, counted: Any, safe: Any) -> Floats:
    count = max(pool.count, 1)
    codes, v = pool.codes[counted], pool.values[counted]
    n = np.bincount(codes, minlength=count)
    high = _reduceat(np.maximum, codes, v, count)
    values = np.empty(len(safe))
    weight = np.exp(v - high[codes])
    total = _sum(codes, weight, count)
    values = np.exp(pool.values - high[safe]) / total[safe]
    joining = ~counted
    if joining.any():
        for i in np.flatnonzero(joining & (pool.codes >= 0)):
            g = safe[i]
            members = v[codes == g] if n[g] else np.zeros(0)
            top = max(float(high[g]), float(pool.values[i])) if n[g] else float(pool.values[i])
            weights = np.exp(members - top)
            own = np.exp(pool.values[i] - top)
            values[i] = own / (_sum(np.zeros(len(weights) + 1, dtype=np.int64), np.append(weights, own), 1)[0])
    return values


def _rank(pool: Pool, counted: Any, wanted: Any, safe: Any, ties: str, pct: bool) -> Floats:
    """Places by one sort of the counted, and a search in it for every cell that wants one."""
    values = np.zeros(len(safe))
    codes, v = pool.codes[counted], pool.values[counted]
    order = np.lexsort((v, codes))
    sorted_codes, sorted_v = codes[order], v[order]
    count = max(pool.count, 1)
    sizes = np.bincount(sorted_codes, minlength=count)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    # Runs of equal numbers: how many of the group lie below, and how many at or below.
    unique, inverse = np.unique(pool.values, return_inverse=True)
    key = safe * max(len(unique), 1) + inverse.reshape(-1)
    counted_key = np.sort(key[counted])
    below = np.searchsorted(counted_key, key, side="left") - starts[safe]
    upto = np.searchsorted(counted_key, key, side="right") - starts[safe]
    joins = (~counted).astype(np.int64)
    upto = upto + joins
    if ties == "average":
        place = (below + upto + 1) / 2
    elif ties == "min":
        place = below + 1.0
    elif ties == "max":
        place = upto.astype(np.float64)
    else:
        place = below + 1.0 + _equal_before(key, counted)
    values[wanted] = place[wanted]
    if pct:
        values = values / np.maximum(sizes[safe] + joins, 1)
    return values


def _equal_before(key: Any, counted: Any) -> Floats:
    """How many counted cells of the same group and number stand before each cell."""
    _, codes = np.unique(key, return_inverse=True)
    codes = codes.reshape(-1)
    order = np.argsort(codes, kind="stable")
    seen = np.cumsum(counted[order]) - counted[order]
    first = np.concatenate([[True], codes[order][1:] != codes[order][:-1]]) if len(order) else np.zeros(0, dtype=bool)
    base = np.maximum.accumulate(np.where(first, seen, 0)) if len(order) else seen
    out = np.zeros(len(key))
    out[order] = seen - base
    return out


