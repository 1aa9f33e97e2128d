"""Small checks of parsed JSON that say in words where it is not as expected."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

__all__ = [
    "Check",
    "anything",
    "each",
    "either",
    "flag",
    "listed",
    "not_negative",
    "number",
    "one_of",
    "optional",
    "record",
    "string",
    "whole",
]
__all__ += ["parse_json"]

# A check gets a value and the name of its place; it returns a complaint, or None where all is well.
Check = Callable[[object, str], str | None]

# Sums of squares of such numbers are finite; no reward or loss comes near.
_LARGEST = 1e100


def _is(kind: str, *types: type) -> Check:
    def check(value: object, place: str) -> str | None:
        # bool is an int to Python but not to anybody who writes a file of numbers.
        if isinstance(value, types) and (bool in types or not isinstance(value, bool)):
            return None
        return f"{place} is {_describe(value)}, not {kind}"

    return check


def _describe(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    shown = json.dumps(value, ensure_ascii=True)
    return shown if len(shown) <= 40 else shown[:37] + "..."


number: Check = _is("a number", int, float)
whole: Check = _is("a whole number", int)
string: Check = _is("a text", str)
flag: Check = _is("true or false", bool)


def not_negative(value: object, place: str) -> str | None:
    """A number of at least 0."""
    complaint = number(value, place)
    if complaint is None and isinstance(value, (int, float)) and value < 0:
        return f"{place} is {_describe(value)}, which is below 0"
    return complaint


def anything(value: object, place: str) -> str | None:
    """Accepts every value."""
    return None


def optional(check: Check) -> Check:
    """null, or what `check` accepts."""
    return lambda value, place: None if value is None else check(value, place)


def one_of(*choices: str) -> Check:
    """One of a few texts."""

    def check(value: object, place: str) -> str | None:
        if isinstance(value, str) and value in choices:
            return None
        return f"{place} is {_describe(value)}, not one of {', '.join(choices)}"

    return check


def either(kind: str, *checks: Check) -> Check:
    """What at least one of the checks accepts; `kind` names the alternatives."""

    def check(value: object, place: str) -> str | None:
        if any(one(value, place) is None for one in checks):
            return None
        return f"{place} is {_describe(value)}, not {kind}"

    return check


def each(check: Check) -> Check:
    """An object in which every value passes `check`."""

    def check_all(value: object, place: str) -> str | None:
        if not isinstance(value, dict):
            return f"{place} is {_describe(value)}, not an object"
        for key, one in value.items():
            complaint = check(one, f"{place}.{key}")
            if complaint:
                return complaint
        return None

    return check_all


def listed(check: Check) -> Check:
    """A list in which every value passes `check`."""

    def check_all(value: object, place: str) -> str | None:
        if not isinstance(value, list):
            return f"{place} is {_describe(value)}, not a list"
        for index, one in enumerate(value):
            complaint = check(one, f"{place}[{index}]")
            if complaint:
                return complaint
        return None

    return check_all


def record(fields: Mapping[str, Check], may_lack: Mapping[str, Check] | None = None) -> Check:
    """An object with these fields; further fields are allowed, so that newer run folders stay readable."""
    known = {**fields, **(may_lack or {})}

    def check(value: object, place: str) -> str | None:
        if not isinstance(value, dict):
            return f"{place} is {_describe(value)}, not an object"
        missing = [name for name in fields if name not in value]
        if missing:
            return f"{place} has no field {missing[0]!r}"
        for name, one in known.items():
            complaint = one(value[name], f"{place}.{name}") if name in value else None
            if complaint:
                return complaint
        return None

    return check


def _refuse(constant: str) -> float:
    raise ValueError(f"it holds {constant}, which is no JSON number (absent values are written as null)")


def _finite(literal: str) -> float:
    value = float(literal)
    if abs(value) > _LARGEST:
        raise ValueError(f"it holds the number {literal[:40]}, which is too large")
    return value


def _short(literal: str) -> int:
    if len(literal) > 100:
        raise ValueError("it holds a number of too many digits")
    return int(literal)


def parse_json(source: bytes) -> object:
    """JSON with finite numbers only.

    Raises:
        ValueError: one phrase saying what is wrong; also for wrong encoding and for nesting too deep to read.

    >>> parse_json(b'{"a": [1, null]}')
    {'a': [1, None]}
    >>> parse_json(b'{"a": NaN}')
    Traceback (most recent call last):
    ValueError: it holds NaN, which is no JSON number (absent values are written as null)
    """
    try:
        value: object = json.loads(
            source.decode("utf-8"), parse_constant=_refuse, parse_float=_finite, parse_int=_short
        )
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 (byte {error.start + 1})") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON ({error.msg.lower()} at column {error.colno})") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return value
