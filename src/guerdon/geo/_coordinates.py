"""Places on the globe: coordinates as people write them, and the distance between two."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Literal

from ..expr.columns import Column
from ..expr.function import function
from ..expr.inputs import NOT_GIVEN, bound, one_of, opening
from ..expr.leaves import as_column, shown
from ..expr.values import Failed, Unscored

EARTH_RADIUS_KM = 6371.0
"""Of the sphere that the distance is measured on."""

Which = Literal["only", "last", "first"]

# What an angle is ("lat", "lon", or "" where that is unsaid), its degrees (None where impossible), where it stands.
_Angle = tuple[str, float | None, int, int]

# Every repeat is bounded, so that the search takes time in proportion to the text.
_NUMBER = r"[0-9]{1,3}(?:\.[0-9]{1,30})?"
_ANGLE = re.compile(
    rf"""
    (?:(?<![a-z])(?P<label>latitude|longitude|lat|long|lng|lon)\.?["'*]{{0,3}}[ ]{{0,3}}[:=]?[ *"']{{0,4}})?
    (?:(?<![a-z0-9])(?P<before>[NSEW])[ ]{{0,2}}|(?<![\w.]))
    (?P<sign>[+\-\u2212]?)(?P<degrees>{_NUMBER})(?![0-9])(?!\.[0-9])
    (?:[ ]{{0,2}}(?:[°º˚]|deg(?:rees?)?)
       (?:[ ]{{0,2}}(?P<minutes>{_NUMBER})[ ]{{0,2}}['′’]
          (?:[ ]{{0,2}}(?P<seconds>{_NUMBER})[ ]{{0,2}}(?:"|″|”|''|′′|’’))?)?)?
    (?(before)|(?:[ ]{{0,2}}(?P<after>[NSEW]|north|south|east|west)(?![a-z0-9]))?)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BETWEEN = re.compile(r"""(?:[\s,;/|&"'*°]|and){1,16}""")
_LONGEST = 20_000


def km(a: Sequence[float] | None, b: Sequence[float] | None) -> float:
    """The great-circle distance of two places ``(latitude, longitude)`` in degrees: kilometres, in [0, 20015.1].

    The haversine formula on a sphere of radius 6371 km. A function of two items, for ``gd.similarity.near`` with a
    ladder: a distance is no reward. Failed where ``a``, what the completion says, is no place; Unscored where ``b``,
    the reference, is none.

    >>> round(km((0, 0), (0, 1)), 3), round(km((0, 179.9), (0, -179.9)), 1)
    (111.195, 22.2)
    """
    two = _on_globe(b)
    if two is None:
        raise Unscored("the reference is no place" if b is not None else "no reference")
    one = _on_globe(a)
    if one is None:
        raise Failed("no place" if a is not None else "no answer")
    lat_a, lat_b = math.radians(one[0]), math.radians(two[0])
    across = math.radians(two[1] - one[1])
    h = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(across / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, h)))


def find_coordinates(text: str) -> list[tuple[float, float]]:
    """Every pair of a latitude and a longitude in a text, in order, as degrees. Linear in the text.

    Read are ``48.85, 2.35``; ``48.85° N, 2.35° E``; ``48°51'24"N 2°21'8"E``; ``lat: 48.85, lon: 2.35`` (in either
    order, with quotes as in JSON). Two bare numbers count only where no pair is marked as coordinates. A pair out of
    range (90 and 180 degrees, 60 minutes and seconds), or with a sign and a letter that contradict each other, is none.

    >>> find_coordinates("It is at 48.5 S, 2.25 W."), find_coordinates('{"lon": 2.25, "lat": 48.5}')
    ([(-48.5, -2.25)], [(48.5, 2.25)])
    """
    angles = [_angle(found) for found in _ANGLE.finditer(text)]
    marked: list[tuple[float, float]] = []
    bare: list[tuple[float, float]] = []
    start = 0
    while start < len(angles):
        # A run of angles with nothing of weight between them: two bare numbers are a place, three are a list.
        stop = start + 1
        while stop < len(angles) and _together(text, angles[stop - 1], angles[stop]):
            stop += 1
        run = angles[start:stop]
        if run[0][0]:
            marked += [place for a, b in zip(run[::2], run[1::2], strict=False) if (place := _place(a, b))]
        elif len(run) == 2 and (place := _place(*run)):
            bare.append(place)
        start = stop
    return marked or bare


def coordinates(
    of: Column | None = None, which: Which = "only", *, prompt: Column | None = None, opened: Sequence[str] = ()
) -> Column:
    """The place that a text gives, as ``(latitude, longitude)`` in degrees; no verdict where it gives none. Linear.

    Args:
        of: the text to read; the completion if left out.
        which: ``only``: all pairs in the text must be one and the same place, so that listing several earns nothing; or
            the last, or the first.
        prompt: whose tail may open tags; where the completion is read, its column ``prompt``, if the data has one.
        opened: tags that the chat template opened.

    Decimal degrees, degrees with minutes and seconds, letters N S E W, and labels are read. What stands in thinking
    does not count; nor does a text of more than 20,000 characters.

    >>> import guerdon as gd
    >>> gd.geo.coordinates().exists().score({"completion": ["48.85 N, 2.35 E", "Paris", "1, 2 or 3, 4"]}).values
    array([1., 0., 0.])
    """
    one_of("which", which, ("only", "last", "first"))
    extra = None if which == "only" else which
    return as_column(coordinates_leaf(**bound(of, which=extra, **opening(prompt, opened))))


@function(returns="column", version="1", name="coordinates")
def coordinates_leaf(
    completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN, which: Which = "only", prompt: Any = None, opened: Any = ()
) -> tuple[float, float] | None:
    """See ``gd.geo.coordinates``."""
    text = shown(completion, of, prompt, opened)
    found = find_coordinates(text) if len(text) <= _LONGEST else []
    if not found or (which == "only" and len(set(found)) > 1):
        return None
    return found[0] if which == "first" else found[-1]


def _on_globe(place: Sequence[float] | None) -> tuple[float, float] | None:
    if not isinstance(place, (list, tuple)) or any(isinstance(number, (str, bool)) for number in place):
        return None
    try:
        lat, lon = (float(number) for number in place)
    except (TypeError, ValueError, OverflowError):
        return None
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def _angle(found: re.Match[str]) -> _Angle:
    label, before, after = found["label"], found["before"], found["after"]
    letter = (after or before or "").upper()[:1]
    kind = {"N": "lat", "S": "lat", "E": "lon", "W": "lon"}.get(letter, "")
    said = "" if not label else "lat" if label.lower().startswith("lat") else "lon"
    minutes, seconds = float(found["minutes"] or 0), float(found["seconds"] or 0)
    degrees = float(found["degrees"]) + minutes / 60 + seconds / 3600
    negative = found["sign"] not in ("", "+")
    contradicts = (kind and said and kind != said) or (letter and negative)
    value = None if contradicts or minutes >= 60 or seconds >= 60 else degrees
    if value is not None and (negative or letter in ("S", "W")):
        value = -value
    return kind or said, value, found.start(), found.end()


def _together(text: str, one: _Angle, two: _Angle) -> bool:
    if bool(one[0]) != bool(two[0]):
        return False
    return _BETWEEN.fullmatch(text, one[3], two[2]) is not None if two[2] > one[3] else bool(one[0])


def _place(one: _Angle, two: _Angle) -> tuple[float, float] | None:
    """Latitude and longitude, where the two angles are one of each and in range."""
    if one[0] == "lon" and two[0] == "lat":
        one, two = two, one
    if (one[0], two[0]) not in (("lat", "lon"), ("", "")) or one[1] is None or two[1] is None:
        return None
    return (one[1], two[1]) if abs(one[1]) <= 90 and abs(two[1]) <= 180 else None
