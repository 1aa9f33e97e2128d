"""The slow reference interpreter: one cell at a time, everything computed, no code shared with the array kernel.

It says what an expression means; the kernel must agree with it bit by bit. Every node becomes a ``Sheet``: a dict from
the path of each cell to its status, value and reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from guerdon.expr.canonical import digest
from guerdon.expr.chance import uniform
from guerdon.expr.node import Expr, topological
from guerdon.expr.score import Score

from . import groups, leaves, memory, points, texts
from .cells import Cell, Path, Sheet, cell_by_cell, children, fitted, flat, meet, nested, number, thing, unscored
from .figures import figure


@dataclass
class Batch:
    """What the expression is asked about."""

    columns: Mapping[str, Sequence[Any]]
    ids: Sequence[str]
    groups: Sequence[Any]
    step: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return len(self.ids)


@dataclass
class Result:
    """The root's sheet, those of the named parts and of the observed figures."""

    root: Sheet
    components: dict[str, Sheet]
    observed: dict[str, Sheet]


def interpret(root: Score, batch: Batch, state: dict[bytes, Any] | None = None) -> Result:
    """Evaluate an expression on one batch; ``state`` is read and, after the batch, updated in place."""
    before = {} if state is None else state
    after: dict[bytes, Any] = {}
    done: dict[bytes, Sheet] = {}
    with np.errstate(all="ignore"):
        for node in topological(root):
            args = [(role, done[arg.key]) for role, arg in node.args]
            if node.op in ("running", "dual"):
                done[node.key], after[node.key] = _remember(node, dict(args), before.get(node.key, {}))
            else:
                done[node.key] = _evaluate(node, args, batch, done)
    before.update(after)
    named = {node.param("name"): done[node.key] for node in topological(root) if node.op == "named"}
    observed = {
        name: done[node.many("figure")[i].key]
        for node in topological(root)
        if node.op == "observe"
        for i, name in enumerate(node.param("names"))
    }
    return Result(done[root.key], named, observed)


def _remember(node: Expr, args: dict[str, Sheet], old: Any) -> tuple[Sheet, Any]:
    params = dict(node.params)
    if node.op == "dual":
        return memory.dual(params, old, args["x"], args["target"], args.get("where"))
    return memory.running(params, old, args["x"], args.get("where"), args.get("by"), args.get("empty"))


def _evaluate(node: Expr, args: list[tuple[str, Sheet]], batch: Batch, done: dict[bytes, Sheet]) -> Sheet:
    op, params, named, sheets = node.op, dict(node.params), dict(args), [sheet for _, sheet in args]
    n = batch.n
    if op in points.UNARY or op == "isscored":
        return cell_by_cell(lambda x: points.unary(op, x), *sheets)
    if op in points.BINARY or op in ("and", "or"):
        return cell_by_cell(lambda a, b: points.binary(op, a, b), *sheets)
    if op == "where":
        return cell_by_cell(points.where, *sheets)
    if op in ("named", "advantage"):
        return sheets[0]
    if op == "observe":
        return named["x"]
    if op in _SOURCES:
        return _SOURCES[op](params, batch)
    if op == "number":
        return cell_by_cell(points.to_number, *sheets)
    if op == "piecewise":
        return cell_by_cell(lambda x: points.piecewise(params["knots"], x), *sheets)
    if op in ("coleq", "colne"):
        if len(sheets) == 1:
            return cell_by_cell(lambda a: points.equal(op, a, thing(params["value"])), *sheets)
        return cell_by_cell(lambda a, b: points.equal(op, a, b), *sheets)
    if op == "isin":
        return cell_by_cell(lambda a: points.isin(params["values"], a), *sheets)
    if op == "exists":
        return cell_by_cell(points.exists, *sheets)
    if op == "map":
        return cell_by_cell(lambda a: points.look_up(params["table"], params["otherwise"], a), *sheets)
    if op == "field":
        return _field(node, named["x"], done)
    if op == "leaf":
        return leaves.apply(params["function"], params["constants"].value, args, len(node.axes), n, batch.groups)
    if op == "other":
        return _other(params, named["x"], batch)
    if op == "spread":
        over = named["over"]
        return Sheet(over.paths, {path: named["x"].cells[path[:1]] for path in over.paths[-1]})
    if op == "stack":
        return _stack(sheets)
    if op == "stat":
        keys = [sheet for role, sheet in args if role.startswith("key")]
        if "level" in params:
            return _along(node, params, named["x"], named.get("where"), named.get("empty"))
        return groups.over(params, named["x"], named.get("where"), keys, named.get("empty"), list(batch.groups))
    if op == "standing":
        keys = [sheet for role, sheet in args if role.startswith("key")]
        return groups.stand(params, named["x"], named.get("where"), keys, list(batch.groups))
    if op == "onto":
        return texts.onto(params["at"], named["x"], named["coarse"], named["fine"])
    if op == "within":
        column = type(node).__name__ == "Column"
        return texts.within(named["x"], named["fine"], named["coarse"], column=column)
    return _scan(op, params, sheets)


def _random(params: dict[str, Any], batch: Batch) -> Sheet:
    def draw(row: int) -> Cell:
        who = row if params["over"] == "rollout" else list(batch.groups).index(batch.groups[row])
        name = batch.ids[who]
        if params["over"] == "prompt" and "prompt" in batch.columns:
            name = digest(batch.columns["prompt"][who]).hex()
        return number(uniform(params["seed"], batch.step, name))

    return flat(batch.n, draw)


def _param(params: dict[str, Any], batch: Batch) -> Sheet:
    value = batch.params.get(params["name"], params["default"])
    return flat(batch.n, lambda row: number(value) if isinstance(params["default"], float) else thing(value))


def _key(params: dict[str, Any], batch: Batch) -> Sheet:
    which = {"prompt": lambda row: batch.groups[row], "batch": lambda row: 0, "rollout": lambda row: row}
    return flat(batch.n, lambda row: thing(which[params["which"]](row)))


def _data(params: dict[str, Any], batch: Batch) -> Sheet:
    depth = len(params["axis"])

    def tree(value: Any, left: int) -> Any:
        if left == 0:
            return thing(value)
        if value is None:
            return _lone(unscored("missing"), left)
        return [tree(item, left - 1) for item in value]

    return nested(batch.n, [tree(value, depth) for value in batch.columns[params["name"]]], depth)


def _lone(cell: Cell, depth: int) -> Any:
    """One cell, ``depth`` lists deep."""
    return cell if depth == 0 else [_lone(cell, depth - 1)]


_SOURCES = {
    "lit": lambda params, batch: flat(batch.n, lambda row: number(params["value"])),
    "step": lambda params, batch: flat(batch.n, lambda row: number(batch.step)),
    "left_out": lambda params, batch: flat(batch.n, lambda row: unscored(params["reason"])),
    "random": _random,
    "param": _param,
    "key": _key,
    "col": _data,
    "const": lambda params, batch: nested(batch.n, [[thing(v) for v in params["values"]]] * batch.n, 1),
}


def _field(node: Expr, x: Sheet, done: dict[bytes, Sheet]) -> Sheet:
    name, record, like = node.param("name"), node.children[0], node.arg("like")
    if len(node.axes) == len(record.axes):
        return cell_by_cell(lambda cell: points.field(name, cell), x)
    return leaves.record_field(name, x, None if like is None else done[like.key])


def _other(params: dict[str, Any], x: Sheet, batch: Batch) -> Sheet:
    def opponents(row: int) -> list[int]:
        others = [i for i in range(batch.n) if i != row and batch.groups[i] == batch.groups[row]]
        if params["opponents"] is None:
            return others
        drawn = sorted(others, key=lambda i: uniform(params["seed"], batch.step, f"{batch.ids[row]}|{batch.ids[i]}"))
        return sorted(drawn[: params["opponents"]])

    return nested(batch.n, [[x.cells[(i,)] for i in opponents(row)] for row in range(batch.n)], 1)


def _stack(sheets: list[Sheet]) -> Sheet:
    paths, spread = meet(*sheets)
    deeper = [(*path, i) for path in paths[-1] for i in range(len(sheets))]
    return Sheet([*paths, deeper], {p: spread[p[-1]][p[:-1]] for p in deeper})


def _along(node: Expr, params: dict[str, Any], x: Sheet, where: Sheet | None, empty: Sheet | None) -> Sheet:
    """A statistic along the axis at ``level``: over that index of the paths, whatever stands before and after it."""
    paths, spread = meet(x, *([where] if where else []))
    level = params["level"]
    deepest = max((arg for _, arg in node.args), key=lambda arg: len(arg.axes))
    across = deepest.axes[level].name in ("vote", "opponent")
    outer = list(paths[level])
    results: list[list[Path]] = [*paths[: level + 1]]
    for count in params["inner"]:
        outer = [(*path, i) for path in outer for i in range(count)]
        results.append(outer)
    spare = empty and fitted(empty, results)
    cells: dict[Path, Cell] = {}
    for path in results[-1]:
        head, tail = path[: level + 1], path[level + 1 :]
        members: list[tuple[int, Cell]] = []
        for piece in children(paths[level + 1], head):
            at = (*piece, *tail)
            cell = spread[0][at]
            if where is not None:
                admitted = groups.admit(cell, spread[1][at])
                if admitted is None:
                    continue
                cell = admitted
            members.append((piece[-1], cell))
        cells[path] = figure(params["stat"], params, members, across=across, empty=spare[path] if spare else None)
    return Sheet(results, cells)


def _scan(op: str, params: dict[str, Any], sheets: list[Sheet]) -> Sheet:
    """Scans along the innermost axis, parent by parent."""
    paths, spread = meet(*sheets)
    x, edge = spread[0], spread[1] if len(spread) > 1 else {}
    cells: dict[Path, Cell] = {}
    for parent in paths[-2]:
        pieces = children(paths[-1], parent)
        if op == "position":
            for i, path in enumerate(pieces):
                cells[path] = number(len(pieces) - 1 - i if params["from_end"] else i)
        elif op == "shift":
            for i, path in enumerate(pieces):
                source = i - params["n"]
                cells[path] = x[pieces[source]] if 0 <= source < len(pieces) else edge[path]
        elif op == "diff":
            for i, path in enumerate(pieces):
                cells[path] = points.binary("sub", x[path], x[pieces[i - 1]] if i else edge[path])
        else:
            cells |= _carried(op, params, x, pieces if op == "cumsum" else pieces[::-1])
    return Sheet(paths, {path: cells[path] for path in paths[-1]})


def _carried(op: str, params: dict[str, Any], x: dict[Path, Cell], pieces: list[Path]) -> dict[Path, Cell]:
    """Walk the pieces in the direction of the scan: the first without a number spoils all that follow."""
    steps = {
        "cumsum": lambda carry, value: carry + value,
        "reverse_cumsum": lambda carry, value: value + np.float64(params["discount"]) * carry,
        "suffix_min": min,
    }
    carry, spoilt = np.float64(np.inf if op == "suffix_min" else 0.0), None
    cells: dict[Path, Cell] = {}
    for path in pieces:
        spoilt = spoilt or points.first_unscored(x[path])
        if spoilt is None:
            carry = np.float64(steps[op](carry, np.float64(x[path].value)))
        cells[path] = spoilt or number(carry)
    return cells
