"""Routes, cues and layouts as written."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.geo._cues import cue_credit, read_cues
from guerdon.geo._layout import read_layout
from guerdon.geo._routes import read_legs

LINES = {"Red": ["A", "B", "C"], "Blue": ["C", "D", "E"], "Ring": ["A", "E"]}


def leg(line: str, start: str, stop: str) -> str:
    return f"Route Name: {line}\nDeparture Stop: {start}\nArrival Stop: {stop}\n"


def travelled(text: str, start: str = "A", stop: str = "E", lines: object = LINES) -> dict[str, object]:
    record = gd.geo.route(gd.geo.legs(), gd.col("lines"), gd.col("start"), gd.col("stop"))
    rows = {"completion": [text], "lines": [lines], "start": [start], "stop": [stop]}
    return {
        name: record[name].score(rows).nested()[0] for name in ("right", "ends", "known", "rides", "direct", "joined")
    }


class TestRoute:
    def test_right(self):
        seen = travelled(leg("Red", "A", "C") + "--\n" + leg("blue", "c", "E"))
        assert seen == {"right": 1, "ends": 1, "known": [1, 1], "rides": [1, 1], "direct": [0, 0], "joined": [1, 0]}
        assert travelled(leg("Ring", "A", "E"))["direct"] == [1]

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "Take the Red line from A to C.",
            leg("Red", "A", "E"),
            leg("Green", "A", "E"),
            leg("Red", "A", "B") + "--\n" + leg("Blue", "C", "E"),
            leg("Red", "A", "C") + "--\n" + leg("Blue", "C", "D"),
            leg("Red", "B", "C") + "--\n" + leg("Blue", "C", "E"),
            leg("Ring", "A", "A") + "--\n" + leg("Ring", "A", "E"),
            "Route Name: Ring\nArrival Stop: E\n",
            leg("Ring", "A", "E") * 65,
            f"<think>{leg('Ring', 'A', 'E')}</think>",
        ],
    )
    def test_wrong(self, text):
        assert travelled(text)["right"] == 0

    def test_without_a_network_nobody_is_to_blame(self):
        assert travelled(leg("Ring", "A", "E"), lines=None)["right"] is None

    def test_marks_and_order_of_lines(self):
        text = "**Route Name:** Red\n- Departure Stop: A\n- Arrival Stop: C\n----\nDeparture Stop: C\nRoute Name: Blue"
        assert [tuple(found.values()) for found in read_legs(text)] == [
            ("Red", "A", "C"),
            (None, "C", None),
            ("Blue", None, None),
        ]

    def test_legs_must_lie_on_an_axis(self):
        with pytest.raises(TypeError, match=r"pass gd\.geo\.legs"):
            gd.geo.route(gd.col("x"), gd.col("lines"), gd.col("a"), gd.col("b"))


class TestCues:
    def test_as_written(self):
        text = "1. [red cup] position: (0.2, 0.4)\nThe depth of the cup = 1.1 m\n* **Cup 2 depth**: 3\ngap = 0.12 m"
        found = {(cue["name"], cue["kind"]): cue["value"] for cue in read_cues(text, ["position", "depth", "gap"])}
        assert found == {
            ("redcup", "position"): (0.2, 0.4),
            ("cup", "depth"): (1.1,),
            ("cup2", "depth"): (3.0,),
            ("", "gap"): (0.12,),
        }

    def test_guessing_again_and_again_gains_nothing(self):
        text = "\n".join(f"cup depth: {i / 10}" for i in range(40))
        assert read_cues(text, ["depth"]) == [{"name": "cup", "kind": "depth", "value": (0.0,)}]

    def test_too_many_cues_are_none(self):
        text = "\n".join(f"cup{i} depth: 1" for i in range(513))
        assert gd.geo.cues("depth").count().score({"completion": [text]}).values == [0]

    def test_what_a_cue_is_worth(self):
        worth = cue_credit()
        assert worth({"value": (0.5, 0.55)}, {"kind": "position", "value": [0.5, 0.5]}) == pytest.approx(0.5)
        assert worth({"value": (1.1,)}, {"kind": "depth", "value": 1.0}) == pytest.approx(0.6)
        assert worth({"value": (350.0,)}, {"kind": "yaw", "value": 5}) == pytest.approx(0.5)
        assert worth({"value": (0.1,)}, {"kind": "depth", "value": 0}) == pytest.approx(0.6)
        assert worth({"value": (1.0, 1.0)}, {"kind": "depth", "value": 1.0}) == 0
        assert cue_credit(norm="l2", point=10)({"value": (3, 4)}, {"value": [0, 0]}) == pytest.approx(0.5)
        with pytest.raises(ValueError, match="point=0"):
            cue_credit(point=0)

    @given(st.text(max_size=200))
    def test_any_text_is_read(self, text):
        for cue in read_cues(text, ["position"]):
            assert all(map(math.isfinite, cue["value"]))


class TestLayout:
    PLAN = {"bed": [0, 0, 2, 2], "desk": [5, 1], "lamp": [1, 4]}  # noqa: RUF012

    def score(self, text: str | None, plan: object = None, tolerance: float = 1.0) -> float | None:
        reward = gd.geo.layout(gd.col("a"), gd.col("b"), tolerance)
        return reward.score({"a": [text], "b": [self.PLAN if plan is None else plan]}).numbers[0]

    def test_turned_and_shifted_is_right_and_mirrored_is_not(self):
        assert self.score("bed: [0, 0, 2, 2]\ndesk: [5, 1]\nlamp: [1, 4]") == pytest.approx(1)
        assert self.score("bed: (10, 10)\ndesk: (10, 14)\nlamp: (7, 10)") == pytest.approx(1)
        assert self.score("bed: (10, 10)\ndesk: (10, 14)\nlamp: (13, 10)") < 0.2

    def test_one_thing_shows_no_layout_and_two_of_three_two_thirds(self):
        assert self.score("bed: (3, 3)") == 0
        assert self.score("bed: (3, 3)", {"bed": [1, 1]}) == 1
        assert self.score("bed: (1, 1)\ndesk: (5, 1)") == pytest.approx(2 / 3)

    def test_heaping_everything_on_one_spot_earns_less_than_half(self):
        assert self.score("bed: (1, 1)\ndesk: (1, 1)\nlamp: (1, 1)") < 0.2

    def test_inventing_things_earns_nothing(self):
        more = "\n".join(f"thing{i}: ({i}, {i})" for i in range(100))
        assert self.score(more) == 0
        assert self.score("\n".join(f"t{'x' * i}: ({i}, {i})" for i in range(1, 514))) == 0

    def test_who_is_to_blame(self):
        reward = gd.geo.layout(gd.col("a"), gd.col("b"))
        assert reward.score({"a": [None, "no plan", "x: 1, 2"], "b": [self.PLAN, self.PLAN, None]}).statuses == [
            "failed",
            "failed",
            "unscored",
        ]

    @given(st.text(alphabet="abc:0123456789.,[]()e- \n", max_size=200))
    def test_any_plan_is_scored_in_range(self, text):
        assert 0 <= (self.score(text) or 0) <= 1
        read_layout(text)
