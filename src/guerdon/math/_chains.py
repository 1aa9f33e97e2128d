"""Chains of bare numbers, 10/3 = 3.33: only what holds is read as one answer, so that "5 = 6" is neither 5 nor 6.

Behind a name, as in x = 1 + 1 = 2, they are somebody's working, whose last side is the answer.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from ._limits import Unreadable
from ._rational import rational
from ._scalars import Scalar
from ._trees import Tree

_NUMBERS = ("num", "add", "mul", "div", "neg", "pow", "root", "call", "sym")
_LOOKED_AT = 4


def check_equal(sides: list[Tree]) -> None:
    """Unreadable where two of the last sides are different rational numbers, and the later no rounding of the other."""
    values = [rational(side) if side[0] in _NUMBERS else None for side in sides[-_LOOKED_AT:]]
    for place, (value, after) in enumerate(pairwise(values)):
        if value is None or after is None or value == after:
            continue
        written = sides[-len(values) :][place + 1]
        if unit_of(written, after) >= 1 or abs(value - after) >= unit_of(written, after):
            raise Unreadable("a chain of equations that does not hold")


def check_rounded(exact: Tree, rounded: list[Tree]) -> None:
    """Unreadable where what is said to be about a number is not near it: 5 is not about 6, nor about 1000."""
    if len(rounded) > _LOOKED_AT:
        raise Unreadable("too many roundings")
    numbers = [Scalar(side).real if side[0] in _NUMBERS else None for side in (exact, *rounded)]
    value = numbers[0]
    for side, number in zip(rounded, numbers[1:], strict=True):
        if value is None or number is None:
            continue
        near = unit_of(side, rational(side))
        if abs(value - number) >= (near / 2 if near > 1 else near):
            raise Unreadable("a rounded number that is far from the exact one")


def unit_of(tree: Tree, value: Fraction | None) -> Fraction:
    """What the last digit of a number counts: 0.01 for 3.14, 100 for 1200, whose zeros may be rounding."""
    literal = tree[1] if tree[0] == "neg" else tree
    if value is None or literal[0] != "num":
        return Fraction(1, 100)
    unit = Fraction(1)
    while (value / unit).denominator > 1 and unit.denominator < 10**400:
        unit /= 10
    while value and (value / unit / 10).denominator == 1:
        unit *= 10
    return unit
