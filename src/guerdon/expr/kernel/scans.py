"""Scans along the innermost axis, within each parent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..node import Expr
from ..values import FAILED, SCORED, Cells, Floats, Ints, Layout
from .align import align, finish, merge
from .context import Context
from .reduce import rounds

Step = Callable[[Floats, Floats], Floats]
"""From what is carried and the next numbers to what is carried on."""


def _parents(layout: Layout) -> tuple[Ints, Ints]:
    lengths = layout.counts[-1]
    return layout.offsets(layout.depth - 1)[:-1], lengths


def cumsum(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """Sums up to and with each piece."""
    (x,) = args
    return _carried(x, lambda carry, v: carry + v, reverse=False)


def reverse_cumsum(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """Discounted sums of each piece and those after it."""
    (x,) = args
    discount = node.param("discount")
    return _carried(x, lambda carry, v: v + discount * carry, reverse=True)


def suffix_min(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """The smallest from each piece on."""
    (x,) = args
    return _carried(x, np.minimum, reverse=True, start=np.inf)


def _carried(x: Cells, step: Step, *, reverse: bool, start: float = 0.0) -> Cells:
    """Walk all parents side by side, piece after piece; what has no number spoils all that follows."""
    starts, lengths = _parents(x.layout)
    order, running = rounds(lengths)
    heads, way = (starts + lengths - 1, -1) if reverse else (starts, 1)
    heads = heads[order]
    values = np.empty(x.layout.size)
    carry: Floats = np.full(len(starts), start)
    spoils = None if x.status is None else _Spoils(x, len(starts))
    with np.errstate(all="ignore"):
        for i, k in enumerate(running):
            at = heads[:k] + way * i
            carry[:k] = step(carry[:k], x.values[at])
            values[at] = carry[:k]
            if spoils is not None:
                spoils.walk(at, k)
    return finish(x.layout, values, (None, None) if spoils is None else (spoils.status, spoils.reason))


class _Spoils:
    """What has no number spoils all that follows it in its parent."""

    def __init__(self, x: Cells, parents: int) -> None:
        self.old_status, self.old_reason = x.statuses(), x.reasons()
        self.status, self.reason = self.old_status.copy(), self.old_reason.copy()
        self.spoilt = np.zeros(parents, dtype=np.uint8)
        self.why = np.zeros(parents, dtype=np.int32)

    def walk(self, at: Ints, k: int) -> None:
        """One step on, in the first ``k`` parents, to the cells ``at``."""
        new = np.flatnonzero((self.spoilt[:k] == SCORED) & (self.old_status[at] > FAILED))
        self.spoilt[new], self.why[new] = self.old_status[at[new]], self.old_reason[at[new]]
        self.status[at], self.reason[at] = self.spoilt[:k], self.why[:k]


def shift(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """The piece n places before, or fill."""
    n = node.param("n")
    if all(c.status is None for c in args) and args[1].layout.depth < args[0].layout.depth and 0 < abs(n) <= _NEAR:
        return _shift_plain(args[0], args[1], n)
    layout, (x, fill) = align(args)
    starts, lengths = _parents(layout)
    place = np.arange(layout.size) - np.repeat(starts, lengths)
    source = place - n
    inside = (source >= 0) & (source < np.repeat(lengths, lengths))
    index = np.where(inside, np.arange(layout.size) - n, 0)
    if layout.size == 0:
        return x
    values = np.where(inside, x.values[index], fill.values)
    status = np.where(inside, x.statuses()[index], fill.statuses())
    reason = np.where(inside, x.reasons()[index], fill.reasons())
    return Cells(layout, values, status, reason)


_NEAR = 4


def _shift_plain(x: Cells, fill: Cells, n: int) -> Cells:
    """A shift by a few places where all is scored: everything moves at once, then the edges are filled."""
    layout = x.layout
    starts, lengths = _parents(layout)
    given = fill.values[layout.outer(layout.depth - 1).owners(fill.layout.depth)]
    values = np.empty_like(x.values)
    k = min(abs(n), layout.size)
    if n > 0:
        values[k:] = x.values[: layout.size - k]
    else:
        values[: layout.size - k] = x.values[k:]
    for place in range(abs(n)):
        reached = lengths > place
        edge = starts + place if n > 0 else starts + lengths - 1 - place
        values[edge[reached]] = given[reached]
    return Cells(layout, values)


def diff(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """Each piece less the one before."""
    layout, (x, first) = align(args)
    starts, lengths = _parents(layout)
    place = np.arange(layout.size) - np.repeat(starts, lengths)
    head = place == 0
    index = np.maximum(np.arange(layout.size) - 1, 0)
    before = Cells(
        layout,
        np.where(head, first.values, x.values[index]),
        np.where(head, first.statuses(), x.statuses()[index]),
        np.where(head, first.reasons(), x.reasons()[index]),
    )
    with np.errstate(all="ignore"):
        return finish(layout, x.values - before.values, merge((x, before), layout.size))


def position(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """The place of each piece in its parent."""
    (x,) = args
    starts, lengths = _parents(x.layout)
    place = np.arange(x.layout.size) - np.repeat(starts, lengths)
    if node.param("from_end"):
        place = np.repeat(lengths, lengths) - 1 - place
    return Cells(x.layout, place.astype(np.float64))
