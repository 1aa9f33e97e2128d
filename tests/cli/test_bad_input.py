"""What a user can get wrong: one sentence that names the place, exit code 2, no traceback, nothing left behind."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from guerdon.cli import main

REWARD = """
import guerdon as gd


@gd.function
def length(completion: str) -> float:
    return len(completion)


@gd.function
def wordy(completion: str) -> float:
    return "seven"


@gd.function
def late(completion: str) -> float:
    return "seven" if completion == "ccc" else 1.0


@gd.function
def record(completion: str) -> float:
    return {"a": 1}


@gd.function(per="group")
def group(completion: list) -> float:
    return [1.0]


@gd.function(per="batch")
def batch(completion: list) -> float:
    return [1.0] * (len(completion) - 1)


@gd.function(axis="step")
def steps(r) -> float:
    return [1.0]


@gd.function
def infinite(x: float) -> float:
    return float("inf") if x > 1 else x


@gd.function(cost="cpu")
def dear_infinite(x: float) -> float:
    return float("inf") if x > 1 else x


@gd.function
def raises(completion: str) -> float:
    raise KeyError("nope")


def unmade():
    raise ValueError("no luck")


missing = gd.col("complettion").exists()
ragged = gd.col("r", axis="step").sum()
words_as_numbers = gd.col("completion") * 2
listwise = steps(r=gd.col("q", axis="step"))
twice = gd.random().named("a") + gd.col("x").named("a")
seven = 7
"""

ROWS = [
    {"prompt": "p", "completion": "aa", "x": 1, "r": [1, 2], "q": [1, 2]},
    {"prompt": "p", "completion": "bb", "x": 2, "r": [1], "q": [1, 2]},
    {"prompt": "q", "completion": "ccc", "x": 3, "r": "no list", "q": [1, 2]},
]


@pytest.fixture
def folder(workplace: Path) -> Path:
    (workplace / "my.py").write_text(REWARD)
    (workplace / "ok.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return workplace


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one sentence of a command that fails, without the name of the program."""
    assert main(list(arguments)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    *notes, sentence, end = err.split("\n")
    assert end == ""
    assert sentence.startswith("guerdon: ")
    if not arguments[1].endswith(":raises"):
        assert notes == []
    return sentence.removeprefix("guerdon: ")


def score(capsys: pytest.CaptureFixture[str], reward: str, rollouts: str = "ok.jsonl", *more: str) -> str:
    there = set(os.listdir())
    sentence = said(capsys, "score", reward, rollouts, "-o", "out.jsonl", *more)
    assert set(os.listdir()) - {"__pycache__"} == there
    return sentence


@pytest.mark.parametrize("chunk", ["1", "1000"])
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "missing",
            "ok.jsonl: the rollouts have no column 'complettion' (did you mean 'completion'?); "
            "they have 'prompt', 'completion', 'x', 'r', 'q'",
        ),
        ("ragged", "row 2 (ok.jsonl line 3) of column 'r' holds str 'no list', but axis=step needs a list there"),
        ("wordy", "my@file:wordy returned str 'seven' for row 0 (ok.jsonl line 1): a score leaf returns"),
        ("late", "my@file:late returned str 'seven' for row 2 (ok.jsonl line 3): a score leaf returns"),
        ("record", "my@file:record returned dict"),
        ("listwise", "my@file:steps got 2 pieces on axis 'step' and returned 1 (row 0, ok.jsonl line 1)"),
        ("words_as_numbers", "row 0 (ok.jsonl line 1) of col('completion') holds str 'aa', which is no number: "),
        ("group", "my@file:group got 2 rollouts and must return a list of 2 values, not 1 values"),
        ("batch", 'my@file:batch is per="batch": say how many rows it takes at once, with --batch N'),
        ("raises", "my@file:raises raised on every row (3 of them): KeyError: 'nope'"),
        ("twice", "two different components are named 'a': give each its own name"),
    ],
)
def test_what_is_wrong_with_the_reward_or_a_column(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, sentence: str, chunk: str
) -> None:
    assert score(capsys, f"my.py:{name}", "ok.jsonl", "--chunk", chunk).startswith(sentence)


def test_a_batch_function_of_wrong_length(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sentence = score(capsys, "my.py:batch", "ok.jsonl", "--batch", "2")
    assert sentence == "my@file:batch got 2 rollouts and must return a list of 2 values, not 1 values"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "broken.jsonl",
            b'{"completion":"a"}\n{"completion":"b"\n{"completion":"c"}\n',
            "broken.jsonl line 2: not valid JSON",
        ),
        ("cut.jsonl", b'{"completion":"a"}\n{"compl', "cut.jsonl line 2: not valid JSON"),
        (
            "latin.jsonl",
            b'{"completion":"caf\xe9"}\n',
            "latin.jsonl line 1: not UTF-8 (byte 0xe9, the 19. of the line)",
        ),
        (
            "wide.jsonl",
            '{"completion":"a"}\n'.encode("utf-16"),
            "wide.jsonl line 1: not UTF-8 (byte 0xff, the 1. of the line); it looks like",
        ),
        ("empty.jsonl", b"", "empty.jsonl is empty: write one JSON object a line"),
        ("blank.jsonl", b"\n \n", "blank.jsonl is empty: write one JSON object a line"),
        ("list.jsonl", b'{"completion":"a"}\n[1]\n', "list.jsonl line 2: a list where a JSON object {...} belongs"),
        (
            "nan.jsonl",
            b'{"completion":"a","x":NaN}\n',
            "nan.jsonl line 1: NaN is no JSON; write null for a missing number",
        ),
        ("twice.jsonl", b'{"a":1,"a":2}\n', 'twice.jsonl line 1: the key "a" stands twice in one object'),
        ("noid.jsonl", b'{"id":1,"completion":"a"}\n{"completion":"b"}\n', "noid.jsonl line 2: the row has no id"),
        (
            "nouid.jsonl",
            b'{"uid":1,"completion":"a"}\n{"completion":"b"}\n',
            "row 1 (nouid.jsonl line 2) has no uid, which names",
        ),
        (
            "unequal.json",
            b'{"completion":["a","b"],"x":[1]}',
            "unequal.json: column 'completion' has 2 rows and column 'x' has 1",
        ),
        ("empty.json", b"", "empty.json is empty"),
        ("none.json", b"[]", "none.json holds no rows"),
        ("words.parquet", b"hello", "words.parquet is no Parquet file: it does not begin with PAR1"),
        ("table.csv", b"a,b\n", "table.csv: rollouts are read from files named .jsonl, .json or .parquet"),
    ],
)
def test_what_is_wrong_with_the_file(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, sentence: str
) -> None:
    (folder / name).write_bytes(content)
    reward = "my.py:group" if "uid" in name else "my.py:length"
    (folder / "windowed.py").write_text("import guerdon as gd\nreward = gd.random('prompt')\n")
    assert score(capsys, "windowed.py" if "uid" in name else reward, name).startswith(sentence)


def test_a_parquet_file_cut_short(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.table({"completion": ["a"] * 100}), "whole.parquet")
    Path("cut.parquet").write_bytes(Path("whole.parquet").read_bytes()[:200])
    assert score(capsys, "my.py:length", "cut.parquet").startswith("cut.parquet cannot be read as Parquet (")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "import guerdon\n\nx = 1\nreward = x / 0\n",
            "importing bad.py failed: line 4: ZeroDivisionError: division by zero",
        ),
        (
            "import no_such_thing\n",
            "importing bad.py failed: line 1: ModuleNotFoundError: No module named 'no_such_thing'",
        ),
        ("def f(:\n", "importing bad.py failed: line 1: invalid syntax"),
        ("raise SystemExit(3)\n", "importing bad.py failed: line 1: SystemExit: 3"),
        (
            "import guerdon as gd\nreward = gd.col('x') and 1\n",
            "importing bad.py failed: line 2: TypeError: an expression has no",
        ),
        ("reward = 7\n", "bad.py:reward is no score but an int"),
        ("x = 7\n", "bad.py has no 'reward', and no score at all"),
        ("import guerdon as gd\nrewrad = gd.col('x') + 1\n", "bad.py has no 'reward': did you mean 'rewrad'?"),
        ("import guerdon as gd\nfirst = gd.col('x') + 1\n", "bad.py has no 'reward'; its scores: 'first'"),
        (
            "def reward():\n    raise ValueError('no luck')\n",
            "bad.py:reward is a function, which must return a score when it is called",
        ),
    ],
)
@pytest.mark.parametrize("verb", ["score", "explain"])
def test_what_is_wrong_with_the_reward_file(
    folder: Path, capsys: pytest.CaptureFixture[str], content: str, sentence: str, verb: str
) -> None:
    (folder / "bad.py").write_text(content)
    more = ("ok.jsonl", "-o", "out.jsonl") if verb == "score" else ()
    assert said(capsys, verb, "bad.py:reward", *more).startswith(sentence)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("none.py:reward", "ok.jsonl", "-o", "o.jsonl"), "there is no file none.py"),
        (("my.py:length", "none.jsonl", "-o", "o.jsonl"), "none.jsonl cannot be opened: no such file or directory"),
        (("my.py:length", "ok.jsonl", "-o", "none/o.jsonl"), "none/o.jsonl: there is no folder none"),
        (("my.py:length", "ok.jsonl", "-o", "."), ".: scores are written to files named .jsonl or .parquet"),
        (("my.py:length", "ok.jsonl", "-o", "o.txt"), "o.txt: scores are written to files named .jsonl or .parquet"),
        (("my.py:length", "ok.jsonl", "-o", "ok.jsonl"), "ok.jsonl is the file of the rollouts themselves"),
        (("my.py:length", "ok.jsonl", "-o", "o.jsonl", "--batch", "3"), '--batch is for functions with per="batch"'),
        (
            ("my.py:length", "ok.jsonl", "-o", "o.jsonl", "--set", "a=1"),
            "this reward has no parameter 'a'; it has none",
        ),
        (("my.py:length", "ok.jsonl", "-o", "o.jsonl", "--set", "a"), "--set 'a': write NAME=VALUE"),
        (
            ("my.py:length", "ok.jsonl", "-o", "o.jsonl", "--group-by", "z"),
            "ok.jsonl: --group-by z: there is no such column",
        ),
        (("my.py:length", "ok.jsonl", "-o", "o.jsonl", "--chunk", "0"), "chunk=0: at least one row"),
        (("no.module:reward", "ok.jsonl", "-o", "o.jsonl"), "there is no module no.module: for a file write"),
    ],
)
def test_what_is_wrong_with_the_command(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    assert said(capsys, "score", *arguments).startswith(sentence)


@pytest.mark.parametrize("name", ["infinite", "dear_infinite"])
def test_infinities_are_unscored_not_numbers(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["score", f"my.py:{name}", "ok.jsonl", "-o", "out.jsonl"]) == 0
    rows = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    assert [(row["reward"], row["reason"]) for row in rows] == [(1.0, ""), (None, "domain"), (None, "domain")]
    assert "2 unscored: domain" in capsys.readouterr().err
    (folder / "huge.jsonl").write_text('{"x": 1e999}\n')
    assert main(["score", f"my.py:{name}", "huge.jsonl", "-o", "out.jsonl", "-q"]) == 0
    assert json.loads(Path("out.jsonl").read_text())["reward"] is None


def test_a_row_that_raises_is_shown_once_with_its_own_lines_and_counted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "some.py").write_text(
        "import guerdon as gd\n\n@gd.function\ndef inverse(x):\n    return 1 / (x - 2)\n\nreward = inverse()\n"
    )
    assert main(["score", "some.py", "ok.jsonl", "-o", "out.jsonl", "--chunk", "1"]) == 0
    err = capsys.readouterr().err
    assert err.count("ZeroDivisionError") == 2  # once shown, once counted
    assert 'some.py", line 5, in inverse' in err
    assert "1 unscored: exception: ZeroDivisionError" in err
    assert "guerdon/plan" not in err
    assert "Traceback" not in err


def test_an_unexpected_error_is_a_sentence_too_and_debug_shows_where(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("something\nelse")

    monkeypatch.setattr("guerdon.plan.stream.score_file", broken)
    command = ["score", "my.py:length", "ok.jsonl", "-o", "out.jsonl"]
    assert main(command) == 1
    assert capsys.readouterr().err == "guerdon: RuntimeError: something else (unexpected; --debug shows where)\n"
    with pytest.raises(RuntimeError):
        main([*command, "--debug"])
