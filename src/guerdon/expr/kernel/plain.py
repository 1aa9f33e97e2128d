"""The common case of a z-score, walked in stretches that fit the processor's cache: every cell scored and counted.

The sums run in the order of the cells, as everywhere, so the numbers are those of the general way to the last bit.
"""

from __future__ import annotations

import numpy as np

from ..values import Floats, Ints
from .reduce import Moments

STRETCH = 1 << 15


def plain_zscore(v: Floats, codes: Ints | None, ddof: int, eps: float) -> Floats:
    """The z-score of every cell in its group.

    Args:
        v: the cells.
        codes: the group of each, from 0 and without gaps; None where all are in one.
        ddof: of the deviation.
        eps: added to it.
    """
    with np.errstate(all="ignore"):
        if codes is None:
            return _of_one(v, ddof, eps)
        size = _block(codes)
        if size is not None:
            return _of_blocks(v, size, ddof, eps)
        found = Moments.of(codes, v, int(codes.max()) + 1)
        values: Floats = found.centred / (found.deviation(codes, ddof) + eps)[codes]
        values[found.constant[codes]] = 0.0
        return values


def _block(codes: Ints) -> int | None:
    """How many cells each group has, where all have equally many and stand together in the order of their numbers."""
    count = int(codes[-1]) + 1
    if codes[0] != 0 or count <= 0 or len(codes) % count:
        return None
    size = len(codes) // count
    # Each block begins and ends with its number, so that each change of block is one of number: no other may be.
    numbers = np.arange(count)
    ends = np.array_equal(codes[::size], numbers) and np.array_equal(codes[size - 1 :: size], numbers)
    return size if ends and np.count_nonzero(codes[1:] != codes[:-1]) == count - 1 else None


def _of_blocks(v: Floats, size: int, ddof: int, eps: float) -> Floats:
    table, out = v.reshape(-1, size), np.empty((len(v) // size, size))
    step = max(1, STRETCH // size)
    for start in range(0, len(table), step):
        part = np.ascontiguousarray(table[start : start + step].T)  # adding its rows adds each block's cells in order
        mean = _down(part) / size
        centred = part - mean
        spread = np.sqrt(_down(centred * centred) / _freedom(size, ddof))
        constant = part.min(axis=0) == part.max(axis=0)
        spread[constant] = 0.0
        centred /= spread + eps
        centred[:, constant] = 0.0
        out[start : start + step] = centred.T
    return out.reshape(-1)


def _freedom(n: int, ddof: int) -> float:
    """What a sum of squares is divided by; not a number where there are too few."""
    return float(n - ddof) if n > ddof else np.nan


def _down(rows: Floats) -> Floats:
    total: Floats = rows[0] + 0.0
    for row in rows[1:]:
        total += row
    return total


def _of_one(v: Floats, ddof: int, eps: float) -> Floats:
    n = len(v)
    if v.min() == v.max():
        return np.zeros(n)
    mean = _in_order(v) / n
    values = v - mean
    values /= np.sqrt(_in_order(values, squared=True) / _freedom(n, ddof)) + eps
    return values


def _in_order(v: Floats, squared: bool = False) -> float:
    """The sum of the cells (or of their squares), one after the other."""
    total = 0.0
    for start in range(0, len(v), STRETCH):
        part = v[start : start + STRETCH]
        part = part * part if squared else part.copy()
        part[0] += total
        total = float(np.add.accumulate(part, out=part)[-1])
    return total
