"""``guerdon explain --svg`` draws what it explains."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from guerdon.cli import main

REWARD = """
import guerdon as gd
right = gd.col("right")
reward = right - right.mean(over="prompt")
"""


@pytest.fixture
def folder(workplace: Path) -> Path:
    (workplace / "my.py").write_text(REWARD)
    rows = [{"prompt": prompt, "completion": "", "right": right} for prompt, right in (("p", 1), ("q", 1), ("q", 0))]
    (workplace / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return workplace


def figures(path: Path) -> list[str | None]:
    root = ET.fromstring(path.read_text(encoding="utf-8"))
    return [text.text for text in root.iter("{http://www.w3.org/2000/svg}text") if text.get("class") == "figure"]


def test_the_expression_is_drawn_beside_its_tree(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "my.py:reward", "--svg", "out.svg"]) == 0
    assert capsys.readouterr().out.endswith("drawn in out.svg\n")
    assert figures(folder / "out.svg") == []


def test_with_a_row_the_numbers_of_its_group_stand_in_it(folder: Path) -> None:
    assert main(["explain", "my.py:reward", "in.jsonl", "--row", "2", "--svg", "out.svg"]) == 0
    assert figures(folder / "out.svg") == ["0.5", "−0.5", "1", "0", "0.5", "0.5"]


def test_a_place_that_cannot_be_written_is_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "my.py:reward", "--svg", "nowhere/out.svg"]) == 2
    assert capsys.readouterr().err == "guerdon: cannot write nowhere/out.svg: No such file or directory\n"
