"""State of nodes with memory, against plain statistics of everything that was seen."""

from __future__ import annotations

import json
import math
import statistics
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.expr import memory
from guerdon.expr.score import Score
from guerdon.expr.values import SCORED, SKIPPED, UNSCORED, Cells, Layout, objects, reason_code

X = gd.col("x")
numbers = st.integers(-1000, 1000).map(lambda k: k / 8)
batches = st.lists(st.lists(numbers, max_size=5), min_size=1, max_size=6)


def cells(values: list[float | None]) -> Cells:
    """A score; None is unscored."""
    status = np.array([SCORED if value is not None else UNSCORED for value in values], dtype=np.uint8)
    reason = np.where(status == UNSCORED, reason_code("missing"), 0).astype(np.int32)
    return Cells(Layout(len(values)), np.array([value or 0.0 for value in values], dtype=float), status, reason)


def after(node: Score, given: list[list[float]], **roles: Any) -> dict[str, Any]:
    state = memory.fresh(node)
    for batch in given:
        state = memory.updated(node, state, {"x": cells(list(batch)), **roles})
    return state


def figure(node: Score, given: list[list[float]]) -> float | None:
    return memory.figure(node, after(node, given), memory.EVERYBODY)


@given(batches)
def test_all_batches_together_have_the_figures_of_all_their_numbers(given: list[list[float]]) -> None:
    seen = [value for batch in given for value in batch]
    for stat, expected in (
        ("mean", statistics.fmean(seen) if seen else None),
        ("std", statistics.pstdev(map(Fraction, seen)) if seen else None),
        ("min", min(seen, default=None)),
        ("max", max(seen, default=None)),
    ):
        found = figure(gd.running(X, stat), given)  # type: ignore[arg-type]
        assert found == (None if expected is None else pytest.approx(float(expected), rel=1e-9, abs=1e-9))


@given(batches, st.integers(1, 3), st.sampled_from([0.0, 0.25, 0.5, 1.0]))
def test_a_window_has_the_figures_of_its_last_batches(given: list[list[float]], window: int, q: float) -> None:
    # A batch that taught nothing is none.
    seen = [value for batch in [batch for batch in given if batch][-window:] for value in batch]
    found = figure(gd.running(X, "quantile", window=window, q=q), given)
    assert found == (pytest.approx(float(np.quantile(seen, q))) if seen else None)
    for stat, expected in (("mean", np.mean), ("std", np.std), ("min", np.min), ("max", np.max)):
        found = figure(gd.running(X, stat, window=window), given)  # type: ignore[arg-type]
        assert found == (pytest.approx(float(expected(seen)), abs=1e-9) if seen else None)


@given(batches, st.sampled_from([0.0, 0.5, 0.75]))
def test_decay_weighs_batches_by_their_age(given: list[list[float]], decay: float) -> None:
    taught = [[Fraction(value) for value in batch] for batch in given if batch]
    d = Fraction(decay)
    # The first batch has all that is left over: weights (1-d), (1-d) d, (1-d) d^2, ..., d^(n-1).
    weights = [(1 - d) * d**age for age in range(len(taught) - 1)] + [d ** (len(taught) - 1)] if taught else []
    mean: Fraction | None = None
    second = Fraction(0)
    for weight, batch in zip(weights, reversed(taught), strict=True):
        mean = (mean or Fraction(0)) + weight * sum(batch) / len(batch)
        second += weight * sum(value * value for value in batch) / len(batch)
    found_mean = figure(gd.running(X, "mean", decay=decay), given)
    found_std = figure(gd.running(X, "std", decay=decay), given)
    if mean is None:
        assert found_mean is found_std is None
        return
    # A mixture's variance is its second moment less the square of its mean.
    assert found_mean == pytest.approx(float(mean), abs=1e-9)
    assert found_std is not None
    assert found_std**2 == pytest.approx(float(second - mean * mean), abs=1e-6)


@given(batches, st.randoms(use_true_random=False))
def test_the_order_of_rows_leaves_the_same_bytes(given: list[list[float]], draw: Any) -> None:
    turned = [draw.sample(batch, len(batch)) for batch in given]
    for node in (gd.running(X, "std"), gd.running(X, "mean", decay=0.9), gd.running(X, "max", window=2)):
        assert json.dumps(after(node, given)) == json.dumps(after(node, turned))


@given(batches)
def test_state_is_json_and_an_update_leaves_the_old_one_alone(given: list[list[float]]) -> None:
    for node in (gd.running(X, "std"), gd.running(X, "mean", window=2), gd.dual(X + 0, target=0, lr=1)):
        roles = {"target": cells([0.0])} if node.op == "dual" else {}
        state = memory.fresh(node)
        for batch in given:
            if node.op == "dual":
                roles = {"target": cells([0.0] * len(batch))}
            before = json.dumps(state, allow_nan=False)
            new = memory.updated(node, json.loads(before), {"x": cells(list(batch)), **roles})
            memory.updated(node, state, {"x": cells(list(batch)), **roles})
            assert json.dumps(state) == before
            state = new


def test_only_admitted_cells_with_a_number_teach() -> None:
    node = gd.running(X, "mean", where=gd.col("w"), by=gd.col("by"))
    by = Cells(Layout(5), objects(["a", "a", "a", "a", "b"], 5))
    found = memory.updated(
        node,
        memory.fresh(node),
        {"x": cells([1.0, 100.0, None, 100.0, 7.0]), "where": cells([1.0, 0.0, 1.0, None, 1.0]), "by": by},
    )
    assert {name: state["mean"] for name, state in found["by"].items()} == {"text:a": 1.0, "text:b": 7.0}


def test_keys_are_told_apart_by_kind_and_equal_by_value() -> None:
    items = ["1", 1, True, 1.0, 0.0, -0.0, None, "None", [1, 2], (1, 2), {"a": 1}]
    names = memory.keys_of(Cells(Layout(len(items)), objects(items, len(items))), len(items))
    assert names[0] == "text:1"
    assert names[1] == names[2] == names[3] == "number:1.0"
    assert names[4] == names[5] == "number:0.0"
    assert names[6] != names[7]
    assert names[8] == names[9] != names[10]
    assert len(set(names)) == 7
    assert memory.keys_of(None, 2) == [memory.EVERYBODY] * 2
    lost = Cells(Layout(2), objects(["a", None], 2), np.array([SCORED, UNSCORED], dtype=np.uint8))
    assert memory.keys_of(lost, 2) == ["text:a", None]


def test_an_update_waits_for_what_it_follows_and_for_nothing_else() -> None:
    node = gd.running(X, "mean", where=gd.col("w"))
    skipped = Cells(Layout(2), np.zeros(2), np.array([SCORED, SKIPPED], dtype=np.uint8))
    assert memory.waits(node, {"x": skipped, "where": cells([1.0, 1.0])})
    assert not memory.waits(node, {"x": skipped, "where": cells([1.0, 0.0])})
    assert not memory.waits(node, {"x": skipped, "where": cells([1.0, None])})
    assert memory.waits(node, {"x": cells([1.0, 1.0]), "where": skipped})
    assert not memory.waits(node, {"x": cells([1.0, None]), "where": cells([1.0, 1.0])})


@pytest.mark.parametrize(
    ("node", "raw", "value"),
    [
        (gd.dual(X, target=0, lr=1), 2.5, 2.5),
        (gd.dual(X, target=0, lr=1, squash="sigmoid"), 0.0, 0.5),
        (gd.dual(X, target=0, lr=1, squash="sigmoid"), 800.0, 1.0),
        (gd.dual(X, target=0, lr=1, squash="sigmoid"), -800.0, 0.0),
        (gd.dual(X, target=0, lr=1, squash="tanh"), -800.0, -1.0),
        (gd.dual(X, target=0, lr=1, squash="sigmoid"), math.log(3), 0.75),
    ],
)
def test_multipliers(node: Score, raw: float, value: float) -> None:
    assert memory.multiplier(node, {"raw": raw, "velocity": 0.0}) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: gd.running(X, "median"), '\'median\' must be "mean", "std"'),  # type: ignore[arg-type]
        (lambda: gd.running(X, "mean", decay=0.5, window=2), "not both"),
        (lambda: gd.running(X, "mean", decay=1.0), r"decay= in \[0, 1\)"),
        (lambda: gd.running(X, "mean", window=0), "window=0 must be at least one batch"),
        (lambda: gd.running(X, "max", decay=0.5), "max takes window=, not decay="),
        (lambda: gd.running(X, "quantile", window=2), r"quantile needs q= in \[0, 1\] and window="),
        (lambda: gd.running(X, "quantile", q=0.5), r"quantile needs q= in \[0, 1\] and window="),
        (lambda: gd.running(X, "quantile", q=1.5, window=2), r"quantile needs q= in \[0, 1\] and window="),
        (lambda: gd.running(X, "mean", sees="now"), "sees='now' must be"),  # type: ignore[arg-type]
        (lambda: gd.dual(X, target=0, lr=1, squash="relu"), "squash='relu' must be"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_followed_is_refused(make: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()


def test_only_flat_scores_are_followed() -> None:
    steps = gd.col("steps", axis="step")
    for make in (
        lambda: gd.running(steps, "mean"),
        lambda: gd.running(X, "mean", by=steps),
        lambda: gd.running(X, "mean", where=steps),
        lambda: gd.dual(steps, target=0, lr=1),
        lambda: gd.dual(X, target=steps, lr=1),
    ):
        with pytest.raises(TypeError, match=r"one (number|value) per rollout"):
            make()
