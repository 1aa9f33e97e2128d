"""Pictures of expressions are lone, well-formed SVGs in which every rollout keeps its place in all rows."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import guerdon as gd
from guerdon.report.curves import curves
from guerdon.report.diagram import WIDTH, diagram
from guerdon.report.palette import DARK, LIGHT
from guerdon.report.parts import parts, written

SVG = "{http://www.w3.org/2000/svg}"
RIGHT, WORDS = gd.col("right"), gd.col("words")


def boxes(svg: str, kind: str = "cell") -> list[tuple[float, float]]:
    """Left edge and width of each cell, in order."""
    found = [box for box in ET.fromstring(svg).iter(f"{SVG}rect") if box.get("class") == kind]
    return [(float(box.attrib["x"]), float(box.attrib["width"])) for box in found]


def texts(svg: str) -> list[str]:
    return ["".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{SVG}text")]


def figures(svg: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(svg).iter(f"{SVG}text") if text.get("class") == "figure"]


def test_a_picture_stands_alone_in_both_schemes() -> None:
    drawn = diagram(RIGHT * 2)
    root = ET.fromstring(drawn)
    assert root.tag == f"{SVG}svg"
    assert all(part not in drawn for part in ("href", "url(", "<script", "onload="))
    assert LIGHT["ink"] in drawn
    assert DARK["ink"] in drawn
    assert "prefers-color-scheme:dark" in drawn
    assert root.attrib["role"] == "img"


def test_each_part_has_a_row_with_the_numbers_of_all_rollouts() -> None:
    scores = (RIGHT - RIGHT.mean(over="prompt")).score({"prompt": ["p", "p"], "right": [1, 0]})
    drawn = diagram(scores)
    assert figures(drawn) == ["0.5", "−0.5", "1", "0", "0.5", "0.5"]
    assert boxes(drawn)[0::2] == [boxes(drawn)[0]] * 3  # the first rollout stands in one place
    assert "window over prompt" in texts(drawn)
    assert diagram(scores) == drawn


def test_one_number_for_a_rollout_is_as_wide_as_its_pieces_together() -> None:
    step = gd.col("r", axis="step")
    drawn = diagram((step + step.sum()).score({"r": [[1, 2, 3]]}))
    wide = boxes(drawn)[-1]
    pieces = boxes(drawn)[:3]
    assert figures(drawn) == ["7", "8", "9", "1", "2", "3", "6"]
    assert wide[0] == pieces[0][0]
    assert wide[1] + 1 == pytest.approx(sum(width + 1 for _, width in pieces), abs=0.05)


def test_what_was_skipped_failed_or_has_no_number_looks_so_and_is_said() -> None:
    answer = gd.text.equal(gd.text.tag("answer"), gd.col("gold"))
    rows = {"completion": ["no tag", "<answer>4</answer>", "<answer>5</answer>"], "gold": ["4", "4", None]}
    drawn = diagram((gd.col("gate") * answer).score({**rows, "gate": [1, 1, 1]}))
    assert boxes(drawn, "failed")
    assert "?" in figures(drawn)
    assert "red: failed, which is the completion's doing" in texts(drawn)
    assert "?: has no number" in texts(drawn)

    @gd.function(cost="judge", bounds=(0, 1))
    def judge(completion: str) -> float:
        return 1.0

    shut = diagram(gd.where(RIGHT, judge(), 0).score({"completion": ["a", "b"], "right": [1, 0]}))
    assert len(boxes(shut, "gone")) == 1
    assert "dashed: not needed, and so not computed" in texts(shut)
    assert "function, dear (judge)" in texts(shut)


def test_rollouts_that_do_not_fit_are_counted_and_nothing_stands_outside() -> None:
    drawn = diagram((RIGHT * WORDS).score({"right": [1] * 100, "words": [12345] * 100}))
    assert any(text.startswith("+") for text in texts(drawn))
    assert all(x >= 0 and x + width <= WIDTH for x, width in boxes(drawn))
    long = diagram(gd.col("r", axis="step").sum().score({"r": [[1.25] * 60]}))
    assert all(x >= 0 and x + width <= WIDTH for x, width in boxes(long))
    assert diagram(RIGHT.score({"right": []}))


def test_hostile_texts_and_names_cannot_break_out() -> None:
    evil = "</text><script>alert(1)</script>\x1b[0m\x00"
    part = gd.col(evil).map({evil: 1}, otherwise=0).named("<b>&")
    drawn = diagram({evil: (part * 2).score({evil: [evil]})}, title=evil)
    assert ET.fromstring(drawn).tag == f"{SVG}svg"
    assert "<script" not in drawn
    assert "\x1b" not in drawn


def test_a_huge_expression_is_cut() -> None:
    total = RIGHT
    for i in range(3000):
        total = total + gd.col(f"c{i}").sigmoid()
    drawn = diagram(total)
    assert len(parts(total)) == 60
    assert len(drawn) < 100_000
    assert "… and more parts" in texts(drawn)
    deep = RIGHT
    for i in range(3000):  # every row's text looks no deeper than there is room for it
        deep = (deep * 0.5 + gd.col(f"c{i % 7}")).sigmoid()
    assert "… and more parts" in texts(diagram(deep))
    assert all(len(text) <= 60 for text in texts(diagram(deep)))
    with pytest.raises(ValueError, match="at least one"):
        diagram({})


def test_a_named_part_and_a_column_have_one_row() -> None:
    bonus = (RIGHT * WORDS).named("bonus")
    rows = parts(bonus + bonus.mean(over="prompt") * RIGHT)
    assert [row.name for row in rows].count("bonus") == 1
    assert sum(row.node.op == "col" for row in rows) == 2
    assert written(1 / (RIGHT + 1 / 3), 40) == "1 / (right + 0.3333)"


@settings(max_examples=30)
@given(st.lists(st.lists(st.floats(-1e12, 1e12) | st.none(), max_size=5), min_size=1, max_size=6), st.text(max_size=12))
def test_any_numbers_give_a_picture(rows: list[list[float | None]], prompt: str) -> None:
    step = gd.col("r", axis="step")
    advantage = step - step.mean(over="prompt")
    drawn = diagram(advantage.score({"prompt": [prompt] * len(rows), "r": rows}))
    assert ET.fromstring(drawn).tag == f"{SVG}svg"
    assert "nan" not in "".join(figures(drawn))


def test_curves_are_drawn_point_by_point_and_named() -> None:
    drawn = curves([0, 1, 2, 3], {"up": [0, 1, 2, 3], "gap": [1, None, 1, 1]}, label="step", title="Two curves")
    paths = [path.attrib["d"] for path in ET.fromstring(drawn).iter(f"{SVG}path")]
    assert [path.count("M") + path.count("L") for path in paths] == [4, 3]
    assert {"up", "gap", "Two curves"} <= set(texts(drawn))


@pytest.mark.parametrize(
    ("x", "lines", "said"),
    [([1.0], {}, "not 0"), ([], {"a": []}, "not 1 of 0"), ([1.0], {"a": [1.0, 2.0]}, "'a' has 2 values for 1")],
)
def test_curves_say_what_is_wrong(x: list[float], lines: dict[str, list[float | None]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        curves(x, lines)
