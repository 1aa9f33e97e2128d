"""Where a leaf's function comes from, written down, and found again in another process."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from .function import Function, function
from .plain import decode, encode, frozen
from .values import ContractError

_DECLARED = (
    "per", "axis", "axes", "votes", "batch_by", "version", "cache", "fails_as", "bounds", "higher_is_better", "cost",
    "isolate", "timeout", "on_error", "pure", "comparable",
)  # fmt: skip


def function_data(leaf: Function) -> dict[str, Any]:
    """A function as JSON-able data: where it is found, and all it declares."""
    module, qualname = _place(leaf)
    data: dict[str, Any] = {"function": f"{module}:{qualname}", "name": leaf.name, "column": leaf.column}
    file = getattr(sys.modules.get(module), "__file__", None)
    if file and not module.startswith("guerdon."):
        data["file"] = str(file)
    data["importable"] = "<" not in qualname and _matching(leaf, sys.modules.get(module), qualname)
    if leaf.all_columns:
        data["from_trl"] = True
    for name in _DECLARED:
        data[name] = _json(getattr(leaf, name))
    return data


def function_from(data: Mapping[str, Any], allowed: tuple[str, ...]) -> Function:
    """The function that :func:`function_data` describes.

    Raises:
        ContractError: it may not be imported, is not there, cannot be found from another process, or has changed.
    """
    place = str(data["function"])
    module_name, _, qualname = place.rpartition(":")
    if not data.get("importable", False) or "<" in qualname:
        raise ContractError(
            f"{place} cannot be built again from data: it is a lambda, a closure, an object or a notebook's function; "
            "define it at the top level of a module"
        )
    found = _look_up(_module(place, module_name, data.get("file"), allowed), qualname)
    if found is None:
        raise ContractError(f"{place} is not there any more: the module has no {qualname.partition('.')[0]!r}")
    if data.get("from_trl"):
        return _of_trl(found, data)
    candidates = [found] if isinstance(found, Function) else _around(found, sys.modules[module_name])
    for candidate in candidates:
        if not _changed(candidate, data):
            return candidate
    if isinstance(found, Function):
        name = _changed(found, data)
        raise ContractError(
            f"{place} has changed: {name} is {_json(getattr(found, name))!r} here and {data.get(name)!r} in the data"
        )
    if not callable(found):
        raise ContractError(f"{place} is no function but a {type(found).__name__}")
    return _made(found, data)


def _place(leaf: Function) -> tuple[str, str]:
    """Module and qualified name of what is called; the leaf's printed name may be another."""
    call = leaf.call
    module = getattr(call, "__module__", None) or "?"
    qualname = getattr(call, "__qualname__", None) or f"<{type(call).__qualname__}>"
    return str(module), str(qualname)


def _matching(leaf: Function, module: ModuleType | None, qualname: str) -> bool:
    """Whether the name leads to this very function, and not to another of its name."""
    found = None if module is None else _look_up(module, qualname)
    if leaf.all_columns:
        return found is not None and found is getattr(leaf.call, "__wrapped__", None)
    return found is leaf.call or (isinstance(found, Function) and found.call is leaf.call)


def _look_up(module: ModuleType, qualname: str) -> Any:
    found: Any = module
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found


def _around(call: Any, module: ModuleType) -> list[Function]:
    """The leaves a module keeps of one of its plain functions, under other names."""
    return [value for value in vars(module).values() if isinstance(value, Function) and value.call is call]


def _changed(leaf: Function, data: Mapping[str, Any]) -> str:
    """The first declaration that is not as in the data."""
    for name in ("column", *_DECLARED):
        if _json(getattr(leaf, name)) != data.get(name):
            return name
    return ""


def _made(call: Any, data: Mapping[str, Any]) -> Function:
    options = {name: _declared(data, name) for name in _DECLARED}
    options["axes"] = dict(options["axes"] or ()) or None
    options["returns"] = "column" if data.get("column") else "score"
    name = str(data.get("name", "")).rpartition(":")[2]
    made: Function = function(**options, name=name)(call)
    return made


def _of_trl(call: Any, data: Mapping[str, Any]) -> Function:
    from .adapt import from_trl

    name = str(data.get("name", "")).rpartition(":")[2]
    said = {key: _declared(data, key) for key in ("bounds", "cost", "on_error")}
    made: Function = from_trl(call, rowwise=data.get("per") == "piece", name=name, **said).param("function")
    return made


def _declared(data: Mapping[str, Any], name: str) -> Any:
    return frozen(decode(data.get(name)))


def _json(value: Any) -> Any:
    """As the value looks once it was JSON, which has no word for infinity."""
    return [_json(item) for item in value] if isinstance(value, (tuple, list)) else encode(value)


def _module(place: str, name: str, file: str | None, allowed: tuple[str, ...]) -> ModuleType:
    loaded = sys.modules.get(name)
    if loaded is not None:
        return loaded
    by_name = any(one == "*" or name == one or name.startswith(one + ".") for one in (*allowed, "guerdon"))
    by_file = file is not None and any(_same_file(file, one) for one in allowed)
    if not by_name and not by_file:
        raise ContractError(
            f"{place} is not imported, and data may not decide what is: import {name} first, or give allow=[{name!r}]"
        )
    from importlib import import_module
    from importlib.util import module_from_spec, spec_from_file_location

    try:
        if not by_file:
            return import_module(name)
        spec = spec_from_file_location(name, str(file))
        if spec is None or spec.loader is None:
            raise ImportError("it is no Python file")
        module = module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
        return module
    except Exception as error:
        where = str(file) if by_file else name
        raise ContractError(f"{place}: importing {where} failed ({type(error).__name__}: {error})") from error


def _same_file(file: str, allowed: str) -> bool:
    return allowed.endswith(".py") and Path(file).resolve() == Path(allowed).resolve()
