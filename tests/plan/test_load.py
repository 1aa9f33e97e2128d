"""Rewards from files: they shadow nothing, are found by workers, and their digest follows what they import."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import guerdon as gd
from guerdon.plan._target import Target
from guerdon.plan.cache import Entry
from guerdon.plan.journal import Journal
from guerdon.plan.kept import KeptCalls
from guerdon.plan.load import digest_of_code, load, load_file, locate

PLAIN = """
import guerdon as gd


@gd.function
def length(completion):
    return len(completion)


reward = length() * 2
"""


@pytest.fixture(autouse=True)
def nothing_stays(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    for name in [name for name in sys.modules if "@file" in name]:
        del sys.modules[name]


def test_a_file_called_like_a_module_shadows_it_for_nobody(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text(PLAIN)
    (tmp_path / "beside_it.py").write_text("import json\nassert json.dumps([1]) == '[1]'\n")
    reward, module = locate(f"{tmp_path}/json.py:reward")
    assert reward.score({"completion": ["ab"]}).values.tolist() == [4.0]
    assert sys.modules["json"] is json
    assert module.__name__ not in ("json", "json.py")
    load_file(tmp_path / "beside_it.py")


def test_two_files_of_one_name_and_one_that_changed(tmp_path: Path) -> None:
    for folder, factor in (("a", 2), ("b", 3)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "my.py").write_text(PLAIN.replace("* 2", f"* {factor}"))
    first, second = load(f"{tmp_path}/a/my.py"), load(f"{tmp_path}/b/my.py")
    assert [r.score({"completion": ["x"]}).values.tolist() for r in (first, second)] == [[2.0], [3.0]]
    assert load(f"{tmp_path}/a/my.py") is first
    (tmp_path / "a" / "my.py").write_text(PLAIN.replace("* 2", "* 50"))
    assert load(f"{tmp_path}/a/my.py").score({"completion": ["x"]}).values.tolist() == [50.0]


def test_a_worker_finds_a_function_of_the_file_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "away.py").write_text(PLAIN)
    module = load_file(tmp_path / "away.py")
    target = Target.of(module.length.call)
    assert (target.path, target.module, target.pickled) == (str(tmp_path / "away.py"), None, None)


def test_what_a_name_may_lead_to(tmp_path: Path) -> None:
    more = "\n\ndef build():\n    return reward + 1\n\n\ncolumn = gd.col('x')\n"
    (tmp_path / "kinds.py").write_text(PLAIN + more)
    data = {"completion": ["ab"], "x": [7]}
    found = {name: load(f"{tmp_path}/kinds.py:{name}") for name in ("reward", "length", "build", "column")}
    assert {name: one.score(data).values.item() for name, one in found.items()} == {
        "reward": 4.0, "length": 2.0, "build": 5.0, "column": 7.0,
    }  # fmt: skip


def test_the_key_of_a_reward_is_the_same_in_every_process_and_folder(tmp_path: Path) -> None:
    keys = set()
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "my.py").write_text(PLAIN)
        code = "from guerdon.plan.load import load; print(load('my.py').key.hex())"
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=tmp_path / folder, env={**os.environ, "PYTHONPATH": ""}, capture_output=True, text=True
        )
        keys.add(done.stdout)
    assert len(keys) == 1


def test_results_come_back_from_the_journal_as_they_were_or_are_not_kept(tmp_path: Path) -> None:
    import numpy as np

    exact = [None, True, 3, 0.1, float("inf"), "é\ud800", b"x", (1, [2, {"k": (3,)}]), {1: {2, 3}}, np.float32(0.1)]
    lossy = [gd.Piece("a", gd.Span(0, 0, 1)), [gd.Piece("a", gd.Span(0, 0, 1))], object(), 1j]
    with Journal.open(tmp_path / "j", {}) as journal:
        kept = KeptCalls(journal)
        kept.put_many({bytes([i]): Entry("scored", value) for i, value in enumerate(exact + lossy)})
        kept.put_many([(b"failed", Entry("failed", None, "no answer"))])
        assert len(journal) == len(exact) + 1
        found = kept.get_many([bytes([i]) for i in range(len(exact + lossy))] + [b"failed"])
    assert [found[bytes([i])].value for i in range(len(exact))] == exact
    assert found[b"failed"] == Entry("failed", None, "no answer")
    assert not any(bytes([i]) in found for i in range(len(exact), len(exact + lossy)))


def test_a_module_that_names_a_file_which_is_not_there_changes_no_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "r.py").write_text(PLAIN, encoding="utf-8")
    module = load_file(tmp_path / "r.py")
    before = digest_of_code(module)
    monkeypatch.chdir(tmp_path)
    ghost = ModuleType("ghost")
    ghost.__file__ = "_classes.py"  # relative, as torch.classes has it
    monkeypatch.setitem(sys.modules, "ghost", ghost)
    assert digest_of_code(module) == before
