"""State of nodes with memory: plain JSON, read before a batch and updated once after it, whatever the row order."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from .canonical import canonical
from .node import Expr
from .values import SKIPPED, UNSCORED, Cells, ContractError

State = dict[str, Any]
EVERYBODY = "all"


def fresh(node: Expr) -> State:
    """The state before anything was seen."""
    if node.op == "dual":
        return {"raw": node.param("init"), "velocity": 0.0}
    return {"by": {}}


def keys_of(by: Cells | None, n: int) -> list[str | None]:
    """The state's key of every rollout; None where there is none."""
    if by is None:
        return [EVERYBODY] * n
    good = by.statuses() < UNSCORED
    items = by.values.tolist()
    return [_name(item) if ok else None for item, ok in zip(items, good, strict=True)]


def _name(item: Any) -> str:
    if isinstance(item, str):
        return "text:" + item
    if isinstance(item, (bool, int, float)):
        return f"number:{float(item) + 0.0!r}" if abs(item) < 2.0**1000 else f"number:{item!r}"
    try:
        return "value:" + canonical(item).hex()
    except (TypeError, ValueError):
        raise ContractError(
            f"{type(item).__name__} {str(item)[:40]!r} cannot name a state: "
            "use texts, numbers, or lists and records of these"
        ) from None


def _admitted(cells: Mapping[str, Cells]) -> list[bool]:
    x = cells["x"]
    good = x.has_number()
    if "where" in cells:
        where = cells["where"]
        good = good & where.has_number() & (where.values != 0)
    result: list[bool] = good.tolist()
    return result


def waits(node: Expr, cells: Mapping[str, Cells]) -> bool:
    """Whether something the update needs is not known yet."""
    where = cells.get("where")
    if where is not None and bool((where.statuses() == SKIPPED).any()):
        return True
    wanted = np.ones(cells["x"].layout.size, dtype=bool)
    if where is not None:
        wanted = where.has_number() & (where.values != 0)
    unknown = [cells[role].statuses() == SKIPPED for role in ("x", "by", "target") if role in cells]
    return any(bool((wanted & lost).any()) for lost in unknown)


def updated(node: Expr, state: State, cells: Mapping[str, Cells]) -> State:
    """The state after a batch."""
    if node.op == "dual":
        return _move(node, state, cells)
    n = cells["x"].layout.size
    batches: dict[str, list[float]] = {}
    values = cells["x"].values.tolist()
    for name, admitted, value in zip(keys_of(cells.get("by"), n), _admitted(cells), values, strict=True):
        if admitted and name is not None:
            batches.setdefault(name, []).append(value)
    new = dict(state["by"])
    for name in sorted(batches):
        learned = _learn(node, new.get(name), sorted(batches[name]))
        if learned is not None:
            new[name] = learned
    return {"by": new}


def _learn(node: Expr, old: Any, batch: list[float]) -> Any:
    window, decay = node.param("window"), node.param("decay")
    if window is not None:
        return [*(old or []), batch][-window:]
    new = _moments(node.param("stat"), old, batch, decay)
    # A sum too large for a number teaches nothing: state is finite, and JSON.
    return new if all(map(math.isfinite, new.values())) else old


def _moments(stat: str, old: Any, batch: list[float], decay: float | None) -> dict[str, float]:
    if stat == "min":
        return {"min": min(batch[0], old["min"]) if old else batch[0]}
    if stat == "max":
        return {"max": max(batch[-1], old["max"]) if old else batch[-1]}
    n = len(batch)
    mean = _sum(batch) / n
    m2 = _sum([(value - mean) * (value - mean) for value in batch])
    if decay is not None:
        if old is None:
            return {"mean": mean, "var": m2 / n}
        delta = mean - old["mean"]
        var = decay * (old["var"] + (1 - decay) * delta * delta) + (1 - decay) * (m2 / n)
        return {"mean": old["mean"] + (1 - decay) * delta, "var": var}
    if old is None:
        return {"n": n, "mean": mean, "m2": m2}
    total = old["n"] + n
    delta = mean - old["mean"]
    return {
        "n": total,
        "mean": old["mean"] + delta * n / total,
        "m2": old["m2"] + m2 + delta * delta * old["n"] * n / total,
    }


def _sum(values: list[float]) -> float:
    """The exact sum, rounded once; infinite where no number holds it."""
    try:
        return math.fsum(values)
    except (OverflowError, ValueError):
        return math.inf


def figure(node: Expr, state: State, name: str) -> float | None:
    """What one key's state says; None before anything was seen."""
    seen = state["by"].get(name)
    if seen is None:
        return None
    stat = node.param("stat")
    if isinstance(seen, list):
        return _of_window(stat, [value for batch in seen for value in batch], node.param("q"))
    if stat == "std":
        return math.sqrt(seen["var"] if "var" in seen else seen["m2"] / seen["n"])
    found: float = seen[stat]
    return found


def _of_window(stat: str, values: list[float], q: float | None) -> float:
    values = sorted(values)
    n = len(values)
    if stat == "min":
        return values[0]
    if stat == "max":
        return values[-1]
    if stat == "quantile":
        place = (q or 0.0) * (n - 1)
        low = math.floor(place)
        high = min(low + 1, n - 1)
        return values[low] + (values[high] - values[low]) * (place - low)
    mean = _sum(values) / n
    return mean if stat == "mean" else math.sqrt(_sum([(value - mean) * (value - mean) for value in values]) / n)


def _move(node: Expr, state: State, cells: Mapping[str, Cells]) -> State:
    target = cells["target"]
    x = cells["x"].values
    chosen = np.asarray(_admitted(cells), dtype=bool) & target.has_number()
    excess = (x - target.values)[chosen].tolist()
    if not excess:
        return state
    velocity = node.param("momentum") * state["velocity"] + _sum(excess) / len(excess)
    raw = state["raw"] - node.param("lr") * velocity
    if not math.isfinite(raw):
        return state
    if node.param("squash") is None:
        raw = max(raw, 0.0)
    return {"raw": raw, "velocity": velocity}


def multiplier(node: Expr, state: State) -> float:
    """The weight a dual state stands for."""
    raw: float = state["raw"]
    squash = node.param("squash")
    if squash == "tanh":
        return float(np.tanh(raw))
    if squash == "sigmoid":
        t = float(np.exp(-abs(raw)))
        return 1 / (1 + t) if raw >= 0 else t / (1 + t)
    return max(raw, 0.0)
