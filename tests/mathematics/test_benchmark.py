"""The benchmark runs, finds Guerdon wrong on nothing, and tells what it passed on."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.full
def test_guerdon_is_wrong_nowhere(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    tables = import_module("benchmarks.mathematics").run("tiny")
    assert len(tables) == 3
    for table in tables[:2]:
        assert table.line("guerdon").figures["wrong"] == "0"
        assert "Disagreements in which Guerdon is wrong: 0." in table.notes
        assert table.notes[0].startswith("Left open by the exact path")
