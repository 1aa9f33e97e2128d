"""The guide runs line by line, and shows the pictures that its own expressions draw."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import guerdon as gd

ROOT = Path(__file__).resolve().parents[2]


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("guide_draw", ROOT / "docs" / "draw.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = _script()
SECTIONS: dict[str, str] = SCRIPT.sections()
SYSTEMS = {heading: text for heading, text in SECTIONS.items() if heading[0].isdigit()}
TRAINERS = "Handing it to a trainer"


@pytest.mark.parametrize("heading", SYSTEMS)
def test_a_system_s_code_runs_and_gives_the_numbers_it_shows(heading: str) -> None:
    SCRIPT.played(SYSTEMS[heading])


def test_the_trainers_code_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("trl", reason="no TRL here: pip install 'guerdon[train]'")
    sys.path.insert(0, str(ROOT / "tests" / "train"))
    import tiny
    import trl

    found = re.search(r"```python\n# rewards\.py\n(.*?)```", SECTIONS[TRAINERS], re.DOTALL)
    assert found is not None
    (tmp_path / "rewards.py").write_text(found[1])
    monkeypatch.chdir(tmp_path)
    model, tokenizer = tiny.model_and_tokenizer()
    args = tiny.trainer(tmp_path, lambda completions, **given: [0.0] * len(completions), steps=1).args
    names: dict[str, Any] = {"model": model, "tokenizer": tokenizer, "dataset": tiny.rows(), "args": args}
    trainer = SCRIPT.played(SECTIONS[TRAINERS], names)["trainer"]
    assert isinstance(trainer, trl.GRPOTrainer)
    trainer.train()
    assert trainer.state.global_step == 1


def test_a_wrong_number_in_the_guide_is_noticed() -> None:
    with pytest.raises(AssertionError, match=r"Expected:\s+3"):
        SCRIPT.played("```python\nx = 1\n```\n\n```pycon\n>>> x + 1\n3\n```\n")


def test_every_picture_is_what_the_expressions_draw_now() -> None:
    kept = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "pictures").glob("*.svg")}
    drawn = SCRIPT.drawn()
    assert sorted(kept) == sorted(drawn) == sorted(SCRIPT.DRAW)
    old = [name for name, svg in drawn.items() if kept[name] != svg + "\n"]
    assert not old, f"draw {', '.join(old)} again: python docs/draw.py"


def test_there_are_ten_systems_each_with_formula_expression_and_picture() -> None:
    assert [int(heading.split(".")[0]) for heading in SYSTEMS] == list(range(1, 11))
    for heading, text in SYSTEMS.items():
        for part in ("```math", "```python", "```pycon", "](pictures/", "arxiv.org", "**What the algebra says.**"):
            assert part in text, f"{heading}: no {part}"
        assert "**Handing over.**" in text, heading


def test_no_block_escapes_the_test_and_every_recipe_named_exists() -> None:
    guide = SCRIPT.GUIDE.read_text(encoding="utf-8")
    opened = re.findall(r"^```(\w*)$", guide, flags=re.MULTILINE)
    assert set(opened) == {"", "math", "python", "pycon"}
    assert opened.count("") * 2 == len(opened)
    for line in re.findall(r"; recipes? ((?:`\w+`,? )+)row", guide.replace("\n", " ")):
        for name in re.findall(r"`(\w+)`", line):
            assert callable(getattr(gd.recipes, name))
    for link in re.findall(r"\]\(#([\w-]+)\)", guide):
        headings = [re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in _titles(guide)]
        assert link in headings


def _titles(guide: str) -> list[str]:
    return re.findall(r"^#+ (.+)$", guide, flags=re.MULTILINE)


def test_the_readme_leads_to_the_guide() -> None:
    assert "](docs/guide.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
