"""Masks as they are written down: polygons, boxes, run lengths (RLE), cells.

- a polygon is a list of three or more points ``[[x, y], ...]``, or ``{"polygon": [...]}``; a box is four numbers;
- ``{"size": [rows, columns], "counts": [...]}`` is COCO's uncompressed RLE: runs of 0 and 1, column by column;
- ``{"cells": [[row, column], ...]}`` names the cells that are in.

Polygons and boxes can be compared with one another, run lengths of one size too, and cells with cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._extras import need
from ._shapes import LARGEST, Point, box_of, point_of

MOST_CORNERS = 128
"""Corners of a completion's polygon: its edges may cross those of the reference in the product of both numbers."""
MOST_GOLD_CORNERS = 2048
"""Corners of a reference's polygon."""
MOST_CELLS = 100_000
"""Cells or runs of a mask."""


@dataclass(frozen=True)
class Polygon:
    """The corners of a region; none where it is empty."""

    corners: tuple[Point, ...]


@dataclass(frozen=True)
class Runs:
    """Stretches ``[start, stop)`` of a grid counted column after column, in order, and the grid's rows and columns."""

    rows: int
    columns: int
    stretches: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Cells:
    """The cells that are in."""

    cells: frozenset[tuple[int, int]]


Mask = Polygon | Runs | Cells


def mask_of(item: Any, corners: int = MOST_GOLD_CORNERS) -> Mask | None:
    """A mask, or None where the item holds none (or a polygon of more corners). Linear.

    >>> mask_of([0, 0, 2, 1])
    Polygon(corners=((0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (0.0, 1.0)))
    >>> mask_of({"size": [2, 3], "counts": [1, 2, 3]})
    Runs(rows=2, columns=3, stretches=((1, 3),))
    >>> mask_of({"cells": [[0, 1], [0, 1]]})
    Cells(cells=frozenset({(0, 1)}))
    """
    if isinstance(item, Mapping):
        if "counts" in item:
            return _runs(item.get("size"), item["counts"])
        if "cells" in item:
            return _cells(item["cells"])
        item = item.get("polygon", item)
    box = box_of(item)
    if box is not None and len(box) == 4:
        x, y, u, v = box
        return Polygon(((x, y), (u, y), (u, v), (x, v)))
    if not isinstance(item, Sequence) or isinstance(item, str) or len(item) > corners:
        return None
    points = [point_of(one) for one in item]
    whole = tuple(one for one in points if one is not None and len(one) == 2)
    return Polygon(whole) if len(whole) == len(points) and (not points or len(points) > 2) else None


def _natural(value: Any, most: float = LARGEST) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _runs(size: Any, counts: Any) -> Runs | None:
    if not isinstance(size, Sequence) or len(size) != 2 or not all(_natural(side, 100_000) for side in size):
        return None
    if not isinstance(counts, (list, tuple)) or len(counts) > MOST_CELLS or not all(map(_natural, counts)):
        return None
    found: list[tuple[int, int]] = []
    at = 0
    for place, count in enumerate(counts):
        if place % 2 and count:
            if found and found[-1][1] == at:  # a run of no zeros in between
                found[-1] = (found[-1][0], at + count)
            else:
                found.append((at, at + count))
        at += count
    return Runs(size[0], size[1], tuple(found)) if at == size[0] * size[1] else None


def _cells(cells: Any) -> Cells | None:
    if not isinstance(cells, (list, tuple)) or len(cells) > MOST_CELLS:
        return None
    found = set()
    for cell in cells:
        if not isinstance(cell, (list, tuple)) or len(cell) != 2 or not all(map(_natural, cell)):
            return None
        found.add((cell[0], cell[1]))
    return Cells(frozenset(found))


def dice(a: Any, b: Any) -> float:
    """``2 |A and B| / (|A| + |B|)``, in [0, 1]; 1 where both are empty. See ``gd.vision.dice``.

    >>> dice({"cells": [[0, 0], [0, 1]]}, {"cells": [[0, 1], [0, 2]]}), dice([], []), dice([0, 0, 2, 2], "square")
    (0.5, 1.0, 0.0)
    """
    found = shared(mask_of(a, MOST_CORNERS), mask_of(b))
    if found is None:
        return 0.0
    one, other, both = found
    return min(1.0, 2 * both / (one + other)) if one + other > 0 else 1.0


def shared(a: Mask | None, b: Mask | None) -> tuple[float, float, float] | None:
    """The areas of two masks, and of what they share; None where they cannot be compared.

    A polygon whose edges cross has no inside that all would agree on (and mending it may take minutes): of a completion
    it is compared with nothing, of a reference it is mended.
    """
    if isinstance(a, Cells) and isinstance(b, Cells):
        return len(a.cells), len(b.cells), len(a.cells & b.cells)
    if isinstance(a, Runs) and isinstance(b, Runs) and (a.rows, a.columns) == (b.rows, b.columns):
        return _size(a), _size(b), _common(a, b)
    if isinstance(a, Polygon) and isinstance(b, Polygon):
        shapely = need("shapely", extra="vision")
        one, other = shapely.Polygon(a.corners), shapely.Polygon(b.corners)
        if not one.is_valid:
            return None
        if not other.is_valid:
            other = shapely.make_valid(other)
        return one.area, other.area, one.intersection(other).area
    return None


def _size(runs: Runs) -> int:
    return sum(stop - start for start, stop in runs.stretches)


def _common(a: Runs, b: Runs) -> int:
    found = i = j = 0
    while i < len(a.stretches) and j < len(b.stretches):
        (start, stop), (begin, end) = a.stretches[i], b.stretches[j]
        found += max(0, min(stop, end) - max(start, begin))
        if stop < end:
            i += 1
        else:
            j += 1
    return found


def inside(point: Any, region: Any) -> int:
    """1 if a point lies in a box (of its dimensions) or mask, edges included. See ``gd.vision.inside``.

    >>> inside([10, 5], [0, 0, 10, 10]), inside([1, 1], [[0, 0], [4, 0], [0, 4]]), inside([11, 5], [0, 0, 10, 10])
    (1, 1, 0)
    """
    at = point_of(point)
    if at is None:
        return 0
    box = box_of(region)
    if box is not None:
        half = len(box) // 2
        return int(len(at) == half and all(box[i] <= at[i] <= box[half + i] for i in range(half)))
    mask = mask_of(region)
    if mask is None or len(at) != 2:
        return 0
    if isinstance(mask, Polygon):
        return int(_within(at, mask.corners))
    column, row = (int(side // 1) for side in at)
    if isinstance(mask, Cells):
        return int((row, column) in mask.cells)
    here = column * mask.rows + row
    held = 0 <= row < mask.rows and 0 <= column < mask.columns
    return int(held and any(start <= here < stop for start, stop in mask.stretches))


def _within(at: Point, corners: Sequence[Point]) -> bool:
    """Even-odd rule; a point on an edge is in."""
    x, y = at
    odd = False
    for (ax, ay), (bx, by) in _edges(corners):
        cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        if cross == 0 and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by):
            return True
        if (ay > y) != (by > y) and (cross > 0) == (by > ay):
            odd = not odd
    return odd


def _edges(corners: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    return zip(corners, (*corners[1:], *corners[:1]), strict=True)
