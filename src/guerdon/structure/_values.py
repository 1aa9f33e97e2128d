"""Inside a JSON value: what stands at a path, which keys an object has, and when two values are equal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from ..expr.normal import Normalize, as_number, plain_text, squad_text
from ..expr.values import Failed, Unscored

Path: TypeAlias = str | int | Sequence[str | int]

_MAX_DEPTH = 256


class Missing:
    """Nothing stands at a path. Its one instance is :data:`MISSING`, for a value there may be None itself."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


def steps_of(path: Path) -> tuple[str | int, ...]:
    """A path as its steps: a tuple of keys and places, one key, or a JSON Pointer that starts with a slash (RFC 6901).

    >>> steps_of("/a/b~1c/0"), steps_of("a"), steps_of(("a", 0))
    (('a', 'b/c', '0'), ('a',), ('a', 0))
    """
    if isinstance(path, str):
        if path.startswith("/"):
            return tuple(step.replace("~1", "/").replace("~0", "~") for step in path[1:].split("/"))
        return (path,)
    if isinstance(path, int):
        return (path,)
    return tuple(path)


def look(value: Any, path: Path) -> Any:
    """What stands at a path of a value, or :data:`MISSING`. Places in lists count from 0, or from the end if negative.

    >>> look({"a": [1, 2]}, "/a/1"), look({"a": None}, "a"), look([1], 5)
    (2, None, MISSING)
    """
    for step in steps_of(path):
        if isinstance(value, dict) and isinstance(step, str):
            if step not in value:
                return MISSING
            value = value[step]
        elif isinstance(value, list):
            if isinstance(step, str):
                # RFC 6901: digits without a leading zero
                if not (step.isascii() and step.isdigit()) or len(step) > 9 or (step[0] == "0" and step != "0"):
                    return MISSING
                step = int(step)
            if not -len(value) <= step < len(value):
                return MISSING
            value = value[step]
        else:
            return MISSING
    return value


def keys(value: Any, required: Collection[str], extra_penalty: float = 0.0) -> float:
    """The share of the required keys that an object has, less ``extra_penalty`` for each other key, within [0, 1].

    ``Failed`` where the value is missing or no object. Linear.

    >>> keys({"a": 1, "b": 2}, ["a", "b"]), keys({"a": 1, "c": 2}, ["a", "b"], extra_penalty=0.25)
    (1.0, 0.25)
    """
    if value is None:
        raise Failed("no value")
    if not isinstance(value, dict):
        raise Failed("not an object")
    wanted = set(required)
    have = sum(key in value for key in wanted)
    extra = len(value) - have
    return min(1.0, max(0.0, have / len(wanted) - extra_penalty * extra))


def same_value(a: Any, b: Any, normalize: Normalize = "exact") -> bool:
    """Whether two JSON values are equal, keys in any order. Linear in the smaller value.

    ``exact``: of one type and equal (``true`` is not 1; numbers compare by value, so 1 is 1.0). ``text`` and ``squad``
    compare texts inside, keys excepted, in their plain form. ``number`` also takes a text that is one number for that
    number. Deeper than 256 levels is ``Unscored``: no value out of :func:`guerdon.structure.json` is.

    >>> same_value({"a": 1, "b": [True]}, {"b": [True], "a": 1.0}), same_value(1, True)
    (True, False)
    >>> same_value({"city": "PARIS "}, {"city": "Paris"}, "text"), same_value("1/2", 0.5, "number")
    (True, True)
    """
    return _same(a, b, normalize, 0)


def equal(a: Any, b: Any, normalize: Normalize = "exact") -> int:
    """1 if the value equals the reference, else 0: see :func:`same_value`. Failed: no value. Unscored: no reference.

    >>> equal([1, 2], [1, 2]), equal([1, 2], [2, 1])
    (1, 0)
    """
    if a is None:
        raise Failed("no value")
    if b is None:
        raise Unscored("no reference")
    return int(same_value(a, b, normalize))


def _same(a: Any, b: Any, normalize: Normalize, depth: int) -> bool:
    if depth > _MAX_DEPTH:
        raise Unscored("the reference is nested too deeply")
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key], normalize, depth + 1) for key in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(_same(x, y, normalize, depth + 1) for x, y in zip(a, b, strict=True))
    if isinstance(a, bool) or isinstance(b, bool) or a is None or b is None:
        return a is b
    if normalize == "number":
        one, two = _number(a), _number(b)
        if one is not None and two is not None:
            return one == two
    if isinstance(a, str) and isinstance(b, str):
        if normalize == "text":
            return plain_text(a) == plain_text(b)
        return squad_text(a) == squad_text(b) if normalize == "squad" else a == b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return a == b
    return False


def _number(value: Any) -> Fraction | None:
    if isinstance(value, str):
        return as_number(value)
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float):
        # As written, so that 0.1 is one tenth and equals the text "0.1".
        return as_number(repr(value))
    return None


TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")


def equal_types(value: Any, name: str) -> bool:
    """Whether a value is of the type of JSON that is named so."""
    if isinstance(value, bool) or value is None:
        return name == ("null" if value is None else "boolean")
    if isinstance(value, (int, float)):
        return name == "number" or (name == "integer" and (isinstance(value, int) or value.is_integer()))
    kinds: dict[str, type | tuple[type, ...]] = {"object": dict, "array": (list, tuple), "string": str}
    return name in kinds and isinstance(value, kinds[name])
