"""``gd.function`` before anything is scored: what is bound to what, what is refused, and which leaves are the same."""

from __future__ import annotations

import asyncio
import functools
import math
from collections.abc import Mapping
from typing import Any

import pytest

import guerdon as gd
from guerdon.expr.columns import Column
from guerdon.expr.function import Function, function
from guerdon.plan.limits import CallLimits


def plain(completion: str, solution: str, bonus: float = 0.5) -> float:
    return float(completion == solution) + bonus


leaf = function(plain)
steps, turns = gd.col("steps", axis="step"), gd.col("turns", axis="turn")


# Binding


def test_the_decorator_works_with_and_without_arguments_and_keeps_the_function() -> None:
    for made in (gd.function(plain), gd.function()(plain), gd.function(bounds=(0, 2))(plain)):
        assert isinstance(made, Function)
        assert made.call is made.__wrapped__ is plain
        assert made.parameters == ("completion", "solution", "bonus")
        assert made.optional == ("bonus",)
        assert made.shown == "plain"
        assert made.name == f"{__name__}:plain"


def test_what_is_not_passed_is_a_column_and_a_default_stays_with_the_function() -> None:
    node = leaf()
    assert [(role, repr(arg)) for role, arg in node.args] == [
        ("completion", "col('completion')"),
        ("solution", "col('solution')"),
    ]
    assert node.param("constants").value == {}
    node = leaf(solution=gd.col("gold"), bonus=1)
    assert [(role, repr(arg)) for role, arg in node.args] == [
        ("completion", "col('completion')"),
        ("solution", "col('gold')"),
    ]
    assert node.param("constants").value == {"bonus": 1}


def test_an_unknown_parameter_is_refused_and_the_known_ones_named() -> None:
    with pytest.raises(TypeError, match=r"plain has no parameter 'gold'; its parameters: completion, solution, bonus$"):
        leaf(gold=gd.col("gold"))

    @gd.function
    def nothing() -> float:
        return 1.0

    with pytest.raises(TypeError, match=r"nothing has no parameter 'x'; its parameters: none$"):
        nothing(x=1)


def test_parameters_that_have_no_name_of_their_own_are_refused() -> None:
    with pytest.raises(TypeError, match=r"takes its parameters by name; \*texts cannot be bound"):
        gd.function(lambda *texts: 1.0)
    with pytest.raises(TypeError, match=r"takes its parameters by name; text cannot be bound"):
        gd.function(eval("lambda text, /: 1.0"))
    with pytest.raises(TypeError, match=r"name the columns the function reads instead of \*\*kwargs"):
        gd.function(lambda text, **kwargs: 1.0)


def test_keyword_only_parameters_and_partials_are_bound_by_name() -> None:
    @gd.function
    def only(*, text: str, most: int = 3) -> float:
        return len(text) <= most

    assert only().score({"text": ["abcd", "abc"]}).numbers == [0.0, 1.0]
    fixed = gd.function(functools.partial(plain, bonus=0.0), name="fixed")
    assert fixed().score({"completion": ["a"], "solution": ["a"]}).numbers == [1.0]


# What is refused


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"cache": True}, r'cache=True needs version="\.\.\.", which you change with the function'),
        ({"votes": 0}, r"votes=0 must be at least 1"),
        ({"batch_by": 0}, r"batch_by=0 must be at least 1"),
        ({"timeout": 0, "fails_as": 0.0}, r"timeout=0 must be a number of seconds above 0"),
        ({"returns": "scores"}, r"""returns='scores' must be "score" or "column\""""),
        ({"comparable": "batch"}, r"""comparable='batch' must be "prompt\""""),
        ({"on_error": "zero"}, r"""on_error='zero' must be "unscored" or a finite number"""),
        ({"on_error": math.nan}, r"""on_error=nan must be "unscored" or a finite number"""),
        ({"fails_as": math.inf}, r"fails_as=inf must be a finite number"),
        ({"fails_as": "0"}, r"fails_as='0' must be a finite number"),
        ({"bounds": (-math.inf, 0), "fails_as": 1.0}, r"fails_as=1\.0 must be the worst end of its bounds, -inf"),
        ({"limits": CallLimits()}, r"limits= says how an async function may be called, and this one is not async"),
        ({"per": "group", "votes": 2}, r"per='group' takes no votes=: it gets and returns flat lists"),
        ({"per": "batch", "axis": "step"}, r"per='batch' takes no axis=: it gets and returns flat lists"),
        ({"per": "batch", "batch_by": 2}, r"per='batch' takes no batch_by=: it gets and returns flat lists"),
        ({"votes": 2, "axis": "step"}, r"votes= and axis= cannot go together"),
        ({"votes": 2, "axes": {"a": "step"}}, r"votes= and axes= cannot go together"),
        ({"axis": "step", "axes": {"a": "step"}}, r"axis= and axes= cannot go together"),
        ({"cost": "dear"}, r"cost='dear' must be one of cheap, cpu, model, judge"),
        ({"per": "prompt"}, r"""per='prompt' must be "rollout", "group" or "batch\""""),
        ({"isolate": True, "per": "group", "fails_as": 0.0}, r"isolate=True is for functions of one rollout or piece"),
        ({"timeout": 1.0, "per": "batch", "fails_as": 0.0}, r"isolate=True is for functions of one rollout or piece"),
        ({"isolate": True}, r"say in fails_as= what that is worth"),
        ({"timeout": 1.0}, r"say in fails_as= what that is worth"),
        ({"bounds": (1, 0)}, r"bounds=\(1\.0, 0\.0\) must be \(low, high\)"),
        ({"bounds": (math.nan, 0)}, r"bounds=.* must be \(low, high\)"),
        ({"bounds": (0, 1), "fails_as": 1.0}, r"fails_as=1\.0 must be the worst end of its bounds, 0\.0"),
        ({"bounds": (0, 1), "fails_as": -1.0}, r"fails_as=-1\.0 must be the worst end of its bounds, 0\.0"),
        (
            {"bounds": (0, 9), "fails_as": 0.0, "higher_is_better": False},
            r"fails_as=0\.0 must be the worst end of its bounds, 9\.0",
        ),
    ],
)
def test_what_cannot_be_declared(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=f"^plain: .*{said}"):
        gd.function(**options)(plain)


def test_an_async_function_is_not_isolated() -> None:
    async def judge(text: str) -> float:
        return 1.0

    with pytest.raises(ValueError, match="an async function cannot be isolated in a worker; give it limits instead"):
        gd.function(isolate=True, fails_as=0.0)(judge)
    assert gd.function(timeout=5.0)(judge).isolate is False


@pytest.mark.parametrize(
    "options",
    [
        {"bounds": (0, 1), "fails_as": 0.0},
        {"bounds": [0, 9], "fails_as": 9.0, "higher_is_better": False},
        {"bounds": (-math.inf, 0), "fails_as": -100.0},  # no number is the worst
        {"fails_as": 7.0},
        {"bounds": (0, 0), "fails_as": 0.0},
    ],
)
def test_what_can(options: dict[str, Any]) -> None:
    made = gd.function(**options)(plain)
    assert made.fails_as == options["fails_as"]
    assert hash(made().key) is not None


# What follows from what is declared


def test_costs_follow_from_how_it_runs() -> None:
    async def judge(text: str) -> float:
        await asyncio.sleep(0)
        return 1.0

    class Judge:
        async def __call__(self, text: str) -> float:
            return 1.0

    assert gd.function(plain).cost == "cheap"
    assert gd.function(timeout=1.0, fails_as=0.0)(plain).cost == "cpu"
    assert gd.function(judge).cost == "judge"
    assert gd.function(Judge()).cost == "judge"
    assert gd.function(cost="model")(judge).cost == "model"


def test_a_timeout_of_a_plain_function_is_kept_in_a_worker() -> None:
    assert gd.function(timeout=1.0, fails_as=0.0)(plain).isolate is True
    assert gd.function(timeout=1.0, returns="column")(plain).isolate is True  # no verdict needs no number


def columns_and_scores() -> list[tuple[Any, bool]]:
    def text(x: str) -> str:
        return x

    def maybe(x: str) -> str | None:
        return x

    def record(x: str) -> dict[str, float]:
        return {}

    def anything(x: str) -> object:
        return x

    def mapping(x: str) -> Mapping[str, Any]:
        return {}

    def number(x: str) -> float:
        return 0.0

    def perhaps(x: str) -> float | None:
        return None

    def truth(x: str) -> bool:
        return True

    def silent(x):  # type: ignore[no-untyped-def]
        return 0.0

    def stringly(x: str) -> int:
        return 0

    return [
        (text, True), (maybe, True), (record, True), (anything, True), (mapping, True),
        (number, False), (perhaps, False), (truth, False), (silent, False), (stringly, False),
    ]  # fmt: skip


@pytest.mark.parametrize(("call", "column"), columns_and_scores(), ids=lambda value: getattr(value, "__name__", ""))
def test_the_return_annotation_says_whether_it_gives_numbers(call: Any, column: bool) -> None:
    assert isinstance(gd.function(call)(), Column) is column
    assert isinstance(gd.function(returns="column")(call)(), Column)
    assert not isinstance(gd.function(returns="score")(call)(), Column)


def test_annotations_that_are_types_and_not_texts_say_the_same() -> None:
    def text(x: Any) -> Any:
        return x

    for kind, column in ((str, True), (dict, True), (float, False), (str | None, True), (float | None, False)):
        text.__annotations__["return"] = kind
        assert isinstance(gd.function(text)(), Column) is column


def test_lists_of_numbers_on_an_axis_are_a_score_and_lists_of_texts_a_column() -> None:
    def numbers(text: str) -> list[float]:
        return []

    def texts(text: str) -> list[str]:
        return []

    assert not isinstance(gd.function(axis="claim")(numbers)(), Column)
    assert isinstance(gd.function(axis="claim")(texts)(), Column)


# Axes


def names(expr: gd.Score) -> list[str]:
    return [axis.name for axis in expr.axes]


def test_a_leaf_lies_where_its_arguments_meet() -> None:
    assert names(leaf()) == []
    assert names(leaf(completion=steps)) == ["step"]
    assert leaf(completion=steps).axes == steps.axes
    with pytest.raises(TypeError, match=r"plain mixes scores on different splits \(step and turn\)"):
        leaf(completion=steps, solution=turns)


def test_axes_that_functions_make_and_keep() -> None:
    made = gd.function(axis="claim", returns="score")(plain)
    assert names(made()) == ["claim"]
    assert names(made(completion=steps)) == ["step", "claim"]
    assert made().axes != made(bonus=1).axes  # two calls, two splits
    kept = gd.function(axis="step", returns="score")(plain)
    assert kept(completion=steps).axes == steps.axes
    assert names(kept()) == ["step"]
    voted = gd.function(votes=3)(plain)
    assert names(voted(completion=steps)) == ["step", "vote"]
    assert voted().axes[-1].uniform == 3


def test_groups_batches_and_records_take_flat_arguments() -> None:
    for per in ("group", "batch"):
        with pytest.raises(TypeError, match=rf"plain is per='{per}' and takes flat columns: reduce the ragged ones"):
            gd.function(per=per)(plain)(completion=steps)
    record = gd.function(axes={"a": "box"})(plain)
    assert names(record(completion=steps)) == []
    assert names(record()["a"]) == ["box"]
    assert names(record()["b"]) == []
    with pytest.raises(TypeError, match="takes lists on one axis each: reduce the nested ones first"):
        record(completion=gd.col("x", axis=("turn", "step")))


# Identity


def test_the_same_call_is_the_same_node() -> None:
    assert leaf() is leaf()
    assert leaf(bonus=1) is leaf(bonus=1)
    assert leaf(solution=gd.col("gold")) is leaf(solution=gd.col("gold"))
    keys = {leaf(bonus=value).key for value in (0, 0.0, False, None, "0", [0], {"a": 0})}
    assert len(keys) == 7  # equal numbers of different types are different constants


def test_the_same_function_declared_otherwise_is_another_leaf() -> None:
    declared: list[dict[str, Any]] = [
        {}, {"cost": "cpu"}, {"bounds": (0, 1)}, {"fails_as": 0.0}, {"on_error": 0.0}, {"version": "2"},
        {"pure": False}, {"votes": 2}, {"per": "group"}, {"axis": "claim"}, {"batch_by": 2}, {"comparable": "prompt"},
    ]  # fmt: skip
    assert len({gd.function(**options)(plain)().key for options in declared}) == len(declared)
    assert gd.function(plain)().key == gd.function()(plain)().key


def test_two_closures_of_one_name_never_merge() -> None:
    def scale(k: float) -> Function:
        @gd.function
        def scaled(x: float) -> float:
            return k * x

        return scaled

    two, three = scale(2), scale(3)
    assert not two().equals(three())
    assert (two() - three()).score({"x": [1, 10]}).numbers == [-1.0, -10.0]


def test_constants_are_frozen_when_they_are_passed() -> None:
    words = {"good": [1]}
    before = leaf(bonus=words)
    words["good"].append(2)
    assert before.param("constants").value == {"bonus": {"good": [1]}}
    assert not before.equals(leaf(bonus=words))
    assert before.equals(leaf(bonus={"good": [1]}))


def test_a_constant_without_a_content_is_refused_in_one_sentence() -> None:
    with pytest.raises(TypeError, match="has no canonical bytes"):
        leaf(bonus=object())


# What it says of itself


def test_bounds_and_costs_are_said_before_anything_runs() -> None:
    bounded = gd.function(bounds=(0, 2), cost="judge")(plain)()
    assert bounded.bounds() == (0.0, 2.0)
    assert (1 - bounded).bounds() == (-1.0, 1.0)
    assert leaf().bounds() == (-math.inf, math.inf)
    assert "judge" in bounded.explain()
    assert repr(leaf(solution=gd.col("gold"), bonus=1)) == "plain(completion, solution=col('gold'), bonus=1)"


def test_numbers_that_compare_only_inside_a_prompt_go_no_further() -> None:
    dpo = gd.function(comparable="prompt")(plain)
    assert (dpo() - dpo().mean(over="prompt")).score(
        {"prompt": ["p", "p"], "completion": ["a", "b"], "solution": ["a", "a"]}
    ).numbers == [0.5, -0.5]
    for over in ("batch", gd.col("task")):
        with pytest.raises(TypeError, match=r"plain is comparable only inside one prompt"):
            dpo().mean(over=over)
        with pytest.raises(TypeError, match=r"plain is comparable only inside one prompt"):
            (2 * dpo() + 1).rank(over=over)
