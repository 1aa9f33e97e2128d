"""Cues: what a completion says of the things it reasons about, line by line (``cup position: (0.2, 0.4)``)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..expr.chat import read
from ..expr.columns import Column
from ..expr.inputs import NOT_GIVEN, bound, chosen
from ..expr.leaves import as_column, on_axis
from ..expr.literals import as_float, find_numbers
from ..expr.values import Failed
from ._reading import plain_name

MOST_CUES = 512
"""Who says more than this is not reasoning."""

_LONGEST_LINE = 400
_LONGEST = 200_000
_MARKS = "*_`-#>•[]\"' \t"
_TAG = re.compile(r"</?[A-Za-z_]{1,32}>")
_NUMBERED = re.compile(r"[0-9]{1,3}[.)]")
_ANGLES = ("orientation", "angle", "yaw")
_JOINTS = (" of the ", " of ")


def read_cues(text: str, kinds: Sequence[str]) -> list[dict[str, Any]]:
    r"""Every line ``NAME KIND: VALUE`` (or ``KIND of NAME = VALUE``), as records ``name``, ``kind``, ``value``. Linear.

    The value is a tuple of the one to eight numbers that follow. Of what is said twice of one thing the first counts,
    so that guessing again and again gains nothing.

    >>> read_cues("1. [red cup] position: (0.2, 0.4)\nThe depth of the cup = 1.1 m", ["position", "depth"])
    [{'name': 'redcup', 'kind': 'position', 'value': (0.2, 0.4)}, {'name': 'cup', 'kind': 'depth', 'value': (1.1,)}]
    """
    known = {plain_name(kind): kind for kind in kinds}
    found: dict[tuple[str, str], tuple[float, ...]] = {}
    for line in _TAG.sub("\n", text).splitlines():
        head, mark, tail = _parted(line[:_LONGEST_LINE])
        named = _named(_unnumbered(head.strip(_MARKS)).strip(_MARKS), known) if mark else None
        if named is None or named in found:
            continue
        values = [as_float(number.value) for number in find_numbers(tail, thousands=False)]
        numbers = tuple(value for value in values if value is not None)
        if 0 < len(numbers) <= 8 and len(numbers) == len(values):
            found[named] = numbers
    return [{"name": name, "kind": kind, "value": value} for (name, kind), value in found.items()]


def cues(*kinds: str, of: Column | None = None, axis: str = "cue") -> Column:
    r"""What a text says of things, line by line: records ``name``, ``kind`` and ``value``, on an axis. Linear.

    Args:
        kinds: what may be said of a thing, such as ``"position"``, ``"depth"``, ``"size"``, ``"orientation"``.
        of: the text to read, such as ``gd.text.reasoning()``; if left out the whole completion, thinking too.
        axis: the axis they lie on.

    Read are ``red cup position: (0.2, 0.4)`` and ``depth of the red cup = 1.1 m``, with or without list marks and
    brackets; and ``gap: 0.12``, whose name is empty. ``value`` is a tuple of one to eight numbers, ``name`` has
    neither case, white space nor punctuation. Said twice, the first counts. More than 512 cues are none; what
    stands beyond 200,000 characters is not read.

    >>> import guerdon as gd
    >>> gd.geo.cues("position").count().score({"completion": ["cup position: (0.2, 0.4)\ncup position: (0, 0)"]}).values
    array([1.])
    """
    if not kinds or not all(isinstance(kind, str) and plain_name(kind) for kind in kinds):
        raise ValueError(f"kinds are the words that a cue is told by, such as 'position', not {kinds!r}")
    return as_column(on_axis(cues_leaf, axis, "cues")(**bound(of, kinds=kinds)))


def cues_leaf(kinds: Sequence[str], completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN) -> list[dict[str, Any]]:
    """See ``gd.geo.cues``."""
    text = read(chosen(completion, of))
    found = read_cues("" if text is None else text.text[:_LONGEST], kinds)
    if len(found) > MOST_CUES:
        raise Failed(f"more than {MOST_CUES} cues")
    return found


@dataclass(frozen=True)
class cue_credit:
    """What a cue is worth beside its annotation, in [0, 1]: a function of two items, for ``gd.similarity.match``.

    It falls in a straight line to 0 at a tolerance that fits what was said. An annotation is a record like a cue; its
    value may be a number. Other lengths than the annotation's are worth 0.

    Attributes:
        point: for several numbers (a place): how far off, in the units of the annotation.
        metric: for one number: the error as a share of the annotation (the error itself where that is 0).
        angle: for one number of a kind ``orientation``, ``angle`` or ``yaw``: degrees, the short way round.
        norm: how far off a place is: ``l1`` (the sum of the differences) or ``l2``.

    >>> round(cue_credit()({"value": (1.1,)}, {"kind": "depth", "value": 1.0}), 3)
    0.6
    """

    point: float = 0.1
    metric: float = 0.25
    angle: float = 30.0
    norm: Literal["l1", "l2"] = "l1"

    def __post_init__(self) -> None:
        for name in ("point", "metric", "angle"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"cue_credit: {name}={getattr(self, name)!r} must be a finite number above 0")

    def __call__(self, a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
        right = b["value"] if isinstance(b["value"], (list, tuple)) else (b["value"],)
        gold = tuple(float(number) for number in right)
        said: tuple[float, ...] = tuple(a["value"])
        if len(said) != len(gold):
            return 0.0
        gaps = [abs(x - y) for x, y in zip(said, gold, strict=True)]
        if len(gold) > 1:
            return max(0.0, 1.0 - (math.hypot(*gaps) if self.norm == "l2" else sum(gaps)) / self.point)
        if plain_name(str(b.get("kind", ""))) in _ANGLES:
            turn = math.fmod(gaps[0], 360.0)
            return max(0.0, 1.0 - min(turn, 360.0 - turn) / self.angle)
        return max(0.0, 1.0 - gaps[0] / (abs(gold[0]) or 1.0) / self.metric)


def cue_key(cue: Mapping[str, Any]) -> list[str]:
    """What a cue and its annotation share: of what thing it is said, and of what kind; for ``match(key=cue_key)``.

    >>> cue_key({"name": "Red cup", "kind": "position"})
    ['redcup', 'position']
    """
    return [plain_name(str(cue.get("name") or "")), plain_name(str(cue.get("kind") or ""))]


def _parted(line: str) -> tuple[str, bool, str]:
    places = [place for place in (line.find(":"), line.find("=")) if place >= 0]
    if not places:
        return line, False, ""
    return line[: min(places)], True, line[min(places) + 1 :]


def _unnumbered(head: str) -> str:
    number = _NUMBERED.match(head)
    return head[number.end() :] if number else head


def _named(head: str, known: Mapping[str, str]) -> tuple[str, str] | None:
    """The thing and the kind that the words before the colon name; the kind alone is said of no thing in particular."""
    if plain_name(head) in known:
        return "", known[plain_name(head)]
    for joint in _JOINTS:
        kind, found, name = head.partition(joint)
        if found:
            words = kind.split()
            if words and plain_name(words[-1]) in known and plain_name(name):
                return plain_name(name), known[plain_name(words[-1])]
    name, _, kind = head.rpartition(" ")
    name = name.removeprefix("the ").removeprefix("The ").removesuffix("'s")
    if plain_name(kind) in known and plain_name(name):
        return plain_name(name), known[plain_name(kind)]
    return None
