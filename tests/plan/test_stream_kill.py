"""Killed with SIGKILL at any moment and started again: the same bytes, and no stored call made twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from guerdon.plan.journal import Journal

REWARD = """
import os
import guerdon as gd


@gd.function(cost="cpu", bounds=(0, 1), fails_as=0)
def dear(completion: str) -> float:
    with open(os.environ["CALLS"], "a") as calls:
        calls.write(completion + "\\n")
    end = sum(range(int(os.environ.get("WORK", "0"))))
    if completion.endswith("7"):
        raise gd.Failed("sevens")
    return (len(completion) * 37 + int(completion)) % 11 / 10


@gd.function(isolate=True, bounds=(0, 1), fails_as=0)
def away(completion: str) -> float:
    with open(os.environ["CALLS"], "a") as calls:
        calls.write(completion + "\\n")
    return int(completion) % 5 / 5


alone = dear().named("dear") * (gd.col("weight") > 0)
window = dear().named("dear").zscore(over="prompt", eps=1e-4).named("advantage")
workers = away().named("away")
"""

# Scores a file as the command line does, saving after every chunk, and kills itself at the nth piece of news.
DRIVER = """
import os, signal, sys
from pathlib import Path
from guerdon.plan import job
from guerdon.plan.load import digest_of_code, locate
from guerdon.plan.stream import Options, score_file

place, rollouts, out, moment, chunk = sys.argv[1:]
job.SAVE_SECONDS = 0.0
left = [int(moment)]

def news(how):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)

root, module = locate(place)
prints = {"reward file": digest_of_code(module)}
score_file(root, Path(rollouts), Path(out), options=Options(chunk=int(chunk)), fingerprint=prints, progress=news)
print(int(moment) - left[0])
"""


class Run:
    """A folder with a reward, rollouts, and a count of the calls made."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder, self.count = folder, count
        (folder / "reward.py").write_text(REWARD)
        lines = [
            {"prompt": f"p{i // 4}", "completion": str((i * 7919) % count), "weight": i % 3, "id": i}
            for i in range(count)
        ]
        (folder / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in lines))
        self.env = {**os.environ, "CALLS": str(folder / "calls"), "PYTHONPATH": ""}
        self.forget()

    def wanted(self, name: str) -> int:
        """How many calls a whole run makes; the gate of ``alone`` lets two rows of three through."""
        return sum(i % 3 > 0 for i in range(self.count)) if name == "alone" else self.count

    def forget(self) -> None:
        (self.folder / "calls").write_text("")

    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().split()

    def drive(self, name: str, out: str, *, moment: int = 0, chunk: int = 7) -> tuple[int, str]:
        command = [sys.executable, "-c", DRIVER, f"reward.py:{name}", "in.jsonl", out, str(moment), str(chunk)]
        done = subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=300)
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        return done.returncode, done.stdout.strip()

    def stored(self, out: str) -> int:
        """How many results of calls the journal holds."""
        path = self.folder / f"{out}.journal"
        if not path.exists() or not path.stat().st_size:
            return 0
        return sum(b'["call",' in line for line in path.read_bytes().split(b"\n")[:-1])

    def left(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir() if path.name != "__pycache__")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(tmp_path_factory.mktemp("kill"), 30)


@pytest.mark.parametrize(("name", "suffix"), [("alone", ".jsonl"), ("window", ".jsonl"), ("window", ".parquet")])
def test_killed_at_several_moments_it_ends_with_the_same_bytes(run: Run, name: str, suffix: str) -> None:
    if suffix == ".parquet":
        pytest.importorskip("pyarrow")
    run.forget()
    want = f"want-{name}{suffix}"
    _, news = run.drive(name, want, moment=10_000)
    total = len(run.calls())
    assert total == run.wanted(name) == len(set(run.calls()))
    for moment in (9, int(news) // 2, int(news)) if suffix == ".jsonl" else (int(news),):
        run.forget()
        out = f"out-{moment}{suffix}"
        code, _ = run.drive(name, out, moment=moment, chunk=7)
        assert code == -signal.SIGKILL
        stored = run.stored(out)
        before = run.calls()
        assert stored in (len(before), len(before) - 1)
        assert run.drive(name, out, chunk=4)[0] == 0
        again = run.calls()[len(before) :]
        assert not set(again) & set(before[:stored])
        assert len(again) == total - stored
        assert (run.folder / out).read_bytes() == (run.folder / want).read_bytes()
        assert not [path for path in run.left() if path.startswith(out) and path != out]


def test_calls_in_workers_are_kept_too(run: Run) -> None:
    run.forget()
    run.drive("workers", "want-away.jsonl")
    run.forget()
    code, _ = run.drive("workers", "away.jsonl", moment=20, chunk=100)
    assert code == -signal.SIGKILL
    stored = run.stored("away.jsonl")
    assert stored >= 15
    time.sleep(0.5)  # workers die with their parent; what they had begun is written by now
    before = len(run.calls())
    run.drive("workers", "away.jsonl", chunk=100)
    assert len(run.calls()) - before == 30 - stored
    assert (run.folder / "away.jsonl").read_bytes() == (run.folder / "want-away.jsonl").read_bytes()


def test_a_run_that_goes_on_reads_the_same_input_or_stops_with_a_sentence(run: Run) -> None:
    code, _ = run.drive("alone", "other.jsonl", moment=12)
    assert code == -signal.SIGKILL
    path = run.folder / "in.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"p3", b"P3"))
    guerdon = [sys.executable, "-m", "guerdon", "score"]
    command = [*guerdon, "reward.py:alone", "in.jsonl", "-o", "other.jsonl", "-q"]
    stopped = subprocess.run(command, cwd=run.folder, env=run.env, capture_output=True, text=True, timeout=300)
    assert stopped.returncode == 2
    assert stopped.stderr.count("\n") == 1
    assert "other.jsonl.journal belongs to another run (" in stopped.stderr
    assert "input" in stopped.stderr
    assert "--restart" in stopped.stderr
    assert subprocess.run([*command, "--restart"], cwd=run.folder, env=run.env, timeout=300).returncode == 0
    changed = json.loads((run.folder / "other.jsonl").read_text().splitlines()[0])
    assert changed["id"] == "0"
    path.write_bytes(whole)


def kills(run: Run, name: str, out: str, at: Iterator[int]) -> int:
    """Run the command line, killing it each time so many calls were made; how often it was killed."""
    command = [sys.executable, "-m", "guerdon", "score", f"reward.py:{name}", "in.jsonl", "-o", out, "-q"]
    env = {**run.env, "WORK": "5000"}
    count = 0
    while True:
        process = subprocess.Popen(command, cwd=run.folder, env=env)
        goal = next(at, None)
        while process.poll() is None:
            if goal is not None and len(run.calls()) >= goal:
                process.kill()
                count += process.wait() == -signal.SIGKILL
                break
            time.sleep(0.005)
        if process.returncode == 0:
            return count
        assert process.returncode == -signal.SIGKILL


@pytest.mark.full
@pytest.mark.parametrize("name", ["alone", "window"])
def test_ten_thousand_rows_killed_five_times(name: str, tmp_path: Path) -> None:
    run = Run(tmp_path, 10_000)
    assert kills(run, name, "want.jsonl", iter(())) == 0
    total = run.wanted(name)
    assert len(run.calls()) == total
    run.forget()
    killed = kills(run, name, "out.jsonl", iter((100, 2_500, 2_600, 5_000, total - 10)))
    assert killed >= 3
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "want.jsonl").read_bytes()
    times = Counter(run.calls())
    assert len(times) == total
    assert (
        sum(times.values()) <= total + killed
    )  # at most the call that each kill caught between its end and its record
    assert run.left() == ["calls", "in.jsonl", "out.jsonl", "reward.py", "want.jsonl"]


def test_the_journal_can_be_read_after_a_kill(run: Run) -> None:
    code, _ = run.drive("alone", "read.jsonl", moment=15)
    assert code == -signal.SIGKILL
    head = (run.folder / "read.jsonl.journal").read_bytes().split(b"\n")[0]
    prints = json.loads(head.partition(b" ")[2])[1][1]
    with Journal.open(run.folder / "read.jsonl.journal", prints) as journal:
        assert len(journal) == run.stored("read.jsonl") > 0
