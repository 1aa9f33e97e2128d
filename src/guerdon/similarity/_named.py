"""Functions given as arguments: spelled by their name where another process can find them by it.

A leaf's constants are plain values. A function at the top level of a module is spelled ``module:name``, a
``functools.partial`` of one and an instance of a frozen dataclass by name and plain arguments. What has no such name
(a lambda, a closure) has no spelling, and makes a leaf of its own that no other process can build again.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any

from ..expr.canonical import canonical
from ..expr.values import ContractError

_KNOWN: dict[str, Any] = {}


def spell(call: Any) -> Any:
    """A callable as plain data, or None where it has no name that leads back to it.

    >>> spell(canonical)
    {'call': 'guerdon.expr.canonical:canonical'}
    >>> spell(lambda a, b: 1.0) is None
    True
    """
    if is_dataclass(call) and not isinstance(call, type):
        name, given = _name(type(call)), {field.name: getattr(call, field.name) for field in fields(call)}
        data: dict[str, Any] = {"call": name, "with": _arguments(given), "new": True}
    elif isinstance(call, functools.partial):
        name = _name(call.func)
        data = {"call": name, "args": [_argument(one) for one in call.args], "with": _arguments(call.keywords)}
    else:
        name = _name(call)
        data = {"call": name}
    return data if name is not None and _plain(data) else None


def _arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _argument(one) for name, one in given.items()}


def _argument(one: Any) -> Any:
    """A function among the arguments is spelled in its turn."""
    return spell(one) or one if callable(one) else one


def call_of(value: Any) -> Any:
    """The callable that a spelling names; anything else as it is.

    >>> call_of(spell(canonical)) is canonical
    True
    """
    return _built(value["call"], _Key(value)) if isinstance(value, Mapping) and "call" in value else value


class _Key:
    """A spelling as a key of a cache."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data, self.bytes = data, canonical(data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.bytes == self.bytes

    def __hash__(self) -> int:
        return hash(self.bytes)


@functools.lru_cache(maxsize=256)
def _built(name: str, key: _Key) -> Any:
    target = _KNOWN.get(name)
    if target is None:
        module, _, qualname = name.partition(":")
        if module not in sys.modules and not module.startswith("guerdon."):
            raise ContractError(f"{name} is not imported, and data may not decide what is: import {module} first")
        target = _look_up(import_module(module), qualname)
    if not callable(target):
        raise ContractError(f"{name} is not there any more, or is no function")
    keywords = {name: call_of(one) for name, one in key.data.get("with", {}).items()}
    if key.data.get("new"):
        return target(**keywords)
    if keywords or "args" in key.data:
        return functools.partial(target, *map(call_of, key.data["args"]), **keywords)
    return target


def _name(call: Any) -> str | None:
    """``module:name`` where that leads to this very object and led to no other before."""
    module, qualname = getattr(call, "__module__", None), getattr(call, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(qualname, str) or "<" in qualname:
        return None
    if _look_up(sys.modules.get(module), qualname) is not call:
        return None
    name = f"{module}:{qualname}"
    return name if _KNOWN.setdefault(name, call) is call else None


def _look_up(found: Any, qualname: str) -> Any:
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found


def _plain(data: Any) -> bool:
    try:
        canonical(data)
    except (TypeError, ValueError):
        return False
    return True


def leaf(
    call: Callable[..., Any], make: Callable[[Callable[..., Any]], Any], functions: Mapping[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """A leaf of ``call`` and the constants to bind, given the functions among its arguments.

    Those with a spelling become constants; where one has none, all are shut into a function of its own.
    """
    given = {name: one for name, one in functions.items() if one is not None}
    spelled = {name: one if isinstance(one, str) else spell(one) for name, one in given.items()}
    if None not in spelled.values():
        return make(call), spelled
    try:
        return _closed(call, make, tuple(given.items())), {}
    except TypeError:  # a function that cannot be hashed makes a leaf of its own each time
        return _closed.__wrapped__(call, make, tuple(given.items())), {}


@functools.lru_cache(maxsize=64)
def _closed(call: Callable[..., Any], make: Callable[[Callable[..., Any]], Any], given: tuple[Any, ...]) -> Any:
    import inspect

    held = dict(given)

    def closed(**arguments: Any) -> Any:
        return call(**arguments, **held)

    signature = inspect.signature(call)
    kept = [one for name, one in signature.parameters.items() if name not in held]
    closed.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
    closed.__name__, closed.__module__ = call.__name__, call.__module__
    return make(closed)
