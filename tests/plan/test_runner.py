"""What a runner keeps besides state: parameters and the step; batches that raise, threads and loops."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable
from typing import Any

import pytest

import guerdon as gd
from guerdon.expr.score import Score
from guerdon.plan.runner import Runner, scope_of

X = gd.col("x")


def seen(node: Score, *batches: list[Any]) -> list[float | None]:
    """What the first row of each batch sees; a last empty-handed batch shows what the others left."""
    runner = node.compile()
    return [runner.score({"x": batch}).numbers[0] for batch in batches]


# Batches that raise


@pytest.mark.parametrize("error", [gd.ContractError("stop"), KeyboardInterrupt()])
def test_a_batch_that_raises_leaves_everything_as_it_was(error: BaseException) -> None:
    @gd.function(cost="judge", pure=False)
    def judge(x: float) -> float:
        if x < 0:
            raise error
        return x

    runner = (gd.running(X, "mean", empty=0) + gd.dual(X, target=0, lr=1) + judge()).compile()
    runner.score({"x": [4]})
    before = runner.state_dict()
    with pytest.raises(type(error)):
        runner.score({"x": [8, -1]})
    assert runner.state_dict() == before
    assert runner.step == 1
    assert runner.score({"x": [2]}).numbers == [6.0]


# Parameters and the step


def test_parameters_are_numbers_texts_and_objects() -> None:
    @gd.function
    def marks(text: str, rubric: str, words: list[str]) -> float:
        return float(rubric in text) + 10 * len([word for word in words if word in text])

    reward = marks(rubric=gd.param("rubric", "a"), words=gd.param("words", ["x"])) + gd.param("bonus", 100)
    runner = reward.compile()
    rows = {"text": ["a x", "b y"]}
    assert runner.score(rows).numbers == [111.0, 100.0]
    runner.set("rubric", "b")
    runner.set("words", ["y", "b"])
    runner.set("bonus", True)
    assert runner.score(rows).numbers == [1.0, 22.0]


def test_a_parameter_that_cannot_be_is_refused_by_name() -> None:
    runner = (gd.param("threshold", 0.5) < X).compile()
    with pytest.raises(KeyError, match="no parameter 'treshold'; it has 'threshold'"):
        runner.set("treshold", 1)
    with pytest.raises(KeyError, match="it has none"):
        X.compile().set("threshold", 1)
    for value in (math.nan, math.inf, "high", None, [1]):
        with pytest.raises(ValueError, match="parameter 'threshold' must be a finite number, not"):
            runner.set("threshold", value)
    assert runner.score({"x": [1]}).numbers == [1.0]


def test_two_defaults_for_one_parameter_are_refused() -> None:
    reward = gd.param("k", 1) + gd.param("k", 2)
    with pytest.raises(gd.ContractError, match=r"^parameter 'k' has two defaults, 1\.0 and 2\.0: give it one$"):
        reward.compile()
    assert (gd.param("k", 1) + gd.param("k", 1)).score({"x": [0]}).numbers == [2.0]


def test_the_step_is_the_trainers_or_the_count_of_batches() -> None:
    runner = gd.step().compile()
    rows = {"x": [0]}
    assert [runner.score(rows).step for _ in range(2)] == [0, 1]
    assert runner.score(rows, step=10).numbers == [10.0]
    assert runner.score(rows).numbers == [11.0]
    assert (gd.step() / 4).clip(0, 1).score(rows, step=3).numbers == [0.75]


def test_chance_depends_on_the_step_and_the_id_alone() -> None:
    chance = gd.random(seed=3)
    runner = chance.compile()
    rows = {"completion": ["a", "b", "c"], "id": ["p", "q", "r"]}
    first, second = runner.score(rows).numbers, runner.score(rows).numbers
    assert len({*first, *second}) == 6
    turned = {key: value[::-1] for key, value in rows.items()}
    assert chance.score(turned, step=1).numbers == second[::-1]
    groups = gd.random(over="prompt").score({"prompt": ["p", "q", "p"]}).numbers
    assert groups[0] == groups[2] != groups[1]


# What a trainer must hand over


@gd.function(per="group", returns="score")
def of_a_group(x: list[float]) -> list[float]:
    return x


@gd.function(per="batch", returns="score")
def of_a_batch(x: list[float]) -> list[float]:
    return x


@pytest.mark.parametrize(
    ("root", "scope"),
    [
        (X + 1, "rollout"),
        (gd.col("x", axis="step").zscore(), "rollout"),
        (gd.random() + gd.step(), "rollout"),
        (X.mean(over="rollout"), "rollout"),
        (X - X.mean(over="prompt"), "group"),
        (X.rank(over=("prompt", gd.col("task"))), "group"),
        (gd.other(X).mean(), "group"),
        (of_a_group(), "group"),
        (X.mean(over="batch"), "batch"),
        (X.mean(over=gd.col("task")), "batch"),
        (X.mean(over="batch", unit="prompt"), "batch"),
        (of_a_batch(), "batch"),
        (gd.running(X, "mean"), "batch"),
        (X * gd.dual(X, target=0, lr=1), "batch"),
    ],
)
def test_scope(root: Score, scope: str) -> None:
    assert scope_of(root) == scope
    assert root.compile().scope() == scope
    assert root.compile().has_state == any(op in repr(root) for op in ("running", "dual"))


# Threads and loops


def hammer(work: Callable[[int], None], times: int = 8) -> None:
    errors: list[BaseException] = []

    def run(k: int) -> None:
        try:
            work(k)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors


def test_batches_of_several_threads_are_learned_from_one_after_the_other() -> None:
    runner = gd.stack(gd.running(X, "mean"), gd.running(X, "max"), axis="figure").compile()

    def work(k: int) -> None:
        for i in range(20):
            runner.score({"x": [k + i / 100]})

    hammer(work)
    assert runner.step == 160
    assert runner.score({"x": [0]}).numbers == [pytest.approx(3.5 + 0.095), 7.19]


def test_ascore_leaves_the_loop_free_and_takes_turns() -> None:
    @gd.function(bounds=(0, 1))
    async def judge(x: float) -> float:
        await asyncio.sleep(0.01)
        return 1.0

    reward = judge() + gd.running(X, "mean", empty=0)

    async def main(runner: Runner) -> tuple[list[list[float | None]], int]:
        beats = 0

        async def beat() -> None:
            nonlocal beats
            while True:
                beats += 1
                await asyncio.sleep(0)

        heart = asyncio.create_task(beat())
        found = await asyncio.gather(*(runner.ascore({"x": [2]}) for _ in range(3)))
        heart.cancel()
        one = await reward.ascore({"x": [1]})
        assert one.numbers == [1.0]
        return sorted([scores.numbers for scores in found]), beats

    with reward.compile() as runner:
        numbers, beats = asyncio.run(main(runner))
    assert numbers == [[1.0], [3.0], [3.0]]
    assert beats > 3


def test_score_works_inside_a_running_loop() -> None:
    @gd.function
    async def judge(x: float) -> float:
        await asyncio.sleep(0)
        return 2 * x

    async def main() -> list[float | None]:
        return judge().score({"x": [1, 2]}).numbers

    assert asyncio.run(main()) == [2.0, 4.0]


def test_a_closed_runner_has_no_workers_and_may_start_again() -> None:
    @gd.function(isolate=True, fails_as=0.0)
    def leaf(x: float) -> float:
        import os

        return float(os.getpid())

    with leaf().compile(workers=1) as runner:
        (first,) = runner.score({"x": [1]}).numbers
        (again,) = runner.score({"x": [2]}).numbers
    runner.close()
    (later,) = runner.score({"x": [1]}).numbers
    assert first == again != later
    runner.close()
