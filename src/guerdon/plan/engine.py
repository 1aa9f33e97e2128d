"""What leaves need from the run: executors, the memory of calls within it, and stores that outlive it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from guerdon.expr.function import Function
from guerdon.expr.node import Expr
from guerdon.expr.values import SCORED, Cells

from .demand import takes_lists
from .each import all_differ
from .executors import Executors
from .inputs import Inputs
from .outcome import Outcome

if TYPE_CHECKING:
    from .leaves import Leaf


class Store(Protocol):
    """Where results of dear calls are kept: the cache, or a run's journal."""

    def get_many(self, keys: Sequence[bytes]) -> Mapping[bytes, Any]:
        """The entries there are."""

    def put_many(self, items: Any) -> None:
        """Keep entries."""


def address(node: Expr) -> tuple[Any, ...]:
    """What leaves have in common that call the same function in the same way: their results can be shared."""
    names = tuple(role for role, _ in node.args)
    return (node.param("function").identity, node.param("constants").identity, names, takes_lists(node))


class Engine:
    """What leaves need from the run: executors, memory of calls within it, and stores that outlive it."""

    def __init__(
        self,
        executors: Executors,
        *,
        savings: bool = True,
        cache: Store | None = None,
        journal: Store | None = None,
        tick: Callable[[Expr], None] | None = None,
    ) -> None:
        self.executors = executors
        self.savings = savings
        self.cache = cache
        self.journal = journal
        self.tick = tick or (lambda node: None)
        self.alive: list[Any] = []
        self._differ: dict[tuple[int, int], bool] = {}
        self._memo: dict[Any, dict[Any, tuple[Any, int, int]]] = {}
        self._unread: dict[int, list[tuple[list[Any], list[Any]]]] = {}
        self._claimed: dict[int, set[Any]] = {}
        self._lock = threading.Lock()

    def memo_of(self, leaf: Leaf) -> dict[Any, tuple[Any, int, int]]:
        """Results by input, shared by all leaves that call the same function in the same way."""
        memo = self._memo.setdefault(address(leaf.node), {}) if self.savings else {}
        for keys, values in self._unread.pop(id(memo), ()):
            memo.update(zip(keys, ((value, SCORED, 0) for value in values), strict=True))
        return memo

    def differ(self, cells: Cells, column: list[Any]) -> bool:
        """Whether a column's texts all differ; looked at once."""
        where = (id(cells), len(column))
        found = self._differ.get(where)
        if found is None:
            self.alive.append(cells)
            found = self._differ[where] = all_differ(column)
        return found

    def remember(self, memo: dict[Any, tuple[Any, int, int]], keys: list[Any], values: list[Any]) -> None:
        """Put results into a memory when it is asked for the next time, which for most it never is."""
        if self.savings:
            self._unread.setdefault(id(memo), []).append((keys, values))

    @contextmanager
    def claiming(self, memo: dict[Any, tuple[Any, int, int]], keys: Sequence[Any]) -> Iterator[set[Any]]:
        """The inputs that are this leaf's to call: not known yet, nor being called by another leaf just now."""
        with self._lock:
            taken = self._claimed.setdefault(id(memo), set())
            mine = {key for key in keys if key not in memo and key not in taken}
            taken |= mine
        try:
            yield mine
        finally:
            with self._lock:
                taken -= mine

    def plain(self, function: Function) -> bool:
        """Whether the quick loop will do."""
        return Executors.inline(function) and function.batch_by is None and not self.stores(function)

    def stores(self, function: Function) -> list[Store]:
        """Where this function's results are looked up and kept."""
        if not function.pure or not self.savings:
            return []
        found = []
        if self.journal is not None and (function.cost != "cheap" or not Executors.inline(function)):
            found.append(self.journal)
        if self.cache is not None and function.cache:
            found.append(self.cache)
        return found

    def keeper(
        self, leaf: Leaf, inputs: Inputs, places: list[int], samples: list[int] | None
    ) -> Callable[[int, Outcome], None]:
        """What stores each outcome the moment it is there."""
        stores = self.stores(leaf.function)
        if not stores or not places:
            return lambda number, outcome: None
        keys = leaf.store_keys(inputs, places, samples)

        def keep(number: int, outcome: Outcome) -> None:
            from .cache import Entry

            if outcome.kind == "unscored" or (
                outcome.kind == "failed" and outcome.reason in ("timeout", "memory", "crashed")
            ):
                return
            key = keys[number]
            if key is None or (outcome.kind == "value" and not _storable(outcome.value, leaf.function)):
                return
            entry = Entry("scored" if outcome.kind == "value" else "failed", outcome.value, outcome.reason)  # type: ignore[arg-type]
            for store in stores:
                store.put_many([(key, entry)])

        return keep


def _storable(value: object, function: Function) -> bool:
    """Whether a result may be stored: JSON that comes back as it went; of a score, finite numbers only.

    None means "could not score", which may be otherwise the next time.
    """
    from .jsonvalues import dumps

    try:
        dumps(value)
    except (TypeError, ValueError):
        return False
    items = value if isinstance(value, list) else [value]
    return function.column or all(isinstance(item, (bool, int, float)) for item in items)
