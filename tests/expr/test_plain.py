"""The quick way of a z-score and of a shift gives the numbers of the general way, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.expr.kernel import plain
from guerdon.expr.kernel.plain import plain_zscore
from guerdon.expr.kernel.reduce import Moments

NUMBERS = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([0.1, 0.2, 0.3, 1e15, 0.0]))


def generally(v: np.ndarray, codes: np.ndarray, ddof: int, eps: float) -> np.ndarray:
    with np.errstate(all="ignore"):
        found = Moments.of(codes, v, int(codes.max()) + 1)
        values = found.centred / (found.deviation(codes, ddof) + eps)[codes]
        values[found.constant[codes]] = 0.0
        return values


@given(st.integers(1, 9), st.integers(1, 5), st.data(), st.sampled_from([0, 1, 3]), st.sampled_from([0.0, 1e-6]))
def test_blocks_and_one_group(size: int, count: int, data: st.DataObject, ddof: int, eps: float) -> None:
    v = np.array(data.draw(st.lists(NUMBERS, min_size=size * count, max_size=size * count)))
    codes = np.arange(size * count) // size
    stretch, plain.STRETCH = plain.STRETCH, 7  # several stretches even here
    try:
        assert np.array_equal(plain_zscore(v, codes, ddof, eps), generally(v, codes, ddof, eps), equal_nan=True)
        one = np.zeros(len(v), dtype=np.int64)
        assert np.array_equal(plain_zscore(v, None, ddof, eps), generally(v, one, ddof, eps), equal_nan=True)
    finally:
        plain.STRETCH = stretch


@given(st.lists(st.integers(0, 2), min_size=1, max_size=9), st.data())
def test_groups_in_any_order(codes: list[int], data: st.DataObject) -> None:
    v = data.draw(st.lists(NUMBERS, min_size=len(codes), max_size=len(codes)))
    found = gd.col("v").zscore(over=gd.col("g")).score({"v": np.array(v), "g": codes}).values
    dense = np.unique(codes, return_inverse=True)[1]
    wanted = generally(np.array(v), dense, 0, 0.0)
    assert np.array_equal(found, np.where(np.isfinite(wanted), wanted, 0.0) + 0.0)


@given(st.lists(st.lists(NUMBERS, max_size=5), min_size=1, max_size=5), st.sampled_from([-4, -2, -1, 1, 2, 3]))
def test_a_shift_by_a_few_places(rows: list[list[float]], n: int) -> None:
    for fill in (9.0, gd.col("flat")):
        data = {"v": rows, "flat": [float(i) for i in range(len(rows))]}
        found = gd.col("v", axis="step").shift(n, fill=fill).score(data).nested()
        for i, row in enumerate(rows):
            edge = 9.0 if isinstance(fill, float) else float(i)
            assert found[i] == [row[k - n] if 0 <= k - n < len(row) else edge for k in range(len(row))]


def test_too_few_for_a_deviation_is_unscored() -> None:
    scores = gd.col("v").zscore(over="prompt", ddof=2).score({"prompt": ["p", "p"], "v": [1.0, 2.0]})
    assert scores.reasons == ["domain", "domain"]


@pytest.mark.parametrize("codes", [[0, 0, 1, 1], [0, 1, 1, 1], [0, 1, 0, 1], [1, 1, 0, 0]])
def test_whichever_way_the_groups_lie(codes: list[int]) -> None:
    v = np.array([0.1, 0.7, 0.3, 0.9])
    found = gd.col("v").zscore(over="prompt", ddof=1).score(gd.Rollouts({"v": v}, groups=np.array(codes))).values
    assert np.array_equal(found, generally(v, np.array(codes), 1, 0.0))
