"""The runner equals the reference interpreter on random expressions, with and without its savings."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from reference.compare import Recorded, check, example, report, shrink


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
