"""The leaves behind ``gd.structure``: the plain functions of this room, as expressions know them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..expr.function import function
from ..expr.inputs import NOT_GIVEN, chosen
from ..expr.leaves import column, penalty, share
from ..expr.normal import Normalize
from ..expr.values import Failed
from . import _fields, _json, _regex, _schema, _values, _written


@column
def json(
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    fences: _json.Fences = "allow",
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> Any:
    """See ``gd.structure.json``."""
    return _json.parse(chosen(completion, of), fences, prompt, opened)


def json_items(
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    fences: _json.Fences = "allow",
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> list[Any]:
    """See ``gd.structure.json``, with an axis."""
    value = _json.parse(chosen(completion, of), fences, prompt, opened)
    if not isinstance(value, list):
        raise Failed("not a list")
    return value


@share
def valid(
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    fences: _json.Fences = "never",
    prompt: Any = None,
    opened: Sequence[str] = (),
    format: _written.Format = "json",
) -> int:
    """See ``gd.structure.valid``."""
    text = chosen(completion, of)
    if format == "json":
        return _json.valid(text, fences, prompt, opened)
    _written.document(text, format, fences, prompt, opened)
    return 1


@column
def document(
    format: _written.Format,
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    fences: _json.Fences = "allow",
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> Any:
    """See ``gd.structure.xml`` and ``gd.structure.yaml``."""
    return _written.document(chosen(completion, of), format, fences, prompt, opened)


def table_rows(
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    delimiter: str = ",",
    header: bool = True,
    fences: _json.Fences = "allow",
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> list[Any]:
    """See ``gd.structure.csv``, with an axis."""
    return _written.table(chosen(completion, of), delimiter, header, fences, prompt, opened)


table = function(returns="column", version="1", cost="cheap", name="csv")(table_rows)


def html_sections(
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    tag: str = "section",
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> list[Any]:
    """See ``gd.structure.html_sections``."""
    return _written.html_sections(chosen(completion, of), tag, prompt, opened)


@column
def at(value: Any, path: _values.Path) -> Any:
    """See ``gd.structure.at``."""
    found = _values.look(value, path)
    if found is _values.MISSING:
        raise Failed("nothing at the path")
    return found


@share
def keys(value: Any, required: Sequence[str], extra_penalty: float = 0.0) -> float:
    """See ``gd.structure.keys``."""
    return _values.keys(value, required, extra_penalty)


@share
def matches(value: Any, schema: Any, schemas: Any = None) -> float:
    """See ``gd.structure.matches``."""
    return _schema.matches(value, schema, schemas)


@share
def equal(a: Any, b: Any, normalize: Normalize = "exact") -> int:
    """See ``gd.structure.equal``."""
    return _values.equal(a, b, normalize)


@share
def agreement(value: Any, gold: Any, compare: Any = None, extra_penalty: float = 0.0) -> float:
    """See ``gd.structure.agreement``."""
    return _fields.agreement(value, gold, compare, extra_penalty)


@penalty
def missing(value: Any, required: Any) -> float:
    """See ``gd.structure.missing``."""
    return _fields.missing(value, required)


@penalty
def hallucinated(value: Any, known: Any) -> float:
    """See ``gd.structure.hallucinated``."""
    return _fields.hallucinated(value, known)


@share
def of_type(value: Any, types: Sequence[str]) -> int:
    """See ``gd.structure.of_type``."""
    return _fields.of_type(value, types)


@share
def search(pattern: str, completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN) -> int:
    """See ``gd.structure.search``."""
    return _regex.search(chosen(completion, of), pattern)


@share
def full_match(pattern: str, completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN) -> int:
    """See ``gd.structure.full_match``."""
    return _regex.full_match(chosen(completion, of), pattern)


@column
def find(
    pattern: str,
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    group: int | str = 0,
    which: _regex.Which = "last",
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> str | None:
    """See ``gd.structure.find``."""
    return _regex.find(chosen(completion, of), pattern, group, which, prompt, opened)
