"""How the public functions of this room say their arguments to the leaves."""

from __future__ import annotations

from typing import Any


def said(value: Any, default: Any) -> Any:
    """None for a default, so that saying a default and leaving it out build one expression."""
    return None if value == default else value
