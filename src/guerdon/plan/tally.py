"""What is counted while a file is scored: numbers, statuses, calls, and leaves that raise on every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from guerdon.expr.node import Expr
from guerdon.expr.values import SKIPPED, UNSCORED, Cells, ContractError, reason_text

from .leaves import Leaf
from .scores import Values

__all__ = ["FirstRows", "Tally"]

_REASONS = 200
FIRST = 1000
"""A leaf that raises on every one of so many rows is broken; the run stops there, whatever the chunks."""


@dataclass
class Figures:
    """One score over the rows so far: how many cells have a number, their sum, and the cells by status and reason."""

    count: int = 0
    total: float = 0.0
    statuses: Counter[str] = field(default_factory=Counter)

    @property
    def mean(self) -> float | None:
        """The mean of the cells that have a number."""
        return self.total / self.count if self.count else None

    def add(self, cells: Cells) -> None:
        """Count in the cells of one chunk."""
        good = cells.has_number()
        self.count += int(good.sum())
        with np.errstate(over="ignore"):
            self.total += float(cells.values[good].sum())
        for status, count in Values(cells).counts().items():
            # Reasons may hold a row's own words; a checkpoint must not grow with the file.
            known = status in self.statuses or len(self.statuses) < _REASONS
            self.statuses[status if known else f"{status.partition(':')[0]}: other reasons"] += count


@dataclass
class Tally:
    """The reward's figures, the components', and the calls of each leaf: made, shared, taken up, and not needed."""

    reward: Figures = field(default_factory=Figures)
    components: dict[str, Figures] = field(default_factory=dict)
    calls: dict[str, list[int]] = field(default_factory=dict)

    def add(self, root: Cells, components: Mapping[str, Cells]) -> None:
        """Count in what a chunk gave."""
        self.reward.add(root)
        for name, cells in components.items():
            self.components.setdefault(name, Figures()).add(cells)

    def add_leaf(self, leaf: Leaf) -> None:
        """Count in what a chunk cost."""
        found = self.calls.setdefault(leaf.function.shown, [0, 0, 0, 0])
        figures = leaf.figures
        for i, more in enumerate((figures.made, figures.shared, figures.cached, int((leaf.status == SKIPPED).sum()))):
            found[i] += more

    def to_json(self) -> dict[str, Any]:
        """As what a checkpoint stores."""
        parts = {"": self.reward, **{"=" + name: figures for name, figures in self.components.items()}}
        return {
            "scores": {name: [f.count, f.total, dict(f.statuses)] for name, f in parts.items()},
            "calls": dict(self.calls),
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Tally:
        """What :meth:`to_json` wrote."""
        parts = {name: Figures(count, total, Counter(by)) for name, (count, total, by) in data["scores"].items()}
        reward = parts.pop("", Figures())
        return Tally(reward, {name[1:]: f for name, f in parts.items()}, {k: list(v) for k, v in data["calls"].items()})


class FirstRows:
    """Watches the first rows of every leaf: one that raises on all of them stops the run.

    The rule of :class:`guerdon.plan.Runner` speaks of the first batch. Here the batch is the file, so that the chunks
    may not matter: the rule holds of the first thousand rows, or of all where there are fewer.
    """

    def __init__(self, seen: Mapping[str, int | None] | None = None) -> None:
        self.seen: dict[str, int | None] = dict(seen or {})
        """By leaf: rows that raised so far; None once a row did not."""
        self._reasons: dict[str, tuple[str, str]] = {}

    def watch(self, nodes: list[Expr], leaves: Mapping[bytes, Leaf]) -> None:
        """Look at one chunk."""
        for number, node in enumerate(nodes):
            leaf, name = leaves[node.key], str(number)
            before = self.seen.get(name, 0)
            if before is None or leaf.function.on_error != "unscored":
                continue
            called = np.flatnonzero(leaf.status != SKIPPED)[: FIRST - before]
            reasons = [reason_text(code) for code in leaf.reason[called].tolist()]
            raised = (leaf.status[called] == UNSCORED).tolist()
            if all(bad and why.startswith("exception: ") for bad, why in zip(raised, reasons, strict=True)):
                self.seen[name] = before + len(called)
                if reasons:
                    self._reasons.setdefault(name, (leaf.function.name, reasons[0]))
                if before + len(called) >= FIRST:
                    self._stop(name)
            else:
                self.seen[name] = None

    def end(self) -> None:
        """There are no more rows."""
        for name, seen in self.seen.items():
            if seen is not None and seen > 1 and name in self._reasons:
                self._stop(name)

    def _stop(self, name: str) -> None:
        function, reason = self._reasons[name]
        said = reason.removeprefix("exception: ")
        raise ContractError(f"{function} raised on every row ({self.seen[name]} of them): {said}")
