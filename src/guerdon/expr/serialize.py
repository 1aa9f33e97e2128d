"""Expressions as JSON-able data and back, so that a run folder says which reward it had."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .build import CLASSES
from .function import Constant, Function
from .node import Axes, Axis, Expr, join_axes, make, topological
from .ops import BINARY, TRANSPARENT, UNARY
from .plain import decode, encode, frozen
from .sources import function_data, function_from
from .values import ContractError

VERSION = 1
_SAME_AXES = frozenset(
    (*UNARY, *BINARY, *TRANSPARENT, "and", "or", "isscored", "piecewise", "number", "where", "exists")
)
_TAGGED = {("param", "default")}  # parameters that hold any value of the user's


def to_dict(expr: Expr) -> dict[str, Any]:
    """An expression as data that ``json.dumps`` takes: its nodes once each, arguments before users.

    Functions are named by module and qualified name. One that no other process can import (a lambda, a closure, a cell
    of a notebook) is written down too, but :func:`from_dict` refuses it.

    >>> from guerdon.expr.columns import col
    >>> data = to_dict(col("x") + 1)
    >>> [node["op"] for node in data["nodes"]], data["root"]
    (['col', 'number', 'lit', 'add'], 3)
    >>> from_dict(data) is col("x") + 1
    True
    """
    nodes = topological(expr)
    places = {node.key: i for i, node in enumerate(nodes)}
    modules = {
        node.param("function").name.rpartition(":")[0] for node in nodes if node.op == "leaf"
    }  # fmt: skip
    return {
        "version": VERSION,
        "requires": {"guerdon": getattr(sys.modules.get("guerdon"), "__version__", ""), "modules": sorted(modules)},
        "nodes": [_node_data(node, places) for node in nodes],
        "root": places[expr.key],
        "fingerprint": fingerprint(expr),
    }


def from_dict(data: Mapping[str, Any], allow: Iterable[str] = ()) -> Any:
    """The expression that :func:`to_dict` wrote; in the process that wrote it, the very same object.

    Data from elsewhere decides which modules this imports, and importing runs code. So only modules are used that are
    imported already, that belong to Guerdon, or that are named in ``allow``.

    Args:
        data: what ``to_dict`` returned, or what ``json.loads`` made of it.
        allow: modules, packages (with all inside) or paths of Python files that may be imported.

    Raises:
        ContractError: the data is no expression, is of another version, or names a function that may not be imported,
            is not there, or declares something else now.
    """
    allowed = (allow,) if isinstance(allow, str) else tuple(allow)
    if not isinstance(data, Mapping) or "nodes" not in data or "version" not in data:
        raise ContractError("from_dict takes what to_dict returned: a dict with version, nodes and root")
    if data["version"] != VERSION:
        raise ContractError(
            f"this expression is written in version {data['version']!r}; this Guerdon reads version {VERSION}"
        )
    nodes: list[Expr] = []
    functions: dict[str, Function] = {}
    for i, entry in enumerate(data["nodes"]):
        try:
            nodes.append(_node(entry, nodes, functions, allowed))
        except (KeyError, IndexError, TypeError, ValueError) as error:
            if isinstance(error, ContractError):
                raise
            raise ContractError(
                f"node {i} of this expression cannot be built: {type(error).__name__}: {error}"
            ) from None
    root = data.get("root")
    if type(root) is not int or not 0 <= root < len(nodes):
        raise ContractError(f"this expression has {len(nodes)} nodes, and its root is {root!r}")
    return nodes[root]


def unpickle(data: Mapping[str, Any]) -> Any:
    """As :func:`from_dict`, importing whatever it takes: who unpickles has trusted the data already."""
    return from_dict(data, allow=("*",))


def fingerprint(expr: Expr) -> str:
    """The structural key as 64 hexadecimal digits: equal for equal expressions, in every process.

    A function that was defined twice in one process (a module reloaded, a cell run again) counts as another the second
    time.

    >>> from guerdon.expr.columns import col
    >>> fingerprint(col("x") + 1) == fingerprint(col("x") + 1.0), fingerprint(col("x")) == fingerprint(col("y"))
    (True, False)
    """
    return expr.key.hex()


def _node_data(node: Expr, places: Mapping[bytes, int]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "op": node.op,
        "sort": next(sort for sort, cls in CLASSES.items() if type(node) is cls),
        "args": [[role, places[arg.key]] for role, arg in node.args],
    }
    if node.params:
        entry["params"] = {name: _param_data(node.op, name, value) for name, value in node.params}
    if node.axes:
        entry["axes"] = [_axis_data(axis, places) for axis in node.axes]
    return entry


def _param_data(op: str, name: str, value: Any) -> Any:
    if isinstance(value, Function):
        return function_data(value)
    if isinstance(value, Constant):
        return encode(value.value)
    return encode(value) if (op, name) in _TAGGED else _lists(value)


def _lists(value: Any) -> Any:
    return [_lists(item) for item in value] if isinstance(value, (tuple, list)) else value


def _axis_data(axis: Axis, places: Mapping[bytes, int]) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": axis.name}
    if axis.uniform:
        entry["uniform"] = int(axis.uniform)
    if axis.split is not None:
        # A split is the key of a node, the keys of several one after another, or a word of its own.
        keys = [axis.split[i : i + 32] for i in range(0, len(axis.split), 32)]
        known = all(key in places for key in keys)
        entry["split"] = [places[key] for key in keys] if known else axis.split.decode("latin-1")
    return entry


def _node(
    entry: Mapping[str, Any], nodes: list[Expr], functions: dict[str, Function], allowed: tuple[str, ...]
) -> Expr:
    op, cls = str(entry["op"]), CLASSES[entry["sort"]]
    args = [(str(role), nodes[_place(place, len(nodes))]) for role, place in entry["args"]]
    params = {str(name): value for name, value in entry.get("params", {}).items()}
    for name, value in params.items():
        if op == "leaf" and name == "function":
            text = repr(sorted(value.items()))
            if text not in functions:
                functions[text] = function_from(value, allowed)
            params[name] = functions[text]
        elif op == "leaf" and name == "constants":
            params[name] = Constant(decode(value))
        else:
            params[name] = decode(value) if (op, name) in _TAGGED else frozen(value)
    here = len(nodes)
    said = entry.get("axes", [])
    if op in _SAME_AXES and [axis["name"] for axis in said] != [axis.name for axis in join_axes(args, op)]:
        raise ContractError(f"node {here} ({op}) of this expression says axes that its arguments do not lie on")
    build: Callable[..., Expr] = make
    return build(cls, op, args, params, lambda key: _axes(said, nodes, key))


def _place(place: Any, before: int) -> int:
    if type(place) is not int or not 0 <= place < before:
        raise ContractError(f"node {before} of this expression takes node {place!r}, which does not come before it")
    return place


def _axes(said: list[Mapping[str, Any]], nodes: list[Expr], own: bytes) -> Axes:
    axes: list[Axis] = []
    for axis in said:
        split = axis.get("split")
        if isinstance(split, str):
            split = split.encode("latin-1")
        elif split is not None:
            places = [_place(place, len(nodes) + 1) for place in split]
            split = b"".join(own if place == len(nodes) else nodes[place].key for place in places)
        axes.append(Axis(str(axis["name"]), split, uniform=int(axis.get("uniform", 0))))
    return tuple(axes)
