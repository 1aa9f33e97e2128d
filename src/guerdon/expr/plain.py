"""Plain Python values as JSON and back, keeping what JSON forgets: tuples, bytes, sets, keys that are no strings."""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np


def encode(value: Any) -> Any:
    """A plain value as what ``json.dumps`` takes; what JSON has no word for becomes an object with one ``$`` key.

    Takes what :func:`guerdon.expr.canonical.canonical` takes. Instances of subclasses are written as the plain value.

    >>> encode({"a": (1, b"x"), 2: float("inf")})
    {'$dict': [['a', {'$tuple': [1, {'$bytes': 'eA=='}]}], [2, {'$float': 'inf'}]]}
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"$float": repr(float(value))}
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, tuple):
        return {"$tuple": [encode(item) for item in value]}
    if isinstance(value, (set, frozenset)):
        kind = "$set" if isinstance(value, set) else "$frozenset"
        return {kind: [encode(item) for item in sorted(value, key=repr)]}
    if isinstance(value, dict):
        if all(isinstance(key, str) and not key.startswith("$") for key in value):
            return {key: encode(item) for key, item in value.items()}
        return {"$dict": [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"$bytes": base64.b64encode(bytes(value)).decode("ascii")}
    if isinstance(value, np.generic):
        return encode(value.item())
    if isinstance(value, np.ndarray):
        return {"$array": encode(value.tolist()), "dtype": str(value.dtype)}
    raise TypeError(f"a value of type {type(value).__qualname__} cannot be written as JSON")


def decode(data: Any) -> Any:
    """The value that :func:`encode` wrote.

    >>> decode(encode({"a": (1, b"x"), 2: {3}}))
    {'a': (1, b'x'), 2: {3}}
    """
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    word = next((key for key in data if key.startswith("$")), None)
    if word is None:
        return {key: decode(item) for key, item in data.items()}
    inside = data[word]
    if word == "$float":
        return float(inside)
    if word == "$bytes":
        return base64.b64decode(inside, validate=True)
    if word == "$dict":
        return {decode(key): decode(item) for key, item in inside}
    if word == "$array":
        if np.dtype(data["dtype"]).hasobject:
            raise ValueError("an array of objects cannot be read back")
        return np.asarray(decode(inside), dtype=data["dtype"])
    kinds: dict[str, type] = {"$tuple": tuple, "$set": set, "$frozenset": frozenset}
    return kinds[word](decode(item) for item in inside)


def frozen(value: Any) -> Any:
    """Lists as tuples, all the way in.

    >>> frozen([[1, 2], "a"])
    ((1, 2), 'a')
    """
    return tuple(frozen(item) for item in value) if isinstance(value, list) else value
