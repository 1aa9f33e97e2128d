"""Scoring very many hostile completions, and what must hold of each number."""

from __future__ import annotations

import math
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from guerdon.expr.values import Failed, Unscored

from .case import Case, Figures, Plain
from .cases import CASES, FIGURES, PLAIN
from .writing import completion

BATCH = 500
WITHOUT_END = 300
"""Seconds after which a batch hangs: some thousand times what it takes."""
TOTAL = 2_000_000
EACH = math.ceil(TOTAL / sum(one.share for one in [*CASES, *FIGURES, *PLAIN]))
"""So many to a case with share 1, so that all have two million together, four fifths of them completions."""

Attacked = Case | Figures | Plain


def size(one: Attacked, each: int) -> int:
    return math.ceil(each * one.share)


@contextmanager
def no_hang(name: str) -> Iterator[None]:
    """An exception in here where something takes minutes."""

    def stop(*_: Any) -> None:
        raise TimeoutError(f"{name} hangs")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, WITHOUT_END)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def fuzz(one: Attacked, each: int) -> int:
    """Give a case its share of completions; how many there were."""
    rng = random.Random(f"{one.name} {each}")
    done = size(one, each)
    for start in range(0, done, BATCH):
        count = min(BATCH, done - start)
        with no_hang(one.name):
            if isinstance(one, Case):
                texts = [completion(rng, one.right) for _ in range(count)]
                check(one, one.scored(texts), texts)
            elif isinstance(one, Figures):
                rows = [one.draw(rng) for _ in range(count)]
                columns = {name: [row[name] for row in rows] for name in rows[0]}
                check(one, one.make().score({"completion": [""] * count} | columns), rows)
            else:
                numbers = [number for number in (called(one, rng) for _ in range(count)) if number is not None]
                assert all(one.low <= number <= one.high for number in numbers), (one.name, numbers)
    return done


def called(one: Plain, rng: random.Random) -> float | None:
    """What it gives; None where it says that an item is nothing of the kind, which leaves know how to take."""
    try:
        return float(one.call(rng))
    except (Failed, Unscored):
        return None


def check(one: Case | Figures, scores: Any, rows: Sequence[Any]) -> None:
    """A number within bounds for every row, a failed one worth what it should be; else a reason that may be."""
    for row, number, status, reason in zip(rows, scores.numbers, scores.statuses, scores.reasons, strict=True):
        about = (one.name, status, reason, number, row)
        assert not reason.startswith("exception"), about
        if number is None:
            assert status == "unscored", about
            assert any(reason.startswith(allowed) for allowed in one.unscored), about
            continue
        assert math.isfinite(number), about
        assert one.low - 1e-9 <= number <= one.high + 1e-9, about
        if status == "failed":
            assert isinstance(one, Case), about
            assert number == one.fails_as, about


def fuzz_all(cases: Sequence[Attacked], each: int) -> dict[str, tuple[int, float]]:
    """Every case; completions and seconds by name."""
    told: dict[str, tuple[int, float]] = {}
    for one in cases:
        start = time.perf_counter()
        told[one.name] = (fuzz(one, each), time.perf_counter() - start)
    return told


def show(title: str, told: dict[str, tuple[int, float]]) -> None:
    """The counts, where a person sees them."""
    total, seconds = sum(count for count, _ in told.values()), sum(spent for _, spent in told.values())
    lines = [f"\n{title}: {total:,} inputs over {len(told)} cases in {seconds:.0f} s"]
    lines += [f"  {name:45s} {count:6,d} {spent:7.1f} s" for name, (count, spent) in told.items()]
    print("\n".join(lines), file=sys.stderr, flush=True)
