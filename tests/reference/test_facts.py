"""The reference interpreter against numbers that a person worked out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pytest
from reference.interpreter import Batch, Result, interpret

import guerdon as gd
from guerdon.expr.spans import Piece, Span


def run(root: Any, columns: dict[str, list[Any]], groups: Sequence[Any] | None = None, **options: Any) -> Result:
    n = len(next(iter(columns.values())))
    ids = [f"r{i}" for i in range(n)]
    state = options.pop("state", None)
    return interpret(root, Batch(columns, ids, groups or columns.get("prompt") or ids, **options), state)


def values(root: Any, columns: dict[str, list[Any]], groups: Sequence[Any] | None = None, **options: Any) -> list[Any]:
    """The root's numbers in order, and the reason in place of a number that is not there."""
    cells = run(root, columns, groups, **options).root.listed()
    return [cell.value if cell.has_number else cell.reason for cell in cells]


def about(*numbers: float) -> Any:
    return pytest.approx(numbers, abs=6e-5)


x, y = gd.col("x"), gd.col("y")
steps = gd.col("s", axis="step")


def test_a_reward_wins_by_its_average_preference_over_the_references():
    par = (x - gd.col("refs", axis="reference")).sigmoid().mean()
    assert values(par, {"x": [2, 2], "refs": [[0], [0, 1, 3]]}) == about(0.8808, 0.6269)
    assert values(par, {"x": [7], "refs": [[5, 6, 8]]}) == about(0.6269)


def test_log_sigmoid_of_a_centred_reward():
    assert values(x.log_sigmoid(), {"x": [1, 3, 0]}) == about(-0.3133, -0.0486, -0.6931)
    both = x.log_sigmoid() + y.log_sigmoid()
    assert values(both, {"x": [2, 4], "y": [2, 0]}) == about(-0.2539, -0.7113)


def test_a_length_penalty_for_the_best_prompts_alone():
    right, length = gd.col("right"), gd.col("length")
    share = right.mean(over="prompt")
    top = share >= share.quantile(0.8, over="batch", unit="prompt")
    shorter = 1 - 0.2 * length.zscore(over="prompt", where=right).sigmoid()
    reward = right * gd.where(top, shorter, 1)
    groups = ["a"] * 3 + ["b"] * 4
    data = {"right": [1, 1, 1, 1, 0, 0, 0], "length": [100, 200, 300, 5, 6, 7, 8]}
    assert values(reward, data, groups) == about(0.9546, 0.9, 0.8454, 1, 0, 0, 0)


def test_the_soft_minimum_of_step_rewards():
    assert values(steps.softmin(0.1), {"s": [[0.8, -0.2, 0.5]]}) == about(-0.19932)
    assert values(steps.softmin(1.0), {"s": [[0.8, -0.2, 0.5]]}) == about(0.18375)
    weights = (-steps / 0.1).softmax()
    assert values((weights * steps).reverse_cumsum(), {"s": [[0.8, -0.2, 0.5]]}) == about(-0.19932, -0.19935, 0.00046)


def test_rare_tests_weigh_more():
    passed = gd.col("passed", axis="test")
    rare = 1 - passed.mean(over=("prompt", passed.position()))
    dense = (passed * rare / rare.sum()).sum()
    data = {"passed": [[1, 1, 0], [1, 0, 0], [1, 1, 1], [1, 0, 0]]}
    assert values(dense, data, "aaaa") == about(0.4, 0, 1, 0)
    assert values(0.5 * dense + 0.5 * passed.all(), data, "aaaa") == about(0.2, 0, 1, 0)


@pytest.mark.parametrize(("reference", "expected"), [(0, [-1, 1, -1]), (2, [-1, -1, -1])])
def test_everybody_against_one_reference_of_the_group(reference, expected):
    chosen = gd.col("place") == gd.param("reference", 0.0)
    duel = gd.where(x > x.max(over="prompt", where=chosen), 1, -1).only(~chosen, "the reference")
    balance = duel.mean(over="prompt")
    reward = duel.only(balance.abs() < 0.8, "too easy")
    data = {"x": [7, 5, 9, 6], "place": [0, 1, 2, 3]}
    params = {"reference": float(reference)}
    found = values(duel, data, "aaaa", params=params)
    assert found.pop(reference) == "left out: the reference"
    assert found == expected
    kept = values(reward, data, "aaaa", params=params)
    assert kept == (["left out: too easy"] * 4 if reference == 2 else ["left out: the reference", *expected])


def test_anchor_states_are_groups_of_their_own():
    reward, state = gd.col("r", axis="turn"), gd.col("state", axis="turn")
    total = reward.sum()
    to_go = reward.reverse_cumsum(0.95)
    key = ("prompt", state)
    advantage = (total - total.mean(over="prompt")) + (to_go - to_go.mean(over=key))
    data = {"r": [[0, 1], [0, 0]], "state": [["s0", "s1"], ["s0", "s2"]]}
    assert values(to_go, data, "aa") == about(0.95, 1, 0, 0)
    assert values(advantage, data, "aa") == about(0.975, 0.5, -0.975, -0.5)
    flat = total.zscore(over="prompt", ddof=1, eps=1e-6)
    assert values(flat, {"r": [[1], [0], [0], [1]]}, "aaaa") == about(0.8660, -0.8660, -0.8660, 0.8660)


def test_zero_times_anything_is_zero_and_nothing_else_absorbs():
    data = {"x": [0, None, None, 2], "y": [None, 0, 1, None]}
    assert values(x * y, data) == [0.0, 0.0, "missing", "missing"]
    assert values(x + y, data) == ["missing"] * 4
    assert math.copysign(1, values(x * -1, {"x": [0]})[0]) == 1


def test_kleene_logic():
    data = {"x": [0, None, 1, None, 1], "y": [None, 1, None, 0, 1]}
    assert values(gd.col("x") & gd.col("y"), data) == [0.0, "missing", "missing", 0.0, 1.0]
    assert values(gd.col("x") | gd.col("y"), data) == ["missing", 1.0, 1.0, "missing", 1.0]


def test_domain():
    data = {"x": [0, -8, 1000]}
    assert values(1 / x, data)[0] == "domain"
    assert values(x ** (1 / 3), data)[1] == "domain"
    assert values(x.log(), data)[:2] == ["domain", "domain"]
    assert values(x.exp(), data)[2] == "domain"


def test_statistics_of_nobody_and_of_the_unscored():
    nobody = {"x": [1, 2]}
    assert values(x.sum(over="batch", where=0), nobody) == [0.0, 0.0]
    assert values(x.all(over="batch", where=0), nobody) == [1.0, 1.0]
    assert values(x.mean(over="batch", where=0), nobody) == ["empty", "empty"]
    assert values(x.mean(over="batch", where=0, empty=y), nobody | {"y": [5, None]}) == [5.0, "missing"]
    some = {"x": [1, None, 4]}
    assert values(x.mean(over="batch"), some) == [2.5] * 3
    assert values(x.count(over="batch"), some) == [2.0] * 3
    assert values(x.mean(over="rollout"), some) == [1.0, "missing", 4.0]
    assert values(steps.mean(), {"s": [[1, None, 4], None, []]}) == ["missing", "missing", "empty"]
    assert values(steps.mean(where=steps.isscored()), {"s": [[1, None, 4]]}) == [2.5]


def test_leave_one_out_and_ranks():
    assert values(x.mean(over="batch", leave_one_out=True), {"x": [1, 2, 6]}) == [4.0, 3.5, 1.5]
    data = {"x": [3, 1, 3, 2]}
    assert values(x.rank(over="batch"), data) == [3.5, 1, 3.5, 2]
    assert values(x.rank(over="batch", ties="min"), data) == [3, 1, 3, 2]
    assert values(x.rank(over="batch", ties="max"), data) == [4, 1, 4, 2]
    assert values(x.rank(over="batch", ties="first"), data) == [3, 1, 4, 2]
    assert values(x.rank(over="batch", ties="max", pct=True), data) == [1, 0.25, 1, 0.5]
    assert values(x.zscore(over="batch"), {"x": [4, 4]}) == [0, 0]


def test_duels():
    wins = gd.where(x == gd.other(x), 0.5, x > gd.other(x))
    assert values(wins.mean(), {"x": [1, 2, 2]}, "aaa") == [0.0, 0.75, 0.75]
    gap = x - gd.other(x)
    assert values(gap, {"x": [1, 2, 5]}, "aaa") == [-1, -4, 1, -3, 4, 3]
    assert values(gap.swap(), {"x": [1, 2, 5]}, "aaa") == [1, 4, -1, 3, -4, -3]
    assert values(gap.mean(), {"x": [1]}, "a") == ["empty"]
    few = gd.other(x, opponents=1, seed=2).max()  # a draw inside a side is no draw of the duel
    mixed = gap - few
    assert values(mixed.swap().swap(), {"x": [1, 2, 5]}, "aaa") == values(mixed, {"x": [1, 2, 5]}, "aaa")
    assert values(x.rank(over="prompt") - gd.other(x), {"x": [1, 2]}, "aa") == [-1, 1]
    ranks = gap.rank(over="prompt")
    assert values(ranks.swap(), {"x": [1, 2]}, "aa") == [2, 1]
    with pytest.raises(TypeError, match="against each other"):
        gap.rank().swap()
    with pytest.raises(TypeError, match="order of the opponents"):
        gap.cumsum().swap()


def test_leaves_say_whose_doing_it_was():
    @gd.function(fails_as=0.0, bounds=(0, 1))
    def mark(t) -> float:
        if t == "bad":
            raise gd.Failed("no answer")
        if t == "lost":
            raise gd.Unscored("no reference")
        if t == "odd":
            raise KeyError("k")
        return {"none": None, "nan": math.nan}.get(t, 1.0)

    cells = run(mark(t=gd.col("t")), {"t": ["ok", "bad", "lost", "odd", "none", "nan"]}).root.listed()
    assert [(c.status, c.value if c.has_number else None, c.reason) for c in cells] == [
        ("scored", 1.0, ""),
        ("failed", 0.0, "no answer"),
        ("unscored", None, "no reference"),
        ("unscored", None, "exception: KeyError: 'k'"),
        ("unscored", None, "none"),
        ("unscored", None, "domain"),
    ]


def test_running_means_are_read_before_they_learn():
    memory: dict[bytes, Any] = {}
    mean = gd.running(x, "mean", empty=0)
    assert values(mean, {"x": [1, 3]}, state=memory) == [0, 0]
    assert values(mean, {"x": [8, None]}, state=memory) == [2, 2]
    assert values(mean, {"x": [0]}, state=memory) == [4]
    dual = gd.dual(x, target=1, lr=0.5)
    memory = {}
    assert [values(dual, {"x": [0.0]}, state=memory)[0] for _ in range(3)] == [0.0, 0.5, 1.0]
    assert values(dual, {"x": [9.0]}, state=memory) == [1.5]
    assert values(dual, {"x": [1.0]}, state=memory) == [0.0]


@gd.function(axis="step")
def lines(completion: str) -> list[str]:
    """Lines, each with its separator."""
    return _cut(completion, "\n")


@gd.function(axis="word")
def words(completion: str) -> list[str]:
    return _cut(completion, " \n")


def _cut(text: str, ends: str) -> list[str]:
    pieces, start = [], 0
    for i, character in enumerate(text):
        if character in ends or i == len(text) - 1:
            pieces.append(Piece(text[start : i + 1], Span(0, start, i + 1)))
            start = i + 1
    return pieces


def test_credit_lands_on_the_finer_pieces():
    length = gd.function(lambda piece: float(len(piece)), name="length")
    text = {"completion": ["ab c\nd\n", "x"]}
    on_steps = length(piece=lines())
    assert values(on_steps, text) == [5, 2, 1]
    assert values(on_steps.onto(words()), text) == [0, 5, 2, 1]
    assert values(on_steps.onto(words(), at="first"), text) == [5, 0, 2, 1]
    assert values(on_steps.onto(words(), at="all"), text) == [5, 5, 2, 1]
    assert values(on_steps.onto(words(), at="share"), text) == [2.5, 2.5, 2, 1]
    on_words = length(piece=words())
    assert values(on_words.within(lines()).sum(), text) == [5, 2, 1]
    assert values(on_words.onto(lines()), text) == [5, 2, 1]


def test_two_lists_of_one_axis_must_agree():
    other = gd.col("t", axis="step")
    assert values(steps + other, {"s": [[1, 2], [1]], "t": [[1, 1], [1, 2]]}) == [
        2,
        3,
        "lengths differ",
        "lengths differ",
    ]
