"""What ``import guerdon`` costs over numpy, in fresh interpreters."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time

from .measure import Line, Size, Table, duration

REPEATS = {"tiny": 2, "quick": 25, "full": 61}
PROMISE = 0.050

CODE = {
    "import numpy, guerdon": "import numpy, guerdon",
    "import numpy": "import numpy",
}


def run(size: Size) -> list[Table]:
    """One table: whole interpreters, with and without Guerdon."""
    cpu: dict[str, list[float]] = {name: [] for name in CODE}
    wall: dict[str, list[float]] = {name: [] for name in CODE}
    for turn in range(REPEATS[size] + 1):
        for name, code in CODE.items():
            start, before = time.perf_counter(), _children()
            subprocess.run([sys.executable, "-c", code], timeout=60, check=True)
            if turn:  # the first fills the file cache
                cpu[name].append(_children() - before)
                wall[name].append(time.perf_counter() - start)
    lines = [Line(name, tuple(cpu[name]), {"wall": duration(statistics.median(wall[name]))}) for name in CODE]
    more = lines[0].median - lines[1].median
    notes = [
        f"Guerdon adds {duration(more)} to an interpreter with numpy (promised: under {PROMISE * 1e3:.0f} ms); "
        f"on the wall clock {_median_difference(*wall.values()) * 1e3:+.0f} ms."
    ]
    return [Table("A fresh interpreter, from start to exit", lines, notes)]


def _median_difference(more: list[float], less: list[float]) -> float:
    """Of neighbours, which met the same moment of the machine."""
    return statistics.median(a - b for a, b in zip(more, less, strict=True))


def _children() -> float:
    """Processor time of all ended children."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
