"""The leaves behind ``gd.text``: the plain functions of this room, as expressions know them.

A leaf reads ``completion`` (the column) or ``of`` (another expression), whichever the public function bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..expr import chat
from ..expr.function import function
from ..expr.inputs import NOT_GIVEN, chosen
from ..expr.leaves import column, penalty, share
from ..expr.normal import Normalize
from ..expr.values import Failed
from . import _boxed, _equal, _numbers, _parts, _split, _tags

# The three that nearly every reward calls for every completion take the common case without a further call.


@column
def tag(
    name: str,
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    which: _tags.Which = "last",
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> str | None:
    """See ``gd.text.tag``."""
    text = completion if of is NOT_GIVEN and type(completion) is str else chosen(completion, of)
    return _tags.tag(text, name, which, prompt, opened)


def blocks(
    names: Sequence[str],
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> list[str]:
    """See ``gd.text.blocks``."""
    return [inside for _, inside in _tags.blocks(chosen(completion, of), names, prompt, opened)]


def _texts(completion: Any, of: Any) -> Sequence[str]:
    """Columns of plain texts; TypeError of chats and of what is missing, which are read one by one."""
    texts: Sequence[str] = completion if of is NOT_GIVEN else of
    if not set(map(type, texts)) <= {str}:
        raise TypeError("not all plain texts")
    return texts


def _many_in_order(
    names: Sequence[str],
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    once: bool = True,
    exact: bool = False,
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> list[int]:
    if not once or exact or opened or (prompt is not None and any(one is not None for one in prompt)):
        raise TypeError("not the common case")
    return _tags.many_in_order(_texts(completion, of), names)


def _lengths(completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN, unit: _parts.Unit = "characters") -> list[int]:
    texts = _texts(completion, of)
    return list(map(len, texts)) if unit == "characters" else [len(text.split()) for text in texts]


@function(returns="score", version="1", cost="cheap", fails_as=0.0, bounds=(0.0, 1.0), many=_many_in_order)
def tags_in_order(
    names: Sequence[str],
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    once: bool = True,
    exact: bool = False,
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> int:
    """See ``gd.text.tags_in_order``."""
    text = completion if of is NOT_GIVEN and type(completion) is str else chosen(completion, of)
    return _tags.tags_in_order(text, names, once, exact, prompt, opened)


@share
def well_formed(
    names: Sequence[str],
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> int:
    """See ``gd.text.well_formed``."""
    return _tags.well_formed(chosen(completion, of), names, prompt, opened)


@column
def boxed(
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    which: _tags.Which = "last",
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> str | None:
    """See ``gd.text.boxed``."""
    return _boxed.boxed(chosen(completion, of), which, prompt, opened)


@column
def part(
    marker: str,
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    side: _parts.Side = "after",
    which: Any = None,
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> str | None:
    """See ``gd.text.part``."""
    return _parts.part(chosen(completion, of), marker, side, which, prompt, opened)


@column
def number(
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    which: _tags.Which = "only",
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> float | None:
    """See ``gd.text.number``."""
    return _numbers.number(chosen(completion, of), which, prompt, opened)


def numbers(
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    label: str | None = None,
    arity: int | None = None,
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> list[Any]:
    """See ``gd.text.numbers``."""
    return list(_numbers.numbers(chosen(completion, of), label, arity, prompt, opened))


@share
def contains(
    phrases: Sequence[str],
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    how: _parts.How = "any",
    case: bool = False,
) -> float:
    """See ``gd.text.contains``."""
    return _parts.contains(chosen(completion, of), phrases, how, case)


@share
def equal(a: Any, b: Any, normalize: Normalize = "text") -> int:
    """See ``gd.text.equal``."""
    return _equal.equal(chosen(None, a), b, normalize)


@function(returns="score", version="1", cost="cheap", fails_as=0.0, bounds=(0.0, float("inf")), many=_lengths)
def length(completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN, unit: _parts.Unit = "characters") -> int:
    """See ``gd.text.length``."""
    text = completion if of is NOT_GIVEN and type(completion) is str else chosen(completion, of)
    return _parts.length(text, unit)


@penalty
def repetition(completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN, n: int = 6, unit: _parts.Unit = "words") -> float:
    """See ``gd.text.repetition``."""
    found = _parts.repetition(chosen(completion, of), n, unit)
    if found is None:
        raise Failed("no text")
    return found


@column
def reasoning(
    completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN, prompt: Any = None, opened: Sequence[str] = ()
) -> str | None:
    """See ``gd.text.reasoning``."""
    return chat.reasoning(chosen(completion, of), prompt, opened)


def steps(completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN, by: _split.By = "blank") -> list[str]:
    """See ``gd.text.steps``."""
    return _split.steps(chosen(completion, of), by)


def sentences(completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN) -> list[str]:
    """See ``gd.text.sentences``."""
    return _split.sentences(chosen(completion, of))


def turns(completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN, roles: Sequence[str] = ("assistant",)) -> list[str]:
    """See ``gd.text.turns``."""
    return _split.turns(chosen(completion, of), roles)
