"""What a scored batch says in the trainer's log and in its table of completions."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from guerdon.expr.values import LEFT_OUT

from ._outcome import Outcome

MOST_REASONS = 20
"""Reasons that get a figure of their own; those that turn up later are counted together, as ``other``."""


class Log:
    """Names figures, and goes on naming those it once named, so that what does not happen is logged as 0.

    Args:
        name: the reward's name, which stands before that of every figure.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._reasons: dict[str, None] = {}

    def figures(self, outcome: Outcome) -> dict[str, float]:
        """The figures of a batch, by name; those that do not exist in it (no cell was computed) are left out."""
        n = max(len(outcome.reward), 1)
        found: dict[str, float | None] = {
            "unscored": len(outcome.unscored()) / n,
            "left_out": outcome.left_out() / n,
        }
        shares, weights = outcome.shares()
        for name, tally in outcome.components.items():
            found[f"{name}/mean"] = tally.mean
            found[f"{name}/computed"] = 1.0 - tally.share("skipped")
            found[f"{name}/failed"] = tally.share("failed")
            found[f"{name}/unscored"] = tally.share("unscored")
        for name, share in shares.items():
            found[f"{name}/variance_share"] = share
            found[f"{name}/effective_weight"] = weights[name]
        for name, tally in outcome.drivers.items():
            found[name] = tally.mean
        for name, tally in outcome.observed.items():
            found[f"{name}/mean"] = tally.mean
        found["calls/made"] = float(sum(calls.made for calls in outcome.calls.values()))
        found["calls/saved"] = float(sum(calls.saved for calls in outcome.calls.values()))
        for name, calls in outcome.calls.items():
            if calls.cost != "cheap":
                found[f"calls/{name}/made"] = float(calls.made)
                found[f"calls/{name}/saved"] = float(calls.saved)
        found |= self._by_reason(outcome)
        return {f"{self.name}/{name}": value for name, value in found.items() if value is not None}

    def _by_reason(self, outcome: Outcome) -> dict[str, float]:
        n = max(len(outcome.reward), 1)
        counted: dict[str, float] = defaultdict(float)
        for reward, why in zip(outcome.reward, outcome.reason, strict=True):
            if reward is None and why.startswith(LEFT_OUT):
                counted[f"left_out/{why.removeprefix(LEFT_OUT)}"] += 1 / n
            elif reward is None:
                counted[f"unscored/{kind(why)}"] += 1 / n
        for name, tally in outcome.components.items():
            size = max(sum(tally.statuses.values()), 1)
            for said, count in tally.statuses.items():
                status, _, why = said.partition(": ")
                if why and status in ("failed", "unscored"):
                    counted[f"{name}/{status}/{kind(why)}"] += count / size
        shares = dict.fromkeys(self._reasons, 0.0)
        for name, share in counted.items():
            if name not in self._reasons and len(self._reasons) >= MOST_REASONS:
                name = name.rpartition("/")[0] + "/other"
            self._reasons.setdefault(name)
            shares[name] = shares.get(name, 0.0) + share
        return shares

    def table(self, outcome: Outcome, low: int, high: int) -> dict[str, list[Any]]:
        """The columns of the table of completions for some rollouts of the batch."""
        columns: dict[str, list[Any]] = {f"{self.name}/{name}": cells for name, cells in outcome.cells.items()}
        columns |= {f"{self.name}/status": outcome.status, f"{self.name}/reason": outcome.reason, **outcome.extra}
        return {name: cells[low:high] for name, cells in columns.items()}


def kind(reason: str) -> str:
    """A reason without what differs from row to row: the kind of an exception, and at most 60 characters.

    >>> kind("exception: ValueError: no number in '12a'"), kind("left out: too easy")
    ('exception: ValueError', 'left out: too easy')
    """
    if reason.startswith("exception: "):
        reason = ": ".join(reason.split(": ")[:2])
    return " ".join(reason.split())[:60]
