"""Columns compared cell by cell, and group keys: what counts as equal."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import guerdon as gd

NAN = float("nan")


class EqualsAll:
    """An object that says it equals everything, None included."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        ("4", "4", 1),
        ("4", 4, 0),
        (1, True, 1),
        (1, 1.0, 1),
        (0.1 + 0.2, 0.3, 0),
        (NAN, NAN, 0),  # one object, yet not a number
        (None, None, 0),
        (None, "x", 0),
        ("x", None, 0),
        (None, EqualsAll(), 0),
        (EqualsAll(), None, 0),
        (EqualsAll(), "x", 1),
        ([1, 2], [1, 2], 1),
        ([1, 2], (1, 2), 0),
        ({"a": [1]}, {"a": [1]}, 1),
        (np.array([1, 2]), np.array([1, 2]), 1),
        (np.array([1, 2]), np.array([1, 3]), 0),
        (np.array([1, 2]), np.array([1, 2, 3]), 0),
        (2**80, 2**80, 1),
        (np.float32(0.5), 0.5, 1),
    ],
)
def test_equal_cells(a: Any, b: Any, equal: int) -> None:
    rows = {"a": [a, "other"], "b": [b, "another"]}  # beside a pair that differs
    assert (gd.col("a") == gd.col("b")).score(rows).values.tolist() == [equal, 0]
    assert (gd.col("a") != gd.col("b")).score(rows).values.tolist() == [1 - equal, 1]


def test_one_odd_pair_leaves_the_others_as_they_are() -> None:
    rows = {"a": [None, np.array([1, 2]), "x", NAN], "b": [None, "y", "x", NAN]}
    assert (gd.col("a") == gd.col("b")).score(rows).values.tolist() == [0, 0, 1, 0]


@pytest.mark.parametrize(
    ("value", "equal"), [("x", [1, 0, 0, 0]), (1, [0, 1, 0, 0]), (True, [0, 1, 0, 0]), (None, [0, 0, 0, 0])]
)
def test_equal_to_one_value(value: Any, equal: list[int]) -> None:
    rows = {"a": ["x", 1, [1, 2], None]}
    assert (gd.col("a") == value).score(rows).values.tolist() == equal
    assert (gd.col("a") != value).score(rows).values.tolist() == [1 - one for one in equal]


def test_isin_and_exists() -> None:
    rows = {"a": ["x", None, NAN, 2, "y"]}
    assert gd.col("a").isin(["x", 2.0, NAN, "y"]).score(rows).values.tolist() == [1, 0, 0, 1, 1]
    assert gd.col("a").isin([]).score(rows).values.tolist() == [0] * 5
    assert gd.col("a").exists().score(rows).values.tolist() == [1, 0, 1, 1, 1]


@pytest.mark.parametrize(
    ("keys", "counts"),
    [
        ([5, 5, 7, 5], [3, 3, 1, 3]),
        ([0, 4, 4, 0], [2, 2, 2, 2]),
        ([-1, -1, 3, 3], [2, 2, 2, 2]),
        ([2**70, 2**70, 1, 2], [2, 2, 1, 1]),
        ([10**9, 10**9, 3, 10**9], [3, 3, 1, 3]),
        ([1, True, 1.0, 2], [3, 3, 3, 1]),
        (["a", "b", "a", "c"], [2, 1, 2, 1]),
        ([[1], [1], [2], "x"], [2, 2, 1, 1]),
    ],
)
def test_groups_of_equal_keys(keys: list[Any], counts: list[int]) -> None:
    assert gd.col("x").count(over=gd.col("k")).score({"x": [1.0] * 4, "k": keys}).values.tolist() == counts


def test_numbers_out_of_plain_objects() -> None:
    assert (gd.col("x") * 1).score({"x": [1, True, 0.25, -0.0]}).values.tolist() == [1.0, 1.0, 0.25, 0.0]
    huge = (gd.col("x") * 1).score({"x": [1, 10**400]})
    assert huge.statuses == ["scored", "unscored"]
    assert huge.reasons == ["", "domain"]
