"""What ``import guerdon`` costs over numpy, in fresh interpreters."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from .measure import Line, Size, Table, duration

REPEATS = {"tiny": 2, "quick": 15, "full": 41}
PROMISE = 0.050

CODE = {
    "import numpy, guerdon": "import guerdon",
    "import numpy": "pass",
}
CLOCK = """
import time
import numpy
start = time.perf_counter()
{code}
print(time.perf_counter() - start)
"""


def run(size: Size) -> list[Table]:
    """One table: whole interpreters, with and without Guerdon; and what the import statement itself took."""
    whole: dict[str, list[float]] = {name: [] for name in CODE}
    inside: dict[str, list[float]] = {name: [] for name in CODE}
    for turn in range(REPEATS[size] + 1):
        for name, code in CODE.items():
            start = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", CLOCK.format(code=code)], capture_output=True, text=True, timeout=60, check=True
            )
            seconds = time.perf_counter() - start
            if turn:  # the first fills the file cache
                whole[name].append(seconds)
                inside[name].append(float(done.stdout))
    lines = [Line(name, tuple(found)) for name, found in whole.items()]
    more = lines[0].median - lines[1].median
    statement = statistics.median(inside["import numpy, guerdon"])
    notes = [
        f"Guerdon adds {duration(more)} to an interpreter with numpy (promised: under {PROMISE * 1e3:.0f} ms); "
        f"the import statement itself takes {duration(statement)}."
    ]
    return [Table("A fresh interpreter, from start to exit", lines, notes, clock="wall")]
