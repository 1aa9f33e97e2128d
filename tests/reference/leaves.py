"""Functions applied: called directly, one piece or one list at a time, with their failures turned into cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from guerdon.expr.function import Function
from guerdon.expr.values import Failed, Unscored

from .cells import Cell, Path, Sheet, children, first_unscored, flat, meet, nested, number, thing, unscored


def result(function: Function, value: Any) -> Cell:
    """What one returned value is worth."""
    if function.column:
        return thing(value)
    if value is None:
        return unscored("none")
    if isinstance(value, (bool, int, float, np.generic)):
        return number(value)
    raise TypeError(f"{function.name} returned {value!r}")


def failure(function: Function, error: Exception) -> Cell:
    """What a call that raised is worth."""
    if isinstance(error, Unscored):
        return unscored(str(error))
    if isinstance(error, Failed):
        if function.column:
            return thing(None, str(error))
        assert function.fails_as is not None
        return Cell("failed", float(function.fails_as), str(error))
    said = " ".join(str(error).split())[:200]
    reason = f"exception: {type(error).__name__}: {said}" if said else f"exception: {type(error).__name__}"
    if function.on_error == "unscored":
        return unscored(reason)
    return Cell("failed", float(function.on_error), reason)


def attempt(function: Function, kwargs: dict[str, Any], read: Callable[[Any], Any]) -> Any:
    """Call, and read what was returned; a single cell where it raised."""
    try:
        return read(function.call(**kwargs))
    except Exception as error:
        return failure(function, error)


def apply(
    function: Function,
    constants: dict[str, Any],
    args: list[tuple[str, Sheet]],
    depth: int,
    n: int,
    group_of: Sequence[Any],
) -> Sheet:
    """The leaf's sheet, which lies on ``depth`` axes."""
    names = [name for name, _ in args]
    sheets = [sheet for _, sheet in args]
    if function.per != "piece":
        return _groups(function, constants, names, sheets, n, group_of)
    if function.axes:
        return _record(function, constants, names, sheets, n)
    if not sheets:
        sheets, names = [flat(n, lambda row: thing(None))], []
    if function.axis is not None:
        makes_axis = depth > max(sheet.depth for sheet in sheets)
        return _lists(function, constants, names, sheets, makes_axis=makes_axis)
    paths, spread = meet(*sheets)
    cells: dict[Path, Cell] = {}
    ready: list[Path] = []
    for path in paths[-1]:
        lost = first_unscored(*(c[path] for c in spread))
        if lost is not None:
            cells[path] = lost
        else:
            ready.append(path)
    taken = {path: {name: c[path].value for name, c in zip(names, spread, strict=False)} for path in ready}
    if function.batch_by:
        for i in range(0, len(ready), function.batch_by):
            chunk = ready[i : i + function.batch_by]
            kwargs = {name: [taken[path][name] for path in chunk] for name in names} | constants
            got = attempt(function, kwargs, lambda values: [result(function, value) for value in values])
            if isinstance(got, Cell):  # what one of them raised is not the others' doing: each is asked alone
                alone = [{name: [taken[path][name]] for name in names} | constants for path in chunk]
                each = [
                    attempt(function, one, lambda values: [result(function, value) for value in values])
                    for one in alone
                ]
                got = [one if isinstance(one, Cell) else one[0] for one in each]
            cells |= dict(zip(chunk, got, strict=True))
    else:
        for path in ready:
            cells[path] = attempt(function, taken[path] | constants, lambda value: result(function, value))
    sheet = Sheet(paths, {path: cells[path] for path in paths[-1]})
    if not function.votes:
        return sheet
    # Every vote is a call of its own; the functions of these tests give each vote the same answer.
    deeper = [(*path, vote) for path in paths[-1] for vote in range(function.votes)]
    return Sheet([*paths, deeper], {path: sheet.cells[path[:-1]] for path in deeper})


def _groups(
    function: Function,
    constants: dict[str, Any],
    names: list[str],
    sheets: list[Sheet],
    n: int,
    group_of: Sequence[Any],
) -> Sheet:
    cells: dict[Path, Cell] = {}
    together: dict[Any, list[int]] = {}
    for row in range(n):
        lost = first_unscored(*(sheet.cells[(row,)] for sheet in sheets))
        if lost is not None:
            cells[(row,)] = lost
        else:
            together.setdefault(group_of[row] if function.per == "group" else "all", []).append(row)
    for members in together.values():
        kwargs = {
            name: [sheet.cells[(row,)].value for row in members] for name, sheet in zip(names, sheets, strict=True)
        }
        got = attempt(function, kwargs | constants, lambda values: [result(function, value) for value in values])
        for i, row in enumerate(members):
            cells[(row,)] = got if isinstance(got, Cell) else got[i]
    return flat(n, lambda row: cells[(row,)])


def _record(function: Function, constants: dict[str, Any], names: list[str], sheets: list[Sheet], n: int) -> Sheet:
    def cell(row: int) -> Cell:
        pieces = [[sheet.cells[path] for path in sheet.of_row(row, sheet.depth)] for sheet in sheets]
        lost = first_unscored(*(c for cells in pieces for c in cells))
        if lost is not None:
            return lost
        kwargs = {
            name: [c.value for c in cells] if sheet.depth else cells[0].value
            for name, sheet, cells in zip(names, sheets, pieces, strict=True)
        }
        return attempt(function, kwargs | constants, lambda value: result(function, value))

    return flat(n, cell)


def record_field(name: str, leaf: Sheet, own: Sheet | None) -> Sheet:
    """A ragged field of a record: on an argument's own axis (``own``), or on one that it makes."""

    def row_cells(row: int) -> list[Cell]:
        record = leaf.cells[(row,)]
        count = 1 if own is None else len(own.of_row(row, 1))
        if record.status == "unscored":
            return [unscored(record.reason)] * count
        values = None if record.value is None else record.value.get(name)
        if values is None:
            reason = (record.reason if record.value is None else "") or "missing"
            return [] if own is None else [thing(None, reason)] * count
        return [thing(value) for value in values]

    return nested(leaf.n, [row_cells(row) for row in range(leaf.n)], 1)


def _lists(
    function: Function, constants: dict[str, Any], names: list[str], sheets: list[Sheet], *, makes_axis: bool
) -> Sheet:
    """Lists of pieces in, as many out; or, where no argument lies on the axis, a list that makes it."""
    paths, spread = meet(*sheets)
    deep = [sheet.depth == len(paths) - 1 for sheet in sheets]
    if makes_axis:
        trees: dict[Path, list[Cell]] = {}
        for path in paths[-1]:
            lost = first_unscored(*(c[path] for c in spread))
            kwargs = {name: c[path].value for name, c in zip(names, spread, strict=False)} | constants
            got = lost or attempt(function, kwargs, lambda values: [result(function, v) for v in values or []])
            if isinstance(got, Cell):
                got = [] if got.status == "scored" else [got]  # Failed of a column: no verdict
            trees[path] = got
        deeper = [(*path, i) for path in paths[-1] for i in range(len(trees[path]))]
        return Sheet([*paths, deeper], {path: trees[path[:-1]][path[-1]] for path in deeper})
    cells: dict[Path, Cell] = {}
    for parent in paths[-2]:
        pieces = children(paths[-1], parent)
        if not pieces:
            continue
        lost = None
        kwargs = dict(constants)
        for name, _sheet, content, is_list in zip(names, sheets, spread, deep, strict=False):
            if is_list:
                kwargs[name] = [content[path].value for path in pieces]
                lost = lost or first_unscored(*(content[path] for path in pieces))
            else:
                flat_cell = content[pieces[0]]
                kwargs[name] = flat_cell.value
                lost = lost or first_unscored(flat_cell)
        got = lost or attempt(
            function,
            kwargs,
            lambda values: [result(function, v) for v in values],
        )
        for i, path in enumerate(pieces):
            cells[path] = got if isinstance(got, Cell) else got[i]
    return Sheet(paths, cells)
