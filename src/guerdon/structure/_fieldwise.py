"""Records beside a reference, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from ..expr.columns import Column
from ..expr.inputs import one_of
from ..expr.node import Expr
from ..expr.normal import Normalize
from ..expr.score import Score
from . import _leaves, _values


def agreement(
    value: Column, gold: Any, compare: Mapping[str, Normalize | float] | None = None, extra_penalty: float = 0.0
) -> Score:
    """The share of a reference's fields that a record has and that agree, in [0, 1]. Linear.

    Objects inside an object are opened, and their fields count one by one; a list is one field.

    Args:
        value: a column of records; where it is none the leaf fails, as 0.
        gold: the reference record: a column, or one for all. Where it is missing the row is unscored.
        compare: how a field is compared, by its path (``"price"``, ``"size.width"``): ``exact`` (if left out),
            ``text``, ``squad``, ``number``, as :func:`equal` does, or the number that two numbers may differ by.
        extra_penalty: what each field that the reference has not costs, 0 or more.

    >>> import guerdon as gd
    >>> rows = {"completion": ['{"name": "ULM", "people": 126300}', '{"name": "Bonn", "x": 1}', "Ulm"]}
    >>> rows["gold"] = [{"name": "Ulm", "people": 126000}] * 3
    >>> right = gd.structure.agreement(gd.structure.json(), gd.col("gold"), {"name": "text", "people": 1000})
    >>> right.score(rows).values
    array([1., 0., 0.])
    """
    for name, how in (compare or {}).items():
        if isinstance(how, str):
            one_of(f"compare[{name!r}]", how, get_args(Normalize))
        elif isinstance(how, bool) or not isinstance(how, (int, float)) or not 0 <= how < float("inf"):
            raise ValueError(f"compare[{name!r}]={how!r}: it is 'exact', 'text', 'squad', 'number' or a tolerance")
    if not 0 <= extra_penalty < float("inf"):
        raise ValueError(f"extra_penalty={extra_penalty!r}: it is what each further field costs, 0 or more")
    said: dict[str, Any] = {"compare": dict(compare)} if compare else {}
    said |= {"extra_penalty": float(extra_penalty)} if extra_penalty else {}
    return _leaves.agreement(value=_expression(value), gold=gold, **said)


def missing(value: Column, required: Any) -> Score:
    """The share of the required fields that a record has not, in [0, 1]: a cost, 1 where there is no record. Linear.

    Args:
        value: a column of records; where it is none the leaf fails, as 1.
        required: keys, or a record whose fields are required; a column, or one for all.

    >>> import guerdon as gd
    >>> lacks = gd.structure.missing(gd.structure.json(), ["a", "b"])
    >>> lacks.score({"completion": ['{"a": 1}', '{"a": 1, "b": 2, "c": 3}', "a, b"]}).values
    array([0.5, 0. , 1. ])
    """
    return _leaves.missing(value=_expression(value), required=_listed(required))


def hallucinated(value: Column, known: Any) -> Score:
    """The share of a record's fields that are none of the known, in [0, 1]: a cost, 1 where there is no record. Linear.

    Args:
        value: a column of records; where it is none the leaf fails, as 1. Of one without fields it is 0: ask
            :func:`missing` as well.
        known: keys, or a record whose fields are known; a column, or one for all.

    >>> import guerdon as gd
    >>> invents = gd.structure.hallucinated(gd.structure.json(), ["a", "b"])
    >>> invents.score({"completion": ['{"a": 1, "z": 2}', '{"a": 1}', "a"]}).values
    array([0.5, 0. , 1. ])
    """
    return _leaves.hallucinated(value=_expression(value), known=_listed(known))


def of_type(value: Column, *types: str) -> Score:
    """1 if a value is of one of these types of JSON, else 0; fails, as 0, where there is none.

    Args:
        value: a column of JSON values.
        types: ``object``, ``array``, ``string``, ``number``, ``integer`` (1.0 is one) or ``boolean``.

    >>> import guerdon as gd
    >>> whole = gd.structure.of_type(gd.structure.json()["age"], "integer")
    >>> whole.score({"completion": ['{"age": 34}', '{"age": "34"}', "{}"]}).values
    array([1., 0., 0.])
    """
    if not types:
        raise ValueError(f"name at least one type: {', '.join(_values.TYPES[:-1])}")
    for one in types:
        one_of("type", one, _values.TYPES[:-1])
    return _leaves.of_type(value=_expression(value), types=types)


def _expression(value: object) -> Expr:
    if not isinstance(value, Expr):
        raise TypeError(f"value takes an expression, such as gd.structure.json(), not {value!r}")
    return value


def _listed(told: Any) -> Any:
    if isinstance(told, str):
        return (told,)
    return told if isinstance(told, (Expr, Mapping)) or not isinstance(told, Sequence) else tuple(told)
