"""What steers a reward, found in its expression."""

from __future__ import annotations

import guerdon as gd
from guerdon.expr.drivers import MOST, drivers

RIGHT = (gd.col("a") == gd.col("b")).named("right")
WORDS = gd.col("words").named("words")


def told(reward: gd.Score) -> list[tuple[str, str]]:
    return [(driver.kind, driver.name) for driver in drivers(reward)]


def test_conditions_and_factors_are_gates() -> None:
    group_is_good = RIGHT.mean(over="prompt") > 0.5
    reward = RIGHT * gd.where(group_is_good, 1 - 0.1 * WORDS, 1)
    assert told(reward) == [("gate", "right"), ("gate", "right.mean(over='prompt') > 0.5")]


def test_a_weight_is_no_gate_and_neither_is_what_may_exceed_one() -> None:
    assert told(0.8 * RIGHT + 0.2 * WORDS) == []
    assert told(WORDS * gd.col("score")) == []


def test_what_the_clock_moves_is_a_schedule_as_a_whole() -> None:
    weight = 0.5 * (gd.step() / 100).clip(0, 1)
    assert told(RIGHT - weight * WORDS) == [("schedule", "0.5 * (step() / 100).clip(0, 1)")]
    assert told(RIGHT - weight.named("press") * WORDS) == [("schedule", "press")]


def test_memory_and_parameters() -> None:
    price = gd.dual(WORDS, target=100, lr=0.1, name="price")
    usual = gd.running(WORDS, "mean", empty=0)
    reward = RIGHT - price * WORDS - gd.param("bonus", 0.1) * usual
    assert told(reward) == [
        ("multiplier", "price"),
        ("parameter", "bonus"),
        ("running", "running(words, 'mean', empty=0)"),
    ]


def test_a_hook_that_sets_an_object_is_not_followed() -> None:
    @gd.function
    def strict(completion: str, rubric: str) -> float:
        return float(rubric in completion)

    assert told(strict(rubric=gd.param("rubric", "be kind")) + gd.step()) == []


def test_there_is_a_bound() -> None:
    reward = sum((gd.col(f"c{i}") > 0) * gd.col("x") for i in range(MOST + 5))
    assert len(drivers(reward)) == MOST


def test_their_figures_in_a_batch() -> None:
    price = gd.dual(WORDS, target=6, lr=0.5)  # grows by 0.5 for each word that is missing
    reward = RIGHT * (1 - price * WORDS * (gd.step() / 10))
    runner = reward.compile()
    rows = {"a": [1, 1, 1, 0], "b": [1, 1, 0, 1], "words": [4, 4, 4, 4]}
    first, second = runner.score(rows), runner.score(rows)
    assert {name: total / n for name, (total, n) in first.drivers().items()} == {
        "gate/right": 0.5,
        "multiplier/dual(words, target=6, lr=0.5)": 0.0,
        "schedule/step() / 10": 0.0,
    }
    assert {name: total / n for name, (total, n) in second.drivers().items()} == {
        "gate/right": 0.5,
        "multiplier/dual(words, target=6, lr=0.5)": 1.0,
        "schedule/step() / 10": 0.1,
    }
