"""JSON out of a completion: bounded in depth, size and digits, with duplicate keys and NaN refused by name."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any, Literal

from ..expr.chat import Completion, read
from ..expr.thinking import visible_text
from ..expr.values import Failed

Fences = Literal["allow", "only", "never"]

MAX_SIZE = 1_000_000
"""Longest JSON text that is read, in code points."""
MAX_DEPTH = 64
"""Deepest nesting of lists and objects that is read."""
MAX_DIGITS = 400
"""Longest number, in characters."""

_STEP = re.compile(r'[\[\]{}"]')
# From one quote to the next, escapes skipped: each character fits one alternative only.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)


class _Refused(ValueError):
    """A JSON text that is not read; its message is the reason."""


def loads(text: str) -> Any:
    """The value of a text that is JSON and nothing else. ``Failed``, with the reason, where it is not. Linear.

    Stricter than ``json.loads``: NaN and Infinity, duplicate keys, numbers beyond a float, lone surrogates, more than
    ``MAX_SIZE`` characters, ``MAX_DEPTH`` levels or ``MAX_DIGITS`` digits are refused, each by its own reason.

    >>> loads('{"a": [1, 2]}')
    {'a': [1, 2]}
    >>> loads('{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ...
    guerdon.expr.values.Failed: JSON with a duplicate key
    """
    body = text.strip(" \t\r\n")
    if not body:
        raise Failed("no JSON")
    if len(body) > MAX_SIZE:
        raise Failed("JSON too long")
    if _too_deep(body):
        raise Failed("JSON nested too deeply")
    try:
        value = _DECODER.decode(body)
        if "\\u" in body or not body.isascii():
            json.dumps(value, ensure_ascii=False).encode()
    except _Refused as refused:
        raise Failed(str(refused)) from None
    except UnicodeEncodeError:
        raise Failed("JSON with a lone surrogate") from None
    except (ValueError, RecursionError):
        raise Failed("no valid JSON") from None
    return value


def parse(
    completion: Completion | None,
    fences: Fences = "allow",
    prompt: Completion | None = None,
    opened: Iterable[str] = (),
) -> Any:
    r"""The JSON value of a completion's last text, thinking taken out. ``Failed`` with a reason where there is none.

    ``fences``: ``never`` reads the whole text, ``only`` the last closed ``` block of it (its language ``json`` or
    none), ``allow`` the whole text if it is no fence and starts like JSON, else the last block. Linear.

    >>> parse('Here it is:\n```json\n{"a": 1}\n```')
    {'a': 1}
    """
    text = None if completion is None else read(completion, prompt, opened)
    if text is None:
        raise Failed("no answer")
    body = visible_text(text.text, text.opened).strip(" \t\r\n")
    if fences == "never" or (fences == "allow" and body[:1] in ("{", "[")):
        return loads(body)
    block = last_fenced(body)
    if block is None:
        if fences == "only":
            raise Failed("no fenced JSON")
        return loads(body)
    return loads(block)


def valid(
    completion: Completion | None,
    fences: Fences = "never",
    prompt: Completion | None = None,
    opened: Iterable[str] = (),
) -> int:
    """1 if the completion's last text is JSON, thinking taken out; ``Failed`` with the reason where it is not. Linear.

    >>> valid('{"a": 1}')
    1
    """
    parse(completion, fences, prompt, opened)
    return 1


def last_fenced(text: str, languages: tuple[str, ...] = ("json", "")) -> str | None:
    r"""The inside of the last closed fence (three or more backticks on a line of their own) of these languages. Linear.

    >>> last_fenced("a\n```json\n[1]\n```\nb")
    '[1]\n'
    """
    found: tuple[int, int] | None = None
    begun: tuple[int, int, bool] | None = None
    position = 0
    while position < len(text):
        stop = text.find("\n", position) + 1 or len(text)
        line = text[position:stop].strip()
        if line.startswith("```"):
            info = line.lstrip("`")
            ticks = len(line) - len(info)
            if begun is None:
                if "`" not in info:
                    words = info.split(maxsplit=1)
                    begun = (ticks, stop, (words[0].lower() if words else "") in languages)
            elif not info and ticks >= begun[0]:
                if begun[2]:
                    found = (begun[1], position)
                begun = None
        position = stop
    return None if found is None else text[found[0] : found[1]]


def _too_deep(text: str) -> bool:
    """Whether brackets outside strings nest too deeply. Counted before any recursive parser sees the text."""
    depth = position = 0
    while True:
        step = _STEP.search(text, position)
        if step is None:
            return False
        position = step.end()
        what = step[0]
        if what == '"':
            string = _STRING.match(text, step.start())
            if string is None:
                return False  # an unclosed string: what follows is no JSON, and the parser says so
            position = string.end()
        elif what in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        else:
            depth -= 1


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Refused("JSON with a duplicate key")
    return value


def _constant(name: str) -> Any:
    raise _Refused(f"JSON with {name.lstrip('-')}")


def _int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise _Refused("JSON with a number too long")
    return int(digits)


def _float(digits: str) -> float:
    if len(digits) > MAX_DIGITS:
        raise _Refused("JSON with a number too long")
    value = float(digits)
    if not math.isfinite(value):
        raise _Refused("JSON with a number too large")
    return value


_DECODER = json.JSONDecoder(
    parse_constant=_constant, object_pairs_hook=_pairs, parse_int=_int, parse_float=_float, strict=True
)
