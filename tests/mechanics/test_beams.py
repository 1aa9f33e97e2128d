"""Reactions of beams, by hand and by the two equations they must satisfy."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.mechanics import Couple, Force, Spread, clamp, reactions

PLACE = st.fractions(min_value=-10, max_value=10, max_denominator=20)
LOAD = st.one_of(
    st.builds(Force, PLACE, PLACE),
    st.builds(Couple, PLACE),
    st.builds(lambda at, length, one, two: Spread(at, at + length, one, two), PLACE, st.integers(1, 5), PLACE, PLACE),
)


def text(pair: tuple[Fraction, Fraction]) -> tuple[str, str]:
    return str(pair[0]), str(pair[1])


def test_by_hand():
    assert text(reactions([Force("0.25")], (0, 1))) == ("3/4", "1/4")
    assert text(reactions([Force(1)], (0, 0.5))) == ("-1", "2")
    assert text(reactions([Force(1), Force(2, "1/2")], (0, 3))) == ("5/6", "2/3")
    assert text(reactions([Force(1)], (3, 0))) == ("1/3", "2/3")


def test_spread_loads_by_hand():
    """An even load w over a span L: w L / 2 each; a triangle rising to w: w L / 6 and w L / 3."""
    assert text(reactions([Spread(0, 6, 2)], (0, 6))) == ("6", "6")
    assert text(reactions([Spread(0, 6, 0, 2)], (0, 6))) == ("2", "4")
    assert text(reactions([Spread(0, 6, 2, 0)], (0, 6))) == ("4", "2")


def test_a_couple_makes_a_pair_of_equal_and_opposite_reactions():
    assert text(reactions([Couple(6)], (0, 3))) == ("2", "-2")


def test_a_clamped_end_by_hand():
    """A force F at the tip: F, and F L; an even load: w L, and w L^2 / 2."""
    assert text(clamp([Force(2, 3)])) == ("3", "6")
    assert text(clamp([Spread(0, 4, 1)])) == ("4", "8")


@given(st.lists(LOAD, max_size=6), PLACE, PLACE, PLACE)
def test_forces_and_moments_balance_about_every_place(loads, a, b, about):
    if a == b:
        return
    left, right = reactions(loads, (a, b))
    pushed = [*loads, Force(a, -left), Force(b, -right)]
    assert clamp(pushed, about) == (0, 0)


@pytest.mark.parametrize(
    ("loads", "supports", "says"),
    [
        ([Force(1)], (0, 0), "two places"),
        ([Force(1)], (0, 1, 2), "two supports"),
        ([Force("x")], (0, 1), "is a number"),
        ([Force(float("nan"))], (0, 1), "is a number"),
        ([Force("9" * 5000)], (0, 1), "is a number"),
        ([Spread(1, 1)], (0, 1), "stops after it starts"),
        ([{"where": 1}], (0, 1), "a load has the fields"),
        ([{"at": 1, "mass": 2}], (0, 1), "a load has the fields"),
        ([Force(1)] * 10_001, (0, 1), "10000 loads"),
    ],
)
def test_what_cannot_be_solved_says_why(loads, supports, says):
    with pytest.raises(ValueError, match=says):
        reactions(loads, supports)


def test_as_a_column():
    loads = [[{"at": 0.25}], [{"start": 0, "stop": 6, "size": 2}], [{"at": 2, "size": 3}], None, [{"at": "x"}]]
    supports = [[0, 1], [0, 6], [0], [0, 1], [0, 1]]
    scores = gd.mechanics.solved(gd.col("loads"), gd.col("supports")).score({"loads": loads, "supports": supports})
    assert scores.nested() == [[0.75, 0.25], [6, 6], [3, 6], [None], [None]]
