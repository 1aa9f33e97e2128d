"""Readability by hand, and syllables that a person counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.text._readability import MEASURES, counts, readability
from guerdon.text._syllables import syllables

# Counted by hand; a rule gets about nineteen of twenty words of running text right.
COUNTED = {
    1: "cat the hoped walked school queue through loved eye strength clones shoes scaled",
    2: "table wanted people layer beyond quiet going simple moment lovely churches poem prism chances",
    3: "beautiful radio idea potato various element creation basketball",
    4: "information reality experience society necessary",
    5: "university possibility",
}


@pytest.mark.parametrize(("number", "word"), [(n, word) for n, line in COUNTED.items() for word in line.split()])
def test_syllables(number: int, word: str) -> None:
    assert syllables(word) == syllables(word.upper()) == number


def test_what_is_counted() -> None:
    found = counts("The cat sat. It was comfortable!")
    assert (found.sentences, found.words, found.long_words, found.characters) == (2, 6, 1, 25)
    assert counts("Don't. 3.14 is it?").words == 5


def test_the_formulas_by_hand() -> None:
    """Ten words in two sentences, 14 syllables, one word of three or more, 43 letters."""
    text = "The old man reads the paper. He likes beautiful mornings."
    found = counts(text)
    assert (found.sentences, found.words, found.syllables, found.long_words, found.characters) == (2, 10, 14, 1, 46)
    by_hand = {
        "flesch": 206.835 - 1.015 * 5 - 84.6 * 1.4,
        "flesch_kincaid": 0.39 * 5 + 11.8 * 1.4 - 15.59,
        "gunning_fog": 0.4 * (5 + 10),
        "smog": 3.1291 + 1.043 * 15**0.5,
        "coleman_liau": 5.88 * 4.6 - 29.6 * 0.2 - 15.8,
        "automated": 4.71 * 4.6 + 0.5 * 5 - 21.43,
    }
    assert set(by_hand) == set(MEASURES)
    for measure, want in by_hand.items():
        score = gd.text.readability(measure).score({"completion": [text]})  # type: ignore[arg-type]
        assert score.values.tolist() == [pytest.approx(want)], measure


def test_hard_texts_read_harder_than_easy_ones() -> None:
    easy = "The dog ran. It was big. We saw it run home."
    hard = "Notwithstanding institutional opposition, administrators implemented comprehensive reorganisation."
    for measure in MEASURES:
        a, b = gd.text.readability(measure).score({"completion": [easy, hard]}).values
        assert (a > b) == (measure == "flesch")


@pytest.mark.parametrize("measure", MEASURES)
def test_no_words_fail_as_the_hardest(measure: str) -> None:
    score = gd.text.readability(measure)  # type: ignore[arg-type]
    scores = score.score({"completion": ["", " ... ", "?!", [{"role": "user", "content": "Hi."}]]})
    worst = -400 if measure == "flesch" else 100
    assert scores.statuses == ["failed"] * 4
    assert scores.values.tolist() == [worst] * 4
    assert score.score({"completion": [None]}).statuses == ["unscored"]


@given(st.text(max_size=200), st.sampled_from(MEASURES))
def test_any_text_stays_in_its_bounds(text: str, measure: str) -> None:
    found = readability(text, measure)  # type: ignore[arg-type]
    low, high = (-400, 121.22) if measure == "flesch" else (-20, 100)
    assert found is None or low <= found <= high


def test_a_megabyte_of_one_word_and_of_many() -> None:
    for text in ("a" * 1_000_000, "aeiou" * 200_000, "so " * 333_000, "A. " * 333_000):
        assert readability(text) is not None


def test_an_unknown_measure_is_one_sentence() -> None:
    with pytest.raises(ValueError, match="measure='ease': it is one of 'flesch'"):
        gd.text.readability("ease")  # type: ignore[arg-type]
