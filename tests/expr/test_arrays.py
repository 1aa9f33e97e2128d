"""Columns given as arrays of numbers: kept as arrays, and worth the same as lists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.expr.grouping import codes_of, renumber

WHOLE = st.lists(st.integers(-3, 3), min_size=1, max_size=12)


def both(reward: gd.Score, arrays: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    lists = {name: [v.tolist() if isinstance(v, np.ndarray) else v for v in values] for name, values in arrays.items()}
    return reward.score(arrays).nested(), reward.score(lists).nested()


@given(WHOLE, st.sampled_from([np.int64, np.int8, np.float32, np.float64, bool]))
def test_an_array_is_worth_its_list(items: list[int], kind: type) -> None:
    x = np.array(items).astype(kind)
    reward = gd.col("x").zscore(over="prompt") + (gd.col("x") == 1) + gd.col("x").rank(over=gd.col("y"))
    found, wanted = both(reward, {"x": x, "uid": np.array(items) // 2, "y": np.array(items) % 2})
    assert found == wanted


@given(st.lists(st.lists(st.floats(-9, 9), max_size=5), min_size=1, max_size=6))
def test_arrays_in_pieces_are_worth_their_lists(items: list[list[float]]) -> None:
    r = gd.col("r", axis="token")
    reward = r.reverse_cumsum(0.9) - r.mean(empty=0.0)
    found, wanted = both(reward, {"r": [np.array(row, dtype=np.float64) for row in items]})
    assert found == wanted


def test_a_table_of_numbers_is_a_column_in_pieces() -> None:
    table = np.arange(6.0).reshape(2, 3)
    assert gd.col("r", axis="token").sum().score({"r": table}).numbers == [3.0, 12.0]
    assert gd.col("r", axis=("step", "token")).sum().sum().score({"r": table.reshape(2, 1, 3)}).numbers == [3.0, 12.0]


def test_a_function_gets_python_numbers() -> None:
    seen: list[Any] = []

    @gd.function
    def look(x: Any) -> float:
        seen.append(x)
        return 0.0

    look(x=gd.col("x")).score({"x": np.array([1, 2])})
    assert [(type(item), item) for item in sorted(seen)] == [(int, 1), (int, 2)]


def test_what_is_no_finite_number_is_unscored() -> None:
    scores = (gd.col("x") + 0).score({"x": np.array([1.0, np.nan, np.inf])})
    assert scores.statuses == ["scored", "unscored", "unscored"]
    assert scores.reasons[1:] == ["domain", "domain"]


def test_the_array_is_there_and_the_list_is_made_when_asked() -> None:
    x = np.array([3, 1])
    rollouts = gd.Rollouts({"x": x, "y": [1, 2]})
    assert rollouts.array("x") is x
    assert rollouts.array("y") is None
    assert rollouts.column("x") == [3, 1]
    assert list(rollouts.rows()) == [{"x": 3, "y": 1}, {"x": 1, "y": 2}]
    assert rollouts.take([1]).array("x").tolist() == [1]  # type: ignore[union-attr]


@given(WHOLE)
def test_groups_are_numbered_by_first_appearance(items: list[int]) -> None:
    wanted = [sorted(set(items), key=items.index).index(item) for item in items]
    assert renumber(np.array(items)).tolist() == wanted
    assert codes_of(np.array(items)).tolist() == codes_of(items).tolist() == wanted
    given_as_array = gd.Rollouts({"x": items}, groups=np.array(items))
    assert given_as_array.groups.tolist() == wanted
    assert gd.Rollouts.of(given_as_array, ids=[f"r{i}" for i in range(len(items))]).groups.tolist() == wanted


def test_lengths_that_differ_are_told() -> None:
    with pytest.raises(gd.ContractError, match="column 'x' has 2 rows and column 'y' has 3"):
        gd.Rollouts({"x": np.zeros(2), "y": np.zeros(3)})
