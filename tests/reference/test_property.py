"""The runner equals the reference interpreter on random expressions, with and without its savings."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from reference.compare import Recorded, check, example, report, shrink
from reference.interpreter import Batch, interpret
from reference.trees import duel, rollouts

import guerdon as gd
from guerdon.expr.build import number_of


class Drawn:
    """Choices that hypothesis makes, and shrinks."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data

    def below(self, n: int) -> int:
        return self.data.draw(st.integers(0, n - 1))


class Quiet(Drawn):
    """The same without hypothesis' note of every draw."""

    def below(self, n: int) -> int:
        return self.data.conjecture_data.draw_integer(0, n - 1)


@given(st.data())
@settings(max_examples=300, suppress_health_check=list(HealthCheck))
def test_savings_change_nothing_and_both_equal_the_reference(data: st.DataObject) -> None:
    root, batches = example(Quiet(data))
    note(report(root, batches))
    check(root, batches)


@given(st.data())
@settings(max_examples=100, suppress_health_check=list(HealthCheck))
def test_a_swapped_duel_is_the_duel_of_the_pair_the_other_way_round(data: st.DataObject) -> None:
    x = number_of(duel(Quiet(data)))  # a choice between columns is one itself
    columns, groups = rollouts(Quiet(data))
    batch = Batch(columns, [f"id{row}" for row in range(len(groups))], groups)
    note(f"{x.tree()}\n{columns}\n{groups}")
    meets = interpret(gd.other(gd.col("id")), replace(batch, columns={"id": list(range(len(groups)))})).root.cells
    cells, swapped = interpret(x, batch).root.cells, interpret(x.swap(), batch).root.cells
    whom = {path: cell.value for path, cell in meets.items()}
    at = {(path[0], other): path for path, other in whom.items()}
    for path, other in whom.items():
        assert swapped[path] == cells[at[other, path[0]]]


@pytest.mark.full
@pytest.mark.parametrize("part", range(20))
def test_twenty_thousand_expressions(part: int) -> None:
    def fails(choices: list[int]) -> bool:
        try:
            check(*example(Recorded(given=choices)))
        except Exception:
            return True
        return False

    for seed in range(part * 1000, part * 1000 + 1000):
        choices = Recorded(seed)
        root, batches = example(choices)
        try:
            check(root, batches)
        except Exception:
            root, batches = example(Recorded(given=shrink(choices.taken, fails)))
            print(f"seed {seed}, shrunk:\n{report(root, batches)}")
            check(root, batches)
            raise
