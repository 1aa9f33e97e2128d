"""Calls written as Python writes them: ``[f(a=1), g.h(b="x")]``. Literals only, nothing is ever evaluated."""

from __future__ import annotations

import ast
import re
import warnings
from typing import Any

from ._normal import MAX_CALLS, Call, made

MAX_SOURCE = 20_000
"""Longest source that is read, in code points."""
_MAX_DEPTH = 32
_MAX_DIGITS = 400
# Text in quotes, whole, or one bracket or digit run; what closes no text is left to the parser.
_STEP = re.compile(r"""\"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'|[\[({\])}]|[0-9][0-9_a-zA-Z.]*+""", re.DOTALL)


def python_calls(source: str) -> list[Call | None] | None:
    """The calls of a Python expression: one call, or a list or tuple of calls. None where it is no such thing.

    What is called is a name, dotted or not. Arguments are literals: texts, numbers, ``True``, ``False``, ``None``, and
    lists, tuples (read as lists) and dicts with text keys of these. A positional argument goes by its place: ``"0"``,
    ``"1"``. A call of which something is no literal is None in the list. Linear; bounded in length, depth and digits.

    >>> python_calls('[weather.now(city="Paris", days=[1, 2]), f(x=y)]')
    [{'name': 'weather.now', 'arguments': {'city': 'Paris', 'days': [1, 2]}}, None]
    >>> python_calls("Let me think") is None
    True
    """
    text = source.strip()
    if not text or len(text) > MAX_SOURCE or not _shallow(text):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    items = tree.elts if isinstance(tree, (ast.List, ast.Tuple)) else [tree]
    if not all(isinstance(item, ast.Call) for item in items):
        return None
    if len(items) > MAX_CALLS:
        return [None]
    return [_call(item) for item in items if isinstance(item, ast.Call)]


def _shallow(text: str) -> bool:
    """Whether brackets and numbers are within bounds: seen before any parser sees the text."""
    depth = 0
    for step in _STEP.finditer(text):
        what = step[0]
        if what in "[({":
            depth += 1
            if depth > _MAX_DEPTH:
                return False
        elif what in "])}":
            depth -= 1
        elif what[0].isdigit() and len(what) > _MAX_DIGITS:
            return False
    return True


def _call(node: ast.Call) -> Call | None:
    name = _dotted(node.func)
    if name is None or len({word.arg for word in node.keywords}) != len(node.keywords):
        return None
    arguments: dict[str, Any] = {}
    try:
        for place, value in enumerate(node.args):
            arguments[str(place)] = _literal(value)
        for word in node.keywords:
            if word.arg is None:
                return None
            arguments[word.arg] = _literal(word.value)
    except ValueError:
        return None
    return made(name, arguments)


def _dotted(node: ast.expr) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or len(parts) > _MAX_DEPTH:
        return None
    return ".".join([node.id, *reversed(parts)])


def _literal(node: ast.expr) -> Any:
    """The value of a literal. ValueError where it is none: no operator runs but a sign before a number."""
    if isinstance(node, ast.Constant):
        value = node.value
        if value is None or isinstance(value, (str, bool, int, float)):
            return value
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        inner = node.operand
        if isinstance(inner, ast.Constant) and type(inner.value) in (int, float):
            return -inner.value if isinstance(node.op, ast.USub) else inner.value  # type: ignore[operator]
    elif isinstance(node, (ast.List, ast.Tuple)):
        return [_literal(item) for item in node.elts]
    elif isinstance(node, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
        if all(isinstance(key, str) for key in keys) and len(set(keys)) == len(keys):
            return {key: _literal(value) for key, value in zip(keys, node.values, strict=True)}
    raise ValueError("no literal")
