"""What a scored batch says about a training step: a line per rollout, and figures over all of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Any

from guerdon.expr.score import Score
from guerdon.expr.terms import REST, terms
from guerdon.plan.scores import Scores, Values

_NOT_DATA = {"prompt", "completion", "completion_ids", "truncated"}


@dataclass(frozen=True)
class Cell:
    """One rollout's value of the reward or a component."""

    value: float | None
    status: str
    reason: str | None


def per_rollout(values: Values) -> list[Cell]:
    """One cell per rollout; of a ragged score the mean of a rollout's pieces, with the first trouble among them."""
    cells = [
        Cell(value, status, reason or None)
        for value, status, reason in zip(values.numbers, values.statuses, values.reasons, strict=True)
    ]
    if not values.layout.depth:
        return cells
    pieces: list[list[Cell]] = [[] for _ in range(values.layout.n)]
    for row, cell in zip(values.layout.rows.tolist(), cells, strict=True):
        pieces[row].append(cell)
    return [_pooled(mine) for mine in pieces]


def _pooled(cells: list[Cell]) -> Cell:
    numbers = [cell.value for cell in cells if cell.value is not None]
    worst = next((cell for cell in cells if cell.status != "scored"), Cell(None, "scored", None))
    return Cell(fmean(numbers) if numbers else None, worst.status, worst.reason)


def component_names(reward: Score) -> list[str]:
    """The components of a reward, and ``rest`` where something without a name adds to it that is no constant.

    >>> import guerdon as gd
    >>> component_names(gd.col("x").named("x") + gd.col("y") + 1)
    ['x', 'rest']
    """
    nameless = any(term.name == REST and term.value.op != "lit" for term in terms(reward))
    return [*reward.components, REST] if nameless else list(reward.components)


def parts_of(scores: Scores) -> dict[str, Values]:
    """The values of each of `component_names`; of ``rest``, what it adds."""
    named, added = scores.components, scores.contributions
    return {name: named[name] if name in named else added[name] for name in component_names(scores.root)}


def rollout_lines(scores: Scores, split: str, step: int, truncated: Sequence[bool]) -> list[dict[str, Any]]:
    """A line of ``rollouts.jsonl`` for each rollout of a batch.

    Args:
        scores: of rollouts with the columns ``prompt``, ``completion`` and ``completion_ids``.
        split: ``before``, ``train`` or ``after``.
        step: counted from 1 in training; 0 before.
        truncated: which completions were cut off.
    """
    columns = scores.rollouts.columns
    rewards = per_rollout(scores)
    parts = {name: per_rollout(values) for name, values in parts_of(scores).items()}
    added = {name: per_rollout(values) for name, values in scores.contributions.items()}
    groups = scores.rollouts.groups.tolist()
    data = [name for name in columns if name not in _NOT_DATA]
    lines = []
    for i, row_id in enumerate(scores.rollouts.ids):
        components = {}
        for name, cells in parts.items():
            # A gate adds nothing of its own; what it lets through is the others' contribution.
            contribution = added[name][i].value if name in added else 0.0
            components[name] = {**vars(cells[i]), "contribution": contribution}
        lines.append(
            {
                "split": split,
                "step": step,
                "id": f"{step}-{row_id}" if split == "train" else row_id,
                "group": f"{step}-{groups[i]}" if split == "train" else f"held-out-{groups[i]}",
                "prompt": columns["prompt"][i],
                "completion": columns["completion"][i],
                "tokens": len(columns["completion_ids"][i]),
                "truncated": bool(truncated[i]),
                "reward": rewards[i].value,
                "status": rewards[i].status,
                "reason": rewards[i].reason,
                "components": components,
                "columns": {name: columns[name][i] for name in data},
            }
        )
    return lines


def _known(numbers: Iterable[float | None]) -> list[float]:
    return [number for number in numbers if number is not None]


def _drivers(batches: Sequence[Scores]) -> dict[str, float | None]:
    """The mean of every gate, multiplier and schedule, over the cells that have a number."""
    sums: dict[str, tuple[float, int]] = {}
    for scores in batches:
        for name, (total, count) in scores.drivers().items():
            before = sums.get(name, (0.0, 0))
            sums[name] = (before[0] + total, before[1] + count)
    return {name: total / count if count else None for name, (total, count) in sums.items()}


def step_line(step: int, batches: Sequence[Scores], seconds: float) -> dict[str, Any]:
    """The line of ``steps.jsonl`` for the batches that a step learned from: usually one."""
    rewards = _values(batches)
    found = [parts_of(scores) for scores in batches]
    statuses: dict[str, dict[str, int]] = {"reward": _counted(batches)}
    components = {}
    for name in found[0] if found else ():
        parts = [one[name] for one in found]
        values = _values(parts)
        known = _known(scores.variance_shares().get(name) for scores in batches)
        weights = _known(scores.effective_weights().get(name) for scores in batches)
        components[name] = {
            "mean": fmean(values) if values else None,
            "computed": fmean(part.computed for part in parts),
            "variance_share": fmean(known) if known else (0.0 if _learns(batches) else None),
            "effective_weight": fmean(weights) if weights else None,
        }
        statuses[name] = _counted(parts)
    observed: dict[str, list[float]] = {}
    for scores in batches:
        for name, values_of in scores.observed.items():
            observed.setdefault(name, []).extend(_values([values_of]))
    lengths = [len(ids) for scores in batches for ids in scores.rollouts.columns["completion_ids"]]
    return {
        "step": step,
        "reward_mean": fmean(rewards) if rewards else None,
        "reward_std": pstdev(rewards) if rewards else None,
        "components": components,
        "observed": {name: fmean(values) if values else None for name, values in observed.items()},
        "drivers": _drivers(batches),
        "length_mean": fmean(lengths) if lengths else None,
        "seconds": seconds,
        "statuses": statuses,
        "calls": _calls(batches),
        "trainer": {},
    }


def _learns(batches: Iterable[Scores]) -> bool:
    """Whether rewards differ within some group: then a component that adds nothing has a share of 0, not none."""
    return any(share is not None for scores in batches for share in scores.variance_shares().values())


def _values(parts: Iterable[Values]) -> list[float]:
    return [cell.value for part in parts for cell in per_rollout(part) if cell.value is not None]


def _counted(parts: Iterable[Values]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in parts:
        for status, count in part.counts().items():
            found[status] = found.get(status, 0) + count
    return found


def _calls(batches: Iterable[Scores]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for scores in batches:
        for node, figures in scores.figures.items():
            one = found.setdefault(node, {"made": 0, "saved": 0, "seconds": 0.0})
            one["made"] += figures.made
            one["saved"] += figures.saved
            one["seconds"] += figures.seconds
    return found


def plain(value: Any) -> Any:
    """A value as JSON can hold it: numbers that are not finite become null, what is no data becomes its text.

    >>> plain({"a": float("nan"), "b": (1, "x")})
    {'a': None, 'b': [1, 'x']}
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return str(value)
