"""How the public functions of this room say their arguments to the leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from ..expr.columns import Column
from ..expr.score import Score
from ._tags import check_names


def as_column(node: Score) -> Column:
    """The node of a leaf that gives texts or objects, typed as what it is."""
    return cast(Column, node)


def said(value: Any, default: Any) -> Any:
    """None for a default, so that saying a default and leaving it out build one expression."""
    return None if value == default else value


def opening(prompt: Column | None, opened: Sequence[str]) -> dict[str, Any]:
    """The arguments that say which tags stand open before the completion; checked."""
    if isinstance(opened, str):
        raise TypeError(f'opened is a tuple of tag names: write opened=("{opened}",)')
    if opened:
        check_names(opened)
    return {"prompt": prompt, "opened": tuple(opened)}


def one_of(name: str, value: object, choices: tuple[object, ...]) -> None:
    """Raise ValueError, naming the choices, unless the value is one of them."""
    if value not in choices:
        raise ValueError(f"{name}={value!r}: it is one of {', '.join(repr(choice) for choice in choices if choice)}")
