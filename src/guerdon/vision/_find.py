"""What a completion points at: boxes, points, objects, tracks, each a column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from ..expr.columns import Column
from ..expr.inputs import bound, opening
from ..expr.leaves import on_axis
from . import _leaves


def boxes(
    of: Column | None = None,
    arity: int = 4,
    axis: str | None = "box",
    *,
    label: str | None = None,
    distinct: bool = False,
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Column:
    """The lists of so many numbers in a text, such as ``[x1, y1, x2, y2]``: each a tuple. Linear.

    Args:
        of: the text to read; the completion if left out, thinking taken out.
        arity: 4 numbers for a rectangle, 6 for a cuboid (both low corner first), 2 for a span.
        axis: the axis they lie on; None for one list per rollout, of which ``[0]`` is the first.
        label: only what stands right after this word and a ``:`` or ``=``: ``box`` for ``box: [0, 0, 2, 2]``,
            ``bbox_2d`` for the items of a JSON list.
        distinct: a box that was given before is left out.
        prompt: whose tail may open tags; where the completion is read, its column ``prompt``, if the data has one.
        opened: tags that the chat template opened.

    A list counts as it stands: corners that are reversed make a box that overlaps with nothing. Lists with a number
    beyond 1e9 are left out. Only the first 513 are read, which is already too many to be matched; a text of more
    than 300,000 characters has no verdict.

    >>> import guerdon as gd
    >>> iou = gd.vision.overlap(gd.vision.boxes(), gd.col("gold"))
    >>> iou.max(empty=0).score(
    ...     {"completion": ["[0, 0, 2, 2] or [1, 0, 3, 2]", "no"], "gold": [[1, 0, 3, 2]] * 2}
    ... ).values
    array([1., 0.])
    """
    return _lists("boxes", of, arity, axis, label, distinct, prompt, opened)


def points(
    of: Column | None = None,
    dims: int = 2,
    axis: str | None = "point",
    *,
    label: str | None = None,
    distinct: bool = False,
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Column:
    """The points of a text, ``(x, y)`` or ``[x, y]``: each a tuple. Linear. Arguments and limits are :func:`boxes`'s.

    >>> import guerdon as gd
    >>> hits = gd.vision.inside(gd.vision.points(), gd.col("gold"))
    >>> hits.score({"completion": ["(1, 1), then (9, 9)"], "gold": [[0, 0, 2, 2]]}).nested()
    [[1.0, 0.0]]
    """
    return _lists("points", of, dims, axis, label, distinct, prompt, opened)


def _lists(
    name: str,
    of: Column | None,
    arity: int,
    axis: str | None,
    label: str | None,
    distinct: bool,
    prompt: Column | None,
    opened: Sequence[str],
) -> Column:
    if not isinstance(arity, int) or not 1 <= arity <= 64:
        raise ValueError(f"{arity!r} numbers: a list of coordinates holds 1 to 64")
    if label is not None and (not label.strip() or label != label.strip()):
        raise ValueError(f"label is a word that stands before the list, without white space around it, not {label!r}")
    extra = {"label": label, "distinct": distinct or None}
    leaf = on_axis(_leaves.lists, axis, name)
    return cast(Column, leaf(**bound(of, arity=arity, **extra, **opening(prompt, opened))))


def objects(
    of: Column | None = None,
    axis: str | None = "object",
    *,
    box: str = "bbox_2d",
    point: str = "point_2d",
    label: str = "label",
    confidence: str = "confidence",
    arity: int = 4,
    distinct: bool = False,
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Column:
    r"""The items of a JSON list of objects, as records with the fields box, point, label and confidence.

    Args:
        of: the text to read, whole or in a ``` block; the completion if left out, thinking taken out.
        axis: the axis they lie on; None for one list per rollout, which has no verdict where the text is no such list.
        box: the key of the box.
        point: the key of the point.
        label: the key of the name; it is kept without doubled white space.
        confidence: the key of the confidence, a number in [0, 1].
        arity: how many numbers a box has; a point has half as many.
        distinct: an item that was given before is left out.
        prompt: as for :func:`boxes`.
        opened: tags that the chat template opened.

    A field that is missing, or holds nothing of the kind, is None; so are all fields of an item that is no object.
    Lists in single quotes are read where the text holds no double one. At most 513 items; JSON is bounded as
    :func:`guerdon.structure.json` says. Linear.

    >>> import guerdon as gd
    >>> text = '[{"bbox_2d": [0, 0, 2, 2], "label": "cat"}, {"bbox_2d": [4, 4, 6, 6], "label": "dog"}]'
    >>> found = gd.similarity.match(gd.vision.objects(), gd.col("golds", axis="gold"), gd.vision.overlap, key="label")
    >>> golds = [{"box": [0, 0, 2, 1], "label": "cat"}, {"box": [0, 0, 2, 1], "label": "cow"}]
    >>> found["a"].score({"completion": [text], "golds": [golds]}).nested()
    [[0.5, 0.0]]
    """
    keys = {"box": box, "point": point, "label": label, "confidence": confidence}
    defaults = {"box": "bbox_2d", "point": "point_2d", "label": "label", "confidence": "confidence"}
    for name, key in keys.items():
        if not isinstance(key, str) or not key:
            raise ValueError(f"{name}={key!r}: it is the key under which the items hold it")
    extra = {name: key for name, key in keys.items() if key != defaults[name]}
    leaf = on_axis(_leaves.objects, axis, "objects")
    return cast(
        Column,
        leaf(
            **bound(
                of, distinct=distinct or None, arity=None if arity == 4 else arity, **extra, **opening(prompt, opened)
            )
        ),
    )


def track(of: Column | None = None, *, prompt: Column | None = None, opened: Sequence[str] = ()) -> Column:
    """The boxes by frame in a text: each ``[x1, y1, x2, y2]`` after its frame's number and a colon, as in JSON. Linear.

    No verdict where there is none, one is no box, a frame comes twice, or there are more than 10,000.

    >>> import guerdon as gd
    >>> same = gd.vision.viou(gd.vision.track(), gd.col("gold"))
    >>> same.score({"completion": ["3: [0, 0, 2, 2]"], "gold": [{"3": [0, 0, 2, 2], "4": [0, 0, 2, 2]}]}).values
    array([0.5])
    """
    return cast(Column, _leaves.track(**bound(of, **opening(prompt, opened))))
