"""Functions of lists: axes taken and made, records, votes, batches and groups."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import guerdon as gd
from guerdon.plan.limits import CallLimits


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
    # What raised is called again one by one: a row fells no neighbour.
    assert asked == [["a", "bb"], ["ccc", "bad"], ["dddd"], ["ccc"], ["bad"]]
    assert scores.numbers == [2.0, 4.0, 2.0, 6.0, None, 8.0]
    assert scores.reasons[4] == "exception: RuntimeError: out of memory"


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
