"""Chains of bare values, 10/3 = 3.33: only what holds is read as one answer, so that "5 = 6" is neither 5 nor 6.

Behind a name, as in x = 1 + 1 = 2, they are somebody's working, whose last side is the answer.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from ._fingerprint import has_variables
from ._limits import Unreadable
from ._rational import rational
from ._scalars import INFINITY, Scalar
from ._trees import Tree

_NUMBERS = ("num", "add", "mul", "div", "neg", "pow", "root", "call", "sym", "percent", "unit")
_SEVERAL = ("group", "list", "matrix", "sets", "ratio", "text", "both", "relation")
_LOOKED_AT = 4


def check_equal(sides: list[Tree]) -> None:
    """Unreadable where two of the last sides are different numbers, and the later no rounding of the earlier."""
    if sides[0][0] == "ratio" and sides[0][3]:
        raise Unreadable("a range that equals something")
    if len(sides) > 2 and has_variables(sides[-1]) and sides[0][0] in _NUMBERS and not has_variables(sides[0]):
        raise Unreadable("a number that equals an expression")
    for side, after in pairwise(sides[-_LOOKED_AT:]):
        if after[0] in _SEVERAL and side[0] in _NUMBERS and not has_variables(side):
            raise Unreadable("a number that equals what is no number")
        if "unit" in (side[0], after[0]):
            continue  # 1 m = 100 cm
        one, other = rational(side), rational(after)
        if one is not None and one == other:
            continue
        unit = unit_of(after)
        if _far(side, after, float(unit) if unit is not None and unit < 1 else 1e-6):
            raise Unreadable("a chain of equations that does not hold")


def check_rounded(exact: Tree, rounded: list[Tree]) -> None:
    """Unreadable where what is said to be about a number is not near it: 5 is not about 6, nor about 1000."""
    if len(rounded) > _LOOKED_AT:
        raise Unreadable("too many roundings")
    for side in rounded:
        unit = unit_of(side)
        near = 0.01 if unit is None else float(unit / 2 if unit > 1 else unit)
        if _value(exact) is None or _value(side) is None or _far(exact, side, near):
            raise Unreadable("a rounded number that is far from the exact one")


def _far(one: Tree, other: Tree, near: float) -> bool:
    """Whether two numbers are known and apart by ``near`` or more."""
    left, right = _value(one), _value(other)
    return left is not None and right is not None and left != right and not abs(left - right) < near


def _value(tree: Tree) -> complex | None:
    """The approximate value of a number without its unit; None where it has no value."""
    if tree[0] == "percent":
        inside = _value(tree[1])
        return None if inside is None else inside / 100
    while tree[0] == "unit":
        tree = tree[1]
    if tree in (INFINITY, ("neg", INFINITY)):
        return Scalar(tree).real
    if tree[0] not in _NUMBERS or has_variables(tree):
        return None
    return Scalar(tree).approximations[0][0]


def unit_of(tree: Tree) -> Fraction | None:
    """What the last digit of a written number counts: 0.01 for 3.14, 100 for 1200, whose zeros may be rounding."""
    while tree[0] in ("neg", "percent", "unit"):
        if tree[0] == "percent":
            inside = unit_of(tree[1])
            return None if inside is None else inside / 100
        tree = tree[1]
    if tree[0] != "num":
        return None
    unit, value = Fraction(1), tree[1]
    while (value / unit).denominator > 1 and unit.denominator < 10**400:
        unit /= 10
    while value and (value / unit / 10).denominator == 1:
        unit *= 10
    return unit
