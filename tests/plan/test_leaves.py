"""What a function may give, take and raise, and what becomes of its rows."""

from __future__ import annotations

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
