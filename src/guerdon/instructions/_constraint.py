"""A rule about a text becomes a leaf: what every constraint of this room shares."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Literal, ParamSpec, TypeAlias, get_args, get_origin, get_type_hints

from ..expr.chat import Completion, read
from ..expr.function import Cost, Function, function
from ..expr.inputs import NOT_GIVEN, bound, chosen
from ..expr.node import Expr
from ..expr.score import Score
from ..expr.thinking import visible_text
from ..expr.values import ContractError, Failed, Unscored

P = ParamSpec("P")

Text: TypeAlias = Any
"""The parameter ``of``: a column where an expression is built, a string where a rule is applied."""

_LIMITS = ("at_least", "at_most", "exactly")

# Characters that are not seen and would cut a word in two or hide one: soft hyphens, zero-width spaces and joiners,
# marks of direction, tags.
_UNSEEN = dict.fromkeys(
    [
        *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164, 0xFEFF, 0xFFA0),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xE0000, 0xE0080),
    ]
)


def readable(completion: Completion | None, of: Any = NOT_GIVEN, prompt: Any = None) -> str:
    """The text that constraints judge: the last assistant message without its thinking and without unseen characters.

    Failed: there is no text, or nothing but white space. Linear.
    """
    found = read(chosen(completion, of), prompt)
    if found is None:
        raise Failed("no text")
    text = str(found.text)
    if found.opened or "<" in text:
        text = visible_text(text, found.opened)
    if not text.isascii():
        text = text.translate(_UNSEEN)
    if not text.strip():
        raise Failed("an empty answer")
    return text


def constraint(check: Callable[P, bool]) -> Callable[P, Score]:
    """Make of a rule (a function of the text ``of`` and its knobs to a verdict) what builds its leaf."""
    return _built(check, "cheap")


def costly(check: Callable[P, bool]) -> Callable[P, Score]:
    """As :func:`constraint`, for a rule that takes milliseconds."""
    return _built(check, "cpu")


def _built(check: Callable[P, bool], cost: Cost) -> Callable[P, Score]:
    signature = inspect.signature(check)
    knobs = [parameter for parameter in signature.parameters.values() if parameter.name != "of"]

    def call(completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN, prompt: Any = None, **values: Any) -> int:
        missing = next((name for name, value in values.items() if value is None), None)
        if missing is not None:
            raise Unscored(f"no {missing}")
        try:
            checked(check, values)
        except ContractError as error:  # what stands in one row's column is that row's error, not the run's
            raise ValueError(str(error)) from None
        return verdict(check, readable(completion, of, prompt), values)

    keyword = inspect.Parameter.KEYWORD_ONLY
    read_from = [inspect.Parameter(name, keyword, default=NOT_GIVEN) for name in ("completion", "of")]
    read_from.append(inspect.Parameter("prompt", keyword, default=None))
    optional = [knob.replace(kind=keyword, default=None) for knob in knobs]
    call.__signature__ = inspect.Signature([*read_from, *optional])  # type: ignore[attr-defined]
    call.__module__, call.__name__ = check.__module__, check.__name__
    call.__qualname__ = f"{check.__qualname__}.leaf"
    declared = function(returns="score", version="1", cost=cost, fails_as=0.0, bounds=(0.0, 1.0), name=check.__name__)
    leaf: Function = declared(call)

    defaults = {knob.name: knob.default for knob in knobs}

    @wraps(check)
    def build(*args: P.args, **kwargs: P.kwargs) -> Score:
        values = dict(signature.bind(*args, **kwargs).arguments)
        of = values.pop("of", None)
        limits = [knob.name for knob in knobs if knob.name in _LIMITS and knob.default is None]
        if limits and not values.keys() & set(limits):
            raise ValueError(f"instructions.{check.__name__}: say how many: {', '.join(f'{name}=' for name in limits)}")
        try:
            checked(check, {name: value for name, value in values.items() if not isinstance(value, Expr)})
        except ContractError as error:
            raise ValueError(str(error)) from None
        # Saying a default and leaving it out build one expression.
        said = {name: value for name, value in values.items() if isinstance(value, Expr) or value != defaults[name]}
        return leaf(**bound(of, **said, prompt=None))

    build.leaf = leaf  # type: ignore[attr-defined]
    build.check = check  # type: ignore[attr-defined]
    return build


def verdict(check: Callable[..., bool], text: str, values: Mapping[str, Any]) -> int:
    """1 or 0: what a rule says of a text."""
    return int(check(of=text, **values))


def rule_of(build: Callable[..., Score]) -> Callable[..., bool]:
    """The plain rule behind what :func:`constraint` made."""
    return build.check  # type: ignore[attr-defined, no-any-return]


_HINTS: dict[Any, dict[str, Any]] = {}


def checked(check: Callable[..., bool], values: Mapping[str, Any]) -> None:
    """Raise ContractError, one sentence, where a knob has a value that it cannot have."""
    if check not in _HINTS:
        _HINTS[check] = get_type_hints(check)
    for name, value in values.items():
        hint = _HINTS[check][name]
        if value is None and type(None) in get_args(hint):
            continue
        good, wanted = _fits(hint, value)
        if not good:
            raise ContractError(f"instructions.{check.__name__}: {name} is {wanted}, not {_short(value)}")


def _fits(hint: Any, value: Any) -> tuple[bool, str]:
    """Whether a value is of the kind that a knob's type says, and what that kind is."""
    origin = get_origin(hint)
    if origin is Literal:
        choices = get_args(hint)
        return isinstance(value, str) and value in choices, "one of " + ", ".join(map(repr, choices))
    if origin is Sequence:
        lists = isinstance(value, Sequence) and not isinstance(value, (str, bytes)) and bool(value)
        return lists and all(map(_is_text, value)), "a list of texts, none of them empty"
    if origin is Mapping:
        mapped = isinstance(value, Mapping) and bool(value)
        wanted = "a mapping of texts to whole numbers of 0 or more"
        return mapped and all(_is_text(key) and _is_number(value[key], True) for key in value), wanted
    if origin is not None:  # such as int | None
        hint = next(kind for kind in get_args(hint) if kind is not type(None))
        return _fits(hint, value)
    if hint is bool:
        return isinstance(value, bool), "True or False"
    if hint is str:
        return _is_text(value), "a text that is not empty"
    return _is_number(value, hint is int), f"a {'whole ' if hint is int else ''}number of 0 or more"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: Any, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not (math.isfinite(value) and value >= 0):
        return False
    return not whole or value == int(value)


def _short(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= 60 else said[:57] + "..."


def within(count: int, at_least: int | None, at_most: int | None, exactly: int | None) -> bool:
    """Whether a count lies where it should."""
    return (
        (at_least is None or count >= at_least)
        and (at_most is None or count <= at_most)
        and (exactly is None or count == exactly)
    )
