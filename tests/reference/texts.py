"""From one split of a text to another: ``onto`` and ``within``, piece by piece, by the spans the pieces remember."""

from __future__ import annotations

from typing import Any

import numpy as np

from .cells import Cell, Sheet, nested, number, unscored
from .figures import total


def holder(fine: Any, coarse: list[Any]) -> int | None:
    """The coarse piece that holds the first character of a fine one.

    A gap belongs to the piece before it (in front of the first, to the first), a fine piece without characters to the
    last piece, and one of a message that has no coarse piece to none.
    """
    if not coarse:
        return None
    if fine.span is None or fine.span.start == fine.span.stop:
        return len(coarse) - 1
    of_message = [i for i, piece in enumerate(coarse) if piece.span.message == fine.span.message]
    before = [i for i in of_message if coarse[i].span.start <= fine.span.start]
    return before[-1] if before else of_message[0] if of_message else None


def trouble(cells: list[Cell]) -> Cell | None:
    """A split that could not be made: its one cell has no piece."""
    for cell in cells:
        if cell.status == "unscored":
            return unscored(cell.reason)
    return None


def _pieces(sheet: Sheet, row: int) -> list[Cell]:
    return [sheet.cells[path] for path in sheet.of_row(row, 1)]


def onto(at: str, x: Sheet, coarse: Sheet, fine: Sheet) -> Sheet:
    trees = [_onto_row(at, _pieces(x, row), _pieces(coarse, row), _pieces(fine, row)) for row in range(x.n)]
    return nested(x.n, trees, 1)


def _onto_row(at: str, scores: list[Cell], coarse: list[Cell], fine: list[Cell]) -> list[Cell]:
    lost = trouble(fine) or trouble(coarse)
    if lost is not None:
        return [lost] * len(fine)
    texts, smaller = [c.value for c in coarse], [c.value for c in fine]
    held = [holder(piece, texts) for piece in smaller]
    landed: list[list[Cell]] = [[] for _ in smaller]
    for i, score in enumerate(scores):
        inside = [j for j, owner in enumerate(held) if owner == i]
        if not inside and smaller:
            before = [j for j, owner in enumerate(held) if owner is not None and owner < i]
            inside = [before[-1] if before else 0]
        if at == "last":
            inside = inside[-1:]
        elif at == "first":
            inside = inside[:1]
        if at == "share" and score.has_number and inside:
            score = number(np.float64(score.value) / np.float64(len(inside)))
        for j in inside:
            landed[j].append(score)
    return [trouble(cells) or number(total([c.value for c in cells])) for cells in landed]


def within(x: Sheet, fine: Sheet, coarse: Sheet, *, column: bool) -> Sheet:
    trees = [_within_row(_pieces(x, row), _pieces(fine, row), _pieces(coarse, row), column) for row in range(x.n)]
    return nested(x.n, trees, 2)


def _within_row(cells: list[Cell], fine: list[Cell], coarse: list[Cell], column: bool) -> list[list[Cell]]:
    lost = trouble(coarse)
    if lost is not None:
        return [[lost]] * len(coarse)
    lost = trouble(fine)
    if lost is not None:
        return [[lost]] * len(coarse)
    texts = [c.value for c in coarse]
    held = [holder(c.value, texts) for c in fine]
    return [[cells[j] for j, owner in enumerate(held) if owner == i] for i in range(len(coarse))]
