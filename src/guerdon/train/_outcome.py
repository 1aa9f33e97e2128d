"""What came of one batch, as plain data: parts of it travel between processes and are put together again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from guerdon.expr.adapt import Hooks
from guerdon.expr.node import topological
from guerdon.expr.values import LEFT_OUT
from guerdon.plan.scores import Scores, Values, within_group_shares, within_group_weights


@dataclass
class Tally:
    """A component's (or an observed figure's) cells, counted.

    Attributes:
        total: the sum of the numbers.
        numbers: how many cells have one.
        statuses: how many cells had each status, with its reason, such as ``"failed: no answer"``.
    """

    total: float = 0.0
    numbers: int = 0
    statuses: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, values: Values) -> Tally:
        """The tally of a node's cells."""
        counts = Counter(values.counts())
        numbers = sum(count for status, count in counts.items() if status.startswith(("scored", "failed")))
        return cls((values.mean() or 0.0) * numbers, numbers, counts)

    def add(self, other: Tally) -> None:
        """Take in the cells of another part."""
        self.total += other.total
        self.numbers += other.numbers
        self.statuses += other.statuses

    @property
    def mean(self) -> float | None:
        """The mean of the numbers."""
        return self.total / self.numbers if self.numbers else None

    def share(self, status: str) -> float:
        """The share of cells with a status."""
        size = sum(self.statuses.values())
        found = sum(count for name, count in self.statuses.items() if name.partition(":")[0] == status)
        return found / size if size else 0.0


@dataclass
class Calls:
    """Calls of one function (of one leaf or several)."""

    cost: str
    made: int = 0
    saved: int = 0


@dataclass
class Outcome:
    """A batch that was scored, or the part of one that one process scored.

    Attributes:
        rows: the place of each rollout in the whole batch.
        groups: each rollout's group.
        reward: each rollout's reward; None where it has none.
        status: each rollout's status.
        reason: why a rollout has no reward.
        terms: per additive term of the reward, what it adds.
        cells: per component, its number (or, on an axis, its numbers) in each rollout.
        components: per component, its tally.
        observed: per figure of ``observe``, its tally.
        drivers: per gate, multiplier, schedule, ... its tally.
        calls: per function, its calls.
        extra: columns that TRL functions logged.
        metrics: figures that TRL functions logged.
        state: the runner's state after the batch, where it learned.
        kept: observed figures that were asked for, rollout by rollout.
    """

    rows: list[int]
    groups: list[int]
    reward: list[float | None]
    status: list[str]
    reason: list[str]
    terms: dict[str, list[float | None]]
    cells: dict[str, list[Any]]
    components: dict[str, Tally]
    observed: dict[str, Tally]
    drivers: dict[str, Tally]
    calls: dict[str, Calls]
    extra: dict[str, list[Any]] = field(default_factory=dict)
    metrics: list[tuple[str, float]] = field(default_factory=list)
    state: dict[str, Any] | None = None
    kept: dict[str, list[Any]] = field(default_factory=dict)

    def unscored(self) -> list[int]:
        """The rollouts that could not be scored; those left out on purpose are not among them."""
        pairs = enumerate(zip(self.reward, self.reason, strict=True))
        return [i for i, (value, why) in pairs if value is None and not why.startswith(LEFT_OUT)]

    def left_out(self) -> int:
        """How many rollouts were left out on purpose."""
        return sum(value is None for value in self.reward) - len(self.unscored())

    def shares(self) -> tuple[dict[str, float | None], dict[str, float | None]]:
        """Of each term: its share of the reward's variance within groups, and its effective weight there."""
        values = np.array([self.reward, *self.terms.values()], dtype=np.float64)  # None becomes NaN
        good = ~np.isnan(values).any(axis=0)
        kept = {name: values[i + 1][good] for i, name in enumerate(self.terms)}
        groups = np.asarray(self.groups, dtype=np.int64)[good]
        return within_group_shares(values[0][good], kept, groups), within_group_weights(kept, groups)


def of_scores(
    scores: Scores, rows: Sequence[int], hooks: Hooks, state: dict[str, Any] | None, keep: Sequence[str] = ()
) -> Outcome:
    """The outcome of what one runner scored."""
    costs = {}
    for node in topological(scores.root):
        if node.op == "leaf":
            function = node.param("function")
            costs[str(node)] = (function.shown, function.cost)
    calls: dict[str, Calls] = {}
    for leaf, figures in scores.figures.items():
        name, cost = costs.get(leaf, (leaf, "cheap"))
        entry = calls.setdefault(name, Calls(cost))
        entry.made += figures.made
        entry.saved += figures.saved
    return Outcome(
        list(rows),
        scores.rollouts.groups.tolist(),
        scores.numbers,
        scores.statuses,
        scores.reasons,
        {name: values.numbers for name, values in scores.contributions.items()},
        {name: values.nested() for name, values in scores.components.items()},
        {name: Tally.of(values) for name, values in scores.components.items()},
        {name: Tally.of(values) for name, values in scores.observed.items()},
        {name: Tally(total, numbers) for name, (total, numbers) in scores.drivers().items()},
        calls,
        hooks.extra,
        hooks.metrics,
        state,
        {name: scores.observed[name].nested() for name in keep},
    )


def joined(parts: Iterable[Outcome]) -> Outcome:
    """The whole batch from its parts, in the order of its rollouts."""
    found = list(parts)
    if len(found) == 1:
        return found[0]
    order = np.argsort([row for part in found for row in part.rows], kind="stable").tolist()

    def line(pieces: Iterable[list[Any]]) -> list[Any]:
        items = [item for piece in pieces for item in piece]
        return [items[i] for i in order]

    first = found[0]
    whole = Outcome(
        line(part.rows for part in found),
        line(part.groups for part in found),
        line(part.reward for part in found),
        line(part.status for part in found),
        line(part.reason for part in found),
        {name: line(part.terms[name] for part in found) for name in first.terms},
        {name: line(part.cells[name] for part in found) for name in first.cells},
        {name: Tally() for name in first.components},
        {name: Tally() for name in first.observed},
        {name: Tally() for name in first.drivers},
        {},
        kept={name: line(part.kept[name] for part in found) for name in first.kept},
    )
    for part in found:
        for mine, theirs in (
            (whole.components, part.components),
            (whole.observed, part.observed),
            (whole.drivers, part.drivers),
        ):
            for name, tally in theirs.items():
                mine[name].add(tally)
        for name, one in part.calls.items():
            entry = whole.calls.setdefault(name, Calls(one.cost))
            entry.made += one.made
            entry.saved += one.saved
        whole.metrics += part.metrics
    return whole
