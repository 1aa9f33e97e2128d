"""Curves over seeds: means, intervals, and the range that all seeds saw."""

from __future__ import annotations

import math

import pytest

from guerdon.lab.curves import Chart, Figures, Line, interval, over_seeds


def test_the_interval_is_student_s() -> None:
    mean, low, high = interval([1.0, 2.0, 3.0, 4.0])
    half = 3.182 * math.sqrt(5 / 3) / 2
    assert (mean, round(low, 6), round(high, 6)) == (2.5, round(2.5 - half, 6), round(2.5 + half, 6))
    assert interval([7.0]) == (7.0, -math.inf, math.inf)
    many = interval([float(i % 2) for i in range(100)])
    assert math.isclose(many[2] - many[0], 1.984 * math.sqrt(0.25 * 100 / 99) / 10, rel_tol=1e-3)


def test_lines_of_one_grid_are_averaged_point_by_point() -> None:
    curve = over_seeds([Line((0, 5), (1.0, y)) for y in (0.9, 1.0, 1.1)])
    assert curve.x == (0.0, 5.0)
    assert curve.mean == pytest.approx((1.0, 1.0))
    assert (curve.low[0], curve.high[0]) == (1.0, 1.0)
    assert curve.low[1] == pytest.approx(0.75157, abs=1e-4)
    assert curve.seeds == 3


def test_others_are_read_where_all_of_them_have_been() -> None:
    curve = over_seeds([Line((0, 2, 1), (0, 4, 2)), Line((0.5, 1.5, 3), (1, 3, 6))])
    assert (curve.x[0], curve.x[-1]) == (0.5, 2.0)
    assert curve.mean == pytest.approx([2 * x for x in curve.x])


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="as many x as y"):
        Line((0, 1), (1.0,))
    with pytest.raises(ValueError, match="at least one line"):
        over_seeds([])
    with pytest.raises(ValueError, match="no range of x in common"):
        over_seeds([Line((0, 1), (0, 1)), Line((2, 3), (0, 1))])


def test_figures_are_the_mapping_they_were() -> None:
    chart = Chart("t", "x", "y", {"a": Line((0,), (1,))})
    assert Figures({"a": 1.0}, chart) == {"a": 1.0}
    assert Figures({}).charts == ()
