"""Tests as they come in data sets, made into cases: one for each verdict."""

from __future__ import annotations

import ast
import builtins
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ..expr.values import Unscored

__all__ = ["KINDS", "MAX_CASES", "MAX_SIZE", "Kind", "called", "cases"]

Kind = Literal["asserts", "check", "calls", "stdin", "unittest"]
KINDS: tuple[Kind, ...] = ("asserts", "check", "calls", "stdin", "unittest")
MAX_SIZE = 4_000_000
"""Longest text of tests that is read, in characters."""
MAX_CASES = 10_000


def cases(tests: Any, kind: Kind) -> list[Any]:
    r"""The cases of one program, each a text or a record that a sandbox understands.

    Raises:
        Unscored: there are no tests, or they are not of this kind; the reason says which.

    >>> cases("def check(candidate):\n    n = 2\n    assert candidate(n) == 4\n    assert candidate(0) == 0", "check")
    ['n = 2\nassert candidate(n) == 4', 'assert candidate(0) == 0']
    """
    if tests is None:
        raise Unscored("no tests")
    if isinstance(tests, str) and len(tests) > MAX_SIZE:
        raise Unscored("tests too long")
    if kind in ("check", "unittest"):
        if not isinstance(tests, str):
            raise Unscored(f"tests of kind {kind} are a text")
        found = _check(tests) if kind == "check" else _units(tests)
    else:
        items = _items(tests, kind)
        found = [_MAKE[kind](item) for item in items]
    if not found:
        raise Unscored("no tests")
    if len(found) > MAX_CASES:
        raise Unscored("too many tests")
    return found


def _items(tests: Any, kind: Kind) -> Sequence[Any]:
    if isinstance(tests, str) and kind != "asserts":
        try:
            tests = json.loads(tests)
        except (ValueError, RecursionError):
            raise Unscored(f"tests of kind {kind} are a list of records, or that as JSON") from None
    if isinstance(tests, str):
        return _statements(_parsed(tests).body, tests, "")
    if isinstance(tests, Mapping) and {"inputs", "outputs"} <= tests.keys():  # as APPS and TACO write them
        ins, outs = tests["inputs"], tests["outputs"]
        if isinstance(ins, list) and isinstance(outs, list) and len(ins) == len(outs):
            return [{"input": one, "output": two} for one, two in zip(ins, outs, strict=True)]
    if not isinstance(tests, Sequence) or isinstance(tests, (bytes, bytearray)):
        raise Unscored(f"tests of kind {kind} are a list")
    return tests


def _assert(item: Any) -> str:
    if not isinstance(item, str):
        raise Unscored("tests of kind asserts are texts")
    _parsed(item)
    return item


def _call(item: Any) -> dict[str, Any]:
    if not isinstance(item, Mapping) or not {"args", "kwargs", "input"} & item.keys():
        raise Unscored("tests of kind calls are records with args (or kwargs) and expected")
    for name in ("expected", "output"):
        if name in item:
            args, kwargs = item.get("args", item.get("input", [])), item.get("kwargs", {})
            if not isinstance(args, (list, tuple)) or not isinstance(kwargs, Mapping):
                raise Unscored("the args of a call are a list, its kwargs a record")
            return {"args": list(args), "kwargs": dict(kwargs), "expected": item[name]}
    raise Unscored("a call without what is expected")


def _script(item: Any) -> dict[str, str]:
    if isinstance(item, Mapping):
        given, expected = item.get("input", ""), item.get("output", item.get("expected"))
        if isinstance(given, str) and isinstance(expected, str):
            return {"input": given, "output": expected}
    raise Unscored("tests of kind stdin are records with the texts input and output")


_MAKE: dict[str, Any] = {"asserts": _assert, "calls": _call, "stdin": _script}


def _parsed(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise Unscored("tests that do not parse") from None


def _check(text: str) -> list[str]:
    """The body of HumanEval's ``check(candidate)``, cut after every statement that asserts something."""
    tree = _parsed(text)
    found = [one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == "check"]
    if not found or len(found[-1].args.args) != 1:
        raise Unscored("no check(candidate) in the tests")
    body = found[-1].body
    before = "\n".join(ast.unparse(one) for one in tree.body if one is not found[-1])
    own = found[-1].args.args[0].arg
    if own != "candidate":
        before = f"{before}\n{own} = candidate".strip()
    if any(isinstance(one, (ast.Return, ast.Yield, ast.YieldFrom, ast.Nonlocal, ast.Global)) for one in _own(body)):
        return [f"{text}\ncheck(candidate)"]
    return _statements(body, text, before)


def _own(body: Sequence[ast.AST]) -> list[ast.AST]:
    """All nodes but those of functions and classes inside."""
    found: list[ast.AST] = []
    todo = list(body)
    while todo:
        node = todo.pop()
        found.append(node)
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            todo += ast.iter_child_nodes(node)
    return found


def _statements(body: Sequence[ast.stmt], text: str, before: str) -> list[str]:
    """A case ends with a statement in which something is asserted; what comes before it belongs to it."""
    found: list[str] = []
    waiting = [before] if before else []
    for statement in body:
        waiting.append(ast.unparse(statement))
        asserts = any(map(_asserts, ast.walk(statement)))
        if asserts and not isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            found.append("\n".join(waiting))
            waiting = []
    if not found and waiting and any(isinstance(node, ast.Call) for one in body for node in ast.walk(one)):
        found.append("\n".join(waiting))
    return found


def _asserts(node: ast.AST) -> bool:
    """Whether it can fail; some data sets write ``assert True`` where they mean to say something."""
    return isinstance(node, ast.Raise) or (isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant))


def _units(text: str) -> list[dict[str, str]]:
    """Test classes (unittest's or plain) and test functions; the first case carries the text."""
    names: list[str] = []
    for node in _parsed(text).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test"):
            names.append(node.name)
        elif isinstance(node, ast.ClassDef):
            methods = [one.name for one in node.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))]
            names += [f"{node.name}.{name}" for name in methods if name.startswith("test")]
    return [{"run": name, **({"define": text} if i == 0 else {})} for i, name in enumerate(names)]


def called(found: Sequence[Any]) -> set[str]:
    """The names that tests call and that nobody but the program can mean.

    >>> sorted(called(["assert set(similar((1, 2), (2, 3))) == {2}"]))
    ['similar']
    """
    names: set[str] = set()
    own: set[str] = set()
    for case in found:
        source = case if isinstance(case, str) else case.get("define", "")
        for node in ast.walk(_parsed(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                names.add(node.func.id)
            elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                own.add(node.id)
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                own.add(node.name)
            elif isinstance(node, ast.arg):
                own.add(node.arg)
            elif isinstance(node, ast.alias):
                own.add((node.asname or node.name).partition(".")[0])
    return {name for name in names - own if not hasattr(builtins, name) and name not in sys.stdlib_module_names}
