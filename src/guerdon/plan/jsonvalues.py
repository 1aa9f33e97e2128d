"""JSON that comes back exactly as it went: what the cache and the journal store."""

from __future__ import annotations

import json
from typing import TypeAlias

__all__ = ["JSON", "dumps", "loads"]

JSON: TypeAlias = bool | int | float | str | list["JSON"] | dict[str, "JSON"] | None

_EXACT = (type(None), bool, int, str)


def dumps(value: object) -> str:
    r"""One line of ASCII that :func:`loads` turns back into an equal value of equal types.

    Raises:
        TypeError: it holds what JSON would forget (a tuple, a key that is no string) or does not know.
        ValueError: it holds NaN or infinity, or is nested too deep.

    >>> dumps({"score": 0.1, "why": ["né"]})
    '{"score":0.1,"why":["n\\u00e9"]}'
    >>> dumps((1, 2))
    Traceback (most recent call last):
    ...
    TypeError: a tuple is no JSON value: use None, bool, int, float, str, lists, and dicts with string keys
    """
    try:
        _check(value)
        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    except RecursionError:
        raise ValueError("a value is nested too deep to be stored as JSON") from None


def loads(text: str | bytes) -> JSON:
    """The value of a line of :func:`dumps`.

    Raises:
        ValueError: it is none.

    >>> loads("[1, 1.0]")
    [1, 1.0]
    """
    try:
        value: JSON = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value


def _check(value: object) -> None:
    kind = type(value)
    if kind in _EXACT or isinstance(value, float):
        return
    if kind is list:
        for item in value:  # type: ignore[attr-defined]
            _check(item)
    elif kind is dict:
        for key, item in value.items():  # type: ignore[attr-defined]
            if type(key) is not str:
                raise TypeError(f"{key!r:.80} is no key of a JSON object: keys are strings")
            _check(item)
    else:
        raise TypeError(
            f"a {kind.__name__} is no JSON value: use None, bool, int, float, str, lists, and dicts with string keys"
        )
