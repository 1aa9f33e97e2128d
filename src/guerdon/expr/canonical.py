"""One spelling in bytes for every plain value, so that equal things have equal keys and different things never do.

Structural keys of expressions, cache keys and keys of distinct inputs are all hashes of :func:`canonical`. It knows
what JSON forgets: ``1``, ``True``, ``1.0``, ``"1"`` and ``b"1"`` are five different values.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any

__all__ = ["MAX_DEPTH", "canonical", "digest"]

MAX_DEPTH = 10_000
"""How deep lists and dicts may nest. The walk keeps its own stack, so Python's recursion limit plays no part."""

_pack = struct.Struct(">d").pack
_first = itemgetter(0)


def _float(value: float) -> bytes:
    # Adding 0.0 turns -0.0 into 0.0; every NaN becomes the same NaN.
    return b"f" + _pack(value + 0.0) if value == value else b"fnotanum"


def _text(value: str) -> bytes:
    # Lone surrogates come out of broken JSON, and must not break a key.
    raw = value.encode("utf-8", "surrogatepass")
    return b"s%x:%b" % (len(raw), raw)


def _raw(value: bytes | bytearray | memoryview) -> bytes:
    raw = bytes(value)
    return b"b%x:%b" % (len(raw), raw)


_SCALARS: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda value: b"n",
    bool: lambda value: b"t" if value else b"u",
    int: lambda value: b"i%x;" % value,  # hexadecimal: decimal refuses integers of more than 4,300 digits
    float: _float,
    str: _text,
    bytes: _raw,
    bytearray: _raw,
    memoryview: _raw,
}


def canonical(value: object, default: Callable[[Any], object] | None = None) -> bytes:
    """The typed, length-prefixed bytes of a plain value.

    Equal bytes mean the same value of the same type, in every process and on every machine. Dicts are ordered by key
    and sets by content; a list and a tuple of the same items are the same; -0.0 is 0.0; NaN equals NaN. Instances of
    subclasses (a string enumeration, ``numpy.float64``) count as the plain value they are, numpy scalars and arrays as
    their ``tolist()``.

    Args:
        value: None, bool, int, float, str, bytes, or lists, tuples, dicts and sets of such, nested at most
            :data:`MAX_DEPTH` deep.
        default: called with an object of any other type; it returns a value to write in its place.

    Returns:
        The bytes; no value's bytes are a prefix of another's.

    Raises:
        TypeError: an object of another type is inside, and there is no ``default``.
        ValueError: the value nests deeper than :data:`MAX_DEPTH`, or contains itself.

    >>> canonical({"b": 1, "a": [None, True, -0.0]}) == canonical({"a": (None, True, 0.0), "b": 1})
    True
    >>> len({canonical(v) for v in (1, True, 1.0, "1", b"1", None, [1], {1: 1}, {1})})
    9
    >>> canonical(object())
    Traceback (most recent call last):
    ...
    TypeError: an object of type builtins.object has no canonical bytes: use None, bool, int, float, str, bytes, or \
lists, dicts and sets of these
    """
    scalar = _SCALARS.get(type(value))
    if scalar is not None:
        return scalar(value)
    out: list[bytes] = []
    stack: list[Iterator[object]] = [iter((value,))]
    while stack:
        for item in stack[-1]:
            scalar = _SCALARS.get(type(item))
            if scalar is not None:
                out.append(scalar(item))
                continue
            inner = _open(item, out, default)
            if inner is not None:
                if len(stack) > MAX_DEPTH:
                    raise ValueError(f"a value nests deeper than {MAX_DEPTH:,} levels, or contains itself")
                stack.append(inner)
                break
        else:
            stack.pop()
    return b"".join(out)


def digest(value: object, default: Callable[[Any], object] | None = None) -> bytes:
    """The SHA-256 (32 bytes) of :func:`canonical`, which see.

    >>> digest([1, 2]) == digest((1, 2)), digest(1) == digest(1.0)
    (True, False)
    """
    return hashlib.sha256(canonical(value, default)).digest()


def _open(item: object, out: list[bytes], default: Callable[[Any], object] | None) -> Iterator[object] | None:
    """Write the head of a container and return what is inside it, or write a scalar in disguise and return None."""
    if isinstance(item, (list, tuple)):
        out.append(b"l%x:" % len(item))
        return iter(item)
    if isinstance(item, dict):
        out.append(b"d%x:" % len(item))
        pairs = sorted(((canonical(key, default), value) for key, value in item.items()), key=_first)
        return _values(pairs, out)
    if isinstance(item, (set, frozenset)):
        out.append(b"e%x:" % len(item))
        out.extend(sorted(canonical(member, default) for member in item))
        return None
    for base in (int, float, str, bytes, bytearray):
        if isinstance(item, base):
            # By the base's own methods, so that a subclass's __str__ or __int__ has no say.
            out.append(_SCALARS[base](str.__str__(item) if isinstance(item, str) else item))
            return None
    if type(item).__module__ == "numpy" and hasattr(item, "tolist"):
        plain = item.tolist()
        if type(plain) is not type(item):
            return iter((plain,))
    if default is not None:
        return iter((default(item),))
    kind = f"{type(item).__module__}.{type(item).__qualname__}"
    raise TypeError(
        f"an object of type {kind} has no canonical bytes: "
        "use None, bool, int, float, str, bytes, or lists, dicts and sets of these"
    )


def _values(pairs: list[tuple[bytes, object]], out: list[bytes]) -> Iterator[object]:
    for key, value in pairs:
        out.append(key)
        yield value
