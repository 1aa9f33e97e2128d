"""What scoring gives: numbers, components, contributions and their shares by hand, explanations, and every export."""

from __future__ import annotations

import json
import math
import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.plan.scores import Scores, within_group_shares

RIGHT, STYLE, TIDY = (gd.col(name).named(name) for name in ("right", "style", "tidy"))
LONG = gd.col("words").named("long")
REWARD = TIDY * (0.75 * RIGHT + 0.25 * STYLE) - LONG / 8 + 0.5
ROWS: dict[str, Any] = {
    "prompt": ["p", "p", "q", "q"],
    "right": [1, 0, 1, None],
    "style": [0, 1, 1, 1],
    "tidy": [1, 1, 0, 1],
    "words": [1, 2, 4, 4],
}


@pytest.fixture
def scores() -> Scores:
    return REWARD.score(ROWS)


# Numbers


def test_the_numbers_and_what_there_is_to_say_about_them(scores: Scores) -> None:
    assert scores.numbers == [1.125, 0.5, 0.0, None]
    assert list(scores) == scores.nested() == scores.numbers
    assert scores.values.tolist() == [1.125, 0.5, 0.0, 0.0]
    assert scores.values.dtype == np.float64
    assert scores.statuses == ["scored"] * 3 + ["unscored"]
    assert scores.reasons == ["", "", "", "missing"]
    assert scores.counts() == {"scored": 3, "unscored: missing": 1}
    assert scores.mean() == 1.625 / 3
    assert scores.computed == 1.0
    assert len(scores) == 4
    assert repr(scores) == "<Scores of 4 rollouts: mean 0.5417; scored 3, unscored: missing 1>"


def test_components_and_any_other_part(scores: Scores) -> None:
    assert {name: values.numbers for name, values in scores.components.items()} == {
        "tidy": [1.0, 1.0, 0.0, 1.0],
        "right": [1.0, 0.0, 1.0, None],
        "style": [0.0, 1.0, 1.0, 1.0],
        "long": [1.0, 2.0, 4.0, 4.0],
    }
    assert scores.of(0.75 * RIGHT + 0.25 * STYLE).numbers == [0.75, 0.25, 1.0, None]
    with pytest.raises(KeyError, match=r"col\('other'\) is no part of this reward"):
        scores.of(gd.col("other"))


def test_nobody_scored_and_nobody_there() -> None:
    nobody = gd.col("x").score({"x": [None]})
    assert nobody.mean() is None
    assert nobody.variance_shares() == {"rest": None}
    assert "none scored" in repr(nobody)
    empty = REWARD.score({name: [] for name in ROWS})
    assert (empty.numbers, empty.mean(), empty.computed, empty.counts(), empty.to_rows()) == ([], None, 1.0, {}, [])
    assert empty.variance_shares() == {"right": None, "style": None, "long": None, "rest": None}


def test_a_column_of_numbers_is_a_score_and_one_of_texts_is_not() -> None:
    scores = gd.col("x").score({"x": [1, None, math.nan, True]})
    assert scores.values.dtype == np.float64
    assert scores.numbers == [1.0, None, None, 1.0]
    assert scores.reasons == ["", "missing", "domain", ""]
    with pytest.raises(gd.ContractError, match=r"row 1 of col\('x', axis='step'\) holds str 'b', which is no number"):
        gd.col("x", axis="step").score({"x": [[1], ["b"]]})


def test_computed_is_the_share_that_was_asked() -> None:
    @gd.function(cost="judge")
    def judge(words: int) -> float:
        return words

    component = (TIDY * judge().named("judged")).score(ROWS).components["judged"]
    assert component.computed == 0.75
    assert component.mean() == 7 / 3  # of the computed cells, not of zeros
    assert component.counts() == {"scored": 3, "skipped": 1}


# Contributions and shares


def test_contributions_are_what_each_component_adds_at_the_root(scores: Scores) -> None:
    assert {name: values.numbers for name, values in scores.contributions.items()} == {
        "right": [0.75, 0.0, 0.0, None],
        "style": [0.0, 0.25, 0.0, 0.25],
        "long": [-0.125, -0.25, -0.5, -0.5],
        "rest": [0.5, 0.5, 0.5, 0.5],
    }


def test_contributions_of_a_closed_gate_are_zero_though_nobody_was_asked() -> None:
    @gd.function(cost="judge")
    def judge(words: int) -> float:
        return words

    judged = judge().named("judged")
    rows = {"tidy": [0, 1], "style": [1, 1], "words": [3, 4]}
    for reward in (TIDY * (judged + STYLE), (judged + STYLE).when(TIDY)):
        scores = reward.score(rows)
        assert scores.numbers == [0.0, 5.0]
        assert scores.components["judged"].statuses == ["skipped", "scored"]
        contributions = {name: values.numbers for name, values in scores.contributions.items()}
        assert contributions == {"judged": [0.0, 4.0], "style": [0.0, 1.0]}


def test_where_contributes_the_branch_taken() -> None:
    scores = (gd.where(TIDY, RIGHT, STYLE) / 4).score({"tidy": [1, 0], "right": [1, 5], "style": [7, 2]})
    contributions = {name: values.numbers for name, values in scores.contributions.items()}
    assert contributions == {"right": [0.25, 0.0], "style": [0.0, 0.5]}


def test_shares_by_hand() -> None:
    # Within groups the reward is (1/4, -1/4, 1/4, -1/4), right (1/2, -1/2, 0, 0), half of style (-1/4, 1/4, 1/4, -1/4).
    reward = RIGHT + 0.5 * STYLE
    rows = {"prompt": ["p", "p", "q", "q"], "right": [1, 0, 1, 1], "style": [0, 1, 1, 0]}
    assert reward.score(rows).variance_shares() == {"right": 1.0, "style": 0.0}


def test_shares_may_be_negative_and_sum_to_one(scores: Scores) -> None:
    # Only the first group varies (the last row has no number): reward (5, -5)/16, right (3, -3)/8, style (-1, 1)/8.
    shares = scores.variance_shares()
    assert shares == pytest.approx({"right": 6 / 5, "style": -2 / 5, "long": 1 / 5, "rest": 0.0})
    assert sum(share or 0 for share in shares.values()) == pytest.approx(1)


def test_nothing_to_learn_has_no_shares() -> None:
    constant = {"prompt": ["p", "p", "q"], "right": [1, 1, 0], "style": [0, 0, 1]}
    assert (RIGHT + STYLE).score(constant).variance_shares() == {"right": None, "style": None}
    alone = {"prompt": ["p", "q", "r"], "right": [1, 2, 3], "style": [0, 1, 5]}
    assert (RIGHT + STYLE).score(alone).variance_shares() == {"right": None, "style": None}


@given(st.lists(st.tuples(st.integers(0, 3), *[st.integers(-9, 9)] * 3), min_size=1, max_size=12))
def test_contributions_sum_to_the_reward_and_shares_are_covariances(table: list[tuple[int, int, int, int]]) -> None:
    group, a, b, c = (list(column) for column in zip(*table, strict=True))
    first, second = gd.col("a").named("a"), gd.col("b").named("b")
    reward = gd.col("c") * (first - 2 * second) + gd.where(gd.col("c") > 0, first, 1)
    scores = reward.score({"prompt": [str(g) for g in group], "a": a, "b": b, "c": c})
    parts = {
        "a": [z * x + (x if z > 0 else 0) for x, z in zip(a, c, strict=True)],
        "b": [-2 * z * y for y, z in zip(b, c, strict=True)],
        "rest": [0 if z > 0 else 1 for z in c],
    }
    assert {name: values.numbers for name, values in scores.contributions.items()} == parts
    whole = [sum(part) for part in zip(*parts.values(), strict=True)]
    assert scores.numbers == whole

    def centred(values: list[int]) -> list[Fraction]:
        means = {
            g: Fraction(sum(v for v, h in zip(values, group, strict=True) if h == g), group.count(g)) for g in group
        }
        return [v - means[g] for v, g in zip(values, group, strict=True)]

    total = centred(whole)
    variance = sum(v * v for v in total)
    shares = scores.variance_shares()
    if not variance:
        assert set(shares.values()) == {None}
        return
    for name, part in parts.items():
        covariance = sum(x * y for x, y in zip(centred(part), total, strict=True))
        assert shares[name] == pytest.approx(float(covariance / variance), abs=1e-9)
    assert math.fsum(share or 0 for share in shares.values()) == pytest.approx(1)


def test_shares_of_given_arrays() -> None:
    reward, part, groups = np.array([3.0, 1.0, 5.0]), np.array([1.0, 1.0, 9.0]), np.array([4, 4, 0])
    assert within_group_shares(reward, {"a": part, "b": reward - part}, groups) == {"a": 0.0, "b": 1.0}
    assert within_group_shares(reward[:0], {"a": part[:0]}, groups[:0]) == {"a": None}


# Why


def shown(scores: Scores, i: int) -> dict[str, str]:
    """The lines of an explanation: what is written on the left, and beside it."""
    lines = [re.sub(r"^[│├└─ ]+", "", line) for line in scores.explain(i).splitlines()]
    return dict(re.split(r" {2,}", line, maxsplit=1) for line in lines)  # type: ignore[misc]


def test_an_explanation_has_every_part_with_its_value(scores: Scores) -> None:
    first = shown(scores, 0)
    assert first["tidy * (0.75 * right + 0.25 * style) - long / 8 + 0.5"] == "1.125"
    assert first["right = col('right')"] == "1"
    assert first["style = col('style')"] == "0"
    assert first["long / 8"] == "0.125"
    last = shown(scores, 3)
    assert last["right = col('right')"] == "unscored (missing)"
    assert last["tidy * (0.75 * right + 0.25 * style) - long / 8 + 0.5"] == "unscored (missing)"
    assert last["style = col('style')"] == "1"


def test_an_explanation_tells_skipped_from_zero_and_names_failures() -> None:
    @gd.function(fails_as=-1.0, bounds=(-1, 1), cost="model")
    def leaf(text: str) -> float:
        if not text:
            raise gd.Failed("no answer")
        return 1.0

    scores = (gd.col("open") * leaf()).score({"open": [0, 1, 1], "text": ["a", "", "b"]})
    assert shown(scores, 0)["leaf(text)"] == "skipped"
    assert shown(scores, 1)["leaf(text)"] == "-1 (failed: no answer)"
    assert shown(scores, 2)["leaf(text)"] == "1"


def test_an_explanation_of_pieces_and_texts() -> None:
    steps = gd.col("steps", axis="step")
    reward = (steps + 0).named("each").sum()
    scores = reward.score({"steps": [list(range(12)), [], [1, None]]})
    assert scores.explain(0).splitlines()[1].endswith("[0, 1, 2, 3, 4, 5, 6, 7, …]")
    assert scores.explain(1).splitlines()[1].endswith("[]")
    assert scores.explain(2).splitlines()[1].endswith("[1, unscored (missing)]")

    @gd.function
    def answer(text: str) -> str | None:
        return text * 100 or None

    texts = (answer() == "x").score({"text": ["ab", ""]})
    assert shown(texts, 0)["answer(text)"].startswith("'ababab")
    assert len(shown(texts, 0)["answer(text)"]) <= 60
    assert shown(texts, 1)["answer(text)"] == "none"


@pytest.mark.parametrize("i", [-1, 4, 100])
def test_a_row_that_is_not_there_is_refused(scores: Scores, i: int) -> None:
    with pytest.raises(IndexError, match=f"rollout {i}: there are 4, numbered from 0"):
        scores.explain(i)


def test_an_explanation_of_thousands_of_terms_is_bounded() -> None:
    reward: gd.Score = gd.col("x") + 0
    for i in range(2000):
        reward = reward + i * gd.col("x")
    assert len(reward.score({"x": [1]}).explain(0)) < 50_000


# Files and frames


def test_rows_are_json(scores: Scores) -> None:
    rows = json.loads(json.dumps(scores.to_rows(), allow_nan=False))
    assert [row["reward"] for row in rows] == [1.125, 0.5, 0.0, None]
    assert [row["id"] for row in rows] == list(scores.rollouts.ids)
    assert rows[3] == {
        "id": scores.rollouts.ids[3],
        "reward": None,
        "status": "unscored",
        "reason": "missing",
        "components": {
            "tidy": {"value": 1.0, "status": "scored", "reason": ""},
            "right": {"value": None, "status": "unscored", "reason": "missing"},
            "style": {"value": 1.0, "status": "scored", "reason": ""},
            "long": {"value": 4.0, "status": "scored", "reason": ""},
        },
    }


def test_columns_hold_the_same(scores: Scores) -> None:
    columns = scores.to_columns()
    assert list(columns) == [
        "id", "reward", "status", "reason", "tidy", "tidy_status", "right", "right_status", "style", "style_status",
        "long", "long_status",
    ]  # fmt: skip
    for i, row in enumerate(scores.to_rows()):
        assert {name: columns[name][i] for name in ("id", "reward", "status", "reason")} == {
            name: row[name] for name in ("id", "reward", "status", "reason")
        }
        for name, cell in row["components"].items():
            assert (columns[name][i], columns[f"{name}_status"][i]) == (cell["value"], cell["status"])


def test_a_component_may_have_the_name_of_a_column() -> None:
    part = gd.col("x").named("reward")
    columns = (2 * part + gd.col("x").named("status")).score({"x": [1]}).to_columns()
    assert (columns["reward"], columns["component_reward"], columns["component_status"]) == ([3.0], [1.0], [1.0])
    assert columns["status"] == ["scored"]


NESTED = gd.stack(gd.col("steps", axis="step").named("step"), 2 * gd.col("steps", axis="step"), axis="member")
NESTED_ROWS = {"steps": [[1, None], [], [3]]}


def test_nested_ragged_scores_come_as_lists_of_lists() -> None:
    scores = NESTED.score(NESTED_ROWS)
    assert scores.nested() == [[[1.0, 2.0], [None, None]], [], [[3.0, 6.0]]]
    assert scores.numbers == [1.0, 2.0, None, None, 3.0, 6.0]
    assert scores.contributions == {}
    assert scores.variance_shares() == {}
    rows = scores.to_rows()
    assert [row["status"] for row in rows] == [
        [["scored", "scored"], ["unscored", "unscored"]], [], [["scored", "scored"]],
    ]  # fmt: skip
    assert rows[0]["components"]["step"] == {
        "value": [1.0, None], "status": ["scored", "unscored"], "reason": ["", "missing"],
    }  # fmt: skip
    assert scores.to_columns()["step"] == [[1.0, None], [], [3.0]]


def test_arrow(scores: Scores) -> None:
    pytest.importorskip("pyarrow")
    table = scores.to_arrow()
    assert table.to_pydict() == scores.to_columns()
    assert str(table.schema.field("reward").type) == "double"
    nested = NESTED.score(NESTED_ROWS).to_arrow()
    assert nested["reward"].to_pylist() == [[[1.0, 2.0], [None, None]], [], [[3.0, 6.0]]]
    assert str(nested.schema.field("step").type) == "list<item: double>"


def test_pandas(scores: Scores) -> None:
    pytest.importorskip("pandas")
    frame = scores.to_pandas()
    assert list(frame.columns) == list(scores.to_columns())
    assert frame["reward"].tolist()[:3] == [1.125, 0.5, 0.0]
    assert frame["reward"].isna().tolist() == [False, False, False, True]
    assert NESTED.score(NESTED_ROWS).to_pandas()["step"].tolist() == [[1.0, None], [], [3.0]]
