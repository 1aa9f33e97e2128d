"""Boxes, points, masks and tracks, as written in the text: read, and compared. No picture is looked at.

Readers give columns; what a pair is worth is a function that takes expressions (and gives a score) or plain items (and
gives a number), so that the same one serves inside :func:`guerdon.similarity.match`.

>>> import guerdon as gd
>>> found = gd.similarity.match(gd.vision.boxes(), gd.col("golds", axis="gold"), gd.vision.overlap)
>>> said = gd.vision.boxes().count()
>>> f1 = 2 * found["a"].sum() / gd.max(said + gd.col("golds", axis="gold").count(), 1)
>>> rows = {"completion": ["[0, 0, 2, 2]", "[0, 0, 2, 2] [0, 0, 2, 2] [9, 9, 11, 11]"], "golds": [[[0, 0, 2, 2]]] * 2}
>>> f1.score(rows).values
array([1. , 0.5])
"""

from __future__ import annotations

from ._boxes import affinity, agreement, giou
from ._find import boxes, objects, points, track
from ._measure import (
    average_precision,
    collinear,
    covers,
    curve_distance,
    dice,
    distance,
    gaussian,
    inside,
    overlap,
    viou,
)
from ._shapes import label_of

__all__ = [
    "affinity",
    "agreement",
    "average_precision",
    "boxes",
    "collinear",
    "covers",
    "curve_distance",
    "dice",
    "distance",
    "gaussian",
    "giou",
    "inside",
    "label_of",
    "objects",
    "overlap",
    "points",
    "track",
    "viou",
]
