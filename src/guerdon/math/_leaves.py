"""The leaves behind ``gd.math``."""

from __future__ import annotations

from functools import cache
from typing import Any

from ..expr import chat
from ..expr.function import Function, function
from ..expr.inputs import NOT_GIVEN, as_text, chosen
from ..expr.values import Failed, Unscored
from . import _answer, _decide, _key, _scalars, _sympy, _verify
from ._limits import TooBig, Unreadable

OPEN = 0.5
"""What the exact leaf says where it cannot decide; never seen outside :func:`guerdon.math.equal`."""


@function(returns="score", version="1", cost="cheap", fails_as=0.0, bounds=(0.0, 1.0))
def same(a: Any, b: Any, digits: int | None = None, undecided: float = OPEN) -> float:
    """1, 0, or ``undecided`` where the exact path cannot tell. See ``gd.math.equal``."""
    if a is None:
        raise Failed("no answer")
    text = a if type(a) is str else chat.last_text(as_text(a))
    if not text or not text.strip():
        raise Failed("no answer")
    best: float | None = None
    trouble = ""
    for reference in references_of(b):
        try:
            verdict = _decide.decide(text, reference)
            if not verdict and digits is not None and _decide.within(text, reference, digits):
                verdict = True
        except TooBig as error:
            if isinstance(_decide.read(reference), TooBig):
                raise Unscored(f"the reference is too big: {error}") from None
            raise Failed(str(error)) from None
        except Unreadable as error:
            if not isinstance(_decide.read(reference), Unreadable):
                trouble = f"no mathematics: {error}"
                continue
            verdict = None
        if verdict:
            return 1.0
        best = undecided if verdict is None else best or 0.0
    if best is None:
        raise Failed(trouble)
    return best


def references_of(b: Any) -> list[str]:
    """The references as texts. Unscored where there is none."""
    given = list(b) if isinstance(b, (list, tuple)) else [b]
    if not given or any(one is None or (isinstance(one, str) and not one.strip()) for one in given):
        raise Unscored("no reference")
    texts: list[str] = []
    for one in given:
        try:
            text = as_text(one)
        except Failed:
            raise Unscored(f"a reference is text or a number, not {type(one).__name__}") from None
        if not isinstance(text, str):
            raise Unscored("a reference is text or a number, not a chat")
        texts.append(text)
    return texts


def verified(a: Any, b: Any) -> float:
    """What math-verify says of what the exact path left open."""
    text = a if type(a) is str else chat.last_text(as_text(a))
    if text is None:
        raise Failed("no answer")
    for reference in references_of(b):
        if _open(text, reference):
            verdict = _asked(text, reference)
            if verdict or (verdict is None and _verify.verify(text, reference)):
                return 1.0
    return 0.0


def _asked(text: str, reference: str) -> bool | None:
    """The verdict with sympy to ask, part by part; None where it is not read, or sympy has no word for it."""
    token = _scalars.ASK.set(_sympy.equal_trees)
    try:
        return _decide.decide(text, reference)
    except Unreadable:
        return None
    finally:
        _scalars.ASK.reset(token)


def _open(text: str, reference: str) -> bool:
    """Whether the exact path leaves these two open."""
    try:
        return _decide.decide(text, reference) is None
    except TooBig:
        return False
    except Unreadable:
        return isinstance(_decide.read(reference), Unreadable)


@cache
def verifying(timeout: float) -> Function:
    """The isolated leaf with this deadline; the same leaf each time."""
    return function(returns="score", version="1", fails_as=0.0, bounds=(0.0, 1.0), timeout=timeout)(verified)


@function(returns="column", version="1", cost="cheap")
def canonical(completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN) -> str | None:
    """See ``gd.math.canonical``."""
    if completion is None or of is None:
        return None
    try:
        text = chat.last_text(chosen(completion, of))
    except Failed:
        return None
    return None if text is None else _key.key_of(text)


@function(returns="column", version="1", cost="cheap")
def answer(
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    where: tuple[str, ...] = _answer.PLACES,
    boxes: str = "one",
    prompt: Any = None,
    opened: tuple[str, ...] = (),
) -> str | None:
    """See ``gd.math.answer``."""
    return _answer.answer(chosen(completion, of), tuple(where), boxes, prompt, opened)
