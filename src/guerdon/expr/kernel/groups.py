"""Which cells belong together: group numbers from keys, and parents along an axis."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np

from ..canonical import canonical
from ..node import Expr
from ..values import SKIPPED, UNSCORED, Bools, Cells, ContractError, GroupNumbers, Ints, Numbers, Objects
from .align import Reasons, align
from .context import Context


def factorize(cells: Cells) -> Ints:
    """Equal values get equal numbers; -1 where there is no value to compare."""
    if cells.is_score:
        _, codes = np.unique(cells.values, return_inverse=True)
        codes = codes.reshape(-1).astype(np.int64)
    elif isinstance(cells, GroupNumbers):
        return cells.numbers
    elif isinstance(cells, Numbers) and cells.numbers.dtype.kind in "iu":
        codes = _dense(cells.numbers)
    else:
        codes = _numbered(cells.values)
    if cells.status is not None:
        codes[cells.status >= UNSCORED] = -1
    return codes


def _dense(numbers: Ints) -> Ints:
    """Equal whole numbers get equal numbers, without gaps."""
    if len(numbers) and numbers.min() >= 0 and numbers.max() <= 2 * len(numbers):  # such as group numbers
        used = np.bincount(numbers) > 0
        dense: Ints = numbers if used.all() else (np.cumsum(used) - 1)[numbers]
        return dense
    return np.unique(numbers, return_inverse=True)[1].reshape(-1)


def _numbered(values: Objects) -> Ints:
    """Equal objects get equal numbers, without gaps."""
    items = values.tolist()
    if set(map(type, items)) == {int}:
        with suppress(OverflowError):
            return _dense(values.astype(np.int64))
    seen: dict[Any, int] = {}
    codes = np.empty(len(items), dtype=np.int64)
    for i, item in enumerate(items):
        if isinstance(item, (list, dict, tuple, set, np.ndarray)):
            item = canonical(item)
        try:
            codes[i] = seen.setdefault(item, len(seen))
        except TypeError:
            raise ContractError(
                f"{type(item).__name__} {str(item)[:40]!r} cannot name a group: "
                "use texts, numbers, or lists and records of these"
            ) from None
    return codes


class Groups:
    """The groups of one ``over=``: a number per key cell, and why some cells have none."""

    __slots__ = ("codes", "count", "layout", "reason", "unknown")

    def __init__(self, keys: list[Cells]) -> None:
        if len(keys) == 1 and isinstance(keys[0], GroupNumbers):
            self._plain(keys[0])
            return
        self.layout, spread = align(keys)
        codes = np.zeros(self.layout.size, dtype=np.int64)
        bad = np.zeros(self.layout.size, dtype=bool)
        reason = np.zeros(self.layout.size, dtype=np.int32)
        self.unknown = False
        for number, (raw, cells) in enumerate(zip(keys, spread, strict=True)):
            # Numbers are given before broadcasting, where there is less to compare.
            outer = raw.layout.same(self.layout.outer(raw.layout.depth))
            part = factorize(raw)[self.layout.owners(raw.layout.depth)] if outer else factorize(cells)
            if cells.status is not None:
                self.unknown |= bool((cells.status == SKIPPED).any())
                new = (cells.status == UNSCORED) & ~bad
                reason[new] = cells.reasons()[new]
                bad |= part < 0
            if number and codes.size:
                _, codes = np.unique(codes * (int(part.max(initial=0)) + 1) + np.maximum(part, 0), return_inverse=True)
                codes = codes.reshape(-1)
            else:
                codes = np.maximum(part, 0)
        self.count = int(codes.max(initial=-1)) + 1
        codes = codes.astype(np.int64)
        codes[bad] = -1
        self.codes: Ints = codes
        self.reason: Reasons = reason

    def _plain(self, key: GroupNumbers) -> None:
        """Numbers as they are wanted."""
        self.layout, self.codes, self.unknown = key.layout, key.numbers, False
        self.count = int(key.numbers.max(initial=-1)) + 1
        self.reason = np.zeros(key.layout.size, dtype=np.int32)


def groups_of(keys: list[Cells], nodes: list[Expr], ctx: Context) -> Groups:
    """The groups of these keys, computed once per batch."""
    memo_key = ("groups", tuple(node.key for node in nodes))
    found = ctx.memo.get(memo_key)
    if found is not None and all(a is b for a, b in zip(found[1], keys, strict=True)):
        groups: Groups = found[0]
        return groups
    groups = Groups(keys)
    ctx.memo[memo_key] = (groups, tuple(keys))
    return groups


def places(codes: Ints, count: int) -> Ints:
    """The place of each cell among those of its group, in order, from 0; cells of no group get 0."""
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes[codes >= 0], minlength=count)
    skipped = int((codes < 0).sum())
    starts = np.zeros(count, dtype=np.int64)
    np.cumsum(sizes[:-1], out=starts[1:])
    place = np.zeros(len(codes), dtype=np.int64)
    inside = order[skipped:]
    place[inside] = np.arange(len(inside)) - np.repeat(starts, sizes)
    return place


def first_of(mask: Bools, codes: Ints, count: int) -> Ints:
    """The index of the first marked cell of each group; -1 where there is none."""
    index = np.flatnonzero(mask)[::-1]
    found = np.full(count, -1, dtype=np.int64)
    found[codes[index]] = index
    return found
