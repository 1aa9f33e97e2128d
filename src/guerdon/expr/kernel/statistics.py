"""Statistics: along an axis, and over groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..node import Expr
from ..values import SKIPPED, UNSCORED, Bools, Cells, ContractError, Ints, Layout, reason_code
from .align import DIFFER, Reasons, align, onto_layout, shapes
from .context import Context
from .groups import Groups, first_of, groups_of, places
from .reduce import Figures, Pool, figures, nobody

NOT_CONSTANT = reason_code("not constant in its prompt")
PAIRS_AT_ONCE = 4_000_000
PAIRS_AT_MOST = 4_000_000_000


def admission(node: Expr, cells: dict[str, Cells]) -> tuple[Layout, Pool, Cells]:
    """The cells of a statistic on their common layout, with who is admitted, and x itself there.

    The groups are filled in by the caller.
    """
    order = [cells[role] for role, _ in node.args if role == "x" or role == "where"]
    keys = [c for role, c in cells.items() if role.startswith("key")]
    layout, spread = align([*order, *keys])
    x = spread[0]
    unscored = x.statuses() == UNSCORED
    unknown = x.statuses() == SKIPPED
    reason = x.reasons().copy()
    admitted = np.ones(layout.size, dtype=bool)
    if "where" in cells:
        where = spread[1]
        admitted = (where.values != 0) | ~where.has_number()
        shut = ~admitted
        unscored &= ~shut
        unknown &= ~shut
        if where.status is not None:
            lost = where.status == UNSCORED
            unscored |= lost
            unknown &= ~lost
            reason[lost] = where.reasons()[lost]
            unknown |= where.status == SKIPPED
    zeros = np.zeros(layout.size, dtype=np.int64)
    return layout, Pool(zeros, x.values, admitted, unknown, unscored, reason, zeros, 0), x


def stat(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """A statistic; see ``ops.py`` for the parameters."""
    cells = dict(zip((role for role, _ in node.args), args, strict=True))
    level = node.param("level")
    if level is not None:
        return _along(node, cells, level)
    return _over(node, cells, ctx)


def _along(node: Expr, cells: dict[str, Cells], level: int) -> Cells:
    layout, pool, _ = admission(node, cells)
    parents = layout.outer(level)
    counts = [*layout.counts[:level]]
    size = parents.size
    for k in node.param("inner"):
        counts.append(np.full(size, k, dtype=np.int64))
        size *= k
    # Where a rollout's pieces are not known yet, it still has its one figure, itself not known.
    result = Layout(layout.n, tuple(counts), layout.known if level else None)
    owners = _owners(layout, level, node.param("inner"), pool)
    pool.codes, pool.count, pool.place = owners, size, owners
    if node.param("stat") == "argmax":
        pool.place = places(owners, size)
    found = figures(node.param("stat"), pool, dict(node.params), parts=node.param("parts"))
    if "empty" in cells:
        _fill_empty(found, onto_layout(cells["empty"], result), nobody(pool))
    if layout.known is not None and level == 0:
        lost = ~layout.known[result.rows]
        found.values[lost], found.status[lost], found.reason[lost] = 0.0, SKIPPED, 0
    return Cells(result, found.values, found.status, found.reason)


def _owners(layout: Layout, level: int, inner: tuple[int, ...], pool: Pool) -> Ints:
    """The result cell of each cell; beside each other, where axes inside the reduced one stay."""
    if not inner:
        return layout.owners(level)
    each = int(np.prod(inner))
    piece = layout.owners(level + 1)
    sizes = np.bincount(piece, minlength=layout.outer(level + 1).size)
    start = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    within = np.arange(layout.size) - start[piece]
    pool.unscored |= (sizes != each)[piece]  # only rollouts whose lengths differed, unscored already
    owners: Ints = layout.owners(level) * each + np.minimum(within, each - 1)
    return owners


def _fill_empty(found: Figures, empty: Cells, gone: Bools) -> None:
    found.values[gone] = empty.values[gone]
    found.status[gone] = empty.statuses()[gone]
    found.reason[gone] = empty.reasons()[gone]


def _over(node: Expr, cells: dict[str, Cells], ctx: Context) -> Cells:
    layout, pool, _ = admission(node, cells)
    keys = [(role, expr) for role, expr in node.args if role.startswith("key")]
    groups = groups_of([cells[role] for role, _ in keys], [expr for _, expr in keys], ctx)
    if groups.unknown or (layout.known is not None) or (groups.layout.known is not None):
        return Cells.skipped(groups.layout, score=True)
    seats = base_codes(layout, groups, cells)
    pool.codes, pool.count, pool.place = seats.base, groups.count, places(seats.base, groups.count)
    found, gone = _received(node, pool, seats.receivers, groups.layout, layout, ctx)
    if "empty" in cells:
        _fill_empty(found, onto_layout(cells["empty"], groups.layout), gone)
    outside = seats.receivers < 0
    found.values[outside], found.status[outside] = 0.0, UNSCORED
    found.reason[outside] = seats.receivers_reason[outside]
    return Cells(groups.layout, found.values, found.status, found.reason)


class Seats(NamedTuple):
    """The group of every base cell and of every receiver, -1 where there is none, and why there is none."""

    base: Ints
    base_reason: Reasons
    receivers: Ints
    receivers_reason: Reasons


def base_codes(layout: Layout, groups: Groups, cells: Mapping[str, Cells]) -> Seats:
    """Who belongs to which group.

    In a rollout where a key differs in length from what is counted, nobody is counted and nobody receives.
    """
    depth = groups.layout.depth
    differs = np.zeros(layout.n, dtype=bool)
    for part in (cells[role].layout for role in ("x", "where") if role in cells):
        shared = min(depth, part.depth)
        mine, theirs = part.outer(shared), groups.layout.outer(shared)
        if shared and not mine.same(theirs):
            pairs = zip(shapes(mine), shapes(theirs), strict=True)
            differs |= np.fromiter((a != b for a, b in pairs), dtype=bool, count=layout.n)
    if not differs.any():
        owners = layout.owners(depth)
        return Seats(groups.codes[owners], groups.reason[owners], groups.codes, groups.reason)
    outer = layout.outer(depth)
    codes = np.full(outer.size, -1, dtype=np.int64)
    reason = np.full(outer.size, DIFFER, dtype=np.int32)
    codes[~differs[outer.rows]] = groups.codes[~differs[groups.layout.rows]]
    reason[~differs[outer.rows]] = groups.reason[~differs[groups.layout.rows]]
    lost = differs[groups.layout.rows]
    owners = layout.owners(depth)
    receivers, why = np.where(lost, -1, groups.codes), np.where(lost, DIFFER, groups.reason)
    return Seats(codes[owners], reason[owners], receivers, why.astype(np.int32))


def _received(
    node: Expr, pool: Pool, codes: Ints, receivers: Layout, layout: Layout, ctx: Context
) -> tuple[Figures, Bools]:
    """The figure that each receiver gets, before ``empty``; and who gets that of nobody."""
    what, params, count = node.param("stat"), dict(node.params), pool.count
    constant, waits = np.ones(count, dtype=bool), np.zeros(count, dtype=bool)
    if node.param("unit"):
        index, constant, waits = representatives(pool, ctx.rollouts.groups)
        pool = pool.take(index, pool.codes[index], pool.count)
    if node.param("leave_one_out"):
        return _leave_one_out(what, params, pool, layout, receivers, codes)
    found = figures(what, pool, params, parts=False)
    waits = waits[:count]
    found.values[waits], found.status[waits], found.reason[waits] = 0.0, SKIPPED, 0
    not_constant(found, constant[:count])
    inside = np.maximum(codes, 0)
    if count == 0:
        found = Figures(np.zeros(1), np.full(1, UNSCORED, dtype=np.uint8), np.zeros(1, dtype=np.int32))
        return Figures(found.values[inside], found.status[inside], found.reason[inside]), inside < 0
    spread = Figures(found.values[inside], found.status[inside], found.reason[inside])
    return spread, (nobody(pool) & ~waits)[inside] & (codes >= 0)


def not_constant(found: Figures, constant: Bools) -> None:
    """Take the number from groups in which a prompt's rollouts disagree."""
    bad = ~constant & (found.status != SKIPPED)
    found.values[bad], found.status[bad], found.reason[bad] = 0.0, UNSCORED, NOT_CONSTANT


def representatives(pool: Pool, prompts: Ints) -> tuple[Ints, Bools, Bools]:
    """One cell per prompt: its first with a number, else its first admitted; which groups are sound; and which wait.

    A group is sound if the numbers of each of its prompts are equal. A cell that is not known yet stands for its prompt
    before any other; all groups that its prompt has cells in wait for it, for the prompt may come to count in any.
    """
    count = int(prompts.max(initial=-1)) + 1
    inside = pool.codes >= 0
    known = inside & pool.admitted & ~pool.unknown
    number = known & ~pool.unscored
    chosen = first_of(number, prompts, count)
    constant = np.ones(max(pool.count, 1), dtype=bool)
    odd = number & (pool.values != pool.values[chosen[prompts]])
    constant[pool.codes[chosen[prompts[odd]]]] = False
    chosen = np.where(chosen < 0, first_of(known, prompts, count), chosen)
    unknown = first_of(inside & pool.unknown, prompts, count)
    chosen = np.where(unknown >= 0, unknown, chosen)
    waits = np.zeros(max(pool.count, 1), dtype=bool)
    waits[pool.codes[inside & (unknown >= 0)[prompts]]] = True
    return np.sort(chosen[chosen >= 0]), constant, waits


def _leave_one_out(
    what: str, params: dict[str, Any], pool: Pool, layout: Layout, receivers: Layout, codes: Ints
) -> tuple[Figures, Bools]:
    """Each receiver's figure of the others: over pairs, in order, so that every sum is the plain one."""
    rows = layout.rows
    order = np.argsort(pool.codes, kind="stable")
    outside = int((pool.codes < 0).sum())
    sizes = np.bincount(pool.codes[pool.codes >= 0], minlength=pool.count)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64) + outside
    total = len(codes)
    found = Figures(np.zeros(total), np.zeros(total, dtype=np.uint8), np.zeros(total, dtype=np.int32))
    gone = np.zeros(total, dtype=bool)
    length = np.where(codes >= 0, sizes[np.maximum(codes, 0)], 0) if pool.count else np.zeros(total, dtype=np.int64)
    if int(length.sum()) > PAIRS_AT_MOST:
        raise ContractError(
            f"leave_one_out over groups of up to {int(sizes.max())} rollouts compares too many pairs: "
            "write (s.sum(over=...) - s) / (s.count(over=...) - 1) instead"
        )
    edges = np.concatenate([[0], np.cumsum(length)])
    begin = 0
    while begin < total:
        end = max(begin + 1, int(np.searchsorted(edges, edges[begin] + PAIRS_AT_ONCE, side="right")) - 1)
        span = length[begin:end]
        receiver = np.repeat(np.arange(end - begin), span)
        offset = np.arange(int(span.sum())) - np.repeat(np.concatenate([[0], np.cumsum(span)[:-1]]), span)
        index = order[np.repeat(starts[np.maximum(codes[begin:end], 0)], span) + offset.astype(np.int64)]
        others = rows[index] != receivers.rows[begin:end][receiver]
        part = pool.take(index[others], receiver[others], end - begin)
        figure = figures(what, part, params, parts=False)
        found.values[begin:end], found.status[begin:end] = figure.values, figure.status
        found.reason[begin:end] = figure.reason
        gone[begin:end] = nobody(part)
        begin = end
    return found, gone & (codes >= 0)
