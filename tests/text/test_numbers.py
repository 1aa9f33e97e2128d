from __future__ import annotations

import time

import pytest

from guerdon.text._numbers import check_label, number, numbers


def test_number_is_the_only_one_unless_said_otherwise():
    assert number("It is 1,250.5 dollars.") == 1250.5
    assert number("3 or 4") is None
    assert number("3 or 4", "last") == 4
    assert number("3 or 4", "first") == 3
    assert number("none") is None
    assert number([]) is None


def test_numbers_in_thinking_do_not_count():
    assert number("<think>2, 3, 4</think>5") == 5
    assert number("<think>2") is None
    assert numbers("<think>2</think>5 6") == [5, 6]


def test_no_number_is_infinite():
    assert number("1e400") is None
    assert numbers("1e400 2") == [2]
    assert numbers("box: [1e400, 2]", label="box", arity=2) == []


def test_numbers_without_a_label():
    assert numbers("a [1,250] b 3.5") == [1, 250, 3.5]
    assert numbers("(1, 2) [3, 4] [5] [6, x] [7; 8] [9 10]", arity=2) == [(1, 2), (3, 4), (7, 8)]
    assert numbers("[[0, 1], [2, 3]]", arity=2) == [(0, 1), (2, 3)]
    assert numbers("[1, 2", arity=2) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gap = 0.12 m", [0.12]),
        ("gap: 1 and gap:2", [1, 2]),
        ('{"gap": 3}', [3]),
        ("**gap**: 3", [3]),
        ("gap 3", []),
        ("gap = wide", []),
        ("megagap = 3", []),
        ("gap = -1/2", [-0.5]),
        ("gap=gap=gap=4", [4]),
        ("gap", []),
    ],
)
def test_a_labelled_number(text, expected):
    assert numbers(text, label="gap") == expected


def test_labelled_lists():
    text = "box: [0,0,0,2,2,2], box = (1, 1, 1, 3, 3, 3), box: [1, 2], cuboid: [0,0,0,2,2,2]"
    assert numbers(text, label="box", arity=6) == [(0, 0, 0, 2, 2, 2), (1, 1, 1, 3, 3, 3)]


def test_labels_and_arities_that_can_match_nothing_are_refused():
    for label, arity in (("", None), (" box", None), ("box", 0)):
        with pytest.raises(ValueError):
            check_label(label, arity)


@pytest.mark.parametrize(
    "unit", ["[", "(", "box:", "box:[", "box: [1,", "box:1", "[1,2]", "box   ", "1,", "9", "box=[1;"]
)
def test_hostile_text_takes_time_in_proportion(unit):
    text = unit * (100_000 // len(unit))
    begun = time.process_time()
    numbers(text, label="box")
    numbers(text, label="box", arity=2)
    numbers(text, arity=2)
    numbers(text)
    assert time.process_time() - begun < 20
