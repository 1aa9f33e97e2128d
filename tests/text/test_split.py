from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.expr.spans import Span
from guerdon.text._split import sentences, steps, turns

SPLITTERS = [
    lambda text: steps(text),
    lambda text: steps(text, "line"),
    lambda text: steps(text, "label"),
    lambda text: sentences(text),
]


@pytest.mark.parametrize(
    ("text", "by", "expected"),
    [
        ("a\n\nb\nc\n\n\n\nd\n", "blank", ["a", "b\nc", "d"]),
        ("\n\na\n \t\nb", "blank", ["a", "b"]),
        ("a\r\n\r\nb", "blank", ["a", "b"]),
        ("a\n\nb\nc", "line", ["a", "b", "c"]),
        ("So:\nStep 1: a\nb\n## Step 2. c", "label", ["So:\nStep 1: a\nb", "## Step 2. c"]),
        ("- **Step 3** d\nsteps 4\nstepped", "label", ["- **Step 3** d\nsteps 4\nstepped"]),
        ("no labels\n\nhere", "label", ["no labels\n\nhere"]),
        ("", "blank", []),
        (" \n\n ", "blank", []),
        ([], "line", []),
    ],
)  # fmt: skip
def test_steps(text, by, expected):
    assert steps(text, by) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yes. No! Why? Because.", ["Yes.", "No!", "Why?", "Because."]),
        ("It is 3.14. Dr. Who came, e.g. by box.", ["It is 3.14.", "Dr. Who came, e.g. by box."]),
        ('He said "stop." Then left...  Fine', ['He said "stop."', "Then left...", "Fine"]),
        ("Title\n\nText", ["Title", "Text"]),
        ("1. First\n2. Second", ["1. First\n2. Second"]),
        ("J. Smith is here. It was I. Yes.", ["J. Smith is here.", "It was I.", "Yes."]),
        ("\u4f60\u597d\u3002\u518d\u89c1\u3002", ["\u4f60\u597d\u3002", "\u518d\u89c1\u3002"]),
        ("", []),
    ],
)
def test_sentences(text, expected):
    assert sentences(text) == expected


def test_turns_are_the_assistant_s_unless_others_are_named():
    chat = [
        {"role": "assistant", "content": "a"},
        {"role": "tool", "content": "b"},
        {"role": "assistant", "content": None},
        {"role": "assistant", "content": "c"},
    ]
    assert turns(chat) == ["a", "c"]
    assert [turn.span for turn in turns(chat)] == [Span(0, 0, 1), Span(3, 0, 1)]
    assert turns(chat, ("assistant", "tool")) == ["a", "b", "c"]
    assert turns("whole") == ["whole"]


def test_a_separator_belongs_to_the_piece_before():
    assert [step.span for step in steps("\n\na\n\nb\n")] == [Span(0, 0, 5), Span(0, 5, 7)]


@given(st.text(alphabet="ab1.!\n \t)Step", max_size=40), st.sampled_from(SPLITTERS))
def test_pieces_cover_the_text_and_none_is_blank(text, split):
    pieces = split(text)
    if not text.strip():
        assert pieces == []
        return
    assert pieces[0].span.start == 0
    assert pieces[-1].span.stop == len(text)
    for one, two in pairwise(pieces):
        assert one.span.stop == two.span.start
    for piece in pieces:
        assert piece
        assert text[piece.span.start : piece.span.stop].strip() == piece


@pytest.mark.parametrize("unit", ["\n", "\n\na", ". ", ".", "a.", "Step 1", "\nStep 1", ".)", " ", "\n \n", "#"])
def test_hostile_text_takes_time_in_proportion(unit):
    text = unit * (300_000 // len(unit))
    begun = time.process_time()
    for split in SPLITTERS:
        split(text)
    assert time.process_time() - begun < 40
