"""``gd.from_trl``: a reward function written for TRL becomes a leaf that can stand in expressions."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Literal

from .build import score_node
from .function import Constant, Cost, Function, _ordinal
from .node import Expr
from .score import Score
from .state import param, step
from .values import ContractError

HOOKS = "trl_hooks"
"""The parameter by which the TRL adapter hands its :class:`Hooks` to the leaves."""
_STEP_ARG, _HOOKS_ARG = "guerdon_step", "guerdon_hooks"
_RENAMED = {"prompt": "prompts", "completion": "completions"}
_GIVEN = ("trainer_state", "log_extra", "log_metric")


@dataclass
class Hooks:
    """What TRL hands to a reward function beside columns; keeps what the function logs.

    Attributes:
        trainer_state: the trainer's own; None outside a trainer.
        extra: the columns logged for the completions table, one value per rollout of the call.
        metrics: the names and figures logged, in order.
    """

    trainer_state: Any = None
    extra: dict[str, list[Any]] = field(default_factory=dict)
    metrics: list[tuple[str, float]] = field(default_factory=list)

    def log_extra(self, column: str, values: list[Any]) -> None:
        """Keep a column for the completions table."""
        self.extra.setdefault(column, []).extend(values)

    def log_metric(self, name: str, value: float) -> None:
        """Keep a figure for the trainer's log."""
        self.metrics.append((name, float(value)))


def from_trl(
    call: Callable[..., Any],
    *,
    rowwise: bool = False,
    name: str | None = None,
    bounds: tuple[float, float] | None = None,
    cost: Cost | None = None,
    on_error: float | Literal["unscored"] = "unscored",
) -> Score:
    """A reward function written for TRL (``prompts, completions, **kwargs`` in, one number or None per rollout out).

    It is called with what TRL would call it with: lists of all columns of the rollouts in their order, ``prompt`` and
    ``completion`` under their plurals, with ``trainer_state``, ``log_extra`` and ``log_metric``. In a TRL trainer what
    it logs goes where TRL puts it; elsewhere it goes nowhere, and ``trainer_state`` knows only ``global_step``. None
    means unscored. An exception makes the whole batch unscored.

    A function that gets a whole batch may look at all of it, so nothing is known of how its numbers hang together: it
    gets every batch whole and in order, and never the same batch's numbers from a cache.

    Args:
        call: the function, plain or async, or an object with ``__call__``.
        rowwise: whether each number depends only on its own row. Then the function is called for the rows that are
            needed, once per distinct row, in any order and number; it gets no trainer state, and what it logs is lost.
        name: the name to print; the function's own otherwise.
        bounds: the range of its numbers.
        cost: as for :func:`guerdon.function`; ``"cpu"`` unless said otherwise (``"judge"`` for an async one), so that
            what is cheap can close a gate first.
        on_error: ``"unscored"``, or the number that an exception is worth.

    Returns:
        A score, one number per rollout.

    Raises:
        TypeError: ``call`` is no function (a model's name, say), or ``rowwise`` where it reads ``trainer_state``.

    >>> import guerdon as gd
    >>> def brief(completions, most, **kwargs):
    ...     return [float(len(text) <= limit) for text, limit in zip(completions, most)]
    >>> reward = 0.5 * gd.from_trl(brief, rowwise=True)
    >>> reward.score({"completion": ["short", "rather long"], "most": [6, 6]}).values
    array([0.5, 0. ])
    """
    if not callable(call) or isinstance(call, Expr):
        raise TypeError(f"gd.from_trl takes a reward function as TRL calls it, not {call!r}")
    wants = _Wants.of(call, rowwise)
    core = _core(call)
    module = str(getattr(core, "__module__", None) or "?")
    qualname = str(getattr(core, "__qualname__", None) or type(core).__qualname__)
    is_async = inspect.iscoroutinefunction(core) or inspect.iscoroutinefunction(type(core).__call__)
    found_cost: Cost = cost or ("judge" if is_async else "cpu")
    shown = f"{module}:{name or qualname}"
    identity = ("from_trl", f"{module}:{qualname}", _ordinal(call, f"{module}:{qualname}", ""), rowwise)
    function = Function(
        _wrapped(call, wants, is_async, module, qualname),
        shown,
        parameters=() if rowwise else (_STEP_ARG, _HOOKS_ARG),
        per="piece" if rowwise else "batch",
        batch_by=1024 if rowwise else None,
        bounds=bounds,
        cost=found_cost,
        on_error=on_error,
        is_async=is_async,
        pure=rowwise,
        all_columns=True,
        identity=(*identity, shown, bounds, found_cost, on_error),
    )
    args: list[tuple[str, Expr]] = [] if rowwise else [(_STEP_ARG, step()), (_HOOKS_ARG, param(HOOKS, None))]
    return score_node("leaf", args, {"function": function, "constants": Constant({})})


@dataclass(frozen=True)
class _Wants:
    """What a TRL function takes: the names it cannot do without, those it may be given, and whether any others."""

    name: str
    required: frozenset[str]
    known: frozenset[str]
    others: bool

    @classmethod
    def of(cls, call: Callable[..., Any], rowwise: bool) -> _Wants:
        parameters = inspect.signature(call).parameters.values()
        keyword = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
        wants = cls(
            str(getattr(_core(call), "__name__", type(call).__name__)),
            frozenset(p.name for p in keyword if p.default is p.empty),
            frozenset(p.name for p in keyword),
            any(p.kind is p.VAR_KEYWORD for p in parameters),
        )
        if rowwise and "trainer_state" in wants.required:
            raise TypeError(
                f"gd.from_trl: {wants.name} reads trainer_state, so its numbers depend on more than their row: leave "
                "out rowwise=True"
            )
        return wants

    def arguments(self, columns: Mapping[str, list[Any]]) -> dict[str, Any]:
        """The arguments of one call, as TRL would give them."""
        given: dict[str, Any] = {_RENAMED.get(name, name): list(values) for name, values in columns.items()}
        at = given.pop(_STEP_ARG, None)
        hooks = (given.pop(_HOOKS_ARG, None) or [None])[0] or Hooks()
        given |= {"log_extra": hooks.log_extra, "log_metric": hooks.log_metric}
        if at is not None:
            given["trainer_state"] = hooks.trainer_state or SimpleNamespace(global_step=int(at[0]))
        lacking = sorted(self.required - given.keys())
        if lacking:
            columns_named = ", ".join(repr(name) for name in given if name not in _GIVEN) or "nothing"
            raise ContractError(f"{self.name} reads {lacking[0]!r}, which the rollouts lack; they give {columns_named}")
        return given if self.others else {name: value for name, value in given.items() if name in self.known}


def _core(call: Any) -> Any:
    while isinstance(call, functools.partial):
        call = call.func
    return call


def _wrapped(call: Callable[..., Any], wants: _Wants, is_async: bool, module: str, qualname: str) -> Callable[..., Any]:
    if is_async:

        async def wait(**columns: list[Any]) -> Any:
            return await call(**wants.arguments(columns))

        wrapper: Callable[..., Any] = wait
    else:

        def do(**columns: list[Any]) -> Any:
            return call(**wants.arguments(columns))

        wrapper = do
    wrapper.__module__, wrapper.__qualname__ = module, qualname
    wrapper.__name__ = wants.name
    wrapper.__wrapped__ = call  # type: ignore[attr-defined]  # where it is looked for when the leaf is written down
    return wrapper
