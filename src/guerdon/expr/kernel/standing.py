"""The standing of a cell in its group: rank, z-score, softmax.

A cell that ``where`` shuts out gets the figure it would have if it joined the counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..node import Expr
from ..values import SKIPPED, UNSCORED, Bools, Cells, Floats, Ints, Layout
from .align import Reasons, finish
from .context import Context
from .groups import Groups, first_of, groups_of
from .plain import plain_zscore
from .reduce import EMPTY, Moments, Pool, most, total
from .statistics import NOT_CONSTANT, admission, base_codes, representatives


@dataclass
class Crowd:
    """Cells in groups: their numbers, who is counted, and who wants a figure."""

    codes: Ints
    values: Floats
    counted: Bools
    wanted: Bools
    count: int


def standing(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """Each cell's standing; see ``ops.py`` for the parameters."""
    cells = dict(zip((role for role, _ in node.args), args, strict=True))
    keys = [(role, expr) for role, expr in node.args if role.startswith("key")]
    groups = groups_of([cells[role] for role, _ in keys], [expr for _, expr in keys], ctx)
    if _is_plain(node, cells, groups):
        x = cells["x"]
        codes = None if groups.count == 1 else groups.codes
        if codes is not None and groups.layout.depth < x.layout.depth:
            codes = codes[x.layout.owners(groups.layout.depth)]
        return finish(x.layout, plain_zscore(x.values, codes, node.param("ddof"), node.param("eps")), (None, None))
    layout, pool, x = admission(node, cells)
    if groups.unknown or layout.known is not None or groups.layout.known is not None:
        return Cells.skipped(layout, score=True)
    pool.codes, why, _, _ = base_codes(layout, groups, cells)
    pool.count = max(groups.count, 1)
    found = _of_prompts(node, pool, ctx, layout) if node.param("unit") else _of_cells(node, pool, x, layout)
    return _outside(found, pool, why, layout)


def _is_plain(node: Expr, cells: Mapping[str, Cells], groups: Groups) -> bool:
    """Whether this is a z-score of numbers alone, each in a group."""
    x = cells["x"]
    if node.param("kind") != "zscore" or node.param("unit") or "where" in cells or x.status is not None:
        return False
    if not x.layout.size or x.layout.known is not None or groups.unknown or groups.layout.known is not None:
        return False
    depth = groups.layout.depth
    return (
        depth <= x.layout.depth and bool(groups.codes.min(initial=0) >= 0) and groups.layout.same(x.layout.outer(depth))
    )


def _outside(found: Cells, pool: Pool, why: Reasons, layout: Layout) -> Cells:
    """Cells of no group, whatever else is known of them: their key has no value."""
    outside = pool.codes < 0
    if not outside.any():
        return found
    values, status, reason = found.values.copy(), found.statuses().copy(), found.reasons().copy()
    values[outside], status[outside], reason[outside] = 0.0, UNSCORED, why[outside]
    return Cells(layout, values, status, reason)


def _unknown_groups(pool: Pool) -> Bools:
    lost = np.zeros(pool.count, dtype=bool)
    lost[pool.codes[(pool.codes >= 0) & pool.unknown]] = True
    return lost


def _of_cells(node: Expr, pool: Pool, x: Cells, layout: Layout) -> Cells:
    inside = pool.codes >= 0
    counted = inside & pool.admitted & ~pool.unknown & ~pool.unscored
    own = x.statuses()
    bad = pool.unscored | (own == UNSCORED)
    wanted = inside & ~bad & (own != SKIPPED)
    values, nobody = figure(node, Crowd(pool.codes, x.values, counted, wanted, pool.count))
    status, reason = np.zeros(layout.size, dtype=np.uint8), np.zeros(layout.size, dtype=np.int32)
    status[nobody], reason[nobody] = UNSCORED, EMPTY
    status[bad] = UNSCORED
    reason[bad] = np.where(pool.unscored, pool.reason, x.reasons())[bad]
    lost = (own == SKIPPED) | (inside & _unknown_groups(pool)[np.maximum(pool.codes, 0)])
    status[lost], reason[lost] = SKIPPED, 0
    return finish(layout, values, (status, reason))


def _of_prompts(node: Expr, pool: Pool, ctx: Context, layout: Layout) -> Cells:
    """Prompt groups against each other, each by one of its rollouts; every rollout receives its prompt's figure."""
    prompts = ctx.rollouts.groups
    index, constant, waits = representatives(pool, prompts)
    one = pool.take(index, pool.codes[index], pool.count)
    good = ~one.unknown & ~one.unscored
    values, nobody = figure(node, Crowd(one.codes, one.values, good & one.admitted, good, one.count))
    status = np.where(one.unscored | nobody, UNSCORED, 0).astype(np.uint8)
    reason = np.where(one.unscored, one.reason, np.where(nobody, EMPTY, 0)).astype(np.int32)
    odd = ~constant[one.codes]
    status[odd], reason[odd] = UNSCORED, NOT_CONSTANT
    lost = waits[one.codes]
    status[lost], reason[lost] = SKIPPED, 0
    figures = finish(Layout(len(index)), values, (status, reason))
    place = np.full(int(prompts.max(initial=-1)) + 1, -1, dtype=np.int64)
    place[prompts[index]] = np.arange(len(index))
    mine = place[prompts]
    if (mine < 0).any():  # a prompt with nobody admitted has no figure
        none = Cells(Layout(1), np.zeros(1), np.full(1, UNSCORED, np.uint8), np.full(1, EMPTY, np.int32))
        figures = Cells(
            Layout(len(index) + 1),
            np.append(figures.values, none.values),
            np.append(figures.statuses(), none.statuses()),
            np.append(figures.reasons(), none.reasons()),
        )
    return figures.take(mine, layout)


def figure(node: Expr, crowd: Crowd) -> tuple[Floats, Bools]:
    """The standing of every wanted cell, and which of them stand alone against nobody."""
    nobody = np.zeros(len(crowd.codes), dtype=bool)
    with np.errstate(all="ignore"):
        kind = node.param("kind")
        if kind == "zscore":
            values, nobody = _zscore(crowd, node.param("ddof"), node.param("eps"))
        elif kind == "softmax":
            values = _softmax(crowd)
        else:
            values = _rank(crowd, node.param("ties"), node.param("pct"))
    return np.where(crowd.wanted & ~nobody, values, 0.0), nobody & crowd.wanted


def _zscore(crowd: Crowd, ddof: int, eps: float) -> tuple[Floats, Bools]:
    safe = np.maximum(crowd.codes, 0)
    everybody = bool(crowd.counted.all())
    codes, v = (crowd.codes, crowd.values) if everybody else (crowd.codes[crowd.counted], crowd.values[crowd.counted])
    found = Moments.of(codes, v, crowd.count)
    spread = found.deviation(codes, ddof)
    values = found.centred if everybody else crowd.values - found.mean[safe]
    values = values / (spread + eps)[safe]
    values[found.constant[safe]] = 0.0
    nobody: Bools = (found.n == 0)[safe]
    return values, nobody


def _softmax(crowd: Crowd) -> Floats:
    codes, v = crowd.codes[crowd.counted], crowd.values[crowd.counted]
    high = most(codes, v, crowd.count)
    sums = total(codes, np.exp(v - high[codes]), crowd.count)
    safe = np.maximum(crowd.codes, 0)
    values: Floats = np.exp(crowd.values - high[safe]) / sums[safe]
    for i in np.flatnonzero(crowd.wanted & ~crowd.counted).tolist():
        members = v[codes == crowd.codes[i]]
        joined = np.append(members, crowd.values[i])
        weights = np.exp(joined - joined.max())
        values[i] = weights[-1] / total(np.zeros(len(weights), dtype=np.int64), weights, 1)[0]
    return values


def _rank(crowd: Crowd, ties: str, pct: bool) -> Floats:
    """Places by one sort of the counted, and a search in it for every cell."""
    safe = np.maximum(crowd.codes, 0)
    unique, inverse = np.unique(crowd.values, return_inverse=True)
    key: Ints = safe * max(len(unique), 1) + inverse.reshape(-1)
    sizes = np.bincount(crowd.codes[crowd.counted], minlength=crowd.count)
    starts = (np.cumsum(sizes) - sizes)[safe]
    ordered = np.sort(key[crowd.counted])
    joins = (~crowd.counted).astype(np.int64)
    below = np.searchsorted(ordered, key, side="left") - starts
    upto = np.searchsorted(ordered, key, side="right") - starts + joins
    place: Any
    if ties == "average":
        place = (below + upto + 1) / 2
    elif ties == "min":
        place = below + 1.0
    elif ties == "max":
        place = upto.astype(np.float64)
    else:
        place = below + 1.0 + _equals_before(key, crowd.counted)
    values: Floats = place / np.maximum(sizes[safe] + joins, 1) if pct else place
    return values


def _equals_before(key: Ints, counted: Bools) -> Ints:
    """How many counted cells with the same key stand before each cell."""
    _, codes = np.unique(key, return_inverse=True)
    codes = codes.reshape(-1)
    count = int(codes.max(initial=-1)) + 1
    order = np.argsort(codes, kind="stable")
    seen: Ints = np.cumsum(counted[order]) - counted[order]
    heads = first_of(np.ones(len(order), dtype=bool), codes[order], count)
    out = np.zeros(len(key), dtype=np.int64)
    out[order] = seen - seen[heads][codes[order]]
    return out
