"""``gd.from_trl``: reward functions written for TRL, called as TRL calls them."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest

import guerdon as gd

ROWS: dict[str, list[Any]] = {
    "prompt": ["p", "p", "q"],
    "completion": ["a", "bb", "bb"],
    "completion_ids": [[1], [2, 2], [2, 2]],
    "gold": ["a", "a", "bb"],
}


def remembering(calls: list[dict[str, Any]]) -> Any:
    def matches(prompts: Any, completions: Any, gold: Any, **others: Any) -> list[float | None]:
        calls.append({"prompts": prompts, "completions": completions, "gold": gold, **others})
        return [None if right is None else float(right == said) for said, right in zip(completions, gold, strict=True)]

    return matches


def test_it_gets_the_whole_batch_under_trls_names() -> None:
    calls: list[dict[str, Any]] = []
    scores = gd.from_trl(remembering(calls)).score(ROWS, step=7)
    assert scores.values.tolist() == [1.0, 0.0, 1.0]
    (call,) = calls
    assert call["prompts"] == ["p", "p", "q"]
    assert call["completions"] == ["a", "bb", "bb"]
    assert call["completion_ids"] == [[1], [2, 2], [2, 2]]
    assert call["trainer_state"].global_step == 7
    assert set(call) == {
        "prompts", "completions", "gold", "completion_ids", "trainer_state", "log_extra", "log_metric"
    }  # fmt: skip


def test_outside_a_trainer_what_it_logs_goes_nowhere() -> None:
    def logging(completions: Any, log_extra: Any, log_metric: Any, **others: Any) -> list[float]:
        log_extra("seen", list(completions))
        log_metric("figure", 1.0)
        return [1.0] * len(completions)

    assert gd.from_trl(logging).score(ROWS).values.tolist() == [1.0, 1.0, 1.0]


def test_none_is_unscored() -> None:
    scores = gd.from_trl(remembering([])).score({**ROWS, "gold": ["a", None, "bb"]})
    assert scores.numbers == [1.0, None, 1.0]
    assert scores.statuses == ["scored", "unscored", "scored"]


def test_a_gate_that_closes_for_some_rows_still_hands_over_the_whole_batch() -> None:
    calls: list[dict[str, Any]] = []
    gated = gd.col("open") * gd.from_trl(remembering(calls))
    assert gated.score({**ROWS, "open": [0, 0, 1]}).values.tolist() == [0.0, 0.0, 1.0]
    assert calls[0]["completions"] == ["a", "bb", "bb"]
    calls.clear()
    assert gated.score({**ROWS, "open": [0, 0, 0]}).values.tolist() == [0.0, 0.0, 0.0]
    assert calls == []


def test_rowwise_it_gets_the_distinct_rows_that_are_needed() -> None:
    calls: list[dict[str, Any]] = []
    rows = {"completion": ["a", "bb", "bb", "bb"], "gold": ["a", "bb", "bb", "a"], "open": [0, 1, 1, 1]}
    gated = gd.col("open") * gd.from_trl(
        lambda completions, **k: remembering(calls)([], completions, **k), rowwise=True
    )
    scores = gated.score(rows)
    assert scores.values.tolist() == [0.0, 1.0, 1.0, 0.0]
    (call,) = calls
    assert call["completions"] == ["bb", "bb"]
    assert call["gold"] == ["bb", "a"]  # rows two and three are one
    assert "trainer_state" not in call


def test_batches_agree_whether_rowwise_or_not() -> None:
    function = remembering([])
    whole, rowwise = gd.from_trl(function), gd.from_trl(function, rowwise=True)
    assert not whole.equals(rowwise)
    assert (whole - rowwise).score(ROWS).values.tolist() == [0.0, 0.0, 0.0]


def test_one_function_makes_one_leaf() -> None:
    function = remembering([])
    assert gd.from_trl(function) is gd.from_trl(function)
    assert not gd.from_trl(function).equals(gd.from_trl(remembering([])))


def test_a_reward_that_holds_one_needs_the_whole_batch() -> None:
    function = remembering([])
    with gd.from_trl(function).compile() as whole, gd.from_trl(function, rowwise=True).compile() as rowwise:
        assert (whole.scope(), rowwise.scope()) == ("batch", "rollout")


@pytest.mark.parametrize("rowwise", [False, True])
def test_async_functions_are_waited_for(rowwise: bool) -> None:
    async def judged(completions: Any, **others: Any) -> list[float]:
        import asyncio

        await asyncio.sleep(0)
        return [float(len(text)) for text in completions]

    assert gd.from_trl(judged, rowwise=rowwise).score(ROWS).values.tolist() == [1.0, 2.0, 2.0]


def test_partials_and_objects_are_functions_too() -> None:
    def at_most(completions: Any, most: int, **others: Any) -> list[float]:
        return [float(len(text) <= most) for text in completions]

    class Exactly:
        def __init__(self, length: int) -> None:
            self.length = length

        def __call__(self, completions: Any, **others: Any) -> list[float]:
            return [float(len(text) == self.length) for text in completions]

    assert gd.from_trl(functools.partial(at_most, most=1)).score(ROWS).values.tolist() == [1.0, 0.0, 0.0]
    assert gd.from_trl(Exactly(2)).score(ROWS).values.tolist() == [0.0, 1.0, 1.0]


def test_a_column_it_needs_and_does_not_get_is_named() -> None:
    with pytest.raises(gd.ContractError, match="matches reads 'gold', which the rollouts lack"):
        gd.from_trl(remembering([])).score({"prompt": ["p"], "completion": ["a"]})


def test_a_wrong_number_of_rewards_is_refused() -> None:
    def short(completions: Any, **others: Any) -> list[float]:
        return [1.0]

    with pytest.raises(gd.ContractError, match="must return a list of 3 values, not 1 values"):
        gd.from_trl(short).score(ROWS)


def test_an_exception_makes_the_batch_unscored_or_what_was_declared() -> None:
    def broken(completions: Any, **others: Any) -> list[float]:
        raise RuntimeError("no")

    scores = gd.from_trl(broken).score(ROWS)
    assert scores.numbers == [None, None, None]
    assert set(scores.reasons) == {"exception: RuntimeError: no"}
    assert gd.from_trl(broken, on_error=-1.0).score(ROWS).values.tolist() == [-1.0, -1.0, -1.0]


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(TypeError, match="takes a reward function as TRL calls it"):
        gd.from_trl("some/reward-model")  # type: ignore[arg-type]

    def scheduled(completions: Any, trainer_state: Any, **others: Any) -> list[float]:
        return [float(trainer_state.global_step)] * len(completions)

    with pytest.raises(TypeError, match="reads trainer_state"):
        gd.from_trl(scheduled, rowwise=True)
    assert gd.from_trl(scheduled).score(ROWS, step=3).values.tolist() == [3.0, 3.0, 3.0]


def longest(completions: Any, **others: Any) -> list[float]:
    return [float(len(text)) for text in completions]


@pytest.mark.parametrize("rowwise", [False, True])
def test_it_can_be_written_down_and_built_again(rowwise: bool) -> None:
    root = 2 * gd.from_trl(longest, rowwise=rowwise, bounds=(0, 9), name="length")
    data = json.loads(json.dumps(root.to_dict()))
    assert gd.from_dict(data) is root
    assert gd.from_dict(data).score(ROWS).values.tolist() == [2.0, 4.0, 4.0]
    with pytest.raises(gd.ContractError, match="cannot be built again from data"):
        gd.from_dict(gd.from_trl(functools.partial(longest)).to_dict())


def test_it_prints_as_what_it_is() -> None:
    def brief(completions: Any, **others: Any) -> list[float]:
        return [1.0] * len(completions)

    assert str(0.5 * gd.from_trl(brief, name="brief")) == "0.5 * brief(...)"
