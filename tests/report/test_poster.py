"""The picture for a README is a lone, well-formed SVG that carries both colour schemes."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

from guerdon.report import picture
from guerdon.report.palette import DARK, LIGHT

SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_is_one_svg_with_every_point(run_folder: Path) -> None:
    drawn = picture(run_folder)
    root = ET.fromstring(drawn)
    assert root.tag == f"{SVG}svg"
    dots = [group for group in root.iter(f"{SVG}g") if (group.get("class") or "").startswith("dots")]
    assert [len(group) for group in dots] == [60] * 5
    assert all(attribute not in drawn for attribute in ("href", "url(", "<script", "onload="))
    style = root.find(f"{SVG}style")
    assert style is not None
    assert style.text is not None
    assert "prefers-color-scheme:dark" in style.text
    assert LIGHT["ink"] in style.text
    assert DARK["ink"] in style.text


def test_the_picture_says_what_it_shows(run_folder: Path) -> None:
    root = ET.fromstring(picture(run_folder))
    words = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    for part in ("Facts from a sentence as JSON", "SmolLM2-135M-Instruct", "held-out reward", "right_values"):
        assert part in words


def test_a_run_without_steps_has_a_picture(make_run: Callable[..., Path]) -> None:
    run = make_run(steps=1, groups=1, size=2, held_out=2)
    (run / "steps.jsonl").write_text("", encoding="utf-8")
    assert ET.fromstring(picture(run)).tag == f"{SVG}svg"
