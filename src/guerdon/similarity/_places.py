"""Where the right answers stand in a list, as reciprocal places."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import cache, lru_cache
from typing import Any

from ..expr.canonical import digest
from ..expr.function import Function, function
from ..expr.node import Expr
from ..expr.normal import as_number, check_normalize, plain_text, squad_text
from ..expr.score import Score
from ..expr.values import Unscored
from . import _named
from ._assign import MOST

Equal = str | Callable[[Any, Any], Any]


def places(items: Any, golds: Any, equal: Equal = "text", *, power: float = 1.0, dedupe: bool = True) -> Score:
    """For each right answer, 1 over the place where it stands in a list, to a power; 0 where it does not stand there.

    Args:
        items: the list, best first, on an axis of its own.
        golds: the right answers, on another axis; or one, flat (a list there means any of them). Missing: unscored.
        equal: ``exact``, ``text``, ``squad`` or ``number``, as in ``gd.text.equal`` (numbers and other values count as
            written); or a function of an item and a right answer, of which any truth is a yes.
        power: of the place: 1 gives reciprocal ranks.
        dedupe: whether a repeated item is left out before places are counted; else it takes a place, and its first one
            counts.

    Returns:
        Scores in [0, 1] on the axis of ``golds``, or one per rollout where that is flat.

    Only the first 512 items count (after ``dedupe``). Linear, but with a function for ``equal`` quadratic in at most
    512 items.

    >>> import guerdon as gd
    >>> rank = gd.similarity.places(gd.col("said", axis="said"), gd.col("gold"))
    >>> rank.score({"said": [["B", "B", "A"], ["B"], []], "gold": ["a", "a", "a"]}).values
    array([0.5, 0. , 0. ])
    """
    if not callable(equal):
        check_normalize(equal)
    if not isinstance(items, Expr) or len(items.axes) != 1:
        raise TypeError(f"places: items is a list on one axis, such as gd.col('said', axis='said'), not {items!r}")
    if not isinstance(golds, Expr) or len(golds.axes) > 1:
        raise TypeError(f"places: golds is a column, flat or on one axis, not {golds!r}")
    if not 0 < power < 64:
        raise ValueError(f"places: power={power!r} is a number above 0 and below 64")
    axis = golds.axes[0].name if golds.axes else None
    if axis == items.axes[0].name:
        raise ValueError(f"places: items and golds both lie on an axis named {axis!r}: give one of them another name")
    made, constants = _named.leaf(placed if axis else placed_any, _leaf(axis), {"equal": equal})
    constants.update({"power": float(power)} if power != 1 else {}, **({} if dedupe else {"dedupe": False}))
    record = made(items=items, golds=golds, **constants)
    found: Score = record["places"] if axis else record["place"]
    return found.clip(0, 1)  # a number with bounds, where the record holds anything


@cache
def _leaf(axis: str | None) -> Callable[[Callable[..., Any]], Function]:
    axes = {"places": axis} if axis else {"unused": "unused"}
    return lru_cache(maxsize=64)(function(returns="column", axes=axes, version="1", cost="cheap", name="places"))


def placed(
    items: Any, golds: Sequence[Any], equal: Any = "text", power: float = 1.0, dedupe: bool = True
) -> dict[str, Any]:
    """The plain function behind :func:`places`.

    >>> placed(["x", "y", "x", "z"], ["z", "q"])["places"]
    [0.3333333333333333, 0.0]
    """
    found = ranks(items or [], golds, equal, dedupe)
    return {"places": [0.0 if place is None else float(place) ** -power for place in found]}


def placed_any(items: Any, golds: Any, equal: Any = "text", power: float = 1.0, dedupe: bool = True) -> dict[str, Any]:
    """The same for one right answer, or for whichever of several comes first."""
    if golds is None:
        raise Unscored("no reference")
    found = placed(items, golds if isinstance(golds, (list, tuple)) else [golds], equal, power, dedupe)
    return {"place": max(found["places"], default=0.0)}


def ranks(items: Sequence[Any], golds: Sequence[Any], equal: Any = "text", dedupe: bool = True) -> list[int | None]:
    """The place of each right answer in a list, from 1; None where it is not in it.

    >>> ranks(["b", "B", "a"], ["A", "c"])
    [2, None]
    """
    same = _named.call_of(equal)
    if callable(same):
        kept = distinct(items, same) if dedupe else list(items[:MOST])
        return [next((i for i, item in enumerate(kept, 1) if same(item, gold)), None) for gold in golds]
    first: dict[Hashable, int] = {}
    count = 0
    for item in items:
        name = key_of(item, same)
        if name not in first or not dedupe:
            count += 1
            if count > MOST:
                break
            first.setdefault(name, count)
    return [first.get(key_of(gold, same)) for gold in golds]


def distinct(items: Sequence[Any], equal: Any = "text") -> list[Any]:
    """A list without what it repeats: the first 512 different items, in order.

    >>> distinct(["Paris", "paris ", "Rome"])
    ['Paris', 'Rome']
    """
    same = _named.call_of(equal)
    kept: list[Any] = []
    if callable(same):
        for item in items[: 8 * MOST]:
            if len(kept) < MOST and not any(same(item, one) for one in kept):
                kept.append(item)
        return kept
    seen = set()
    for item in items:
        name = key_of(item, same)
        if name not in seen and len(kept) < MOST:
            seen.add(name)
            kept.append(item)
    return kept


def same(a: Any, b: Any, normalize: str = "text") -> float:
    """1 where two items count as equal, else 0: what a pair is worth, for :func:`match`.

    >>> same("Paris", "paris "), same(1, "1"), same("a", "b")
    (1.0, 1.0, 0.0)
    """
    return float(key_of(a, normalize) == key_of(b, normalize))


def key_of(item: Any, normalize: Any = "text") -> Hashable:
    """What two items that count as equal share. Linear.

    >>> key_of("Paris ") == key_of("paris"), key_of(3) == key_of("3"), key_of(3.0) == key_of(3)
    (True, True, True)
    """
    if isinstance(item, float) and item.is_integer() and abs(item) < 2**53:
        item = int(item)
    if isinstance(item, (int, float)) and not isinstance(item, bool):
        item = repr(item) if not isinstance(item, int) or item.bit_length() < 4000 else hex(item)
    if not isinstance(item, str):
        try:
            return digest(item)
        except (TypeError, ValueError):
            return object()  # equal to nothing
    if normalize == "number":
        exact = as_number(item)
        return item if exact is None else exact
    if normalize == "exact":
        return item
    return squad_text(item) if normalize == "squad" else plain_text(item)


@cache
def _repeats_leaf(axis: str) -> Function:
    found: Function = function(
        returns="score", axis=axis, version="1", cost="cheap", fails_as=1.0, bounds=(0.0, 1.0), higher_is_better=False
    )(repeated)
    return found


def repeats(items: Any, normalize: str = "text") -> Score:
    """1 for each item of a list that was in it before, else 0, on the axis of the list; lower is better. Linear.

    >>> import guerdon as gd
    >>> gd.similarity.repeats(gd.col("said", axis="said")).score({"said": [["Paris", "Rome", "paris "]]}).nested()
    [[0.0, 0.0, 1.0]]
    """
    check_normalize(normalize)
    if not isinstance(items, Expr) or len(items.axes) != 1:
        raise TypeError(f"repeats: items is a list on one axis, such as gd.col('said', axis='said'), not {items!r}")
    found: Score = _repeats_leaf(items.axes[0].name)(
        items=items, **({} if normalize == "text" else {"normalize": normalize})
    )
    return found


def repeated(items: Sequence[Any], normalize: str = "text") -> list[float]:
    """The plain function behind :func:`repeats`."""
    seen: set[Any] = set()
    marks = []
    for item in items:
        name = key_of(item, normalize)
        marks.append(float(name in seen))
        seen.add(name)
    return marks
