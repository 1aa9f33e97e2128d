"""The tool calls of a completion, in whichever way it writes them. Only the assistant's messages are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from ..expr.chat import Completion, Text, read_all
from ..expr.thinking import visible_text
from ..expr.values import Failed
from ..structure._json import last_fenced, loads
from ._normal import MAX_CALLS, Call, call_of, looks_like_call, made
from ._python import python_calls
from ._tagged import Schemas, json_calls, tagged_calls

Format = Literal["auto", "openai", "hermes", "python", "json"]
FORMATS: tuple[Format, ...] = ("auto", "openai", "hermes", "python", "json")


def calls(
    completion: Completion,
    format: Format = "auto",
    schemas: Schemas | None = None,
    prompt: Completion | None = None,
    opened: Iterable[str] = (),
) -> list[Call | None]:
    """The tool calls of all assistant messages, in order; None for one that cannot be read.

    What stands in a message's think block is no call; tool, user and system messages are not read. A completion of
    more than 512 calls is one that cannot be read. Linear.

    >>> calls([{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": '{"x": 1}'}}]}])
    [{'name': 'f', 'arguments': {'x': 1}}]
    >>> calls('<think><tool_call>{"name": "f", "arguments": {}}</tool_call></think>It is 4.')
    []
    """
    texts: dict[int, Text] = {text.message: text for text in read_all(completion, prompt, opened)}
    native: dict[int, list[Call | None]] = {}
    if not isinstance(completion, str) and format in ("auto", "openai"):
        native = {index: told for index, one in enumerate(completion) if (told := native_calls(one))}
    found: list[Call | None] = []
    for index in sorted({*native, *texts}):
        if index in native:
            found.extend(native[index])
        elif format != "openai":
            found.extend(text_calls(visible_text(texts[index].text, texts[index].opened), format, schemas))
        if len(found) > MAX_CALLS:
            return [None]
    return found


def native_calls(message: Mapping[str, Any]) -> list[Call | None]:
    """The calls that an assistant's message carries beside its text; empty where it carries none.

    Read are ``tool_calls`` and ``function_call`` of chat completions, items of type ``function_call`` of responses, and
    content parts of type ``tool_use``.

    >>> native_calls({"type": "function_call", "name": "f", "arguments": "{}"})
    [{'name': 'f', 'arguments': {}}]
    >>> native_calls({"role": "tool", "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]})
    []
    """
    if message.get("type") == "function_call" and message.get("role", "assistant") == "assistant":
        return [made(message.get("name"), message.get("arguments", {}))]
    if message.get("role") != "assistant":
        return []
    found: list[Call | None] = []
    given = message.get("tool_calls")
    if isinstance(given, Sequence) and not isinstance(given, (str, bytes)):
        found.extend(call_of(item, bare=True) for item in given)
    elif given:
        found.append(None)
    old = message.get("function_call")
    if old:
        found.append(call_of(old, bare=True))
    content = message.get("content")
    if isinstance(content, Sequence) and not isinstance(content, str):
        parts = [part for part in content if isinstance(part, Mapping) and part.get("type") == "tool_use"]
        found.extend(made(part.get("name"), part.get("input", {})) for part in parts)
    return found


def text_calls(text: str, format: Format = "auto", schemas: Schemas | None = None) -> list[Call | None]:
    """The calls of one text that thinking was taken out of.

    ``auto``: where it has ``<tool_call>`` or ``<function=`` tags, what stands in them; else the whole text (or the
    whole of its last fenced block), if that is JSON that means to be calls, or a Python list of calls. Prose has none.

    >>> text_calls("[f(x=1)]"), text_calls("[1] says so."), text_calls("<tool_call>{}</tool_call>")
    ([{'name': 'f', 'arguments': {'x': 1}}], [], [None])
    """
    if format == "hermes":
        return tagged_calls(text, schemas)
    if format == "auto":
        if any(tag in text for tag in ("<tool_call>", "</tool_call>", "<function=")):
            return tagged_calls(text, schemas)
        return _guessed(text)
    body = _whole(text, ("python", "py", "tool_code", "") if format == "python" else ("json", ""))
    if format == "json":
        return json_calls(body) if body[:1] in ("{", "[") and body != "[]" else []
    found = python_calls(body)
    return ([None] if body[:1] == "[" else []) if found is None else found


def _guessed(text: str) -> list[Call | None]:
    body = _whole(text, ("json", "python", "py", "tool_code", ""))
    if body[:1] not in ("{", "["):
        return []
    found = json_calls(body)
    if any(found) or _means_calls(body):
        return found
    return (python_calls(body) or []) if body[0] == "[" else []


def _means_calls(body: str) -> bool:
    """Whether JSON means to be calls although not one of them can be read."""
    try:
        value = loads(body)
    except Failed:
        return False
    items = value if isinstance(value, list) else [value]
    return bool(items) and all(looks_like_call(item) for item in items)


def _whole(text: str, languages: tuple[str, ...]) -> str:
    body = text.strip()
    if body[:1] in ("{", "["):
        return body
    block = last_fenced(body, languages)
    return body if block is None else block.strip()
