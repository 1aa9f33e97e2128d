"""When a program's time is up, and whose doing that is."""

from __future__ import annotations

import threading
from typing import cast

import pytest

from guerdon.expr.trial import Limits, Trial
from guerdon.plan.sandbox import clock, isolation
from guerdon.plan.sandbox.box import Box, Usage
from guerdon.plan.sandbox.run import run_at


class Told:
    """A box whose usage is told."""

    def __init__(self, cpu: float, waited: float) -> None:
        self.told = Usage(cpu, waited)

    def usage(self) -> Usage:
        return self.told


def verdict(elapsed: float, *usages: tuple[float, float]) -> dict[str, str] | None:
    """What is said of a program with one second, so long after its start."""
    boxes = [cast(Box, Told(*usage)) for usage in usages]
    one = clock.Clock(1.0, boxes, threading.Event())
    one.began -= elapsed
    one.look = one.began
    return one.verdict()


@pytest.mark.parametrize(
    ("elapsed", "usages", "expected"),
    [
        (2.0, [(0.5, 0.0)], None),
        (2.0, [(1.0, 0.0)], ("failed", "timeout")),
        (2.0, [(0.6, 0.0), (0.6, 0.0)], None),  # each for itself
        (2.0, [(0.1, 0.0), (1.1, 0.0)], ("failed", "timeout")),  # what it returned is slow to look at
        (6.0, [(0.1, 0.2)], ("failed", "timeout")),  # it slept
        (6.0, [(0.5, 4.0)], ("unscored", "wall timeout")),  # it stood in the queue for a core
        (6.0, [(0.1, 0.1), (0.5, 2.5)], ("unscored", "wall timeout")),
    ],
)
def test_sleeping_is_the_programs_doing_and_starving_is_not(
    elapsed: float, usages: list[tuple[float, float]], expected: tuple[str, str] | None
) -> None:
    found = verdict(elapsed, *usages)
    assert (found and (found["status"], found["why"])) == expected


def test_a_stop_is_heard_at_once() -> None:
    stop = threading.Event()
    one = clock.Clock(100.0, [], stop)
    assert one.verdict() is None
    stop.set()
    found = one.verdict()
    assert found is not None
    assert found["why"] == "interrupted"


def test_processor_time_of_children_counts() -> None:
    if isolation().level != "namespaces":
        pytest.skip("programs start processes in namespaces alone")
    program = "import os\ndef f():\n    if os.fork():\n        os.wait()\n    while True: pass"
    trial = Trial(program, ("f()",), {"f": "f"}, limits=Limits(seconds=0.4))
    assert run_at("namespaces", trial) == [{"status": "failed", "why": "timeout", "level": "namespaces"}]
