"""Layouts: things on a plan, whoever drew it and whichever way up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..expr.chat import read
from ..expr.columns import Column
from ..expr.function import function
from ..expr.inputs import as_text
from ..expr.literals import as_float, find_numbers
from ..expr.node import Expr
from ..expr.score import Score
from ..expr.values import Failed, Unscored
from ._reading import plain_name

MOST_THINGS = 512
"""More things than this are no layout."""

_LONGEST = 100_000

Point = tuple[float, float]


def read_layout(text: str) -> dict[str, Point]:
    r"""The middle of each thing: lines ``NAME: [x1, y1, x2, y2, …]``, corners of its outline. Linear.

    Of a thing named twice the first line counts. Lines without an even number of numbers are left out.

    >>> read_layout("bed: [0, 0, 2, 1]\ndesk: (3, 3)")
    {'bed': (1.0, 0.5), 'desk': (3.0, 3.0)}
    """
    found: dict[str, Point] = {}
    for line in text.splitlines():
        name, colon, tail = line.partition(":")
        values = [as_float(number.value) for number in find_numbers(tail[:400], thousands=False)] if colon else []
        numbers = [value for value in values if value is not None and abs(value) <= 1e9]
        if plain_name(name) and len(numbers) >= 2 and len(numbers) % 2 == 0 and len(numbers) == len(values):
            found.setdefault(plain_name(name), _middle(numbers))
    return found


def layout(a: Column, b: Column, tolerance: float = 1.0) -> Score:
    r"""How well a plan of named things agrees with the true one, however it is turned and shifted, in [0, 1].

    The things that both name are laid over one another by the best turn and shift (no mirroring, no scaling; least
    squares over the middles). Each true thing then earns ``max(0, 1 - distance /
    tolerance)``, one that is not named 0; the score is the mean. Fewer than two things in common show no layout: 0,
    unless there is but one true thing.

    Args:
        a: the plan as text: lines ``bed: [0, 0, 2, 1]``, the corners of each outline.
        b: the true plan: such a text, or a mapping from names to lists of coordinates. Missing: the row is unscored.
        tolerance: the distance at which nothing is earned.

    Failed, as 0: no plan, or more than 512 things or 100,000 characters. Linear.

    >>> import guerdon as gd
    >>> plan = {"bed": [0, 0], "desk": [4, 0], "lamp": [0, 2]}
    >>> turned = "bed: [9, 9]\ndesk: [9, 13]\nlamp: [7, 9]"
    >>> gd.geo.layout(gd.col("completion"), gd.col("plan")).score({"completion": [turned], "plan": [plan]}).values
    array([1.])
    """
    if not 0 < tolerance < math.inf:
        raise ValueError(f"tolerance={tolerance!r} must be a finite number above 0")
    if not isinstance(a, Expr):
        raise TypeError(f"a is the plan to judge, an expression such as gd.text.tag('map'), not {a!r:.80}")
    extra = {} if tolerance == 1.0 else {"tolerance": float(tolerance)}
    return layout_leaf(a=a, b=b, **extra)


@function(returns="score", version="1", fails_as=0.0, bounds=(0.0, 1.0), name="layout")
def layout_leaf(a: Any, b: Any, tolerance: float = 1.0) -> float:
    """See ``gd.geo.layout``."""
    gold = _true_plan(b)
    text = read(as_text(a))
    if text is not None and len(text.text) > _LONGEST:
        raise Failed(f"a plan of more than {_LONGEST} characters")
    said = read_layout("" if text is None else text.text)
    if not said:
        raise Failed("no layout")
    if len(said) > MOST_THINGS:
        raise Failed(f"more than {MOST_THINGS} things")
    both = [name for name in gold if name in said]
    if not both or (len(both) == 1 and len(gold) > 1):
        return 0.0
    off = _offsets([said[name] for name in both], [gold[name] for name in both])
    return math.fsum(max(0.0, 1.0 - gap / tolerance) for gap in off) / len(gold)


def _true_plan(b: Any) -> dict[str, Point]:
    if isinstance(b, str):
        b_read = read_layout(b)
    elif isinstance(b, Mapping):
        b_read = {plain_name(str(name)): _middle([float(x) for x in place]) for name, place in b.items()}
    else:
        b_read = {}
    if not b_read:
        raise Unscored("no layout to compare with")
    return b_read


def _middle(numbers: list[float]) -> Point:
    xs, ys = numbers[::2], numbers[1::2]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _offsets(one: list[Point], two: list[Point]) -> list[float]:
    """How far each point of ``one`` lies from its fellow, after the best turn and shift."""
    n = len(one)
    a = [complex(*point) for point in one]
    b = [complex(*point) for point in two]
    middle_a, middle_b = sum(a) / n, sum(b) / n
    # The best turn points along the sum of b * conjugate(a), both taken from their middles.
    turn = sum((y - middle_b) * (x - middle_a).conjugate() for x, y in zip(a, b, strict=True))
    size = abs(turn)
    turn = turn / size if size > 0 else 1 + 0j
    return [abs((x - middle_a) * turn - (y - middle_b)) for x, y in zip(a, b, strict=True)]
