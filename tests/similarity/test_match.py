"""Matching two lists: hand numbers, the four ways, hostile items, and what is written down."""

from __future__ import annotations

import itertools
import json
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.similarity import assign, match, matched

A, B = gd.col("said", axis="said"), gd.col("golds", axis="gold")


def close(a: Any, b: Any) -> float:
    return max(0.0, 1.0 - abs(a - b))


def same(a: Any, b: Any, worth: float = 1.0) -> float:
    return worth * (a == b)


tables = st.integers(0, 4).flatmap(
    lambda n: st.integers(0, 4).flatmap(
        lambda m: st.lists(st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0, -1.0]), min_size=m, max_size=m),
                           min_size=n, max_size=n)
    )
)  # fmt: skip


def every_matching(n: int, m: int) -> list[tuple[tuple[int, int], ...]]:
    pairs = list(itertools.product(range(n), range(m)))
    return [
        chosen
        for size in range(min(n, m) + 1)
        for chosen in itertools.combinations(pairs, size)
        if len({i for i, _ in chosen}) == size and len({j for _, j in chosen}) == size
    ]


@given(tables)
def test_optimal_and_ordered_reach_the_greatest_sum_there_is(table: list[list[float]]) -> None:
    n, m = len(table), len(table[0]) if table else 0
    every = every_matching(n, m)
    straight = [pairs for pairs in every if all(a[1] < b[1] for a, b in itertools.pairwise(sorted(pairs)))]
    for how, allowed in (("optimal", every), ("ordered", straight)):
        found = assign(table, how)  # type: ignore[arg-type]
        assert tuple(found) in {tuple(sorted(pairs)) for pairs in allowed}
        assert sum(table[i][j] for i, j in found) == max(sum(table[i][j] for i, j in pairs) for pairs in allowed)
        assert all(table[i][j] > 0 for i, j in found)


def test_greedy_takes_what_is_free_in_its_turn() -> None:
    table = [[0.9, 0.8], [0.8, 0.1]]
    assert assign(table, "greedy") == [(0, 0), (1, 1)]
    assert assign(table, "greedy", order=[1, 2]) == [(0, 1), (1, 0)]
    assert assign([[0.5, 0.6], [0.9, 0.6]], "greedy") == [(0, 1), (1, 0)]
    assert assign([[0.5, 0.6], [0.9, 0.6]], "greedy", chooser="b") == [(0, 1), (1, 0)]
    assert assign([[0.5, 0.4], [0.9, 0.8]], "greedy", chooser="b") == [(0, 1), (1, 0)]
    assert assign([[0.5, 0.4], [0.9, 0.8]], "greedy", chooser="pair") == [(0, 1), (1, 0)]
    assert assign([[0.2, 0.1], [0.3, 0.9]], "greedy", chooser="pair") == [(0, 0), (1, 1)]


def test_best_is_not_one_to_one() -> None:
    found = matched([1.0, 1.1], [1.0, 9.0], close, "best")
    assert found["a"] == [1.0, pytest.approx(0.9)]
    assert found["b"] == [1.0, 0.0]
    assert found["hit_b"] == [1.0, 0.0]


def test_bars_leave_weak_pairs_unmatched() -> None:
    table = [[0.5, 0.65]]
    assert assign(table, above=0.65) == []
    assert assign(table, at_least=0.65) == [(0, 1)]
    assert assign([[0.1 + 0.2]], at_least=0.3) == [(0, 0)]
    assert assign([[0.0, -1.0]], at_least=-5) == []  # nothing is matched for nothing


def test_a_key_keeps_frames_apart() -> None:
    boxes = [{"frame": 1, "x": 0.0}, {"frame": 2, "x": 0.0}, {"x": 0.0}]
    golds = [{"frame": 2.0, "x": 0.5}]
    found = matched(boxes, golds, lambda a, b: close(a["x"], b["x"]), key="frame")
    assert found["a"] == [0.0, 0.5, 0.0]
    assert matched([["a", 1]], [["a", 1]], same, key=0)["a"] == [1.0]
    assert matched(["ab"], ["ab"], same, key=5)["a"] == [0.0]
    assert matched([3, 14], [13], lambda a, b: 1.0, key=lambda one: one % 10)["hit_a"] == [1.0, 0.0]


def test_report_counts_something_else_than_what_was_matched_by() -> None:
    found = matched([1.0, 2.0], [2.0], close, report=lambda a, b: -3.0)
    assert found == {"a": [0.0, -3.0], "hit_a": [0.0, 1.0], "b": [-3.0], "hit_b": [1.0]}


def test_values_are_always_finite() -> None:
    worth = iter([float("nan"), float("inf"), None, "x", 10**400, 0.5])
    found = matched(list(range(6)), [0], lambda a, b: next(worth))
    assert found["a"] == [0, 0, 0, 0, 0, 0.5]
    assert all(np.isfinite(found[field]).all() for field in found)


def test_listing_more_than_512_items_matches_nothing() -> None:
    golds = [1.0, 2.0]
    flood = [1.0, 2.0] + [7.0] * 511
    assert matched(flood[:512], golds, close)["b"] == [1.0, 1.0]
    assert matched(flood, golds, close)["b"] == [0.0, 0.0]
    assert not any(matched(flood, golds, close)["a"])


def test_what_could_not_be_read_is_matched_with_nobody() -> None:
    assert matched([None, 1.0], [1.0, None], close) == {"a": [0, 1], "hit_a": [0, 1], "b": [1, 0], "hit_b": [1, 0]}
    assert matched([None, {"k": 1}], [{"k": 1}, None], lambda a, b: 1.0, key="k")["hit_a"] == [0, 1]


def test_too_many_references_are_not_the_completion_s_doing() -> None:
    scores = match(A, B, close)["a"].mean(empty=0).score({"said": [[1.0]], "golds": [[1.0] * 513]})
    assert scores.statuses == ["unscored"]


def test_no_duplicate_and_no_junk_pays() -> None:
    f1 = f1_of(match(A, B, close))
    rows = {"said": [[1, 2], [1, 1, 2, 2], [1, 2, 77, 88], [], [1]], "golds": [[1, 2]] * 5}
    right, twice, padded, empty, half = f1.score(rows).values
    assert right == 1.0
    assert twice == padded == pytest.approx(2 / 3)
    assert empty == 0.0
    assert half == pytest.approx(2 / 3)


def f1_of(both: gd.Score) -> gd.Score:
    precision, recall = both["a"].mean(empty=0), both["b"].mean(empty=0)  # type: ignore[index]
    return gd.where(precision + recall > 0, 2 * precision * recall / (precision + recall), 0)


def test_in_an_expression_the_fields_lie_on_their_sides() -> None:
    both = match(A, B, close)
    rows = {"said": [[1, 2], [], [3.5], None, [1]], "golds": [[2], [1], [3], [1], None]}
    assert (both["a"] * A).score(rows).nested() == [[0, 2], [], [1.75], [None], [None]]
    assert (both["hit_b"] + 0 * B).score(rows).nested() == [[1], [0], [1], [None], [None]]
    assert both["a"].mean(empty=0).score(rows).numbers == [0.5, 0, 0.5, None, None]


def test_a_split_of_the_completion_can_be_a_side() -> None:
    said = gd.text.sentences()
    recall = match(said, B, same)["b"].mean()
    rows = {"completion": ["One. Two.", "", "Three."], "golds": [["Two.", "Three."]] * 3}
    assert recall.score(rows).values.tolist() == [0.5, 0.0, 0.5]


def test_what_value_raises_costs_the_row() -> None:
    scores = match(A, B, close)["a"].mean(empty=0).score({"said": [["x"], [1]], "golds": [[1], [1]]})
    assert scores.numbers == [None, 1.0]


def test_functions_that_have_a_name_are_written_down_and_read_back() -> None:
    for value in (gd.similarity.distance, partial(gd.similarity.credit, ladder=gd.similarity.within(2.0))):
        both = match(A, B, value)
        assert gd.from_dict(json.loads(json.dumps(both.to_dict()))) is both
        assert both["hit_a"].score({"said": [[1, 9]], "golds": [[2]]}).nested() in ([[1, 0]], [[0, 1]])
    assert match(A, B, gd.similarity.distance) is match(A, B, gd.similarity.distance)
    assert match(A, B, gd.similarity.distance) is not match(A, B, gd.similarity.distance, above=0.5)


def test_two_lambdas_are_two_and_one_is_one() -> None:
    one, other = (lambda a, b: 1.0), (lambda a, b: 0.5)
    assert match(A, B, one) is match(A, B, one)
    assert match(A, B, one) is not match(A, B, other)
    rows = {"said": [[1]], "golds": [[1]]}
    assert match(A, B, one)["a"].score(rows).nested() == [[1.0]]
    assert match(A, B, other)["a"].score(rows).nested() == [[0.5]]
    with pytest.raises(gd.ContractError, match="define it at the top level of a module"):
        gd.from_dict(json.loads(json.dumps(match(A, B, one).to_dict())))


def test_the_arguments_are_checked() -> None:
    with pytest.raises(TypeError, match=r"b is a list on one axis, such as gd.col\('golds', axis='gold'\)"):
        match(A, gd.col("golds"), close)
    with pytest.raises(ValueError, match="both lie on an axis named 'said'"):
        match(A, gd.col("golds", axis="said"), close)
    with pytest.raises(ValueError, match="how='hungarian'"):
        match(A, B, close, how="hungarian")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="value= is a function"):
        match(A, B, "iou")  # type: ignore[arg-type]
