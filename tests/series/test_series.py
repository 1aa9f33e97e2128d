"""Forecasts, labels, anomalies and change points: by hand, and by who would cheat."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.series._events import agreement
from guerdon.series._values import read_stretches, read_values

FINITE = st.floats(-1e90, 1e90)
INDEX = st.integers(0, 60)
STRETCHES = st.lists(st.tuples(INDEX, INDEX).map(lambda pair: (min(pair), max(pair))), max_size=6)


class TestReading:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("1, 2.5; -3e2", (1, 2.5, -300)),
            ("[[1, 2], [3]]", (1, 2, 3)),
            ("1\n2\n", (1, 2)),
            ("None", ()),
            ("about 3", None),
            ("1e101", None),
            ("1 2 x", None),
            ("1 " * 10_001, None),
        ],
    )
    def test_values(self, text, found):
        assert read_values(text) == found

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("[3, 7], [9, 9]", ((3, 7), (9, 9))),
            ("[[3, 7], [9, 12]]", ((3, 7), (9, 12))),
            ("3-7, 9 to 12; 20..22", ((3, 7), (9, 12), (20, 22))),
            ("(3,7) (8,9)", ((3, 7), (8, 9))),
            ("no anomalies", ()),
            ("7-3", None),
            ("[3, 7, 9]", None),
            ("[3, 7] or so", None),
            ("[" * 1000, None),
            ("1-2 " * 513, None),
        ],
    )
    def test_stretches(self, text, found):
        assert read_stretches(text) == found

    @given(st.text(alphabet="0123456789-,.[]() toe", max_size=80))
    def test_any_text_is_read(self, text):
        assert all(low <= high for low, high in read_stretches(text) or ())
        assert all(map(math.isfinite, read_values(text) or ()))

    @pytest.mark.parametrize("piece", ["1-", "[", "[1,", "1 to ", "9", "(1,2", " ", "- "])
    def test_hostile_lengths(self, piece):
        text = piece * (390_000 // len(piece))
        read_values(text)
        assert read_stretches(text) is None

    def test_labels(self):
        read = gd.series.label(["A", "B b"])
        rows = {"completion": ["a", " B  B.", "A or B b", "", "<think>A</think>", "A A"]}
        assert read.exists().score(rows).values.tolist() == [1, 1, 0, 0, 0, 0]
        with pytest.raises(ValueError, match="labels is a list"):
            gd.series.label("A")


def forecast(said, came=(1, 2, 4), **options):
    reward = gd.series.forecast(gd.col("said"), gd.col("came"), **options)
    return reward.score({"said": [said], "came": [list(came)], "past": [[0, 1, 3]]})


class TestForecast:
    def test_by_hand(self):
        assert forecast((1, 2, 4)).values == [1]
        assert forecast((1, 6, 4)).values == pytest.approx([1 - 0.5 / 3])
        assert forecast((-1, -2, -4)).values == pytest.approx([0])
        assert forecast((0, 0), came=(0, 0)).values == [1]
        # Steps of 1.5 on average; off by 3 / 2 on average; MASE 1.
        options = {"measure": "mase", "past": gd.col("past")}
        assert forecast((2.5, 3.5, 5.5), **options).values == pytest.approx([0.5])

    @pytest.mark.parametrize("said", [None, (), (1, 2), (1, 2, 4, 4), (1, 2, 4) * 10])
    def test_short_long_and_padded_forecasts_fail(self, said):
        scores = forecast(said)
        assert (scores.statuses, scores.values.tolist()) == (["failed"], [0])

    def test_without_a_reference_nobody_is_to_blame(self):
        assert forecast((1,), came=()).statuses == ["unscored"]
        reward = gd.series.forecast(gd.col("a"), gd.col("b"), "mase", gd.col("past"))
        assert reward.score({"a": [[1]], "b": [[1]], "past": [[2, 2, 2]]}).reasons == ["the past never changes"]

    def test_the_past_belongs_to_mase(self):
        with pytest.raises(ValueError, match="past= is what mase"):
            gd.series.forecast(gd.col("a"), gd.col("b"), "mase")

    @given(st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=20))
    def test_in_range_and_only_the_truth_is_all_right(self, pairs):
        said, came = [a for a, _ in pairs], [b for _, b in pairs]
        value = forecast(said, came).values[0]
        assert 0 <= value <= 1
        assert value == 1 or said != came

    def test_direction_by_hand(self):
        reward = gd.series.direction(gd.col("a"), gd.col("b"), gd.col("past"))
        rows = {"a": [[5, 4, 9], [3, 3, 3], [4, 4, 4], None], "b": [[4, 2, 1]] * 4, "past": [[1, 3]] * 4}
        scores = reward.score(rows)
        assert scores.values.tolist() == pytest.approx([2 / 3, 0, 1 / 3, 0])
        assert scores.statuses[3] == "failed"


def anomalies(found, true, length=None, **options):
    reward = gd.series.anomalies(gd.col("a"), gd.col("b"), length=None if length is None else gd.col("n"), **options)
    return reward.score({"a": [found], "b": [true], "n": [length]}).numbers[0]


class TestAnomalies:
    TRUE = [[10, 19], [50, 59]]  # noqa: RUF012

    def test_by_hand(self):
        assert anomalies(self.TRUE, self.TRUE) == 1
        assert anomalies([[10, 19]], self.TRUE) == pytest.approx(2 / 3)
        assert anomalies([[15, 24]], [[10, 19]]) == pytest.approx(1 / 3)
        assert anomalies([[15, 24]], [[10, 19]], measure="points") == pytest.approx(0.5)
        # Half of it is found: all ten points count, and the five outside stay wrong.
        assert anomalies([[15, 24]], [[10, 19]], measure="adjusted") == pytest.approx(20 / 25)
        assert anomalies([[16, 24]], [[10, 19]], measure="adjusted") == pytest.approx(8 / 19)

    @pytest.mark.parametrize("how", ["iou", "points", "adjusted"])
    def test_calling_everything_anomalous_earns_nothing_where_the_length_is_known(self, how):
        assert anomalies([[0, 99]], self.TRUE, 100, measure=how) == 0
        assert anomalies([[0, 99]], [[0, 69]], 100, measure=how) == 0
        assert anomalies(self.TRUE, self.TRUE, 100, measure=how) == 1
        assert anomalies([[0, 99]], [[0, 99]], 100, measure=how) == 1

    def test_without_it_honest_half_rightness_still_beats_it(self):
        assert anomalies([[0, 99]], self.TRUE) < 0.15 < anomalies([[15, 24], [55, 64]], self.TRUE)

    def test_a_point_in_each_does_not_make_a_stretch(self):
        assert anomalies([[12, 12], [52, 52]], self.TRUE, measure="adjusted") == pytest.approx(4 / 22)
        assert anomalies([[i, i] for i in range(0, 100, 2)], self.TRUE) < 0.05

    def test_repeating_a_stretch_gains_nothing(self):
        assert anomalies([[10, 19]] * 50, self.TRUE) == anomalies([[10, 19]], self.TRUE)

    def test_none_where_there_are_none(self):
        assert anomalies([], []) == 1
        assert anomalies([[1, 2]], []) == 0
        assert anomalies([], self.TRUE) == 0
        assert anomalies(None, []) == 0
        assert anomalies([[1, 2]], None) is None
        assert anomalies([[i, i] for i in range(513)], []) == 0

    def test_an_answer_that_says_nothing_fails_also_where_nothing_is_right(self):
        reward = gd.series.anomalies(gd.series.stretches(), gd.col("b"))
        rows = {"completion": ["none", "", "it looks fine"], "b": [[]] * 3}
        assert reward.score(rows).values.tolist() == [1, 0, 0]

    @given(STRETCHES, STRETCHES, st.sampled_from(["iou", "points", "adjusted"]))
    def test_in_range_and_equal_is_all_right(self, found, true, how):
        assert 0 <= anomalies(found, true, measure=how) <= 1
        assert anomalies(true, true, 61, measure=how) == 1

    @given(STRETCHES.filter(bool), STRETCHES.filter(bool))
    def test_points_as_sets(self, found, true):
        a = {i for low, high in found for i in range(low, high + 1)}
        b = {i for low, high in true for i in range(low, high + 1)}
        assert anomalies(found, true, measure="points") == pytest.approx(2 * len(a & b) / (len(a) + len(b)))

    def test_adjusted_with_a_tiny_share_is_plain_point_adjustment(self):
        assert agreement([(12, 12)], [(10, 19)], "adjusted", 1e-6) == 1


class TestChanges:
    def score(self, found, true, tolerance=0.0):
        reward = gd.series.changes(gd.col("a"), gd.col("b"), tolerance)
        return reward.score({"a": [found], "b": [true]}).numbers[0]

    def test_by_hand(self):
        assert self.score([10, 50], [50, 10]) == 1
        assert self.score([11, 47], [10, 50], 2) == 0.5
        assert self.score([12, 48], [10, 50], 2) == 1
        assert self.score([], []) == 1
        assert self.score(None, []) == 0
        assert self.score([1], None) is None

    def test_peppering_and_repeating_gain_nothing(self):
        assert self.score(list(range(100)), [10, 50], 2) == pytest.approx(4 / 102)
        assert self.score([10] * 50, [10, 50]) == pytest.approx(2 / 3)
        assert self.score(list(range(513)), [10, 50]) == 0

    def test_one_true_point_is_paired_once(self):
        assert self.score([9, 10, 11], [10], 2) == 0.5

    @given(st.lists(st.integers(0, 30), max_size=7, unique=True), st.lists(st.integers(0, 30), max_size=7, unique=True))
    def test_no_pairing_has_more(self, found, true):
        def most(i: int, used: frozenset[int]) -> int:
            if i == len(found):
                return 0
            near = [j for j in range(len(true)) if j not in used and abs(true[j] - found[i]) <= 3]
            return max([most(i + 1, used)] + [1 + most(i + 1, used | {j}) for j in near])

        want = 2 * most(0, frozenset()) / (len(found) + len(true)) if found and true else float(found == true)
        assert self.score(found, true, 3) == pytest.approx(want)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: gd.series.anomalies(gd.col("a"), gd.col("b"), measure="lucky"),
        lambda: gd.series.anomalies(gd.col("a"), gd.col("b"), at_least=0),
        lambda: gd.series.changes(gd.col("a"), gd.col("b"), -1),
        lambda: gd.series.changes([1], gd.col("b")),
        lambda: gd.series.forecast(gd.col("a"), [1]),
    ],
)
def test_a_wrong_argument_is_one_sentence_when_the_reward_is_built(wrong):
    with pytest.raises((ValueError, TypeError)) as caught:
        wrong()
    assert "\n" not in str(caught.value)


@pytest.mark.full
def test_a_lot_of_what_a_model_writes_is_scored_in_range():
    pieces = [
        "1",
        "-",
        ",",
        " ",
        "[",
        "]",
        "3-7",
        "none",
        "1e99",
        "9" * 13,
        "to",
        "..",
        "x",
        "\n",
        "0.5",
        "(2, 4)",
        "nan",
    ]
    rng = random.Random("series")
    texts = ["".join(rng.choices(pieces, k=rng.randrange(16))) for _ in range(20_000)]
    read, marks = gd.series.values(), gd.series.stretches()
    rewards = [
        gd.series.forecast(read, gd.col("b")),
        gd.series.forecast(read, gd.col("b"), "mase", gd.col("b")),
        gd.series.direction(read, gd.col("b"), gd.col("b")),
        gd.series.changes(read, gd.col("b"), 2),
        *(gd.series.anomalies(marks, gd.col("c"), how, gd.col("n")) for how in ("iou", "points", "adjusted")),
    ]
    rows = {"completion": texts, "b": [[1, 5, 2]] * len(texts), "c": [[[3, 7]]] * len(texts), "n": [20] * len(texts)}
    for reward in rewards:
        values = reward.score(rows).numbers
        assert all(value is not None and 0 <= value <= 1 for value in values)
