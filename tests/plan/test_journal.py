"""The journal and the output beside it: killed at any moment, gone on with, the same bytes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from guerdon.plan.cache import Entry
from guerdon.plan.journal import Checkpoint, Journal, JournalError
from guerdon.plan.output import Output

RUN = {"reward file": "sha256:aa", "expression": "sha256:bb", "options": {"batch": 4, "seed": 0}, "version": "0.1.0"}


def test_what_is_written_is_there_again(tmp_path: Path) -> None:
    path = tmp_path / "j"
    calls = {bytes([i]) * 32: Entry("scored", {"score": i / 7, "why": "é\n"}) for i in range(20)}
    calls[b"f"] = Entry("failed", None, "no answer")
    with Journal.open(path, RUN) as journal:
        assert (journal.resumed, len(journal), journal.checkpoint) == (False, 0, Checkpoint())
        journal.put_many(calls)
        journal.append("note", {"rows": 7})
        journal.save(Checkpoint(100, 4096, {"mean": [0.1, 3]}, [1]))
        journal.append("note", "second")
    with Journal.open(path, RUN) as journal:
        assert (journal.resumed, len(journal)) == (True, 21)
        assert journal.checkpoint == Checkpoint(100, 4096, {"mean": [0.1, 3]}, [1])
        assert journal.get_many([*calls, b"other"]) == calls
        assert list(journal.entries("note")) == [("note", {"rows": 7}), ("note", "second")]
        assert len(list(journal.entries())) == 24
        journal.append("note", "third")
    with Journal.open(path, RUN) as journal:
        assert [payload for _, payload in journal.entries("note")] == [{"rows": 7}, "second", "third"]


def test_a_call_stored_just_now_is_found_too(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "j", RUN) as journal:
        journal.put_many({b"k": Entry("scored", 1)})
        journal.put_many([(b"long", Entry("scored", "x" * 100_000))])
        assert journal.get_many([b"long", b"k"]) == {b"k": Entry("scored", 1), b"long": Entry("scored", "x" * 100_000)}


def test_cut_at_any_byte_it_opens_with_what_was_whole(tmp_path: Path) -> None:
    path = tmp_path / "j"
    ends = []
    with Journal.open(path, RUN) as journal:
        ends.append(path.stat().st_size)
        for i in range(4):
            journal.append("n", [i, "x" * 50])
            ends.append(path.stat().st_size)
    whole = path.read_bytes()
    for size in range(len(whole) + 1):
        path.write_bytes(whole[:size])
        with Journal.open(path, RUN) as journal:
            whole_lines = [[i, "x" * 50] for i in range(sum(end <= size for end in ends) - 1)]
            assert [payload for _, payload in journal.entries()] == whole_lines
            assert journal.resumed == (size >= ends[0])
            journal.append("n", 0)  # shorter than most of what was cut away
        with Journal.open(path, RUN) as journal:
            assert [payload for _, payload in journal.entries()] == [*whole_lines, 0]


def test_damage_in_the_middle_is_an_error_that_names_the_place(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with Journal.open(path, RUN) as journal:
        place = path.stat().st_size
        journal.append("n", "first")
        journal.append("n", "second")
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"first", b"forst"))
    with pytest.raises(JournalError, match=rf"j is damaged at byte {place}: delete it to begin anew"):
        Journal.open(path, RUN)


@pytest.mark.parametrize("content", [b"hello\n", b"hello", b"\x00" * 50, b"{}\n{}\n", b'{"prompt": "x"}', b"\n"])
def test_another_file_in_its_place_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "j"
    path.write_bytes(content)
    with pytest.raises(JournalError, match="is no journal of a run"):
        Journal.open(path, RUN)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"reward file": "sha256:ab"}, "(reward file differs)"),
        ({"options": {"batch": 5, "seed": 0}}, "(options.batch differs)"),
        ({"options": {"batch": 5, "seed": 1}, "version": "0.2.0"}, "(options.batch, options.seed and version differ)"),
        ({"options": {"batch": 4, "seed": 0, "votes": 3}}, "(options.votes differs)"),
        ({"options": {"batch": 4}}, "(options.seed differs)"),
        ({"options": {"batch": 4, "seed": False}}, "(options.seed differs)"),
        ({"options": None}, "(options differs)"),
        ({"input": "sha256:cc"}, "(input differs)"),
    ],
)
def test_another_run_is_refused_by_what_differs(tmp_path: Path, changed: dict[str, object], named: str) -> None:
    path = tmp_path / "out.jsonl.journal"
    Journal.open(path, RUN).close()
    with pytest.raises(JournalError) as caught:
        Journal.open(path, {**RUN, **changed})
    assert named in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    Journal.open(path, dict(reversed(RUN.items()))).close()  # order does not matter


def test_one_process_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with Journal.open(path, RUN), pytest.raises(JournalError, match="another process is writing the same output"):
        Journal.open(path, RUN)
    Journal.open(path, RUN).close()


def test_nan_and_tuples_are_refused_and_leave_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with Journal.open(path, RUN) as journal:
        size = path.stat().st_size
        with pytest.raises(ValueError, match="JSON"):
            journal.append("n", float("inf"))
        with pytest.raises(TypeError, match="tuple"):
            journal.append("n", (1, 2))
        assert path.stat().st_size == size


def test_threads_append_whole_lines(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "j", RUN) as journal:

        def work(n: int) -> None:
            for i in range(200):
                journal.append("n", [n, i])
                journal.put_many({bytes([n, i]): Entry("scored", i)})

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with Journal.open(tmp_path / "j", RUN) as journal:
        assert sorted(payload for _, payload in journal.entries("n")) == [[n, i] for n in range(4) for i in range(200)]
        assert len(journal) == 800
        assert journal.get_many([bytes([2, 99])])[bytes([2, 99])].value == 99


# ------------------------------------------------------------------------------------------------------------ output


def test_the_output_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_bytes(b"an older one\n")
    with Output.open(target, RUN) as output:
        output.write(b"one\n")
        output.save(1, {"n": 1})
        output.write(b"two, not saved\n")
    assert target.read_bytes() == b"an older one\n"
    with Output.open(target, RUN) as output:
        assert (output.start.rows, output.start.state) == (1, {"n": 1})
        output.write(b"two\n")
        output.finish()
        assert output.done
    assert target.read_bytes() == b"one\ntwo\n"
    assert os.listdir(tmp_path) == ["out.jsonl"]


def test_a_lost_partial_file_is_written_again_and_calls_still_count(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with Output.open(target, RUN) as output:
        output.write(b"one\n")
        output.journal.put_many({b"k": Entry("scored", 1)})
        output.save(1, [1])
    (tmp_path / "out.partial").unlink()
    with Output.open(target, RUN) as output:
        assert output.start == Checkpoint()
        assert b"k" in output.journal.get_many([b"k"])


def test_killed_just_before_and_just_after_the_renaming(tmp_path: Path) -> None:
    target = tmp_path / "out"
    output = Output.open(target, RUN)
    output.write(b"all\n")
    output.save(1)
    output.journal.finish(4)
    output.close()
    shutil.copytree(tmp_path, tmp_path / "after")
    with Output.open(target, RUN) as output:
        assert output.done
    assert (target.read_bytes(), sorted(os.listdir(tmp_path))) == (b"all\n", ["after", "out"])
    os.replace(tmp_path / "after" / "out.partial", tmp_path / "after" / "out")
    with Output.open(tmp_path / "after" / "out", RUN) as output:
        assert output.done
    assert os.listdir(tmp_path / "after") == ["out"]


PROGRAM = """
    import hashlib, json, os, sys
    from pathlib import Path
    from guerdon.plan.cache import Entry, key
    from guerdon.plan.output import Output

    folder, chunk, rows = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    log = os.open(folder / "calls", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def judge(row):  # a dear call: it leaves a trace
        os.write(log, f"{row}\\n".encode())
        return int.from_bytes(hashlib.sha256(str(row).encode()).digest()[:4], "big") / 2**32

    with Output.open(folder / "out.jsonl", {"rows": rows}) as output:
        if not output.done:
            mean, seen = output.start.state or [0.0, 0]
            for start in range(output.start.rows, rows, chunk):
                these = range(start, min(start + chunk, rows))
                names = {row: key("judge", "1", b"", b"%d" % (row % 700)) for row in these}
                for row in these:
                    stored = output.journal.get_many([names[row]])
                    if not stored:
                        output.journal.put_many({names[row]: Entry("scored", judge(row % 700))})
                for row in these:
                    score = output.journal.get_many([names[row]])[names[row]].value
                    line = {"row": row, "score": score, "above": score - mean}
                    mean, seen = 0.9 * mean + 0.1 * score, seen + 1
                    output.write(json.dumps(line).encode() + b"\\n")
                output.save(these[-1] + 1, [mean, seen])
            output.finish()
"""


def start(folder: Path, chunk: int, rows: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(PROGRAM), str(folder), str(chunk), str(rows)])


def calls(folder: Path) -> list[bytes]:
    path = folder / "calls"
    return path.read_bytes().split() if path.exists() else []


def test_killed_again_and_again_it_ends_with_the_same_bytes_and_repeats_no_stored_call(tmp_path: Path) -> None:
    rows = 2500
    (tmp_path / "smooth").mkdir()
    assert start(tmp_path / "smooth", 1000, rows).wait(60) == 0
    folder = tmp_path / "rough"
    folder.mkdir()
    done: list[int] = []  # calls in the log at each kill
    stored: list[set[bytes]] = []  # calls in the journal at each kill
    for at in (1, 60, 61, 200, 450, 699):
        process = start(folder, 37, rows)
        while len(calls(folder)) < at and process.poll() is None:
            pass
        process.kill()
        assert process.wait(60) in (-signal.SIGKILL, 0)
        done.append(len(calls(folder)))
        journal = folder / "out.jsonl.journal"
        kept = set()
        if journal.exists():
            shutil.copy(journal, tmp_path / "copy")
            with Journal.open(tmp_path / "copy", {"rows": rows}) as copy:
                kept = set(copy._calls)
        stored.append(kept)
    assert start(folder, 37, rows).wait(60) == 0

    assert (folder / "out.jsonl").read_bytes() == (tmp_path / "smooth" / "out.jsonl").read_bytes()
    assert sorted(os.listdir(folder)) == ["calls", "out.jsonl"]
    made = calls(folder)
    assert set(made) == set(calls(tmp_path / "smooth"))
    assert any(stored)
    from guerdon.plan.cache import key

    for count, kept in zip(done, stored, strict=True):
        assert not [row for row in made[count:] if key("judge", "1", b"", row) in kept]
    # A kill can cost at most the one call that was made and not yet stored.
    assert len(made) <= 700 + len(done)
    lines = [json.loads(line) for line in (folder / "out.jsonl").read_bytes().splitlines()]
    assert [line["row"] for line in lines] == list(range(rows))
