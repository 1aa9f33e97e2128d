"""The room of programs: what is extracted, what the kinds of tests mean, who is blamed for what."""

from __future__ import annotations

import pytest

import guerdon as gd
from guerdon.code import _cases
from guerdon.expr.values import Unscored

NESTED = gd.code.tests(gd.col("program"), gd.col("tests"))


def statuses(program: str, tests: list[object], **options: object) -> list[tuple[str, str]]:
    reward = gd.code.results(gd.col("program"), gd.col("tests"), **options)  # type: ignore[arg-type]
    found = []
    for status in ("passed", "wrong", "failed", "unscored"):
        flags = (reward["status"] == status).score({"program": [program], "tests": [tests]}).nested()[0]
        found += [(i, status) for i, flag in enumerate(flags) if flag]
    return [status for _, status in sorted(found)]


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("```python\nx = 1\n```", {}, "x = 1\n"),
        ("```\nx = 1\n```", {}, "x = 1\n"),
        ("```py\nx = 1\n```\nor\n```python\nx = 2\n```", {}, "x = 2\n"),
        ("```py\nx = 1\n```\nor\n```python\nx = 2\n```", {"which": "first"}, "x = 1\n"),
        ("```py\nx = 1\n```\nor\n```python\nx = 2\n```", {"which": "only"}, None),
        ("```py\nx = 1\n```\nor\n```python\ny = 2\n```", {"which": "all"}, "x = 1\n\ny = 2\n"),
        ("```python\nx = 1\n", {}, None),
        ("```rust\nlet x = 1;\n```", {}, None),
        ("x = 1", {}, "x = 1"),
        ("x = 1", {"fences": "only"}, None),
        ("<think>```python\nx = 1\n```</think>no", {"fences": "only"}, None),
        ("", {}, None),
        ("```python\n'''\n~~~\n'''\n```", {}, "'''\n~~~\n'''\n"),
    ],
)
def test_the_program_is_what_stands_in_the_fence(text: str, options: dict[str, str], expected: str | None) -> None:
    from guerdon.code._program import program

    assert program(text, **options) == expected  # type: ignore[arg-type]


def test_every_test_has_a_verdict_of_its_own() -> None:
    rows = {
        "program": [
            "def f(x):\n    return 2 * x",
            "def f(x):\n    return 4",
            "def f(x) return",
            "import sys\nsys.exit()",
        ],
        "tests": [["assert f(2) == 4", "assert f(3) == 6", "assert f(2) == 4"]] * 4,
    }
    scores = NESTED.score(rows)
    assert scores.nested() == [[1, 1, 1], [1, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert NESTED.all().score(rows).numbers == [1, 0, 0, 0]


def test_a_test_sees_what_was_done_to_its_lists() -> None:
    program = "def f(rows):\n    rows.sort()\n    rows[0].append(9)\n    return rows"
    tests = ["a = [1]\nb = [[2], a]\nc = f(b)\nassert c is b and b == [[1, 9], [2]] and a == [1, 9] and b[0] is a"]
    assert statuses(program, tests) == ["passed"]


def test_values_keep_their_types_and_pythons_equality() -> None:
    program = """
import collections, decimal, fractions
def f(which):
    return {
        "true": True, "one": 1, "float": 1.0, "big": 10 ** 300, "nan": float("nan"), "bytes": b"x", "tuple": (1, [2]),
        "set": {1, (2, 3)}, "frozen": frozenset([1]), "complex": 1j, "none": None,
        "counter": collections.Counter("aab"),
        "pair": collections.namedtuple("Pair", "a b")(1, 2), "deque": collections.deque([1]), "range": range(3),
        "iterator": (x for x in range(3)), "decimal": decimal.Decimal("0.10"), "fraction": fractions.Fraction(1, 3),
        "array": bytearray(b"x"), "keys": {1: 2}.keys(), "surrogate": "\\ud800",
    }[which]
"""
    tests = [
        "assert f('true') is True and f('one') == True and type(f('one')) is int",
        "assert f('float') == 1 and type(f('float')) is float and f('big') == 10 ** 300",
        "assert f('nan') != f('nan')",
        "assert f('bytes') == b'x' and f('tuple') == (1, [2]) and f('set') == {(2, 3), 1} and f('frozen') == {1}",
        "assert f('complex') == 1j and f('none') is None and f('counter') == {'a': 2, 'b': 1} and f('pair') == (1, 2)",
        "from collections import deque\nassert f('deque') == deque([1]) and f('range') == range(3)",
        "assert list(f('iterator')) == [0, 1, 2] and f('array') == b'x'",
        "assert f('keys') == {1} and f('surrogate') == '\\ud800'",
        "from decimal import Decimal\nfrom fractions import Fraction\n"
        "assert str(f('decimal')) == '0.10' and f('fraction') == Fraction(1, 3)",
        "assert f('tuple') == [1, [2]]",
    ]
    assert statuses(program, tests) == ["passed"] * 9 + ["wrong"]


def test_exceptions_travel_by_their_built_in_kind() -> None:
    program = """
class Mine(KeyError):
    pass
def f(kind):
    raise {"value": ValueError("too small"), "mine": Mine("x"), "stop": StopIteration(), "exit": SystemExit(0)}[kind]
"""
    tests = [
        "try:\n    f('value')\nexcept ValueError as e:\n    assert str(e) == 'too small'\nelse:\n    assert False",
        "try:\n    f('mine')\nexcept KeyError:\n    pass\nelse:\n    assert False",
        "assert all(map(lambda kind: f(kind), ['stop']))",
        "f('exit')",
        "assert False",
    ]
    assert statuses(program, tests) == ["passed", "passed", "wrong", "wrong", "wrong"]


UNITS = """
import unittest
from solution import Stack

class TestStack(unittest.TestCase):
    def setUp(self):
        self.stack = Stack()
    def test_push(self):
        self.stack.push([1])
        self.assertEqual(self.stack.pop(), [1])
        self.assertEqual(len(self.stack), 0)
    def test_empty(self):
        with self.assertRaises(IndexError):
            self.stack.pop()
    def test_wrong(self):
        self.assertEqual(self.stack.size, 1)
    @unittest.skip("later")
    def test_skipped(self):
        pass

def test_function():
    assert Stack().size == 0
"""


@pytest.mark.parametrize("in_process", [False, True])
def test_test_classes_reach_the_objects_of_the_program(in_process: bool) -> None:
    program = """
class Stack:
    def __init__(self): self.items, self.size = [], 0
    def __len__(self): return len(self.items)
    def push(self, item): self.items.append(item)
    def pop(self): return self.items.pop()
"""
    reward = gd.code.tests(gd.col("program"), gd.col("tests"), kind="unittest", in_process=in_process)
    assert reward.score({"program": [program], "tests": [UNITS]}).nested() == [[1, 1, 0, 0, 1]]


def test_tests_that_only_begin_do_not_pass() -> None:
    tests = """
import unittest
from solution import f
async def test_right(): assert f() == 1
async def test_wrong(): assert f() == 2
def test_yields():
    yield f() == 2
class TestPlain:
    async def test_wrong(self): assert f() == 2
class TestOld(unittest.TestCase):
    async def test_never(self): self.assertEqual(f(), 2)
class TestNew(unittest.IsolatedAsyncioTestCase):
    async def test_right(self): self.assertEqual(f(), 1)
    async def test_wrong(self): self.assertEqual(f(), 2)
"""
    reward = gd.code.tests(gd.col("program"), gd.col("tests"), kind="unittest")
    assert reward.score({"program": ["def f(): return 1"], "tests": [tests]}).nested() == [[1, 0, 0, 0, 0, 1, 0]]


def test_recorded_calls() -> None:
    reward = gd.code.tests(gd.col("program"), gd.col("tests"), kind="calls", entry=gd.col("entry"))
    tests = [{"args": [1], "expected": [3, [1]]}, {"args": [1], "kwargs": {"b": 0}, "expected": [1, [1]]}]
    rows = {
        "program": ["def g(a, b=2):\n    return a + b, [a]", "def g(a, b=2):\n    return 3, [1]"],
        "tests": [tests, tests],
        "entry": ["g", "g"],
    }
    assert reward.score(rows).nested() == [[1, 1], [1, 0]]


def test_scripts_are_compared_by_what_they_print() -> None:
    tests = [{"input": "1 2\n", "output": "3\n"}, {"input": "4 5", "output": "9"}]
    good = "a, b = map(int, input().split())\nprint(a + b)"
    reward = gd.code.tests(gd.col("program"), gd.col("tests"), kind="stdin")
    programs = [
        good,
        "print(3)",
        good + "\nraise SystemExit(1)",
        "if __name__ == '__main__':\n    print('3  ')\n    print()",
    ]
    assert reward.score({"program": programs, "tests": [tests] * 4}).nested() == [[1, 1], [1, 0], [0, 0], [1, 0]]


def test_what_is_the_programs_may_be_handed_back_to_it() -> None:
    program = "class Node:\n    def __init__(self, value): self.value = value\n"
    program += "def f(kind, node=None): return kind(1) if node is None else node.value\n"
    tests = [
        "from solution import Node\nnode = f(Node)\nassert f(None, node) == 1 and node != f(Node) and node == node"
    ]
    assert statuses(program, tests, entry="f") == ["passed"]


def test_tests_that_lie_on_the_axis_already() -> None:
    reward = gd.code.tests(gd.col("program"), gd.col("tests", axis="test"))
    rows = {"program": ["def f():\n    return 1"], "tests": [["assert f() == 1", "assert f() == 2"]]}
    assert reward.score(rows).nested() == [[1, 0]]


def test_what_is_nobodys_doing_is_unscored() -> None:
    rows = {
        "program": ["def f(x):\n    return x(1)", "def f(x):\n    return x", None],
        "tests": [["assert f(lambda x: x) == 1"], ["assert f(1 == 1"], ["assert f(1) == 1"]],
    }
    reasons = repr(NESTED.score(rows))
    assert "unscored: the tests pass a function, which cannot travel to the program 1" in reasons
    assert "unscored: tests that do not parse 1" in reasons


def test_tests_that_import_what_is_not_here_are_nobodys_doing() -> None:
    tests = (
        "import no_such_module\nfrom solution import f\ndef test_a(): assert f() == 1\ndef test_b(): assert f() == 2\n"
    )
    reward = gd.code.tests(gd.col("program"), gd.col("tests"), kind="unittest")
    programs = ["def f():\n    return 1", "def f():\n    raise ImportError('no module named x')"]
    reasons = repr(reward.score({"program": programs, "tests": [tests] * 2}))
    assert "unscored: the tests import what is not here: No module named 'no_such_module' 4" in reasons
    assert statuses(programs[1], ["assert f() == 1"]) == ["wrong"]


@pytest.mark.parametrize(
    ("tests", "kind", "reason"),
    [
        (None, "asserts", "no tests"),
        ([], "asserts", "no tests"),
        ("x = 1", "check", "no check"),
        ([{"args": [1]}], "calls", "without what is expected"),
        ([{"input": 1, "output": "x"}], "stdin", "texts"),
        ({"a": 1}, "stdin", "a list"),
        ("(" * 5000, "unittest", "do not parse"),
    ],
)
def test_tests_that_are_none_say_why(tests: object, kind: _cases.Kind, reason: str) -> None:
    with pytest.raises(Unscored, match=reason):
        _cases.cases(tests, kind)


def test_check_is_cut_after_what_asserts() -> None:
    text = "import math\ndef check(f):\n    for n in range(3):\n        assert f(n) == n\n"
    text += "    m = 2\n    assert f(m) == m\n"
    assert _cases.cases(text, "check") == [
        "import math\nf = candidate\nfor n in range(3):\n    assert f(n) == n",
        "m = 2\nassert f(m) == m",
    ]


def test_arguments_that_make_no_sense_are_refused_in_one_sentence() -> None:
    program, tests = gd.col("program"), gd.col("tests")
    with pytest.raises(TypeError, match="needs entry="):
        gd.code.tests(program, tests, kind="check")
    with pytest.raises(ValueError, match="kind='pytest'"):
        gd.code.tests(program, tests, kind="pytest")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="64 MiB"):
        gd.code.tests(program, tests, memory=1000)
    with pytest.raises(TypeError, match="takes an expression"):
        gd.code.tests("def f(): pass", tests)  # type: ignore[arg-type]


def test_without_isolation_programs_are_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from guerdon.plan.sandbox import levels

    nothing = levels.Isolation("none", {"namespaces": (False, "no bubblewrap"), "landlock": (False, "no Landlock")})
    monkeypatch.setattr(levels, "isolation", lambda: nothing)
    rows = {"program": ["def f():\n    return 1"], "tests": [["assert f() == 1"]]}
    with pytest.raises(gd.ContractError, match=r"model-written code is not run here.*no bubblewrap.*allow_unsafe=True"):
        NESTED.score(rows)
    unsafe = gd.code.tests(gd.col("program"), gd.col("tests"), allow_unsafe=True)
    assert unsafe.score(rows).nested() == [[1]]
    held = gd.code.tests(gd.col("program"), gd.col("tests"), allow_unsafe=True, require="namespaces")
    with pytest.raises(gd.ContractError, match="'namespaces' is required"):
        held.score(rows)


def test_a_few_of_humaneval_and_mbpp(humaneval: list[dict[str, str]], mbpp: list[dict[str, object]]) -> None:
    rows = [humaneval[i] for i in (0, 32, 38, 129)]
    reward = gd.code.tests(
        gd.col("program"), gd.col("test"), kind="check", entry=gd.col("entry_point"), setup=gd.col("prompt")
    ).all()
    columns = {name: [row[name] for row in rows] for name in ("test", "entry_point", "prompt")}
    good = [row["prompt"] + row["canonical_solution"] for row in rows]
    empty = [row["prompt"] + "    pass\n" for row in rows]
    assert reward.score({**columns, "program": good}).numbers == [1, 1, 1, 1]
    assert reward.score({**columns, "program": empty}).numbers == [0, 0, 0, 0]
    some = mbpp[:4]
    columns = {"program": [row["code"] for row in some], "tests": [row["test_list"] for row in some]}
    assert NESTED.all().score(columns).numbers == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ("--- a\n+++ b\n@@ -2,2 +2,3 @@\n b\n-c\n+C\n+D\n", "a\nb\nC\nD\nd\n"),
        ("@@ -1 +1 @@\n-a\n+A\n@@ -4 +4 @@\n-d\n+E\n", "A\nb\nc\nE\n"),
        ("@@ -0,0 +1 @@\n+z\n", "z\na\nb\nc\nd\n"),
        ("@@ -2,1 +2,0 @@\n-b\n", "a\nc\nd\n"),
        ("@@ -2 +2 @@\n-x\n+y\n", None),
        ("@@ -3 +3 @@\n-b\n+y\n", None),
        ("@@ -2,2 +2 @@\n-b\n+y\n", None),
        ("@@ -4 +4 @@\n-d\n+e\n@@ -1 +1 @@\n-a\n+b\n", None),
        ("@@ -99 +99 @@\n-b\n+y\n", None),
        ("", None),
        ("b", None),
        ("@@ -" + "9" * 50 + " +1 @@\n", None),
    ],
)
def test_a_patch_applies_exactly_or_not_at_all(patch: str, expected: str | None) -> None:
    from guerdon.code._patch import patched

    assert patched(patch, "a\nb\nc\nd\n") == expected


def test_a_patch_is_worth_what_its_tests_say() -> None:
    program = gd.code.patched(gd.col("patch"), gd.col("source"))
    mended = gd.code.tests(program, gd.col("mended"))
    kept = gd.code.tests(program, gd.col("kept"))
    source = "def mean(numbers):\n    return sum(numbers) / (len(numbers) - 1)\n"
    head = "@@ -2 +2 @@\n-    return sum(numbers) / (len(numbers) - 1)\n"
    rows = {
        "patch": [
            head + "+    return sum(numbers) / len(numbers)",
            head + "+    return 2",
            head.replace("sum", "max"),
            None,
        ],
        "source": [source] * 4,
        "mended": [["assert mean([1, 3]) == 2", "assert mean([2]) == 2"]] * 4,
        "kept": [["assert mean([0, 0]) == 0"]] * 4,
    }
    assert gd.recipes.agent_rlvr(mended, kept).score(rows).numbers == [1, 0, 0, 0]


def test_installed_packages_are_seen_only_where_they_are_asked_for() -> None:
    program = "import numpy\ndef f(x):\n    return numpy.asarray(x).sum()"
    tests = ["assert f([1, 2]) == 3 and type(f([1])) is int"]
    assert statuses(program, tests) == ["failed"]
    assert statuses(program, tests, packages=True) == ["passed"]


def test_verpo_weighs_the_tests_of_real_programs() -> None:
    programs = [f"def f(x):\n    return x if x in {known} else 0" for known in ((1, 2), (1,), (1, 2, 3), (1, 9))]
    rows = {
        "prompt": ["p"] * 4 + ["q"] * 2,
        "program": [*programs, "def f(x) 1", "def f(x): return x"],
        "tests": [["assert f(1) == 1", "assert f(2) == 2", "assert f(3) == 3"]] * 6,
    }
    dense = gd.recipes.verpo_dense(NESTED)
    assert dense.score(rows).values.round(12).tolist() == [0.4, 0, 1, 0, 0, 1]  # the first four: the row's own numbers
