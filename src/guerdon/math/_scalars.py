"""One number or expression, and whether two of them are equal: yes, no, or not decided here."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from ._fingerprint import Fingerprint, has_variables
from ._float import POINTS, Approximation
from ._limits import Unreadable
from ._rational import rational
from ._tokens import UNIT_LETTERS
from ._trees import Tree

INFINITY: Tree = ("sym", "\\infty")
_FAR = 1e-7

Verdict = bool | None

ASK: ContextVar[Callable[[Tree, Tree], Verdict] | None] = ContextVar("ASK", default=None)
"""Who is asked where two expressions are not decided: sympy, in a worker; else nobody."""


@dataclass(frozen=True)
class Scalar:
    """One number or expression, with its unit (``%``, ``degree``, words) or none."""

    tree: Tree
    unit: str = ""

    @cached_property
    def exact(self) -> Fraction | None:
        """The value, if rational."""
        return rational(self.tree)

    @cached_property
    def print(self) -> tuple[tuple[int, int] | None, bool]:
        """The fingerprint (None where it has no value), and whether a different one means a different value."""
        reader = Fingerprint()
        try:
            return reader.of(self.tree), reader.exact
        except Unreadable:
            return None, False

    @cached_property
    def has_log(self) -> bool:
        """Whether it holds a logarithm whose base is not said."""
        return "log" in repr(self.tree) and _with_log(self.tree, "e") != self.tree

    def with_log(self, base: str) -> Scalar:
        """The same with logarithms to base ``e`` or ``10`` where no base is said."""
        return Scalar(_with_log(self.tree, base), self.unit)

    def second_print(self) -> tuple[int, int] | None:
        """The fingerprint at another point, for which variables have other values."""
        try:
            return Fingerprint(point=1).of(self.tree)
        except Unreadable:
            return None

    @cached_property
    def approximations(self) -> tuple[tuple[complex | None, float], ...]:
        """The approximate values at several points (at one, without variables), each with the scale of its errors.

        None where it is not known, or where a real expression has no real value: it is not compared outside its domain.
        """
        imaginary = "i" in names_in(self.tree, constants=True)
        found: list[tuple[complex | None, float]] = []
        for point in range(POINTS if has_variables(self.tree) else 1):
            reader = Approximation(point=point)
            value = reader.of(self.tree)
            found.append((value if point == 0 or imaginary or reader.real else None, reader.scale))
        return tuple(found)

    @cached_property
    def real(self) -> float | None:
        """The approximate value of a real constant; infinities included. Used to order, never to equate."""
        if self.tree == INFINITY:
            return float("inf")
        if self.tree == ("neg", INFINITY):
            return float("-inf")
        if has_variables(self.tree):
            return None
        value, scale = self.approximations[0]
        return None if value is None or abs(value.imag) > 1e-9 * scale else value.real


def scalar(a: Scalar, b: Scalar) -> Verdict:
    """Two expressions, units aside."""
    if a.exact is not None and b.exact is not None:
        return a.exact == b.exact
    if a.tree == b.tree:
        return True
    if a.has_log or b.has_log:
        # log is to base 10 or e, and to the same one on both sides.
        return either(*(_expressions(a.with_log(base), b.with_log(base)) for base in ("e", "10")))
    return _expressions(a, b)


def _expressions(a: Scalar, b: Scalar) -> Verdict:
    left, right = a.print, b.print
    if left[0] is None or right[0] is None:
        # Without a value (a division by zero) an answer equals only what is written alike.
        return False
    if left[0] == right[0]:
        return not _apart(a, b)
    if left[1] and right[1]:
        return False
    if _apart(a, b):
        return False
    ask = ASK.get()
    return None if ask is None else ask(a.tree, b.tree)


def _apart(a: Scalar, b: Scalar) -> bool:
    """Whether approximate values show that two expressions differ."""
    for (left, left_scale), (right, right_scale) in zip(a.approximations, b.approximations, strict=False):
        if left is None or right is None:
            continue
        # Errors grow with the largest number met, so a large one proves less.
        if abs(left - right) > _FAR * max(abs(left), abs(right), 1e-6 * left_scale, 1e-6 * right_scale):
            return True
    return False


def either(one: Verdict, other: Verdict) -> Verdict:
    if one or other:
        return True
    return None if one is None or other is None else False


def _with_log(tree: Tree, base: str) -> Tree:
    ten: Tree = ("num", Fraction(10))

    def change(node: Tree) -> Tree | None:
        if node[:2] != ("call", "log") or len(node[2]) != 1:
            return None
        return ("call", "ln", node[2]) if base == "e" else ("call", "log", [*node[2], ten])

    return mapped(tree, change)


def mapped(tree: Tree, change: Callable[[Tree], Tree | None]) -> Tree:
    """A tree with some of its nodes changed."""
    changed = change(tree)
    if changed is not None:
        return changed
    return tuple(
        mapped(part, change)
        if isinstance(part, tuple)
        else [mapped(one, change) if isinstance(one, tuple) else one for one in part]
        if isinstance(part, list)
        else part
        for part in tree
    )


def without_units(tree: Tree) -> Tree | None:
    """The number of a product whose other factors, and whatever it is divided by, are letters of units."""
    if tree[0] == "div":
        above = without_units(tree[1])
        return above if above is not None and _is_unit(tree[2]) else None
    if tree[0] == "mul" and tree[1][0][0] in ("num", "neg"):
        return tree[1][0] if all(map(_is_unit, tree[1][1:])) else None
    return tree if tree[0] == "num" else None


def _is_unit(tree: Tree) -> bool:
    if tree[0] == "sym":
        return tree[1] in UNIT_LETTERS
    if tree[0] == "mul":
        return all(map(_is_unit, tree[1]))
    if tree[0] == "div":
        return _is_unit(tree[1]) and _is_unit(tree[2])
    return tree[0] == "pow" and _is_unit(tree[1])


def names_in(tree: Tree, constants: bool = False) -> set[str]:
    """The names in a tree; constants such as pi and i only where they are asked for."""
    found: set[str] = set()
    stack: list[object] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple) and len(node) == 2 and node[0] == "sym":
            if constants or node[1] not in ("\\pi", "e", "i", "\\infty"):
                found.add(node[1])
        elif isinstance(node, (tuple, list)):
            stack.extend(node)
    return found
