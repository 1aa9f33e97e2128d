from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.text._parts import contains, length, part, repetition


@pytest.mark.parametrize(
    ("text", "side", "which", "expected"),
    [
        ("a # b # c", "after", None, "c"),
        ("a # b # c", "after", "first", "b # c"),
        ("a # b # c", "before", None, "a"),
        ("a # b # c", "before", "last", "a # b"),
        ("a b c", "after", None, None),
        ("<think>x # y</think>z", "after", None, None),
        ("<think>x # y</think>z # w", "after", None, "w"),
        ("# <think>x # y", "after", None, "<think>x # y"),
    ],
)
def test_part(text, side, which, expected):
    assert part(text, "#", side, which) == expected


def test_the_end_of_thinking_is_a_marker():
    assert part("<think>x</think> 4", "</think>") == "4"
    assert part("x</think> 4", "</think>") == "4"
    assert part("<think>x", "</think>") is None


def test_part_knows_where_it_stands():
    found = part("Answer: 4 ", "Answer:")
    assert (found, found.span.start, found.span.stop) == ("4", 8, 9)


def test_contains_counts_presence_not_frequency():
    text = "Wait, wait. Let me check. user: hello"
    assert contains(text, ["wait", "alternatively"], "share") == 0.5
    assert contains(text, ["wait", "alternatively"], "any") == 1
    assert contains(text, ["wait", "alternatively"], "all") == 0
    assert contains(text, ["wait"], case=True) == 1
    assert contains(text, ["WAIT"], case=True) == 0
    assert contains([], ["wait"]) == 0


def test_length():
    assert length("caf\u00e9 au lait") == 12
    assert length(" two  words\n", "words") == 2
    assert length([], "words") == 0
    assert length([{"role": "assistant", "content": "abc"}, {"role": "tool", "content": "abcdef"}]) == 3


@pytest.mark.parametrize(
    ("text", "n", "unit", "expected"),
    [
        ("to be or not to be", 2, "words", 0.2),  # five pairs, (to be) twice
        ("a a a a", 1, "words", 0.75),
        ("A a", 1, "words", 0.5),
        ("a b c", 4, "words", 0.0),
        ("aaaa", 2, "characters", 2 / 3),
        ("abc", 2, "characters", 0.0),
        ("", 2, "words", None),
        (" \n", 2, "words", None),
        ([], 2, "words", None),
    ],
)
def test_repetition(text, n, unit, expected):
    assert repetition(text, n, unit) == pytest.approx(expected)


@given(st.text(alphabet="ab ", max_size=30), st.integers(1, 4), st.sampled_from(["words", "characters"]))
def test_repetition_is_the_share_of_ngrams_seen_before(text, n, unit):
    items = text.split() if unit == "words" else list(text)
    grams = [tuple(items[i : i + n]) for i in range(len(items) - n + 1)]
    seen = sum(gram in grams[:i] for i, gram in enumerate(grams))
    expected = None if not text.strip() else seen / len(grams) if grams else 0.0
    assert repetition(text, n, unit) == pytest.approx(expected)


@pytest.mark.parametrize("unit", ["#", "a ", "<think>#</think>", "ab"])
def test_hostile_text_takes_time_in_proportion(unit):
    text = unit * (300_000 // len(unit))
    begun = time.process_time()
    part(text, "#")
    part(text, "##x")
    repetition(text, 6)
    repetition(text, 20, "characters")
    assert time.process_time() - begun < 20
