"""Loading a reward from a Python file by its path: ``FILE.py:name``."""

from __future__ import annotations

import hashlib
import sys
import traceback
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from guerdon.expr.build import number_of
from guerdon.expr.function import Function
from guerdon.expr.node import Expr
from guerdon.expr.score import Score
from guerdon.expr.values import ContractError

__all__ = ["digest_of_code", "load", "load_file", "locate"]

_DEFAULT = "reward"
_STAMP = "__written__"


def load(place: str, folder: Path | None = None) -> Score:
    """The reward at a place.

    Args:
        place: ``FILE.py:name``, or ``FILE.py`` where the name is ``reward``; or ``module:name`` for what is installed.
            The name leads to a score, a ``@gd.function`` (bound to the columns of its parameters' names), or a
            function of no arguments that returns a score.
        folder: what the path is relative to; the working folder otherwise.

    Raises:
        ContractError: one sentence naming the file, and the line where its own code raised.

    >>> load("guerdon.no_such:reward")
    Traceback (most recent call last):
    ...
    guerdon.expr.values.ContractError: there is no module guerdon.no_such: for a file write guerdon.no_such.py:reward
    """
    return locate(place, folder)[0]


def locate(place: str, folder: Path | None = None) -> tuple[Score, ModuleType]:
    """As :func:`load`, with the module in which the reward stands."""
    where, colon, name = place.rpartition(":")
    if not colon and place.endswith(".py"):
        where, name = place, _DEFAULT
    if not where or not name:
        raise ContractError(f"{place!r} names no reward: write FILE.py:name")
    if where.endswith(".py"):
        path = Path(where).expanduser()
        module = load_file(path if path.is_absolute() else (folder or Path.cwd()) / path, shown=where)
    else:
        module = _installed(where, name)
    return _score(getattr(module, name, None), place, where, name, module), module


def _score(found: object, place: str, where: str, name: str, module: ModuleType) -> Score:
    if found is None:
        raise ContractError(f"{where} has no {name!r}{_near(module, name)}")
    if isinstance(found, Function):
        found = found()
    elif callable(found) and not isinstance(found, (Expr, type)):
        try:
            found = found()
        except Exception as error:
            raise ContractError(
                f"{place} is a function, which must return a score when it is called without arguments; "
                f"it raised {said(error)}"
            ) from error
    if not isinstance(found, Expr):
        raise ContractError(f"{place} is no score but {_kind(found)}")
    return number_of(found)


def load_file(path: Path, shown: str | None = None) -> ModuleType:
    """Run a Python file as a module that shadows no other: its name, such as ``reward@file``, no import can ask for.

    A file that has not changed since is not run again. Modules that stand beside the file can be imported from it,
    those of Python and of installed packages first.

    Raises:
        ContractError: it is not there, or raises.
    """
    shown = shown or str(path)
    path = path.resolve()
    if not path.is_file():
        raise ContractError(f"there is no file {shown}" if not path.exists() else f"{shown} is no file")
    name, number = f"{path.stem}@file", 1
    while (known := sys.modules.get(name)) is not None and getattr(known, "__file__", None) != str(path):
        number += 1
        name = f"{path.stem}@file{number}"
    written = path.stat()
    stamp = (written.st_mtime_ns, written.st_size)
    if known is not None and getattr(known, _STAMP, None) == stamp:
        return known
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ContractError(f"{shown} is no Python file")
    module = module_from_spec(spec)
    setattr(module, _STAMP, stamp)
    sys.modules[name] = module  # workers and pickles find its functions by this name
    beside = str(path.parent)
    if beside not in sys.path:
        sys.path.append(beside)
    try:
        spec.loader.exec_module(module)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a script's sys.exit() too
        del sys.modules[name]
        raise ContractError(f"importing {shown} failed: {said(error, path)}") from error
    return module


def digest_of_code(module: ModuleType) -> str:
    """The SHA-256 of a file's bytes and of those of the modules beside it that are imported now."""
    path = Path(module.__file__ or "")
    files = {path.name: path}
    for known, other in list(sys.modules.items()):
        if known.partition(".")[0] == "guerdon":
            continue  # the version says which
        file = getattr(other, "__file__", None)
        if not isinstance(file, str) or not file.endswith(".py") or not Path(file).is_file():
            continue  # some modules name files that are not there, such as torch's "_classes.py"
        if Path(file).resolve().is_relative_to(path.parent):
            files[str(Path(file).resolve().relative_to(path.parent))] = Path(file)
    digest = hashlib.sha256()
    for name in sorted(files):
        if "site-packages" not in name:
            content = files[name].read_bytes()
            digest.update(b"%d:%b%d:" % (len(name.encode()), name.encode(), len(content)) + content)
    return "sha256:" + digest.hexdigest()


def said(error: BaseException, path: Path | None = None) -> str:
    """An exception as the end of a sentence, with the last line of the file that it came through.

    >>> said(KeyError("x"))
    "KeyError: 'x'"
    """
    text = " ".join(str(error).split())[:300].rstrip(".")
    if isinstance(error, SyntaxError):
        where = f" of {Path(error.filename).name}" if path and error.filename and error.filename != str(path) else ""
        return f"line {error.lineno}{where}: {error.msg}" if error.lineno else error.msg
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    place = f"line {lines[-1]}: " if lines else ""
    return f"{place}{type(error).__name__}{': ' + text if text else ''}"


def _installed(where: str, name: str) -> ModuleType:
    try:
        return import_module(where)
    except ModuleNotFoundError as error:
        if error.name is not None and (where == error.name or where.startswith(error.name + ".")):
            raise ContractError(f"there is no module {where}: for a file write {where}.py:{name}") from None
        raise ContractError(f"importing {where} failed: {said(error)}") from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise ContractError(f"importing {where} failed: {said(error)}") from error


def _near(module: ModuleType, name: str) -> str:
    from difflib import get_close_matches

    there = [one for one, value in vars(module).items() if isinstance(value, (Expr, Function)) and one[:1] != "_"]
    near = get_close_matches(name, there, n=2, cutoff=0.6)
    if near:
        return f": did you mean {' or '.join(map(repr, near))}?"
    shown = ", ".join(map(repr, there[:12])) + (f" and {len(there) - 12} more" if len(there) > 12 else "")
    return f"; its scores: {shown}" if there else ", and no score at all"


def _kind(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[:1] in 'aeiouAEIOU' else 'a'} {name}"
