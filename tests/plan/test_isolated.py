"""Hostile rows among a thousand, through an expression, in the situations that training scripts are in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import guerdon

SCRIPT = Path(__file__).with_name("isolated_script.py")
SOURCE = str(Path(guerdon.__file__).parents[1])
BECOMES = {
    "loop": ["failed", "timeout", 0.0],
    "sleep": ["unscored", "wall timeout", None],
    "eat": ["failed", "memory", 0.0],
    "eat at once": ["failed", "memory", 0.0],
    "null": ["failed", "crashed", 0.0],
    "exit": ["failed", "crashed", 0.0],
    "abort": ["failed", "crashed", 0.0],
    "print": ["failed", "timeout", 0.0],
    "evil": ["unscored", "type", None],
    "evil inside": ["unscored", "type", None],
    "nan": ["unscored", "domain", None],
}
"""The leaf's status and reason, and the reward: 1 + leaf, where a failed leaf is worth -1."""


def start(mark: str, *arguments: object) -> subprocess.Popen[str]:
    environment = os.environ | {"GUERDON_TEST_MARK": mark}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [SOURCE, os.environ.get("PYTHONPATH")]))
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def processes(mark: str) -> list[int]:
    """The living processes whose environment holds the mark, zombies left out."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):
            if mark.encode() in Path(f"/proc/{entry}/environ").read_bytes():
                state = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()[0]
                if state not in "ZX":
                    found.append(int(entry))
    return found


def eventually(fact: Callable[[], bool], seconds: float = 20.0) -> bool:
    stop = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > stop:
            return False
        time.sleep(0.02)
    return True


def scored(tmp_path: Path, situation: str, rows: int, kinds: list[str]) -> dict[str, Any]:
    """Runs the script and holds what it says against what must be."""
    touched, mark = tmp_path / "touched", uuid.uuid4().hex
    process = start(mark, situation, touched, rows, *kinds)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    first, line = out.splitlines()
    assert first == "started"  # said once: no worker imported the script again
    told: dict[str, Any] = json.loads(line)
    assert told["guilty"] == {kind: BECOMES[kind] for kind in kinds}
    assert told["good"] == rows - len(kinds)
    assert told["again"] is True
    assert not touched.exists()
    assert eventually(lambda: not processes(mark))
    return told


ALL = [kind for kind in BECOMES if kind != "eat"]
SOME = ["loop", "eat at once", "null", "print", "evil inside"]


def test_among_a_thousand_rows_of_a_plain_script_only_the_guilty_are_touched(tmp_path: Path) -> None:
    told = scored(tmp_path, "plain", 1000, ALL)
    assert told["grown"] < 64 << 20  # though a row printed for as long as it could


@pytest.mark.full
def test_a_row_that_eats_memory_bit_by_bit_fails(tmp_path: Path) -> None:
    told = scored(tmp_path, "plain", 1000, ["eat", "evil"])
    assert told["grown"] < 64 << 20


@pytest.mark.parametrize("situation", ["thread", "loop, score", "fork"])
def test_in_the_situations_of_training_scripts(tmp_path: Path, situation: str) -> None:
    scored(tmp_path, situation, 200, SOME)


def test_a_running_loop_goes_on_while_workers_work(tmp_path: Path) -> None:
    told = scored(tmp_path, "loop, ascore", 200, SOME)
    assert told["beats"] > 20


@pytest.mark.full
@pytest.mark.parametrize("situation", ["thread", "loop, ascore", "loop, score", "fork"])
def test_a_thousand_rows_in_every_situation(tmp_path: Path, situation: str) -> None:
    scored(tmp_path, situation, 1000, ALL)


@pytest.mark.parametrize("stuck", ["loop", "sleep"])
def test_kill_9_of_the_script_leaves_no_orphan(tmp_path: Path, stuck: str) -> None:
    mark = uuid.uuid4().hex
    process = start(mark, "hang", tmp_path / "touched", 2, stuck, stuck)
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    assert eventually(lambda: len(processes(mark)) >= 5)  # the script, and two workers of two processes each
    time.sleep(0.3)  # so that they are at their rows
    process.kill()
    process.communicate()
    assert eventually(lambda: not processes(mark)), processes(mark)
