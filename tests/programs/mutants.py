"""Small mistakes made in programs on purpose, always the same ones."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Any

ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr,
}  # fmt: skip
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
Change = Callable[[Any], None]


def mutants(source: str, most: int = 10, only: str | None = None) -> list[str]:
    """Up to so many programs that differ from this one in one place, no two alike, spread over the kinds of mistake.

    With ``only``, the places lie in the last function of that name.
    """
    tree = ast.parse(source)
    whole = ast.unparse(tree)
    nodes = list(ast.walk(tree))
    inside = nodes
    if only is not None:
        inside = list(ast.walk([one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == only][-1]))
    wanted = {id(node) for node in inside}
    kinds: dict[str, list[tuple[int, Change]]] = {}
    for place, node in enumerate(nodes):
        for kind, change in _changes(node) if id(node) in wanted else ():
            kinds.setdefault(kind, []).append((place, change))
    found: list[str] = []
    for turn in range(max(map(len, kinds.values()), default=0)):
        for changes in kinds.values():
            if turn < len(changes) and len(found) < most:
                text = _changed(tree, *changes[turn])
                if text not in (whole, "", *found):
                    found.append(text)
    return found


def _changed(tree: ast.Module, place: int, change: Change) -> str:
    """The source with this change at this place; nothing if that is no program."""
    other = copy.deepcopy(tree)
    change(next(one for i, one in enumerate(ast.walk(other)) if i == place))
    try:
        text = ast.unparse(ast.fix_missing_locations(other))
        compile(text, "mutant", "exec")
    except (SyntaxError, ValueError):
        return ""
    return text


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in ARITHMETIC:
        yield "arithmetic", lambda one: setattr(one, "op", ARITHMETIC[type(one.op)]())
        yield "other arithmetic", lambda one: setattr(one, "op", ARITHMETIC[ARITHMETIC[type(one.op)]]())
    if isinstance(node, ast.BinOp):
        yield "operands", _swap
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        yield "comparison", lambda one: one.ops.__setitem__(0, COMPARISONS[type(one.ops[0])]())
    if isinstance(node, ast.BoolOp):
        yield "and or", lambda one: setattr(one, "op", ast.Or() if isinstance(one.op, ast.And) else ast.And())
    if isinstance(node, ast.Constant) and type(node.value) in (int, float, bool):
        yield "constant", lambda one: setattr(one, "value", not one.value if type(one.value) is bool else one.value + 1)
        yield "other constant", lambda one: setattr(one, "value", one.value - 1)
    if isinstance(node, (ast.Assign, ast.Return, ast.Call)):
        for inner in ast.iter_child_nodes(node):
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                yield "text", _longer
    if isinstance(node, ast.Return) and node.value is not None:
        yield "return None", lambda one: setattr(one, "value", ast.Constant(None))
        yield "return 0", lambda one: setattr(one, "value", ast.Constant(0))
        yield "return True", lambda one: setattr(one, "value", ast.Constant(True))
        yield "return a list", lambda one: setattr(one, "value", ast.List([one.value], ast.Load()))
        yield "return the contrary", lambda one: setattr(one, "value", ast.UnaryOp(ast.Not(), one.value))
        yield "return the negative", lambda one: setattr(one, "value", ast.UnaryOp(ast.USub(), one.value))
        yield "return a text", lambda one: setattr(one, "value", ast.Call(ast.Name("str", ast.Load()), [one.value], []))
    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        yield "condition", lambda one: setattr(one, "test", ast.UnaryOp(ast.Not(), one.test))
    body = getattr(node, "body", None)
    if isinstance(node, (ast.FunctionDef, ast.For, ast.While, ast.If)) and isinstance(body, list):
        for i in range(len(body)):
            if not isinstance(body[i], ast.Expr):
                yield "statement", lambda one, i=i: one.body.__setitem__(i, ast.Pass())  # type: ignore[misc]
    if isinstance(node, ast.Call) and len(node.args) == 2:
        yield "order", lambda one: one.args.reverse()
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range" and node.args:
        yield "off by one", lambda one: one.args.__setitem__(-1, ast.BinOp(one.args[-1], ast.Add(), ast.Constant(1)))


def _swap(one: ast.BinOp) -> None:
    one.left, one.right = one.right, one.left


def _longer(one: ast.AST) -> None:
    for inner in ast.iter_child_nodes(one):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            inner.value += "x"
            return
