"""One call per row: by place where that is plain to see, else by name, with the same results."""

from __future__ import annotations

import functools
from typing import Any

import pytest

import guerdon as gd
from guerdon.plan.each import each


def plain(a: Any, b: Any = "b", c: Any = "c") -> tuple[Any, ...]:
    return (a, b, c)


def named(a: Any, *, b: Any = "b", c: Any = "c") -> tuple[Any, ...]:
    return (a, b, c)


@functools.wraps(plain)
def wrapped(*args: Any, **kwargs: Any) -> tuple[Any, ...]:
    return plain(*args, **kwargs)


class Callable:
    def __call__(self, a: Any, b: Any = "b", c: Any = "c") -> tuple[Any, ...]:
        return (a, b, c)


@pytest.mark.parametrize("call", [plain, named, wrapped, Callable(), functools.lru_cache(plain), Callable().__call__])
@pytest.mark.parametrize(
    ("names", "constants", "expected"),
    [
        (["a"], {}, [(1, "b", "c"), (2, "b", "c")]),
        (["a", "c"], {}, [(1, "b", 5), (2, "b", 6)]),  # b is left to its default: c can only be named
        (["b"], {"a": 0}, [(0, 1, "c"), (0, 2, "c")]),
        (["c"], {"a": 0}, [(0, "b", 1), (0, "b", 2)]),
        (["b", "a"], {"c": 9}, [(5, 1, 9), (6, 2, 9)]),
        (["a"], {"c": 9}, [(1, "b", 9), (2, "b", 9)]),
        ([], {"a": 0, "c": 9}, [(0, "b", 9), (0, "b", 9)]),
    ],
)
def test_every_way_of_calling(
    call: Any, names: list[str], constants: dict[str, Any], expected: list[tuple[Any, ...]]
) -> None:
    columns = [[1, 2], [5, 6]][: len(names)]
    assert list(each(call, names, columns, constants, 2)) == expected
    assert list(each(call, names, [[] for _ in names], constants, 0)) == []


@pytest.mark.parametrize("savings", [True, False])
@pytest.mark.parametrize("error", [StopIteration, ValueError, gd.Unscored, KeyError])
def test_a_row_that_raises_is_that_row_alone(error: type[Exception], savings: bool) -> None:
    @gd.function
    def fussy(x: int) -> float:
        if x == 2:
            raise error("two")
        return 10.0 * x

    scores = fussy().score({"x": [1, 2, 3, 2, 4]}, savings=savings)
    assert scores.statuses == ["scored", "unscored", "scored", "unscored", "scored"]
    assert scores.values.tolist() == [10, 0, 30, 0, 40]
    assert all(error.__name__ in reason or reason == "two" for reason in scores.reasons if reason)


def test_equal_inputs_of_two_leaves_are_called_once() -> None:
    calls: list[Any] = []

    @gd.function
    def seen(x: Any) -> float:
        calls.append(x)
        return float(x)

    reward = seen(x=gd.col("a")) + 10 * seen(x=gd.col("b"))
    scores = reward.score({"a": [1, 2, 3], "b": [3, 3, 4]})
    assert scores.values.tolist() == [31, 32, 43]
    assert calls == [1, 2, 3, 4]
    made = [(figures.made, figures.shared) for figures in scores.figures.values()]
    assert made == [(3, 0), (1, 2)]


def test_equal_inputs_in_one_leaf_are_called_once_and_reach_their_rows() -> None:
    calls: list[Any] = []

    @gd.function
    def doubled(x: str) -> str:
        calls.append(x)
        return x * 2

    scores = (doubled() == gd.col("y")).score({"x": ["b", "a", "b", "c", "a"], "y": ["bb", "aa", "bb", "", "aa"]})
    assert scores.values.tolist() == [1, 1, 1, 0, 1]
    assert sorted(calls) == ["a", "b", "c"]


def test_a_form_for_many_is_taken_and_left_where_it_raises_or_miscounts() -> None:
    asked: list[object] = []

    def many(word: list[str]) -> list[int]:
        asked.append(list(word))
        if "bad" in word:
            raise ValueError("bad")
        return [len(one) for one in word if one != "gone"]

    @gd.function(many=many)
    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    def score(*words: str) -> list[float | None]:
        asked.clear()
        return length().score({"word": list(words)}).numbers

    assert (score("a", "bb", "a"), asked) == ([1.0, 2.0, 1.0], [["a", "bb"]])
    assert (score("a", "bad"), asked) == ([1.0, 3.0], [["a", "bad"], "a", "bad"])
    assert (score("a", "gone"), asked) == ([1.0, 4.0], [["a", "gone"], "a", "gone"])


def test_a_form_for_many_goes_with_plain_functions_only() -> None:
    with pytest.raises(ValueError, match="many= is for plain functions"):
        gd.function(per="group", many=list)(lambda word: word)
