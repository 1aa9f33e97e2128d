"""Calls in a text between tags: ``<tool_call>`` with JSON inside (Hermes, Qwen, ToolRL), or with ``<function=...>``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..expr.values import Failed
from ..structure._json import loads
from ._normal import MAX_CALLS, Call, call_of, made

_TAG = re.compile(r"<(/?)tool_call>|<function=|</function>")
_PARAMETER = re.compile(r"<parameter=([^<>\s]{1,256})>|</parameter>")

Schemas = Mapping[str, Mapping[str, Any]]
"""For each function the JSON Schema of each parameter."""


def blocks(text: str) -> list[str | None]:
    """What stands in every block of ``<tool_call>``, or of ``<function=`` outside one; None for one that is broken.

    Broken is a block that is never closed, or in which another one opens, and a closing tag that closes nothing. Tags
    inside an argument's text are tags all the same. Linear.

    >>> blocks("<tool_call>a</tool_call> <tool_call>b")
    ['a', None]
    """
    found: list[str | None] = []
    opened: tuple[str, int] | None = None  # which tag, and where its inside starts
    for tag in _TAG.finditer(text):
        what = "function" if "function" in tag[0] else "tool_call"
        if opened is not None and opened[0] == "tool_call" and what == "function":
            continue
        if tag[0].startswith("</"):
            if opened is None or opened[0] != what:
                found.append(None)
            else:
                found.append(text[opened[1] : tag.start() if what == "tool_call" else tag.end()])
            opened = None
        else:
            if opened is not None:
                found.append(None)
            opened = (what, tag.end() if what == "tool_call" else tag.start())
    if opened is not None:
        found.append(None)
    return found


def tagged_calls(text: str, schemas: Schemas | None = None) -> list[Call | None]:
    r"""The calls of every block, in order; None for one that cannot be read.

    A block holds a call as JSON, a list of them, one per line, or ``<function=name>`` with its parameters.

    >>> tagged_calls('<tool_call>\n{"name": "f", "arguments": {"x": 1}}\n</tool_call>')
    [{'name': 'f', 'arguments': {'x': 1}}]
    >>> tagged_calls("<tool_call><function=f><parameter=x>\nParis\n</parameter></function></tool_call>")
    [{'name': 'f', 'arguments': {'x': 'Paris'}}]
    """
    found: list[Call | None] = []
    for block in blocks(text):
        if block is None:
            found.append(None)
        elif block.lstrip().startswith("<function="):
            found.extend(function_calls(block, schemas))
        else:
            found.extend(json_calls(block) or [None])
    return found


def json_calls(text: str) -> list[Call | None]:
    r"""The calls of a JSON object or list, or of one JSON object a line; one None where it is none of these.

    >>> json_calls('{"name": "f", "arguments": {}}\n{"name": "g", "parameters": {"a": 1}}')
    [{'name': 'f', 'arguments': {}}, {'name': 'g', 'arguments': {'a': 1}}]
    """
    try:
        value = loads(text)
    except Failed:
        lines = [line for line in text.split("\n") if line.strip()]
        return [_line(line) for line in lines] if 1 < len(lines) <= MAX_CALLS else [None]
    items = value if isinstance(value, list) else [value]
    return [call_of(item) for item in items] if len(items) <= MAX_CALLS else [None]


def _line(line: str) -> Call | None:
    try:
        return call_of(loads(line))
    except Failed:
        return None


def function_calls(text: str, schemas: Schemas | None = None) -> list[Call | None]:
    """The calls of a text that is one ``<function=name>...</function>`` after the other.

    The inside of ``<parameter=key>`` is text, one line break at either end taken away, or JSON where it reads as JSON
    that is no text; only text where the function's schema asks for it.
    """
    found: list[Call | None] = []
    pieces = text.strip().split("</function>")
    if pieces.pop().strip():
        return [None]
    for piece in pieces:
        head, closed, body = piece.strip().removeprefix("<function=").partition(">")
        known = piece.strip().startswith("<function=") and closed and "<" not in head
        arguments = _parameters(body, (schemas or {}).get(head.strip())) if known else None
        found.append(None if arguments is None else made(head, arguments))
    return found or [None]


def _parameters(body: str, schema: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The parameters of one call; None where one stands twice, is not closed, or text stands between them."""
    arguments: dict[str, Any] = {}
    key: str | None = None
    start = edge = 0
    for tag in _PARAMETER.finditer(body):
        if tag[1] is not None:
            if key is not None or tag[1] in arguments or body[edge : tag.start()].strip():
                return None
            key, start = tag[1], tag.end()
        else:
            if key is None:
                return None
            inside = body[start : tag.start()]
            inside = inside.removeprefix("\n").removesuffix("\n")
            arguments[key] = _typed(inside, (schema or {}).get(key))
            key, edge = None, tag.end()
    return None if key is not None or body[edge:].strip() else arguments


def _typed(text: str, schema: Any) -> Any:
    kind = schema.get("type") if isinstance(schema, Mapping) else None
    if isinstance(kind, str) and kind.lower() in ("string", "str", "char"):
        return text
    if isinstance(kind, str) and kind.lower() in ("boolean", "bool") and text.strip().lower() in ("true", "false"):
        return text.strip().lower() == "true"
    try:
        value = loads(text)
    except Failed:
        return text
    return text if isinstance(value, str) else value


def schemas_of(functions: Sequence[Any] | None) -> dict[str, Mapping[str, Any]]:
    """For each function the schema of each of its parameters, out of a list of tool descriptions.

    >>> schemas_of([{"name": "f", "parameters": {"type": "object", "properties": {"x": {"type": "integer"}}}}])
    {'f': {'x': {'type': 'integer'}}}
    """
    found: dict[str, Mapping[str, Any]] = {}
    for item in functions or ():
        if isinstance(item, Mapping) and isinstance(item.get("function"), Mapping) and "name" not in item:
            item = item["function"]
        if isinstance(item, Mapping) and isinstance(item.get("name"), str):
            parameters = item.get("parameters")
            properties = parameters.get("properties") if isinstance(parameters, Mapping) else None
            found[item["name"]] = properties if isinstance(properties, Mapping) else {}
    return found
