"""JSON Schema, by jsonschema-rs: nothing is fetched, and patterns run in linear time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from .._extras import need
from ..expr.values import Failed, Unscored
from ._json import loads

Schemas = Mapping[str, Any]
"""Further schemas by their URI, for what a schema refers to."""


def validator(schema: Any, schemas: Schemas | None = None) -> Any:
    """The compiled validator of a schema. ValueError for a schema that is none or refers to one that is not given.

    A ``$ref`` may point into the schema itself, to a draft's own meta-schema, or to one of ``schemas``: nothing is ever
    fetched. Patterns are matched without backtracking, so a schema whose pattern needs look-around or back-references
    is refused. Without ``$schema`` draft 2020-12 holds.
    """
    return _compiled(json.dumps(schema, sort_keys=True), json.dumps(dict(schemas or {}), sort_keys=True))


@lru_cache(maxsize=256)
def _compiled(text: str, further: str) -> Any:
    library = need("jsonschema_rs", extra="json")
    schemas = json.loads(further)
    refused: list[str] = []

    def known(uri: str) -> Any:
        if uri in schemas:
            return schemas[uri]
        refused.append(uri)
        raise ValueError("not given")

    try:
        registry = library.Registry(list(schemas.items()), retriever=known) if schemas else None
        return library.validator_for(
            json.loads(text), retriever=known, registry=registry, pattern_options=library.RegexOptions()
        )
    except (library.ValidationError, library.ReferencingError, ValueError) as error:
        if refused:
            raise ValueError(
                f"this is no JSON Schema that can be used: it refers to {refused[0]}, and schemas are never fetched; "
                "give that one in schemas=, or copy it under $defs"
            ) from None
        first = str(error).strip().splitlines()[0]
        raise ValueError(f"this is no JSON Schema that can be used: {first}") from None


def fits(value: Any, schema: Any, schemas: Schemas | None = None) -> bool:
    """Whether a value fits a schema.

    >>> fits({"a": 1}, {"type": "object", "required": ["a"]})
    True
    """
    return bool(validator(schema, schemas).is_valid(value))


def matches(value: Any, schema: Any, schemas: Schemas | None = None) -> float:
    """The share of a list's items that fit the schema, or 1 or 0 for a value that is no list, in [0, 1].

    A list is judged as a whole (1 or 0) where the schema itself says ``"type": "array"``. An empty list of items fits
    nothing: 0. A schema may be the text of one. ``Failed`` where there is no value. ``Unscored``: no schema, or none
    that can be used.

    >>> matches([1, "a", 2, 3], {"type": "integer"}), matches({"a": 1}, {"required": ["a"]})
    (0.75, 1.0)
    """
    if schema is None:
        raise Unscored("no reference")
    try:
        schema = loads(schema) if isinstance(schema, str) else schema
        check = validator(schema, schemas)
    except (Failed, ValueError) as error:
        raise Unscored(str(error)) from None
    if value is None:
        raise Failed("no value")
    whole = isinstance(schema, dict) and schema.get("type") == "array"
    if isinstance(value, list) and not whole:
        return sum(bool(check.is_valid(item)) for item in value) / len(value) if value else 0.0
    return float(bool(check.is_valid(value)))
