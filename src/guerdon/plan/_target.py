"""What a worker is to run, said in a way that another process can find it again."""

from __future__ import annotations

import base64
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from types import ModuleType

from .._extras import need
from . import _wire

__all__ = ["Target"]

_PICKLING = threading.Lock()  # cloudpickle's list of modules belongs to the whole process


@dataclass(frozen=True)
class Target:
    """A function as a worker finds it: by module and name, by file path and name, or as cloudpickle bytes.

    It goes from the parent to its workers only. `__main__` is never imported again, so a script needs no main guard:
    its functions travel as cloudpickle bytes, as do lambdas, closures and bound methods.

    Attributes:
        module: what to import, or None.
        path: the Python file to load, or None.
        qualname: the attributes that lead from there to the function.
        pickled: the function itself, where neither a module nor a file gives it.

    >>> import statistics
    >>> Target.of(statistics.fmean)
    Target(module='statistics', path=None, qualname='fmean', pickled=None)
    """

    module: str | None
    path: str | None
    qualname: str
    pickled: bytes | None = None

    @staticmethod
    def of(fn: Callable[..., object]) -> Target:
        """The target of a function.

        Raises:
            TypeError: `fn` cannot be called, or cannot be pickled where it has to be, or is too big.
            MissingExtra: the function needs cloudpickle and it is not installed.
        """
        if not callable(fn):
            raise TypeError(f"a worker can only run something callable, not {type(fn).__qualname__}")
        name = getattr(fn, "__module__", None)
        qualname = getattr(fn, "__qualname__", None)
        if isinstance(name, str) and isinstance(qualname, str) and name != "__main__" and "<" not in qualname:
            module = sys.modules.get(name)
            within = None if module is None else _within(module, qualname, fn)
            if module is not None and within is not None:
                if _importable(name, module):
                    return Target(name, None, within)
                path = getattr(module, "__file__", None)
                # a file loaded under a name of somebody's choosing (parts of packages import one another: cloudpickle)
                alone = "." not in name and not hasattr(module, "__path__")
                if alone and isinstance(path, str) and path.endswith(".py"):
                    return Target(None, os.path.abspath(path), within)
        return Target(None, None, qualname if isinstance(qualname, str) else type(fn).__qualname__, _pickle(fn))

    def __str__(self) -> str:
        place = self.module or self.path
        return f"{place}:{self.qualname}" if place else self.qualname

    def to_json(self) -> dict[str, str | None]:
        """The target as a worker reads it."""
        pickled = None if self.pickled is None else base64.b64encode(self.pickled).decode("ascii")
        return {"module": self.module, "path": self.path, "qualname": self.qualname, "pickled": pickled}


def _within(module: ModuleType, qualname: str, fn: object) -> str | None:
    """The attribute path that leads from the module to this very function, or None."""
    found: object = module
    for part in qualname.split("."):
        found = getattr(found, part, None)
    if found is fn:
        return qualname
    # a decorator put its own object under the function's name and kept the function, as functools.wraps does
    return f"{qualname}.__wrapped__" if getattr(found, "__wrapped__", None) is fn else None


def _importable(name: str, module: ModuleType) -> bool:
    """Whether importing `name` in a new process, with this process's sys.path, finds this module's own file."""
    parent, _, _ = name.rpartition(".")
    search = None
    if parent:
        package = sys.modules.get(parent)
        if package is None or not _importable(parent, package):
            return False
        search = getattr(package, "__path__", None)
        if search is None:
            return False
    spec = _find(name, search)
    if spec is None:
        return False
    path = getattr(module, "__file__", None)
    if path is None:  # built in, or a namespace package
        return spec.origin in ("built-in", "frozen") or spec.submodule_search_locations is not None
    if spec.origin == "frozen":
        return name in sys.stdlib_module_names
    return spec.origin is not None and os.path.realpath(spec.origin) == os.path.realpath(path)


def _find(name: str, search: object) -> ModuleSpec | None:
    # not importlib.util.find_spec: that answers from sys.modules what this process has loaded, from wherever
    for finder in sys.meta_path:
        try:
            spec = finder.find_spec(name, search)  # type: ignore[arg-type]
        except Exception:  # a finder of somebody's own that cannot answer
            continue
        if spec is not None:
            return spec
    return None


def _pickle(fn: object) -> bytes:
    cloudpickle = need("cloudpickle", extra="workers")
    # what a module that no other process can import defines has to travel whole; cloudpickle does so for __main__ alone
    parts = (fn, type(fn), getattr(fn, "func", None), type(getattr(fn, "__self__", None)))
    names = {name for name in (getattr(part, "__module__", None) for part in parts) if isinstance(name, str)}
    with _PICKLING:
        whole = [
            module
            for module in map(sys.modules.get, sorted(names - {"__main__"}))
            if module is not None
            and module.__name__ not in cloudpickle.list_registry_pickle_by_value()
            and not _importable(module.__name__, module)
        ]
        try:
            for module in whole:
                cloudpickle.register_pickle_by_value(module)
            pickled = cloudpickle.dumps(fn)
        except Exception as error:
            name = getattr(fn, "__qualname__", type(fn).__qualname__)
            raise TypeError(
                f"{name} cannot be sent to a worker ({error}): move it into a module, "
                "or keep out of it what cannot be pickled"
            ) from error
        finally:
            for module in whole:
                cloudpickle.unregister_pickle_by_value(module)
    assert isinstance(pickled, bytes)
    if len(pickled) > _wire.MAX_INPUT:
        raise TypeError(
            f"{getattr(fn, '__qualname__', type(fn).__qualname__)} takes {len(pickled) >> 20} MB along to a worker: "
            "load what it needs in a module, or pass it as an argument"
        )
    return pickled
