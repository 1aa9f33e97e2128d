"""What a function may give, take and declare, and what becomes of its rows: every option of ``gd.function``."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import math
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

import guerdon as gd
from guerdon.plan.cache import Cache
from guerdon.plan.http import post_json
from guerdon.plan.limits import CallLimits, spend


def _load(name: str) -> ModuleType:
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"guerdon_tests_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    return module


loopback = _load("loopback")
STEPS = gd.col("steps", axis="step")


# What a score may be


@pytest.mark.parametrize(
    ("given", "number", "reason"),
    [
        (0.5, 0.5, ""), (True, 1.0, ""), (7, 7.0, ""), (-0.0, 0.0, ""), (10**300, 1e300, ""),
        (np.float32(0.5), 0.5, ""),
        (np.int64(-3), -3.0, ""), (np.bool_(False), 0.0, ""), (None, None, "none"), (math.nan, None, "domain"),
        (math.inf, None, "domain"), (-math.inf, None, "domain"), (10**400, None, "domain"), (5e-324, 5e-324, ""),
        (np.float64("nan"), None, "domain"),
    ],
)  # fmt: skip
def test_numbers_are_finite_floats_and_none_is_unscored(given: Any, number: float | None, reason: str) -> None:
    @gd.function(pure=False)
    def leaf(x: str) -> float:
        return given if x == "this" else 1.0

    scores = leaf().score({"x": ["this", "other"]})
    assert scores.numbers == [number, 1.0]
    assert scores.reasons == [reason, ""]
    assert math.copysign(1, scores.values[0]) == (-1 if number == -3.0 else 1)


def test_a_tensor_of_one_number_is_a_number() -> None:
    torch = pytest.importorskip("torch")

    @gd.function
    def leaf(x: float) -> float:
        return torch.tensor([x])

    assert leaf().score({"x": [1.5, 2.5]}).numbers == [1.5, 2.5]


@pytest.mark.parametrize(
    ("given", "said"), [("0.5", "str '0.5'"), ([1.0], "list '[1.0]'"), ({}, "dict '{}'"), (1j, "complex '1j'"),
                        (Decimal(1), "Decimal '1'"), (np.zeros(2), "ndarray '[0. 0.]'")],
)  # fmt: skip
def test_anything_else_stops_the_run_with_one_sentence(given: Any, said: str) -> None:
    @gd.function(name="leaf")
    def leaf(x: int) -> float:
        return given if x == 1 else 0.0

    with pytest.raises(gd.ContractError) as error:
        leaf().score({"x": [0, 1, 1]})
    assert str(error.value) == f"{__name__}:leaf returned {said} for row 1: a score leaf returns a number or None"


def test_of_a_ragged_leaf_the_row_is_named() -> None:
    @gd.function(name="leaf")
    def leaf(x: str) -> float:
        return "?" if x == "bad" else 0.0  # type: ignore[return-value]

    with pytest.raises(gd.ContractError, match="for row 2: a score leaf"):
        leaf(x=STEPS).score({"steps": [["a", "b"], [], ["bad"]]})


def test_failed_takes_the_declared_number_and_unscored_none() -> None:
    @gd.function(fails_as=9.0, bounds=(0, 9), higher_is_better=False)
    def cost(text: str) -> float:
        if text == "loop":
            raise gd.Failed("code that loops")
        if text == "down":
            raise gd.Unscored
        return 1.0

    scores = cost().score({"text": ["ok", "loop", "down"]})
    assert scores.numbers == [1.0, 9.0, None]
    assert scores.statuses == ["scored", "failed", "unscored"]
    assert scores.reasons == ["", "code that loops", "unscored"]
    assert scores.counts() == {"scored": 1, "failed: code that loops": 1, "unscored: unscored": 1}


def test_failing_without_fails_as_stops_the_run() -> None:
    @gd.function(name="leaf")
    def leaf(x: int) -> float:
        raise gd.Failed("no answer")

    with pytest.raises(gd.ContractError, match=r"leaf failed \(no answer\) but declares no fails_as=: say what"):
        leaf().score({"x": [1]})


def test_a_parser_that_fails_gives_no_verdict_and_its_reason() -> None:
    @gd.function
    def parse(text: str) -> str | None:
        if text.count("=") > 1:
            raise gd.Failed("two answers")
        return text.partition("=")[2] or None

    verdict = parse()
    reward = (verdict == "4").observe(there=verdict.exists(), number=verdict.map({"4": 4, "5": 5}))
    scores = reward.score({"text": ["x=4", "x=5", "x", "x=4=5"]})
    assert scores.numbers == [1.0, 0.0, 0.0, 0.0]
    assert scores.observed["there"].numbers == [1.0, 1.0, 0.0, 0.0]
    assert scores.observed["number"].numbers == [4.0, 5.0, None, None]
    assert scores.observed["number"].reasons == ["", "", "missing", "two answers"]


# Arguments


def test_parameters_are_bound_by_name_to_what_is_passed_else_their_default_else_the_column() -> None:
    @gd.function
    def leaf(completion: str, solution: str, bonus: float = 0.5) -> float:
        return len(completion) + 10 * len(solution) + bonus

    rows = {"completion": ["a", "bb"], "solution": ["x", "yyy"], "bonus": [100, 100], "other": ["", "zz"]}
    assert leaf().score(rows).numbers == [11.5, 32.5]
    assert leaf(bonus=0).score(rows).numbers == [11.0, 32.0]
    assert leaf(bonus=gd.col("bonus"), solution=gd.col("other")).score(rows).numbers == [101.0, 122.0]


def test_a_leaf_without_parameters_is_called_once() -> None:
    called = []

    @gd.function
    def constant() -> float:
        called.append(1)
        return 0.25

    assert constant().score({"x": [1, 2, 3]}).numbers == [0.25] * 3
    assert called == [1]


def test_constants_are_copied_when_they_are_given() -> None:
    words = ["a"]

    @gd.function
    def leaf(text: str, known: list[str]) -> float:
        return float(text in known)

    reward = leaf(known=words)
    words.append("b")
    assert reward.score({"text": ["a", "b"]}).numbers == [1.0, 0.0]


def test_an_unscored_argument_makes_the_row_unscored_without_a_call() -> None:
    asked = []

    @gd.function
    def leaf(x: float, text: str | None) -> float:
        asked.append((x, text))
        return x

    scores = leaf(x=1 / gd.col("x")).score({"x": [0, 2, None], "text": ["a", None, "c"]})
    assert scores.numbers == [None, 0.5, None]
    assert scores.reasons == ["domain", "", "missing"]
    assert asked == [(0.5, None)]  # None in a column is a value like any other


def test_ragged_arguments_are_taken_piece_by_piece_flat_ones_repeated() -> None:
    @gd.function
    def leaf(step: str, weight: float) -> float:
        return len(step) * weight

    scores = leaf(step=STEPS, weight=gd.col("w")).score({"steps": [["a", "bb"], [], ["ccc"]], "w": [1, 5, 10]})
    assert scores.nested() == [[1.0, 2.0], [], [30.0]]


def test_two_ragged_arguments_of_differing_lengths_make_the_row_unscored() -> None:
    @gd.function
    def leaf(a: float, b: float) -> float:
        return a + b

    rows = {"a": [[1, 2], [3, 4]], "b": [[10, 20], [30]]}
    scores = leaf(a=gd.col("a", axis="step"), b=gd.col("b", axis="step")).score(rows)
    assert scores.nested() == [[11.0, 22.0], [None, None]]
    assert scores.reasons == ["", "", "lengths differ", "lengths differ"]


# Lists


def test_a_function_of_an_axis_takes_the_list_and_returns_as_many() -> None:
    asked = []

    @gd.function(axis="step", returns="score")
    def rising(steps: list[float], base: float) -> list[float]:
        asked.append(steps)
        return [value > before for before, value in zip([base, *steps], steps)]  # noqa: B905

    reward = rising(steps=STEPS)
    scores = reward.score({"steps": [[1, 2, 1], [], [5]], "base": [0, 0, 9]})
    assert scores.nested() == [[1.0, 1.0, 0.0], [], [0.0]]
    assert asked == [[1, 2, 1], [], [5]]
    assert reward.axes == STEPS.axes  # so both meet again
    assert (reward * STEPS).score({"steps": [[1, 2]], "base": [0]}).nested() == [[1.0, 2.0]]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([1.0], r"leaf got 2 pieces on axis 'step' and returned 1 \(row 1\)"),
        ([1.0] * 3, r"leaf got 2 pieces on axis 'step' and returned 3 \(row 1\)"),
        (1.0, r"leaf declares axis='step' and must return a list, not float \(row 1\)"),
        ("ab", r"leaf declares axis='step' and must return a list, not str \(row 1\)"),
    ],
)
def test_a_list_of_another_length_stops_the_run(given: Any, said: str) -> None:
    @gd.function(axis="step", returns="score")
    def leaf(steps: list[float]) -> list[float]:
        return given if len(steps) == 2 else [0.0] * len(steps)

    with pytest.raises(gd.ContractError, match=said):
        leaf(steps=STEPS).score({"steps": [[1], [1, 2]]})


def test_a_list_may_hold_what_a_score_may() -> None:
    @gd.function(axis="step", returns="score", on_error="unscored")
    def leaf(steps: list[float]) -> list[float | None]:
        if len(steps) == 1:
            raise ValueError("too short")
        return [None, math.inf, *steps[2:]]

    scores = leaf(steps=STEPS).score({"steps": [[1, 2, 3], [4]]})
    assert scores.nested() == [[None, None, 3.0], [None]]
    assert scores.reasons == ["none", "domain", "", "exception: ValueError: too short"]


def test_a_new_axis_is_made_by_the_list_that_comes_back() -> None:
    @gd.function(axis="claim")
    def claims(completion: str) -> list[str]:
        if completion == "none":
            raise gd.Failed("no claim")
        return completion.split()

    @gd.function(axis="mark", fails_as=-1.0, returns="score")
    def marks(completion: str) -> list[float] | None:
        if completion == "none":
            raise gd.Failed("no mark")
        return [len(word) for word in completion.split()] or None

    rows = {"completion": ["a bb", "", "none", "ccc"]}
    split = claims()
    right = (split == "bb").sum()
    assert [axis.name for axis in split.axes] == ["claim"]
    assert right.score(rows).numbers == [1.0, 0.0, 0.0, 0.0]
    assert (split == "bb").score(rows).nested() == [[0.0, 1.0], [], [], [0.0]]  # no verdict, nothing to split
    scores = marks().score(rows)
    assert scores.nested() == [[1.0, 2.0], [None], [-1.0], [3.0]]
    assert scores.reasons == ["", "", "none", "no mark", ""]


def test_two_new_axes_of_one_name_are_two_splits() -> None:
    @gd.function(axis="claim", returns="score")
    def claims(text: str) -> list[float]:
        return [1.0] * len(text)

    with pytest.raises(TypeError, match="mixes scores on different splits"):
        claims(text=gd.col("a")) + claims(text=gd.col("b"))
    assert (claims() * claims()).sum().score({"text": ["ab"]}).numbers == [2.0]


def test_a_record_with_fields_on_axes() -> None:
    @gd.function(axes={"matched": "box", "found": "gold", "extra": "note"})
    def match(boxes: list[int], golds: list[int]) -> dict[str, Any]:
        if boxes == [99]:
            raise ValueError("no such box")
        return {
            "matched": [box in golds for box in boxes],
            "found": [gold in boxes for gold in golds],
            "extra": ["x"] * abs(len(boxes) - len(golds)),
            "n": len(boxes),
        }

    boxes, golds = gd.col("boxes", axis="box"), gd.col("golds", axis="gold")
    both = match(boxes=boxes, golds=golds)
    precision, recall = (both["matched"] + 0).mean(empty=0), (both["found"] + 0).mean(empty=0)
    rows = {"boxes": [[1, 2], [], [3], [99]], "golds": [[2], [1], [3], [9]]}
    scores = gd.stack(precision, recall, both["n"], axis="figure").score(rows)
    assert scores.nested() == [[0.5, 1.0, 2.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [None, None, None]]
    assert scores.reasons[-1] == "exception: ValueError: no such box"
    # A field with one value per piece of an argument lies on that argument's own split.
    assert (both["matched"] * boxes).score(rows).nested() == [[0.0, 2.0], [], [3.0], [None]]
    assert both["extra"].exists().score(rows).nested() == [[1.0], [1.0], [], [None]]


def test_a_field_with_another_number_of_values_than_pieces_stops_the_run() -> None:
    @gd.function(axes={"matched": "box"}, name="match")
    def match(boxes: list[int]) -> dict[str, Any]:
        return {"matched": [1.0]}

    boxes = gd.col("boxes", axis="box")
    with pytest.raises(gd.ContractError, match=r"row 1: .*gave 1 values in 'matched' for 2 pieces on axis 'box'"):
        (match(boxes=boxes)["matched"] * boxes).score({"boxes": [[1], [1, 2]]})


# Votes, batches, groups


@pytest.mark.parametrize("is_async", [False, True])
def test_votes_are_that_many_calls_on_an_axis(is_async: bool) -> None:
    asked: list[str] = []

    def vote(text: str) -> float | None:
        asked.append(text)
        return [1.0, None, 4.0][asked.count(text) - 1]

    async def later(text: str) -> float | None:
        return vote(text)

    limits = CallLimits(concurrency=1) if is_async else None
    judge = gd.function(votes=3, cost="judge", limits=limits)(later if is_async else vote)
    votes = judge()
    scores = votes.mean().observe(each=votes).score({"text": ["a", "b", "a"]})
    assert sorted(asked) == ["a"] * 3 + ["b"] * 3  # the third row shares the votes of the first
    assert scores.observed["each"].nested() == [[1.0, None, 4.0]] * 3
    assert scores.numbers == [2.5] * 3  # a vote that could not be had is left out
    (figures,) = scores.figures.values()
    assert (figures.made, figures.shared) == (6, 3)


def test_votes_of_pieces_are_reduced_either_way() -> None:
    @gd.function(votes=2, cost="judge")
    def judge(step: float) -> float:
        return step

    votes = judge(step=STEPS)
    rows = {"steps": [[1, 5], [], [7]]}
    assert votes.mean().sum().score(rows).numbers == [6.0, 0.0, 7.0]
    assert votes.sum("step").score(rows).nested() == [[6.0, 6.0], [0.0, 0.0], [7.0, 7.0]]


def test_batch_by_hands_over_lists_of_that_many() -> None:
    asked = []

    @gd.function(batch_by=2, cost="model", returns="score")
    def model(text: list[str], scale: float = 1.0) -> Any:
        asked.append(text)
        if "bad" in text:
            raise RuntimeError("out of memory")
        return np.asarray([len(one) * scale for one in text])

    rows = {"text": ["a", "bb", "a", "ccc", "bad", "dddd"]}
    scores = model(scale=2).score(rows)
    assert asked == [["a", "bb"], ["ccc", "bad"], ["dddd"]]
    assert scores.numbers == [2.0, 4.0, 2.0, None, None, 8.0]
    assert scores.reasons[3] == "exception: RuntimeError: out of memory"


@pytest.mark.parametrize(
    ("given", "got"), [([1.0], "1 values"), ([1.0] * 3, "3 values"), (1.0, "float"), (None, "NoneType"), ("ab", "str")]
)
@pytest.mark.parametrize("how", ["batch_by", "group", "batch"])
def test_a_list_too_short_or_too_long_stops_the_run(how: str, given: Any, got: str) -> None:
    options: dict[str, Any] = {"batch_by": 2} if how == "batch_by" else {"per": how}

    @gd.function(returns="score", name="leaf", **options)
    def leaf(text: list[str]) -> Any:
        return given

    with pytest.raises(gd.ContractError, match=f"leaf got 2 rollouts and must return a list of 2 values, not {got}"):
        leaf().score({"prompt": ["p", "p"], "text": ["a", "b"]})


def test_per_group_and_per_batch_take_their_rollouts_in_order() -> None:
    asked: list[Any] = []

    @gd.function(per="group", returns="score")
    def group(text: list[str]) -> list[float | None]:
        asked.append(text)
        return [len(text) + i if one else None for i, one in enumerate(text)]

    @gd.function(per="batch", returns="score")
    def batch(text: list[str], open: list[float]) -> tuple[float, ...]:
        asked.append(list(zip(text, open, strict=True)))
        return tuple(float(i) for i in range(len(text)))

    rows = {"prompt": ["p", "q", "p", "q"], "text": ["a", "b", "", "d"], "open": [1, 0, 0, 0]}
    scores = group().score(rows)
    assert asked == [["a", ""], ["b", "d"]]
    assert scores.numbers == [2.0, 2.0, None, 3.0]
    asked.clear()
    assert batch().score(rows).numbers == [0.0, 1.0, 2.0, 3.0]
    assert asked == [[("a", 1), ("b", 0), ("", 0), ("d", 0)]]


def test_a_group_or_batch_leaf_leaves_unscored_inputs_out_of_its_lists() -> None:
    asked = []

    @gd.function(per="batch", returns="score")
    def batch(x: list[float]) -> list[float]:
        asked.append(x)
        return x

    scores = batch(x=gd.col("x") + 0).score({"x": [1, None, 3]})
    assert asked == [[1.0, 3.0]]
    assert scores.numbers == [1.0, None, 3.0]
    assert scores.reasons == ["", "missing", ""]


def test_a_group_leaf_that_raises_costs_its_group() -> None:
    @gd.function(per="group", returns="score")
    def group(text: list[str]) -> list[float]:
        if "bad" in text:
            raise ValueError("no")
        return [1.0] * len(text)

    scores = group().score({"prompt": ["p", "q", "p"], "text": ["bad", "b", "c"]})
    assert scores.numbers == [None, 1.0, None]


# Exceptions


def test_an_exception_makes_the_row_unscored_or_is_worth_what_was_said() -> None:
    def leaf(x: float) -> float:
        if x == 2:
            raise KeyError("a very\nlong   story")
        return x

    rows = {"x": [1, 2, 3]}
    scores = gd.function(leaf)().score(rows)
    assert scores.numbers == [1.0, None, 3.0]
    assert scores.reasons == ["", "exception: KeyError: 'a very\\nlong story'", ""]
    scores = gd.function(on_error=-1)(leaf)().score(rows)
    assert scores.numbers == [1.0, -1.0, 3.0]
    assert scores.statuses == ["scored", "failed", "scored"]


def test_the_first_exception_of_each_kind_is_logged_once_and_in_full(caplog: pytest.LogCaptureFixture) -> None:
    @gd.function(name="leaf")
    def leaf(x: int) -> float:
        if x % 3 == 1:
            raise ValueError("first kind")
        if x % 3 == 2:
            raise KeyError("second kind")
        return x

    with caplog.at_level(logging.WARNING, "guerdon"), leaf().compile() as runner:
        counts = runner.score({"x": list(range(9))}).counts()
        runner.score({"x": list(range(9))})
    assert counts == {
        "scored": 3,
        "unscored: exception: ValueError: first kind": 3,
        "unscored: exception: KeyError: 'second kind'": 3,
    }
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert told[0].startswith(f"{__name__}:leaf: exception: ValueError: first kind\nTraceback")
    assert 'raise ValueError("first kind")' in told[0]
    assert "During handling" not in told[0]
    assert 'raise KeyError("second kind")' in told[1]


@pytest.mark.parametrize("kind", ["plain", "async", "worker", "batch_by", "group"])
def test_raising_on_every_row_of_the_first_batch_stops_the_run(kind: str) -> None:
    def leaf(x: Any) -> float:
        raise ZeroDivisionError("always")

    async def later(x: Any) -> float:
        raise ZeroDivisionError("always")

    options: dict[str, Any] = {
        "plain": {}, "async": {}, "worker": {"isolate": True, "fails_as": 0.0}, "batch_by": {"batch_by": 1},
        "group": {"per": "group"},
    }[kind]  # fmt: skip
    reward = gd.function(name="leaf", **options)(later if kind == "async" else leaf)()
    with pytest.raises(gd.ContractError) as error:
        reward.score({"x": [1, 2, 3]})
    assert str(error.value) == (
        f"{__name__}:leaf raised on every row of its first batch (3 calls): ZeroDivisionError: always"
    )
    scores = reward.score({"x": [1, 2, 3]}, strict=False)
    assert scores.numbers == [None] * 3


def test_one_row_that_does_not_raise_keeps_the_run_going() -> None:
    called = []

    @gd.function
    def leaf(x: int) -> float:
        called.append(x)
        if x:
            raise ZeroDivisionError("mostly")
        return 1.0

    with leaf().compile() as runner:
        assert runner.score({"x": [0, 1, 2]}).numbers == [1.0, None, None]
        assert called == [0, 1, 2]
        assert runner.score({"x": [3, 4]}).numbers == [None, None]  # no longer the first batch


def test_contract_errors_of_a_leaf_stop_the_run() -> None:
    @gd.function
    def leaf(x: int) -> float:
        if x == 2:
            raise gd.ContractError("the model 'gpt-0' does not exist")
        return x

    with pytest.raises(gd.ContractError, match=r"^the model 'gpt-0' does not exist$"):
        leaf().score({"x": [1, 2, 3]})


def test_leaving_the_interpreter_is_not_caught() -> None:
    @gd.function
    def leaf(x: int) -> float:
        sys.exit("enough")

    with pytest.raises(SystemExit, match="enough"):
        leaf().score({"x": [1, 2, 3]})


# Cache


class Cached:
    """A leaf of a version with a cache on disk, and what it was asked."""

    def __init__(self, version: str = "1", **options: Any) -> None:
        self.asked: list[Any] = []

        @gd.function(cache=True, version=version, fails_as=0.0, **options)
        def leaf(x: Any, bonus: float = 0.0) -> float | None:
            self.asked.append(x)
            if x == "failed":
                raise gd.Failed("no answer")
            if x == "unscored":
                raise gd.Unscored("judge down")
            if x == "raises":
                raise ValueError("no")
            return {"none": None, "nan": math.nan}.get(x, 0.5 + bonus)

        self.leaf = leaf


def test_a_second_runner_finds_what_counts_in_the_cache(tmp_path: Path) -> None:
    cached = Cached()
    rows = {"x": ["good", "failed", "unscored", "raises", "none", "nan", "good"]}
    first = cached.leaf().score(rows, cache=tmp_path)
    assert len(cached.asked) == 6
    cached.asked.clear()
    second = cached.leaf().score(rows, cache=tmp_path)
    assert cached.asked == ["unscored", "raises", "none", "nan"]  # what was not the completion's doing is asked again
    assert (second.numbers, second.reasons, second.statuses) == (first.numbers, first.reasons, first.statuses)
    assert second.numbers == [0.5, 0.0, None, None, None, None, 0.5]
    (figures,) = second.figures.values()
    assert (figures.made, figures.cached, figures.shared) == (4, 2, 1)


def test_another_version_argument_or_sample_is_another_result(tmp_path: Path) -> None:
    store = Cache(tmp_path)
    old, new, votes = Cached("1"), Cached("2"), Cached("3", votes=2)
    rows = {"x": ["good"]}
    rewards = (old.leaf(), 1), (old.leaf(), 1), (old.leaf(bonus=1.0), 2), (old.leaf(bonus=2.0), 3), (old.leaf(), 3)
    for reward, calls in rewards:
        reward.score(rows, cache=store)
        assert len(old.asked) == calls
    new.leaf().score(rows, cache=store)
    assert new.asked == ["good"]
    for _ in range(2):
        assert votes.leaf().mean().score(rows, cache=store).numbers == [0.5]
    assert votes.asked == ["good", "good"]
    store.close()


def test_what_no_file_can_hold_is_called_again(tmp_path: Path) -> None:
    asked = []

    @gd.function(cache=True, version="1", returns="column")
    def parse(x: Any) -> Any:
        asked.append(x)
        return (1, 2) if x == "tuple" else {"n": np.float32(1)} if x == "numpy" else {"n": 1}

    rows = {"x": ["tuple", "numpy", "plain"]}
    for _ in range(2):
        scores = parse().exists().score(rows, cache=tmp_path)
        assert scores.numbers == [1.0, 1.0, 1.0]
    assert asked == ["tuple", "numpy", "plain", "tuple", "numpy"]


def test_without_savings_nothing_is_looked_up(tmp_path: Path) -> None:
    cached = Cached()
    for _ in range(2):
        cached.leaf().score({"x": ["good", "good"]}, cache=tmp_path, savings=False)
    assert cached.asked == ["good"] * 4


# Async leaves, on a real server


def judged(server: Any, **options: Any) -> gd.Function:
    @gd.function(bounds=(0, 1), **options)
    async def judge(text: str) -> float:
        reply = await post_json(f"{server.url}/judge", {"text": text})
        spend(1.0, tokens=len(text))
        return reply["score"]

    return judge


def reply_to(request: Any) -> Any:
    return loopback.Reply(body={"score": len(request.json["text"]) / 10})


def test_an_async_leaf_asks_each_distinct_input_once_under_its_concurrency() -> None:
    def script(request: Any) -> Any:
        return loopback.Reply(body=reply_to(request).body, delay=0.02)

    with loopback.Loopback(script) as server:
        judge = judged(server, limits=CallLimits(concurrency=3))
        rows = {"text": ["x" * (i % 8) for i in range(24)]}
        assert judge().score(rows).numbers == [i % 8 / 10 for i in range(24)]
        assert len(server.requests) == 8
        assert server.peak <= 3


def test_429_then_success_is_success() -> None:
    def script(request: Any) -> Any:
        if request.number < 2:
            return loopback.Reply(status=429, headers={"Retry-After": "0"})
        return reply_to(request)

    with loopback.Loopback(script) as server:
        judge = judged(server, limits=CallLimits(concurrency=1, backoff=0.001))
        scores = judge().score({"text": ["x", "xx"]})
        assert scores.numbers == [0.1, 0.2]
        assert len(server.requests) == 4


def test_a_judge_that_stays_down_is_unscored_and_the_rest_goes_on() -> None:
    def script(request: Any) -> Any:
        return loopback.Reply(status=503) if request.json["text"] == "xx" else reply_to(request)

    with loopback.Loopback(script) as server:
        judge = judged(server, limits=CallLimits(retries=2, backoff=0.001, backoff_max=0.001))
        scores = judge().score({"text": ["x", "xx", "xxx"]})
        assert scores.numbers == [0.1, None, 0.3]
        assert scores.reasons == ["", "http 503", ""]
        assert sum(request.json["text"] == "xx" for request in server.requests) == 3


def test_a_judge_that_refuses_stops_the_run_with_its_address() -> None:
    with (
        loopback.Loopback(lambda request: loopback.Reply(status=401)) as server,
        pytest.raises(gd.ContractError, match=r"127\.0\.0\.1:\d+/judge answered 401: it does not accept the API key"),
    ):
        judged(server)().score({"text": ["x", "xx"]})


def test_max_cost_holds_over_the_batches_of_a_runner() -> None:
    with loopback.Loopback(reply_to) as server:
        judge = judged(server, limits=CallLimits(concurrency=1, max_cost=3.0))
        with judge().compile() as runner:
            assert runner.score({"text": ["x", "xx"]}).numbers == [0.1, 0.2]
            scores = runner.score({"text": ["xxx", "xxxx", "xxxxx"]})
        assert scores.numbers == [0.3, None, None]
        assert scores.reasons == ["", "cost", "cost"]
        assert len(server.requests) == 3


def test_a_deadline_is_nobodys_doing() -> None:
    def script(request: Any) -> Any:
        return loopback.Reply(body=reply_to(request).body, delay=30.0 if request.json["text"] == "xx" else 0.0)

    with loopback.Loopback(script) as server:
        judge = judged(server, timeout=0.5, fails_as=0.0)
        scores = judge().score({"text": ["x", "xx", "xxx"]})
        assert scores.numbers == [0.1, None, 0.3]
        assert scores.reasons == ["", "deadline", ""]


def test_async_results_are_cached_as_they_come(tmp_path: Path) -> None:
    with loopback.Loopback(reply_to) as server:
        judge = judged(server, cache=True, version="1")
        for _ in range(2):
            assert judge().score({"text": ["x", "xx"]}, cache=tmp_path).numbers == [0.1, 0.2]
        assert len(server.requests) == 2


def test_a_tick_for_every_dear_call() -> None:
    @gd.function
    async def judge(text: str) -> float:
        await asyncio.sleep(0)
        return 1.0

    ticks: list[str] = []
    reward = judge().named("judged")
    reward.score({"text": ["a", "b", "a"]}, tick=lambda node: ticks.append(node.op))
    assert ticks == ["leaf", "leaf"]


# Workers


def test_an_isolated_leaf_runs_elsewhere_and_ends_where_it_must() -> None:
    import os

    @gd.function(timeout=0.3, fails_as=-1.0, bounds=(-1, 1e9))
    def leaf(kind: str) -> float:
        import os

        if kind == "loop":
            while True:
                pass
        if kind == "raise":
            raise ValueError("no")
        if kind == "die":
            os._exit(3)
        return os.getpid()

    scores = leaf().score({"kind": ["pid", "loop", "raise", "die"]}, workers=1)
    assert scores.statuses == ["scored", "failed", "unscored", "failed"]
    assert scores.reasons == ["", "timeout", "exception: ValueError: no", "crashed"]
    assert scores.numbers[1:] == [-1.0, None, -1.0]
    assert scores.numbers[0] != os.getpid()


def test_failed_and_unscored_mean_the_same_in_a_worker() -> None:
    @gd.function(isolate=True, fails_as=0.0, bounds=(0, 1))
    def leaf(kind: str) -> float:
        import guerdon

        if kind == "failed":
            raise guerdon.Failed("no answer")
        if kind == "unscored":
            raise guerdon.Unscored("no reference")
        return 1.0

    scores = leaf().score({"kind": ["good", "failed", "unscored"]}, workers=1)
    assert scores.statuses == ["scored", "failed", "unscored"]
    assert scores.reasons == ["", "no answer", "no reference"]


# The data's contract


@pytest.mark.parametrize(
    ("reward", "rows", "said"),
    [
        (gd.col("answer") == "4", {"text": ["a"]}, r"answer.*text"),
        (gd.col("x") + 1, {"x": [1, "two"]}, r"^row 1 of .*'x'.* holds str 'two', which is no number"),
        (STEPS.sum(), {"steps": [[1], 2]}, r"^row 1 of column 'steps' holds int '2', but axis=step needs a list there"),
        (STEPS.sum(), {"steps": [[1], "ab"]}, r"^row 1 of column 'steps' holds str 'ab', but axis=step needs a list"),
        (STEPS.sum(), {"steps": [[1], [[2]]]}, r"^row 1 of .*steps.* holds list '\[2\]', which is no number"),
        (gd.col("x") + 1, {"x": [1, 2], "y": [1]}, r"'y'.*1.*2|'y' has 1|column"),
    ],
)
def test_data_that_does_not_fit_is_refused_in_one_sentence(reward: gd.Score, rows: Any, said: str) -> None:
    with pytest.raises(gd.ContractError, match=said) as error:
        reward.score(rows)
    assert "\n" not in str(error.value)


def test_what_cannot_name_a_group_or_a_state_is_refused_in_one_sentence() -> None:
    key = gd.col("key")
    rows = {"x": [1, 2, 4, 8], "key": [[1], [1], {"a": 1}, np.array([1])]}
    assert gd.col("x").sum(over=key).score(rows).numbers == [11.0, 11.0, 4.0, 11.0]
    assert gd.running(gd.col("x"), "max", by=key, sees="after").score(rows).numbers == [8.0, 8.0, 4.0, 8.0]
    with pytest.raises(gd.ContractError, match=r"^bytearray .* cannot name a group: use texts, numbers, or lists and"):
        gd.col("x").sum(over=key).score({"x": [1], "key": [bytearray(b"a")]})
    with pytest.raises(gd.ContractError, match=r"^object .* cannot name a state: use texts, numbers, or lists and"):
        gd.running(gd.col("x"), "max", by=key).score({"x": [1], "key": [object()]})


def test_infinities_in_the_data_are_unscored() -> None:
    scores = (gd.col("x") * 2).score({"x": [1, math.inf, math.nan, 1e308, None]})
    assert scores.numbers == [2.0, None, None, None, None]
    assert scores.reasons == ["", "domain", "domain", "domain", "missing"]


def test_threads_do_not_mix_their_leaves() -> None:
    @gd.function
    def leaf(x: int) -> float:
        time.sleep(0)
        return x

    found: dict[int, list[float | None]] = {}

    def work(k: int) -> None:
        found[k] = leaf().score({"x": list(range(k, k + 50))}).numbers

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {k: [float(x) for x in range(k, k + 50)] for k in range(8)}


def test_a_callable_object_is_a_leaf_too() -> None:
    class Scale:
        def __init__(self, k: float) -> None:
            self.k = k

        def __call__(self, x: float) -> float:
            return self.k * x

    two, three = gd.function(Scale(2)), gd.function(Scale(3))
    assert (two() + three()).score({"x": [1, 2]}).numbers == [5.0, 10.0]
    assert SimpleNamespace(leaf=two).leaf().score({"x": [4]}).numbers == [8.0]
