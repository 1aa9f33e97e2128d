"""One batch: compute what is known, ask what is needed, call the cheapest leaves that are needed, and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from guerdon.expr import memory
from guerdon.expr.function import COSTS
from guerdon.expr.kernel import Context, compute
from guerdon.expr.memory import State
from guerdon.expr.node import Expr, topological
from guerdon.expr.ops import STATEFUL
from guerdon.expr.values import Cells, ContractError

from .demand import Demand, Need, cost_classes, stateful, watching
from .engine import Engine, address
from .executors import Executors
from .leaves import Leaf


class Plan:
    """The order in which the nodes of some roots are computed, and how dear each is; made once for all batches."""

    def __init__(self, roots: Sequence[Expr]) -> None:
        self.roots = tuple(roots)
        self.order = topological(*roots)
        self.classes = cost_classes(self.order)
        self.watching = watching(self.order)
        self.leaves = [node for node in self.order if node.op == "leaf"]
        self._sharing = Counter(address(node) for node in self.leaves)
        self.stateful = [node for node in self.order if node.op in STATEFUL]

    def alone(self, node: Expr) -> bool:
        """Whether no other leaf calls the same function in the same way."""
        return self._sharing[address(node)] == 1


class Batch:
    """A plan at work on one batch."""

    def __init__(self, plan: Plan, ctx: Context, engine: Engine, *, everything: bool = False) -> None:
        self.plan = plan
        self.ctx = ctx
        self.engine = engine
        self.everything = everything
        self.leaves = {node.key: Leaf(node, single=plan.alone(node)) for node in plan.leaves}
        self.cells: dict[bytes, Cells] = {}
        self._args: dict[bytes, tuple[Cells, ...]] = {}

    def run(self) -> None:
        """Compute the roots, and what stateful nodes learn from."""
        self.up(eager=not self.everything)
        while work := self.down():
            self.call(work)
            self.up()

    def up(self, *, eager: bool = False) -> None:
        """Bring every node up to date with its arguments, leaves with their calls."""
        for node in self.plan.order:
            args = [self.cells[child.key] for child in node.children]
            if node.op == "leaf":
                leaf = self.leaves[node.key]
                leaf.settle(args, self.ctx)
                if eager and self.plan.classes[node.key] == 0 and Executors.inline(leaf.function):
                    # Nothing is cheaper than the cheapest class, so no gate can close before it.
                    self._call_all(leaf)
                self.cells[node.key] = leaf.cells
                continue
            before = self._args.get(node.key)
            if before is not None and all(a is b for a, b in zip(before, args, strict=True)):
                continue
            self._args[node.key] = tuple(args)
            self.cells[node.key] = compute(node, args, self.ctx)

    def _call_all(self, leaf: Leaf) -> None:
        assert leaf.units is not None
        index, inputs = leaf.ready(np.arange(leaf.units.size), self.ctx)
        if len(index):
            leaf.run(index, inputs, self.ctx, self.engine)

    def down(self) -> list[tuple[Leaf, Need]]:
        """The leaves to call next: needed, with known arguments, and of the lowest class among them."""
        demand = Demand(self.plan.order, self.cells, self.plan.classes, self.ctx, self.plan.watching)
        for node in self.plan.order if self.everything else self.plan.roots:
            demand.want(node)
        for node in self.plan.stateful:
            stateful(demand, node)
        needs = demand.run()
        found: list[tuple[Leaf, Need]] = []
        best = len(COSTS)
        for node in self.plan.leaves:
            need = needs.get(node.key)
            if need is None:
                continue
            leaf = self.leaves[node.key]
            index = leaf.missing(need.cells, need.rows, self.ctx)
            if not len(index) or not len(leaf.ready(index, self.ctx)[0]):
                continue
            place = COSTS.index(leaf.function.cost)
            if place < best:
                best, found = place, []
            if place == best:
                found.append((leaf, need))
        if not found and any(node.key in needs for node in self.plan.roots):
            raise AssertionError(f"no leaf can be called, yet something is missing of {self.plan.roots[0]!r}")
        return found

    def call(self, work: list[tuple[Leaf, Need]]) -> None:
        """Call leaves of one class: those that wait for others side by side, inline ones one after the other."""
        here = [(leaf, need) for leaf, need in work if Executors.inline(leaf.function)]
        away = [(leaf, need) for leaf, need in work if not Executors.inline(leaf.function)]
        if len(away) + bool(here) <= 1:
            for leaf, need in work:
                self._call(leaf, need)
            return
        with ThreadPoolExecutor(len(away), thread_name_prefix="guerdon-leaf") as threads:
            waiting = [threads.submit(self._call, leaf, need) for leaf, need in away]
            for leaf, need in here:
                self._call(leaf, need)
            for future in waiting:
                future.result()

    def _call(self, leaf: Leaf, need: Need) -> None:
        index, inputs = leaf.ready(leaf.missing(need.cells, need.rows, self.ctx), self.ctx)
        if len(index):
            leaf.run(index, inputs, self.ctx, self.engine)

    def learned(self) -> dict[bytes, State]:
        """The state of every node with memory after this batch."""
        states = {}
        for node in self.plan.stateful:
            cells = {role: self.cells[arg.key] for role, arg in node.args}
            if memory.waits(node, cells):
                raise ContractError(f"{node!r} cannot learn: something it follows was never computed")
            states[node.key] = memory.updated(node, self.ctx.state.get(node.key) or memory.fresh(node), cells)
        return states
