"""What the tests look like from inside: snippets of Python, recorded calls, classes and functions of tests."""

from __future__ import annotations

import builtins
import sys

TYPE_CHECKING = False  # `typing` is slow to import, and every program would wait for it
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["prepare"]

_YIELDS, _AWAITS = 0x220, 0x80  # CO_GENERATOR and CO_ASYNC_GENERATOR, CO_COROUTINE


class Names(dict[str, object]):
    """The names that tests see: their own, those of the setup (run when first needed), and Python's own modules."""

    def __init__(self, setup: str) -> None:
        super().__init__(__name__="tests", __builtins__=builtins)
        self._setup = setup

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            raise KeyError(name)
        if self._setup:
            source, self._setup = self._setup, ""
            names: dict[str, object] = {"__name__": "setup"}
            exec(compile(source, "setup.py", "exec", dont_inherit=True), names)
            self.update({key: value for key, value in names.items() if key not in self})
            if name in self:
                return self[name]
        if name not in sys.stdlib_module_names:
            raise KeyError(name)
        self[name] = found = __import__(name)
        return found


def prepare(config: dict[str, Any], reach: Callable[[str], Any]) -> Callable[[Any], None]:
    """What runs one case, raising if it does not pass; ``reach`` gives what the program calls by a name."""
    names = Names(config["setup"])
    if "solution" not in sys.modules:
        module: Any = type(sys)("solution")
        module.__dict__["__getattr__"] = lambda name: _seen(reach, name)
        sys.modules["solution"] = sys.modules["program"] = module
    for alias, entry in config["entry"].items():
        names[alias] = reach(entry)

    broken: list[BaseException] = []

    def run(case: Any) -> None:
        if broken:  # the tests could not be defined, and there is none to run
            raise broken[0]
        if isinstance(case, str):
            exec(compile(case, "test.py", "exec", dont_inherit=True), names)
            return
        if "run" in case:
            if "define" in case:
                try:
                    exec(compile(case["define"], "test.py", "exec", dont_inherit=True), names)
                except BaseException as error:
                    broken.append(error)
                    raise
            _unit(names, case["run"])
            return
        entry: Any = names["candidate"]
        got = entry(*case.get("args", ()), **case.get("kwargs", {}))
        if not _equal(got, case["expected"]):
            raise AssertionError(f"gave {got!r}"[:200])

    return run


def _seen(reach: Callable[[str], Any], name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return reach(name)


def _equal(got: Any, expected: Any) -> bool:
    """Equal as Python has it; a list stands for a tuple where what is expected came out of JSON as a list."""
    if got == expected:
        return True
    if isinstance(got, tuple) and isinstance(expected, list):
        got = list(got)
    if isinstance(got, list) and isinstance(expected, list):
        return len(got) == len(expected) and all(map(_equal, got, expected))
    return False


def _unit(names: Names, which: str) -> None:
    """Run one test of a test class, or one test function."""
    owner, _, name = which.rpartition(".")
    if not owner:
        function: Any = names[name]
        _finish(function())
        return
    kind: Any = names[owner]
    import unittest

    if not issubclass(kind, unittest.TestCase):
        one = kind()
        getattr(one, "setup_method", lambda *_: None)(*[None] * _wants(one))
        _finish(getattr(one, name)())
        return
    flags = getattr(getattr(kind, name), "__code__", _wants.__code__).co_flags
    if flags & _YIELDS or (flags & _AWAITS and not issubclass(kind, unittest.IsolatedAsyncioTestCase)):
        raise AssertionError("the test was not run")
    result = unittest.TestResult()
    unittest.TestSuite([kind(name)]).run(result)
    told = [*result.errors, *result.failures]
    if told:
        raise AssertionError(told[0][1].strip().splitlines()[-1][:300])
    if result.testsRun != 1 or result.skipped or result.unexpectedSuccesses or result.expectedFailures:
        raise AssertionError("the test was not run")


def _finish(found: Any) -> None:
    """Run what a test function only began."""
    if hasattr(found, "__await__"):
        import asyncio

        async def ended() -> None:
            await found

        asyncio.run(ended())
    elif hasattr(found, "__next__"):
        raise AssertionError("the test was not run")


def _wants(one: Any) -> int:
    method = getattr(one, "setup_method", None)
    code = getattr(method, "__code__", None)
    return 0 if code is None else min(1, code.co_argcount - 1)
