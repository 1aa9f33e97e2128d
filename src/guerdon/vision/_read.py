"""Boxes, points, objects and tracks out of a text. Linear, whatever the text holds; coordinates are finite."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..expr.chat import Completion, read
from ..expr.literals import as_float, read_number
from ..expr.thinking import visible
from ..expr.values import Failed
from ..structure import _json
from ..text import _numbers
from ._shapes import LARGEST, MOST, box_of, point_of
from ._tracks import MOST_FRAMES, Track, track_of

LONGEST = 300_000
"""Longest text that is read, in code points."""


def lists(
    completion: Completion,
    arity: int,
    label: str | None = None,
    distinct: bool = False,
    prompt: Completion | None = None,
    opened: Iterable[str] = (),
) -> list[tuple[float, ...]]:
    """The lists of so many numbers in a text, as :func:`guerdon.text.numbers` finds them, the first 513 of them.

    ``Failed`` where the text is longer than 300,000 characters.

    >>> lists('[{"bbox_2d": [1, 2, 3, 4], "label": "cat"}] or [5, 6]', 4)
    [(1.0, 2.0, 3.0, 4.0)]
    """
    text = read(completion, prompt, opened)
    if text is None:
        return []
    if len(text.text) > LONGEST:
        raise Failed("text too long")
    found: list[tuple[float, ...]] = []
    seen: set[tuple[float, ...]] = set()
    for start, stop in visible(text.text, text.opened):
        body = text.text[start:stop]
        for place in _numbers._places(body, label):
            one = _numbers._list_at(body, place)
            if one is None or len(one) != arity or not all(-LARGEST <= number <= LARGEST for number in one):
                continue
            if not distinct or one not in seen:
                found.append(one)
                seen.add(one)
            if len(found) > MOST:  # one more than is ever compared: whoever counts or matches them sees too many
                return found
    return found


def objects(
    completion: Completion,
    box: str = "bbox_2d",
    point: str = "point_2d",
    label: str = "label",
    confidence: str = "confidence",
    arity: int = 4,
    distinct: bool = False,
    prompt: Completion | None = None,
    opened: Iterable[str] = (),
) -> list[dict[str, Any]]:
    r"""The items of a JSON list of objects, as records; ``Failed`` where the text holds no such list.

    >>> objects('```json\n[{"bbox_2d": [0, 0, 2, 2], "label": "cat"}]\n```')
    [{'box': (0.0, 0.0, 2.0, 2.0), 'point': None, 'label': 'cat', 'confidence': None}]
    >>> objects("[{'bbox_2d': [3, 3, 1, 1]}, 7]", distinct=True)
    [{'box': None, 'point': None, 'label': None, 'confidence': None}]
    """
    try:
        value = _json.parse(completion, "allow", prompt, opened)
    except Failed:
        text = read(completion, prompt, opened)
        if text is None or '"' in text.text or "'" not in text.text:
            raise
        value = _json.parse(text.text.replace("'", '"'), "allow", None, text.opened)
    if isinstance(value, Mapping):
        value = [value]
    if not isinstance(value, list):
        raise Failed("no list of objects")
    found: list[dict[str, Any]] = []
    seen: set[tuple[Any, ...]] = set()
    for item in value:
        held = item if isinstance(item, Mapping) else {}
        said, name = held.get(confidence), held.get(label)
        sound = isinstance(said, (int, float)) and not isinstance(said, bool) and 0 <= said <= 1
        record = {
            "box": _of_length(arity, box_of(held.get(box))),
            "point": _of_length(arity // 2, point_of(held.get(point))),
            "label": " ".join(name.split()) if isinstance(name, str) and name.strip() else None,
            "confidence": float(said) if sound and said is not None else None,
        }
        if not distinct or tuple(record.values()) not in seen:
            found.append(record)
            seen.add(tuple(record.values()))
        if len(found) > MOST:
            break
    return found


def _of_length(count: int, numbers: tuple[float, ...] | None) -> tuple[float, ...] | None:
    return numbers if numbers is not None and len(numbers) == count else None


# Bounded at every step, so that a text costs a constant per character.
_FRAME = re.compile(
    r"""(?<![\w.])([0-9]{1,9})["']?[ \t\r\n]{0,8}:[ \t\r\n]{0,8}[\[(]([0-9+\-.eE, \t\r\n]{7,160})[\])]"""
)


def track(completion: Completion, prompt: Completion | None = None, opened: Iterable[str] = ()) -> Track:
    """The boxes by frame in a text: each ``[x1, y1, x2, y2]`` after its frame's number and a colon.

    ``Failed`` where there is none, one is no box, a frame comes twice, or there are more than 10,000. Linear.

    >>> track("frame 3: [0, 0, 2, 2]; frame 4: [1, 0, 3, 2]") == track('{"3": [0, 0, 2, 2], "4": [1, 0, 3, 2]}')
    True
    """
    text = read(completion, prompt, opened)
    found: list[Any] = []
    for start, stop in visible(text.text, text.opened) if text is not None else ():
        for one in _FRAME.finditer(text.text[start:stop] if text is not None else ""):
            numbers = [None if value is None else as_float(value) for value in map(read_number, one[2].split(","))]
            found.append((int(one[1]), numbers))
            if len(found) > MOST_FRAMES:
                raise Failed(f"more than {MOST_FRAMES} frames")
    boxes = track_of(found)
    if boxes is None:
        raise Failed("no track")
    return boxes
