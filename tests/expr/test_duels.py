"""Duels: who meets whom, both orders of presentation, and calling half of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.expr.score import Score

X = gd.col("x")
ROWS: dict[str, Any] = {"prompt": ["p", "q", "p", "p", "q", "alone"], "x": [1, 10, 2, 3, 20, 7]}


@gd.function
def show(mine: float, theirs: float) -> float:
    return 100 * mine + theirs


DUEL = show(mine=X, theirs=gd.other(X))


def test_the_others_of_the_group_in_row_order_and_never_oneself() -> None:
    assert gd.other(X).score(ROWS).nested() == [[2.0, 3.0], [20.0], [1.0, 3.0], [1.0, 2.0], [10.0], []]
    assert DUEL.score(ROWS).nested() == [[102.0, 103.0], [1020.0], [201.0, 203.0], [301.0, 302.0], [2010.0], []]


def test_texts_meet_too() -> None:
    texts = gd.col("text")
    equal = (texts == gd.other(texts)).sum()
    assert equal.score({"prompt": ["p"] * 4, "text": ["a", "b", "a", None]}).numbers == [1.0, 0.0, 1.0, 0.0]


def test_nobody_to_meet_is_empty_unless_it_is_said() -> None:
    wins = (gd.other(X) < X).mean()
    scores = wins.score(ROWS)
    assert scores.numbers == [0.0, 0.0, 0.5, 1.0, 1.0, None]
    assert scores.reasons[-1] == "empty"
    assert (gd.other(X) < X).mean(empty=0.5).score(ROWS).numbers[-1] == 0.5


def test_an_opponent_without_a_number_is_left_out() -> None:
    scores = (gd.other(X) < X).mean().score({"prompt": ["p"] * 3, "x": [1, None, 3]})
    assert scores.numbers == [0.0, None, 1.0]
    assert scores.reasons == ["", "missing", ""]


def test_swap_shows_both_sides_the_other_way_round() -> None:
    assert DUEL.swap().score(ROWS).nested() == [
        [201.0, 301.0], [2010.0], [102.0, 302.0], [103.0, 203.0], [1020.0], [],
    ]  # fmt: skip
    assert (X - gd.other(X)).swap().score(ROWS).nested() == (gd.other(X) - X).score(ROWS).nested()
    assert gd.other(X).swap().score(ROWS).nested() == [[1.0, 1.0], [10.0], [2.0, 2.0], [3.0, 3.0], [20.0], []]


def test_what_belongs_to_no_side_stays_and_conditions_change_sides() -> None:
    duel = gd.where(X > 1, 2 * (X - gd.other(X)) + gd.step(), X)
    rows = {"prompt": ["p", "p"], "x": [1, 5]}
    assert duel.score(rows, step=10).nested() == [[1.0], [18.0]]
    assert duel.swap().score(rows, step=10).nested() == [[18.0], [1.0]]


def duels(x: Score) -> list[Score]:
    y = gd.other(x)
    mean = x.mean(over="prompt")
    return [show(mine=x, theirs=y), x - 2 * y, (y < x) * x, gd.where(x > y, x, 3.0), show(mine=mean, theirs=y), y + 0]


@given(st.lists(st.tuples(st.sampled_from("pqr"), st.integers(-5, 5)), min_size=1, max_size=8))
def test_a_swap_is_the_duel_seen_from_the_other_side(table: list[tuple[str, int]]) -> None:
    rows = {"prompt": [p for p, _ in table], "x": [float(v) for _, v in table]}
    n = len(table)
    them = [[j for j in range(n) if j != i and table[j][0] == table[i][0]] for i in range(n)]
    for duel in duels(X + 0):
        there, back = duel.score(rows).nested(), duel.swap().score(rows).nested()
        assert duel.swap().swap().score(rows).nested() == there
        for i in range(n):
            for k, j in enumerate(them[i]):
                assert back[i][k] == there[j][them[j].index(i)]


def test_half_of_an_antisymmetric_duel_is_the_whole() -> None:
    asked: list[tuple[float, float]] = []

    @gd.function(cost="judge")
    def better(mine: float, theirs: float) -> float:
        asked.append((mine, theirs))
        return float(np.sign(mine - theirs))

    i = gd.col("i")
    duel = better(mine=X, theirs=gd.other(X))
    half = gd.where(i < gd.other(i), duel, -duel.swap())
    rows = {**ROWS, "i": [3, 0, 5, 1, 4, 2]}
    assert half.score(rows).nested() == duel.score(rows, savings=False).nested()
    asked.clear()
    half.score(rows)
    assert sorted(asked) == [(1.0, 2.0), (3.0, 1.0), (3.0, 2.0), (10.0, 20.0)]  # i: 3 < 5, 1 < 3, 1 < 5, 0 < 4


GROUP = {"prompt": ["p"] * 6, "completion": list("abcdef"), "id": list("uvwxyz"), "x": [float(k) for k in range(6)]}


def test_opponents_are_drawn_by_seed_step_and_id() -> None:
    drawn = gd.other(X, opponents=2, seed=1)
    first = drawn.score(GROUP).nested()
    assert first == drawn.score(GROUP).nested()
    for i, others in enumerate(first):
        assert len(others) == 2
        assert others == sorted(set(others) - {float(i)})  # in row order, no one twice, never oneself
    assert first != gd.other(X, opponents=2, seed=2).score(GROUP).nested()
    assert first != drawn.score(GROUP, step=1).nested()
    turned = {key: value[::-1] for key, value in GROUP.items()}
    assert [sorted(others) for others in drawn.score(turned).nested()[::-1]] == first


def test_there_are_no_more_opponents_than_others() -> None:
    assert gd.other(X, opponents=9).score(GROUP).nested() == gd.other(X).score(GROUP).nested()


def test_everybody_is_met_as_often_as_chance_has_it() -> None:
    met = [gd.other(X, opponents=1).score(GROUP, step=step).numbers for step in range(300)]
    counts = np.bincount(np.array(met, dtype=float).astype(int).ravel(), minlength=6)
    assert counts.sum() == 1800
    assert abs(counts - 300).max() < 5 * np.sqrt(1800 * 5 / 36)  # five standard deviations of each count


def test_both_sides_of_a_drawn_duel_meet_the_same() -> None:
    drawn = gd.other(X, opponents=2, seed=1)
    duel = show(mine=X, theirs=drawn)
    there, back = duel.score(GROUP).nested(), duel.swap().score(GROUP).nested()
    assert [[100 * (v % 100) + v // 100 for v in row] for row in there] == back


def test_what_is_no_duel_is_refused() -> None:
    steps = gd.col("steps", axis="step")
    with pytest.raises(TypeError, match=r"gd\.other takes one value per rollout"):
        gd.other(steps)
    with pytest.raises(ValueError, match="opponents=0 must be at least 1"):
        gd.other(X, opponents=0)
    for score in (X + 0, steps + 0, DUEL.mean()):
        with pytest.raises(TypeError, match="swap belongs to a duel"):
            score.swap()
    with pytest.raises(TypeError, match="cumsum depends on the order of the opponents"):
        gd.other(X).cumsum().swap()
    with pytest.raises(TypeError, match="mixes scores on different splits"):
        gd.other(X) + gd.other(X, opponents=2)
    with pytest.raises(TypeError, match="mixes scores on different splits"):
        gd.other(X) + steps
