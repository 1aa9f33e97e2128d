"""The colours, once, for the page and for the picture.

The six of the series were chosen by search: at least three to one against the background, and apart from each other
as people with normal, red-, green- and blue-blind sight see them (a test computes both).
"""

from __future__ import annotations

__all__ = ["DARK", "LIGHT", "SERIES", "series_colour", "variables"]

SERIES = 6

LIGHT = {
    "page": "#f5f5f2",
    "card": "#fdfdfc",
    "ink": "#1c1f24",
    "soft": "#5a616c",
    "line": "#dfdfda",
    "grid": "#e9e9e5",
    "mark": "#2b2f36",
    "good": "#17713f",
    "bad": "#b3261e",
    "warn": "#8a5a00",
    "code": "#f3f3ef",
    "ctl": "#ffe3b8",
    "s0": "#1f62c9",
    "s1": "#b06420",
    "s2": "#00583a",
    "s3": "#a32b7e",
    "s4": "#8a83e6",
    "s5": "#b58a12",
    "s6": "#80868f",
}

DARK = {
    "page": "#0f1216",
    "card": "#161a20",
    "ink": "#e8eaed",
    "soft": "#a0a8b4",
    "line": "#2b313a",
    "grid": "#252b33",
    "mark": "#e8eaed",
    "good": "#6fcf97",
    "bad": "#ff9088",
    "warn": "#e6b450",
    "code": "#1c2129",
    "ctl": "#5a4210",
    "s0": "#74a6fb",
    "s1": "#c77a45",
    "s2": "#8cf0b0",
    "s3": "#e373a6",
    "s4": "#dccbfc",
    "s5": "#b3ad2a",
    "s6": "#8b929c",
}


def series_colour(index: int) -> str:
    """The class of a series: the first six have a colour each, all later ones are grey.

    >>> series_colour(0), series_colour(9)
    ('s0', 's6')
    """
    return f"s{min(index, SERIES)}"


def variables(colours: dict[str, str]) -> str:
    """The colours as CSS variables.

    >>> variables({"ink": "#000000"})
    '--ink:#000000'
    """
    return ";".join(f"--{name}:{value}" for name, value in colours.items())
