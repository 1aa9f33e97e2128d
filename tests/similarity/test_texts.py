"""Texts compared: hand numbers, the reference implementations, hostile texts, and the cheapest cheats."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.similarity import bleu, chrf, edit, overlap_text
from guerdon.similarity._texts import bleu as plain_bleu
from guerdon.similarity._texts import chrf as plain_chrf
from guerdon.similarity._texts import edit as plain_edit
from guerdon.similarity._texts import overlap
from guerdon.similarity._words import tokens_13a

A, B = gd.col("a"), gd.col("b")
MEASURES = ("f1", "recall", "precision", "jaccard", "rouge_1", "rouge_2", "rouge_l")
GOLD = "the quick brown fox jumps over the lazy dog near the river bank"
texts = st.text(st.sampled_from("ab .,-1A\n\u0430é"), max_size=30)


def every_measure() -> list[gd.Score]:
    scores = [overlap_text(A, B, measure) for measure in MEASURES]  # type: ignore[arg-type]
    scores += [bleu(A, B), bleu(A, B, smooth="add1_after_first"), bleu(A, B, 2, "none"), chrf(A, B)]
    return [*scores, edit(A, B), edit(A, B, "levenshtein"), edit(A, B, "words"), edit(A, B, normalize="exact")]


EACH = pytest.mark.parametrize("score", every_measure(), ids=repr)


class TestOverlap:
    def test_hand_numbers(self) -> None:
        assert overlap("the cat sat", "a cat sat down") == 0.8  # two of two words, two of three
        assert overlap("a b b", "b b c", normalize="words") == pytest.approx(2 / 3)
        assert overlap("a b b", "b b c", "jaccard", "words") == pytest.approx(1 / 3)
        assert overlap("x y", "x y z z", "recall", "words") == 0.5
        assert overlap("x y", "x", "precision", "words") == 0.5
        # ROUGE-L: police killed the gunman / police kill the gunman: three of four in order.
        assert overlap("police kill the gunman", "police killed the gunman", "rouge_l") == 0.75
        assert overlap("the gunman kill police", "police killed the gunman", "rouge_l") == 0.5
        assert overlap("police kill the gunman", "police killed the gunman", "rouge_2") == pytest.approx(1 / 3)

    def test_a_reference_without_words_is_met_by_itself_alone(self) -> None:
        assert overlap("", "") == 1.0
        assert overlap("anything", "") == 0.0
        assert overlap("the", "The") == 1.0
        assert overlap("", "The") == 0.0
        assert overlap("!", "?") == 0.0

    def test_of_several_references_the_best_counts(self) -> None:
        assert overlap("rome", ["paris", "Rome"]) == 1.0

    @given(texts, texts)
    def test_longest_common_subsequence_is_the_longest(self, a: str, b: str) -> None:
        left, right = a.split(), b.split()
        table = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
        for i, one in enumerate(left):
            for j, other in enumerate(right):
                longest = max(table[i][j + 1], table[i + 1][j])
                table[i + 1][j + 1] = table[i][j] + 1 if one == other else longest
        from guerdon.similarity._texts import _in_common

        assert _in_common(left, right) == table[-1][-1]


class TestBleu:
    def test_hand_numbers(self) -> None:
        assert plain_bleu("the cat sat on it", "the cat sat on it") == 1.0
        assert plain_bleu("the cat sat", "the cat sat down") == pytest.approx(0.7165, abs=1e-4)
        assert plain_bleu("a b c d", "e f g h") == pytest.approx((1 / 5 * 1 / 4 * 1 / 3 * 1 / 2) ** 0.25)
        assert plain_bleu("a b c d", "e f g h", smooth="add1_after_first") == 0.0
        assert plain_bleu("a b c d", "a b d c", smooth="none") == 0.0
        assert (
            plain_bleu("a a a a", ["a b", "a a c d"], order=1, smooth="none") == 0.5
        )  # clipped by the better reference

    @pytest.mark.parametrize("smooth", ["none", "add1_after_first"])
    def test_agrees_with_sacrebleu_on_one_reference(self, smooth: Any) -> None:
        metrics = pytest.importorskip("sacrebleu.metrics")
        method = {"none": {"smooth_method": "none"}, "add1_after_first": {"smooth_method": "add-k", "smooth_value": 1}}
        theirs = metrics.BLEU(effective_order=False, **method[smooth])
        rng = random.Random(0)
        words = "the cat, sat on a mat. It's 3.5 well-known (or 1,000) &amp; fine; A-1 10-year".split()
        for _ in range(300):
            gold = " ".join(rng.choices(words, k=rng.randint(4, 15)))
            said = " ".join(rng.choices([*words, *gold.split() * 3], k=rng.randint(4, 15)))
            assert plain_bleu(said, gold, smooth=smooth) * 100 == pytest.approx(
                theirs.sentence_score(said, [gold]).score, abs=1e-6
            )

    @given(texts)
    def test_cuts_as_sacrebleu_does(self, text: str) -> None:
        tokenizers = pytest.importorskip("sacrebleu.tokenizers.tokenizer_13a")
        assert tokens_13a(text) == tokenizers.Tokenizer13a()(text).split()

    def test_the_floor_of_short_texts_is_gone_where_the_first_order_is_not_smoothed(self) -> None:
        assert plain_bleu("Rome", "Paris") == pytest.approx(0.5**0.25)
        assert plain_bleu("Rome", "Paris", smooth="add1_after_first") == 0.0
        assert plain_bleu("Paris", "Paris", smooth="add1_after_first") == 1.0


class TestCharactersAndEdits:
    def test_chrf_is_sacrebleu_s(self) -> None:
        metrics = pytest.importorskip("sacrebleu.metrics")
        for a, b in (("the cat", "a cat sat"), ("abc", "abd")):
            assert plain_chrf(a, b) * 100 == pytest.approx(metrics.CHRF().sentence_score(a, [b]).score)
            assert plain_chrf(a, b, word_order=2) < 1

    def test_hand_numbers(self) -> None:
        assert plain_edit("kitten", "sitting", "levenshtein") == pytest.approx(1 - 3 / 7)
        assert plain_edit("abcd", "abxd") == 0.75  # three in common of four and four
        assert plain_edit("ABC", "abc") == 1.0
        assert plain_edit("ABC", "abc", normalize="exact") == 0.0
        assert plain_edit("b a a", "A B", "words") == 1.0

    def test_one_right_word_is_not_the_whole(self) -> None:
        assert plain_edit("the", "the cat sat on the mat", "words") < 0.5


class TestEveryMeasure:
    @EACH
    def test_statuses(self, score: gd.Score) -> None:
        scores = score.score({"a": [GOLD, None, GOLD, GOLD, {"x": 1}], "b": [GOLD, GOLD, None, [], GOLD]})
        assert scores.statuses == ["scored", "failed", "unscored", "unscored", "failed"]
        assert scores.numbers == [1.0, 0.0, None, None, 0.0]

    @EACH
    def test_hostile_texts(self, score: gd.Score) -> None:
        hostile = [
            "",
            " ",
            "\0",
            "\ud800",
            "a" * 10_000,
            "a " * 8_000,
            "-." * 5_000,
            "\u202e" * 99,
            "🙂" * 500,
            "&lt;" * 2_000,
        ]
        for b in (GOLD, "", "a", hostile[:5]):
            numbers = score.score({"a": hostile, "b": [b] * len(hostile)}).numbers
            assert all(number is not None and 0 <= number <= 1 for number in numbers)

    @EACH
    def test_too_long_is_the_completion_s_doing(self, score: gd.Score) -> None:
        scores = score.score({"a": ["a " * 600_000, "a"], "b": ["a", "a " * 600_000]})
        assert scores.statuses == ["failed", "unscored"]

    @EACH
    def test_is_written_down_and_read_back(self, score: gd.Score) -> None:
        assert gd.from_dict(json.loads(json.dumps(score.to_dict()))) is score

    @EACH
    def test_the_right_text_is_not_beaten(self, score: gd.Score) -> None:
        cheats = [
            "",
            "the",
            "the " * 200,  # padding with a common word
            GOLD.replace("fox", "dog"),
            GOLD.replace("o", "\u043e"),  # homoglyphs
            " ".join(GOLD.split()[::-1]) + " not",
            "zebra " * 12,
            GOLD.upper()[::-1],
        ]
        worth = score.score({"a": [GOLD, *cheats], "b": [GOLD] * (len(cheats) + 1)}).values
        assert worth[0] == 1.0
        assert max(worth[1:]) <= 1.0
        assert worth[1] == 0.0  # taking the answer out


@pytest.mark.parametrize("measure", ["f1", "jaccard", "rouge_1", "rouge_2", "rouge_l"])
def test_saying_everything_does_not_pay(measure: Any) -> None:
    everything = " ".join([GOLD, *(f"word{i}" for i in range(500))])
    assert overlap(everything, GOLD, measure) < 0.1
    assert overlap(GOLD + " " + GOLD, GOLD, measure) < 1 or measure == "jaccard"


def test_order_counts_where_it_is_said_to() -> None:
    shuffled = " ".join(sorted(GOLD.split()))
    assert overlap(shuffled, GOLD) == overlap(shuffled, GOLD, "rouge_1") == 1.0
    assert overlap(shuffled, GOLD, "rouge_l") < 0.6
    assert overlap(shuffled, GOLD, "rouge_2") < 0.2
    assert plain_bleu(shuffled, GOLD, smooth="add1_after_first") < 0.4
    assert plain_edit(shuffled, GOLD) < 0.8


def test_the_arguments_are_checked() -> None:
    with pytest.raises(ValueError, match="measure='bleurt'"):
        overlap_text(A, B, "bleurt")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a is the text to judge"):
        edit("text", B)
    with pytest.raises(ValueError, match="order=0"):
        bleu(A, B, 0)
    with pytest.raises(ValueError, match="normalize='lower'"):
        overlap_text(A, B, normalize="lower")  # type: ignore[arg-type]
