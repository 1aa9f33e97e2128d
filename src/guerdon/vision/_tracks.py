"""Tracks: one box per frame, and how far two tracks agree in space and time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

from ..expr.inputs import one_of
from ._boxes import overlap
from ._shapes import Box, box_of

Over = Literal["union", "intersection"]
OVERS: tuple[Over, ...] = ("union", "intersection")

MOST_FRAMES = 10_000
"""Frames of a track."""

Track = dict[int, Box]


def track_of(item: Any) -> Track | None:
    """Boxes by frame: of a mapping from frame to box, or a list of ``[frame, box]``; None where it is none. Linear.

    A box of four numbers with its corners in order counts; a frame that is given twice makes no track.

    >>> track_of({"3": [0, 0, 2, 2]}), track_of([[3, [0, 0, 2, 2]], [3, [0, 0, 1, 1]]])
    ({3: (0.0, 0.0, 2.0, 2.0)}, None)
    """
    if not isinstance(item, (Mapping, list, tuple)) or not 0 < len(item) <= MOST_FRAMES:
        return None
    found: Track = {}
    for pair in item.items() if isinstance(item, Mapping) else item:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            return None
        frame, box = frame_of(pair[0]), box_of(pair[1])
        if frame is None or box is None or len(box) != 4 or frame in found:
            return None
        found[frame] = box
    return found


def frame_of(value: Any) -> int | None:
    """The number of a frame, or None.

    >>> frame_of("12"), frame_of(3.0), frame_of(-1)
    (12, 3, None)
    """
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 9:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1e9 or value != int(value):
        return None
    return int(value)


def frames_of(span: Any) -> tuple[int, int] | None:
    """The first and last frame of a span, or None."""
    if not isinstance(span, (list, tuple)) or len(span) != 2:
        return None
    start, stop = frame_of(span[0]), frame_of(span[1])
    return None if start is None or stop is None or start > stop else (start, stop)


def viou(a: Any, b: Any, over: Over = "union", span_a: Any = None, span_b: Any = None) -> float:
    """The IoU of two tracks' boxes, summed over the frames of both, per frame of either (or of both).

    See ``gd.vision.viou``. Where a span is not given, a track's is from its first frame to its last.

    >>> truth = {frame: [0, 0, 2, 2] for frame in range(5, 15)}
    >>> viou({frame: [0, 0, 2, 2] for frame in range(10)}, truth)  # 5 frames of 15
    0.333...
    """
    one_of("over", over, OVERS)
    one, other = track_of(a), track_of(b)
    if one is None or other is None:
        return 0.0
    first = (min(one), max(one)) if span_a is None else frames_of(span_a)
    second = (min(other), max(other)) if span_b is None else frames_of(span_b)
    if first is None or second is None:
        return 0.0
    start, stop = max(first[0], second[0]), min(first[1], second[1])
    if start > stop:
        return 0.0
    shared = math.fsum(overlap(box, other[t]) for t, box in one.items() if start <= t <= stop and t in other)
    both = stop - start + 1
    return shared / (both if over == "intersection" else first[1] - first[0] + second[1] - second[0] + 2 - both)


def covers(track: Any, span: Any) -> int:
    """1 if a track has a box for each frame of a span and no other, else 0. See ``gd.vision.covers``.

    >>> covers({"3": [0, 0, 2, 2], "4": [0, 0, 2, 2]}, [3, 4]), covers({"3": [0, 0, 2, 2]}, [3, 4])
    (1, 0)
    """
    boxes, frames = track_of(track), frames_of(span)
    if boxes is None or frames is None:
        return 0
    return int((min(boxes), max(boxes), len(boxes)) == (*frames, frames[1] - frames[0] + 1))
