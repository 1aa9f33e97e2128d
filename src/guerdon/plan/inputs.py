"""The inputs of a leaf's calls: gathered per unit, and told apart where they are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from guerdon.expr.canonical import canonical
from guerdon.expr.function import Function
from guerdon.expr.node import Expr
from guerdon.expr.values import SKIPPED, UNSCORED, Bools, Cells, Ints, Layout

from .demand import takes_lists

_PLAIN = (frozenset({str}), frozenset({str, type(None)}), frozenset({type(None)}), frozenset({float}))
_WHOLE = frozenset({int, bool})


class Inputs:
    """For some units (calls) of a leaf: the values of each parameter, and which units cannot be called.

    Attributes:
        names: the parameters, in order.
        columns: per parameter, one value per unit.
        lost: units with an unscored argument.
        reason: why, per unit.
        unknown: units with an argument not known yet.
    """

    def __init__(
        self,
        node: Expr,
        args: Sequence[Cells],
        units: Layout,
        index: Ints,
        given: Mapping[str, Sequence[Any]] | None = None,
    ) -> None:
        self.names = [role for role, _ in node.args]
        self.columns: list[list[Any]] = []
        self.lost: Bools = np.zeros(len(index), dtype=bool)
        self.unknown: Bools = np.zeros(len(index), dtype=bool)
        self.reason = np.zeros(len(index), dtype=np.int32)
        lists = takes_lists(node)
        for cells in args:
            if lists and cells.layout.depth > units.depth:
                self._lists(cells, units, index)
            else:
                self._flat(cells, units, index)
        for name, column in (given or {}).items():  # columns of the data, for a function that takes all there are
            self.names.append(name)
            self.columns.append([column[i] for i in index.tolist()])

    def _mark(self, status: Any, reason: Any) -> None:
        new = (status == UNSCORED) & ~self.lost
        self.reason[new] = reason[new]
        self.lost |= new
        self.unknown |= status == SKIPPED

    def _flat(self, cells: Cells, units: Layout, index: Ints) -> None:
        at = index if cells.layout.depth == units.depth else units.owners(cells.layout.depth)[index]
        whole = len(index) == units.size and cells.layout.depth == units.depth
        self.columns.append((cells.values if whole else cells.values[at]).tolist())
        if cells.status is not None:
            self._mark(cells.status[at], cells.reasons()[at])

    def _lists(self, cells: Cells, units: Layout, index: Ints) -> None:
        offsets = cells.layout.offsets(units.depth)
        values = cells.values.tolist()
        self.columns.append([values[offsets[i] : offsets[i + 1]] for i in index.tolist()])
        status, reason = np.zeros(len(index), dtype=np.uint8), np.zeros(len(index), dtype=np.int32)
        if cells.status is not None:
            for place, i in enumerate(index.tolist()):
                part = cells.status[offsets[i] : offsets[i + 1]]
                bad = np.flatnonzero(part >= UNSCORED)
                if len(bad):
                    worst = SKIPPED if (part == SKIPPED).any() else UNSCORED
                    status[place], reason[place] = worst, cells.reasons()[offsets[i] + bad[0]]
        if cells.layout.known is not None:
            status[~cells.layout.known[units.rows[index]]] = SKIPPED
        self._mark(status, reason)

    def keys(self, function: Function, samples: list[int] | None, alive: list[Any]) -> list[Any]:
        """One hashable key per unit: equal inputs have equal keys, ``1``, ``True`` and ``1.0`` do not.

        ``alive`` keeps what is told apart by identity, as long as the keys are used.
        """
        parts: list[list[Any]] = []
        for column in self.columns:
            kinds = frozenset(map(type, column))
            if kinds in _PLAIN:
                parts.append(column)
            elif len(kinds) == 1 and kinds <= _WHOLE:  # 1, True and 1.0 may meet in two leaves of one function
                (kind,) = kinds
                parts.append([(kind, item) for item in column])
            elif function.cost == "cheap" and not function.isolate and function.pure:
                # For cheap functions telling equal records apart costs more than calling twice.
                alive.append(column)
                parts.append([item if type(item) in (str, bytes) else (type(item), id(item)) for item in column])
            else:
                alive.append(column)
                parts.append([spelled(item) or (type(item), id(item)) for item in column])
        if samples is not None:
            parts.append(samples)
        if len(parts) == 1:
            return parts[0]
        return list(zip(*parts, strict=True)) if parts else [()] * len(self.lost)

    def spelled(self, place: int) -> bytes | None:
        """The canonical bytes of one unit's arguments; None where some have none."""
        return spelled(self.call(place))

    def call(self, place: int) -> dict[str, Any]:
        """The arguments of one unit, by name."""
        return {name: column[place] for name, column in zip(self.names, self.columns, strict=True)}


def spelled(value: Any) -> bytes | None:
    """The canonical bytes of a value; None of an object that has none, such as a picture."""
    try:
        return canonical(value)
    except (TypeError, ValueError):
        return None
