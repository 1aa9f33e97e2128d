"""Calls that are shared, windows that need whole groups, and layouts of what is skipped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import combinations
from typing import Any

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


# Sharing


def test_equal_inputs_are_called_once() -> None:
    judge, asked = counted()
    scores = judge().score({"text": ["a", "bb", "a", "a"]})
    assert asked == ["a", "bb"]
    assert scores.numbers == [1.0, 2.0, 1.0, 1.0]
    (figures,) = scores.figures.values()
    assert (figures.made, figures.shared, figures.cached, figures.skipped, figures.saved) == (2, 2, 0, 0, 2)


@pytest.mark.parametrize("cost", ["cheap", "judge"])
def test_equal_numbers_of_different_types_are_different_inputs(cost: Cost) -> None:
    seen = {bool: 1, int: 2, float: 3}
    leaf, asked = counted(cost, lambda item: seen[type(item)])
    rows = {"whole": [1, 1], "truth": [True, True], "real": [1.0, 1.0], "mixed": [True, 1]}
    columns = [leaf(text=gd.col(name)) for name in rows]
    scores = gd.stack(*columns, axis="kind").score(rows)
    assert scores.nested() == [[2.0, 1.0, 3.0, 1.0], [2.0, 1.0, 3.0, 2.0]]
    # One column of mixed types is spelled otherwise than the plain ones; only there are two of the calls made again.
    assert [type(item) for item in asked] == [int, bool, float, bool, int]


def test_one_function_in_two_places_is_one_function() -> None:
    judge, asked = counted()
    both = judge(text=gd.col("a")) - judge(text=gd.col("b"))
    scores = both.score({"a": ["x", "yy", "zzz"], "b": ["yy", "x", "zzz"]})
    assert sorted(asked) == ["x", "yy", "zzz"]
    assert scores.numbers == [-1.0, 1.0, 0.0]


def test_two_closures_never_share() -> None:
    def times(k: float) -> Score:
        @gd.function(cost="judge")
        def judge(x: float) -> float:
            return k * x

        return judge()

    scores = (times(2) + times(3)).score({"x": [1, 10]})
    assert scores.numbers == [5.0, 50.0]
    assert [figures.made for figures in scores.figures.values()] == [2, 2]


def test_impure_functions_are_called_for_every_row() -> None:
    judge, asked = counted(pure=False)
    assert judge().score({"text": ["a", "a"]}).numbers == [1.0, 1.0]
    assert asked == ["a", "a"]


def test_objects_without_a_content_to_compare_are_told_apart_by_themselves() -> None:
    class Picture:
        def __len__(self) -> int:
            return 7

    one, two = Picture(), Picture()
    judge, asked = counted()
    assert judge(text=gd.col("image")).score({"image": [one, two, one]}).numbers == [7.0] * 3
    assert asked == [one, two]


DUEL = {"prompt": ["p"] * 4 + ["q"], "text": ["a", "bb", "ccc", "dddd", "alone"], "i": [0, 1, 2, 3, 4]}


@pytest.mark.parametrize("kind", ["cheap", "judge", "async", "worker"])
def test_a_duel_and_its_swap_call_half(kind: str) -> None:
    asked: list[tuple[str, str]] = []

    def longer(one: str, two: str) -> float:
        asked.append((one, two))
        return (len(one) > len(two)) - (len(one) < len(two))

    async def judge(one: str, two: str) -> float:
        await asyncio.sleep(0)
        return longer(one, two)

    options: dict[str, Any] = {
        "cheap": {},
        "judge": {"cost": "judge"},
        "async": {},
        "worker": {"isolate": True, "fails_as": -1.0},
    }[kind]
    leaf = gd.function(name="longer", **options)(judge if kind == "async" else longer)
    text, i = gd.col("text"), gd.col("i")
    duel = leaf(one=text, two=gd.other(text))
    wins = gd.where(i < gd.other(i), duel, -duel.swap()).mean(empty=0)
    scores = wins.score(DUEL)
    assert scores.numbers == [-1.0, pytest.approx(-1 / 3), pytest.approx(1 / 3), 1.0, 0.0]
    made = sum(figures.made for figures in scores.figures.values())
    if kind == "cheap":  # nothing is cheaper, so nothing can close before it: every ordered pair, once
        assert made == 12
        assert len(set(asked)) == 12
    else:
        assert made == 6
        assert sum(figures.shared for figures in scores.figures.values()) == 6
        if kind != "worker":
            assert sorted(asked) == list(combinations(["a", "bb", "ccc", "dddd"], 2))


# Windows


GROUPS = {"prompt": ["p", "q", "p", "q"], "open": [1, 0, 0, 0], "text": ["a", "bb", "ccc", "dddd"]}


@pytest.mark.parametrize("kind", ["mean", "zscore", "rank", "group leaf", "other"])
def test_a_window_asks_the_whole_group_of_a_rollout_that_counts(kind: str) -> None:
    judge, asked = counted()

    @gd.function(per="group", cost="judge", returns="score")
    def share(lengths: list[float]) -> list[float]:
        return [length / sum(lengths) for length in lengths]

    inner = {
        "mean": lambda: judge().mean(over="prompt"),
        "zscore": lambda: judge().zscore(over="prompt"),
        "rank": lambda: judge().rank(over="prompt"),
        "group leaf": lambda: share(lengths=judge()),
        "other": lambda: judge() - gd.other(judge()).sum(),
    }[kind]()
    scores = (gd.col("open") * inner).score(GROUPS)
    assert asked == ["a", "ccc"]
    told = {"mean": 2.0, "zscore": -1.0, "rank": 1.0, "group leaf": 0.25, "other": -2.0}[kind]
    assert scores.numbers == [told, 0.0, 0.0, 0.0]


def test_a_batch_window_asks_everybody_for_one() -> None:
    judge, asked = counted()
    assert (gd.col("open") * judge().max(over="batch")).score(GROUPS).numbers == [4.0, 0.0, 0.0, 0.0]
    assert asked == ["a", "bb", "ccc", "dddd"]
    asked.clear()
    assert (0 * judge().max(over="batch")).score(GROUPS).numbers == [0.0] * 4
    assert asked == []


def test_a_key_that_a_judge_gives_is_asked_of_everybody_first() -> None:
    @gd.function(cost="model")
    def topic(text: str) -> str:
        return "short" if len(text) < 3 else "long"

    judge, asked = counted()
    reward = gd.col("open") * judge().mean(over=topic())
    scores = reward.score(GROUPS)
    assert scores.numbers == [1.5, 0.0, 0.0, 0.0]
    assert asked == ["a", "bb"]


def test_what_a_state_learns_from_is_asked_behind_a_closed_gate_too() -> None:
    judge, asked = counted()
    follow = gd.running(judge(), "mean", where=gd.col("text") != "bb", empty=0)
    runner = (gd.col("open") * follow).compile()
    assert runner.score(GROUPS).numbers == [0.0] * 4
    assert asked == ["a", "ccc", "dddd"]
    assert runner.score(GROUPS).numbers == [pytest.approx(8 / 3), 0.0, 0.0, 0.0]


# Layouts


def test_a_skipped_ragged_operand_keeps_its_layout() -> None:
    judge, asked = counted()
    steps = gd.col("steps", axis="step")
    judged = judge(text=steps).named("judged")
    rows = {"open": [0, 1, 0], "steps": [["a", "b"], ["ccc"], []]}
    scores = (gd.col("open") * judged).score(rows)
    assert asked == ["ccc"]
    assert scores.nested() == [[0.0, 0.0], [3.0], []]
    assert scores.components["judged"].nested() == [[None, None], [3.0], []]
    assert scores.components["judged"].statuses == ["skipped", "skipped", "scored"]


def test_pieces_are_gated_one_by_one() -> None:
    judge, asked = counted()
    steps = gd.col("steps", axis="step")
    reward = ((steps != "no") * judge(text=steps)).sum()
    assert reward.score({"steps": [["a", "no"], ["no"], ["ccc"]]}).numbers == [1.0, 0.0, 3.0]
    assert asked == ["a", "ccc"]


def splitter(value: Callable[[str], list[Any]] = str.split) -> tuple[Function, list[str]]:
    asked: list[str] = []

    @gd.function(cost="judge", axis="claim", returns="score")
    def claims(text: str) -> list[float]:
        asked.append(text)
        return [float(len(part)) for part in value(text)]

    return claims, asked


def test_a_layout_that_comes_from_a_judge_is_asked_for_unless_it_is_reduced_behind_the_gate() -> None:
    rows = {"open": [0, 1], "text": ["a bb", "ccc"]}
    claims, asked = splitter()
    assert (gd.col("open") * claims()).score(rows).nested() == [[0.0, 0.0], [3.0]]
    assert asked == ["a bb", "ccc"]
    asked.clear()
    assert (gd.col("open") * claims().sum()).score(rows).numbers == [0.0, 3.0]
    assert asked == ["ccc"]
    asked.clear()
    both = gd.where(gd.col("open"), claims(), -1.0)
    assert both.score(rows).nested() == [[-1.0, -1.0], [3.0]]
    assert asked == ["a bb", "ccc"]
