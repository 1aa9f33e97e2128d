"""Scores as the lines of a file: one JSON object a rollout, and from them Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from guerdon._extras import need
from guerdon.expr.node import Expr
from guerdon.expr.values import Cells, ContractError, Layout

from .scores import Values

__all__ = ["check_names", "lines_of", "part_of", "to_parquet"]

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def lines_of(ids: Sequence[str], root: Cells, components: Mapping[str, Cells]) -> bytes:
    r"""The rows of :meth:`guerdon.plan.Scores.to_rows` as JSON Lines in UTF-8.

    >>> from guerdon.expr.values import Cells, Layout
    >>> lines_of(["a"], Cells(Layout(1), np.array([0.5])), {})
    b'{"id":"a","reward":0.5,"status":"scored","reason":"","components":{}}\n'
    """
    rewards, statuses, reasons = _nested(root)
    parts = {name: _nested(cells) for name, cells in components.items()}
    out = []
    for i, row_id in enumerate(ids):
        said = {n: {"value": v[i], "status": s[i], "reason": r[i]} for n, (v, s, r) in parts.items()}
        row = {"id": row_id, "reward": rewards[i], "status": statuses[i], "reason": reasons[i], "components": said}
        out.append(_encode(row))
    # A lone surrogate has no UTF-8; spelled out it is the JSON escape of itself.
    return "".join(line + "\n" for line in out).encode("utf-8", "backslashreplace")


def _nested(cells: Cells) -> tuple[list[Any], list[Any], list[Any]]:
    values = Values(cells)
    return values.nested(), _fold(values.statuses, cells.layout), _fold(values.reasons, cells.layout)


def _fold(items: list[Any], layout: Layout) -> list[Any]:
    for counts in reversed(layout.counts):
        edges = np.concatenate([[0], np.cumsum(counts)]).tolist()
        items = [items[low:high] for low, high in pairwise(edges)]
    return items


def part_of(cells: Cells, low: int, high: int) -> Cells:
    """The cells of the rows from ``low`` up to ``high``.

    >>> from guerdon.expr.values import layout_of
    >>> cells = Cells(layout_of([2, 0, 1], 3), np.array([1.0, 2.0, 3.0]))
    >>> part_of(cells, 1, 3).values
    array([3.])
    """
    counts, first, last = [], low, high
    for level in range(cells.layout.depth):
        counts.append(cells.layout.counts[level][first:last])
        offsets = cells.layout.offsets(level)
        first, last = int(offsets[first]), int(offsets[last])
    known = None if cells.layout.known is None else cells.layout.known[low:high]
    layout = Layout(high - low, tuple(counts), known)
    status = None if cells.status is None else cells.status[first:last]
    reason = None if cells.reason is None else cells.reason[first:last]
    return Cells(layout, cells.values[first:last], status, reason)


def check_names(components: Iterable[str]) -> None:
    """Refuse a component that is called like another column of a table."""
    taken = {"id", "reward", "status", "reason"}
    for name in components:
        for column in (name, f"{name}_status", f"{name}_reason"):
            if column in taken:
                raise ContractError(
                    f"component {name!r} would give the table a second column {column!r}: "
                    "rename it, or write a .jsonl file"
                )
            taken.add(column)


def to_parquet(lines: Path, target: Path, root: Expr, components: Mapping[str, Expr], at_once: int = 10_000) -> None:
    """Write a file of these lines as Parquet.

    Its columns are ``id``, ``reward``, ``status``, ``reason``, and per component ``NAME``, ``NAME_status`` and
    ``NAME_reason``; a score on an axis is a list. Needs the extra ``arrow``.
    """
    arrow, parquet = need("pyarrow", extra="arrow"), need("pyarrow.parquet", extra="arrow")
    fields = [arrow.field("id", arrow.string())]
    for name, status, node in [("reward", "", root), *((n, f"{n}_", node) for n, node in components.items())]:
        number, text = arrow.float64(), arrow.string()
        for _ in node.axes:
            number, text = arrow.list_(number), arrow.list_(text)
        fields += [
            arrow.field(name, number),
            arrow.field(f"{status}status", text),
            arrow.field(f"{status}reason", text),
        ]
    schema = arrow.schema(fields)
    with parquet.ParquetWriter(str(target), schema) as writer:
        for rows in _rows(lines, at_once):
            columns: list[list[Any]] = [[row["id"] for row in rows]]
            columns += [[row[key] for row in rows] for key in ("reward", "status", "reason")]
            for name in components:
                said = [row["components"][name] for row in rows]
                columns += [[one[key] for one in said] for key in ("value", "status", "reason")]
            arrays = [arrow.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
            writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))


def _rows(lines: Path, at_once: int) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    with open(lines, "rb") as file:
        for line in file:
            rows.append(json.loads(line))
            if len(rows) == at_once:
                yield rows
                rows = []
    if rows:
        yield rows
