"""Timing several ways of doing one thing, side by side."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Size = Literal["tiny", "quick", "full"]
SIZES: tuple[Size, ...] = ("tiny", "quick", "full")
Clock = Literal["cpu", "wall"]
CLOCKS: dict[Clock, Callable[[], float]] = {"cpu": time.process_time, "wall": time.perf_counter}
"""Processor time of this process, which other work on the machine hardly stretches; or what a person waits."""


@dataclass(frozen=True)
class Line:
    """One contender: its times in seconds, and whatever else was counted."""

    name: str
    seconds: tuple[float, ...]
    figures: Mapping[str, str] = field(default_factory=dict)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


@dataclass(frozen=True)
class Table:
    """Contenders of one comparison. The first is Guerdon as one would use it; the others are told as ratios to it."""

    title: str
    lines: list[Line]
    notes: list[str] = field(default_factory=list)
    clock: Clock = "cpu"

    def line(self, name: str) -> Line:
        return next(line for line in self.lines if line.name == name)

    def ratio(self, name: str) -> float:
        """How many times as long the first contender takes as this one."""
        return self.lines[0].median / self.line(name).median


def alternate(
    contenders: Mapping[str, Callable[[], Any]], repeats: int, *, clock: Clock = "cpu", warm: bool = True
) -> dict[str, list[float]]:
    """Times of every contender in the order A B C, A B C, ...: what slows the machine for a while slows them all.

    Each is called once before, uncounted, where ``warm``. Garbage is collected before each call.
    """
    if warm:
        for call in contenders.values():
            call()
    now = CLOCKS[clock]
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(repeats):
        for name, call in contenders.items():
            gc.collect()
            start = now()
            call()
            seconds[name].append(now() - start)
    return seconds


def many(call: Callable[[], Any], times: int) -> Callable[[], None]:
    """The same call several times, for calls too short to be timed alone."""

    def run() -> None:
        for _ in range(times):
            call()

    return run


def duration(seconds: float) -> str:
    """Seconds as a person reads them."""
    if seconds >= 10:
        return f"{seconds:.1f} s"
    if seconds >= 1:
        return f"{seconds:.2f} s"
    if seconds >= 1e-3:
        return f"{seconds * 1e3:.3g} ms"
    return f"{seconds * 1e6:.3g} µs"


def cells(table: Table) -> tuple[list[str], list[list[str]]]:
    """The head and the rows of a table, as text."""
    extra = list(dict.fromkeys(name for line in table.lines for name in line.figures))
    head = ["", f"median, {table.clock}", "fastest to slowest", "first / this", *extra]
    rows = [
        [
            line.name,
            duration(line.median),
            f"{duration(min(line.seconds))} to {duration(max(line.seconds))}",
            f"{table.ratio(line.name):.2f}",
            *(line.figures.get(name, "") for name in extra),
        ]
        for line in table.lines
    ]
    return head, rows


def plain(table: Table) -> str:
    """The table for a terminal."""
    head, rows = cells(table)
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def one(row: list[str]) -> str:
        first, *rest = (
            f"{text:<{width}}" if i == 0 else f"{text:>{width}}"
            for i, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        return "  " + "   ".join([first, *rest]).rstrip()

    return "\n".join([table.title, one(head), *map(one, rows), *(f"  {note}" for note in table.notes)])


def markdown(table: Table) -> str:
    """The table for a page."""
    head, rows = cells(table)
    rule = ["---", *["---:"] * (len(head) - 1)]
    lines = ["| " + " | ".join(row) + " |" for row in [head, rule, *rows]]
    return "\n".join([f"**{table.title}**", "", *lines, *(f"\n{note}" for note in table.notes)])
