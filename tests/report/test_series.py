"""Curves over the steps, and the scales they are drawn on."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.report.plot import Curve, curve, frame_for, stack, stack_span
from guerdon.report.scale import span, ticks
from guerdon.report.schema import Step
from guerdon.report.series import curves_of, moving_average


def step(number: int, reward: float | None, **components: float | None) -> Step:
    return {
        "step": number,
        "reward_mean": reward,
        "reward_std": 0.1,
        "components": {
            name: {"mean": mean, "computed": 1.0 if mean is not None else 0.0, "variance_share": None}
            for name, mean in components.items()
        },
        "length_mean": 10.0,
        "seconds": 1.0,
    }


def test_moving_average_leaves_out_what_is_not_there() -> None:
    assert moving_average([None, 2.0, None, 4.0], 3) == (None, 2.0, 2.0, 3.0)


def test_components_come_in_the_run_s_order_and_late_ones_after() -> None:
    curves = curves_of([step(1, 0.5, b=1.0), step(2, 0.5, late=0.3, a=0.1, b=0.0)], ["a", "b"])
    assert list(curves.means) == ["a", "b", "late"]
    assert curves.means["a"] == (None, 0.1)


def test_a_long_run_is_averaged_over_neighbouring_steps() -> None:
    curves = curves_of([step(number, float(number)) for number in range(1, 1001)], [], most=400)
    assert (curves.binned, len(curves.steps)) == (3, 334)
    assert curves.reward[0] == 2.0
    assert curves.reward[-1] == 1000.0


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.booleans())
def test_ticks_lie_in_the_range_at_equal_distances(low: float, wide: float, whole: bool) -> None:
    high = low + wide
    found = ticks(low, high, 5, whole=whole)
    room = 1e-6 * max(abs(low), abs(high), wide)
    assert all(low - room <= one <= high + room for one in found)
    assert len(found) <= 12
    gaps = {round((b - a) / wide, 3) for a, b in pairwise(found)}
    assert len(gaps) <= 2 or math.isclose(min(gaps), max(gaps), rel_tol=0.01)


def test_a_range_of_shares_is_drawn_from_nought_to_one_and_others_from_their_own() -> None:
    assert span([0.3, 0.4]) == (0.0, 1.0)
    low, high = span([120.0, 140.0])
    assert (low, high) == (119.0, 141.0)


def test_a_gap_breaks_the_line_and_a_lonely_value_is_a_dot() -> None:
    frame = frame_for(100, 100, [1, 2, 3, 4, 5], (0, 1))
    drawn = curve(frame, [1, 2, 3, 4, 5], Curve("x", [0.1, 0.2, None, 0.4, None], "line", "s0"))
    assert drawn.count("M") == 2
    assert drawn.count("L") == 1
    assert drawn.count("<circle") == 1


def test_shares_below_zero_are_stacked_downwards() -> None:
    shares = {"a": [1.25], "b": [-0.25]}
    assert stack_span(shares) == (-0.25, 1.25)
    frame = frame_for(100, 100, [1.0], stack_span(shares), top=0, bottom=0)
    drawn = stack(frame, [1.0], {"a": ("s0", shares["a"]), "b": ("s1", shares["b"])})
    # 100 units are 1.5: a reaches from 0 to the top, b from 0 to the bottom
    assert 'height="83.33"' in drawn
    assert 'height="16.67"' in drawn
    assert 'y="83.33"' in drawn


def test_stack_of_nothing_has_an_ordinary_range() -> None:
    assert stack_span({"a": [None], "b": [None]}) == pytest.approx((0.0, 1.0))
