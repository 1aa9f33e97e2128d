"""Curves drawn as text and as SVG."""

from __future__ import annotations

import io
import math
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from guerdon.lab.curves import Chart, Curve, Figures, Line
from guerdon.recipes import Claim, Experiment, find
from guerdon.recipes import reproduce as module
from guerdon.recipes.drawing import Drawing, as_svg, as_text, drawings
from guerdon.recipes.reproduce import reproduce

NAME = 'raw & <"hacked">'


def run_of(seed: int) -> Figures:
    x = (0, 1, 2, 3, 4)
    lines = {NAME: Line.of(x, [one + seed / 10 for one in x]), "par": Line.of(x, [2.0] * 5)}
    return Figures({"x": 1.0}, Chart("Gold", "KL", "gold", lines))


EXPERIMENT = Experiment(lambda seed, size: run_of(seed), (Claim("x", lambda seen: seen["x"], low=0),), "known")


def drawn() -> list[Drawing]:
    return drawings([run_of(seed).charts for seed in range(3)])


def test_the_mean_stands_where_it_belongs() -> None:
    (drawing,) = drawn()
    assert drawing.curves[NAME].mean == pytest.approx((0.1, 1.1, 2.1, 3.1, 4.1))
    rows = as_text(drawing, width=41, height=11).splitlines()[1:12]
    marks = [
        next(row for row in range(11) if rows[row][10 + column : 11 + column] == "●") for column in (0, 10, 30, 40)
    ]
    assert marks == sorted(marks, reverse=True)
    level = {row for row in range(11) for column in range(41) if rows[row][10 + column : 11 + column] == "○"}
    assert len(level) == 1
    assert any("·" in row for row in rows)


def test_one_seed_has_no_band() -> None:
    (drawing,) = drawings([run_of(0).charts])
    text = as_text(drawing)
    assert "·" not in text
    assert "mean of 1 seed\n" in text + "\n"
    assert "inf" not in as_svg([drawing])
    assert "band s0" not in as_svg([drawing])


def test_a_line_that_a_run_lacks_is_left_out_and_few_points_are_drawn() -> None:
    one = Chart("t", "x", "y", {"a": Line((0,), (1,)), "b": Line((0,), (2,))})
    two = Chart("t", "x", "y", {"a": Line((0,), (3,))})
    (drawing,) = drawings([[one], [two]])
    assert list(drawing.curves) == ["a"]
    assert "●" in as_text(drawing)
    ET.fromstring(as_svg([drawing]))


def test_an_interval_far_wider_than_the_curves_does_not_flatten_them() -> None:
    curve = Curve((0.0, 1.0), (0.0, 1.0), (-500.0, -500.0), (500.0, math.inf), 2)
    low, high = Drawing("t", "x", "y", {"a": curve}).extent()[1]
    assert low > -1.5
    assert high < 2.5


def test_the_svg_is_whole_escaped_and_needs_nothing_else() -> None:
    text = as_svg(drawn() * 2)
    root = ET.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    paths = root.findall(".//{*}path[@class='band s0']")
    assert len(paths) == 2
    assert {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")} >= {NAME, "par", "Gold", "KL"}
    assert text.count("http") == 1  # the namespace alone
    width, height = (float(end) for end in root.attrib["viewBox"].split()[2:])
    for path in root.iter("{http://www.w3.org/2000/svg}path"):
        numbers = [
            float(part)
            for part in path.attrib["d"].replace("Z", "").replace("L", " ").strip("M").split()
            if "h" not in part
        ]
        assert all(-1 <= number <= max(width, height) for number in numbers)


def test_reproduce_draws_in_text_and_on_demand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = replace(find("gigpo")[0], experiment=EXPERIMENT)
    monkeypatch.setattr(module, "find", lambda name: [recipe])
    out, file = io.StringIO(), tmp_path / "curves.svg"
    assert reproduce("gigpo", out=out, svg=file) == 0
    assert "gold by KL; mean of 3 seeds" in out.getvalue()
    assert f"Drawn in {file}." in out.getvalue()
    assert ET.fromstring(file.read_text(encoding="utf-8")).tag.endswith("svg")


def test_without_curves_no_file_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find", lambda name: [replace(find("gigpo")[0], experiment=None)])
    out, file = io.StringIO(), tmp_path / "curves.svg"
    reproduce("gigpo", out=out, svg=file)
    assert "No curve to draw" in out.getvalue()
    assert not file.exists()


@pytest.mark.parametrize("name", ["par", "rm_ensemble", "gigpo"])
def test_a_smoke_run_draws(name: str) -> None:
    out = io.StringIO()
    reproduce(name, seeds=2, smoke=True, out=out)
    assert "mean of 2 seeds; the band" in out.getvalue()
