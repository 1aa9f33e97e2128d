"""Ranked lists out of text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.ranking import answers
from guerdon.ranking._lists import Format, items, listed


@pytest.mark.parametrize(
    ("text", "form", "want"),
    [
        ("1. B12\n2. iron\n3) zinc", "any", ["B12", "iron", "zinc"]),
        ("My ranking:\n 1. B12\n 2. iron\nThat is all.", "any", ["B12", "iron"]),
        ("3. third\n1. first", "any", ["third", "first"]),  # as written: the first stands first
        ("- a\n* b\n\u2022 c", "any", ["a", "b", "c"]),
        ('```json\n["a", 2, {"id": 3}]\n```', "any", ["a", 2, {"id": 3}]),
        ("[1, 3, 2]", "any", [1, 3, 2]),
        ("[doc a, doc b]", "any", ["doc a", "doc b"]),  # no JSON: a comma list in brackets
        ("a, b ,, c,", "any", ["a", "b", "c"]),
        ("one\n\ntwo", "any", ["one", "two"]),
        ("  one answer ", "any", ["one answer"]),
        ("", "any", []),
        ("one answer", "numbered", []),
        ("a, b", "json", []),
        ('["a", null, "", "b"]', "json", ["a", "b"]),
        ("It is 3.14, they say", "comma", ["It is 3.14", "they say"]),
        ("<think>1. no\n2. no</think>a, b", "any", ["a", "b"]),
        ('[1, 1e999, "x"', "json", []),
    ],
)
def test_forms(text: str, form: Format, want: list[object]) -> None:
    assert items(text, form) == want


def test_a_long_list_is_cut() -> None:
    assert len(items("a," * 5_000)) == 512
    assert len(listed(of=list(range(900)))) == 512
    assert len(items("[" * 100_000)) == 0 or items("[" * 100_000) == ["[" * 100_000]


@given(st.text(st.sampled_from("1. ,-*[]\"'{}\nab`"), max_size=60))
def test_any_text_gives_a_list(text: str) -> None:
    found = items(text)
    assert isinstance(found, list)
    assert len(found) <= len(text)


def test_in_an_expression() -> None:
    said = answers(gd.text.tag("answer"), "comma")
    rows = {"completion": ["<answer>a, b</answer>", "a, b", "<answer></answer>"]}
    assert said.exists().sum().score(rows).values.tolist() == [2, 0, 0]
    assert answers(gd.col("parsed")).exists().sum().score({"parsed": [[1, 2, 3], "x, y", None]}).values.tolist() == [
        3,
        2,
        0,
    ]
    assert gd.from_dict(json.loads(json.dumps(said.to_dict()))) is said
    with pytest.raises(ValueError, match="format='xml'"):
        answers(format="xml")  # type: ignore[arg-type]
