"""``@gd.function``: a Python function becomes a leaf that can stand in expressions."""

from __future__ import annotations

import copy
import inspect
import math
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal, overload

from .build import column_node, score_node
from .canonical import canonical
from .columns import col
from .node import Axes, Axis, Expr, join_axes
from .score import Score

Per = Literal["piece", "group", "batch"]
Cost = Literal["cheap", "cpu", "model", "judge"]
COSTS: tuple[Cost, ...] = ("cheap", "cpu", "model", "judge")

_LOCK = threading.Lock()
_SEEN: dict[tuple[str, str, str], int] = {}
_ORDINALS: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()


class Constant:
    """A constant argument of a leaf: copied once, identified by its content."""

    __slots__ = ("identity", "value")

    def __init__(self, value: Any) -> None:
        self.value = copy.deepcopy(value)
        self.identity = canonical(self.value)


@dataclass(frozen=True, eq=False)
class Function:
    """A leaf: what is called, and what it declares about itself. Made by :func:`function`.

    Calling it builds an expression: ``right(completion=gd.text.tag("answer"))``. A parameter is bound to the expression
    passed by its name, to a constant passed by its name, else to its default, else to the column of that name.
    """

    call: Callable[..., Any]
    name: str
    parameters: tuple[str, ...]
    optional: tuple[str, ...] = ()
    column: bool = False
    per: Per = "piece"
    axis: str | None = None
    axes: tuple[tuple[str, str], ...] = ()
    votes: int | None = None
    batch_by: int | None = None
    version: str = ""
    cache: bool = False
    fails_as: float | None = None
    bounds: tuple[float, float] | None = None
    higher_is_better: bool = True
    cost: Cost = "cheap"
    isolate: bool = False
    timeout: float | None = None
    on_error: float | Literal["unscored"] = "unscored"
    is_async: bool = False
    pure: bool = True
    comparable: str | None = None
    limits: Any = None
    many: Callable[..., Sequence[Any]] | None = None
    executor: Literal["sandbox"] | None = None
    all_columns: bool = False
    identity: tuple[Any, ...] = field(default=(), repr=False)

    def __call__(self, **arguments: Any) -> Score:
        """The leaf's node, with its parameters bound."""
        unknown = [name for name in arguments if name not in self.parameters]
        if unknown:
            known = ", ".join(self.parameters) or "none"
            raise TypeError(f"{self.name} has no parameter {unknown[0]!r}; its parameters: {known}")
        args: list[tuple[str, Expr]] = []
        constants: list[tuple[str, Any]] = []
        for name in self.parameters:
            if name not in arguments:
                if name not in self.optional:
                    args.append((name, col(name)))
            elif isinstance(arguments[name], Expr):
                args.append((name, arguments[name]))
            else:
                constants.append((name, arguments[name]))
        params = {"function": self, "constants": Constant(dict(constants))}
        build = column_node if self.column else score_node
        return build("leaf", args, params, lambda key: _axes(self, args, key))

    @property
    def __wrapped__(self) -> Callable[..., Any]:
        """The plain function, where workers and ``inspect`` look for it."""
        return self.call

    @property
    def shown(self) -> str:
        """The short name, for trees and reports."""
        return self.name.rpartition(":")[2].rpartition(".")[2]


def _axes(function: Function, args: list[tuple[str, Expr]], key: bytes) -> Axes:
    if function.per != "piece":
        if any(arg.axes for _, arg in args):
            raise TypeError(
                f"{function.name} is per={function.per!r} and takes flat columns: reduce the ragged ones first"
            )
        return ()
    if function.axes:
        if any(len(arg.axes) > 1 for _, arg in args):
            raise TypeError(f"{function.name} takes lists on one axis each: reduce the nested ones first")
        return ()
    outer = join_axes(args, function.name)
    if function.axis is not None:
        return outer if outer and outer[-1].name == function.axis else (*outer, Axis(function.axis, key))
    return (*outer, Axis("vote", uniform=function.votes)) if function.votes else outer


def _ordinal(call: Callable[..., Any], name: str, version: str) -> int:
    """0 for the first function of this name and version, 1 for another one, ...: two closures never merge."""
    with _LOCK:
        try:
            found = _ORDINALS.get(call)
        except TypeError:  # an object that cannot be referred to weakly is new each time
            found = None
        if found is None:
            where = (name, version, "")
            found = _SEEN.get(where, 0)
            _SEEN[where] = found + 1
            with suppress(TypeError):
                _ORDINALS[call] = found
        return found


@overload
def function(call: Callable[..., Any], /) -> Function: ...


@overload
def function(
    *,
    returns: Literal["score", "column"] | None = ...,
    per: Literal["piece", "rollout", "group", "batch"] = ...,
    axis: str | None = ...,
    axes: Mapping[str, str] | None = ...,
    votes: int | None = ...,
    batch_by: int | None = ...,
    version: str = ...,
    cache: bool = ...,
    fails_as: float | None = ...,
    bounds: tuple[float, float] | None = ...,
    higher_is_better: bool = ...,
    cost: Cost = ...,
    isolate: bool = ...,
    timeout: float | None = ...,
    on_error: float | Literal["unscored"] = ...,
    pure: bool = ...,
    comparable: Literal["prompt"] | None = ...,
    limits: Any = ...,
    many: Callable[..., Sequence[Any]] | None = ...,
    executor: Literal["sandbox"] | None = ...,
    name: str | None = ...,
) -> Callable[[Callable[..., Any]], Function]: ...


def function(
    call: Callable[..., Any] | None = None,
    /,
    *,
    returns: Literal["score", "column"] | None = None,
    per: Literal["piece", "rollout", "group", "batch"] = "piece",
    axis: str | None = None,
    axes: Mapping[str, str] | None = None,
    votes: int | None = None,
    batch_by: int | None = None,
    version: str = "",
    cache: bool = False,
    fails_as: float | None = None,
    bounds: tuple[float, float] | None = None,
    higher_is_better: bool = True,
    cost: Cost | None = None,
    isolate: bool = False,
    timeout: float | None = None,
    on_error: float | Literal["unscored"] = "unscored",
    pure: bool = True,
    comparable: Literal["prompt"] | None = None,
    limits: Any = None,
    many: Callable[..., Sequence[Any]] | None = None,
    executor: Literal["sandbox"] | None = None,
    name: str | None = None,
) -> Any:
    """Make a leaf of a plain (or ``async``) function.

    It is called once per distinct input and returns a number, a bool, or None for "could not score". It may raise
    :class:`guerdon.Failed` (the completion's doing; needs ``fails_as``) or :class:`guerdon.Unscored`. Any other
    exception makes the row unscored, unless ``on_error`` is a number.

    Given a ragged argument it is applied to each piece, with flat arguments repeated, unless it takes lists:

    Args:
        call: the function itself, where the decorator stands without arguments.
        returns: ``"column"`` where it gives texts or records; the return annotation says so too (``str``, ``dict``,
            ``list``, ``object``).
        per: ``"group"`` or ``"batch"`` where it takes a list of values per parameter and returns as many.
        axis: it takes the list of pieces on this axis and returns as many; or, where no argument lies on it, returns a
            list, which makes the axis.
        axes: for a record with ragged fields: the axis of each field. It takes whole lists on several axes.
        votes: call it so many times; the results lie on axis ``vote``.
        batch_by: it takes lists of up to so many pieces at once and returns as many.
        version: what its cached results are worth; change it with the function.
        cache: remember results on disk; needs ``version``.
        fails_as: the number of a failed cell: the worst end of ``bounds``. A score in a worker needs it.
        bounds: the range of the numbers.
        higher_is_better: False for a cost.
        cost: ``"cheap"``, ``"cpu"``, ``"model"`` or ``"judge"``: the cheap run first. Async functions are judges.
        isolate: run in a killable worker process.
        timeout: seconds of CPU time a call may take (implies ``isolate``); of wall time, where it is async.
        on_error: ``"unscored"``, or the number that an exception is worth.
        pure: False where equal inputs may give different results.
        comparable: ``"prompt"`` where its numbers compare only inside one prompt.
        limits: how an async function may be called: :class:`guerdon.plan.CallLimits`.
        many: the same for many calls at once, where that is quicker: it takes lists for what differs from call to call
            and returns the list of results, or raises, and then the function itself is called for each.
        executor: ``"sandbox"`` where the function returns a :class:`guerdon.expr.trial.Trial`: a program and its tests,
            which are run apart from this process; the result is the list of what became of them.
        name: the name to print; its own otherwise.

    >>> import guerdon as gd
    >>> @gd.function(bounds=(0, 1))
    ... def brief(completion: str, most: int = 5) -> float:
    ...     return len(completion.split()) <= most
    >>> brief().score({"completion": ["a b c", "a b c d e f"]}).values
    array([1., 0.])
    """
    options = {key: value for key, value in locals().items() if key != "call"}
    options["bounds"] = None if bounds is None else (float(bounds[0]), float(bounds[1]))
    if call is None:
        return lambda f: _make(f, **options)
    return _make(call, **options)


_COLUMN_TYPES = ("str", "dict", "list", "object", "Mapping", "Sequence", "tuple", "Record")


def _returns_column(signature: inspect.Signature) -> bool:
    said = signature.return_annotation
    if said is inspect.Signature.empty:
        return False
    text = said if isinstance(said, str) else getattr(said, "__name__", str(said))
    parts = [part.strip().partition("[")[0].rpartition(".")[2] for part in text.split("|")]
    return any(part in _COLUMN_TYPES for part in parts)


def _make(call: Callable[..., Any], **options: Any) -> Function:
    signature = inspect.signature(call)
    parameters: list[str] = []
    optional: list[str] = []
    for parameter in signature.parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.POSITIONAL_ONLY):
            raise TypeError(f"{call!r}: a leaf takes its parameters by name; {parameter} cannot be bound")
        if parameter.kind is parameter.VAR_KEYWORD:
            raise TypeError(f"{call!r}: name the columns the function reads instead of **{parameter.name}")
        parameters.append(parameter.name)
        if parameter.default is not parameter.empty:
            optional.append(parameter.name)
    module, qualname = getattr(call, "__module__", "?"), getattr(call, "__qualname__", type(call).__qualname__)
    is_async = inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(type(call).__call__)
    returns, per, axis = options.pop("returns"), options.pop("per"), options.pop("axis")
    axes: Mapping[str, str] | None = options.pop("axes")
    column = returns == "column" or bool(axes) or (returns is None and _returns_column(signature))
    if returns is None and axis is not None and _returns_column(signature):
        column = not any(kind in str(signature.return_annotation) for kind in ("float", "int", "bool"))
    if options["timeout"] is not None and not is_async:
        options["isolate"] = True
    _check(call, is_async=is_async, column=column, per=per, axis=axis, axes=axes, returns=returns, **options)
    options["cost"] = options["cost"] or ("judge" if is_async else "cpu" if options["isolate"] else "cheap")
    name = f"{module}:{options.pop('name') or qualname}"
    version = options["version"]
    said = tuple((key, value) for key, value in sorted(options.items()) if key not in ("limits", "many", "executor"))
    layout = tuple((axes or {}).items())
    identity = (
        f"{module}:{qualname}",
        _ordinal(call, f"{module}:{qualname}", version),
        column,
        per,
        axis,
        layout,
        said,
    )
    return Function(
        call, name, tuple(parameters), tuple(optional), column=column, per="piece" if per == "rollout" else per,
        axis=axis, axes=layout, is_async=is_async, identity=identity, **options,
    )  # fmt: skip


def _check(call: Callable[..., Any], **said: Any) -> None:
    who = getattr(call, "__qualname__", repr(call))
    if said["cache"] and not said["version"]:
        raise ValueError(f'{who}: cache=True needs version="...", which you change with the function')
    for option in ("votes", "batch_by"):
        if said[option] is not None and said[option] < 1:
            raise ValueError(f"{who}: {option}={said[option]!r} must be at least 1")
    if said["timeout"] is not None and not said["timeout"] > 0:
        raise ValueError(f"{who}: timeout={said['timeout']!r} must be a number of seconds above 0")
    if said["cost"] not in (None, *COSTS):
        raise ValueError(f"{who}: cost={said['cost']!r} must be one of {', '.join(COSTS)}")
    if said["returns"] not in (None, "score", "column"):
        raise ValueError(f'{who}: returns={said["returns"]!r} must be "score" or "column"')
    if said["comparable"] not in (None, "prompt"):
        raise ValueError(f'{who}: comparable={said["comparable"]!r} must be "prompt"')
    if said["per"] not in ("piece", "rollout", "group", "batch"):
        raise ValueError(f'{who}: per={said["per"]!r} must be "rollout", "group" or "batch"')
    if said["on_error"] != "unscored" and not _finite(said["on_error"]):
        raise ValueError(f'{who}: on_error={said["on_error"]!r} must be "unscored" or a finite number')
    if said["fails_as"] is not None and not _finite(said["fails_as"]):
        raise ValueError(f"{who}: fails_as={said['fails_as']!r} must be a finite number")
    if said["limits"] is not None and not said["is_async"]:
        raise ValueError(f"{who}: limits= says how an async function may be called, and this one is not async")
    _check_together(who, said)
    if said["many"] is not None and (said["isolate"] or said["is_async"] or said["axis"] or said["per"] != "piece"):
        raise ValueError(f"{who}: many= is for plain functions of one rollout or piece")
    if said["isolate"] and said["is_async"]:
        raise ValueError(f"{who}: an async function cannot be isolated in a worker; give it limits instead")
    if said["isolate"] and said["per"] in ("group", "batch"):
        raise ValueError(f"{who}: isolate=True is for functions of one rollout or piece")
    if said["isolate"] and not said["column"] and said["fails_as"] is None:
        raise ValueError(
            f"{who}: a call in a worker fails where it takes too long or too much memory: "
            "say in fails_as= what that is worth, the worst end of its bounds"
        )
    bounds, fails_as = said["bounds"], said["fails_as"]
    if bounds is not None and not bounds[0] <= bounds[1]:
        raise ValueError(f"{who}: bounds={bounds!r} must be (low, high)")
    if fails_as is not None and bounds is not None:
        worst = bounds[0] if said["higher_is_better"] else bounds[1]
        if fails_as != worst and (_finite(worst) or not bounds[0] <= fails_as <= bounds[1]):
            raise ValueError(f"{who}: fails_as={fails_as!r} must be the worst end of its bounds, {worst!r}")


def _finite(value: object) -> bool:
    return isinstance(value, (bool, int, float)) and math.isfinite(value)


def _check_together(who: str, said: Mapping[str, Any]) -> None:
    """Ways of calling that exclude one another."""
    given = {option: said[option] for option in ("votes", "axis", "axes", "batch_by") if said[option]}
    if said["per"] in ("group", "batch") and given:
        raise ValueError(f"{who}: per={said['per']!r} takes no {next(iter(given))}=: it gets and returns flat lists")
    for one, other in (("votes", "axis"), ("votes", "axes"), ("axis", "axes")):
        if one in given and other in given:
            raise ValueError(f"{who}: {one}= and {other}= cannot go together: each says what axis the result lies on")
