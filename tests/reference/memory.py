"""Nodes with memory: what a batch teaches them, and what they answer. The caller keeps the state between batches."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .cells import Cell, Sheet, flat, number, unscored
from .figures import quantile
from .groups import admit, join_key
from .points import sigmoid

Memory = dict[Any, dict[str, Any]]


def learn(
    stat: str, decay: float | None, window: int | None, old: dict[str, Any] | None, values: list[float]
) -> dict[str, Any] | None:
    """What is remembered of one key after a batch of its numbers (at least one); a sum too large teaches nothing."""
    if window is not None:
        kept = [*(old["batches"] if old else []), sorted(values)]
        return {"batches": kept[-window:]}
    if stat in ("min", "max"):
        best = min if stat == "min" else max
        return {"best": best([*values, *([old["best"]] if old else [])])}
    bn = len(values)
    bm = fsum(values) / bn
    bm2 = fsum([(value - bm) * (value - bm) for value in values])
    new: dict[str, Any]
    if old is None:
        new = {"mean": bm, "var": bm2 / bn} if decay is not None else {"n": bn, "mean": bm, "m2": bm2}
    elif decay is not None:
        delta = bm - old["mean"]
        var = decay * (old["var"] + (1 - decay) * delta * delta) + (1 - decay) * (bm2 / bn)
        new = {"mean": old["mean"] + (1 - decay) * delta, "var": var}
    else:
        delta, n = bm - old["mean"], old["n"]
        mean = old["mean"] + delta * bn / (n + bn)
        new = {"n": n + bn, "mean": mean, "m2": old["m2"] + bm2 + delta * delta * n * bn / (n + bn)}
    return new if all(math.isfinite(figure) for figure in new.values()) else old


def fsum(values: list[float]) -> float:
    """The sum, rounded once; infinite where it is too large."""
    try:
        return math.fsum(values)
    except (OverflowError, ValueError):
        return math.inf


def answer(stat: str, q: float | None, memory: dict[str, Any]) -> Cell:
    """The figure of what is remembered of one key."""
    if "batches" in memory:
        values = sorted(value for batch in memory["batches"] for value in batch)
        m = fsum(values) / len(values)
        if stat == "mean":
            return number(m)
        if stat == "std":
            return number(math.sqrt(fsum([(value - m) * (value - m) for value in values]) / len(values)))
        if stat == "quantile":
            assert q is not None
            return number(quantile(values, q))
        return number(values[0] if stat == "min" else values[-1])
    if stat in ("min", "max"):
        return number(memory["best"])
    if stat == "mean":
        return number(memory["mean"])
    return number(math.sqrt(memory["var"] if "var" in memory else memory["m2"] / memory["n"]))


def running(
    params: dict[str, Any], memory: Memory, x: Sheet, where: Sheet | None, by: Sheet | None, empty: Sheet | None
) -> tuple[Sheet, Memory]:
    """The sheet as it reads, and what is remembered after it."""
    keys = [join_key([by.cells[(row,)]] if by else []) for row in range(x.n)]
    taught: dict[Any, list[float]] = {}
    for row, key in enumerate(keys):
        cell = admit(x.cells[(row,)], where.cells[(row,)] if where else None)
        if cell is not None and cell.has_number and not isinstance(key, Cell):
            taught.setdefault(key, []).append(cell.value)
    after = dict(memory)
    for key, values in taught.items():
        learned = learn(params["stat"], params["decay"], params["window"], memory.get(key), values)
        if learned is not None:
            after[key] = learned
    seen = after if params["sees"] == "after" else memory

    def read(row: int) -> Cell:
        key = keys[row]
        if isinstance(key, Cell):
            return key
        if key in seen:
            return answer(params["stat"], params["q"], seen[key])
        return empty.cells[(row,)] if empty else unscored("empty")

    return flat(x.n, read), after


def dual(
    params: dict[str, Any], memory: dict[str, float], x: Sheet, target: Sheet, where: Sheet | None
) -> tuple[Sheet, dict[str, float]]:
    """The multiplier as it stands before this batch, and what is remembered after it."""
    raw, velocity = memory.get("raw", params["init"]), memory.get("velocity", 0.0)
    squash = {"sigmoid": sigmoid, "tanh": lambda v: float(np.tanh(np.float64(v))), None: lambda v: max(v, 0.0)}
    sheet = flat(x.n, lambda row: number(squash[params["squash"]](raw)))
    gaps: list[float] = []
    for row in range(x.n):
        cell = admit(x.cells[(row,)], where.cells[(row,)] if where else None)
        goal = target.cells[(row,)]
        if cell is not None and cell.has_number and goal.has_number:
            gaps.append(cell.value - goal.value)
    if not gaps:
        return sheet, memory
    velocity = params["momentum"] * velocity + fsum(gaps) / len(gaps)
    raw = raw - params["lr"] * velocity
    if not math.isfinite(raw):
        return sheet, memory
    return sheet, {"raw": raw if params["squash"] else max(raw, 0.0), "velocity": velocity}
