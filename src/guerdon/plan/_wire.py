"""Frames and values that pass between Guerdon and its worker processes.

A frame is four bytes of length (big-endian) and that many bytes of JSON in ASCII. Values that JSON would bend are
wrapped in an object with one key that starts with "$". What a worker sends back knows only `$int` and `$dict`, so
reading it never runs code; `$pickle` goes from parent to worker only. This module is imported by the worker straight
from its file and so uses the standard library alone.
"""

from __future__ import annotations

import base64
import json

TYPE_CHECKING = False  # typing is not imported in the worker
if TYPE_CHECKING:
    from typing import Any

HEADER = 4
MAX_INPUT = 64 << 20
"""Most bytes one call may send to a worker."""
MAX_DEPTH = 64
"""Deepest nesting of a result."""
SLACK = 1 << 16
"""Bytes a result frame may hold besides the value: reason, traceback, clocks."""

_SMALL = 1 << 63
_PLAIN = frozenset((str, bool, float, type(None)))
encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_decode = json.JSONDecoder().decode


class TooLarge(Exception):
    """The value does not fit into the bytes it was given."""


class Unsendable(Exception):
    """The value cannot pass between the processes; the message says why."""


def frame(message: object) -> bytes:
    """The bytes of one message.

    >>> list(frame(["hello", 7])[:4]), frame(["hello", 7])[4:]
    ([0, 0, 0, 11], b'["hello",7]')
    """
    return wrap(encode(message))


def wrap(text: str) -> bytes:
    """The frame of a message that is JSON already."""
    return len(text).to_bytes(HEADER, "big") + text.encode("ascii")


def parse(body: bytes | bytearray) -> Any:
    """The message in a frame's body. ValueError where it is no JSON, or nests too deep."""
    try:
        return _decode(body.decode("ascii"))
    except RecursionError:
        raise ValueError("a frame nests too deep") from None


def pack(value: object) -> Any:
    """An argument as JSON-able data; types other than JSON's own are tagged, unknown objects pickled.

    >>> pack((1, b"a"))
    {'$tuple': [1, {'$bytes': 'YQ=='}]}
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, int) and kind is int:
        return value if -_SMALL <= value < _SMALL else {"$int": hex(value)}
    if kind is list:
        return _pack_list(value)
    if kind is tuple:
        return {"$tuple": _pack_list(value)}
    if isinstance(value, dict) and kind is dict:
        if all(type(key) is str and not key.startswith("$") for key in value):
            return {key: pack(item) for key, item in value.items()}
        return {"$dict": [[pack(key), pack(item)] for key, item in value.items()]}
    if isinstance(value, bytes) and kind is bytes:
        return {"$bytes": base64.b64encode(value).decode("ascii")}
    plain = _numpy_scalar(value)
    if plain is not None:
        return plain
    return {"$pickle": base64.b64encode(_pickled(value)).decode("ascii")}


def _pack_list(items: Any) -> list[Any]:
    return list(items) if all(type(item) in _PLAIN for item in items) else [pack(item) for item in items]


def _pickled(value: object) -> bytes:
    import pickle

    try:
        return pickle.dumps(value, protocol=5)
    except Exception as error:  # pickle raises whatever the object's own methods raise
        raise Unsendable(f"a value of type {type(value).__qualname__} cannot be pickled: {error}"[:500]) from None


def _numpy_scalar(value: Any) -> float | int | bool | str | None:
    """The Python number or text of a numpy scalar; None for anything else. Never imports numpy."""
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == () and getattr(value, "ndim", None) == 0:
        plain = value.item()
        return plain if type(plain) in (float, int, bool, str) else None
    return None


class _Packer:
    """Turns one result into data, counting the bytes it must at least take."""

    def __init__(self, limit: int) -> None:
        self.left = limit

    def pack(self, value: Any, depth: int = 0) -> Any:
        kind = type(value)
        if kind is float or kind is bool or value is None:
            self.spend(1)
            return value
        if kind is str:
            self.spend(len(value) + 2)
            return value
        if kind is int:
            self.spend(value.bit_length() // 4 + 1)
            return value if -_SMALL <= value < _SMALL else {"$int": hex(value)}
        if depth >= MAX_DEPTH:
            raise Unsendable(f"the result nests deeper than {MAX_DEPTH}")
        if kind is list or kind is tuple:
            return [self.element(item, depth) for item in value]
        if kind is dict:
            if all(type(key) is str and not key.startswith("$") for key in value):
                return {self.pack(key): self.element(item, depth) for key, item in value.items()}
            return {"$dict": [[self.key(key), self.element(item, depth)] for key, item in value.items()]}
        if kind.__module__ == "numpy" and hasattr(value, "dtype") and value.dtype.kind in "biuf":
            self.spend(int(value.size))
            return self.pack(value.tolist(), depth)
        name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        raise Unsendable(
            f"the function returned {name[:200]}; return a number, a bool, a string, None, or lists and dicts of these"
        )

    def element(self, value: Any, depth: int) -> Any:
        self.spend(1)
        return self.pack(value, depth + 1)

    def key(self, value: Any) -> Any:
        if type(value) not in (str, int, float, bool, type(None)):
            raise Unsendable(f"the function returned a dict with a key of type {type(value).__qualname__}")
        return self.pack(value)

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise TooLarge


def pack_result(value: object, limit: int) -> Any:
    """A result as JSON-able data; tuples and numpy arrays become lists.

    Raises:
        TooLarge: it takes more than `limit` bytes.
        Unsendable: it is, or holds, something of a type that does not travel.

    >>> pack_result({"score": 0.5}, 100)
    {'score': 0.5}
    """
    data = _Packer(limit).pack(value)
    # the count above is a lower bound (escapes make text longer); here the bytes themselves
    if type(data) in (str, list, dict) and len(encode(data)) > limit:
        raise TooLarge
    return data


def unpack(data: Any, *, trusted: bool) -> Any:
    """The value of packed data. `trusted` (worker side only) also opens `$pickle`, `$bytes` and `$tuple`.

    >>> unpack({"$dict": [[1, "a"]]}, trusted=False)
    {1: 'a'}
    """
    kind = type(data)
    if kind is list:
        if all(type(item) in _PLAIN for item in data):
            return data
        return [unpack(item, trusted=trusted) for item in data]
    if kind is not dict:
        return data
    if len(data) == 1:
        [(tag, body)] = data.items()
        if tag.startswith("$"):
            return _open(tag, body, trusted)
    return {key: unpack(item, trusted=trusted) for key, item in data.items()}


def _open(tag: str, body: Any, trusted: bool) -> Any:
    if tag == "$int":
        return int(body, 16)
    if tag == "$dict":
        return {unpack(key, trusted=trusted): unpack(item, trusted=trusted) for key, item in body}
    if trusted and tag == "$tuple":
        return tuple(unpack(item, trusted=True) for item in body)
    if trusted and tag == "$bytes":
        return base64.b64decode(body)
    if trusted and tag == "$pickle":
        import pickle

        return pickle.loads(base64.b64decode(body))
    raise ValueError(f"a frame holds the unknown tag {tag[:40]!r}")
