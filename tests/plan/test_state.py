"""State from batch to batch, worked out by hand, frozen, saved and taken up again."""

from __future__ import annotations

import json
import math
import random
from typing import Any

import pytest

import guerdon as gd
from guerdon.expr.score import Score

X = gd.col("x")


def seen(node: Score, *batches: list[Any]) -> list[float | None]:
    """What the first row of each batch sees; a last empty-handed batch shows what the others left."""
    runner = node.compile()
    return [runner.score({"x": batch}).numbers[0] for batch in batches]


# Running statistics


@pytest.mark.parametrize(
    ("node", "figures"),
    [
        (gd.running(X, "mean", empty=-1), [-1.0, 2.0, 3.0, 4.5]),
        (gd.running(X, "min", empty=-1), [-1.0, 1.0, 1.0, 1.0]),
        (gd.running(X, "max", empty=-1), [-1.0, 3.0, 5.0, 9.0]),
        (gd.running(X, "std", empty=-1), [-1.0, 1.0, math.sqrt(8 / 3), math.sqrt(35 / 4)]),
        # decay: the mean moves a quarter of the way to that of the new batch: 2, 2 + 3/4, 2.75 + 6.25/4
        (gd.running(X, "mean", decay=0.75, empty=-1), [-1.0, 2.0, 2.75, 4.3125]),
        # the variance: 1; 0.75 * (1 + 0.25 * 3**2); 0.75 * (2.4375 + 0.25 * 6.25**2)
        (gd.running(X, "std", decay=0.75, empty=-1), [-1.0, 1.0, math.sqrt(2.4375), math.sqrt(9.15234375)]),
        (gd.running(X, "mean", window=2, empty=-1), [-1.0, 2.0, 3.0, 7.0]),
        (gd.running(X, "std", window=2, empty=-1), [-1.0, 1.0, math.sqrt(8 / 3), 2.0]),
        (gd.running(X, "min", window=1, empty=-1), [-1.0, 1.0, 5.0, 9.0]),
        (gd.running(X, "max", window=2, empty=-1), [-1.0, 3.0, 5.0, 9.0]),
        (gd.running(X, "quantile", q=0.25, window=3, empty=-1), [-1.0, 1.5, 2.0, 2.5]),
        (gd.running(X, "mean", sees="after"), [2.0, 3.0, 4.5, 3.6]),
    ],
)
def test_running_figures_by_hand(node: Score, figures: list[float]) -> None:
    assert seen(node, [1, 3], [5], [9], [0]) == pytest.approx(figures)


def test_before_anything_was_seen_there_is_nothing_unless_it_is_said() -> None:
    scores = gd.running(X, "mean").score({"x": [1, 2]})
    assert scores.numbers == [None, None]
    assert scores.reasons == ["empty", "empty"]
    assert gd.running(X, "mean", empty=X * 10).score({"x": [1, 2]}).numbers == [10.0, 20.0]


def test_every_value_of_a_column_has_its_own_state() -> None:
    node = gd.running(X, "mean", by=gd.col("task"), empty=0)
    runner = node.compile()
    assert runner.score({"x": [1, 3, 10], "task": ["a", "a", "b"]}).numbers == [0.0, 0.0, 0.0]
    scores = runner.score({"x": [5, 20, 7], "task": ["b", "a", "c"]})
    assert scores.numbers == [10.0, 2.0, 0.0]
    assert runner.score({"x": [0, 0, 0], "task": ["a", "b", "c"]}).numbers == [pytest.approx(8), 7.5, 7.0]


def test_keys_are_equal_by_value_and_text_is_no_number() -> None:
    runner = gd.running(X, "max", by=gd.col("key"), empty=0).compile()
    runner.score({"x": [1, 2, 3, 4], "key": [1, "1", None, [1, 2]]})
    scores = runner.score({"x": [0] * 6, "key": [1.0, True, "1", None, [1, 2], [2, 1]]})
    assert scores.numbers == [1.0, 1.0, 2.0, 3.0, 4.0, 0.0]


def test_who_is_not_admitted_or_has_no_number_teaches_nothing() -> None:
    node = gd.running(X, "mean", where=gd.col("open"), empty=0)
    runner = node.compile()
    runner.score({"x": [1, 100, None, math.inf, 100], "open": [1, 0, 1, 1, None]})
    assert runner.score({"x": [100, None], "open": [0, 1]}).numbers == [1.0, 1.0]
    assert runner.score({"x": [0], "open": [1]}).numbers == [1.0]  # the batch before taught nothing at all


def test_a_failed_leaf_teaches_its_number() -> None:
    @gd.function(fails_as=-1.0)
    def leaf(x: float) -> float:
        if x < 0:
            raise gd.Failed("no answer")
        return x

    runner = gd.running(leaf(), "mean", empty=0).compile()
    runner.score({"x": [3, -5]})
    assert runner.score({"x": [0]}).numbers == [1.0]


@pytest.mark.parametrize("options", [{}, {"decay": 0.9}, {"window": 2}])
def test_the_order_of_rows_does_not_matter(options: dict[str, Any]) -> None:
    draw = random.Random(1)
    values = [draw.uniform(-1, 1) * 10 ** draw.randint(-8, 8) for _ in range(200)]
    states = []
    for _ in range(3):
        draw.shuffle(values)
        runner = (gd.running(X, "mean", **options) + gd.running(X, "std", **options)).compile()
        runner.score({"x": values})
        runner.score({"x": list(reversed(values))})
        states.append(json.dumps(runner.state_dict()))
    assert states[0] == states[1] == states[2]


def test_a_sum_too_large_for_a_number_teaches_nothing() -> None:
    runner = gd.running(X, "mean", empty=0).compile()
    runner.score({"x": [3.0]})
    runner.score({"x": [1.7e308, 1.7e308]})
    assert runner.score({"x": [0]}).numbers == [3.0]
    json.dumps(runner.state_dict(), allow_nan=False)


# Duals


def test_a_multiplier_by_hand() -> None:
    # v: -1, -1.5, -0.75 + 1; raw: 0.5, 1.25, 1.25 - 0.125
    node = gd.dual(X, target=1, lr=0.5, momentum=0.5)
    assert seen(node, [0, 0], [-1, 1], [2], [1]) == [0.0, 0.5, 1.25, 1.125]


def test_a_multiplier_does_not_fall_below_zero_and_rises_from_there_at_once() -> None:
    assert seen(gd.dual(X, target=1, lr=0.5, init=0.25), [3], [0], [1]) == [0.25, 0.0, 0.5]


def test_squashed_multipliers() -> None:
    half = 1 / (1 + math.exp(-0.5))
    assert seen(gd.dual(X, target=1, lr=0.5, squash="sigmoid"), [0], [3], [1]) == pytest.approx(
        [0.5, half, 1 - half], abs=1e-15
    )
    assert seen(gd.dual(X, target=1, lr=0.5, squash="tanh"), [3], [1]) == [0.0, math.tanh(-1)]


def test_a_target_may_be_an_expression_and_rows_without_numbers_count_for_nothing() -> None:
    node = gd.dual(X, target=gd.col("goal"), lr=1.0, where=gd.col("open"))
    runner = node.compile()
    runner.score({"x": [1, 2, None, 9], "goal": [2, 6, 1, 0], "open": [1, 1, 1, 0]})
    assert runner.score({"x": [None], "goal": [1], "open": [1]}).numbers == [2.5]
    assert runner.score({"x": [0], "goal": [0], "open": [1]}).numbers == [2.5]


# One state, or several


def test_equal_nodes_share_a_state_and_a_name_separates() -> None:
    mean = gd.running(X, "mean", empty=0)
    other = gd.running(X, "mean", empty=0, name="other")
    runner = (mean + gd.running(gd.col("x"), "mean", empty=0) + other).compile()
    assert len(runner.state_dict()["nodes"]) == 2
    runner.score({"x": [4]})
    assert runner.score({"x": [0]}).numbers == [12.0]


def test_score_starts_fresh_each_time() -> None:
    reward = X - gd.running(X, "mean", empty=0)
    assert [reward.score({"x": [5]}).numbers for _ in range(2)] == [[5.0], [5.0]]


def test_frozen_reads_and_does_not_learn() -> None:
    runner = (gd.running(X, "mean", empty=0) + 100 * gd.step()).compile()
    runner.score({"x": [4]})
    with runner.frozen() as same:
        assert same is runner
        assert [runner.score({"x": [8]}).numbers for _ in range(2)] == [[104.0], [104.0]]
        with runner.frozen():
            pass
        assert runner.score({"x": [8]}).numbers == [104.0]
    assert runner.score({"x": [8]}).numbers == [104.0]
    assert runner.score({"x": [0]}).numbers == [206.0]


def test_frozen_ends_where_scoring_raises() -> None:
    runner = gd.running(X, "mean", empty=0).compile()
    with pytest.raises(gd.ContractError), runner.frozen():
        runner.score({"y": [1]})
    runner.score({"x": [4]})
    assert runner.score({"x": [0]}).numbers == [4.0]


# A state that travels


def test_a_state_comes_back_from_json_and_goes_on_to_the_bit() -> None:
    reward = (
        gd.running(X, "std", by=gd.col("task"), empty=0)
        + gd.running(X, "quantile", q=0.3, window=2, empty=0)
        + gd.dual(X, target=gd.param("goal", 0.5), lr=0.1, momentum=0.9)
        + gd.step()
    )
    batches = [{"x": [0.1 * i, 1 / (i + 3), -i / 7], "task": ["a", None, 2]} for i in range(6)]
    whole = reward.compile()
    whole.set("goal", 0.25)
    expected = [whole.score(batch).numbers for batch in batches]
    first, second = reward.compile(), reward.compile()
    first.set("goal", 0.25)
    for batch in batches[:3]:
        first.score(batch)
    second.load_state_dict(json.loads(json.dumps(first.state_dict(), allow_nan=False)))
    assert second.params == {"goal": 0.25}
    assert [second.score(batch).numbers for batch in batches[3:]] == expected[3:]
    assert json.dumps(second.state_dict()) == json.dumps(whole.state_dict())


def test_a_state_that_was_given_out_is_nobodys_to_change() -> None:
    runner = gd.running(X, "mean", empty=0).compile()
    runner.score({"x": [4]})
    state = runner.state_dict()
    runner.load_state_dict(state)
    state["nodes"][0]["state"]["by"].clear()
    runner.score({"x": [4]})
    assert runner.score({"x": [0]}).numbers == [4.0]


def test_a_state_of_another_reward_is_refused_by_name() -> None:
    mean, std = gd.running(X, "mean"), gd.running(X, "std")
    with pytest.raises(gd.ContractError) as error:
        mean.compile().load_state_dict(std.compile().state_dict())
    said = str(error.value)
    assert said.startswith("the state belongs to another reward: it lacks ")
    assert "'mean'" in said
    assert "'std'" in said
    assert "which this reward has not" in said
    with pytest.raises(gd.ContractError, match="the state is of version 99; this Guerdon reads 1"):
        mean.compile().load_state_dict({**mean.compile().state_dict(), "version": 99})


def test_a_refused_state_changes_nothing() -> None:
    runner = gd.running(X, "mean", empty=0).compile()
    runner.score({"x": [4]})
    before = runner.state_dict()
    with pytest.raises(gd.ContractError):
        runner.load_state_dict(X.compile().state_dict())
    assert runner.state_dict() == before
