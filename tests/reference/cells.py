"""What the reference interpreter computes with: one cell, a sheet of cells, and the meeting of several sheets.

A path names a cell: ``(row,)``, ``(row, piece)``, ``(row, piece, piece of that)``. Nothing here is fast or clever.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

Path = tuple[int, ...]


class Cell(NamedTuple):
    """One number (or object), its status, and the reason where there is one."""

    status: str
    value: Any
    reason: str = ""

    @property
    def has_number(self) -> bool:
        return self.status in ("scored", "failed")


def unscored(reason: str) -> Cell:
    return Cell("unscored", None, reason)


def number(value: Any) -> Cell:
    """A computed number: finite, or unscored for ``domain``."""
    value = float(value)
    return Cell("scored", value + 0.0) if math.isfinite(value) else unscored("domain")


def thing(value: Any, reason: str = "") -> Cell:
    """A column's cell; None is no verdict."""
    return Cell("scored", value, reason)


@dataclass
class Sheet:
    """All cells of one node. ``paths[d]`` lists the paths of depth ``d`` in order; the cells lie on the last."""

    paths: list[list[Path]]
    cells: dict[Path, Cell]

    @property
    def depth(self) -> int:
        return len(self.paths) - 1

    @property
    def n(self) -> int:
        return len(self.paths[0])

    def of_row(self, row: int, depth: int) -> list[Path]:
        return [path for path in self.paths[depth] if path[0] == row]

    def listed(self) -> list[Cell]:
        return [self.cells[path] for path in self.paths[-1]]

    def counts(self) -> list[list[int]]:
        """Pieces per parent, axis by axis."""
        return [
            [len(children(self.paths[depth + 1], parent)) for parent in self.paths[depth]]
            for depth in range(self.depth)
        ]


def children(paths: Iterable[Path], parent: Path) -> list[Path]:
    return [path for path in paths if path[:-1] == parent]


def rows(n: int) -> list[Path]:
    return [(row,) for row in range(n)]


def flat(n: int, cell: Callable[[int], Cell]) -> Sheet:
    """A sheet with one cell a rollout."""
    return Sheet([rows(n)], {(row,): cell(row) for row in range(n)})


def nested(n: int, trees: list[Any], depth: int) -> Sheet:
    """A sheet from one nested list of cells per row, ``depth`` lists deep."""
    paths: list[list[Path]] = [rows(n)]
    current: dict[Path, Any] = dict(zip(paths[0], trees, strict=True))
    for _ in range(depth):
        current = {(*path, i): item for path, items in current.items() for i, item in enumerate(items)}
        paths.append(list(current))
    return Sheet(paths, current)


DIFFER = unscored("lengths differ")


def meet(*sheets: Sheet) -> tuple[list[list[Path]], list[dict[Path, Cell]]]:
    """Broadcast sheets onto the deepest of them.

    Returns the common paths, and each sheet's cells on them. In a row where ragged sheets differ in length the paths
    are those of the deepest sheet with most cells, and the cells of every ragged sheet are unscored.
    """
    depth = max(sheet.depth for sheet in sheets)
    deepest = [sheet for sheet in sheets if sheet.depth == depth]
    paths: list[list[Path]] = [[] for _ in range(depth + 1)]
    differ: set[int] = set()
    for row in range(sheets[0].n):
        for one in sheets:
            for two in sheets:
                for level in range(1, min(one.depth, two.depth) + 1):
                    if one.of_row(row, level) != two.of_row(row, level):
                        differ.add(row)
        most = max(deepest, key=lambda sheet: len(sheet.of_row(row, depth)))
        for level in range(depth + 1):
            paths[level] += most.of_row(row, level)
    spread = [
        {
            path: DIFFER if path[0] in differ and sheet.depth else sheet.cells[path[: sheet.depth + 1]]
            for path in paths[depth]
        }
        for sheet in sheets
    ]
    return paths, spread


def fitted(sheet: Sheet, paths: list[list[Path]]) -> dict[Path, Cell]:
    """A sheet's cells on paths that stay as they are; in a row where the sheet has other lengths, unscored."""

    def fits(row: int) -> bool:
        depths = range(1, sheet.depth + 1)
        return all(sheet.of_row(row, d) == [path for path in paths[d] if path[0] == row] for d in depths)

    good = [fits(row) for row in range(sheet.n)]
    return {path: sheet.cells[path[: sheet.depth + 1]] if good[path[0]] else DIFFER for path in paths[-1]}


def cell_by_cell(call: Callable[..., Cell], *sheets: Sheet) -> Sheet:
    """Apply a function of cells to every cell of the sheets' meeting."""
    paths, spread = meet(*sheets)
    return Sheet(paths, {path: call(*(cells[path] for cells in spread)) for path in paths[-1]})


def first_unscored(*cells: Cell) -> Cell | None:
    """The leftmost operand without a number, as the result's cell."""
    for cell in cells:
        if cell.status == "unscored":
            return unscored(cell.reason)
    return None
