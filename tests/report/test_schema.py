"""A broken run folder gives one sentence that names the file and the line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guerdon.report.schema import RunFolderError, iter_rollouts, read_run
from guerdon.report.shape import parse_json

Make = Callable[..., Path]


@pytest.fixture
def small(make_run: Make) -> Path:
    return make_run(steps=3, groups=1, size=2, held_out=2)


def change_line(path: Path, index: int, change: Callable[[dict[str, Any]], object]) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    value = json.loads(lines[index - 1])
    change(value)
    lines[index - 1] = json.dumps(value) + "\n"
    path.write_text("".join(lines), encoding="utf-8")


def test_reads_what_is_there(small: Path) -> None:
    run = read_run(small)
    assert [step["step"] for step in run.steps] == [1, 2, 3]
    assert run.info["components"] == ["valid_json", "right_keys", "right_values", "plain_tone"]
    assert run.evaluation is not None
    assert run.evaluation["n"] == 2
    rollouts = list(iter_rollouts(small))
    assert [one["split"] for one in rollouts] == ["before"] * 2 + ["train"] * 6 + ["after"] * 2


def test_files_that_may_be_missing(small: Path) -> None:
    for name in ("eval.json", "samples.json", "rollouts.jsonl"):
        (small / name).unlink()
    run = read_run(small)
    assert run.evaluation is None
    assert run.samples == ()
    assert list(iter_rollouts(small)) == []


@pytest.mark.parametrize("name", ["run.json", "steps.jsonl"])
def test_files_that_may_not_be_missing(small: Path, name: str) -> None:
    (small / name).unlink()
    with pytest.raises(RunFolderError, match=rf"{name} is missing: give the folder that `guerdon train` wrote"):
        read_run(small)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("reward", "high", 'the line.reward is "high", not a number'),
        ("reward", True, "the line.reward is true, not a number"),
        ("split", "test", 'the line.split is "test", not one of before, train, after'),
        ("tokens", 1.5, "the line.tokens is 1.5, not a whole number"),
        ("completion", [{"content": "no role"}], "the line.completion is a list, not a text or a list of messages"),
        ("components", {"right": {"status": "scored"}}, "the line.components.right has no field 'value'"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(small: Path, field: str, value: object, said: str) -> None:
    change_line(small / "rollouts.jsonl", 4, lambda line: line.__setitem__(field, value))
    with pytest.raises(RunFolderError) as raised:
        list(iter_rollouts(small))
    assert str(raised.value) == f"{small / 'rollouts.jsonl'}, line 4: {said}"


def test_a_missing_field_is_named(small: Path) -> None:
    change_line(small / "steps.jsonl", 2, lambda line: line.pop("reward_mean"))
    with pytest.raises(RunFolderError, match=r"steps\.jsonl, line 2: the line has no field 'reward_mean'$"):
        read_run(small)


def test_a_line_cut_off_in_the_middle(small: Path) -> None:
    path = small / "rollouts.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(RunFolderError, match=r"line 10: it is not JSON \(.*\); the run was cut off while writing"):
        list(iter_rollouts(small))


def test_steps_that_do_not_rise(small: Path) -> None:
    change_line(small / "steps.jsonl", 3, lambda line: line.__setitem__("step", 1))
    with pytest.raises(RunFolderError, match=r"line 3: step 1 follows step 2; steps must rise"):
        read_run(small)


def test_a_version_from_elsewhere(small: Path) -> None:
    info = json.loads((small / "run.json").read_text(encoding="utf-8"))
    (small / "run.json").write_text(json.dumps({**info, "version": 7}), encoding="utf-8")
    with pytest.raises(RunFolderError, match=r"version 7 is not known here \(this Guerdon reads 1\)"):
        read_run(small)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b'{"a": NaN}', "it holds NaN, which is no JSON number"),
        (b'{"a": 1e999}', "it holds the number 1e999, which is too large"),
        (b'{"a": "\xff"}', "it is not UTF-8"),
        (b'{"a": ', "it is not JSON"),
        (b"[" * 200_000, "it is nested too deeply"),
        (b"9" * 5000, "it holds a number of too many digits"),
    ],
)
def test_json_that_is_none_says_why(source: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_json(source)
