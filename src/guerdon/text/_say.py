"""How the public functions of this room say their arguments to the leaves."""

from __future__ import annotations

from typing import Any, cast

from ..expr.columns import Column
from ..expr.score import Score


def as_column(node: Score) -> Column:
    """The node of a leaf that gives texts or objects, typed as what it is."""
    return cast(Column, node)


def said(value: Any, default: Any) -> Any:
    """None for a default, so that saying a default and leaving it out build one expression."""
    return None if value == default else value
