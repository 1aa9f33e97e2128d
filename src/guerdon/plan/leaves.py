"""Leaves: which calls are made, what came of them, and the cells that makes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from guerdon.expr.canonical import canonical
from guerdon.expr.function import Function
from guerdon.expr.kernel import Context
from guerdon.expr.kernel.align import fit
from guerdon.expr.node import Expr
from guerdon.expr.values import (
    FAILED,
    SCORED,
    SKIPPED,
    UNSCORED,
    Bools,
    Cells,
    ContractError,
    Ints,
    Layout,
    objects,
    reason_code,
)

from .demand import leaf_units, takes_lists
from .each import collected_after, each, in_one_go
from .engine import Engine
from .executors import outcome_of
from .inputs import Inputs
from .outcome import Outcome
from .results import Results, flat_cells, list_cells, split


@dataclass
class LeafFigures:
    """What a leaf cost: calls made, and calls saved by sharing, by the cache and by demand."""

    made: int = 0
    shared: int = 0
    cached: int = 0
    seconds: float = 0.0


class Leaf:
    """One leaf of a batch: its units (one call each), and what is known of them."""

    def __init__(self, node: Expr, *, single: bool = False) -> None:
        self.node = node
        self.single = single
        self.function: Function = node.param("function")
        self.constants: dict[str, Any] = node.param("constants").value
        self.figures = LeafFigures()
        self.units: Layout | None = None
        self.args: list[Cells] = []
        self.fitted: list[Cells] = []
        self.values = objects([], 0)
        self.status = np.zeros(0, dtype=np.uint8)
        self.reason = np.zeros(0, dtype=np.int32)
        self._cells: Cells | None = None

    def settle(self, args: list[Cells], ctx: Context) -> None:
        """Take in the arguments as they stand; units known before stay known."""
        if self.units is not None and all(a is b for a, b in zip(self.args, args, strict=True)):
            return
        self.args = args
        if self.function.per == "piece" and not self.function.axes and len(args) > 1:
            args = fit(args)[1]
        self.fitted = args
        units = leaf_units(self.node, args, ctx.n)
        if self.function.votes:
            units = Layout(
                units.n, (*units.counts, np.full(units.size, self.function.votes, dtype=np.int64)), units.known
            )
        if self.units is None or not units.same(self.units):
            self._lay_out(units)
        self._cells = None

    def _lay_out(self, units: Layout) -> None:
        old, values, status, reason = self.units, self.values, self.status, self.reason
        self.units = units
        self.values = np.full(units.size, None, dtype=object)
        self.status = np.full(units.size, SKIPPED, dtype=np.uint8)
        self.reason = np.zeros(units.size, dtype=np.int32)
        if old is not None:
            # A rollout whose pieces were not known had no unit among them; with one unit a rollout, it had one.
            known = np.ones(units.n, dtype=bool) if old.known is None or not old.depth else old.known
            kept = known[units.rows]
            self.values[kept], self.status[kept], self.reason[kept] = values, status, reason

    # ---------------------------------------------------------------- what it holds

    @property
    def cells(self) -> Cells:
        """The leaf's cells as far as they are known."""
        if self._cells is None:
            assert self.units is not None
            results = Results(self.units, self.values, self.status, self.reason)
            if self.function.axis is None:
                self._cells = flat_cells(self.function, results)
            else:
                given = max(self.fitted, key=lambda c: c.layout.depth).layout if takes_lists(self.node) else None
                self._cells = list_cells(self.function, results, given)
        return self._cells

    # ---------------------------------------------------------------- what it does

    def missing(self, cells: Bools, rows: Bools, ctx: Context) -> Ints:
        """The units that make some needed cells (or the shape of some rollouts) and were not called yet."""
        units = self.units
        assert units is not None
        if self.function.per != "piece":
            wanted = _whole(rows, self._codes(ctx))
        elif self.function.axis is not None or len(cells) != units.size:
            wanted = rows[units.rows]
        else:
            wanted = cells
        return np.flatnonzero(wanted & (self.status == SKIPPED))

    def _codes(self, ctx: Context) -> Ints:
        """Which rollouts are called together, where the function takes groups or the batch."""
        return ctx.rollouts.groups if self.function.per == "group" else np.zeros(ctx.n, dtype=np.int64)

    def ready(self, index: Ints, ctx: Context) -> tuple[Ints, Inputs]:
        """Of some units those whose arguments are known, with their inputs; groups only whole."""
        units = self.units
        assert units is not None
        given = ctx.rollouts.columns if self.function.all_columns else None
        inputs = Inputs(self.node, self.fitted, units, index, given)
        if inputs.unknown.any():
            unknown = inputs.unknown
            if self.function.per != "piece":
                unknown = _whole(unknown, self._codes(ctx)[index])
            index = index[~unknown]
            inputs = Inputs(self.node, self.fitted, units, index, given)
        return index, inputs

    def run(self, index: Ints, inputs: Inputs, ctx: Context, engine: Engine) -> None:
        """Call what must be called for these units, and take in the outcomes."""
        start = time.perf_counter()
        units = self.units
        assert units is not None
        lost = inputs.lost
        if lost.any():
            self.status[index[lost]], self.reason[index[lost]] = UNSCORED, inputs.reason[lost]
        places = np.flatnonzero(~lost)
        if self.function.per != "piece":
            self._groups(index, inputs, places, ctx, engine)
        elif self.function.pure and not lost.any() and engine.plain(self.function) and not self.function.votes:
            self._quickly(index, inputs, engine)
        else:
            self._calls(index, inputs, places.tolist(), engine)
        self.figures.seconds += time.perf_counter() - start
        self._cells = None

    def _quickly(self, index: Ints, inputs: Inputs, engine: Engine) -> None:
        """Inline, pure, not stored: one plain loop over the distinct inputs."""
        keys: Sequence[Any] = range(len(index))  # stand for themselves where nothing is shared
        distinct: Mapping[Any, int] = {}
        memo: dict[Any, tuple[Any, int, int]] = {}
        alone = not engine.savings or self._all_differ(index, inputs, engine)
        if not alone:
            keys, memo = inputs.keys(self.function, None, engine.alive), engine.memo_of(self)
            distinct = dict(zip(keys, range(len(keys)), strict=True))
        todo: Sequence[int] = keys if alone else [place for key, place in distinct.items() if key not in memo]
        columns = inputs.columns
        if len(todo) != len(keys):
            columns = [[column[place] for place in todo] for column in columns]
        results: list[Any] = []
        error: Exception | None = None
        rows = (inputs.names, columns, self.constants, len(todo))
        try:
            with collected_after():
                results.extend(in_one_go(self.function.many, *rows) or each(self.function.call, *rows))
        except Exception as raised:
            error = raised
        self.figures.made += len(todo)
        self.figures.shared += len(keys) - len(todo)
        if len(results) < len(todo):
            # Some row failed: the careful way takes over, from the next row on (StopIteration: from this row on).
            outcomes = [Outcome("value", value) for value in results]
            if error is not None:
                outcomes.append(outcome_of(error))
            rest = [inputs.call(place) | self.constants for place in todo[len(outcomes) :]]
            outcomes += engine.executors.inline_calls(self.function, rest)
            engine.executors.report(self.function, outcomes)
            memo.update((keys[place], self._meaning(outcome)) for place, outcome in zip(todo, outcomes, strict=True))
            self._look_up(index, keys, memo)
            return
        engine.executors.report(self.function, ())
        if memo:
            memo.update((keys[place], (value, SCORED, 0)) for place, value in zip(todo, results, strict=True))
            self._look_up(index, keys, memo)
            return
        if not alone:
            engine.remember(memo, list(distinct), results)
        values = objects(results, len(results))
        if len(todo) != len(keys):
            number = dict(zip(distinct, range(len(distinct)), strict=True))
            values = values[np.fromiter(map(number.__getitem__, keys), dtype=np.int64, count=len(keys))]
        self.values[index], self.status[index] = values, SCORED

    def _all_differ(self, index: Ints, inputs: Inputs, engine: Engine) -> bool:
        """Whether nothing can be shared: no other leaf calls this function so, and no two of its inputs are equal."""
        if not self.single or self.units is None or len(index) != self.units.size:
            return False
        columns = zip(self.fitted, inputs.columns, strict=True)
        return any(engine.differ(cells, column) for cells, column in columns if cells.is_score is False)

    def _look_up(self, index: Ints, keys: Sequence[Any], memo: Mapping[Any, tuple[Any, int, int]]) -> None:
        found = [memo[key] for key in keys]
        self.values[index] = objects((entry[0] for entry in found), len(found))
        self.status[index] = [entry[1] for entry in found]
        self.reason[index] = [entry[2] for entry in found]

    def _calls(self, index: Ints, inputs: Inputs, places: list[int], engine: Engine) -> None:
        """With everything: sharing, stores, workers, loops, batches."""
        function = self.function
        samples = None
        if function.votes:
            samples = (index % function.votes).tolist()
        keys: list[Any] = list(range(len(index)))
        if engine.savings and function.pure:
            keys = inputs.keys(function, samples, engine.alive)
        memo = engine.memo_of(self) if engine.savings and function.pure else {}
        with engine.claiming(memo, [keys[place] for place in places]) as mine:
            distinct = {keys[place]: place for place in reversed(places) if keys[place] in mine}
            todo = sorted(distinct.values())
            known = self._recall(inputs, todo, samples, engine)
            for place, meaning in known.items():
                memo[keys[place]] = meaning
            self.figures.cached += len(known)
            todo = [place for place in todo if place not in known]
            calls = [inputs.call(place) | self.constants for place in todo]
            self.figures.made += len(todo)
            keep = engine.keeper(self, inputs, todo, samples)

            def done(number: int, outcome: Outcome) -> None:
                keep(number, outcome)
                engine.tick(self.node)

            run = engine.executors.run
            outcomes = self._batched(calls, engine, done) if function.batch_by else run(function, calls, done)
            for place, outcome in zip(todo, outcomes, strict=True):
                memo[keys[place]] = self._meaning(outcome)
        settled = 0
        for place in places:
            if keys[place] in memo:  # else another leaf of this function is at it: the next round finds the result
                settled += 1
                i = int(index[place])
                self.values[i], self.status[i], self.reason[i] = memo[keys[place]]
        self.figures.shared += settled - len(todo) - len(known)

    def _batched(
        self, calls: list[dict[str, Any]], engine: Engine, done: Callable[[int, Outcome], None]
    ) -> list[Outcome]:
        """Several units to a call (``batch_by``); what raises is called again one by one, for its neighbours' sake."""
        size = self.function.batch_by or 1
        parts = [calls[low : low + size] for low in range(0, len(calls), size)]
        outcomes: list[Outcome] = []
        for number, outcome in enumerate(engine.executors.run(self.function, [self._joined(part) for part in parts])):
            found = split(outcome, len(parts[number]), self.function)
            if outcome.kind != "value" and len(found) > 1:
                alone = engine.executors.run(self.function, [self._joined([call]) for call in parts[number]])
                found = [one for few in alone for one in split(few, 1, self.function)]
            for one in found:
                done(len(outcomes), one)
                outcomes.append(one)
        return outcomes

    def _joined(self, calls: list[dict[str, Any]]) -> dict[str, Any]:
        """The arguments of several calls as those of one, a list for each parameter."""
        names = [name for name in calls[0] if name not in self.constants]
        return {name: [call[name] for call in calls] for name in names} | self.constants

    def _groups(self, index: Ints, inputs: Inputs, places: Ints, ctx: Context, engine: Engine) -> None:
        """Whole groups, or the whole batch, at a call."""
        codes = self._codes(ctx)
        members: dict[int, list[int]] = {}
        for place in places.tolist():
            members.setdefault(int(codes[index[place]]), []).append(place)
        calls = []
        for group in members.values():
            lists = {n: [c[p] for p in group] for n, c in zip(inputs.names, inputs.columns, strict=True)}
            calls.append(lists | self.constants)
        self.figures.made += len(calls)
        outcomes = engine.executors.run(self.function, calls)
        for group, outcome in zip(members.values(), outcomes, strict=True):
            for place, one in zip(group, split(outcome, len(group), self.function), strict=True):
                i = int(index[place])
                self.values[i], self.status[i], self.reason[i] = self._meaning(one)

    def _meaning(self, outcome: Outcome) -> tuple[Any, int, int]:
        """Value, status and reason of one outcome."""
        function = self.function
        if outcome.kind == "value":
            return outcome.value, SCORED, 0
        if outcome.kind == "failed":
            if function.column:
                return None, SCORED, reason_code(outcome.reason)
            if function.fails_as is None:
                raise ContractError(
                    f"{function.name} failed ({outcome.reason}) but declares no fails_as=: "
                    "say what a failed completion is worth, the worst end of its bounds"
                )
            return function.fails_as, FAILED, reason_code(outcome.reason)
        if function.on_error != "unscored" and outcome.reason.startswith("exception"):
            return function.on_error, FAILED, reason_code(outcome.reason)
        return None, UNSCORED, reason_code(outcome.reason)

    # ---------------------------------------------------------------- stores

    def store_keys(self, inputs: Inputs, places: Sequence[int], samples: list[int] | None) -> list[bytes | None]:
        """What the results of some units are stored under; None where an input cannot be told by its content."""
        from .cache import key

        function = self.function
        # The ordinal tells apart functions of one name, which closures may be.
        name, params = f"{function.name}#{function.identity[1]}", canonical(self.constants)
        found: list[bytes | None] = []
        for place in places:
            plain, sample = inputs.spelled(place), 0 if samples is None else samples[place]
            found.append(None if plain is None else key(name, function.version, params, plain, sample=sample))
        return found

    def _recall(
        self, inputs: Inputs, places: list[int], samples: list[int] | None, engine: Engine
    ) -> dict[int, tuple[Any, int, int]]:
        stores = engine.stores(self.function)
        if not stores or not places:
            return {}
        found: dict[int, tuple[Any, int, int]] = {}
        keys = self.store_keys(inputs, places, samples)
        by_key = {key: place for key, place in zip(keys, places, strict=True) if key is not None}
        for store in stores:
            for key, entry in store.get_many(list(by_key)).items():
                outcome = Outcome("value" if entry.status == "scored" else "failed", entry.value, entry.reason)
                found[by_key[key]] = self._meaning(outcome)
        return found


def _whole(touched: Bools, codes: Ints) -> Bools:
    """All of every group of which some are touched."""
    groups = np.zeros(int(codes.max(initial=-1)) + 1, dtype=bool)
    groups[codes[touched]] = True
    return groups[codes]
