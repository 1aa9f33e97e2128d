"""Bounds: what a person would compute, and random numbers that must land inside."""

from __future__ import annotations

import math
from typing import Any

import hypothesis
import hypothesis.strategies as st
import pytest

import guerdon as gd
from guerdon.expr.bounds import all_bounds, bounds

INF = math.inf


@gd.function(bounds=(-1, 2))
def wide(a: float) -> float:
    return a


@gd.function(bounds=(0, 1))
def unit(b: float) -> float:
    return b


@gd.function(bounds=(1, 3))
def high(c: float) -> float:
    return c


@gd.function(bounds=(-1, 2))
def piece(s: float) -> float:
    return s


a, b, c, s = wide(), unit(), high(), piece(s=gd.col("s", axis="step"))
two = gd.stack(a, b, axis="member")


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (gd.col("x") + 0, (-INF, INF)),
        (a * 2 - 1, (-3, 3)),
        (-a, (-2, 1)),
        (abs(a), (0, 2)),
        (abs(c), (1, 3)),
        (a * b, (-1, 2)),
        (a * a, (0, 4)),
        (a * c, (-3, 6)),
        (a / c, (-1, 2)),
        (c / a, (-INF, INF)),
        (c / b, (1, INF)),
        (b / c, (0, 1)),
        (-c / b, (-INF, -1)),
        (a**2, (0, 4)),
        (a**3, (-1, 8)),
        (a**-2, (0.25, INF)),
        (a**-1, (-INF, INF)),
        (a**0.5, (-INF, INF)),
        (b**0.5, (0, 1)),
        (b**a, (0, INF)),
        (c**a, (1 / 3, 9)),
        (c**-1, (1 / 3, 1)),
        (a.sqrt(), (0, math.sqrt(2))),
        ((a - 3).sqrt(), (-INF, INF)),  # never a number
        (b.log(), (-INF, 0)),
        (c.log(), (0, math.log(3))),
        (b.exp(), (1, math.e)),
        ((c * 1000).exp(), (-INF, INF)),  # nor this: it always overflows
        (gd.col("x").sigmoid(), (0, 1)),
        (gd.col("x").tanh() * 2, (-2, 2)),
        (gd.col("x").log_sigmoid(), (-INF, 0)),
        (a.sign(), (-1, 1)),
        ((a / 2).floor(), (-1, 1)),
        ((b * 2.5).round(), (0, 2)),
        (gd.col("x").clip(0, 1), (0, 1)),
        (gd.min(a, b), (-1, 1)),
        (gd.max(a, b), (0, 2)),
        (a > 2, (0, 0)),
        (c >= 1, (1, 1)),
        (a < b, (0, 1)),
        (c == 0, (0, 0)),
        (c != 0, (1, 1)),
        (gd.col("x") == "y", (0, 1)),
        ((c > 0) & (a > 0), (0, 1)),
        ((c > 0) | (a > 0), (1, 1)),
        (~c, (0, 0)),
        (~b, (0, 1)),
        (a.isscored(), (0, 1)),
        (a.piecewise([(0, 5), (1, 7), (10, -100)]), (-100 / 9 * 1 + 7 * 8 / 9, 7)),
        (gd.where(a, b, c), (0, 3)),
        (gd.where(c, b, 10), (0, 1)),
        (gd.where(a > 5, b, 10), (10, 10)),
        (a.when(b), (-1, 2)),
        (a.only(b > 0, "why"), (-1, 2)),
        (a.unscored_as(-5), (-5, 2)),
        (gd.col("x").map({"u": 1, "v": 3}), (1, 3)),
        (gd.col("x").map({"u": 1, "v": 3}, otherwise=0), (0, 3)),
        (gd.step(), (0, INF)),
        (gd.random(), (0, 1)),
        (gd.param("t", 0.5), (-INF, INF)),
        (s.mean(), (-1, 2)),
        (s.mean(empty=-3), (-3, 2)),
        (s.sum(), (-INF, INF)),
        (piece(s=gd.col("s", axis="step")).sigmoid().sum(), (0, INF)),
        (s.count(), (0, INF)),
        (s.max(), (-1, 2)),
        (s.std(), (0, 1.5)),
        (s.std(ddof=1), (0, 1.5 * math.sqrt(2))),
        (s.argmax(), (0, INF)),
        (s.any(), (0, 1)),
        (s.prod(), (-INF, INF)),
        (s.softmin(0.1), (-1, 2)),
        (two.sum(), (-2, 4)),
        (two.sum(where=two > 0), (-2, 4)),
        (gd.stack(c, c, 1, axis="k").sum(), (3, 9)),
        (gd.stack(c, c, 1, axis="k").sum(where=a), (0, 9)),
        (gd.stack(c, b, axis="k").mean(empty=-1), (0, 3)),  # two members are never nobody
        (two.count(), (0, 2)),
        (two.argmax(), (0, 1)),
        (gd.const([0.5, -2], axis="k").min(), (-2, 0.5)),
        (a.mean(over="prompt"), (-1, 2)),
        (a.mean(over="prompt", empty=-9), (-1, 2)),  # nobody's group has no receivers
        (a.mean(over="prompt", leave_one_out=True, empty=-9), (-9, 2)),
        (c.sum(over="prompt"), (1, INF)),
        (b.prod(over="prompt"), (0, 1)),
        ((-b).prod(over="prompt"), (-1, 1)),
        (c.prod(over="prompt"), (1, INF)),
        (a.rank(over="prompt"), (1, INF)),
        (a.rank(over="prompt", pct=True), (0, 1)),
        (a.zscore(over="prompt"), (-INF, INF)),
        (a.softmax(over="prompt"), (0, 1)),
        (two.cumsum(), (-2, 4)),
        (gd.stack(c, c, axis="k").cumsum(), (1, 6)),
        (s.sigmoid().cumsum(), (1 / (1 + math.e), INF)),
        (s.reverse_cumsum(0.5), (-2, 4)),
        (s.reverse_cumsum(), (-INF, INF)),
        (s.suffix_min(), (-1, 2)),
        (s.shift(1, fill=7), (-1, 7)),
        (s.diff(), (-3, 3)),
        (s.diff(first=-4), (-3, 6)),
        (s.position(), (0, INF)),
        (two.position(), (0, 1)),
        (gd.other(b), (0, 1)),
        ((b - gd.other(b)).mean(), (-1, 1)),
        (gd.running(b, "mean"), (0, 1)),
        (gd.running(b, "std", empty=2), (0, 2)),
        (gd.dual(b, target=0.5, lr=1), (0, INF)),
        (gd.dual(b, target=0.5, lr=1, squash="tanh"), (-1, 1)),
        (a.named("x").observe(y=c).as_advantage(), (-1, 2)),
    ],
)
def test_bounds_are_what_a_person_would_compute(expr: Any, expected: tuple[float, float]) -> None:
    assert expr.bounds() == pytest.approx(expected, rel=1e-12)


def test_what_a_leaf_gives_for_failure_and_error_is_within_its_bounds() -> None:
    @gd.function(bounds=(0, 1), on_error=-1.0)
    def leaf(a: float) -> float:
        return a

    assert bounds(leaf()) == (-1, 1)


def test_zero_times_what_can_never_be_scored_is_zero() -> None:
    never = (a - 3).sqrt()
    assert bounds(b * never) == (0, 0)
    assert all_bounds(never)[never.key] == (INF, -INF)


def test_a_sum_of_ten_thousand_terms_is_bounded() -> None:
    total = a * 1
    for i in range(9_999):
        total = total + b * i
    assert bounds(total) == (-1, 2 + sum(range(9_999)))


# ---------------------------------------------------------------- random expressions and numbers

flat = st.sampled_from([a, b, c, gd.random(seed=1), gd.step()])
numbers = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.1, 0.5, 1.0, 2.0, 3.0])
UNARY = "neg abs sign floor round sqrt exp log sigmoid log_sigmoid tanh invert isscored".split()
BINARY = "add sub mul truediv pow lt le gt ge eq ne and or".split()
FIGURES = ("sum", "mean", "std", "min", "max", "median", "prod", "count", "any", "all", "first", "last", "argmax")


HOW = "unary binary binary swapped min clip where knots over along standing scan".split()


def method(x: Any, name: str) -> Any:
    """A method by its name, with or without underscores."""
    return getattr(x, name) if hasattr(x, name) else getattr(x, f"__{name}__")


@st.composite
def deeper(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> Any:
    x = draw(inner)
    y = draw(st.one_of(inner, numbers))
    how = draw(st.sampled_from(HOW))
    if how == "unary":
        return method(x, draw(st.sampled_from(UNARY)))()
    if how == "binary":
        return method(x, draw(st.sampled_from(BINARY)))(y)
    if how == "swapped":
        return draw(st.sampled_from([lambda: y - x, lambda: y / x, lambda: y * x, lambda: gd.max(y, x)]))()
    if how == "min":
        return gd.min(x, y)
    if how == "clip":
        return x.clip(*sorted((draw(numbers), draw(numbers))))
    if how == "where":
        return gd.where(x, y, draw(inner))
    if how == "knots":
        return x.piecewise([(-1, draw(numbers)), (0.5, draw(numbers)), (2, draw(numbers))])
    figure = draw(st.sampled_from(FIGURES))
    options = draw(st.sampled_from([{}, {"where": b > 0.5}, {"where": x > 0, "empty": -0.25}]))
    if figure == "count":  # never nobody's figure
        options = {name: value for name, value in options.items() if name != "empty"}
    if how == "over":
        if draw(st.booleans()):
            options = {**options, "leave_one_out": True}
        return getattr(x, figure)(over=draw(st.sampled_from(["prompt", "batch"])), **options)
    ragged = draw(st.sampled_from([s * x, gd.stack(x, y, a, axis="member"), s + x]))
    if how == "standing":
        return draw(st.sampled_from([x.rank(over="prompt"), x.softmax(over="prompt"), ragged.rank(pct=True).mean()]))
    if how == "scan":
        scans = ("cumsum", "reverse_cumsum", "suffix_min", "shift", "diff", "position")
        ragged = getattr(ragged, draw(st.sampled_from(scans)))()
    return getattr(ragged, figure)(**options)


expressions = st.recursive(flat, deeper, max_leaves=8)
# Halves and quarters reach the ends of the bounds, where mistakes live.
grid = [i / 4 for i in range(-4, 13)]


def within(low: float, high: float) -> st.SearchStrategy[float]:
    return st.one_of(st.sampled_from([x for x in grid if low <= x <= high]), st.floats(low, high))


rows = st.lists(
    st.fixed_dictionaries(
        {
            "prompt": st.sampled_from(["p", "q"]),
            "a": st.one_of(st.none(), within(-1, 2)),
            "b": within(0, 1),
            "c": within(1, 3),
            "s": st.lists(within(-1, 2), max_size=4),
        }
    ),
    min_size=1,
    max_size=6,
)


@hypothesis.settings(max_examples=150, suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(expressions, rows)
def test_every_number_lands_within_the_bounds(expr: Any, data: list[dict[str, Any]]) -> None:
    low, high = bounds(expr)
    scores = expr.score(data, step=3)
    for value, status in zip(scores.values.tolist(), scores.statuses, strict=True):
        if status == "scored":
            slack = 1e-9 * max(1.0, abs(value))
            assert low - slack <= value <= high + slack
