"""``Scores``: what scoring gave, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from guerdon.expr.node import Expr
from guerdon.expr.rollouts import Rollouts
from guerdon.expr.score import Score
from guerdon.expr.values import FAILED, SKIPPED, STATUS_NAMES, Cells, Floats, Ints, Layout, reason_text


class Values:
    """The cells of one node: numbers, statuses and reasons, flat over all rollouts (and pieces)."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells

    @property
    def layout(self) -> Layout:
        """How the cells lie in rollouts and pieces."""
        return self._cells.layout

    @property
    def values(self) -> Floats:
        """One float64 per cell; 0.0 where there is no number."""
        return self._cells.values

    @property
    def statuses(self) -> list[str]:
        """``scored``, ``failed``, ``unscored`` or ``skipped``, per cell."""
        return [STATUS_NAMES[code] for code in self._cells.statuses().tolist()]

    @property
    def reasons(self) -> list[str]:
        """Why a cell failed or has no number; empty for the scored."""
        return [reason_text(code) for code in self._cells.reasons().tolist()]

    @property
    def numbers(self) -> list[float | None]:
        """The numbers, None where there is none: what goes into files."""
        good = self._cells.has_number().tolist()
        return [value if ok else None for value, ok in zip(self._cells.values.tolist(), good, strict=True)]

    def nested(self) -> list[Any]:
        """The numbers per rollout: one, or lists of them on ragged axes."""
        items: list[Any] = self.numbers
        for counts in reversed(self.layout.counts):
            edges = np.concatenate([[0], np.cumsum(counts)]).tolist()
            items = [items[low:high] for low, high in pairwise(edges)]
        return items

    def mean(self) -> float | None:
        """The mean of the cells that have a number; None where none has."""
        good = self._cells.has_number()
        return float(self._cells.values[good].mean()) if good.any() else None

    @property
    def computed(self) -> float:
        """The share of cells that were computed."""
        status = self._cells.statuses()
        return float((status != SKIPPED).mean()) if len(status) else 1.0

    def counts(self) -> dict[str, int]:
        """How many cells had each status, with its reason: ``{"scored": 7, "failed: no answer": 1}``."""
        found: Counter[str] = Counter()
        status, reason = self._cells.statuses(), self._cells.reasons()
        width = int(reason.max(initial=0)) + 1
        number = np.bincount(status * np.int64(width) + reason)
        for pair in np.flatnonzero(number).tolist():
            (code, why), count = divmod(pair, width), int(number[pair])
            text = reason_text(why) if code else ""
            found[f"{STATUS_NAMES[code]}: {text}" if text else STATUS_NAMES[code]] += count
        return dict(found)

    def __len__(self) -> int:
        return self.layout.size


@dataclass(frozen=True)
class NodeFigures:
    """What a leaf cost in one batch.

    Attributes:
        made: calls made.
        shared: calls saved because equal inputs were called once.
        cached: calls saved by the cache or the journal.
        skipped: cells never asked for, because the result did not need them.
        seconds: wall time in the leaf.
        statuses: cells by status and reason.
    """

    made: int
    shared: int
    cached: int
    skipped: int
    seconds: float
    statuses: Mapping[str, int]

    @property
    def saved(self) -> int:
        """Calls saved in all."""
        return self.shared + self.cached + self.skipped


class Scores(Values):
    """The result of scoring: the root's values, its components, and what every leaf cost."""

    def __init__(
        self,
        root: Score,
        rollouts: Rollouts,
        cells: Mapping[bytes, Cells],
        contributions: Mapping[str, Cells],
        figures: Mapping[str, NodeFigures],
        step: int,
    ) -> None:
        super().__init__(cells[root.key])
        self.root = root
        self.rollouts = rollouts
        self.step = step
        self.figures = dict(figures)
        self._by_key = cells
        self._contributions = contributions

    def of(self, expr: Expr) -> Values:
        """The cells of any sub-expression that was part of the reward."""
        if expr.key not in self._by_key:
            raise KeyError(f"{expr!r} is no part of this reward")
        return Values(self._by_key[expr.key])

    @property
    def components(self) -> dict[str, Values]:
        """The named parts."""
        return {name: self.of(node) for name, node in self.root.components.items()}

    @property
    def observed(self) -> dict[str, Values]:
        """The figures of ``observe``."""
        found = {}
        for node in _observing(self.root):
            for name, figure in zip(node.param("names"), node.many("figure"), strict=True):
                found[name] = self.of(figure)
        return found

    @property
    def contributions(self) -> dict[str, Values]:
        """What each component adds at the root: its gates and weights included, 0 where its gate is closed."""
        return {name: Values(cells) for name, cells in self._contributions.items()}

    def variance_shares(self) -> dict[str, float | None]:
        """The share of the reward's variance within groups that each contribution accounts for.

        ``Cov(contribution, reward) / Var(reward)`` within prompt groups, over rollouts whose reward and contributions
        all have numbers. The shares sum to 1; None where the reward does not vary within any group: then there is
        nothing for a group-relative advantage to learn from.
        """
        parts = self._contributions
        if self.layout.depth:
            return dict.fromkeys(parts)
        good = self._cells.has_number()
        for cells in parts.values():
            good = good & cells.has_number()
        kept = {name: cells.values[good] for name, cells in parts.items()}
        return within_group_shares(self.values[good], kept, self.rollouts.groups[good])

    def effective_weights(self) -> dict[str, float | None]:
        """How much each contribution moves the reward within prompt groups, as a share of all that moves it.

        The standard deviation of a contribution within groups over the sum of those of all: what a weight comes to once
        the spread of what it weighs is counted. The shares are in [0, 1] and sum to 1; None where nothing varies.
        """
        parts = self._contributions
        if self.layout.depth:
            return dict.fromkeys(parts)
        good = self._cells.has_number()
        for cells in parts.values():
            good = good & cells.has_number()
        kept = {name: cells.values[good] for name, cells in parts.items()}
        return within_group_weights(kept, self.rollouts.groups[good])

    def drivers(self) -> dict[str, tuple[float, int]]:
        """What steers the reward, as ``"gate/NAME"``, ``"multiplier/NAME"``, ...: the sum of its cells, and how many.

        A gate's sum counts the cells where it is open. See :mod:`guerdon.expr.drivers`.
        """
        from guerdon.expr.drivers import drivers

        found = {}
        for driver in drivers(self.root):
            cells = self._by_key[driver.node.key]
            values = cells.values[cells.has_number()]
            sums = float((values != 0).sum() if driver.kind == "gate" else values.sum())
            found[f"{driver.kind}/{driver.name}"] = (sums, len(values))
        return found

    def explain(self, i: int) -> str:
        """Why rollout ``i`` got its number: the tree with every node's value and status."""
        from guerdon.expr.tree import tree

        if not 0 <= i < self.rollouts.n:
            raise IndexError(f"rollout {i}: there are {self.rollouts.n}, numbered from 0")
        return tree(self.root, annotate=lambda node: self._cell_text(node, i))

    def _cell_text(self, node: Expr, i: int) -> str:
        cells = self._by_key.get(node.key)
        if cells is None:
            return ""
        at = np.flatnonzero(cells.layout.rows == i)[:9].tolist()
        shown = [_shown(cells, k) for k in at[:8]] + (["…"] if len(at) > 8 else [])
        return shown[0] if cells.layout.depth == 0 and shown else "[" + ", ".join(shown) + "]"

    def to_rows(self) -> list[dict[str, Any]]:
        """One JSON-able dict per rollout: id, reward, status, reason, and the same of each component."""
        rewards, statuses, reasons = self.nested(), self._nest(self.statuses), self._nest(self.reasons)
        parts = {
            name: (values.nested(), _nest(values, values.statuses), _nest(values, values.reasons))
            for name, values in self.components.items()
        }
        rows = []
        for i, row_id in enumerate(self.rollouts.ids):
            row: dict[str, Any] = {"id": row_id, "reward": rewards[i], "status": statuses[i], "reason": reasons[i]}
            row["components"] = {
                name: {"value": value[i], "status": status[i], "reason": reason[i]}
                for name, (value, status, reason) in parts.items()
            }
            rows.append(row)
        return rows

    def _nest(self, items: list[str]) -> list[Any]:
        return _nest(self, items)

    def to_columns(self) -> dict[str, list[Any]]:
        """The rows as columns: ``id``, ``reward``, ``status``, ``reason``; ``NAME``, ``NAME_status`` per component.

        A component whose name is taken, such as one named ``reward``, is in ``component_NAME``.
        """
        columns: dict[str, list[Any]] = {
            "id": list(self.rollouts.ids),
            "reward": self.nested(),
            "status": self._nest(self.statuses),
            "reason": self._nest(self.reasons),
        }
        for name, values in self.components.items():
            while name in columns or f"{name}_status" in columns:
                name = f"component_{name}"
            columns[name] = values.nested()
            columns[f"{name}_status"] = _nest(values, values.statuses)
        return columns

    def to_arrow(self) -> Any:
        """The columns as a ``pyarrow.Table`` (extra ``arrow``)."""
        from guerdon._extras import need

        return need("pyarrow", "arrow").table(self.to_columns())

    def to_pandas(self) -> Any:
        """The columns as a ``pandas.DataFrame`` (extra ``pandas``)."""
        from guerdon._extras import need

        return need("pandas", "pandas").DataFrame(self.to_columns())

    def __iter__(self) -> Iterator[float | None]:
        return iter(self.numbers)

    def __repr__(self) -> str:
        mean = self.mean()
        shown = "none scored" if mean is None else f"mean {mean:.4g}"
        counts = ", ".join(f"{status} {count}" for status, count in self.counts().items())
        return f"<Scores of {self.rollouts.n} rollouts: {shown}; {counts}>"


def _nest(values: Values, items: list[Any]) -> list[Any]:
    for counts in reversed(values.layout.counts):
        edges = np.concatenate([[0], np.cumsum(counts)]).tolist()
        items = [items[low:high] for low, high in pairwise(edges)]
    return items


def _shown(cells: Cells, k: int) -> str:
    code = int(cells.statuses()[k])
    why = reason_text(int(cells.reasons()[k]))
    if code > FAILED:
        return f"{STATUS_NAMES[code]} ({why})" if why else STATUS_NAMES[code]
    if cells.is_score:
        text = f"{cells.values[k]:.6g}"
        return f"{text} (failed: {why})" if code == FAILED else text
    item = cells.values[k]
    if item is None:
        return f"none ({why})" if why else "none"
    text = repr(item)
    return text if len(text) <= 60 else text[:57] + "…"


def within_group_shares(reward: Floats, parts: Mapping[str, Floats], groups: Ints) -> dict[str, float | None]:
    """The share of a reward's variance within groups that each of its addends accounts for.

    Args:
        reward: one number per rollout.
        parts: per name, one number per rollout; they sum to the reward.
        groups: each rollout's group, a number from 0.

    >>> reward, half = np.array([0.0, 2.0]), np.array([0.0, 1.0])
    >>> within_group_shares(reward, {"a": half, "b": half}, np.array([0, 0]))
    {'a': 0.5, 'b': 0.5}
    """
    if not len(groups):
        return dict.fromkeys(parts)
    whole = _centred(reward, groups)
    variance = float(whole @ whole)
    if variance <= 1e-18:
        return dict.fromkeys(parts)
    return {name: float(_centred(part, groups) @ whole) / variance for name, part in parts.items()}


def within_group_weights(parts: Mapping[str, Floats], groups: Ints) -> dict[str, float | None]:
    """The standard deviation of each part within groups, as a share of the sum of all.

    >>> part = np.array([0.0, 2.0])
    >>> within_group_weights({"a": part, "b": -part}, np.array([0, 0]))
    {'a': 0.5, 'b': 0.5}
    """
    if not len(groups):
        return dict.fromkeys(parts)
    spreads = {name: float(np.sqrt(np.square(_centred(part, groups)).sum())) for name, part in parts.items()}
    whole = sum(spreads.values())
    return {name: spread / whole if whole > 1e-9 else None for name, spread in spreads.items()}


def _centred(values: Floats, codes: Any) -> Floats:
    count = int(codes.max()) + 1
    n = np.maximum(np.bincount(codes, minlength=count), 1)
    mean = np.bincount(codes, weights=values, minlength=count) / n
    centred: Floats = values - mean[codes]
    return centred


def _observing(root: Expr) -> Iterator[Expr]:
    from guerdon.expr.node import topological

    for node in topological(root):
        if node.op == "observe":
            yield node
