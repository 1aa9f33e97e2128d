"""Partial credit: the ladders, the errors, and what cannot be read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.similarity import credit, distance, inverse, knots, linear, near, steps, within

LADDERS = [within(0.5), linear(3), inverse(2), steps((0.1, 0.5, 2)), knots(((0, 1), (5, 0.3), (9, 0)))]


@pytest.mark.parametrize("ladder", LADDERS, ids=repr)
@given(st.floats(0, 1e300), st.floats(0, 1e300))
def test_a_greater_error_is_never_worth_more(ladder: Any, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= ladder(high) <= ladder(low) <= 1
    assert ladder(0) == 1


def test_steps_have_an_edge_for_rounding() -> None:
    thresholds = steps(tuple(0.05 * i for i in range(1, 11)))
    assert [round(credit(x, 10, "relative", thresholds), 9) for x in (10, 9, 8, 4, 9.01, 8.01)] == [
        1,
        0.9,
        0.7,
        0,
        0.9,
        0.7,
    ]
    assert credit(0.2, 0, "relative", thresholds) == pytest.approx(0.7)  # the absolute error, where the reference is 0


def test_knots_are_straight_lines() -> None:
    ladder = knots(((0, 1.0), (750, 0.5), (3000, 0.2), (20000, 0.0)))
    assert [ladder(x) for x in (0, 375, 750, 3000, 11500, 20000, 1e9)] == pytest.approx([1, 0.75, 0.5, 0.2, 0.1, 0, 0])


def test_errors() -> None:
    assert distance(3, 5) == 2
    assert distance([1, 2], [3, 5], "l1") == 5
    assert distance([0, 0, 9, 9], [0, 0, 9, 4], "mean_l1") == 1.25
    assert distance([0, 0], [3, 4], "l2") == 5
    assert distance(-170, 170, "angle") == 20
    assert distance(720, 0, "angle") == 0


def test_no_answer_is_worth_nothing_and_no_reference_is_no_number() -> None:
    reward = near(gd.col("a"), gd.col("b"))
    rows = {"a": [1, None, "x", "1", [1], 1, 1, True, "9" * 5000], "b": [1, 1, 1, "1.0", 1, None, "none", 1, 1]}
    scores = reward.score(rows)
    assert scores.numbers == [1, 0, 0, 1, 0, None, None, 1, 0]
    assert scores.statuses[1] == "failed"
    assert scores.reasons[5] == "no reference"


def test_lists_must_be_as_long_as_the_reference() -> None:
    reward = near(gd.col("a"), gd.col("b"), "l1", linear(10))
    scores = reward.score({"a": [[1, 2], [1], [1, "x"], [], [1, 2] * 9999], "b": [[1, 3]] * 5})
    assert scores.numbers == [0.9, 0, 0, 0, 0]


def test_a_function_may_be_the_error_or_the_ladder() -> None:
    reward = near(gd.col("a"), gd.col("b"), error=lambda a, b: float(a != b), ladder=lambda off: 5 - off)
    scores = reward.score({"a": ["x", "y", None], "b": ["x", "x", "x"]})
    assert scores.numbers == [1, 1, 0]  # never above 1
    odd = near(gd.col("a"), gd.col("b"), error=lambda a, b: float("nan"))
    assert odd.score({"a": [1], "b": [1]}).statuses == ["failed"]


@pytest.mark.parametrize("ladder", LADDERS, ids=repr)
def test_is_written_down_and_read_back(ladder: Any) -> None:
    reward = near(gd.col("a"), gd.col("b"), "relative", ladder)
    assert gd.from_dict(json.loads(json.dumps(reward.to_dict()))).score({"a": [1], "b": [1]}).values == 1
    assert gd.from_dict(json.loads(json.dumps(reward.to_dict()))) is reward


def test_ladders_check_themselves() -> None:
    with pytest.raises(ValueError, match="linear: tol is a finite number above 0"):
        linear(0)
    with pytest.raises(ValueError, match="errors rising"):
        knots(((1, 0), (0, 1)))
    with pytest.raises(ValueError, match="at least one"):
        steps(())
    with pytest.raises(ValueError, match="error='cosine'"):
        near(gd.col("a"), gd.col("b"), "cosine")  # type: ignore[arg-type]
