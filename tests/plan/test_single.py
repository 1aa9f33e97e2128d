"""Scoring one rollout at a time equals scoring them together, and shares batches."""

from __future__ import annotations

import asyncio

import pytest

import guerdon as gd
from guerdon.plan.single import one_by_one


def test_rows_asked_for_at_the_same_time_share_one_batch() -> None:
    sizes: list[int] = []

    @gd.function(per="batch", returns="score")
    def seen(x: list[float]) -> list[float]:
        sizes.append(len(x))
        return [value + 1 for value in x]

    # A batch leaf shows how many rows came together; by rights it is refused, so it is asked for directly.
    with seen().compile() as runner, pytest.raises(gd.ContractError, match="compares rollouts"):
        one_by_one(runner)

    calls: list[float] = []

    @gd.function(batch_by=10)
    def plus(x: list[float]) -> list[float]:
        calls.append(len(x))
        return [value + 1 for value in x]

    async def ask() -> list[dict[str, object]]:
        with plus().named("plus").compile() as runner:
            one = one_by_one(runner)
            return list(await asyncio.gather(*(one({"x": float(i)}) for i in range(5))))

    found = asyncio.run(ask())
    assert [row["score"] for row in found] == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert calls == [5]
    assert {tuple(row) for row in found} == {("score", "status", "reason", "plus")}


def test_an_unscored_row_has_the_same_keys() -> None:
    async def ask() -> dict[str, object]:
        with gd.col("x").named("x").compile() as runner:
            return await one_by_one(runner)({"x": None})

    assert asyncio.run(ask()) == {"score": None, "status": "unscored", "reason": "missing", "x": None}


@pytest.mark.parametrize(
    ("reward", "named"),
    [
        (gd.col("x").mean(over="prompt"), "compares rollouts"),
        (gd.step() * 1, "training step"),
        (gd.running(gd.col("x"), "mean", empty=0), "learns from batches"),
    ],
)
def test_what_needs_company_is_refused_by_name(reward: gd.Score, named: str) -> None:
    with reward.compile() as runner, pytest.raises(gd.ContractError, match=named):
        one_by_one(runner)
