"""One form for every way of writing a tool call: a name and named arguments, all of them JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..expr.values import Failed
from ..structure._json import MAX_DEPTH, MAX_SIZE, loads

MAX_CALLS = 512
"""More calls than this in one completion count as one that cannot be read."""
MAX_NAME = 256

_ARGUMENTS = ("arguments", "parameters", "input", "args")

Call = dict[str, Any]
"""``{"name": text, "arguments": object}``."""


def call_of(value: Any, *, bare: bool = False) -> Call | None:
    """A call out of a JSON value, or None where it is none that can be read.

    The name stands under ``name``, the arguments under ``arguments``, ``parameters``, ``input`` or ``args``: an object,
    or a text that is the JSON of one. ``{"type": "function", "function": {...}}`` is what stands inside it. ``bare``
    takes missing arguments for none.

    >>> call_of({"name": "f", "parameters": {"x": 1}}), call_of({"name": "f"})
    ({'name': 'f', 'arguments': {'x': 1}}, None)
    """
    if not isinstance(value, Mapping):
        return None
    inner = value.get("function")
    if isinstance(inner, Mapping) and "name" not in value:
        value = inner
    given = [key for key in _ARGUMENTS if key in value]
    if len(given) > 1 or not (given or bare):
        return None
    return made(value.get("name"), value[given[0]] if given else {})


def made(name: Any, arguments: Any) -> Call | None:
    """A call of this name and these arguments (or their JSON, empty for none), or None where that cannot be one."""
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
        return None
    if isinstance(arguments, str):
        try:
            arguments = loads(arguments) if arguments.strip() else {}
        except Failed:
            return None
    if not isinstance(arguments, Mapping) or not plain(arguments):
        return None
    return {"name": name.strip(), "arguments": dict(arguments)}


def looks_like_call(value: Any) -> bool:
    """Whether a JSON value means to be a call: an object with a name and arguments, right or wrong."""
    if not isinstance(value, Mapping):
        return False
    inner = value.get("function")
    if isinstance(inner, Mapping) and "name" not in value:
        value = inner
    return "name" in value and any(key in value for key in _ARGUMENTS)


def plain(value: Any) -> bool:
    """Whether a value is made of what JSON knows, finite, and no deeper or larger than is read anywhere else.

    >>> plain({"a": [1, None]}), plain({"a": float("nan")}), plain({1: "a"})
    (True, False, False)
    """
    todo: list[tuple[Any, int]] = [(value, 0)]
    seen = 0
    while todo:
        item, depth = todo.pop()
        seen += 1
        if depth > MAX_DEPTH or seen > MAX_SIZE:
            return False
        if isinstance(item, Mapping):
            if not all(isinstance(key, str) for key in item):
                return False
            todo.extend((inner, depth + 1) for inner in item.values())
        elif isinstance(item, (list, tuple)):
            todo.extend((inner, depth + 1) for inner in item)
        elif isinstance(item, float):
            if item != item or item in (float("inf"), float("-inf")):
                return False
        elif not (item is None or isinstance(item, (str, bool, int))):
            return False
    return True
