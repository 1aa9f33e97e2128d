from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.expr.normal import as_number, as_reference, check_normalize, only_number, plain_text, same, squad_text


@pytest.mark.parametrize(
    ("a", "b", "normalize", "expected"),
    [
        ("cat", "cat", "exact", True),
        ("cat", "Cat", "exact", False),
        ("cat.", "cat", "text", False),
        (" THE\tCat\n", "the cat", "text", True),
        ("\uff23\uff41\uff54", "cat", "text", True),  # full-width letters
        ("Stra\u00dfe", "STRASSE", "text", True),
        ("The cat!", "a cat", "squad", True),
        ("theatre", "atre", "squad", False),
        ("0.5", "1/2", "number", True),
        ("$1,000", "1000", "number", True),
        ("50%", "50", "number", True),
        ("0.1", "0.10000000000000001", "number", False),
        ("four", "4", "number", None),
    ],
)
def test_same(a, b, normalize, expected):
    assert same(a, b, normalize) is expected


def test_a_reference_that_is_no_number_is_said_so():
    with pytest.raises(ValueError, match="reference is no number"):
        same("4", "four", "number")


def test_references_are_text_or_numbers():
    assert [as_reference(value) for value in ("a", 4, 0.5)] == ["a", "4", "0.5"]
    for value in (None, True, ["a"], 10**2000):
        with pytest.raises(TypeError):
            as_reference(value)


def test_only_number_asks_for_exactly_one():
    assert only_number("the answer is 7.") == 7
    assert only_number("7 or 8") is None
    assert only_number("seven") is None
    assert as_number("-$5") == -5


def test_normalize_is_one_of_four():
    with pytest.raises(ValueError, match="'squad'"):
        check_normalize("lower")


@given(st.text())
def test_normal_forms_are_stable(text):
    assert plain_text(plain_text(text)) == plain_text(text)
    assert " ".join(squad_text(text).split()) == squad_text(text)
