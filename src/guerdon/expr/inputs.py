"""What the leaves of the rooms read: the rollout's completion, or a text that another expression gives.

The two differ where there is nothing: a completion that is missing is the data's fault (unscored); a parser that found
nothing is the completion's (failed).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .chat import is_tag_name, open_at_tail
from .columns import Column, col
from .function import function
from .node import Expr
from .values import Failed, Unscored


class NotGiven:
    """The default of a parameter that is left out."""

    def __repr__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN = NotGiven()


def bound(of: object, **others: object) -> dict[str, Any]:
    """The arguments of a leaf that has the parameters ``completion`` and ``of``: the one or the other is bound.

    ``others`` are passed on, those that are None or an empty tuple left to the leaf's defaults. Who reads completions
    and has a ``prompt`` gets the tags that the prompt leaves open without asking, where the data has prompts. TypeError
    where ``of`` or ``prompt`` is no expression.
    """
    if "prompt" in others:
        others["prompt"] = _before(others["prompt"], of)
    # By type and not by ==, which builds an expression where the value is a column.
    arguments = {
        name: value for name, value in others.items() if not (value is None or (isinstance(value, tuple) and not value))
    }
    if of is None:
        arguments["completion"] = col("completion")
    elif isinstance(of, Expr):
        arguments["of"] = of
    else:
        raise TypeError(f"of= takes an expression, such as gd.col('draft'), not {of!r}")
    return arguments


def opening(prompt: Column | None, opened: Sequence[str]) -> dict[str, Any]:
    """The arguments that say which tags stand open before the completion; checked."""
    if isinstance(opened, str):
        raise TypeError(f'opened is a tuple of tag names: write opened=("{opened}",)')
    for name in opened:
        if not is_tag_name(name):
            raise ValueError(f"opened={opened!r}: {name!r} is no tag name: write it without brackets, as in 'think'")
    return {"prompt": prompt, "opened": tuple(opened)}


def _before(prompt: object, of: object) -> Expr | None:
    """The tags that a prompt leaves open; one node for all who read the same prompts."""
    if prompt is None:
        return _opened(prompt=col("prompt", optional=True)) if of is None else None
    if not isinstance(prompt, Expr):
        raise TypeError(f"prompt= takes an expression, such as gd.col('prompt'), not {prompt!r}")
    return _opened(prompt=prompt)


@function(returns="column", version="1", cost="cheap")
def _opened(prompt: Any) -> str | None:
    """The end of a prompt, as far as it opens tags; None where it opens none. What is no prompt opens none."""
    try:
        names = open_at_tail(prompt)
    except TypeError:
        return None
    return "".join(f"<{name}>" for name in names) or None


def one_of(name: str, value: object, choices: tuple[object, ...]) -> None:
    """Raise ValueError, naming the choices, unless the value is one of them."""
    if value not in choices:
        raise ValueError(f"{name}={value!r}: it is one of {', '.join(repr(choice) for choice in choices if choice)}")


def chosen(completion: Any, of: Any) -> Any:
    """The text to read, inside a leaf: what ``of`` gives (a number as it is written), else the completion.

    Failed: ``of`` gave nothing, or neither text nor number. Unscored: the data has no completion.
    """
    if of is NOT_GIVEN:
        if completion is None:
            raise Unscored("no completion")
        return completion
    return as_text(of)


def as_text(value: Any) -> Any:
    """A parsed value as text or chat messages: numbers as they are written; Failed for anything else.

    >>> as_text(4)
    '4'
    """
    if value is None:
        raise Failed("no answer")
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if isinstance(value, int) and value.bit_length() > 4000:
            raise Failed("a number too long")
        return repr(value)
    chat = isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray))
    if chat and all(isinstance(message, Mapping) and "role" in message for message in value):
        return value
    raise Failed("the answer is not text")
