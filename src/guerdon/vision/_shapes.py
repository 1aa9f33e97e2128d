"""What a box, a point and a span are: finite numbers within bounds, however they were written.

A box of n dimensions is 2n numbers, low corner first: ``(x1, x2)`` is a span, ``(x1, y1, x2, y2)`` a rectangle,
``(x1, y1, z1, x2, y2, z2)`` a cuboid. A record may hold it in one of its fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Box = tuple[float, ...]
Point = tuple[float, ...]

MOST = 512
"""How many boxes or points of one completion are compared; as in :func:`guerdon.similarity.match`."""
LARGEST = 1e9
"""A coordinate further from 0 than this is no coordinate: volumes and squares of all others stay finite."""

BOX_FIELDS = ("box", "bbox_2d", "bbox", "bbox_3d", "span")
POINT_FIELDS = ("point", "point_2d", "point_3d")
_PLAIN = (float, int)


def coordinates(item: Any, fields: Sequence[str] = ()) -> tuple[float, ...] | None:
    """The numbers of a list (or of a record's first such field) as floats, or None where one is no coordinate.

    >>> coordinates([1, 2.5]), coordinates({"box": [0, 0, 2, 2]}, ("box",)), coordinates([1, float("nan")])
    ((1.0, 2.5), (0.0, 0.0, 2.0, 2.0), None)
    """
    if isinstance(item, Mapping):
        item = next((item[name] for name in fields if item.get(name) is not None), None)
    if not isinstance(item, (list, tuple)) or not 0 < len(item) <= 64:
        return None
    found = []
    for number in item:
        if isinstance(number, bool) or not isinstance(number, (int, float)) or not -LARGEST <= number <= LARGEST:
            return None
        found.append(float(number))
    return tuple(found)


def box_of(item: Any) -> Box | None:
    """A box with its corners in order, or None where the item holds none. Corners that are reversed make no box.

    >>> box_of([0, 0, 2, 2]), box_of({"bbox_2d": [0, 0, 2, 2], "label": "cat"}), box_of([2, 2, 0, 0])
    ((0.0, 0.0, 2.0, 2.0), (0.0, 0.0, 2.0, 2.0), None)
    """
    if isinstance(item, Mapping):
        item = next((item[name] for name in BOX_FIELDS if item.get(name) is not None), None)
    if type(item) in (list, tuple) and len(item) == 4:  # the usual case, for a matching asks for it in every pair
        x, y, u, v = item
        plain = type(x) in _PLAIN and type(y) in _PLAIN and type(u) in _PLAIN and type(v) in _PLAIN
        if plain and -LARGEST <= x <= u <= LARGEST and -LARGEST <= y <= v <= LARGEST:
            return float(x), float(y), float(u), float(v)
    found = coordinates(item)
    if found is None or len(found) % 2:
        return None
    half = len(found) // 2
    return found if all(found[i] <= found[half + i] for i in range(half)) else None


def point_of(item: Any) -> Point | None:
    """A point, of any number of dimensions, or None where the item holds none.

    >>> point_of((3, 4)), point_of({"point_2d": [3, 4]}), point_of("3, 4")
    ((3.0, 4.0), (3.0, 4.0), None)
    """
    return coordinates(item, POINT_FIELDS)


def label_of(item: Any) -> str | None:
    """The name in a record's field ``label``, case folded and without doubled white space; None where it has none.

    >>> label_of({"label": "Traffic  Light"})
    'traffic light'
    """
    label = item.get("label") if isinstance(item, Mapping) else None
    return " ".join(label.casefold().split()) or None if isinstance(label, str) else None


def centre(item: Any) -> Point | None:
    """The middle of a box, or the point itself; a list of two numbers is a point.

    >>> centre([0, 0, 4, 2]), centre([3, 4])
    ((2.0, 1.0), (3.0, 4.0))
    """
    point = point_of(item)
    if point is not None and len(point) in (2, 3):
        return point
    box = box_of(item)
    if box is None:
        return None
    half = len(box) // 2
    return tuple((box[i] + box[half + i]) / 2 for i in range(half))
