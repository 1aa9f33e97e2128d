"""``guerdon score`` and ``guerdon explain`` as a person meets them."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from guerdon.cli import main
from guerdon.cli._say import Bar, clean

REWARD = """
import os
import time
import guerdon as gd
from beside import bonus


@gd.function(bounds=(0, 1), fails_as=0)
def right(completion: str, solution: str) -> float:
    if not completion:
        raise gd.Failed("no answer")
    return completion == solution


@gd.function(cost="judge", bounds=(0, 1), fails_as=0)
def judge(completion: str) -> float:
    with open("calls", "a") as calls:
        calls.write(completion + "\\n")
    time.sleep(float(os.environ.get("SLOW", "0")))
    return 0.5


@gd.function(isolate=True, fails_as=0, bounds=(0, 9))
def away(completion: str) -> float:
    return len(completion) + bonus()


gate = right().named("right") * judge().named("judge")
window = (gate - gate.mean(over="prompt")).named("advantage")
evil = (gd.col("completion") == "x").named("\\x1b[2Jclear")
scaled = gd.param("factor", 2.0) * right() + gd.step()
"""


@pytest.fixture
def folder(workplace: Path) -> Path:
    (workplace / "my.py").write_text(REWARD)
    (workplace / "beside.py").write_text("def bonus():\n    return 1\n")
    rows = [{"prompt": f"p{i // 4}", "completion": str(i % 5) if i % 7 else "", "solution": "3"} for i in range(40)]
    (workplace / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (workplace / "calls").write_text("")
    return workplace


def lines(path: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def test_a_line_per_rollout_and_a_summary(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "my.py:gate", "in.jsonl", "-o", "out.jsonl"]) == 0
    rows = lines("out.jsonl")
    assert len(rows) == 40
    assert rows[0] == {
        "id": "0", "reward": 0.0, "status": "scored", "reason": "",
        "components": {
            "right": {"value": 0.0, "status": "failed", "reason": "no answer"},
            "judge": {"value": None, "status": "skipped", "reason": ""},
        },
    }  # fmt: skip
    assert (folder / "calls").read_text() == "3\n"  # the gate lets one distinct completion through
    out, err = capsys.readouterr()
    assert out == ""
    assert "out.jsonl: 40 rows in " in err
    assert "right: mean 0.175; 6 failed: no answer" in err
    assert "judge 1 (saved: 6 shared, 33 not needed)" in err


def test_quiet_says_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "my.py:gate", "in.jsonl", "-o", "out.jsonl", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_options_reach_the_reward(folder: Path) -> None:
    command = ["score", "my.py:scaled", "in.jsonl", "-o", "out.jsonl", "-q"]
    assert main([*command, "--set", "factor=5", "--step", "100"]) == 0
    assert {row["reward"] for row in lines("out.jsonl")} == {100.0, 105.0}
    assert main(["score", "my.py:gate", "in.jsonl", "-o", "out.jsonl", "-q", "--all-components"]) == 0
    cells = [row["components"]["judge"] for row in lines("out.jsonl")]  # type: ignore[index]
    assert {cell["status"] for cell in cells} == {"scored"}


def test_isolated_functions_of_the_file_run_in_workers_and_import_what_stands_beside_it(folder: Path) -> None:
    assert main(["score", "my.py:away", "in.jsonl", "-o", "out.jsonl", "-q", "--workers", "1"]) == 0
    assert [row["reward"] for row in lines("out.jsonl")[:3]] == [1.0, 2.0, 2.0]


def test_ctrl_c_says_what_is_kept_and_the_same_command_goes_on(folder: Path) -> None:
    rows = [{"prompt": f"p{i // 4}", "completion": str(i), "solution": str(i)} for i in range(30)]
    (folder / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    command = [sys.executable, "-m", "guerdon", "score", "my.py:window", "in.jsonl", "-o", "out.jsonl"]
    slow = subprocess.Popen(command, env={**os.environ, "SLOW": "0.1"}, stderr=subprocess.PIPE, text=True)
    while (folder / "calls").read_text().count("\n") < 5:
        time.sleep(0.01)
        assert slow.poll() is None
    slow.send_signal(signal.SIGINT)
    _, err = slow.communicate(timeout=60)
    assert slow.returncode == 130
    assert err.count("\n") == 1
    calls = (folder / "calls").read_text().count("\n")
    assert f"interrupted; kept beside out.jsonl: the results of {calls - 1} dear calls; the same command goes on" in err
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert f"({calls - 1} dear calls taken up)" in done.stderr
    assert (folder / "calls").read_text().count("\n") == 31
    assert len(lines("out.jsonl")) == 30


def test_a_changed_reward_file_or_neighbour_is_another_run(folder: Path) -> None:
    from guerdon.plan.load import digest_of_code, locate

    before = digest_of_code(locate("my.py:gate")[1])
    assert digest_of_code(locate("my.py:gate")[1]) == before
    (folder / "beside.py").write_text("def bonus():\n    return 2\n")
    changed = digest_of_code(locate("my.py:gate")[1])
    assert changed != before
    (folder / "my.py").write_text(REWARD + "\n# and so on\n")
    assert digest_of_code(locate("my.py:gate")[1]) not in (before, changed)


def test_explain_shows_the_tree(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "my.py:gate"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0].startswith("right * judge")
    assert "skipped where right is 0" in out


def test_explain_a_row_scores_that_row_or_its_group_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "my.py:gate", "in.jsonl", "--row", "3"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("row 3 (id 3)\nright * judge")
    assert "1" in out
    assert (folder / "calls").read_text() == "3\n"
    assert main(["explain", "my.py:window", "in.jsonl", "--row", "3"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("row 3 (id 3), scored with the 4 rows of its group\nadvantage = ")
    assert "0.375" in out  # 0.5 for row 3, nothing for the other three
    assert main(["explain", "my.py:gate", "in.jsonl", "--row", "40"]) == 2
    assert capsys.readouterr().err == "guerdon: in.jsonl has no row 40: its rows are 0 to 39\n"


def test_what_a_name_does_to_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "my.py:evil", "in.jsonl", "-o", "out.jsonl"]) == 0
    assert main(["explain", "my.py:evil"]) == 0
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err
    assert "\\x1b[2Jclear" in err
    assert clean("a\x9b\u202eb\r") == "a\\x9b\\u202eb\\r"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_draws_on_one_line_and_wipes_itself() -> None:
    screen = Terminal()
    bar = Bar(screen, every=0.0)
    bar.move("scoring", 250, 1000, "3 dear calls")
    bar.move("scoring", 1000, 1000)
    bar.clear()
    drawn = screen.getvalue().split("\r")
    assert drawn[1].startswith("scoring    ██████░░░░░░░░░░░░░░░░░░  250/1,000 rows  3 dear calls")
    assert drawn[2].startswith("scoring    ████████████████████████  1,000/1,000 rows")
    assert drawn[3].strip() == ""
    assert "\n" not in screen.getvalue()


def test_the_bar_is_silent_where_nobody_looks() -> None:
    pipe = io.StringIO()
    bar = Bar(pipe)
    bar.move("scoring", 1, 2)
    bar.clear()
    assert pipe.getvalue() == ""
