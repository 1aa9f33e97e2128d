"""Side by side, against each other, and from one split of a text to another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..chance import uniform
from ..node import Expr
from ..spans import Placed, held_by
from ..values import FAILED, SCORED, SKIPPED, UNSCORED, Bools, Cells, Codes, ContractError, Ints, Layout
from .align import align, finish
from .context import Context


def stack(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """Several scores as one, on a new innermost axis."""
    layout, parts = align(args)
    k = len(parts)
    new = Layout(layout.n, (*layout.counts, np.full(layout.size, k, dtype=np.int64)), layout.known)
    values = np.stack([c.values for c in parts], axis=1).reshape(-1)
    if all(c.status is None and c.reason is None for c in parts):
        return Cells(new, values)
    status = np.stack([c.statuses() for c in parts], axis=1).reshape(-1)
    return Cells(new, values, status, np.stack([c.reasons() for c in parts], axis=1).reshape(-1))


def spread(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """A flat score repeated on the axes of another."""
    x, over = args
    return x.spread(over.layout)


def opponents(ctx: Context, count: int | None, seed: int) -> tuple[Layout, Ints]:
    """Whom each rollout meets: the layout of axis ``opponent``, and the opponent's row of every cell."""
    memo_key = ("opponents", count, seed if count else 0)
    if memo_key in ctx.memo:
        found: tuple[Layout, Ints] = ctx.memo[memo_key][0]
        return found
    codes = ctx.rollouts.groups
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes, minlength=0)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    length = sizes[codes] if len(codes) else sizes
    me = np.repeat(np.arange(ctx.n), length)
    offset = np.arange(len(me)) - np.repeat(
        np.concatenate([[0], np.cumsum(length)[:-1]]) if ctx.n else [], length
    ).astype(np.int64)
    them = order[np.repeat(starts[codes], length) + offset]
    them = them[them != me]
    counts = length - 1
    if count is not None:
        them, counts = _draw(ctx, them, counts, count, seed)
    pair = (Layout(ctx.n, (np.asarray(counts, dtype=np.int64),)), np.asarray(them, dtype=np.int64))
    ctx.memo[memo_key] = (pair, ())
    return pair


def _draw(ctx: Context, them: Ints, counts: Ints, count: int, seed: int) -> tuple[Ints, Ints]:
    ids, chosen, start = ctx.rollouts.ids, [], 0
    for i, k in enumerate(counts.tolist()):
        others = them[start : start + k].tolist()
        start += k
        drawn = sorted(others, key=lambda j: uniform(seed, ctx.step, f"{ids[i]}|{ids[j]}"))[:count]
        chosen.append(sorted(drawn))
    lengths = np.asarray([len(c) for c in chosen], dtype=np.int64).reshape(len(counts))
    return np.asarray([j for c in chosen for j in c], dtype=np.int64), lengths


def other(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """The opponent's value."""
    (x,) = args
    layout, them = opponents(ctx, node.param("opponents"), node.param("seed"))
    return x.take(them, layout)


def _places(cells: Cells, node: Expr, rows: Bools) -> tuple[Ints, Ints, Bools]:
    """The pieces of some rollouts: which cells they are; rollout, message and start of each; which have no characters.

    A piece without a span (None) stands nowhere and counts as one without characters.
    """
    owners = cells.layout.rows
    index = np.flatnonzero(rows[owners])
    if isinstance(cells, Placed):
        marks = cells.marks if len(index) == cells.layout.size else cells.marks[index]
        return index, np.column_stack([owners[index], marks[:, :2]]), marks[:, 1] >= marks[:, 2]
    items = (cells.values if len(index) == cells.layout.size else cells.values[index]).tolist()
    try:
        spans = [item.span for item in items]
    except AttributeError:
        bare = next(i for i, item in enumerate(items) if not hasattr(item, "span"))
        raise ContractError(
            f"row {owners[index[bare]]}: {node!r} gives pieces without spans, so their place in the text is not known: "
            "split with gd.text.steps(), sentences(), tokens() or a function that returns gd.Piece"
        ) from None
    try:
        found = [[span.message for span in spans], [span.start for span in spans], [span.stop for span in spans]]
    except AttributeError:
        known = [(_NOWHERE, 0, 0) if span is None else (span.message, span.start, span.stop) for span in spans]
        found = [list(column) for column in zip(*known, strict=True)]
    table = np.stack([owners[index], *np.asarray(found[:2], dtype=np.int64)], axis=1)
    return index, table, table[:, 2] >= np.asarray(found[2], dtype=np.int64)


_NOWHERE = -1 << 62  # a message that no piece with a span has


def _trouble(x: Cells, *splits: Cells) -> tuple[Codes, npt.NDArray[np.int32]]:
    """Per rollout: whether the score or a split is not known yet, or a split could not be made, and why.

    Of several reasons the first split's first one counts. A score may not be known though its split is.
    """
    n = x.layout.n
    status, reason = np.zeros(n, dtype=np.uint8), np.zeros(n, dtype=np.int32)
    for cells in reversed(splits):
        if cells.status is not None:
            bad = np.flatnonzero(cells.status == UNSCORED)[::-1]  # of several, the first is written last
            rows = cells.layout.rows[bad]
            status[rows], reason[rows] = UNSCORED, cells.reasons()[bad]
    for cells in (x, *splits):
        lost = np.zeros(n, dtype=bool) if cells.layout.known is None else ~cells.layout.known
        if cells.status is not None and cells is not x:
            lost[cells.layout.rows[cells.status == SKIPPED]] = True
        status[lost], reason[lost] = SKIPPED, 0
    return status, reason


def _owners(fine: Cells, coarse: Cells, nodes: tuple[Expr, Expr], rows: Bools) -> tuple[Ints, Ints]:
    """Of some rollouts the fine pieces that lie in a coarse one, and the coarse pieces they lie in (as cells)."""
    inside, places, empty = _places(fine, nodes[0], rows)
    outside, table, _ = _places(coarse, nodes[1], rows)
    owner = held_by(places, empty, table)
    held = owner >= 0
    return inside[held], outside[owner[held]]


def _cells_of(x: Cells, split: Cells, pieces: Ints) -> Ints:
    """The cells of a score that stand for some pieces of its split; rollouts not known of the score hold none."""
    if x.layout.known is None and split.layout.known is None:
        return pieces
    rows = split.layout.rows[pieces]
    cells: Ints = pieces - split.layout.offsets(0)[rows] + x.layout.offsets(0)[rows]
    return cells


def onto(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """Each piece's score on the finer pieces inside it; see ``Scans.onto``."""
    x, coarse, fine = args
    layout = fine.layout
    trouble, why = _trouble(x, fine, coarse)
    inside, owner = _owners(fine, coarse, (node.children[2], node.children[1]), trouble == SCORED)
    owner = _cells_of(x, coarse, owner)
    giver, taker, sharers = _landings(node.param("at"), inside, owner, x.layout, layout, trouble == SCORED)
    statuses = x.statuses()[giver]
    given = x.values[giver] / sharers if node.param("at") == "share" else x.values[giver]
    values = np.bincount(taker, np.where(statuses <= FAILED, given, 0.0), minlength=layout.size).astype(np.float64)
    status, reason = trouble[layout.rows], why[layout.rows]
    for code in (UNSCORED, SKIPPED):
        bad = np.flatnonzero(statuses == code)[::-1]  # of several, the first is written last
        status[taker[bad]], reason[taker[bad]] = code, x.reasons()[giver[bad]]
    return finish(layout, values, (status, reason))


def _landings(at: str, inside: Ints, owner: Ints, x: Layout, fine: Layout, rows: Bools) -> tuple[Ints, Ints, Ints]:
    """Which cell of the score lands on which fine piece, in the order of the score's cells, and on how many it lands.

    ``inside`` are the fine pieces, ascending, that lie in the cells ``owner``.
    """
    sharers = np.bincount(owner, minlength=x.size)
    last, first = np.full(x.size, -1, dtype=np.int64), np.zeros(x.size, dtype=np.int64)
    last[owner] = inside
    first[owner[::-1]] = inside[::-1]
    # A cell that holds nothing gives to the nearest fine piece that lies in a cell before it, else to the first one.
    low, high = fine.offsets(0)[:-1][x.rows], fine.offsets(0)[1:][x.rows]
    gives = rows[x.rows] & (high > low)
    bare = np.flatnonzero((sharers == 0) & gives)
    last[bare] = first[bare] = np.maximum(np.maximum.accumulate(last)[bare], low[bare])
    if at in ("first", "last"):
        giver = np.flatnonzero(gives)
        taker = (first if at == "first" else last)[giver]
        return giver, taker, np.ones(len(giver), dtype=np.int64)
    giver, taker = np.concatenate([owner, bare]), np.concatenate([inside, last[bare]])
    order = np.argsort(giver, kind="stable")
    return giver[order], taker[order], np.maximum(sharers, 1)[giver[order]]


def within(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """Fine pieces nested under the coarse pieces they lie in."""
    x, fine, coarse = args
    n, size = coarse.layout.n, coarse.layout.size
    trouble, why = _trouble(x, coarse, fine)
    inside, owner = _owners(fine, coarse, (node.children[1], node.children[2]), trouble == SCORED)
    rows = coarse.layout.rows
    known = trouble != SKIPPED
    spoilt = np.flatnonzero(trouble[rows] == UNSCORED)  # one cell stands for all that would lie in such a piece
    inside = _cells_of(x, fine, inside)
    owner, index = np.concatenate([owner, spoilt]), np.concatenate([inside, np.full(len(spoilt), -1)])
    order = np.argsort(owner, kind="stable")
    owner, index = owner[order], index[order]
    counts = np.where(known, coarse.layout.counts[0], 0)
    layout = Layout(n, (counts, np.bincount(owner, minlength=size)[known[rows]]), known)
    lost = index < 0
    if not lost.any():
        return x.take(index, layout)
    values = np.full(len(index), None, dtype=object) if x.values.dtype == object else np.zeros(len(index))
    status, reason = np.full(len(index), UNSCORED, dtype=np.uint8), why[rows[owner]]
    kept = ~lost
    values[kept] = x.values[index[kept]]
    status[kept], reason[kept] = x.statuses()[index[kept]], x.reasons()[index[kept]]
    return Cells(layout, values, status, reason)
