"""Find the reward that a configuration names: ``FILE.py:name`` or ``module:name``."""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from guerdon.expr.score import Score
from guerdon.train.config import ConfigError


def load(place: str, folder: Path | None = None) -> Score:
    """The reward at a place: a score, or a function of no arguments that returns one.

    Args:
        place: ``FILE.py:name``, or ``module:name`` for a module that Python can import.
        folder: what the path of a file is relative to; the working folder by default.

    Raises:
        ConfigError: one sentence naming the file, and the line where its own code raised.

    >>> load("guerdon.train.demo:valid").score({"completion": ["{}", "no"]}).values
    array([1., 0.])
    """
    where, colon, name = place.rpartition(":")
    if not colon or not where or not name:
        raise ConfigError(f"reward: {place!r} names no reward: write FILE.py:name or module:name.")
    module = _file(where, folder or Path.cwd()) if where.endswith(".py") else _module(where)
    if not hasattr(module, name):
        scores = [one for one, value in vars(module).items() if isinstance(value, Score)]
        has = f"its scores are {', '.join(scores)}" if scores else "it defines no score at all"
        raise ConfigError(f"reward: {where} defines no {name!r}: {has}.")
    found = getattr(module, name)
    if not isinstance(found, Score) and callable(found):
        try:
            found = found()
        except Exception as error:
            raise ConfigError(f"reward: {place} could not be made: {_said(error)}.") from error
    if not isinstance(found, Score):
        raise ConfigError(f"reward: {place} is no reward but a {type(found).__name__}: it must be a guerdon score.")
    return found


def _file(where: str, folder: Path) -> ModuleType:
    path = Path(where).expanduser()
    path = (path if path.is_absolute() else folder / path).resolve()
    if not path.is_file():
        raise ConfigError(f"reward: there is no file {path}.")
    spec = spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ConfigError(f"reward: {path} is no Python file.")
    module = module_from_spec(spec)
    before = sys.modules.get(path.stem)
    sys.modules[path.stem] = module  # so that its functions can be found by name, as a saved reward needs
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        if before is None:
            del sys.modules[path.stem]
        else:
            sys.modules[path.stem] = before
        raise ConfigError(f"reward: {path} does not import: {_said(error, path)}.") from error
    finally:
        sys.path.remove(str(path.parent))
    return module


def _module(where: str) -> ModuleType:
    try:
        return import_module(where)
    except ModuleNotFoundError as error:
        if error.name is not None and (where == error.name or where.startswith(error.name + ".")):
            raise ConfigError(f"reward: there is no module {where}: for a file write {where}.py:name.") from None
        raise ConfigError(f"reward: {where} does not import: {_said(error)}.") from error
    except Exception as error:
        raise ConfigError(f"reward: {where} does not import: {_said(error)}.") from error


def _said(error: Exception, path: Path | None = None) -> str:
    """An exception as the end of a sentence, with the last line of the file that it came through."""
    text = " ".join(str(error).split())[:300].rstrip(".")
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    place = f"line {lines[-1]}: " if lines else ""
    return f"{place}{type(error).__name__}{': ' + text if text else ''}"
