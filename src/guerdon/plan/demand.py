"""Which cells are needed: from the root down, skipping only what an absorbing rule makes needless.

A gate closes before dear work starts: an operand waits for a cheaper one that may absorb it. Operands of one cost
class are needed together, so that saving calls never puts equal leaves in a queue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from guerdon.expr.function import COSTS
from guerdon.expr.kernel import Context
from guerdon.expr.kernel.groups import groups_of
from guerdon.expr.kernel.splits import opponents
from guerdon.expr.node import Expr
from guerdon.expr.values import SKIPPED, UNSCORED, Bools, Cells, Layout

SCANS = ("cumsum", "reverse_cumsum", "suffix_min", "shift", "diff", "position")


class Need:
    """What is needed of one node: the shape of some rollouts, and some cells."""

    __slots__ = ("cells", "rows")

    def __init__(self, n: int, size: int) -> None:
        self.rows = np.zeros(n, dtype=bool)
        self.cells = np.zeros(size, dtype=bool)


def cost_classes(order: list[Expr]) -> dict[bytes, int]:
    """The dearest leaf at or below each node, as a place in ``COSTS``."""
    classes: dict[bytes, int] = {}
    for node in order:
        own = COSTS.index(node.param("function").cost) if node.op == "leaf" else 0
        classes[node.key] = max([own, *(classes[child.key] for child in node.children)])
    return classes


def watching(order: list[Expr]) -> frozenset[bytes]:
    """The nodes at or above an ``observe``: what is observed is needed where they are, known or not."""
    found: set[bytes] = set()
    for node in order:
        if node.op == "observe" or any(child.key in found for child in node.children):
            found.add(node.key)
    return frozenset(found)


def outer(mask: Bools, layout: Layout, target: Layout) -> Bools:
    """The cells of an argument that cells of its user stand on."""
    if layout is target:
        return mask
    if target.depth <= layout.depth and target.same(layout.outer(target.depth)):
        found = np.zeros(target.size, dtype=bool)
        found[layout.owners(target.depth)[mask]] = True
        return found
    rows = np.zeros(layout.n, dtype=bool)
    rows[layout.rows[mask]] = True
    return rows[target.rows]


class Demand:
    """One pass from the roots down over what is computed so far."""

    def __init__(
        self,
        order: list[Expr],
        cells: Mapping[bytes, Cells],
        classes: Mapping[bytes, int],
        ctx: Context,
        watching: frozenset[bytes] = frozenset(),
    ) -> None:
        self.order = order
        self.cells = cells
        self.classes = classes
        self.ctx = ctx
        self.watching = watching
        self.needs: dict[bytes, Need] = {}

    def want(self, node: Expr, cells: Bools | None = None, rows: Bools | None = None) -> None:
        """Need some cells (all, where None) and the shape of their rollouts and of ``rows``."""
        layout = self.cells[node.key].layout
        need = self.needs.get(node.key)
        if need is None:
            need = self.needs[node.key] = Need(layout.n, layout.size)
        if cells is None and rows is None:
            need.cells[:] = True
            need.rows[:] = True
            return
        if cells is not None:
            need.cells |= cells
            need.rows[layout.rows[cells]] = True
        if rows is not None:
            need.rows |= rows

    def run(self) -> dict[bytes, Need]:
        """Pass the needs on to the leaves; returns what each node is needed for and does not know yet."""
        open_needs: dict[bytes, Need] = {}
        for node in reversed(self.order):
            need = self.needs.get(node.key)
            if need is None:
                continue
            have = self.cells[node.key]
            missing = Need(have.layout.n, have.layout.size)
            if have.status is not None:
                missing.cells = need.cells & (have.status == SKIPPED)
                missing.rows[have.layout.rows[missing.cells]] = True
            if have.layout.known is not None:
                missing.rows |= need.rows & ~have.layout.known
            if missing.rows.any():
                open_needs[node.key] = missing
            elif node.key not in self.watching:
                continue
            PASS.get(node.op, _plain)(self, node, need if node.key in self.watching else missing)
        return open_needs

    def have(self, node: Expr) -> Cells:
        """What is computed of a node so far."""
        return self.cells[node.key]

    def onto(self, user: Expr, arg: Expr, mask: Bools, rows: Bools) -> None:
        """Need, of an argument, the cells its user's cells stand on; of a ragged one also the shape of the rows."""
        layout = self.have(user).layout
        self.want(arg, outer(mask, layout, self.have(arg).layout), rows if arg.axes else None)


def _plain(d: Demand, node: Expr, missing: Need) -> None:
    for child in node.children:
        d.onto(node, child, missing.cells, missing.rows)


def _gated(decides: Callable[[Cells], Bools]) -> Callable[[Demand, Expr, Need], None]:
    def push(d: Demand, node: Expr, missing: Need) -> None:
        a, b = node.children
        for gate, other in ((a, b), (b, a)):
            mask = missing.cells
            if d.classes[gate.key] < d.classes[other.key]:
                mask = mask & ~_absorbed(d, node, gate, decides)
            d.onto(node, other, mask, missing.rows)

    return push


def _absorbed(d: Demand, node: Expr, gate: Expr, decides: Callable[[Cells], Bools]) -> Bools:
    """The user's cells where the gate has decided, or has not been heard yet."""
    have = d.have(gate)
    closed = (have.has_number() & decides(have)) | (have.statuses() == SKIPPED)
    return _lift(closed, have.layout, d.have(node).layout)


def _lift(mask: Bools, layout: Layout, target: Layout) -> Bools:
    """A mask of an argument's cells as one of its user's."""
    if layout is target:
        return mask
    if layout.depth <= target.depth and layout.same(target.outer(layout.depth)):
        return mask[target.owners(layout.depth)]
    return np.zeros(target.size, dtype=bool)  # lengths differ: nothing is absorbed there


def _where(d: Demand, node: Expr, missing: Need) -> None:
    cond, a, b = node.children
    d.onto(node, cond, missing.cells, missing.rows)
    have = d.have(cond)
    layout = d.have(node).layout
    unknown = _lift(have.statuses() == SKIPPED, have.layout, layout)
    lost = _lift(have.statuses() == UNSCORED, have.layout, layout)
    taken = _lift(have.has_number() & (have.values != 0), have.layout, layout)
    fits = have.layout.same(layout.outer(have.layout.depth))
    for branch, chosen in ((a, taken), (b, ~taken & ~unknown & ~lost)):
        mask = missing.cells & chosen if fits else missing.cells.copy()
        if fits and d.classes[cond.key] >= d.classes[branch.key]:
            mask |= missing.cells & unknown
        d.onto(node, branch, mask, missing.rows)


def _admitted(d: Demand, node: Expr, x: Expr) -> Bools:
    """The cells of x that ``where=`` does not shut out (or not yet, if it is no cheaper than x)."""
    have = d.have(x)
    where = node.arg("where")
    if where is None:
        return np.ones(have.layout.size, dtype=bool)
    w = d.have(where)
    open_ = w.has_number() & (w.values != 0)
    if d.classes[where.key] >= d.classes[x.key]:
        open_ |= w.statuses() == SKIPPED
    if w.layout.depth <= have.layout.depth:
        if w.layout.same(have.layout.outer(w.layout.depth)):
            return _lift(open_, w.layout, have.layout)
        return np.ones(have.layout.size, dtype=bool)
    return outer(open_, w.layout, have.layout)


def _stat(d: Demand, node: Expr, missing: Need) -> None:
    x, where, empty = node.arg("x"), node.arg("where"), node.arg("empty")
    assert x is not None  # every statistic has one
    if empty is not None:
        d.onto(node, empty, missing.cells, missing.rows)
    if node.param("level") is None:
        _window(d, node, missing)
        return
    have = d.have(x)
    for part in (x, where):
        if part is not None:
            cells = missing.rows[d.have(part).layout.rows]
            if part is x:
                cells = _under(d, node, missing, have) & _admitted(d, node, x)
            d.want(part, cells, missing.rows if part.axes else None)


def _under(d: Demand, node: Expr, missing: Need, have: Cells) -> Bools:
    """The cells of x that lie in missing parents; whole rollouts, where the reduced axis is not the innermost."""
    level = node.param("level")
    mine = d.have(node).layout
    if not node.param("inner") and have.layout.depth == level + 1 and mine.same(have.layout.outer(level)):
        return missing.cells[have.layout.owners(level)]
    return missing.rows[have.layout.rows]


def _window(d: Demand, node: Expr, missing: Need) -> None:
    x, where = node.arg("x"), node.arg("where")
    assert x is not None
    keys = node.many("key")
    everyone = np.ones(d.ctx.n, dtype=bool)
    for key in keys:
        d.want(key)
    for part in (x, where):
        if part is not None and part.axes:
            d.want(part, np.zeros(d.have(part).layout.size, dtype=bool), everyone)
    groups = groups_of([d.have(key) for key in keys], keys, d.ctx)
    if groups.unknown or groups.layout.known is not None:
        dear = max(d.classes[key.key] for key in keys)
        for part in (x, where):
            if part is not None and d.classes[part.key] <= dear:
                d.want(part)
        return
    mine = d.have(node).layout
    wanted = np.zeros(max(groups.count, 1), dtype=bool)
    receivers = outer(missing.cells, mine, groups.layout) if mine.depth >= groups.layout.depth else None
    if receivers is None or len(receivers) != len(groups.codes):
        receivers = missing.rows[groups.layout.rows]
    wanted[groups.codes[receivers & (groups.codes >= 0)]] = True
    if node.param("unit"):
        # A prompt counts once, by any of its rollouts: all of them must agree.
        touched = np.zeros(int(d.ctx.rollouts.groups.max(initial=-1)) + 1, dtype=bool)
        touched[d.ctx.rollouts.groups[wanted[np.maximum(groups.codes, 0)]]] = True
        members = touched[d.ctx.rollouts.groups]
    else:
        members = wanted[np.maximum(groups.codes, 0)] & (groups.codes >= 0)
    for part in (x, where):
        if part is None:
            continue
        have = d.have(part)
        if groups.layout.depth <= have.layout.depth and groups.layout.same(have.layout.outer(groups.layout.depth)):
            cells = members[have.layout.owners(groups.layout.depth)]
        else:
            rows = np.zeros(d.ctx.n, dtype=bool)
            rows[groups.layout.rows[members]] = True
            cells = rows[have.layout.rows]
        if part is x:
            own = np.zeros_like(cells)
            if node.op == "standing":
                own = outer(missing.cells, mine, have.layout)
            cells = (cells & _admitted(d, node, x)) | own
        d.want(part, cells)


def _rowwise(d: Demand, node: Expr, missing: Need) -> None:
    """Every piece of the rollouts touched."""
    for child in node.children:
        layout = d.have(child).layout
        d.want(child, missing.rows[layout.rows], missing.rows if child.axes else None)


def _stack(d: Demand, node: Expr, missing: Need) -> None:
    parts = node.children
    layout = d.have(node).layout
    place = np.arange(layout.size) % len(parts)
    for i, part in enumerate(parts):
        d.onto(node, part, missing.cells & (place == i), missing.rows)


def _other(d: Demand, node: Expr, missing: Need) -> None:
    (x,) = node.children
    _, them = opponents(d.ctx, node.param("opponents"), node.param("seed"))
    mask = np.zeros(d.ctx.n, dtype=bool)
    mask[them[missing.cells]] = True
    d.want(x, mask)


def stateful(d: Demand, node: Expr) -> None:
    """A node with memory needs its input on every row that ``where=`` admits, whoever asks for its value."""
    x = node.arg("x")
    assert x is not None
    for role, arg in node.args:
        if role in ("where", "by", "target"):
            d.want(arg)
    d.want(x, _admitted(d, node, x))


def _running(d: Demand, node: Expr, missing: Need) -> None:
    stateful(d, node)
    empty = node.arg("empty")
    if empty is not None:
        d.onto(node, empty, missing.cells, missing.rows)


def leaf_units(node: Expr, args: list[Cells], n: int) -> Layout:
    """The layout of a leaf's calls: one call per cell of it."""
    function = node.param("function")
    if function.per != "piece" or function.axes or not args:
        return Layout(n)
    deepest = max(args, key=lambda c: c.layout.depth).layout
    if function.axis is not None and deepest.depth and _arg_axis(node) == function.axis:
        return deepest.outer(deepest.depth - 1)
    return deepest


def _arg_axis(node: Expr) -> str:
    deepest = max(node.children, key=lambda child: len(child.axes))
    return deepest.axes[-1].name if deepest.axes else ""


def takes_lists(node: Expr) -> bool:
    """Whether a leaf gets the list of pieces on the innermost axis of its arguments."""
    function = node.param("function")
    return bool(function.axes) or (
        function.axis is not None and bool(node.children) and _arg_axis(node) == function.axis
    )


def _leaf(d: Demand, node: Expr, missing: Need) -> None:
    function = node.param("function")
    if function.per == "batch":
        for child in node.children:
            d.want(child)
        return
    rows = missing.rows
    if function.per == "group":
        codes = d.ctx.rollouts.groups
        touched = np.zeros(int(codes.max(initial=-1)) + 1, dtype=bool)
        touched[codes[rows]] = True
        rows = touched[codes]
    if (
        function.per == "group"
        or takes_lists(node)
        or len(node.axes) > max((len(c.axes) for c in node.children), default=0)
    ):
        for child in node.children:
            layout = d.have(child).layout
            d.want(child, rows[layout.rows], rows if child.axes else None)
        return
    _plain(d, node, missing)


PASS: dict[str, Callable[[Demand, Expr, Need], None]] = {
    "mul": _gated(lambda c: c.values == 0),
    "and": _gated(lambda c: c.values == 0),
    "or": _gated(lambda c: c.values != 0),
    "where": _where,
    "stat": _stat,
    "standing": _window,
    "onto": _rowwise,
    "within": _rowwise,
    "spread": _rowwise,
    "field": _rowwise,
    "stack": _stack,
    "other": _other,
    "running": _running,
    "dual": lambda d, node, missing: stateful(d, node),
    "leaf": _leaf,
    **dict.fromkeys(SCANS, _rowwise),
}
