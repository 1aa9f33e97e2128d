"""Statistics over groups of rollouts, and the standing of each cell in its group."""

from __future__ import annotations

from typing import Any

from guerdon.expr.canonical import canonical

from .cells import DIFFER, Cell, Path, Sheet, fitted, meet, unscored
from .figures import figure, standing

Key = tuple[object, ...]
Entry = tuple[Path, Cell]
NOT_CONSTANT = unscored("not constant in its prompt")


def key_value(cell: Cell) -> object:
    """What makes two keys one: numbers by value, text by text, None for itself, the rest by content."""
    value = cell.value
    if value is None:
        return ("none",)
    if isinstance(value, (bool, int, float)):
        return ("number", value)
    if isinstance(value, str):
        return ("text", str(value))
    return ("other", canonical(value))


def admit(x: Cell, where: Cell | None) -> Cell | None:
    """The cell as it is counted, or None where it is shut out."""
    if where is None:
        return x
    if where.status == "unscored":
        return unscored(where.reason)
    return x if where.value != 0 else None


class Groups:
    """The base cells of a statistic by key: the keys' sheets, the base's paths, and who is admitted."""

    def __init__(self, x: Sheet, where: Sheet | None, keys: list[Sheet]) -> None:
        sheets = [x, *([where] if where else []), *keys]
        self.paths, spread = meet(*sheets)
        self.x = spread[0]
        # Rows in which the keys differ in length from what is counted: nobody is counted there, and nobody receives.
        key_paths, _ = meet(*keys)
        self.differ = {
            path[0]
            for sheet in sheets[: len(sheets) - len(keys)]
            for depth in range(1, min(sheet.depth + 1, len(key_paths)))
            for path in {*sheet.paths[depth]} ^ {*key_paths[depth]}
        }
        wheres = spread[1] if where else None
        self.keys = spread[2:] if where else spread[1:]
        self.admitted: dict[Path, Cell] = {}
        for path in self.paths[-1]:
            cell = admit(self.x[path], wheres[path] if wheres else None)
            if cell is not None:
                self.admitted[path] = cell

    def key(self, path: Path) -> Key | Cell:
        """The key of a base cell, or the unscored cell that keeps it out of every group."""
        return join_key([cells[path] for cells in self.keys])

    def members(self, key: Key) -> list[Path]:
        """All base cells of a group, in order, also those that are shut out."""
        return [path for path in self.paths[-1] if self.key(path) == key]


def join_key(cells: list[Cell]) -> Key | Cell:
    for cell in cells:
        if cell.status == "unscored":
            return unscored(cell.reason)
    return tuple(key_value(cell) for cell in cells)


def representative(groups: Groups, prompt: list[int]) -> tuple[Path | None, Cell | None]:
    """The cell that stands for a prompt's rollouts: the first admitted that has a number, else the first admitted."""
    entries = [
        ((row,), groups.admitted[(row,)])
        for row in prompt
        if (row,) in groups.admitted and not isinstance(groups.key((row,)), Cell)
    ]
    numbers = [entry for entry in entries if entry[1].has_number]
    if len({cell.value for _, cell in numbers}) > 1:
        return numbers[0][0], NOT_CONSTANT
    if numbers:
        return numbers[0]
    return entries[0] if entries else (None, None)


def by_row(entry: tuple[Path | None, Cell | None]) -> Path:
    return entry[0] or ()


def prompts(group_of: list[Any]) -> list[list[int]]:
    """The rows of each prompt group, groups in order of first appearance."""
    found: dict[Any, list[int]] = {}
    for row, group in enumerate(group_of):
        found.setdefault(group, []).append(row)
    return list(found.values())


def over(
    params: dict[str, Any], x: Sheet, where: Sheet | None, keys: list[Sheet], empty: Sheet | None, group_of: list[Any]
) -> Sheet:
    """A statistic with ``over=``: every cell on the keys' axes receives its group's figure."""
    groups = Groups(x, where, keys)
    paths, spread = meet(*keys)
    spare = empty and fitted(empty, paths)
    by_prompt = prompts(group_of)
    cells: dict[Path, Cell] = {}
    for path in paths[-1]:
        key = DIFFER if path[0] in groups.differ else join_key([key_cells[path] for key_cells in spread])
        if isinstance(key, Cell):
            cells[path] = key
            continue
        if params["unit"]:
            stand_ins = [representative(groups, rows) for rows in by_prompt]
            members = [
                (p, c)
                for p, c in sorted(stand_ins, key=by_row)
                if p is not None and c is not None and groups.key(p) == key
            ]
            places = groups.members(key)
            if any(c is NOT_CONSTANT for _, c in members):
                cells[path] = NOT_CONSTANT
                continue
        else:
            places = groups.members(key)
            members = [(p, groups.admitted[p]) for p in places if p in groups.admitted]
        if params["leave_one_out"]:
            members = [(p, c) for p, c in members if p[0] != path[0]]
        counted = [(places.index(p), c) for p, c in members]
        cells[path] = figure(params["stat"], params, counted, across=True, empty=spare[path] if spare else None)
    return Sheet(paths, cells)


def stand(params: dict[str, Any], x: Sheet, where: Sheet | None, keys: list[Sheet], group_of: list[Any]) -> Sheet:
    """The standing of every cell in its group."""
    groups = Groups(x, where, keys)
    if params["unit"]:
        return _stand_for_prompts(params, groups, prompts(group_of))
    cells: dict[Path, Cell] = {}
    for path in groups.paths[-1]:
        own = groups.admitted.get(path, groups.x[path])
        key = groups.key(path)
        if isinstance(key, Cell):
            cells[path] = key
        elif not own.has_number:
            cells[path] = unscored(own.reason)
        else:
            cells[path] = _figure(params, path, own, groups.members(key), groups.admitted)
    return Sheet(groups.paths, cells)


def _figure(params: dict[str, Any], path: Path, own: Cell, places: list[Path], admitted: dict[Path, Cell]) -> Cell:
    counted = [(at, admitted[p].value) for at, p in enumerate(places) if p in admitted and admitted[p].has_number]
    return standing(params["kind"], params, own.value, places.index(path), counted)


def _stand_for_prompts(params: dict[str, Any], groups: Groups, by_prompt: list[list[int]]) -> Sheet:
    """Every rollout of a prompt receives the standing of the one that stands for it; nobody, nothing."""
    stand_ins = [representative(groups, rows) for rows in by_prompt]
    admitted = {path: cell for path, cell in stand_ins if path is not None and cell is not None}
    cells: dict[Path, Cell] = {}
    for rows, (path, own) in zip(by_prompt, stand_ins, strict=True):
        if path is None or own is None:
            cell = unscored("empty")
        else:
            key = groups.key(path)
            places = [p for p in sorted(admitted) if groups.key(p) == key]
            if any(admitted[p] is NOT_CONSTANT for p in places):
                cell = NOT_CONSTANT
            elif own.has_number:
                cell = _figure(params, path, own, places, admitted)
            else:
                cell = unscored(own.reason)
        for row in rows:
            key = groups.key((row,))
            cells[(row,)] = key if isinstance(key, Cell) else cell
    return Sheet(groups.paths, cells)
