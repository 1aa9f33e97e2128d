"""Operations on columns: data, fields, comparisons, and columns of numbers as scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..node import Expr
from ..values import (
    SCORED,
    SKIPPED,
    UNSCORED,
    Bools,
    Cells,
    ContractError,
    GroupNumbers,
    Layout,
    Numbers,
    Objects,
    layout_of,
    objects,
    reason_code,
)
from .align import align, finish, merge
from .context import Context

MISSING = reason_code("missing")
_NUMBERS = {float, int, bool}
_NO_LIST = object()


def col(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """A column of the data; lists become pieces."""
    name, axis = node.param("name"), node.param("axis")
    if node.param("optional") and name not in ctx.rollouts:
        return Cells(Layout(ctx.n), np.full(ctx.n, None, dtype=object))
    array = ctx.rollouts.array(name)
    if array is not None and array.ndim == 1 + len(axis or ()) <= 2:
        layout = layout_of([array.shape[1]] * ctx.n, ctx.n) if axis else Layout(ctx.n)
        return Numbers(layout, array.reshape(-1))
    try:
        values = ctx.rollouts.column(name)
    except ContractError as error:
        if node.param("mend"):
            raise ContractError(f"{error}; {node.param('mend')}") from None
        raise
    if not axis:
        return Cells(Layout(ctx.n), objects(values, ctx.n))
    arrays = _pieces_in_arrays(values) if len(axis) == 1 else None
    if arrays is not None:
        return arrays
    counts = []
    owners = list(range(ctx.n))
    items: list[Any] = list(values)
    for _ in axis:
        lengths: list[int] = []
        flat: list[Any] = []
        rows: list[int] = []
        for item, row in zip(items, owners, strict=True):
            if item is None or item is _NO_LIST:
                item = (_NO_LIST,)  # one cell stands for the list that is missing
            elif isinstance(item, np.ndarray):
                item = item.tolist()
            elif not isinstance(item, (list, tuple)):
                said = f"row {row} of column {name!r} holds {type(item).__name__} {str(item)[:40]!r}"
                raise ContractError(f"{said}, but axis={'/'.join(axis)} needs a list there")
            lengths.append(len(item))
            flat.extend(item)
            rows.extend([row] * len(item))
        counts.append(np.asarray(lengths, dtype=np.int64).reshape(len(items)))
        items, owners = flat, rows
    layout = Layout(ctx.n, tuple(counts))
    cells = objects(items, len(items))
    lost = np.fromiter((item is _NO_LIST for item in items), dtype=bool, count=len(items))
    if not lost.any():
        return Cells(layout, cells)
    cells[lost] = None
    return Cells(
        layout, cells, np.where(lost, UNSCORED, SCORED).astype(np.uint8), np.where(lost, MISSING, 0).astype(np.int32)
    )


def _pieces_in_arrays(values: list[Any]) -> Numbers | None:
    """The pieces of lists that all are arrays of one kind of number."""
    if not values or not all(isinstance(item, np.ndarray) and item.ndim == 1 for item in values):
        return None
    kinds = {item.dtype for item in values}
    if len(kinds) > 1 or not all(kind.kind in "biuf" and kind.itemsize <= 8 for kind in kinds):
        return None
    return Numbers(layout_of([len(item) for item in values], len(values)), np.concatenate(values))


def const(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """One list for every rollout."""
    values = node.param("values")
    layout = Layout(ctx.n, (np.full(ctx.n, len(values), dtype=np.int64),))
    return Cells(layout, objects(list(values) * ctx.n, layout.size))


def key(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """Group keys as small integers."""
    which = node.param("which")
    if which == "batch":
        codes = np.zeros(ctx.n, dtype=np.int64)
    elif which == "rollout":
        codes = np.arange(ctx.n, dtype=np.int64)
    else:
        codes = ctx.rollouts.groups
    return GroupNumbers(Layout(ctx.n), codes)


def number(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """Numbers out of objects."""
    (x,) = args
    if isinstance(x, Numbers):
        return finish(x.layout, x.numbers.astype(np.float64), (None, None))
    items = x.values.tolist()
    if x.status is None and set(map(type, items)) <= _NUMBERS:
        try:
            return finish(x.layout, x.values.astype(np.float64), (None, None))
        except OverflowError:
            pass
    values = np.zeros(x.layout.size)
    status, reason = x.statuses().copy(), x.reasons().copy()
    for i, item in enumerate(items):
        if status[i] >= UNSCORED:
            continue
        if item is None:
            status[i] = UNSCORED
            reason[i] = reason[i] or MISSING
        elif isinstance(item, (bool, int, float, np.number, np.bool_)) and not isinstance(item, np.complexfloating):
            try:
                values[i] = float(item)
            except OverflowError:
                values[i] = np.inf
        else:
            what = node.children[0]
            raise ContractError(
                f"row {int(x.layout.rows[i])} of {what!r} holds {type(item).__name__} {str(item)[:40]!r}, "
                "which is no number: compare it, map it, or parse it first"
            )
    reason[status == SCORED] = 0
    return finish(x.layout, values, (status, reason))


def field(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """A field of each record; on an axis of its own where the leaf that made the records says so."""
    x, name = args[0], node.param("name")
    if len(node.axes) > x.layout.depth:
        return _field_pieces(node, x, args[1].layout if len(args) > 1 else None, name)
    values = objects((_get(item, name) for item in x.values), x.layout.size)
    reason = x.reasons().copy()
    none = np.fromiter((item is None for item in values), dtype=bool, count=len(values))
    reason[none & (reason == 0)] = MISSING
    return Cells(x.layout, values, x.status, reason)


def _get(item: Any, name: str | int) -> Any:
    if isinstance(name, str):
        return item.get(name) if isinstance(item, Mapping) else None
    if isinstance(item, (list, tuple)) and -len(item) <= name < len(item):
        return item[name]
    return None


def _field_pieces(node: Expr, x: Cells, like: Layout | None, name: str | int) -> Cells:
    counts: list[int] = []
    items: list[Any] = []
    status: list[int] = []
    reasons: list[int] = []
    known = np.ones(x.layout.n, dtype=bool)
    sizes = [None] * x.layout.n if like is None else like.counts[0].tolist()
    for i, (item, code, why) in enumerate(zip(x.values, x.statuses().tolist(), x.reasons().tolist(), strict=True)):
        size = sizes[i]
        found = _get(item, name)
        if code == SKIPPED and size is None:
            known[i] = False
            counts.append(0)
            continue
        if code < UNSCORED and isinstance(found, (list, tuple)):
            if size is not None and len(found) != size:
                raise ContractError(
                    f"row {i}: {node.children[0]!r} gave {len(found)} values in {name!r} for {size} pieces on axis "
                    f"{node.axes[-1].name!r}: it must give one for each"
                )
            pieces, new, reason = list(found), SCORED, 0
        elif code < UNSCORED and item is None:
            pieces, new, reason = [None] * (size or 0), SCORED, why or MISSING
        else:
            pieces = [None] * (1 if size is None else size)
            new, reason = (code if code >= UNSCORED else UNSCORED), why or (MISSING if code < SKIPPED else 0)
        items.extend(pieces)
        status.extend([new] * len(pieces))
        reasons.extend([reason] * len(pieces))
        counts.append(len(pieces))
    layout = Layout(x.layout.n, (np.asarray(counts, dtype=np.int64).reshape(x.layout.n),), known)
    if like is not None:
        layout = like
    codes, whys = np.asarray(status, dtype=np.uint8), np.asarray(reasons, dtype=np.int32)
    return Cells(layout, objects(items, len(items)), codes, whys)


def lookup(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """Each cell looked up in a table (``map``)."""
    (x,) = args
    table, otherwise = dict(node.param("table")), node.param("otherwise")

    def find(item: Any) -> Any:
        try:
            return table.get(item, otherwise)
        except TypeError:  # a list or a record is in no table
            return otherwise

    values = objects((find(item) for item in x.values), x.layout.size)
    reason = x.reasons().copy()
    none = np.fromiter((item is None for item in values), dtype=bool, count=len(values))
    reason[none & (reason == 0)] = MISSING
    reason[~none & (x.statuses() == SCORED)] = 0
    return Cells(x.layout, values, x.status, reason)


def _truth(x: list[Cells], answers: Bools) -> Cells:
    layout = x[0].layout
    return finish(layout, answers.astype(np.float64), merge(x, layout.size))


def _equal(a: Objects, b: Objects) -> Bools:
    """Where two arrays (the second may be one item) hold equal values; None equals nothing."""
    try:
        found: Bools = np.equal(a, b)  # bool(x == y), item by item
    except ValueError:  # arrays among the items, which are equal as a whole or not
        other = np.broadcast_to(b, a.shape)
        return np.fromiter(map(_same, a.tolist(), other.tolist()), dtype=bool, count=len(a))
    at = np.flatnonzero(found)  # None is looked for where something was found equal: it rarely is
    for side in (a, b):
        if side.ndim and any(item is None for item in side[at].tolist()):
            found[[i for i in at.tolist() if side[i] is None]] = False
    return found


def _same(a: Any, b: Any) -> bool:
    if a is None or b is None:
        return False
    try:
        return bool(a == b)
    except ValueError:
        return bool(np.array_equal(a, b))


def _item(value: Any) -> Objects:
    """An array of no dimension that holds one item, whatever it is."""
    one = np.empty((), dtype=object)
    one[()] = value
    return one


def compare(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """``==`` and ``!=`` of columns; no verdict equals nothing."""
    if len(args) == 1:
        both, found = args, _equal(args[0].values, _item(node.param("value")))
    else:
        _, both = align(args)
        found = _equal(both[0].values, both[1].values)
    return _truth(both, found if node.op == "coleq" else ~found)


def isin(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """Whether each cell is one of some values."""
    found = np.zeros(args[0].layout.size, dtype=bool)
    for value in node.param("values"):
        found |= _equal(args[0].values, _item(value))
    return _truth(args, found)


def exists(node: Expr, args: list[Cells], ctx: Context) -> Cells:
    """Whether the parser gave a value."""
    return _truth(args, np.array([item is not None for item in args[0].values.tolist()], dtype=bool))
