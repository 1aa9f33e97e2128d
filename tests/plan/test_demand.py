"""Who is called, and who is not: gates, cost order, and the figures that say so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import guerdon as gd
from guerdon.expr.function import Cost, Function
from guerdon.expr.score import Score

ROWS: dict[str, Any] = {"open": [0, 1, None], "text": ["a", "bb", "ccc"]}


def counted(cost: Cost = "judge", value: Callable[[Any], Any] = len, **options: Any) -> tuple[Function, list[Any]]:
    """A leaf of that cost, and the list of what it was asked about."""
    asked: list[Any] = []

    @gd.function(cost=cost, returns="score", **options)
    def leaf(text: Any) -> Any:
        asked.append(text)
        return value(text)

    return leaf, asked


# Gates


@pytest.mark.parametrize("first", [True, False])
def test_a_product_does_not_ask_the_judge_behind_a_zero(first: bool) -> None:
    judge, asked = counted()
    judged = judge().named("judged")
    gate = gd.col("open")
    scores = (gate * judged if first else judged * gate).score(ROWS)
    assert asked == ["bb", "ccc"]  # an unknown gate may turn out to be anything but 0
    assert scores.numbers == [0.0, 2.0, None]
    assert scores.components["judged"].statuses == ["skipped", "scored", "scored"]
    assert scores.components["judged"].numbers == [None, 2.0, 3.0]


def test_only_an_exact_zero_closes() -> None:
    judge, asked = counted()
    scores = (gd.col("gate") * judge()).score({"gate": [1e-300, -0.0, 0], "text": ["a", "b", "c"]})
    assert asked == ["a"]
    assert scores.numbers == [1e-300, 0.0, 0.0]
    assert not np.signbit(scores.values).any()


def test_a_sum_or_a_minimum_closes_nothing() -> None:
    judge, asked = counted(bounds=(0, 1), value=lambda text: 1.0)
    scores = gd.min(gd.col("open"), judge() + 1).score({"open": [0, 0], "text": ["a", "b"]})
    assert asked == ["a", "b"]  # bounds are for explaining only: the judge might be unscored
    assert scores.numbers == [0.0, 0.0]


@pytest.mark.parametrize("form", ["where", "when"])
def test_where_asks_only_the_branch_taken(form: str) -> None:
    yes, asked_yes = counted()
    no, asked_no = counted(value=lambda text: -len(text))
    gate = gd.col("open")
    reward = gd.where(gate, yes(), no()) if form == "where" else yes().when(gate, no())
    scores = reward.score(ROWS)
    assert (asked_yes, asked_no) == (["bb"], ["a"])
    assert scores.numbers == [-1.0, 2.0, None]
    assert scores.reasons == ["", "", "missing"]


def test_and_and_or_ask_no_further_once_they_are_decided() -> None:
    judge, asked = counted(value=lambda text: text != "bb")
    rows = {"open": [0, 1, 2, 0], "text": ["a", "bb", "ccc", "dddd"]}
    assert (gd.col("open") & judge()).score(rows).numbers == [0.0, 0.0, 1.0, 0.0]
    assert asked == ["bb", "ccc"]
    asked.clear()
    assert (judge() | gd.col("open")).score(rows).numbers == [1.0, 1.0, 1.0, 1.0]
    assert asked == ["a", "dddd"]


def test_what_where_shuts_out_of_a_statistic_is_not_asked() -> None:
    judge, asked = counted()
    rows = {"open": [1, 0, 1, 0], "text": ["a", "bb", "ccc", "dddd"]}
    assert judge().mean(over="batch", where=gd.col("open")).score(rows).numbers == [2.0] * 4
    assert asked == ["a", "ccc"]
    asked.clear()
    steps = gd.col("steps", axis="step")
    along = judge(text=steps).sum(where=steps != "no")
    assert along.score({"steps": [["a", "no", "bbb"], ["no"], []]}).numbers == [4.0, 0.0, 0.0]
    assert asked == ["a", "bbb"]


def test_a_standing_counts_the_admitted_and_places_everybody() -> None:
    judge, asked = counted()
    rank = judge().rank(over="batch", where=gd.col("open"))
    assert rank.score({"open": [1, 0, 1], "text": ["a", "bb", "ccc"]}).numbers == [1.0, 2.0, 2.0]
    assert asked == ["a", "bb", "ccc"]


def test_only_leaves_out_before_the_judge_is_asked() -> None:
    judge, asked = counted()
    scores = judge().only(gd.col("open"), "reference member").score({"open": [1, 0], "text": ["a", "bb"]})
    assert asked == ["a"]
    assert scores.numbers == [1.0, None]
    assert scores.counts() == {"scored": 1, "unscored: left out: reference member": 1}


def test_isscored_and_unscored_as_ask_for_the_number() -> None:
    judge, asked = counted(value=lambda text: len(text) if text != "bb" else None)
    scores = judge().unscored_as(gd.col("fallback")).score({"text": ["a", "bb"], "fallback": [None, -1]})
    assert asked == ["a", "bb"]
    assert scores.numbers == [1.0, -1.0]


def test_a_failed_leaf_is_a_number_and_an_unscored_one_is_absorbed_by_zero() -> None:
    @gd.function(fails_as=0.0, bounds=(0, 1), cost="judge")
    def strict(text: str) -> float:
        if text == "none":
            raise gd.Failed("no answer")
        if text == "down":
            raise gd.Unscored("judge down")
        return 1.0

    s = strict().named("s")
    dear, asked = counted()
    scores = (s * dear()).observe(known=s.isscored(), wanted=1 - s).score({"text": ["ok", "none", "down"]})
    assert scores.numbers == [2.0, 0.0, None]
    assert scores.reasons == ["", "", "judge down"]
    assert scores.components["s"].statuses == ["scored", "failed", "unscored"]
    assert scores.components["s"].reasons == ["", "no answer", "judge down"]
    assert scores.observed["known"].numbers == [1.0, 1.0, 0.0]
    assert scores.observed["wanted"].numbers == [0.0, 1.0, None]
    assert asked == ["ok", "none", "down"]  # both are judges: neither waits for the other


def test_what_is_also_wanted_elsewhere_is_asked_everywhere() -> None:
    judge, asked = counted()
    scores = (gd.col("open") * judge() + 0.1 * judge()).score({"open": [0, 1], "text": ["a", "bb"]})
    assert asked == ["a", "bb"]
    assert scores.numbers == [0.1, 2.2]


# Order of cost


def test_cheap_before_dear_whatever_the_order_in_the_product() -> None:
    asked: dict[Cost, list[Any]] = {}

    def gate(cost: Cost, closes: str) -> Score:
        leaf, asked[cost] = counted(cost, lambda text: text != closes)
        return leaf()

    product = gate("judge", "") * gate("model", "c") * gate("cpu", "b") * gate("cheap", "a")
    assert product.score({"text": ["a", "b", "c", "d"]}).numbers == [0.0, 0.0, 0.0, 1.0]
    assert asked == {
        "judge": ["d"],
        "model": ["c", "d"],
        "cpu": ["b", "c", "d"],
        "cheap": ["a", "b", "c", "d"],
    }


def test_equal_leaves_do_not_wait_for_each_other() -> None:
    a, asked_a = counted(value=lambda text: 0.0)
    b, asked_b = counted()
    scores = (a().named("a") * b().named("b")).score({"text": ["x", "yy"]})
    assert (asked_a, asked_b) == (["x", "yy"], ["x", "yy"])
    assert scores.numbers == [0.0, 0.0]
    assert scores.components["b"].numbers == [1.0, 2.0]


class Meeting:
    """Async leaves that all wait until each of them has been called: run one after the other, they never return."""

    def __init__(self, parties: int) -> None:
        self.parties = parties
        self.here: set[str] = set()

    def leaf(self, name: str) -> Function:
        async def judge(text: str) -> float:
            self.here.add(name)
            while len(self.here) < self.parties:
                await asyncio.sleep(0.001)
            return float(len(text))

        return gd.function(timeout=20.0, name=name)(judge)


def test_two_judges_are_asked_at_the_same_time() -> None:
    meeting = Meeting(3)
    a, b, c = (meeting.leaf(name)() for name in "abc")
    assert (a + b * c).score({"text": ["x", "yy"]}).numbers == [2.0, 6.0]


def test_an_async_judge_and_a_worker_are_asked_at_the_same_time(tmp_path: Path) -> None:
    flag = tmp_path / "judge is under way"

    async def judge(text: str) -> float:
        flag.touch()
        while flag.exists():
            await asyncio.sleep(0.001)
        return 1.0

    def worker(path: str) -> float:
        import os

        while not os.path.exists(path):
            pass
        os.remove(path)
        return 2.0

    a = gd.function(timeout=20.0)(judge)()
    b = gd.function(timeout=20.0, fails_as=0.0, cost="judge")(worker)(path=str(flag))
    assert (a + b).score({"text": ["x"]}).numbers == [3.0]


# Everything


@pytest.mark.parametrize("options", [{"all_components": True}, {"savings": False}])
def test_all_components_and_no_savings_compute_everything(options: dict[str, bool]) -> None:
    judge, asked = counted()
    rows = {"open": [0, 1, 1], "text": ["a", "bb", "bb"]}
    reward = gd.col("open") * judge().named("judged")
    saved, full = reward.score(rows), reward.score(rows, **options)
    assert (saved.values == full.values).all()
    assert saved.components["judged"].numbers == [None, 2.0, 2.0]
    assert full.components["judged"].numbers == [1.0, 2.0, 2.0]
    once = [["bb"], ["a", "bb"] if "all_components" in options else ["a", "bb", "bb"]]
    assert asked == once[0] + once[1]


def test_the_figures_account_for_every_call(tmp_path: Path) -> None:
    judge, asked = counted(cache=True, version="1")
    reward = gd.col("open") * judge()
    rows = {"open": [1, 1, 0, 1, 1, 0], "text": ["a", "bb", "bb", "a", None, "ccc"]}
    rows["text"][4] = "dddd"
    with reward.compile(cache=tmp_path) as runner:
        first = runner.score(rows)
        second = runner.score({"open": [1, 1, 1], "text": ["a", "bb", "new"]})
    (a,), (b,) = first.figures.values(), second.figures.values()
    assert (a.made, a.shared, a.cached, a.skipped) == (3, 1, 0, 2)
    assert a.made + a.shared + a.cached + a.skipped == 6
    assert a.statuses == {"scored": 4, "skipped": 2}
    assert (b.made, b.shared, b.cached, b.skipped) == (1, 0, 2, 0)
    assert asked == ["a", "bb", "dddd", "new"]
    assert a.saved == 3
    assert a.seconds > 0


def test_figures_count_calls_and_statuses_count_cells() -> None:
    @gd.function(cost="judge", axis="claim", returns="score")
    def claims(text: str) -> list[float]:
        return [float(len(part)) for part in text.split()]

    scores = (gd.col("open") * claims().sum()).score({"open": [1, 0], "text": ["a bb c", "dd"]})
    (figures,) = scores.figures.values()
    assert (figures.made, figures.skipped) == (1, 1)
    assert figures.statuses == {"scored": 3}


def test_a_sum_of_ten_thousand_terms_runs() -> None:
    judge, asked = counted()
    reward: Score = gd.col("open") * judge()
    for i in range(10_000):
        reward = reward + float(i)
    scores = reward.score({"open": [0, 1], "text": ["a", "bb"]})
    assert scores.numbers == [49_995_000.0, 49_995_002.0]
    assert asked == ["bb"]
    assert sum(values.values.sum() for values in scores.contributions.values()) == scores.values.sum()


def test_a_product_of_a_thousand_gates_asks_the_judge_once() -> None:
    judge, asked = counted()
    reward: Score = judge()
    for i in range(1000):
        reward = reward * (gd.col("x") > float(i))
    assert reward.score({"x": [5, 1000], "text": ["a", "bb"]}).numbers == [0.0, 2.0]
    assert asked == ["bb"]


def test_observed_figures_are_computed_and_weigh_nothing() -> None:
    judge, asked = counted()
    x = gd.col("open")
    scores = x.observe(judged=judge() * x, twice=2 * x).score({"open": [0, 1], "text": ["a", "bb"]})
    assert scores.numbers == [0.0, 1.0]
    assert scores.observed["judged"].numbers == [0.0, 2.0]
    assert scores.observed["twice"].numbers == [0.0, 2.0]
    assert asked == ["bb"]
    assert scores.contributions["rest"].numbers == [0.0, 1.0]
