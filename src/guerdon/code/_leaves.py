"""The leaves behind ``gd.code``: the plain functions of this room, as expressions know them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from ..expr.function import Function, function
from ..expr.inputs import NOT_GIVEN, chosen
from ..expr.trial import Level, Limits, Trial
from ..expr.values import Failed, Unscored
from . import _cases, _patch, _program

MAX_PROGRAM = 1_000_000
"""Longest program that is run, in characters."""


@function(returns="column", version="1", cost="cheap")
def program(
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    which: _program.Which = "last",
    fences: _program.Fences = "allow",
    languages: Sequence[str] = _program.LANGUAGES,
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> str | None:
    """See ``gd.code.program``."""
    return _program.program(chosen(completion, of), which, fences, languages, prompt, opened)


@function(returns="column", version="1", cost="cheap")
def patched(patch: Any, source: Any) -> str | None:
    """See ``gd.code.patched``."""
    if source is None:
        raise Unscored("no source to patch")
    return None if patch is None else _patch.patched(str(chosen(None, patch)), str(source))


def cases(tests: Any, kind: _cases.Kind) -> list[Any]:
    """The cases of one program."""
    return _cases.cases(tests, kind)


def trial(
    program: Any,
    cases: Sequence[Any],
    kind: _cases.Kind,
    entry: Any = None,
    setup: Any = None,
    match: Any = "lines",
    in_process: bool = False,
    timeout: float = 5.0,
    memory: int = 1 << 29,
    output: int = 1 << 20,
    processes: int = 8,
    disk: int = 1 << 24,
    packages: bool = False,
    require: Level | None = None,
    allow_unsafe: bool = False,
) -> Trial:
    """A program and its cases, ready to be run."""
    if program is None:
        raise Failed("no program")
    if not isinstance(program, str):
        raise Failed("the program is no text")
    if len(program) > MAX_PROGRAM:
        raise Failed("program too long")
    if setup is not None and not isinstance(setup, str):
        raise Unscored("the setup of the tests is no text")
    return Trial(
        str(program),
        tuple(cases),
        {} if kind == "stdin" else _names(entry, cases, kind),
        str(setup or ""),
        script=kind == "stdin",
        match=match,
        in_process=in_process,
        limits=Limits(timeout, memory, output, processes, disk, packages, require, allow_unsafe),
    )


def _names(entry: Any, cases: Sequence[Any], kind: _cases.Kind) -> dict[str, str]:
    """Which names of the tests mean the program's."""
    if isinstance(entry, str) and entry:
        return {"candidate": entry, entry: entry}
    if isinstance(entry, Mapping):
        return {str(ours): str(its) for ours, its in entry.items()}
    if isinstance(entry, Sequence) and not isinstance(entry, (str, bytes)) and entry:
        return {"candidate": str(entry[0]), **{str(name): str(name) for name in entry}}
    if entry is not None or kind not in ("asserts", "unittest"):
        raise Unscored("no entry: which function the tests call")
    found = sorted(_cases.called(cases))
    if kind == "asserts" and len(found) != 1:
        raise Unscored("no entry: the tests call several functions" if found else "no entry: the tests call none")
    return {name: name for name in found}


@function(returns="score", version="1", cost="cheap", fails_as=0.0, bounds=(0.0, 1.0))
def passed(result: Any) -> int:
    """See ``gd.code.tests``."""
    if result is None:
        raise Failed("no program")
    if result["status"] == "unscored":
        raise Unscored(result["why"])
    if result["status"] == "failed":
        raise Failed(result["why"].partition(":")[0])
    return int(result["status"] == "passed")


@cache
def cases_on(axis: str) -> Function:
    """The leaf that cuts tests into cases on an axis of this name."""
    return function(returns="column", axis=axis, version="1", cost="cheap", name="cases")(cases)


@cache
def trial_on(axis: str) -> Function:
    """The leaf that runs a program against the cases on an axis of this name."""
    return function(returns="column", axis=axis, version="1", cost="cpu", executor="sandbox", name="trial")(trial)
