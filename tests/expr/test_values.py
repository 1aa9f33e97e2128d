"""Layouts and cells: the ragged shape, taken apart and put together as a person would on paper."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.expr.values import (
    FAILED,
    SCORED,
    SKIPPED,
    STATUS_NAMES,
    UNSCORED,
    Cells,
    Layout,
    layout_of,
    objects,
    reason_code,
    reason_text,
)

# Three rollouts of 2, 0 and 1 turns; the turns hold 1, 3 and 2 calls.
TURNS = layout_of([2, 0, 1], 3)
CALLS = Layout(3, (TURNS.counts[0], np.array([1, 3, 2])))


def codes(*names: str) -> np.ndarray:
    return np.array([STATUS_NAMES.index(name) for name in names], dtype=np.uint8)


def test_sizes_and_places() -> None:
    flat = Layout(3)
    assert (flat.size, flat.depth, flat.rows.tolist()) == (3, 0, [0, 1, 2])
    assert (TURNS.size, TURNS.depth) == (3, 1)
    assert (CALLS.size, CALLS.depth) == (6, 2)
    assert TURNS.offsets(0).tolist() == [0, 2, 2, 3]
    assert CALLS.offsets(1).tolist() == [0, 1, 4, 6]
    assert CALLS.owners(1).tolist() == [0, 1, 1, 1, 2, 2]
    assert CALLS.rows.tolist() == CALLS.owners(0).tolist() == [0, 0, 0, 0, 2, 2]
    assert CALLS.owners(2).tolist() == list(range(6))
    assert TURNS.rows.tolist() == [0, 0, 2]


def test_outer_parts_and_sameness() -> None:
    assert CALLS.outer(2) is CALLS
    assert CALLS.outer(1).same(TURNS)
    assert CALLS.outer(0).same(Layout(3))
    assert not CALLS.same(TURNS)
    assert not TURNS.same(layout_of([1, 1, 1], 3))  # as many pieces, laid out otherwise
    assert not Layout(3).same(Layout(2))
    assert layout_of([], 0).same(layout_of([], 0))


def test_what_is_known_is_part_of_the_shape() -> None:
    known = np.array([True, False, True])
    some = Layout(3, TURNS.counts, known)
    assert not some.same(TURNS)
    assert some.same(Layout(3, TURNS.counts, known.copy()))
    assert some.outer(0).known is known
    assert Layout(3, TURNS.counts, np.ones(3, dtype=bool)).known is None  # all known is the plain case


@given(st.lists(st.lists(st.integers(0, 3), max_size=4), max_size=6))
def test_owners_say_where_every_cell_lies(shape: list[list[int]]) -> None:
    inner = [count for row in shape for count in row]
    layout = Layout(len(shape), (np.array([len(row) for row in shape], dtype=int), np.array(inner, dtype=int)))
    paths = [(i, j) for i, row in enumerate(shape) for j, count in enumerate(row) for _ in range(count)]
    parents = [(i, j) for i, row in enumerate(shape) for j in range(len(row))]
    assert layout.size == len(paths)
    assert [parents[k] for k in layout.owners(1).tolist()] == paths
    assert layout.rows.tolist() == [i for i, _ in paths]


def test_cells_that_are_all_scored_carry_no_status() -> None:
    cells = Cells(Layout(2), np.array([1.0, 2.0]), np.zeros(2, dtype=np.uint8), np.zeros(2, dtype=np.int32))
    assert cells.status is None
    assert cells.reason is None
    assert cells.statuses().tolist() == [SCORED, SCORED]
    assert cells.reasons().tolist() == [0, 0]
    assert cells.has_number().all()
    assert cells.is_score


def test_a_column_keeps_the_reason_of_no_verdict() -> None:
    why = reason_code("two answers")
    cells = Cells(Layout(2), objects(["a", None], 2), None, np.array([0, why], dtype=np.int32))
    assert not cells.is_score
    assert reason_text(int(cells.reasons()[1])) == "two answers"


def test_scored_and_failed_have_numbers() -> None:
    cells = Cells(Layout(4), np.arange(4.0), codes("scored", "failed", "unscored", "skipped"))
    assert cells.has_number().tolist() == [True, True, False, False]
    assert (SCORED, FAILED, UNSCORED, SKIPPED) == (0, 1, 2, 3)


def test_spreading_repeats_for_the_pieces_inside() -> None:
    why = reason_code("judge down")
    flat = Cells(Layout(3), np.array([1.0, 2.0, 0.0]), codes("failed", "scored", "unscored"), np.array([5, 0, why]))
    spread = flat.spread(TURNS)
    assert spread.values.tolist() == [1.0, 1.0, 0.0]
    assert spread.statuses().tolist() == [FAILED, FAILED, UNSCORED]
    assert spread.reasons().tolist() == [5, 5, why]
    assert flat.spread(Layout(3)) is flat
    assert spread.spread(CALLS).values.tolist() == [1.0, 1.0, 1.0, 1.0, 0.0, 0.0]


def test_taking_cells_lays_them_out_anew() -> None:
    cells = Cells(Layout(3), np.array([1.0, 2.0, 3.0]), codes("scored", "skipped", "scored"))
    taken = cells.take(np.array([2, 0, 0]), layout_of([1, 2], 2))
    assert taken.values.tolist() == [3.0, 1.0, 1.0]
    assert taken.status is None  # the skipped one was left behind


def test_skipped_cells_hold_nothing() -> None:
    score, column = Cells.skipped(TURNS, score=True), Cells.skipped(TURNS, score=False)
    assert score.statuses().tolist() == column.statuses().tolist() == [SKIPPED] * 3
    assert not score.has_number().any()
    assert column.values.tolist() == [None] * 3


def test_objects_are_never_stretched() -> None:
    for items in ([[1, 2], [3, 4]], [np.zeros(2), np.zeros(2)], ["ab", "cd"], [(), ()], []):
        made = objects(items, len(items))
        assert made.shape == (len(items),)
        assert all(a is b for a, b in zip(made, items, strict=True))


def test_reasons_are_numbered_once() -> None:
    assert reason_code("") == 0
    assert reason_code("a reason of this test") == reason_code("a reason of this test")
    assert reason_text(reason_code("another reason")) == "another reason"


@pytest.mark.parametrize("kind", [gd.Failed, gd.Unscored, gd.ContractError])
def test_exceptions_travel(kind: type[Exception]) -> None:
    error = pickle.loads(pickle.dumps(kind("no answer")))
    assert type(error) is kind
    assert str(error) == "no answer"
    assert isinstance(error, ValueError) is (kind is gd.ContractError)
