"""What leaves return, made into cells: numbers checked, lists laid out in pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from guerdon.expr.function import Function
from guerdon.expr.spans import Pieces, Placed
from guerdon.expr.values import (
    FAILED,
    SCORED,
    SKIPPED,
    UNSCORED,
    Bools,
    Cells,
    Codes,
    ContractError,
    Layout,
    Objects,
    objects,
    reason_code,
)

from .outcome import Outcome

NONE = reason_code("none")
DOMAIN = reason_code("domain")
_FLOATS = {float, int, bool}


@dataclass
class Results:
    """One raw result per call, as far as they are there: its value, status and reason."""

    units: Layout
    values: Objects
    status: Codes
    reason: Any


def flat_cells(function: Function, results: Results) -> Cells:
    """One cell per call."""
    if function.column:
        return Cells(results.units, results.values, results.status.copy(), results.reason)
    return Cells(results.units, *numbers(results.values, results.status, results.reason, function, results.units))


def list_cells(function: Function, results: Results, given: Layout | None) -> Cells:
    """A list of pieces per call: on the layout of the pieces that went in, or on a new axis.

    A call without a result keeps its pieces where they are given. On a new axis it has one cell, which says why; where
    a parser gave no verdict there is nothing to split, and where nothing was called yet the shape is not known.
    """
    units, rows = results.units, results.units.rows
    if given is None and units.size and all(isinstance(value, Pieces) for value in results.values):
        lengths = np.fromiter(map(len, results.values), dtype=np.int64, count=units.size)
        return Placed(Layout(units.n, (*units.counts, lengths), units.known), list(results.values))
    counts: list[int] = []
    items: list[Any] = []
    status: list[int] = []
    reason: list[int] = []
    known = np.ones(units.n, dtype=bool) if units.known is None else units.known.copy()
    for i in range(units.size):
        code, why, value = int(results.status[i]), int(results.reason[i]), results.values[i]
        size = None if given is None else int(given.counts[-1][i])
        if code == SKIPPED and size is None:
            known[rows[i]] = False
            pieces, code, why = [], SCORED, 0
        elif code == SCORED and value is not None:
            pieces = _pieces(function, value, size, int(rows[i]))
            code, why = SCORED, 0
        elif code == SCORED and function.column and size is None:
            pieces = []
        else:
            if code == SCORED and not function.column:
                code, why = UNSCORED, why or NONE
            pieces = [value if code == FAILED else None] * (1 if size is None else size)
        items.extend(pieces)
        status.append(code)
        reason.append(why)
        counts.append(len(pieces))
    lengths = np.asarray(counts, dtype=np.int64)
    layout = given or Layout(units.n, (*units.counts, lengths))
    values = objects(items, len(items))
    codes = np.repeat(np.asarray(status, dtype=np.uint8), lengths)
    whys = np.repeat(np.asarray(reason, dtype=np.int32), lengths)
    if given is None and not known.all():
        keep = known[layout.rows]
        layout, values, codes, whys = _without(layout, known), values[keep], codes[keep], whys[keep]
    if function.column:
        return Cells(layout, values, codes, whys)
    return Cells(layout, *numbers(values, codes, whys, function, layout))


def _pieces(function: Function, value: Any, size: int | None, row: int) -> list[Any]:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, (list, tuple, Pieces)):
        raise ContractError(
            f"{function.name} declares axis={function.axis!r} and must return a list, "
            f"not {type(value).__name__} (row {row})"
        )
    if size is not None and len(value) != size:
        raise ContractError(
            f"{function.name} got {size} pieces on axis {function.axis!r} and returned {len(value)} (row {row})"
        )
    return list(value)


def _without(layout: Layout, known: Bools) -> Layout:
    """The layout without the pieces of rollouts that are not known."""
    counts = []
    for level in range(layout.depth):
        rows = layout.outer(level).rows if level else np.arange(layout.n)
        part = np.where(known[rows], layout.counts[level], 0)
        counts.append(part if level == 0 else part[known[rows]])
    return Layout(layout.n, tuple(counts), known)


def numbers(values: Any, status: Any, reason: Any, function: Function, layout: Layout) -> tuple[Any, Any, Any]:
    """Raw results as numbers: None and what is not finite are unscored, anything else stops the run."""
    items = values.tolist()
    if not status.any() and set(map(type, items)) <= _FLOATS:
        try:
            found = np.asarray(items, dtype=np.float64).reshape(len(items))
        except OverflowError:
            found = np.full(len(items), np.inf)
        if np.isfinite(found).all():
            return found + 0.0, None, None
    found = np.zeros(len(items))
    status, reason = status.copy(), reason.copy()
    for i, item in enumerate(items):
        if status[i] > FAILED:
            continue
        if item is None:
            status[i], reason[i] = UNSCORED, NONE
            continue
        if not isinstance(item, (bool, int, float, np.number, np.bool_)) or isinstance(item, np.complexfloating):
            if getattr(item, "numel", lambda: 0)() == 1:  # a tensor of one number
                item = item.item()
            else:
                raise ContractError(
                    f"{function.name} returned {type(item).__name__} {str(item)[:60]!r} for row "
                    f"{int(layout.rows[i])}: a score leaf returns a number or None"
                )
        try:
            found[i] = float(item)
        except OverflowError:
            found[i] = np.inf
        if not np.isfinite(found[i]):
            found[i], status[i], reason[i] = 0.0, UNSCORED, DOMAIN
    return found + 0.0, status, reason


def split(outcome: Outcome, size: int, function: Function) -> list[Outcome]:
    """The outcome of a call of lists as one of each item."""
    if outcome.kind != "value":
        return [outcome] * size
    value = outcome.value
    if isinstance(value, np.ndarray) or hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, (list, tuple)) or len(value) != size:
        got = f"{len(value)} values" if isinstance(value, (list, tuple)) else type(value).__name__
        raise ContractError(f"{function.name} got {size} rollouts and must return a list of {size} values, not {got}")
    return [Outcome("value", item, seconds=outcome.seconds / max(size, 1)) for item in value]
