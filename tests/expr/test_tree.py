"""Expressions as one line and as a tree."""

from __future__ import annotations

import re

import pytest

import guerdon as gd
from guerdon.expr.node import Expr
from guerdon.expr.tree import MOST_LINES, line, tree

a, b, c = gd.col("a"), gd.col("b"), gd.col("c")
steps = gd.col("r", axis="step")


@gd.function(returns="column")
def tag(completion: str, name: str = "answer") -> str:
    return completion


@gd.function(bounds=(0, 1))
def right(answer: str, solution: str) -> bool:
    return answer == solution


@gd.function(bounds=(0, 1), cost="judge")
def liked(completion: str) -> float:
    return 0.5


answer = tag(name="answer")
tidy = answer.exists().named("tidy")
correct = right(answer=answer).named("correct")
reward = (tidy * (0.8 * correct + 0.2 * liked().named("helpful"))).named("reward")


@pytest.mark.parametrize(
    ("expr", "written"),
    [
        (a + 1.5, "col('a') + 1.5"),
        (-(a**2), "-col('a') ** 2"),
        ((-a) ** 2, "(-col('a')) ** 2"),
        (2**-a, "2 ** -col('a')"),
        ((a**b) ** c, "(col('a') ** col('b')) ** col('c')"),
        (a - (b - c) - 1, "col('a') - (col('b') - col('c')) - 1"),
        (a * (b / c) / 2, "col('a') * (col('b') / col('c')) / 2"),
        (-(a + 1), "-(col('a') + 1)"),
        (a * -2, "col('a') * -2"),
        ((a < 1) & (b > 2) | ~(c == "x"), "(col('a') < 1) & (col('b') > 2) | ~(col('c') == 'x')"),
        ((a < b) == (b < c), "(col('a') < col('b')) == (col('b') < col('c'))"),
        (abs(a + 1), "(col('a') + 1).abs()"),
        (gd.min(a, b, 3), "min(col('a'), col('b'), 3)"),
        (a.clip(0, 1), "col('a').clip(0, 1)"),
        (gd.where(a > 0, b, 0), "where(col('a') > 0, col('b'), 0)"),
        (a.unscored_as(-1), "col('a').unscored_as(-1)"),
        (a.only(b > 0, "too easy"), "col('a').only(col('b') > 0, 'too easy')"),
        (a.piecewise([(0, 1), (2.5, 0)]), "col('a').piecewise([(0, 1), (2.5, 0)])"),
        (a.isin(["x", 1]), "col('a').isin(['x', 1])"),
        (a.map({"x": 1}, otherwise=0), "col('a').map({'x': 1}, otherwise=0)"),
        (a["f"][0].exists(), "col('a')['f'][0].exists()"),
        (steps.mean(), "col('r', axis='step').mean()"),
        (a.median(over="prompt"), "col('a').median(over='prompt')"),
        (a.quantile(0.9, over=b), "col('a').quantile(0.9, over=col('b'))"),
        (
            a.mean(over=("prompt", b), where=c, leave_one_out=True, empty=0),
            "col('a').mean(over=('prompt', col('b')), where=col('c'), empty=0, leave_one_out=True)",
        ),
        (gd.stack(steps, 1, axis="k").sum(axis="step"), "stack(col('r', axis='step'), 1, axis='k').sum(axis='step')"),
        (steps.softmin(0.5), "col('r', axis='step').softmin(0.5)"),
        (a.std(over="batch", ddof=1), "col('a').std(over='batch', ddof=1)"),
        (steps.rank(pct=True), "col('r', axis='step').rank(pct=True)"),
        (a.zscore(over="prompt", eps=1e-6), "col('a').zscore(over='prompt', eps=1e-06)"),
        (steps.reverse_cumsum(0.9), "col('r', axis='step').reverse_cumsum(0.9)"),
        (steps.cumsum().diff(first=a), "col('r', axis='step').cumsum().diff(first=col('a'))"),
        (steps.shift(-1), "col('r', axis='step').shift(-1)"),
        (steps.position(from_end=True), "col('r', axis='step').position(from_end=True)"),
        (gd.const([1, 2], axis="k").sum(), "const([1, 2], axis='k').sum()"),
        (gd.other(a, 2, seed=5).mean(), "other(col('a'), opponents=2, seed=5).mean()"),
        ((gd.random("prompt", 3) < 0.5) * gd.step(), "(random(over='prompt', seed=3) < 0.5) * step()"),
        (gd.param("t", 0.5) + 1, "param('t', 0.5) + 1"),
        (gd.param("rubric", "be kind").exists(), "param('rubric', 'be kind').exists()"),
        (gd.running(a, "mean", decay=0.9, by=b), "running(col('a'), 'mean', by=col('b'), decay=0.9)"),
        (gd.dual(a, target=0.5, lr=0.1, squash="tanh"), "dual(col('a'), target=0.5, lr=0.1, squash='tanh')"),
        (a.observe(more=b * 2).as_advantage(), "col('a').observe(more=col('b') * 2).as_advantage()"),
        (answer == "x", "tag(completion, name='answer') == 'x'"),
        (right(answer=tag()), "right(solution, answer=tag(completion))"),
        (reward, "(tidy * (0.8 * correct + 0.2 * helpful)).named('reward')"),
        (reward - reward.mean(over="prompt"), "reward - reward.mean(over='prompt')"),
        (a.named("two words") + 1, "'two words' + 1"),
    ],
)  # fmt: skip
def test_an_expression_is_written_as_a_person_would(expr: Expr, written: str) -> None:
    assert line(expr) == repr(expr) == written


def test_what_is_written_without_functions_reads_back_as_the_same_expression() -> None:
    # The words are those of the package, so Python itself can read them: precedence and brackets must be right.
    words = {"col": gd.col, "min": gd.min, "max": gd.max, "where": gd.where}
    for expr in (
        -((a**2) ** -b) - (a - b) * c / (a / b),
        ((a < b) | (b <= c)) & ~((a == b) != (c >= 1)),
        gd.min(a - 1, gd.max(b, c) ** 2, -c) + gd.where(a & b, -a, (a | b) + 1).clip(-2, 0.5),
        (a - 1).abs().sigmoid() ** (b + 1) - 1e-9,
        2 ** (a + 1) * (-b) ** 3 - (-a) * -b,
    ):
        assert eval(line(expr), words) is expr


def test_a_bare_number_is_written_as_a_float() -> None:
    assert repr((a * 0 + 1).children[1]) == "1.0"


def test_long_texts_and_chains_are_elided_with_a_count() -> None:
    total = gd.col("x0") * 1
    for i in range(1, 10_000):
        total = total + gd.col(f"x{i}")
    assert line(total) == "col('x0') * 1 + col('x1') + col('x2') + ...9,996 more... + col('x9999')"
    shown = tree(total).splitlines()
    # Literals and columns have no lines of their own, so one term is left below the sum.
    assert len(shown) == 2
    assert len(line(a == "word " * 1000)) < 80
    named = gd.col("x0").named("t0")
    for i in range(1, 30):
        named = named + gd.col(f"x{i}").named(f"t{i}")
    assert "├─ ... 10 more ..." in tree(named).splitlines()


def test_an_expression_that_doubles_at_every_level_is_written_in_bounded_space() -> None:
    x = a + 0
    for _ in range(200):  # 2 ** 200 terms if written out
        x = x * x
    assert len(line(x)) < 4_000
    assert len(tree(x)) < 100_000
    deep = a + 0
    for _ in range(3_000):
        deep = deep * b + 1
    assert len(line(deep)) < 4_000
    assert len(tree(deep, details=True).splitlines()) <= MOST_LINES + 1


def test_the_tree_of_a_reward() -> None:
    assert tree(reward) == (
        """\
reward = tidy * (0.8 * correct + 0.2 * helpful)
├─ tidy = tag(completion, name='answer').exists()
│  └─ [1] tag(completion, name='answer')
└─ 0.8 * correct + 0.2 * helpful
   ├─ 0.8 * correct
   │  └─ correct = right(solution, answer=tag(completion, name='answer'))
   │     └─ [1] (above)
   └─ 0.2 * helpful
      └─ helpful = liked(completion)"""
    )


def test_details_say_axes_bounds_cost_and_gates() -> None:
    shown = (reward * steps.mean()).explain().splitlines()
    remarks = [re.split(r"\s{2,}", text.lstrip("│├└─ "))[1:] for text in shown]
    assert remarks == [
        [],  # nothing bounds the column
        ["[0, 1]", "skipped where col('r', axis='step').mean() is 0"],
        ["[0, 1]"],  # tidy, the cheap one
        ["cheap"],  # the tag: a text has no bounds
        ["[0, 1]", "skipped where tidy is 0"],
        ["[0, 0.8]"],
        ["[0, 1]", "cheap"],
        [],  # the tag, shown above
        ["[0, 0.2]"],
        ["[0, 1]", "judge"],
        [],
    ]
    assert "on step  [0, 1]" in steps.sigmoid().explain()


def test_gates_of_where_and_of_statistics() -> None:
    shown = gd.where(a > 0, liked(), right(answer=b)).explain()
    assert "liked(completion)" in shown.splitlines()[2]
    assert "skipped where (col('a') > 0) is 0" in shown.splitlines()[2]
    assert "skipped where (col('a') > 0) is not 0" in shown.splitlines()[3]
    counted = liked().mean(over="prompt", where=a > 0).explain().splitlines()
    assert "skipped where (col('a') > 0) is 0" in counted[1]
    # A factor that is never 0 gates nothing.
    assert "skipped" not in (liked() * (0.5 + 0.5 * right(answer=b))).explain()
    assert "skipped where (col('a') > 0) is not 0" in ((a > 0) | liked()).explain()


def test_remarks_stand_beside_their_part_in_one_column() -> None:
    remarks = {"named": "here", "leaf": "call"}
    shown = tree(reward, annotate=lambda node: remarks.get(node.op, "")).splitlines()
    beside = [text for text in shown if text.endswith(("here", "call"))]
    assert [text.split()[-1] for text in beside] == ["here", "here", "call", "here", "call", "here"]
    assert len({max(text.rfind("here"), text.rfind("call")) for text in beside}) == 1
