"""Space as text tells it: places on the globe, regions, mazes, routes, layouts, and cues said on the way.

Nothing here reads an image. A distance is no reward: :func:`km` is a function of two items, and what it is worth is
said with a ladder.

>>> import guerdon as gd
>>> ladder = gd.similarity.knots(((0, 1.0), (750, 0.5), (3000, 0.2), (20000, 0.0)))
>>> reward = gd.similarity.near(gd.geo.coordinates(), gd.col("place"), gd.geo.km, ladder)
>>> rows = {"completion": ["48.85 N, 2.35 E", "lat: 0, lon: 1", "Paris"], "place": [[48.85, 2.35], [0, 0], [0, 0]]}
>>> reward.score(rows).values.round(4)
array([1.    , 0.9259, 0.    ])
"""

from __future__ import annotations

from ._coordinates import EARTH_RADIUS_KM, coordinates, find_coordinates, km
from ._cues import cue_credit, cue_key, cues
from ._follow import follow, moves
from ._layout import layout
from ._mazes import STEPS, Maze, count_turns, make_maze, read_maze, solve
from ._regions import regions
from ._routes import legs, route

__all__ = [
    "EARTH_RADIUS_KM",
    "STEPS",
    "Maze",
    "coordinates",
    "count_turns",
    "cue_credit",
    "cue_key",
    "cues",
    "find_coordinates",
    "follow",
    "km",
    "layout",
    "legs",
    "make_maze",
    "moves",
    "read_maze",
    "regions",
    "route",
    "solve",
]
