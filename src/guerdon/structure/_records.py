"""JSON out of a completion, and what is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from ..expr.columns import Column
from ..expr.inputs import bound, one_of, opening
from ..expr.leaves import on_axis
from ..expr.node import Expr
from ..expr.normal import Normalize, check_normalize
from ..expr.score import Score
from . import _leaves, _schema, _values, _written

Fences = Literal["allow", "only", "never"]


def json(
    of: Column | None = None,
    fences: Fences = "allow",
    axis: str | None = None,
    *,
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Column:
    r"""The JSON value of a text; no verdict, with the reason, where it is none. Linear.

    Args:
        of: the text to read; the completion if left out, thinking taken out.
        fences: ``allow`` reads the whole text where it begins like JSON, else its last ``` block; ``only`` reads a
            block, ``never`` the whole text.
        axis: the value must be a list, and its items lie on this axis.
        prompt: whose tail may open tags; where the completion is read, its column ``prompt``, if the data has one.
        opened: tags that the chat template opened.

    Refused by name: duplicate keys, NaN and Infinity, numbers beyond a float or of more than 400 characters, lone
    surrogates, more than 64 levels, more than a million characters. A JSON ``null`` is no value either.

    >>> import guerdon as gd
    >>> answer = gd.structure.json()["answer"]
    >>> (answer == 4).score({"completion": ['{"answer": 4}', 'So:\n```json\n{"answer": 4}\n```', "4"]}).values
    array([1., 1., 0.])
    """
    one_of("fences", fences, ("allow", "only", "never"))
    said = bound(of, fences=None if fences == "allow" else fences, **opening(prompt, opened))
    leaf = _leaves.json if axis is None else on_axis(_leaves.json_items, axis, "json")
    return cast(Column, leaf(**said))


def valid(
    of: Column | None = None,
    fences: Fences = "never",
    format: Literal["json", "xml", "yaml", "csv"] = "json",
    *,
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Score:
    """1 if a text is JSON (or another ``format``) and nothing else; fails, as 0 and with the reason, where it is not.

    Arguments and refusals are those of :func:`json`, :func:`xml`, :func:`yaml` and :func:`csv`; only ``fences`` begins
    strict. One line of prose is CSV too, a header without rows: ask for columns as well.

    >>> import guerdon as gd
    >>> gd.structure.valid().score({"completion": ['{"a": 1}', '{"a": NaN}']}).reasons
    ['', 'JSON with NaN']
    """
    one_of("fences", fences, ("allow", "only", "never"))
    one_of("format", format, _written.FORMATS)
    told = {"fences": None if fences == "never" else fences, "format": None if format == "json" else format}
    return _leaves.valid(**bound(of, **told, **opening(prompt, opened)))


def at(value: Column, path: str | int | Sequence[str | int]) -> Column:
    """What stands at a path of a value; no verdict where nothing does.

    Args:
        value: a column of JSON values.
        path: keys and places, such as ``("items", 0, "name")``; one key; or a JSON Pointer, ``"/items/0/name"``.

    >>> import guerdon as gd
    >>> name = gd.structure.at(gd.structure.json(), "/items/0/name")
    >>> (name == "cat").score({"completion": ['{"items": [{"name": "cat"}]}', '{"items": []}']}).values
    array([1., 0.])
    """
    return cast(Column, _leaves.at(value=_expression("value", value), path=_values.steps_of(path)))


def keys(value: Column, required: Sequence[str], extra_penalty: float = 0.0) -> Score:
    """The share of the required keys that an object has, less a penalty for each other key, within [0, 1].

    Args:
        value: a column of JSON values; where it is no object the leaf fails, as 0.
        required: the keys, at least one.
        extra_penalty: what each further key costs, 0 or more.

    >>> import guerdon as gd
    >>> shape = gd.structure.keys(gd.structure.json(), ["a", "b"], extra_penalty=0.25)
    >>> shape.score({"completion": ['{"a": 1, "b": 2}', '{"a": 1, "c": 2}', "none"]}).values
    array([1.  , 0.25, 0.  ])
    """
    wanted = (required,) if isinstance(required, str) else tuple(required)
    if not wanted or not all(isinstance(key, str) for key in wanted):
        raise ValueError("required is the keys that an object must have: at least one, each a text")
    if not 0 <= extra_penalty < float("inf"):
        raise ValueError(f"extra_penalty={extra_penalty!r}: it is what each further key costs, 0 or more")
    extra = {"extra_penalty": float(extra_penalty)} if extra_penalty else {}
    return _leaves.keys(value=_expression("value", value), required=wanted, **extra)


def matches(value: Column, schema: Any, schemas: Mapping[str, Any] | None = None) -> Score:
    """The share of a list's items that fit a JSON Schema, or 1 or 0 for any other value. Needs the extra ``json``.

    Args:
        value: a column of JSON values; where there is none the leaf fails, as 0.
        schema: the schema, as Python data; or a column of schemas, as data or JSON, where a row whose schema is missing
            or cannot be used is unscored. A list is judged as a whole where it says ``"type": "array"``. Nothing is
            ever fetched: ``$ref`` may point into the schema itself, or to one of ``schemas``. Patterns run in linear
            time.
        schemas: further schemas by their URI.

    An empty list fits as 0.

    >>> import guerdon as gd
    >>> fits = gd.structure.matches(gd.structure.json(), {"type": "integer"})
    >>> fits.score({"completion": ["[1, 2, 3, null]", "7", "seven"]}).values
    array([0.75, 1.  , 0.  ])
    """
    if not isinstance(schema, Expr):
        _schema.validator(schema, schemas)
    further = {"schemas": dict(schemas)} if schemas else {}
    return _leaves.matches(value=_expression("value", value), schema=schema, **further)


def equal(a: Column, b: Any, normalize: Normalize = "exact") -> Score:
    """1 if a JSON value equals the reference, keys in any order, else 0. Linear in the smaller.

    Args:
        a: a column of JSON values; where there is none the leaf fails, as 0.
        b: the reference: a column, or one value for all. Where it is missing the row is unscored.
        normalize: ``exact`` (numbers by value, ``true`` is not 1), ``text`` or ``squad`` (texts inside compared as
            :func:`guerdon.text.equal` does), ``number`` (a text that is one number is that number).

    >>> import guerdon as gd
    >>> same = gd.structure.equal(gd.structure.json(), gd.col("gold"))
    >>> same.score({"completion": ['{"a": 1, "b": [2]}', "[]"], "gold": [{"b": [2], "a": 1.0}, {}]}).values
    array([1., 0.])
    """
    check_normalize(normalize)
    extra = {} if normalize == "exact" else {"normalize": normalize}
    return _leaves.equal(a=_expression("a", a), b=b, **extra)


def _expression(name: str, value: object) -> Expr:
    if not isinstance(value, Expr):
        raise TypeError(f"{name} takes an expression, such as gd.structure.json(), not {value!r}")
    return value
