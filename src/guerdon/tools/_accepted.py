"""Calls judged by lists of accepted values, as the Berkeley Function Calling Leaderboard (BFCL) does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ..expr.values import Failed, Unscored
from ..similarity._assign import assign
from ._compare import Order, none_made, readable, schema_of
from ._normal import Call
from ._source import Language, value_of

OPTIONAL = ""
"""In a list of accepted values: the argument may be left out."""
_MAX_PAIRS = 10_000
_IGNORED = str.maketrans({**dict.fromkeys(" ,./-_*^", None), "'": '"'})
_FLOATS = ("float", "double", "number")
_TEXTS = ("String", "string", "char", "any")


def plain_string(text: str) -> str:
    """A text as BFCL compares it: lower case, without spaces and ``, . / - _ * ^``, single quotes as double ones.

    >>> plain_string("April 1, 2024") == plain_string("april 1,2024")
    True
    """
    return text.translate(_IGNORED).lower()


def value_accepted(value: Any, accepted: Sequence[Any], kind: str = "", language: Language = "python") -> bool:
    """Whether a value is one of those accepted for an argument that the schema says is of a ``kind``.

    Texts compare in their plain form (:func:`plain_string`), inside lists and objects too; whole numbers are accepted
    for floats, never floats for whole numbers, and ``true`` is no number. A list must have equal items in order. Of an
    object among the accepted values each key has its own list of accepted values, with ``""`` for a key that may be
    absent; other keys are not allowed. A value written as Java or JavaScript source counts as what it says.

    >>> value_accepted(5, [5.0], "float"), value_accepted(5.0, [5]), value_accepted("san francisco", ["San Francisco"])
    (True, False, True)
    >>> value_accepted({"min": 1}, [{"min": [1, 2], "max": [9, ""]}])
    True
    """
    if any(_fits(value, one, kind, 0) for one in accepted):
        return True
    if language == "python" or not isinstance(value, str):
        return False
    told = value_of(value, language)
    # Source in quotes is a text whatever is asked for; a bare 42 is no text.
    return (isinstance(told, str) or kind not in _TEXTS) and any(_fits(told, one, kind, 0) for one in accepted)


def _fits(value: Any, one: Any, kind: str, depth: int) -> bool:
    if depth > 32:
        return False
    if isinstance(value, bool) or isinstance(one, bool) or value is None or one is None:
        return value is one
    if isinstance(value, str) and isinstance(one, str):
        return plain_string(value) == plain_string(one)
    if isinstance(value, (int, float)) and isinstance(one, (int, float)):
        return value == one and (isinstance(value, int) or isinstance(one, float) or kind in _FLOATS)
    if isinstance(value, (list, tuple)) and isinstance(one, (list, tuple)):
        return len(value) == len(one) and all(_fits(x, y, "", depth + 1) for x, y in zip(value, one, strict=True))
    if isinstance(value, Mapping) and isinstance(one, Mapping):
        if set(value) <= set(one) and all(_key_fits(value, key, said, depth) for key, said in one.items()):
            return True
        # Further in, the data have plain objects too, whose lists are lists.
        return depth > 0 and set(value) == set(one) and all(_fits(value[key], one[key], "", depth + 1) for key in one)
    return False


def _key_fits(value: Mapping[str, Any], key: str, said: Any, depth: int) -> bool:
    if not isinstance(said, list):
        return key in value and _fits(value[key], said, "", depth + 1)
    if key not in value:
        return OPTIONAL in said
    return any(_fits(value[key], one, "", depth + 1) for one in said)


def call_accepted(
    call: Call | None, answer: Any, functions: Sequence[Any] | None = None, language: Language = "python"
) -> bool:
    """Whether a call is one that an answer ``{name: {argument: [accepted, ...]}}`` accepts.

    The name is equal, dots being as good as underscores. Every argument is listed and has an accepted value; every
    listed one is given, unless ``""`` stands in its list. Where the ``functions`` are known, those that the schema
    requires must be given in any case. ``Unscored``: the answer has another form.

    >>> answer = {"area": {"base": [10], "height": [5], "unit": ["units", ""]}}
    >>> call_accepted({"name": "area", "arguments": {"base": 10, "height": 5}}, answer)
    True
    >>> call_accepted({"name": "area", "arguments": {"base": 10, "height": 5, "colour": "red"}}, answer)
    False
    """
    name, listed = _answer(answer)
    if call is None or call["name"].replace(".", "_") != name.replace(".", "_"):
        return False
    given = call["arguments"]
    schema = schema_of(functions, name) or {}
    properties = schema.get("properties")
    required = schema.get("required")
    if any(key not in given for key in (required if isinstance(required, list) else ())):
        return False
    for key, accepted in listed.items():
        described = properties.get(key) if isinstance(properties, Mapping) else None
        kind = described.get("type") if isinstance(described, Mapping) else None
        if key not in given:
            if OPTIONAL not in accepted:
                return False
        elif not value_accepted(given[key], accepted, kind if isinstance(kind, str) else "", language):
            return False
    return set(given) <= set(listed)


def _answer(answer: Any) -> tuple[str, Mapping[str, Sequence[Any]]]:
    if isinstance(answer, Mapping) and len(answer) == 1:
        ((name, listed),) = answer.items()
        if isinstance(name, str) and isinstance(listed, Mapping) and all(isinstance(v, list) for v in listed.values()):
            if not all(listed.values()):
                raise Unscored("the reference accepts no value for an argument")
            return name, listed
    raise Unscored("the reference is no {name: {argument: [accepted values]}}")


def accepted(
    calls: Sequence[Call | None] | None,
    answers: Any,
    functions: Any = None,
    order: Order = "any",
    language: Language = "python",
) -> int:
    """1 if the calls are as many as the answers and each answer accepts one of its own, else 0.

    In any order, or the ``same``. ``Failed``: no call, or one that cannot be read. ``Unscored``: no answers. Where
    answers accept several of the calls, the assignment is sought that fits them all.

    >>> calls = [{"name": "f", "arguments": {"x": 2}}, {"name": "f", "arguments": {"x": 1}}]
    >>> accepted(calls, [{"f": {"x": [1, 2]}}, {"f": {"x": [2]}}]), accepted(calls * 2, [{"f": {"x": [1, 2]}}])
    (1, 0)
    """
    if answers is None or isinstance(answers, str) or not isinstance(answers, (Sequence, Mapping)):
        raise Unscored("no reference")
    wanted = [answers] if isinstance(answers, Mapping) else list(answers)
    for answer in wanted:
        _answer(answer)
    if not wanted:
        return none_made(calls)
    have = readable(calls)
    if len(have) != len(wanted):
        return 0
    if len(have) * len(wanted) > _MAX_PAIRS:
        raise Failed("too many calls")
    fits = partial(call_accepted, functions=functions if isinstance(functions, Sequence) else None, language=language)
    if order == "same":
        return int(all(fits(call, answer) for call, answer in zip(have, wanted, strict=True)))
    table = [[float(fits(call, answer)) for answer in wanted] for call in have]
    if not all(map(any, table)) or not all(map(any, zip(*table, strict=True))):
        return 0
    if len(assign(table, "greedy")) == len(wanted):
        return 1
    return int(len(assign(table, "optimal")) == len(wanted))
