"""Reading programs out of completions and cases out of tests: whatever they hold, and in time that grows with them."""

from __future__ import annotations

import contextlib
import random
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.code import _cases, _patch, _program
from guerdon.expr.values import Unscored

PIECES = [
    "```",
    "````",
    "~~~",
    "`",
    "~",
    "python",
    "py",
    "\n",
    "\r\n",
    "\x0b",
    " ",
    "def f(x):",
    "    return x",
    "<think>",
    "</think>",
    "é",
    "\ud800",
    "\0",
    "x = '```'",
    "@@ -1 +1 @@",
    "-a",
    "+b",
    "assert f(1) == 1",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@given(TEXTS, st.sampled_from(["last", "first", "only", "all"]), st.sampled_from(["allow", "only", "never"]))
def test_a_program_is_a_text_or_none(text: str, which: Any, fences: Any) -> None:
    found = _program.program(text, which, fences)
    assert found is None or (isinstance(found, str) and len(found) <= len(text) + text.count("\n"))


@given(TEXTS)
def test_blocks_hold_whole_lines_of_the_text(text: str) -> None:
    for _, inside in _program.blocks(text):
        assert inside in text


@given(st.one_of(TEXTS, st.lists(TEXTS, max_size=3), st.none(), st.integers()), st.sampled_from(_cases.KINDS))
def test_tests_are_cases_or_unscored(tests: Any, kind: Any) -> None:
    with contextlib.suppress(Unscored):
        assert len(_cases.cases(tests, kind)) >= 1


@given(TEXTS, TEXTS)
def test_a_patched_program_is_a_text_or_none(patch: str, source: str) -> None:
    found = _patch.patched(patch, source)
    assert found is None or isinstance(found, str)


@pytest.mark.full
def test_a_hundred_thousand_random_completions() -> None:
    draw = random.Random(0)
    for _ in range(100_000):
        text = "".join(draw.choices(PIECES, k=draw.randrange(40)))
        found = _program.program(text)
        assert found is None or isinstance(found, str)
        _patch.patched(text, "a\nb\n")


@pytest.mark.parametrize(
    "piece", ["```\n", "`", "~~~python\n", "```python\nx\n```\n", "\n", "```` ```\n", "@@ -1 +1 @@\n"]
)
def test_long_texts_are_read_in_time_that_grows_with_them(piece: str) -> None:
    began = time.monotonic()
    _program.program(piece * (1_000_000 // len(piece)))
    _patch.patched(piece * (900_000 // len(piece)), "a\n" * 400_000)
    assert time.monotonic() - began < 50


def test_taking_the_program_out_of_a_right_completion_never_pays() -> None:
    reward = gd.code.tests(gd.code.program(), gd.col("tests")).mean()
    right = "So:\n```python\ndef f(x):\n    return x + 1\n```\nThat is it."
    tampered = [
        "",
        "So:",
        "So:\n```python\n```",
        "```python\ndef f(x):\n```",
        right.replace("x + 1", "None"),
        right.replace("```", ""),
        f"<think>{right}</think>",
        right + "\n```python\nprint('all tests passed')\n```",
    ]
    rows = {"completion": [right, *tampered], "tests": [["assert f(1) == 2", "assert f(5) == 6"]] * (len(tampered) + 1)}
    assert reward.score(rows).numbers == [1, *[0] * len(tampered)]


def test_many_guesses_in_one_completion_are_one_guess() -> None:
    guesses = "\n".join(f"```python\ndef f(x):\n    return {number}\n```" for number in range(50))
    reward = gd.code.tests(gd.code.program(), gd.col("tests")).mean()
    assert reward.score({"completion": [guesses], "tests": [["assert f(0) == 7"]]}).numbers == [0]
