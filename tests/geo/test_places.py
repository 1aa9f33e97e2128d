"""Coordinates as written, distances on the globe, nested regions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.geo import find_coordinates, km

PLACE = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("48.85, 2.35", (48.85, 2.35)),
        ("(48.85, -2.35)", (48.85, -2.35)),
        ("It is near 48.85° N, 2.35° E.", (48.85, 2.35)),
        ("N48.85 E2.35", (48.85, 2.35)),
        ("33.5 S 151.25 W", (-33.5, -151.25)),
        ("2.5E 3.5N", (3.5, 2.5)),
        ("lat: 48.85, lon: 2.35", (48.85, 2.35)),
        ("**Latitude:** 48.85\n**Longitude:** -2.35", (48.85, -2.35)),
        ('{"lon": 2.35, "lat": 48.85}', (48.85, 2.35)),
        ("latitude 48.85 and longitude 2.35", (48.85, 2.35)),
        ("40°30'36\"N 80°15'0\"W", (40.51, -80.25)),
        ("40° 30′ 36″ S, 80° 15′ E", (-40.51, 80.25)),
        ("lat \u22124.5, lng +6", (-4.5, 6.0)),
    ],
)
def test_coordinates_as_people_write_them(text, place):
    (found,) = find_coordinates(text)
    assert found == pytest.approx(place, abs=1e-12)


@pytest.mark.parametrize(
    "text",
    ["", "Paris", "lat: 4", "91, 0", "0, 181", "3, 4, 5", "1-2", "x1, 2", "-48 S, 3 W", "lat: 4 E, lon: 5 N",
     "10°60'N 4°E", "1.2.3, 4", "48.85", "1e5, 3"],
)  # fmt: skip
def test_what_is_no_place(text):
    assert find_coordinates(text) == []


def test_many_places_are_none_unless_they_are_one():
    read = gd.geo.coordinates()
    rows = {
        "completion": [
            "1 N, 2 E or 3 N, 4 E",
            "1 N, 2 E, that is 1 N, 2 E",
            "<think>1 N, 2 E</think>",
            "5, 6 or 1 N, 2 E",
        ]
    }
    assert read.exists().score(rows).values.tolist() == [0, 1, 0, 1]
    assert gd.geo.coordinates(which="last").exists().score(rows).values.tolist() == [1, 1, 0, 1]


def test_great_circles_by_hand():
    assert km((0, 0), (0, 1)) == pytest.approx(6371 * math.pi / 180)
    assert km((0, 179.9), (0, -179.9)) == pytest.approx(22.239, abs=1e-3)
    assert km((90, 0), (-90, 77)) == pytest.approx(6371 * math.pi)
    assert km((90, 0), (90, 123)) == pytest.approx(0, abs=1e-6)


@given(PLACE, PLACE, PLACE)
def test_a_distance_is_a_metric(a, b, c):
    assert 0 <= km(a, b) <= 6371 * math.pi + 1e-9
    assert km(a, b) == km(b, a)
    assert km(a, c) <= km(a, b) + km(b, c) + 1e-6


def test_who_is_to_blame_for_a_place_that_is_none():
    with pytest.raises(gd.Failed, match="no answer"):
        km(None, (0, 0))
    for place in ((0, math.nan), "12", ("1", "2"), (1, 2, 3), {"lat": 1}, (True, False)):
        with pytest.raises(gd.Failed, match="no place"):
            km(place, (0, 0))
    with pytest.raises(gd.Unscored, match="no reference"):
        km((0, 0), None)
    with pytest.raises(gd.Unscored, match="is no place"):
        km(None, (0, 999))


@given(st.text(alphabet="0123456789.,°'\"NSEWlatlon: -+()[]{}", max_size=80))
def test_any_text_gives_places_in_range(text):
    for lat, lon in find_coordinates(text):
        assert abs(lat) <= 90
        assert abs(lon) <= 180


@pytest.mark.parametrize("piece", ["1 ", "lat: ", "1°1'1", "N1E2 ", "9" * 50, "- ", "lat", "1, "])
def test_hostile_lengths_are_read_or_refused_at_once(piece):
    text = piece * (200_000 // len(piece))
    scores = gd.geo.coordinates().exists().score({"completion": [text, text[:19_999]]})
    assert scores.values.tolist()[0] == 0


class TestRegions:
    def score(self, said, gold, **options):
        return gd.geo.regions(gd.col("a"), gd.col("b"), **options).score({"a": [said], "b": [gold]})

    def test_up_to_the_first_error(self):
        gold = ["France", "Île-de-France", "Paris"]
        assert self.score("France > Île-de-France > Paris", gold).values == [1]
        assert self.score("france>ile de france>Paris", gold).values == pytest.approx([1 / 3])
        assert self.score("Spain > Île-de-France > Paris", gold).values == [0]
        assert self.score(["France", "x", "Paris"], gold).values == pytest.approx([1 / 3])
        assert self.score("France", gold).values == pytest.approx([1 / 3])

    def test_other_names_and_separators(self):
        assert self.score("fr / Paris", [["France", "FR"], "Paris"], separator="/").values == [1]

    def test_who_is_to_blame(self):
        assert self.score(None, ["x"]).statuses == ["failed"]
        assert self.score(" > > ", ["x"]).statuses == ["failed"]
        assert self.score(["x"] * 65, ["x"]).statuses == ["failed"]
        assert self.score("x", None).statuses == ["unscored"]

    def test_listing_more_gains_nothing(self):
        assert self.score("a > b > c > d", ["x", "b"]).values == [0]
        assert self.score("a > b > c > d", ["a", "c"]).values == [0.5]
