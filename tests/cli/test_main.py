"""The command line as a whole: help, version, exit codes, and what each verb hands over to."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import guerdon
from guerdon.cli import _VERBS, main


def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "guerdon", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"guerdon {guerdon.__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_names_every_verb(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    if arguments:
        with pytest.raises(SystemExit) as end:
            main(arguments)
        assert end.value.code == 0
    else:
        assert main([]) == 0
    out = capsys.readouterr().out
    assert set(re.findall(r"^  guerdon (\w+)", out, re.MULTILINE)) == set(_VERBS)
    assert max(map(len, out.splitlines())) <= 88


@pytest.mark.parametrize("verb", _VERBS)
def test_help_of_a_verb_says_what_it_does_and_shows_commands_that_parse(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main([verb, "--help"])
    assert end.value.code == 0
    out = capsys.readouterr().out
    assert out.startswith(f"usage: guerdon {verb} ")
    assert "examples\n" in out
    from guerdon.cli import _parser

    examples = re.findall(r"^  (guerdon \S.*?)(?:    .*)?$", out, re.MULTILINE)
    assert examples
    for line in examples:
        assert _parser().parse_args(line.split()[1:]).verb == verb


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["scor"], "guerdon: there is no 'scor': did you mean score?\n"),
        (["fly"], f"guerdon: there is no 'fly': say {', '.join(_VERBS)}\n"),
        (
            ["explain", "x.py:r", "--row", "1"],
            "guerdon: --row needs the file of rollouts: guerdon explain FILE.py:name",
        ),
        (["explain", "x.py:r", "a.jsonl"], "guerdon: which rollout of a.jsonl? add --row N, from 0\n"),
        (["recipes", "no-such"], "guerdon: there is no recipe 'no-such'"),
        (["reproduce", "no-such"], "guerdon: there is no recipe 'no-such'"),
        (["reproduce", "any", "--seeds", "0"], "guerdon: --seeds 0: at least one seed is needed\n"),
        (
            ["reproduce", "par", "--svg", "nowhere/par.svg"],
            "guerdon: --svg nowhere/par.svg: there is no folder nowhere\n",
        ),
        (["report", "no-such-run"], "guerdon: no-such-run"),
    ],
)
def test_mistakes_are_one_sentence(
    arguments: list[str], sentence: str, workplace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(sentence)


@pytest.mark.parametrize(
    "arguments", [["score"], ["score", "a", "b"], ["score", "--nope"], ["explain", "a", "--row", "x"]]
)
def test_a_command_that_does_not_parse_is_one_sentence(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert err.startswith(f"guerdon {arguments[0]}: ")
    assert err.endswith(f"; `guerdon {arguments[0]} --help` says more\n")


def test_nobody_reads_the_rest(workplace: Path) -> None:
    command = f"{sys.executable} -m guerdon recipes --json | head -c 10"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=120)
    assert (len(done.stdout), done.stderr) == (10, "")


def test_python_dash_m_is_the_same_program() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"guerdon {guerdon.__version__}\n", "")


def test_no_verb_loads_more_than_it_needs() -> None:
    code = "import sys; from guerdon.cli import main, _parser; _parser(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"torch", "trl", "transformers", "pyarrow", "pandas", "sqlite3", "asyncio"}


def test_train_hands_its_options_over(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("trl")
    from guerdon.train import run as training

    given: list[Any] = []

    def train(config: Path | None, **options: Any) -> int:
        hooks = options.pop("hooks")  # the run knows no report; the command line brings it
        assert hooks.report is not None
        given.append((config, options))
        return 130

    monkeypatch.setattr(training, "main", train)
    assert main(["train"]) == 130
    assert main(["train", "my.toml", "--out", "runs/a", "--seed", "3", "--steps", "7", "--resume", "runs/b"]) == 130
    nothing = {"out": None, "seed": None, "steps": None, "resume": None}
    options = {"out": Path("runs/a"), "seed": 3, "steps": 7, "resume": Path("runs/b")}
    assert given == [(None, nothing), (Path("my.toml"), options)]


def test_train_says_what_is_wrong_with_a_configuration(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("trl")
    assert main(["train", "none.toml"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("guerdon train: none.toml is not there")
    assert err.count("\n") == 1


def test_recipes_as_a_table_as_data_and_one_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    from guerdon.recipes.registry import all_recipes

    assert main(["recipes"]) == 0
    table = capsys.readouterr().out
    assert len(table.splitlines()) == len(all_recipes()) + 1
    assert main(["recipes", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in data] == [recipe.id for recipe in all_recipes()]
    first = all_recipes()[0]
    assert main(["recipes", first.name]) == 0
    assert capsys.readouterr().out.startswith(f"{first.row} {first.name} · {first.title}\n")
    assert main(["recipes", first.name, "--json"]) == 0
    assert [one["name"] for one in json.loads(capsys.readouterr().out)] == [first.name]


def test_doctor_tells_what_is_there_and_what_is_not(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from importlib import metadata

    from guerdon.plan import doctor

    real = metadata.version

    def version(name: str) -> str:
        if name == "google-re2":
            raise metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(doctor.metadata, "version", version)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "guerdon").mkdir(mode=0o700)
    (tmp_path / "guerdon" / "x").write_bytes(b"0" * 3 * 2**20)
    assert main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["python"]["version"] == sys.version.split()[0]
    assert found["extras"]["regex"] == {"google-re2": None}
    assert found["cache"] == {"folder": str(tmp_path / "guerdon"), "state": "in use", "bytes": 3 * 2**20}
    assert found["isolation"]["level"] in ("namespaces", "landlock", "none")
    works = [name for name, level in found["isolation"]["levels"].items() if level["works"]]
    assert found["isolation"]["level"] == (works or ["none"])[0]
    assert main(["doctor"]) == 0
    text = capsys.readouterr().out
    assert "google-re2 missing: pip install 'guerdon[regex]'" in text
    assert f"isolation of model-written code: {found['isolation']['level']}" in text
    assert "3.0 MiB" in text


def test_doctor_without_bubblewrap_falls_to_the_next_level(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from guerdon.plan import doctor

    monkeypatch.setenv("PATH", str(tmp_path))
    found = doctor.isolation()
    assert found["levels"]["namespaces"]["works"] is False
    assert "bubblewrap is not installed" in found["levels"]["namespaces"]["why"]
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'no permission to make namespaces' >&2\nexit 1\n")
    broken.chmod(0o755)
    found = doctor.isolation()
    assert found["levels"]["namespaces"]["why"] == "bubblewrap fails here: no permission to make namespaces"
    assert found["level"] == ("landlock" if found["levels"]["landlock"]["works"] else "none")
    assert main(["doctor", "--require", "landlock"]) == (0 if found["level"] == "landlock" else 1)
    assert main(["doctor", "--require", "namespaces"]) == 1


def test_the_extras_that_doctor_knows_are_those_of_the_package() -> None:
    import tomllib

    from guerdon.plan.doctor import _EXTRAS

    file = Path(__file__).resolve().parents[2] / "pyproject.toml"
    extras = tomllib.loads(file.read_text())["project"]["optional-dependencies"]
    names = {
        extra: {re.split(r"[\[<>=]", one)[0] for one in packages}
        for extra, packages in extras.items()
        if extra not in ("all", "dev")
    }
    assert {extra: set(packages) for extra, packages in _EXTRAS.items()} == names
