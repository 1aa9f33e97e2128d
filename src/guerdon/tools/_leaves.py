"""The leaves behind ``gd.tools``: the plain functions of this room, as expressions know them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from ..expr.inputs import NOT_GIVEN, chosen
from ..expr.leaves import share, shown
from ..expr.values import Failed, Unscored
from . import _accepted, _calls, _compare, _pattern
from ._normal import Call
from ._source import Language
from ._tagged import schemas_of


def calls(
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    format: _calls.Format = "auto",
    functions: Any = None,
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> list[Call | None]:
    """See ``gd.tools.calls``."""
    known = schemas_of(functions) if isinstance(functions, (list, tuple)) else None
    return _calls.calls(chosen(completion, of), format, known, prompt, opened)


@share
def agreement(
    calls: Any,
    gold: Any,
    mode: _compare.Mode = "fine",
    unit: Literal["parameter", "call"] = "parameter",
    extra: Literal["charge", "free"] = "charge",
    how: Literal["greedy", "optimal"] = "greedy",
) -> float:
    """See ``gd.tools.agreement``."""
    return _compare.agreement(calls, gold, mode, unit, extra, how)


@share
def equal(calls: Any, gold: Any, order: _compare.Order = "any") -> int:
    """See ``gd.tools.equal``."""
    return _compare.equal(calls, gold, order)


@share
def accepted(
    calls: Any, answers: Any, functions: Any = None, order: _compare.Order = "any", language: Language = "python"
) -> int:
    """See ``gd.tools.accepted``."""
    return _accepted.accepted(calls, answers, functions, order, language)


@share
def called(calls: Any, functions: Any = NOT_GIVEN) -> int:
    """See ``gd.tools.called``."""
    have = _compare.readable(calls)
    if functions is NOT_GIVEN:
        return 1
    if not isinstance(functions, (list, tuple)):
        raise Unscored("no list of functions")
    known = {name.replace(".", "_") for name in schemas_of(functions)}
    return int(all(call["name"].replace(".", "_") in known for call in have))


@share
def abstained(calls: Any, completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN) -> int:
    """See ``gd.tools.abstained``."""
    said = shown(completion, of)
    if not any(letter.isprintable() and not letter.isspace() for letter in said):  # zero-width letters are no answer
        raise Failed("no answer")
    return int(not calls)


@share
def pattern(
    gold: Any, completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN, prompt: Any = None, opened: Sequence[str] = ()
) -> int:
    """See ``gd.tools.pattern``."""
    return _pattern.pattern(chosen(completion, of), gold, prompt, opened)
