"""Side by side, against each other, and from one split of a text to another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..chance import uniform
from ..node import Expr
from ..spans import Span
from ..values import FAILED, SCORED, SKIPPED, UNSCORED, Cells, ContractError, Ints, Layout, objects
from .align import align
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


def _spans(cells: Cells, node: Expr, row: int) -> list[Span | None]:
    """The spans of a rollout's pieces."""
    low, high = cells.layout.offsets(0)[row : row + 2]
    found: list[Span | None] = []
    for item in cells.values[low:high]:
        if not hasattr(item, "span"):
            raise ContractError(
                f"row {row}: {node!r} gives pieces without spans, so their place in the text is not known: "
                "split with gd.text.steps(), sentences(), tokens() or a function that returns gd.Piece"
            )
        found.append(item.span)
    return found


def _not_yet(x: Cells, row: int) -> tuple[int, int] | None:
    """The trouble of a score that may lie on a split that is known, and is itself not known in a rollout."""
    return (SKIPPED, 0) if x.layout.known is not None and not x.layout.known[row] else None


def _trouble(row: int, *splits: Cells) -> tuple[int, int] | None:
    """Status and reason of a split that could not be made, or is not known yet."""
    worst: tuple[int, int] | None = None
    for cells in splits:
        if cells.layout.known is not None and not cells.layout.known[row]:
            return SKIPPED, 0
        if cells.status is None:
            continue
        low, high = cells.layout.offsets(0)[row : row + 2]
        part = cells.status[low:high]
        if (part == SKIPPED).any():
            return SKIPPED, 0
        bad = np.flatnonzero(part == UNSCORED)
        if len(bad) and worst is None:
            worst = UNSCORED, int(cells.reasons()[low + bad[0]])
    return worst


def owner_of(fine: Sequence[Span | None], coarse: Sequence[Span | None]) -> list[int]:
    """The coarse piece each fine piece lies in; -1 for none (a tool result's).

    A fine piece lies in the coarse piece that holds its first character, a separator in the piece before (the first
    piece of its message, where there is none before). A fine piece without characters lies in the last coarse piece.
    """
    owners = []
    for span in fine:
        if span is None or span.start == span.stop:
            owners.append(len(coarse) - 1)
            continue
        found, first = -1, -1
        for k, piece in enumerate(coarse):
            if piece is None or piece.message != span.message:
                continue
            first = k if first < 0 else first
            if piece.start <= span.start:
                found = k
        owners.append(found if found >= 0 else first)
    return owners


def onto(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """Each piece's score on the finer pieces inside it; see ``Scans.onto``."""
    x, coarse, fine = args
    layout = fine.layout
    values = np.zeros(layout.size)
    status = np.zeros(layout.size, dtype=np.uint8)
    reason = np.zeros(layout.size, dtype=np.int32)
    at = node.param("at")
    statuses, reasons = x.statuses(), x.reasons()
    o, f = x.layout.offsets(0), layout.offsets(0)
    lost = np.zeros(layout.size, dtype=bool)
    for row in range(layout.n):
        trouble = _not_yet(x, row) or _trouble(row, fine, coarse)
        if trouble is not None:
            status[f[row] : f[row + 1]], reason[f[row] : f[row + 1]] = trouble
            continue
        owners = owner_of(_spans(fine, node.children[2], row), _spans(coarse, node.children[1], row))
        for k in range(o[row], o[row + 1]):
            targets = _targets(owners, k - int(o[row]), at)
            for t in targets:
                cell = f[row] + t
                if statuses[k] > FAILED:
                    if not lost[cell] or (statuses[k] == SKIPPED and status[cell] != SKIPPED):
                        status[cell], reason[cell], lost[cell] = statuses[k], reasons[k], True
                else:
                    values[cell] += x.values[k] / len(targets) if at == "share" else x.values[k]
    values[status != SCORED] = 0.0
    return Cells(layout, values + 0.0, status, reason)


def _targets(owners: list[int], k: int, at: str) -> list[int]:
    inside = [i for i, owner in enumerate(owners) if owner == k]
    if not inside:
        before = [i for i, owner in enumerate(owners) if 0 <= owner < k]
        return [before[-1]] if before else ([0] if owners else [])
    if at == "first":
        return inside[:1]
    return inside[-1:] if at == "last" else inside


def within(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """Fine pieces nested under the coarse pieces they lie in."""
    x, fine, coarse = args
    f, c = x.layout.offsets(0), coarse.layout.offsets(0)
    counts: list[int] = []
    inner: list[int] = []
    index: list[int] = []
    spoilt: list[tuple[int, int]] = []  # (place among the result's cells, reason)
    known = np.ones(fine.layout.n, dtype=bool)
    for row in range(fine.layout.n):
        trouble = _not_yet(x, row) or _trouble(row, coarse, fine)
        pieces = int(c[row + 1] - c[row])
        if trouble is not None and trouble[0] == SKIPPED:
            known[row] = False
            counts.append(0)
            continue
        counts.append(pieces)
        if trouble is not None:
            spoilt += [(len(index) + k, trouble[1]) for k in range(pieces)]
            index += [0] * pieces
            inner += [1] * pieces
            continue
        owners = owner_of(_spans(fine, node.children[1], row), _spans(coarse, node.children[2], row))
        for k in range(pieces):
            inside = [int(f[row]) + i for i, owner in enumerate(owners) if owner == k]
            inner.append(len(inside))
            index.extend(inside)
    n = fine.layout.n
    shape = (np.asarray(counts, dtype=np.int64).reshape(n), np.asarray(inner, dtype=np.int64).reshape(len(inner)))
    layout = Layout(n, shape, known)
    if not spoilt:
        return x.take(np.asarray(index, dtype=np.int64).reshape(len(index)), layout)
    # What stands in for a spoilt piece is never looked at; where x holds nothing at all, everything is spoilt.
    source = x if x.layout.size else Cells(Layout(1), np.zeros(1) if x.is_score else objects([None], 1))
    found = source.take(np.asarray(index, dtype=np.int64).reshape(len(index)), layout)
    values, status, reason = found.values.copy(), found.statuses().copy(), found.reasons().copy()
    for place, why in spoilt:
        values[place] = None if values.dtype == object else 0.0
        status[place], reason[place] = UNSCORED, why
    return Cells(found.layout, values, status, reason)
