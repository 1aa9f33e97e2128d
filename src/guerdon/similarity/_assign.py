"""Who is matched with whom, from a table of what each pair is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .._extras import need
from ..expr.inputs import one_of

How = Literal["optimal", "greedy", "best", "ordered"]
Chooser = Literal["a", "b", "pair"]
Pair = tuple[int, int]

MOST = 512
"""How many items a side may have."""


def assign(
    values: npt.ArrayLike,
    how: How = "optimal",
    *,
    chooser: Chooser = "a",
    order: Sequence[float] | None = None,
    above: float | None = None,
    at_least: float | None = None,
) -> list[Pair]:
    """The matched pairs ``(row, column)`` of a table of values, by row. A pair worth 0 or less is never matched.

    Args:
        values: one row per item of ``a``, one column per item of ``b``; what is not finite counts as 0.
        how: ``optimal``: one to one, of the greatest sum. ``greedy``: one to one; the items of the chooser's side take,
            one after another, the best partner still free. ``best``: each item of the chooser's side takes its best
            partner, free or not. ``ordered``: one to one without crossings (the matched keep their order), of the
            greatest sum.
        chooser: for ``greedy`` and ``best``: whose items choose; ``pair`` (greedy) takes the best of all pairs first.
        order: for ``greedy``: a number per item of the chooser's side; those of greater numbers choose first.
        above: only pairs worth more than this are matched.
        at_least: only pairs worth at least this are matched (with 1e-9 for rounding).

    ``optimal`` takes cubic time in the smaller side (scipy, extra ``similarity``), the others time in proportion to the
    table (``pair`` sorts it). Ties go to the earlier item.

    >>> table = [[0.9, 0.8], [0.8, 0.1]]
    >>> assign(table), assign(table, "greedy"), assign(table, "best"), assign(table, "ordered")
    ([(0, 1), (1, 0)], [(0, 0), (1, 1)], [(0, 0), (1, 0)], [(0, 0), (1, 1)])
    """
    one_of("how", how, ("optimal", "greedy", "best", "ordered"))
    one_of("chooser", chooser, ("a", "b", "pair"))
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2:
        table = table.reshape(len(table), 0) if table.size == 0 else np.atleast_2d(table)
    table = eligible(table, above, at_least)
    if not table.any():
        return []
    if how == "optimal":
        solve: Any = need("scipy.optimize", extra="similarity").linear_sum_assignment
        rows, columns = solve(table, maximize=True)
        pairs = zip(rows.tolist(), columns.tolist(), strict=True)
        return [(i, j) for i, j in pairs if table[i, j] > 0]
    if how == "ordered":
        return _ordered(table)
    if how == "greedy" and chooser == "pair":
        return _best_pairs_first(table)
    flipped = chooser == "b"
    found = _chosen(table.T if flipped else table, order, free=how == "greedy")
    return sorted((j, i) for i, j in found) if flipped else sorted(found)


def eligible(table: npt.NDArray[np.float64], above: float | None, at_least: float | None) -> npt.NDArray[np.float64]:
    """The table with 0 for the pairs that may not be matched."""
    table = np.where(np.isfinite(table), table, 0.0)
    low = table > max(0.0, 0.0 if above is None else above)
    if at_least is not None:
        low &= table >= at_least - 1e-9
    return np.where(low, table, 0.0)


def _chosen(table: npt.NDArray[np.float64], order: Sequence[float] | None, free: bool) -> list[Pair]:
    turns = range(len(table)) if order is None else np.argsort(-np.asarray(order, dtype=float), kind="stable").tolist()
    left = np.ones(table.shape[1], dtype=bool)
    pairs = []
    for i in turns:
        row = np.where(left, table[i], 0.0)
        j = int(row.argmax())
        if row[j] > 0:
            pairs.append((i, j))
            left[j] = not free
    return pairs


def _best_pairs_first(table: npt.NDArray[np.float64]) -> list[Pair]:
    pairs: list[Pair] = []
    rows, columns = set(range(table.shape[0])), set(range(table.shape[1]))
    for place in np.argsort(-table, axis=None, kind="stable").tolist():
        i, j = divmod(place, table.shape[1])
        if table[i, j] <= 0 or not rows or not columns:
            break
        if i in rows and j in columns:
            pairs.append((i, j))
            rows.remove(i)
            columns.remove(j)
    return sorted(pairs)


def _ordered(table: npt.NDArray[np.float64]) -> list[Pair]:
    # best[i, j]: the greatest sum among the first i rows and j columns.
    n, m = table.shape
    best = np.zeros((n + 1, m + 1))
    for i in range(n):
        best[i + 1, 1:] = np.maximum.accumulate(np.maximum(best[i, 1:], best[i, :-1] + table[i]))
    pairs, i, j = [], n, m
    while i and j:
        if best[i, j] == best[i - 1, j]:
            i -= 1
        elif best[i, j] == best[i, j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    return pairs[::-1]
