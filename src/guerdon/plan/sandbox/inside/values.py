"""Values between a program and its tests: exact built-in literals, written as JSON that says the type of each.

Scalars stand for themselves; everything else is an array that begins with a letter. A list, dict, set or bytearray is
written once and referred to by number after that, so that both sides agree on which argument is which, and what the
program did to an argument can be sent back. What is no plain value becomes a handle: a number or a
name, and nothing else.
"""

from __future__ import annotations

import sys
from _json import encode_basestring_ascii, make_encoder, make_scanner

TYPE_CHECKING = False  # `typing` is slow to import, and every program would wait for it
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["Decoder", "Encoder", "Unsendable", "dumps", "loads"]

DEPTH = 150
"""Deepest nesting that travels."""
ITEMS = 100_000
"""Most items taken out of an iterator: one that never ends must not be waited for."""
_SHORT = 1 << 1000


class Unsendable(Exception):
    """A value that cannot travel; its text says why."""


class _Context:
    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}.__getitem__


_make_scanner: Any = make_scanner
_make_encoder: Any = make_encoder
_scan: Callable[[str, int], tuple[Any, int]] = _make_scanner(_Context)  # no `re` is imported


def loads(data: bytes) -> Any:
    """The JSON value of some bytes, whoever wrote them. ValueError where they are none."""
    try:
        text = data.decode("ascii")
        value, end = _scan(text, 0)
    except (StopIteration, RecursionError, KeyError):
        raise ValueError("not JSON") from None
    if end != len(text):
        raise ValueError("not JSON")
    return value


def dumps(value: Any) -> bytes:
    """A tree of lists, strings, numbers, bools and None as JSON in ASCII."""
    # _json.make_encoder(markers, default, encoder, indent, key separator, item separator, sort, skip, allow_nan)
    write = _make_encoder(None, None, encode_basestring_ascii, None, ":", ",", False, False, True)
    return "".join(write(value, 0)).encode("ascii")


class Encoder:
    """Values as trees for :func:`dumps`.

    Args:
        known: the mutable containers that the other side already has, by number.
        handle: gives the number of a value that does not travel; Unsendable where none may be given.
    """

    def __init__(self, known: list[Any], handle: Callable[[Any], list[Any]]) -> None:
        self.known = known
        self._numbers = {id(value): i for i, value in enumerate(known)}
        self._handle = handle

    def encode(self, value: Any, depth: int = 0) -> Any:
        """The tree of a value."""
        kind = type(value)
        if value is None or kind is bool or kind is str or kind is float:
            return value
        if kind is int:
            return value if -_SHORT < value < _SHORT else ["i", hex(value)]
        if depth > DEPTH:
            raise Unsendable("nested too deeply")
        if kind in _MUTABLE:
            return self._shared(value, kind, depth)
        if kind is tuple:
            return ["t", *[self.encode(item, depth + 1) for item in value]]
        if kind is frozenset:
            return ["f", *[self.encode(item, depth + 1) for item in value]]
        if kind is bytes:
            return ["b", value.hex()]
        if kind is complex:
            return ["c", value.real, value.imag]
        return self._other(value, depth)

    def contents(self, value: Any, depth: int = 0) -> list[Any]:
        """What a mutable container holds."""
        kind = next(base for base in type(value).__mro__ if base in _MUTABLE)
        if kind is dict:
            items: list[Any] = []
            for key, item in dict.items(value):
                items += (self.encode(key, depth + 1), self.encode(item, depth + 1))
            return items
        if kind is bytearray:
            return [bytes(value).hex()]
        return [self.encode(item, depth + 1) for item in list(value)]

    def _shared(self, value: Any, kind: type, depth: int) -> list[Any]:
        number = self._numbers.get(id(value))
        if number is not None:
            return ["r", number]
        self._numbers[id(value)] = len(self.known)
        self.known.append(value)
        return [_MUTABLE[kind], *self.contents(value, depth)]

    def _other(self, value: Any, depth: int) -> Any:
        """Subclasses of plain types are sent as those; iterators as what they give; the rest as a handle."""
        kind = type(value)
        if kind is range:
            return ["g", value.start, value.stop, value.step]
        if kind in _VIEWS:
            return [_VIEWS[kind], *[self.encode(item, depth + 1) for item in value]]
        known = sys.modules
        for module, name in (("decimal", "Decimal"), ("fractions", "Fraction")):
            if module in known and kind is getattr(known[module], name, None):
                return ["n", name, str(value)]
        if kind.__module__ == "numpy" and getattr(value, "shape", None) == ():
            plain = value.item()
            return self.encode(plain, depth) if type(plain).__module__ == "builtins" else self._handle(value)
        for base in kind.__mro__[:-1]:
            if base in _MUTABLE:
                return self._shared(value, base, depth)
            if base in _PLAIN:
                return self.encode(_PLAIN[base](value), depth)
            if getattr(base, "__module__", "") == "collections" and base.__name__ == "deque":
                return ["q", *[self.encode(item, depth + 1) for item in value]]
        if hasattr(kind, "__next__") and hasattr(kind, "__iter__"):
            taken: list[Any] = []
            for item in value:
                if len(taken) == ITEMS:
                    raise Unsendable("an iterator without end")
                taken.append(self.encode(item, depth + 1))
            return ["y", *taken]
        return self._handle(value)


_MUTABLE: dict[type, str] = {list: "l", dict: "d", set: "s", bytearray: "B"}
_VIEWS: dict[type, str] = {type({}.keys()): "k", type({}.values()): "v", type({}.items()): "v"}
_PLAIN: dict[type, Callable[[Any], Any]] = {
    bool: bool,
    int: int.__int__,
    float: float.__float__,
    str: str.__str__,
    bytes: lambda value: b"".join([value]),
    complex: complex,
    tuple: lambda value: tuple(tuple.__iter__(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
}


class Decoder:
    """Trees as values: exact built-in types only, whatever the tree says. ValueError or TypeError where it is none.

    Args:
        known: the mutable containers that both sides have, by number.
        handle: what stands for a handle on this side.
    """

    def __init__(self, known: list[Any], handle: Callable[[Any], Any]) -> None:
        self.known = known
        self._handle = handle

    def decode(self, tree: Any, depth: int = 0) -> Any:
        """The value of a tree."""
        if not isinstance(tree, list):
            if isinstance(tree, dict):
                raise ValueError("no value")
            return tree
        if depth > DEPTH or not tree:
            raise ValueError("no value")
        kind, rest = tree[0], tree[1:]
        if kind in ("l", "d", "s", "B"):
            made: Any = _MAKE[kind]()
            self.known.append(made)
            self.fill(made, rest, depth)
            return made
        items = [self.decode(item, depth + 1) for item in rest] if kind in _BUILD else rest
        if kind in _BUILD:
            return _BUILD[kind](items)
        if kind == "r" and type(rest[0]) is int and 0 <= rest[0] < len(self.known):
            return self.known[rest[0]]
        if kind == "i":
            return int(rest[0], 16)
        if kind == "b":
            return bytes.fromhex(rest[0])
        if kind == "c":
            return complex(float(rest[0]), float(rest[1]))
        if kind == "g":
            return range(*[int(item) for item in rest[:3]])
        if kind == "n" and len(rest[1]) < 5000:
            return _number(rest[0], rest[1])
        if kind == "h" and type(rest[0]) in (int, str):
            return self._handle(rest[0])
        raise ValueError("no value")

    def fill(self, made: Any, rest: list[Any], depth: int = 0) -> None:
        """Give a mutable container these contents, and only these."""
        if isinstance(made, bytearray):
            made[:] = bytes.fromhex(rest[0])
            return
        items = [self.decode(item, depth + 1) for item in rest]
        if isinstance(made, list):
            made[:] = items
        elif isinstance(made, set):
            new = set(items)
            made.clear()
            made.update(new)
        else:
            pairs = dict(zip(items[::2], items[1::2], strict=True))
            made.clear()
            made.update(pairs)


def _number(kind: str, text: str) -> Any:
    if "e" in text.lower() and abs(int(text.lower().partition("e")[2])) > 10_000:
        raise ValueError("a number too long")
    if kind == "Decimal":
        from decimal import Decimal

        return Decimal(text)
    from fractions import Fraction

    return Fraction(text)


def _deque(items: list[Any]) -> Any:
    from collections import deque

    return deque(items)


_MAKE: dict[str, Callable[[], Any]] = {"l": list, "d": dict, "s": set, "B": bytearray}
_BUILD: dict[str, Callable[[list[Any]], Any]] = {
    "t": tuple,
    "f": frozenset,
    "y": iter,
    "q": _deque,
    "k": lambda items: dict.fromkeys(items).keys(),
    "v": lambda items: dict(enumerate(items)).values(),
}
