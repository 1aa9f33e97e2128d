"""Values written as Java or JavaScript source: literals, arrays, lists and maps. Nothing is run; linear, bounded."""

from __future__ import annotations

import re
from typing import Any, Literal

Language = Literal["python", "java", "javascript"]

MAX_SOURCE = 20_000
_MAX_DEPTH = 16
_SPACE = re.compile(r"\s*+")
_WORD = re.compile(r"[A-Za-z_$][\w$]*+(?:\.[A-Za-z_$][\w$]*+)*+")
_NUMBER = re.compile(r"[+-]?(?:[0-9][0-9_]{0,400}+)(?:\.[0-9]{0,400}+)?(?:[eE][+-]?[0-9]{1,4})?[lLfFdDn]?(?![\w$.])")
_GENERIC = re.compile(r"[<>]|[^<>(){};\"']++")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "f": "\f"}
_LISTS = ("Arrays.asList", "List.of", "Set.of", "Array")


def value_of(source: str, language: Language) -> Any:
    """The value of source text, or the text itself where it is more than literals: a variable, an expression.

    >>> value_of("new int[]{1, 2}", "java"), value_of("42L", "java"), value_of("mapController", "java")
    ([1, 2], 42, 'mapController')
    >>> value_of("{a: [1, 'x'], b: true}", "javascript")
    {'a': [1, 'x'], 'b': True}
    """
    if language == "python" or len(source) > MAX_SOURCE:
        return source
    try:
        reader = _Reader(source, language == "java")
        value = reader.value(0)
        reader.space()
        return value if reader.at == len(source) else source
    except _NoLiteral:
        return source


class _NoLiteral(Exception):
    pass


class _Reader:
    def __init__(self, text: str, java: bool) -> None:
        self.text, self.java, self.at = text, java, 0

    def space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def take(self, mark: str) -> bool:
        """Whether this mark comes next; it is read if so."""
        self.space()
        if self.text.startswith(mark, self.at):
            self.at += len(mark)
            return True
        return False

    def need(self, mark: str) -> None:
        if not self.take(mark):
            raise _NoLiteral

    def match(self, pattern: re.Pattern[str]) -> str | None:
        self.space()
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found[0]

    def value(self, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise _NoLiteral
        self.space()
        here = self.text[self.at : self.at + 1]
        if here and here in ("\"'" if self.java else "\"'`"):
            return self.string(here)
        if not self.java and self.take("["):
            return self.items("]", depth)
        if not self.java and self.take("{"):
            return self.pairs(depth)
        number = self.match(_NUMBER)
        if number is not None:
            return _number(number)
        word = self.match(_WORD)
        if word in ("true", "false"):
            return word == "true"
        if word in ("null", "undefined"):
            return None
        if word == "new":
            return self.made(depth)
        if word in _LISTS and self.take("("):
            return self.items(")", depth)
        raise _NoLiteral

    def string(self, quote: str) -> str:
        """A text in quotes."""
        self.at += 1
        out: list[str] = []
        while self.at < len(self.text):
            one = self.text[self.at]
            self.at += 1
            if one == quote:
                return "".join(out)
            if one == "\\":
                one = self.text[self.at : self.at + 1]
                self.at += 1
                one = _ESCAPES.get(one, one)
            out.append(one)
        raise _NoLiteral

    def items(self, close: str, depth: int) -> list[Any]:
        found: list[Any] = []
        while not self.take(close):
            if found:
                self.need(",")
                if self.take(close):  # a comma may stand after the last
                    break
            found.append(self.value(depth + 1))
        return found

    def pairs(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not self.take("}"):
            if found:
                self.need(",")
                if self.take("}"):
                    break
            self.space()
            here = self.text[self.at : self.at + 1]
            key = self.string(here) if here and here in "\"'" else self.match(_WORD)
            if key is None or key in found:
                raise _NoLiteral
            self.need(":")
            found[key] = self.value(depth + 1)
        return found

    def made(self, depth: int) -> Any:
        """What stands after ``new``: an array, a list or a map."""
        kind = self.match(_WORD) or ""
        if not self.java:
            if kind == "Array":
                self.need("(")
                return self.items(")", depth)
            raise _NoLiteral
        self.generic()
        if self.take("["):
            self.need("]")
            while self.take("["):
                self.need("]")
            self.need("{")
            return self.items("}", depth)
        self.need("(")
        if kind.endswith("Map") or kind.endswith("Hashtable"):
            self.need(")")
            return self.adds("put", depth) if self.take("{") else {}
        if not kind.endswith(("List", "Set", "Vector", "Stack", "Queue")):
            raise _NoLiteral
        if not self.take(")"):
            inner = self.value(depth + 1)
            self.need(")")
            if not isinstance(inner, list):
                raise _NoLiteral
            return inner
        return self.adds("add", depth) if self.take("{") else []

    def generic(self) -> None:
        """``<String, List<Integer>>``, if it comes next."""
        open_ = 0
        while (found := _GENERIC.match(self.text, self.at)) is not None and (open_ or found[0] == "<"):
            self.at = found.end()
            open_ += {"<": 1, ">": -1}.get(found[0], 0)
            if not open_:
                return

    def adds(self, how: str, depth: int) -> Any:
        """``{{ put("k", v); ... }}``, whose first brace is read."""
        self.take("{")
        items: list[Any] = []
        table: dict[str, Any] = {}
        while not self.take("}"):
            self.need(how)
            self.need("(")
            value = self.items(")", depth)
            self.take(";")
            if how == "add" and len(value) == 1:
                items.append(value[0])
            elif how == "put" and len(value) == 2 and isinstance(value[0], str):
                table[value[0]] = value[1]
            else:
                raise _NoLiteral
        self.take("}")
        return items if how == "add" else table


def _number(text: str) -> int | float:
    body = text.replace("_", "")
    if body[-1] in "lLn" and body[:-1].lstrip("+-").isdigit():
        return int(body[:-1])
    if body.lstrip("+-").isdigit():
        return int(body)
    value = float(body.rstrip("fFdD"))
    if value in (float("inf"), float("-inf")) or body[-1] in "lLn":
        raise _NoLiteral
    return value
