from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.expr.spans import Span
from guerdon.text._boxed import boxed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\boxed{4}", "4"),
        (r"$\boxed{ \frac{1}{2} }$", r"\frac{1}{2}"),
        (r"\boxed{3} no, \boxed{4}", "4"),
        (r"\boxed {4}", "4"),
        (r"\fbox{4}", "4"),
        (r"\boxed{\{1, 2\}}", r"\{1, 2\}"),
        (r"\boxed{\}", None),
        (r"\boxed{4", None),
        (r"\boxed{3} then \boxed{4", "3"),
        (r"\boxed 4", None),
        (r"\boxed x{4}", None),
        (r"\boxedness{4}", None),
        (r"{\boxed{4}", "4"),
        (r"}}\boxed{4}", "4"),
        (r"\boxed{\boxed{4}}", "4"),
        (r"\boxed{}", ""),
        (r"\\boxed{4}", None),
        (r"<think>\boxed{3}</think>", None),
        (r"<think>\boxed{3}</think>\boxed{4}", "4"),
        (r"<think>\boxed{3}", None),
        ("", None),
    ],
)
def test_boxed(text, expected):
    assert boxed(text) == expected


def test_which():
    text = r"\boxed{1}\boxed{2}"
    assert [boxed(text, which) for which in ("first", "last", "only")] == ["1", "2", None]
    assert boxed(r"\boxed{1}", "only") == "1"


def test_it_knows_where_it_stands():
    assert boxed(r"a \boxed{ 4 }").span == Span(0, 10, 11)


@given(st.text(alphabet="ab{}", max_size=20))
def test_a_box_around_balanced_braces_gives_them_back(text):
    depth = 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            break
    if depth == 0:
        assert boxed("{ \\boxed{" + text + "}") == text


@pytest.mark.parametrize("unit", [r"\boxed{", r"\boxed{}", "{", "}", "{}", "\\", r"\boxed", r"\boxed ", "\\a"])
def test_hostile_text_takes_time_in_proportion(unit):
    begun = time.process_time()
    boxed(unit * (300_000 // len(unit)))
    assert time.process_time() - begun < 10
