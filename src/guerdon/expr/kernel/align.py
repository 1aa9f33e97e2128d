"""Bringing cells onto one layout, and merging their statuses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..values import SCORED, SKIPPED, UNSCORED, Bools, Cells, Codes, Floats, Layout, reason_code

Reasons = npt.NDArray[np.int32]
Merged = tuple[Codes | None, Reasons | None]

DOMAIN = reason_code("domain")
DIFFER = reason_code("lengths differ")


def align(cells: Sequence[Cells]) -> tuple[Layout, list[Cells]]:
    """All cells on the deepest layout among them.

    Where two layouts of one data axis differ in a rollout, all of its cells come back unscored (``lengths differ``).
    """
    layout, fitted = fit(cells)
    return layout, [c.spread(layout) for c in fitted]


def fit(cells: Sequence[Cells]) -> tuple[Layout, list[Cells]]:
    """As :func:`align`, but each on its own axes: outer parts of the layout that comes with them."""
    base = max(cells, key=lambda c: c.layout.depth).layout
    if all(not c.layout.depth or c.layout.same(base.outer(c.layout.depth)) for c in cells):
        return base, list(cells)
    return _reconcile(cells, base.depth)


def _reconcile(cells: Sequence[Cells], depth: int) -> tuple[Layout, list[Cells]]:
    """The slow way, rollout by rollout."""
    n = cells[0].layout.n
    ragged = [c for c in cells if c.layout.depth]
    deepest = [c for c in ragged if c.layout.depth == depth]
    known = np.ones(n, dtype=bool)
    for c in ragged:
        if c.layout.known is not None:
            known &= c.layout.known
    shape_of = {id(c): shapes(c.layout) for c in ragged}
    chosen: list[tuple[tuple[int, ...], ...]] = []
    differs = np.zeros(n, dtype=bool)
    nothing: tuple[tuple[int, ...], ...] = ((0,),) + ((),) * (depth - 1)
    for row in range(n):
        if not known[row]:
            chosen.append(nothing)
            continue
        best = max((shape_of[id(c)][row] for c in deepest), key=lambda shape: sum(shape[-1]))
        differs[row] = any(shape_of[id(c)][row] != best[: c.layout.depth] for c in ragged)
        chosen.append(best)
    counts = tuple(
        np.asarray([count for shape in chosen for count in shape[level]], dtype=np.int64) for level in range(depth)
    )
    layout = Layout(n, counts, known)
    return layout, [_fit(c, layout, differs) for c in cells]


def onto_layout(c: Cells, layout: Layout) -> Cells:
    """Cells on a layout that stays as it is: in a rollout where theirs differs, unscored (``lengths differ``)."""
    outer = layout.outer(c.layout.depth)
    if c.layout.same(outer):
        return c.spread(layout)
    pairs = zip(shapes(c.layout), shapes(outer), strict=True)
    found = _fit(c, layout, np.fromiter((mine != theirs for mine, theirs in pairs), dtype=bool, count=c.layout.n))
    if c.layout.known is not None and found.status is not None:
        found.status[~c.layout.known[found.layout.rows]] = SKIPPED
    return found.spread(layout)


def shapes(layout: Layout) -> list[tuple[tuple[int, ...], ...]]:
    """The counts of each rollout, level by level."""
    found = []
    starts = [np.arange(layout.n + 1)]
    for level in range(layout.depth):
        starts.append(layout.offsets(level)[starts[-1]])
    for row in range(layout.n):
        shape = []
        for level in range(layout.depth):
            low, high = starts[level][row], starts[level][row + 1]
            shape.append(tuple(layout.counts[level][low:high].tolist()))
        found.append(tuple(shape))
    return found


def _fit(c: Cells, layout: Layout, differs: Bools) -> Cells:
    if c.layout.depth == 0:
        return c
    depth = c.layout.depth
    outer = layout.outer(depth)
    values = np.zeros(outer.size) if c.is_score else np.full(outer.size, None, dtype=object)
    status = np.full(outer.size, UNSCORED, dtype=np.uint8)
    reason = np.full(outer.size, DIFFER, dtype=np.int32)
    drop = differs.copy()
    if layout.known is not None:
        drop |= ~layout.known
    target = ~differs[outer.rows]
    source = ~drop[c.layout.rows]
    values[target] = c.values[source]
    status[target] = c.statuses()[source]
    reason[target] = c.reasons()[source]
    return Cells(outer, values, status, reason)


def merge(cells: Sequence[Cells], size: int) -> Merged:
    """Skipped if any is, else unscored if any is (with the first one's reason), else scored."""
    if all(c.status is None for c in cells):
        return None, None
    status = np.zeros(size, dtype=np.uint8)
    reason = np.zeros(size, dtype=np.int32)
    for c in reversed(cells):
        if c.status is not None:
            bad = c.status == UNSCORED
            status[bad] = UNSCORED
            reason[bad] = c.reasons()[bad]
    for c in cells:
        if c.status is not None:
            lost = c.status == SKIPPED
            status[lost] = SKIPPED
            reason[lost] = 0
    return status, reason


def finish(layout: Layout, values: Floats, merged: Merged) -> Cells:
    """A score from raw numbers: absent cells are 0.0, what is not finite is unscored, and -0.0 is 0.0."""
    status, reason = merged
    finite = np.isfinite(values)
    if not finite.all():
        status = np.zeros(layout.size, dtype=np.uint8) if status is None else status
        reason = np.zeros(layout.size, dtype=np.int32) if reason is None else reason
        bad = ~finite & (status == SCORED)
        status[bad] = UNSCORED
        reason[bad] = DOMAIN
        values = np.where(finite, values, 0.0)
    if status is not None:
        values = np.where(status == SCORED, values, 0.0)
    if values.flags.writeable and values.base is None:  # its own array, made by whoever calls
        values += 0.0
        return Cells(layout, values, status, reason)
    return Cells(layout, values + 0.0, status, reason)
