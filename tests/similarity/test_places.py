"""Reciprocal places: hand numbers, repeated items, and long lists."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.similarity import distinct, places, ranks

ITEMS, GOLDS = gd.col("said", axis="said"), gd.col("golds", axis="gold")


def test_hand_numbers() -> None:
    cubed = places(ITEMS, GOLDS, power=3).sum()
    rows = {"said": [[1, 3, 2], [1, 3, 2], ["2", 1.0, 3]], "golds": [[3], [1, 2], [1, 2]]}
    assert cubed.score(rows).values == pytest.approx([1 / 8, 1 + 1 / 27, 1 + 1 / 8])


def test_repeats_take_no_place_unless_asked() -> None:
    rows = {"said": [["B", "b ", "A"]], "golds": [["a"]]}
    assert places(ITEMS, GOLDS).score(rows).nested() == [[0.5]]
    assert places(ITEMS, GOLDS, dedupe=False).score(rows).nested() == [[pytest.approx(1 / 3)]]
    assert places(ITEMS, GOLDS, "exact").score(rows).nested() == [[0.0]]


def test_repeating_an_answer_never_brings_another_forward() -> None:
    assert ranks(["x"] * 100 + ["gold"], ["gold"]) == [2]
    assert ranks(["gold"] * 100, ["gold", "gold"]) == [1, 1]


def test_only_the_first_512_different_items_count() -> None:
    many = [str(i) for i in range(600)]
    assert ranks(many, ["511", "512"]) == [512, None]
    assert ranks(many, ["511", "512"], lambda a, b: a == b) == [512, None]
    assert ranks(["0"] * 10_000 + ["1"], ["1"], lambda a, b: a == b) == [None]
    assert len(distinct(many)) == 512


def test_one_right_answer_or_any_of_several() -> None:
    reward = places(ITEMS, gd.col("gold"))
    scores = reward.score({"said": [["a", "b"], ["a", "b"], [], ["a"]], "gold": ["b", ["z", "b", "a"], "a", None]})
    assert scores.numbers == [0.5, 1.0, 0.0, None]
    assert scores.reasons[3] != ""


@given(st.lists(st.one_of(st.text(max_size=3), st.integers(), st.floats(), st.none(), st.lists(st.integers()))))
def test_any_plain_items_are_ranked(items: list[object]) -> None:
    for normalize in ("exact", "text", "squad", "number"):
        found = ranks(items, items, normalize)
        assert all(place is not None and 1 <= place <= len(items) for place in found)


def test_is_written_down_and_read_back() -> None:
    for reward in (places(ITEMS, GOLDS, power=2), places(ITEMS, gd.col("gold"), "number")):
        assert gd.from_dict(json.loads(json.dumps(reward.to_dict()))) is reward


def test_the_arguments_are_checked() -> None:
    with pytest.raises(TypeError, match="items is a list on one axis"):
        places(gd.col("said"), GOLDS)
    with pytest.raises(ValueError, match="normalize is one of"):
        places(ITEMS, GOLDS, "fuzzy")
    with pytest.raises(ValueError, match="power=0"):
        places(ITEMS, GOLDS, power=0)
