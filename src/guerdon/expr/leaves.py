"""The kinds of leaves that many rooms make, and the text that their readers read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, cast

from .chat import read
from .columns import Column
from .function import Function, function
from .inputs import chosen
from .score import Score
from .thinking import visible_text

__all__ = ["as_column", "column", "on_axis", "penalty", "share", "shown"]

column = function(returns="column", version="1", cost="cheap")
"""A parser: no verdict where the text holds nothing of the kind."""
share = function(returns="score", version="1", cost="cheap", fails_as=0.0, bounds=(0.0, 1.0))
"""A score in [0, 1], the more the better."""
penalty = function(returns="score", version="1", cost="cheap", fails_as=1.0, bounds=(0.0, 1.0), higher_is_better=False)
"""A score in [0, 1], the less the better."""


@cache
def on_axis(call: Callable[..., Any], axis: str | None, name: str | None = None) -> Function:
    """A parser that gives a list on an axis of this name (as it is without one); the same leaf each time."""
    return function(returns="column", axis=axis, version="1", cost="cheap", name=name)(call)


def as_column(node: Score) -> Column:
    """The node of a parser, typed as what it is."""
    return cast(Column, node)


def shown(completion: Any, of: Any, prompt: Any = None, opened: Sequence[str] = ()) -> str:
    """The text outside thinking, inside a leaf; empty where the completion has none. Linear."""
    text = read(chosen(completion, of), prompt, opened)
    return "" if text is None else visible_text(text.text, text.opened)
