"""``Runner``: a compiled reward, with its workers, cache, parameters and state."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from guerdon.expr.build import number_of
from guerdon.expr.function import Function
from guerdon.expr.kernel import Context, compute
from guerdon.expr.memory import State, fresh
from guerdon.expr.node import Expr, topological
from guerdon.expr.ops import STATEFUL
from guerdon.expr.rollouts import Rollouts
from guerdon.expr.score import Score
from guerdon.expr.terms import terms
from guerdon.expr.tree import line
from guerdon.expr.values import SKIPPED, Cells, ContractError

from .engine import Engine, Store
from .executors import Executors
from .run import Batch, Plan
from .scores import NodeFigures, Scores, Values

if TYPE_CHECKING:
    from .cache import Cache

STATE_VERSION = 1


class Runner:
    """Scores batch after batch, keeping what lives from one to the next.

    Args:
        root: the reward.
        savings: False computes everything, every time: no gates, no sharing, no cache. The numbers are the same.
        cache: a :class:`~guerdon.plan.cache.Cache`, a folder or True for the user's own; results of functions declared
            with ``cache=True`` are kept there.
        journal: where results of dear calls are kept so that a run can go on; see :mod:`guerdon.plan.journal`.
        workers: how many worker processes isolated functions may use.
        strict: stop the run where a leaf raises on every row of its first batch.
        tick: called with a leaf's node after each of its calls, for progress bars.

    >>> import guerdon as gd
    >>> with (gd.col("x") * 2).compile() as runner:
    ...     runner.score({"x": [1, 2]}).values
    array([2., 4.])
    """

    def __init__(
        self,
        root: Score,
        *,
        savings: bool = True,
        cache: Cache | str | Path | bool | None = None,
        journal: Store | None = None,
        workers: int | None = None,
        strict: bool = True,
        tick: Callable[[Expr], None] | None = None,
    ) -> None:
        self.root = root = number_of(root)
        self.savings = savings
        self.components = root.components
        self.terms = terms(root) if not root.axes else []
        self.plan = Plan([root])
        self._leaf_names = _leaf_names(self.plan.leaves)
        planned = {node.key for node in self.plan.order}
        # What a contribution needs beyond the nodes of the plan, in the order in which it is computed.
        self._beyond = [[node for node in topological(term.value) if node.key not in planned] for term in self.terms]
        self.executors = Executors(workers=workers, strict=strict)
        self.journal = journal
        self.tick = tick
        self.cache = _cache(cache)
        self.params: dict[str, Any] = {}
        self.step = 0
        self._state: dict[bytes, State] = {}
        self._frozen = False
        self._lock = threading.Lock()
        self._known_params = _params(self.plan.order)

    # ---------------------------------------------------------------- scoring

    def score(self, rollouts: Any, *, step: int | None = None, all_components: bool = False) -> Scores:
        """Score a batch, then let stateful nodes learn from it (unless frozen).

        Args:
            rollouts: whatever :meth:`guerdon.Rollouts.of` takes.
            step: the training step; left out, the runner's own count of the batches it has learned from.
            all_components: compute every component everywhere, also where the reward does not need it.
        """
        with self._lock:
            data = Rollouts.of(rollouts)
            at = self.step if step is None else step
            ctx = Context(data, at, self.params, self._state)
            engine = Engine(
                self.executors, savings=self.savings, cache=self.cache, journal=self.journal, tick=self.tick
            )
            batch = Batch(self.plan, ctx, engine, everything=all_components or not self.savings)
            batch.run()
            scores = self._result(batch, ctx)
            if not self._frozen:
                learned = batch.learned()
                self._state = {**self._state, **learned}
                self.step = at + 1
            return scores

    async def ascore(self, rollouts: Any, *, step: int | None = None, all_components: bool = False) -> Scores:
        """As :meth:`score`, without holding the running event loop."""
        import asyncio

        return await asyncio.to_thread(self.score, rollouts, step=step, all_components=all_components)

    def _result(self, batch: Batch, ctx: Context) -> Scores:
        figures: dict[str, NodeFigures] = {}
        for node in self.plan.leaves:
            leaf = batch.leaves[node.key]
            cells = leaf.cells
            skipped = int((leaf.status == SKIPPED).sum())
            f = leaf.figures
            name = self._leaf_names[node.key]
            figures[name] = NodeFigures(f.made, f.shared, f.cached, skipped, f.seconds, Values(cells).counts())
        contributions = {
            term.name: _evaluate(term.value, beyond, batch.cells, ctx)
            for term, beyond in zip(self.terms, self._beyond, strict=True)
        }
        return Scores(self.root, ctx.rollouts, batch.cells, contributions, figures, ctx.step)

    # ---------------------------------------------------------------- what hooks and trainers do

    def set(self, name: str, value: Any) -> None:
        """Set a parameter made with ``gd.param(name, default)``."""
        if name not in self._known_params:
            known = ", ".join(map(repr, self._known_params)) or "none"
            raise KeyError(f"this reward has no parameter {name!r}; it has {known}")
        default = self._known_params[name]
        if isinstance(default, float):
            try:
                number = float(value)
            except (TypeError, ValueError, OverflowError):
                number = np.nan
            if not np.isfinite(number):
                raise ValueError(f"parameter {name!r} must be a finite number, not {value!r}")
            value = number
        with self._lock:
            self.params = {**self.params, name: value}

    @contextmanager
    def frozen(self) -> Iterator[Self]:
        """Score without learning: for evaluation.

        >>> import guerdon as gd
        >>> runner = gd.running(gd.col("x"), "mean", empty=0).compile()
        >>> with runner.frozen():
        ...     _ = runner.score({"x": [5]})
        >>> runner.score({"x": [1]}).values
        array([0.])
        """
        before, self._frozen = self._frozen, True
        try:
            yield self
        finally:
            self._frozen = before

    def state_dict(self) -> dict[str, Any]:
        """The state of every node with memory, the parameters and the step, as JSON-able data."""
        nodes = [
            {
                "node": line(node),
                "key": node.key.hex(),
                "state": copy.deepcopy(self._state.get(node.key) or fresh(node)),
            }
            for node in self.plan.stateful
        ]
        return {"version": STATE_VERSION, "step": self.step, "params": dict(self.params), "nodes": nodes}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up a state that :meth:`state_dict` gave; refuses one of another expression."""
        if state.get("version") != STATE_VERSION:
            raise ContractError(f"the state is of version {state.get('version')!r}; this Guerdon reads {STATE_VERSION}")
        mine = {node.key.hex(): node for node in self.plan.stateful}
        theirs = {entry["key"]: entry for entry in state["nodes"]}
        lacking = [line(mine[key]) for key in mine if key not in theirs]
        surplus = [theirs[key]["node"] for key in theirs if key not in mine]
        if lacking or surplus:
            parts = [f"it lacks {text}" for text in lacking] + [
                f"it has {text}, which this reward has not" for text in surplus
            ]
            raise ContractError(f"the state belongs to another reward: {'; '.join(parts)}")
        with self._lock:
            self._state = {mine[key].key: copy.deepcopy(entry["state"]) for key, entry in theirs.items()}
            self.step = int(state["step"])
            self.params = dict(state["params"])

    @property
    def has_state(self) -> bool:
        """Whether batches learn from those before."""
        return bool(self.plan.stateful)

    def scope(self) -> str:
        """What a trainer must hand over together: ``"rollout"``, ``"group"`` or ``"batch"``; see :func:`scope_of`."""
        return scope_of(self.root)

    # ---------------------------------------------------------------- end

    def close(self) -> None:
        """End worker processes."""
        self.executors.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def scope_of(root: Expr) -> str:
    """How much a reward must see at once: one ``rollout``, a whole prompt ``group``, or the whole ``batch``."""
    scope = "rollout"
    for node in topological(root):
        function: Function | None = node.param("function") if node.op == "leaf" else None
        if node.op in STATEFUL or (function is not None and function.per == "batch"):
            return "batch"
        if node.op == "other" or (function is not None and function.per == "group") or node.param("unit"):
            scope = "group"
        keys = [k.param("which") if k.op == "key" else "" for k in node.many("key")]
        if keys and "rollout" not in keys:
            if "prompt" not in keys:
                return "batch"
            scope = "group"
    return scope


def _evaluate(root: Score, beyond: Sequence[Expr], cells: Mapping[bytes, Cells], ctx: Context) -> Cells:
    found: dict[bytes, Cells] = {}
    for node in beyond:
        args = [found[child.key] if child.key in found else cells[child.key] for child in node.children]
        found[node.key] = compute(node, args, ctx)
    return found[root.key] if root.key in found else cells[root.key]


def _leaf_names(leaves: Sequence[Expr]) -> dict[bytes, str]:
    """How figures call each leaf: as it is written, with a number where two functions share a name."""
    names: dict[bytes, str] = {}
    taken: set[str] = set()
    for node in leaves:
        name = shown = line(node)
        while name in taken:
            name = f"{shown} #{len(taken) + 1}"
        taken.add(name)
        names[node.key] = name
    return names


def _params(order: list[Expr]) -> dict[str, Any]:
    """The default of every parameter."""
    found: dict[str, Any] = {}
    for node in order:
        if node.op == "param":
            name, default = node.param("name"), node.param("default")
            if name in found:
                raise ContractError(
                    f"parameter {name!r} has two defaults, {found[name]!r} and {default!r}: give it one"
                )
            found[name] = default
    return found


def _cache(cache: Cache | str | Path | bool | None) -> Cache | None:
    if cache is None or cache is False:
        return None
    from .cache import Cache

    if cache is True:
        return Cache()
    return cache if isinstance(cache, Cache) else Cache(Path(cache))


def compile_score(root: Score, **options: Any) -> Runner:
    """What ``reward.compile`` calls."""
    return Runner(root, **options)


_CALL = ("step", "all_components")


def _once(root: Score, options: dict[str, Any]) -> tuple[Runner, dict[str, Any]]:
    said = {name: options.pop(name) for name in _CALL if name in options}
    return Runner(root, **options), said


def score(root: Score, rollouts: Any, **options: Any) -> Scores:
    """What ``reward.score`` calls: a fresh runner for one batch."""
    runner, said = _once(root, options)
    with runner:
        return runner.score(rollouts, **said)


async def ascore(root: Score, rollouts: Any, **options: Any) -> Scores:
    """What ``reward.ascore`` calls."""
    runner, said = _once(root, options)
    with runner:
        return await runner.ascore(rollouts, **said)
