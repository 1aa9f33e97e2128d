"""A million rows with a window: more text on the disk than the process may ever hold."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

ROWS = 1_000_000
PEAK = 320 << 20
"""Measured 215 MB; the file is larger than this bound, and its rows as Python objects would be several times that."""

REWARD = """
import guerdon as gd

right = (gd.col("reply") == gd.col("solution")).named("right")
brief = (gd.col("completion") != "").named("brief")
reward = (right * (0.8 + 0.2 * brief)).zscore(over="prompt", eps=1e-4).named("advantage")
"""

# Of this process alone: what getrusage tells counts the process it was started from, too.
RUN = """
from pathlib import Path
from guerdon.cli import main
code = main(["score", "my.py:reward", "in.jsonl", "-o", "out.jsonl", "-q"])
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(code, int(status["VmHWM"].split()[0]) * 1024)
"""


@pytest.mark.full
def test_a_million_shuffled_rows_with_a_window_stream_in_bounded_memory(tmp_path: Path) -> None:
    (tmp_path / "my.py").write_text(REWARD)
    order = list(range(ROWS))
    random.Random(0).shuffle(order)
    filler = "some words that a model might well have written while it was thinking about the question; " * 3
    with open(tmp_path / "in.jsonl", "w") as file:
        for i in order:
            row = {
                "prompt": f"What is {i // 8}?",
                "completion": f"{i} {filler}",
                "reply": i % 7,
                "solution": i // 8 % 7,
            }
            file.write(json.dumps(row) + "\n")
    assert (tmp_path / "in.jsonl").stat().st_size > PEAK
    done = subprocess.run([sys.executable, "-c", RUN], cwd=tmp_path, capture_output=True, text=True, timeout=1800)
    code, peak = map(int, done.stdout.split())
    assert (code, done.stderr) == (0, "")
    assert peak < PEAK
    with open(tmp_path / "out.jsonl") as file:
        first, count = json.loads(next(file)), 1 + sum(1 for _ in file)
    assert (count, first["id"]) == (ROWS, "0")
    # One of the first group's eight rows may be right, or two; the z-score is that of their share.
    group = order[0] // 8
    right = [float(i % 7 == group % 7) for i in range(8 * group, 8 * group + 8)]
    mean = sum(right) / 8
    std = (sum((x - mean) ** 2 for x in right) / 8) ** 0.5
    assert first["reward"] == pytest.approx((right[order[0] % 8] - mean) / (std + 1e-4), abs=1e-9)
