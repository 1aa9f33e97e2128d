"""Two records, field by field: what agrees, what is missing, what nobody asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..expr.normal import Normalize, as_number
from ..expr.values import Failed, Unscored
from ._values import MISSING, equal_types, look, same_value

Compare = Mapping[str, Normalize | float]
MAX_FIELDS = 10_000


def fields(value: Any) -> dict[tuple[str, ...], Any]:
    """The fields of an object by their path: objects inside are opened, lists are values. An empty object is a value.

    >>> fields({"a": {"b": 1, "c": [2]}, "d": {}})
    {('a', 'b'): 1, ('a', 'c'): [2], ('d',): {}}
    """
    found: dict[tuple[str, ...], Any] = {}
    todo: list[tuple[tuple[str, ...], Any]] = [((), value)]
    while todo:
        path, item = todo.pop()
        if isinstance(item, Mapping) and item:
            if len(path) > 64:
                raise Failed("nested too deeply")
            todo.extend(((*path, str(key)), inner) for key, inner in reversed(list(item.items())))
        elif path:
            found[path] = item
        if len(found) + len(todo) > MAX_FIELDS:
            raise Failed("too many fields")
    return found


def agreement(value: Any, gold: Any, compare: Compare | None = None, extra_penalty: float = 0.0) -> float:
    """The share of the reference's fields that the value has and that agree, less a penalty per other field, in [0, 1].

    ``compare`` says how a field (``"a"``, or ``"a.b"`` inside ``a``) is compared: as :func:`same_value` does, or, given
    a number, as numbers that differ by no more; fields not named are compared exactly. ``Failed``: the value is missing
    or no object. ``Unscored``: the reference is. Linear.

    >>> agreement(
    ...     {"name": "ULM", "size": {"km2": 118.7}},
    ...     {"name": "Ulm", "size": {"km2": 118.69, "people": 126000}},
    ...     {"name": "text", "size.km2": 0.05},
    ... )
    0.6666666666666666
    """
    if not isinstance(gold, Mapping) or not gold:
        raise Unscored("no reference")
    if not isinstance(value, Mapping):
        raise Failed("no value" if value is None else "not an object")
    wanted = fields(gold)
    told = compare or {}
    right = 0
    for path, one in wanted.items():
        have = look(value, path)
        right += have is not MISSING and _agree(have, one, told.get(".".join(path), "exact"))
    share = right / len(wanted)
    if extra_penalty:
        share -= extra_penalty * len(fields(value).keys() - wanted.keys())
    return min(1.0, max(0.0, share))


def _agree(value: Any, gold: Any, how: Normalize | float) -> bool:
    if isinstance(how, str):
        return same_value(value, gold, how)
    one, other = _number(value), _number(gold)
    return one is not None and other is not None and abs(one - other) <= (_number(how) or 0)


def _number(value: Any) -> Fraction | None:
    if isinstance(value, str):
        return as_number(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # As it is written, so that 0.3 and 0.2 differ by a tenth and no more.
    return as_number(repr(value)) if isinstance(value, float) else Fraction(value)


def missing(value: Any, required: Any) -> float:
    """The share of the required fields that an object has not, in [0, 1]: keys, or every field of a reference object.

    ``Failed``: no object. ``Unscored``: nothing is required.

    >>> missing({"a": 1}, ["a", "b"]), missing({"a": {"x": 1}}, {"a": {"x": 0, "y": 0}})
    (0.5, 0.5)
    """
    wanted = _paths(required)
    if not isinstance(value, Mapping):
        raise Failed("no value" if value is None else "not an object")
    return sum(look(value, path) is MISSING for path in wanted) / len(wanted)


def hallucinated(value: Any, known: Any) -> float:
    """The share of an object's fields that are none of the known: keys, or fields of a reference object; in [0, 1].

    An object of no fields made up none: 0. ``Failed``: no object. ``Unscored``: nothing is known.

    >>> hallucinated({"a": 1, "z": 2}, ["a", "b"]), hallucinated({"a": {"x": 1}, "b": 1}, {"a": {"x": 0}})
    (0.5, 0.5)
    """
    wanted = _paths(known)
    if not isinstance(value, Mapping):
        raise Failed("no value" if value is None else "not an object")
    have = fields(value) if isinstance(known, Mapping) else [(key,) for key in value]
    return sum(path not in wanted for path in have) / len(have) if have else 0.0


def _paths(told: Any) -> set[tuple[str, ...]]:
    if isinstance(told, Mapping) and told:
        return set(fields(told))
    if isinstance(told, Sequence) and not isinstance(told, str) and told and all(isinstance(key, str) for key in told):
        return {(key,) for key in told}
    raise Unscored("no reference")


def of_type(value: Any, types: Sequence[str]) -> int:
    """1 if a value is of one of the types of JSON named, else 0; ``Failed`` where there is none. 1.0 is an integer.

    >>> of_type({"a": 1}, ["object"]), of_type(True, ["integer"]), of_type(1.5, ["integer", "string"])
    (1, 0, 0)
    """
    if value is None and "null" not in types:
        raise Failed("no value")
    return int(any(equal_types(value, one) for one in types))
