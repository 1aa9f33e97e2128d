"""Expression nodes: interning, keys, axes, and what an expression refuses to be taken for."""

from __future__ import annotations

import gc
import math
import subprocess
import sys
import threading
import weakref
from typing import Any

import numpy as np
import pytest

import guerdon as gd
from guerdon.expr.build import lift
from guerdon.expr.node import topological

x, y = gd.col("x"), gd.col("y")
steps = gd.col("r", axis="step")


# ---------------------------------------------------------------- interning and keys


def test_equal_structure_is_one_object() -> None:
    assert (x + 1) is (x + 1)
    assert (x + 1) is (gd.col("x") + True) is (x + 1.0) is (x + np.float32(1)) is (x + np.array(1))
    assert (x * y).mean(over="prompt") is (x * y).mean(over="prompt")
    assert -0.0 * x is 0.0 * x


def test_different_structure_is_different() -> None:
    family: list[Any] = [
        x, y, x + 0, x + 1, 1 + x, x - 1, x * 1, x == 1, x == True, x == "1", x == 1.0, x == None,  # noqa: E711, E712
        x.isin([1]), x.isin([1.0]), x.isin([True]), x.isin(["1"]), x.isin([]), x["a"], x[0], x["0"], x.exists(),
        steps, gd.col("r"), gd.col("r", axis="turn"), gd.col("r", axis=("turn", "step")), steps.mean(), steps.sum(),
        steps.mean(empty=0), steps.quantile(0.5), steps.quantile(0.25), x.mean(over="prompt"), x.mean(over="batch"),
        x.mean(over=x), x.mean(over=("prompt", x)), x.mean(over=(x, "prompt")), x.mean(over="prompt", where=y),
        x.mean(over="prompt", leave_one_out=True), x.mean(over="prompt", unit="prompt"), x.named("x"), x.named("y"),
        gd.random(), gd.random(seed=1), gd.random("prompt"), gd.step(), gd.param("t", 1), gd.param("t", 2),
        gd.min(x, y), gd.max(x, y), gd.min(y, x), gd.stack(x, y, axis="a"), gd.stack(x, y, axis="b"),
        gd.const([1, 2], axis="a"), gd.const([1, 3], axis="a"), gd.const(["1", "2"], axis="a"),
    ]  # fmt: skip
    assert len({expr.key for expr in family}) == len(family)
    assert not any(a.equals(b) for i, a in enumerate(family) for b in family[:i])
    assert all(a.equals(a) for a in family)


def test_equals_compares_structure_and_double_equals_builds() -> None:
    assert (x + 1).equals(gd.col("x") + 1) is True
    assert x.equals("x") is False
    assert x.equals(x + 0) is False
    assert (x == y).op == "coleq"
    assert ((x + 0) == y).op == "eq"
    assert len({x, gd.col("x")}) == 1
    assert hash(x + 1) == hash(gd.col("x") + 1)


def test_keys_are_equal_in_every_process() -> None:
    code = (
        "import guerdon as gd; x = gd.col('x'); "
        "print((gd.where(x > 0.1, x.mean(over=('prompt', gd.col('k'))), -1).named('é') * gd.random(seed=7)).key.hex())"
    )
    here = (gd.where(x > 0.1, x.mean(over=("prompt", gd.col("k"))), -1).named("é") * gd.random(seed=7)).key.hex()
    for seed in ("0", "1"):
        ran = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        )
        assert ran.stdout.strip() == here


def test_functions_are_themselves_and_closures_never_merge() -> None:
    def make(k: int) -> gd.Function:
        @gd.function
        def inside(x: float) -> float:
            return x + k

        return inside

    one, two = make(1), make(2)
    assert one() is one()
    assert one() is not two()
    assert (one() - two()).score({"x": [5]}).values.tolist() == [-1]
    assert one(x=y) is not one()
    assert one(x=1) is not one(x=True)


def test_constants_are_copied_when_bound() -> None:
    @gd.function
    def longest(x: float, table: list[int]) -> float:
        return x + len(table)

    table = [1, 2]
    expr = longest(table=table)
    table.append(3)
    assert expr.score({"x": [0]}).values.tolist() == [2]
    assert longest(table=[1, 2]) is expr
    assert longest(table=[1, 2, 3]) is not expr


def test_nodes_that_nobody_holds_are_let_go() -> None:
    held = weakref.ref(gd.col("nobody holds this") * 3)
    gc.collect()
    assert held() is None


def test_many_threads_build_one_object() -> None:
    found: list[Any] = []
    barrier = threading.Barrier(8)

    def build() -> None:
        barrier.wait()
        found.append([gd.col(f"thread {i}") + i for i in range(200)])

    threads = [threading.Thread(target=build) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(a is b for other in found[1:] for a, b in zip(found[0], other, strict=True))


# ---------------------------------------------------------------- what an expression is not


@pytest.mark.parametrize(
    ("misuse", "sentence"),
    [
        (lambda: bool(x > 1), "write & for and, | for or, ~ for not, gd.where(cond, a, b) for if"),
        (lambda: x > 1 and y > 1, "write & for and"),
        (lambda: not x, "~ for not"),
        (lambda: 0 < x < 1, "(a < b) & (b < c) for a < b < c"),
        (lambda: 1 if x else 2, "gd.where(cond, a, b) for if"),
        (lambda: min(x, y), "an expression has no truth value"),
        (lambda: "a" in x, "use column.isin([...])"),
        (lambda: list(x), "cannot be looped over: use a statistic along its axis"),
        (lambda: sum(steps), "cannot be looped over"),
        (lambda: float(x), "score it with reward.score(rollouts)"),
        (lambda: int(x), "is not a number yet"),
        (lambda: math.sqrt(x + 0), "is not a number yet"),
        (lambda: [1, 2][x], "is not a number yet"),
        (lambda: x + "a", "'a' is not a number or an expression (write gd.col(...) for a column)"),
        (lambda: x + None, "None is not a number or an expression"),
        (lambda: x * [1], "[1] is not a number"),
        (lambda: x == [1], "==: [1] is neither text nor number"),
        (lambda: x.isin([[1]]), "isin: [1] is neither text nor number"),
        (lambda: x[1.5], "a field is named by a string or a place, not 1.5"),
        (lambda: x[True], "not True"),
        (lambda: x.mean(), 'needs over= ("prompt", "batch" or a column)'),
        (lambda: x.cumsum(), "one number per rollout"),
        (lambda: steps.mean("turn"), "no axis 'turn'; the score lies on step"),
        (lambda: steps.mean("step", over="prompt"), "give axis= or over=, not both"),
        (lambda: steps.mean(leave_one_out=True), "go with over="),
        (lambda: steps + gd.col("t", axis="turn"), "mixes scores on different splits (step and turn)"),
        (lambda: gd.col("m", axis=("turn", "step")).mean("turn"), "cannot be reduced before 'step'"),
        (lambda: gd.running(steps, "mean"), "one number per rollout"),
    ],
)
def test_misuse_raises_a_type_error_naming_the_right_form(misuse: Any, sentence: str) -> None:
    with pytest.raises(TypeError) as caught:
        misuse()
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("misuse", "sentence"),
    [
        (lambda: x + math.nan, "nan cannot stand in an expression: scores are finite numbers"),
        (lambda: x * math.inf, "inf cannot stand in an expression"),
        (lambda: x * 10**400, "cannot stand in an expression"),
        (lambda: x.mean(over="group"), "over='group' is no key"),
        (lambda: x.mean(over=()), "over=() names no key"),
        (lambda: x.mean(over="prompt", unit="batch"), 'the only unit is "prompt"'),
        (lambda: steps.quantile(1.5), "q=1.5 must lie in [0, 1]"),
        (lambda: steps.softmin(0), "temperature=0 must be above 0"),
        (lambda: x.rank(over="prompt", ties="dense"), "ties='dense'"),
        (lambda: x.piecewise([(1, 2), (1, 3)]), "strictly increasing x"),
        (lambda: x.piecewise([]), "at least one knot"),
        (lambda: x.named(""), "a component needs a name"),
        (lambda: gd.stack(axis="k"), "at least one score"),
        (lambda: gd.other(x, 0), "opponents=0 must be at least 1"),
        (lambda: gd.running(x, "mean", decay=1.0), "decay= in [0, 1)"),
    ],
)
def test_values_out_of_range_raise_a_value_error(misuse: Any, sentence: str) -> None:
    with pytest.raises(ValueError) as caught:
        misuse()
    assert sentence in str(caught.value)


def test_an_expression_never_changes() -> None:
    with pytest.raises(AttributeError, match="an expression never changes"):
        x.op = "lit"
    with pytest.raises(AttributeError, match="an expression never changes"):
        x.anything = 1


def test_lifted_numbers_are_floats_without_a_negative_zero() -> None:
    assert lift(-0.0) is lift(0)
    assert math.copysign(1, lift(-0.0).param("value")) == 1
    assert [lift(value).param("value") for value in (True, 3, np.int64(2), np.float16(0.5))] == [1.0, 3.0, 2.0, 0.5]


# ---------------------------------------------------------------- axes


def test_axes_follow_from_the_parts() -> None:
    nested = gd.col("m", axis=("turn", "step"))
    names = {
        x + 1: "", steps: "step", steps * x: "step", nested.sum(): "turn", nested + nested.sum(): "turn/step",
        nested.mean().mean(): "", steps.mean(over="prompt"): "", steps.mean(over=("prompt", steps.position())): "step",
        gd.stack(steps, 1, axis="k"): "step/k", gd.stack(steps, 1, axis="k").mean("step"): "k", gd.other(x): "opponent",
        gd.where(x > 0, steps, 0): "step", steps.rank(): "step", x.zscore(over="prompt"): "",
    }  # fmt: skip
    for expr, expected in names.items():
        assert "/".join(axis.name for axis in expr.axes) == expected, repr(expr)


def test_two_splits_of_one_name_are_two_axes() -> None:
    @gd.function(axis="part")
    def lengths(x: str) -> list[float]:
        return [len(part) for part in x.split()]

    assert (lengths() * lengths()).axes == lengths().axes
    with pytest.raises(TypeError, match="different splits"):
        lengths() * lengths(x=y)


# ---------------------------------------------------------------- size


def test_a_sum_of_ten_thousand_terms_builds_hashes_prints_walks_and_runs() -> None:
    total = x * 0
    for i in range(10_000):
        total = total + gd.col(f"c{i % 50}") * i
    again = x * 0
    for i in range(10_000):
        again = again + gd.col(f"c{i % 50}") * i
    assert total is again
    assert hash(total) == hash(again)
    assert repr(total).startswith("col('x') * 0 + col('c0') * 0 + ")
    assert "more..." in repr(total)
    order = topological(total)
    places = {node.key: i for i, node in enumerate(order)}
    assert order[-1] is total
    assert len(places) == len(order)
    assert all(places[child.key] < places[node.key] for node in order for child in node.children)
    rows = {"x": [5.0, 7.0]} | {f"c{j}": [1.0, 2.0] for j in range(50)}
    assert total.score(rows).values.tolist() == [49_995_000.0, 99_990_000.0]


def test_components_are_found_by_name_and_clashes_refused() -> None:
    a, b = x.named("a"), (y + 1).named("b")
    assert list((a * b + a).components) == ["a", "b"]
    with pytest.raises(ValueError, match="two different components are named 'a'"):
        _ = (a + y.named("a")).components
    assert (a + b).as_advantage().observe(more=x).named("all").is_advantage
    assert not (a + b.as_advantage()).is_advantage
