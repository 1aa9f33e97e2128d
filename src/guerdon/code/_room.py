"""What the room offers."""

# ruff: noqa: PT028  (`tests` is no test)

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ..expr.columns import Column
from ..expr.inputs import bound, one_of, opening
from ..expr.node import Expr
from ..expr.score import Score
from ..expr.trial import Level, Limits
from . import _leaves
from ._cases import KINDS, Kind
from ._program import LANGUAGES, Fences, Which

__all__ = ["patched", "program", "results", "tests"]


def program(
    of: Column | None = None,
    which: Which = "last",
    fences: Fences = "allow",
    languages: Sequence[str] = LANGUAGES,
    *,
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Column:
    r"""The program in a text: what stands in its fenced block; no verdict where there is none.

    Args:
        of: the text; the completion if left out.
        which: the last closed block, the first, the ``only`` one, or ``all`` of them after one another.
        fences: ``allow`` takes a text without any fence whole, ``only`` does not; ``never`` takes every text whole.
        languages: what may stand behind the opening fence, in lower case; ``""`` is nothing.
        prompt: whose tail may open tags, as for ``gd.text.tag``.
        opened: tags that the chat template opened.

    What stands inside thinking is no program. Linear.

    >>> import guerdon as gd
    >>> gd.code.program().exists().score({"completion": ["```python\nx = 1\n```", "```c\nint x;\n```"]}).values
    array([1., 0.])
    """
    one_of("which", which, ("last", "first", "only", "all"))
    one_of("fences", fences, ("allow", "only", "never"))
    if isinstance(languages, str):
        raise TypeError(f'languages is a tuple of names: write languages=("{languages}",)')
    said = {
        "which": None if which == "last" else which,
        "fences": None if fences == "allow" else fences,
        "languages": None if tuple(languages) == LANGUAGES else tuple(languages),
    }
    return _column(_leaves.program(**bound(of, **said, **opening(prompt, opened))))


def patched(patch: Column, source: Column) -> Column:
    r"""A program after a patch: a unified diff of one file; no verdict where it does not apply exactly. Linear.

    Args:
        patch: the diff, such as a tag or a fenced block holds it. There is no fuzz: line numbers, counts and every line
            that is kept or removed must be right.
        source: the program as it was.

    >>> import guerdon as gd
    >>> mended = gd.code.patched(gd.text.tag("patch"), gd.col("source"))
    >>> rows = {
    ...     "completion": ["<patch>@@ -1 +1 @@\n-x = 1\n+x = 2</patch>", "<patch>@@ -1 +1 @@\n-y\n+z</patch>"],
    ...     "source": ["x = 1\n", "x = 1\n"],
    ... }
    >>> (mended == "x = 2\n").score(rows).nested()
    [1.0, 0.0]
    """
    return _column(_leaves.patched(patch=patch, source=source))


def tests(
    of: Column,
    tests: Column,
    axis: str = "test",
    *,
    kind: Kind = "asserts",
    entry: Column | str | Sequence[str] | Mapping[str, str] | None = None,
    setup: Column | str | None = None,
    match: Literal["lines", "words", "exact"] = "lines",
    timeout: float = 5.0,
    memory: int = 1 << 29,
    output: int = 1 << 20,
    processes: int = 8,
    disk: int = 1 << 24,
    packages: bool = False,
    require: Level | None = None,
    allow_unsafe: bool = False,
    in_process: bool = False,
) -> Score:
    """Which tests a program passes: 1 or 0 for each, on an axis.

    Args:
        of: the program's source, such as :func:`program` finds it.
        tests: what it is tested with; a list, a text, or a column on the axis already.
        axis: the name of the axis.
        kind: how the tests are written.
            ``asserts``: statements, each a test, run one after another in one place (MBPP).
            ``check``: a text that defines ``check(candidate)`` (HumanEval); each statement that asserts ends a test.
            ``calls``: records of ``args``, ``kwargs`` and ``expected``. ``stdin``: records of ``input`` and ``output``:
            the program is run as a script, once for each. ``unittest``: a text with test classes or test functions.
        entry: what the tests call: the function's name (``candidate`` means it too), several, or what each name of the
            tests is called in the program. Left out, for ``asserts`` the one name that the tests call and nobody
            defines, for ``unittest`` all such; tests may also import from ``solution``.
        setup: source from which the tests take further names, such as HumanEval's prompt. The program's own versions
            of those are not asked.
        match: of what a script prints, the ``lines`` without white space at their ends, the ``words``, or all of it.
        timeout: seconds of CPU time for loading the program and all its tests, or for each run of a script. Five
            times that in wall time ends it as well: failed where it slept, unscored where the machine was busy.
        memory: bytes that a process of the program may address.
        output: bytes that one call may return, or that a script may print.
        processes: processes and threads of the program at one time (none beside the first without namespaces).
        disk: bytes that it may write, in a folder of its own that goes with it (none without namespaces).
        packages: let the program (and the tests) import what is installed beside Guerdon, such as numpy, and not only
            what comes with Python. Numbers of numpy come back as Python's; its arrays do not.
        require: the weakest level of isolation that will do: ``namespaces`` or ``landlock``. The strongest there is
            will be taken.
        allow_unsafe: run programs where nothing can hold them. They can then do what you can.
        in_process: run the tests in the process of the program, in its sandbox. It can then forge every verdict: for
            tests that compare or subclass the program's own objects, and for programs that you trust.

    Returns:
        1 or 0 on the axis, 1 where the test raised nothing.
        Failed, worth 0: there is no program; it does not load, ends, runs out of time, or returns too much.
        Unscored: no tests, tests that do not parse, tests that pass what cannot travel (a function), no sandbox.

    Values that the program returns reach the tests as built-in ones of the nearest kind (an ordered dict as a dict, a
    generator as an iterator over up to 100,000 items); what a program did to a list, dict or set that it was given is
    seen by the tests. Other objects can be called, indexed, iterated and asked for attributes, and equal nothing but
    themselves. Exceptions come as the nearest built-in one.

    Raises:
        ContractError: when scoring, where programs cannot be isolated as required.

    Cost: two processes for a program (about 25 ms), and one round trip for each call.

    >>> import guerdon as gd
    >>> passed = gd.code.tests(gd.col("program"), gd.col("tests"), kind="stdin")
    >>> rows = {"program": ["print(int(input()) + 1)"], "tests": [[{"input": "3", "output": "4"}]]}
    >>> passed.score(rows).nested()
    [[1.0]]
    """
    arguments = {name: value for name, value in locals().items() if name not in ("of", "tests")}
    return _leaves.passed(result=results(of, tests, **arguments))


def results(
    of: Column,
    tests: Column,
    axis: str = "test",
    *,
    kind: Kind = "asserts",
    entry: Column | str | Sequence[str] | Mapping[str, str] | None = None,
    setup: Column | str | None = None,
    match: Literal["lines", "words", "exact"] = "lines",
    timeout: float = 5.0,
    memory: int = 1 << 29,
    output: int = 1 << 20,
    processes: int = 8,
    disk: int = 1 << 24,
    packages: bool = False,
    require: Level | None = None,
    allow_unsafe: bool = False,
    in_process: bool = False,
) -> Column:
    r"""What became of each test, as records of ``status``, ``why`` and ``level``.

    The arguments are those of :func:`tests`. Programs are run once for both. ``status`` is ``passed``, ``wrong``,
    ``failed`` or ``unscored``; ``why`` tells a model what to mend, and may quote what the tests expect; ``level`` is
    the isolation at which the program was run.

    >>> import guerdon as gd
    >>> found = gd.code.results(gd.col("program"), gd.col("tests"))
    >>> rows = {"program": ["def f(x):\n    return x / 0"], "tests": [["assert f(1) == 2"]]}
    >>> (found["why"] == "ZeroDivisionError: division by zero").score(rows).nested()
    [[1.0]]
    """
    one_of("kind", kind, KINDS)
    one_of("match", match, ("lines", "words", "exact"))
    for name, value in (("of", of), ("tests", tests)):
        if not isinstance(value, Expr):
            raise TypeError(f"{name}= takes an expression, such as gd.col({name!r}), not {type(value).__name__}")
    if entry is None and kind in ("check", "calls"):
        raise TypeError(f'kind={kind!r} needs entry=: the name of the function, or gd.col("entry_point")')
    Limits(timeout, memory, output, processes, disk, packages, require, allow_unsafe)
    said = {
        "match": match, "in_process": in_process, "timeout": float(timeout), "memory": memory, "output": output,
        "processes": processes, "disk": disk, "packages": packages, "require": require, "allow_unsafe": allow_unsafe,
    }  # fmt: skip
    defaults = inspect.signature(_leaves.trial).parameters
    given: dict[str, Any] = {name: value for name, value in said.items() if value != defaults[name].default}
    # By identity and not by ==, which builds an expression where the value is a column.
    given |= {name: value for name, value in (("entry", entry), ("setup", setup)) if value is not None}
    cases = _leaves.cases_on(axis)(tests=tests, kind=kind)
    return _column(_leaves.trial_on(axis)(program=of, cases=cases, kind=kind, **given))


def _column(found: Score) -> Column:
    assert isinstance(found, Column)
    return found
