"""Operators and pointwise functions of scores."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from .build import lift, number_of, pointwise, score_node
from .node import Expr

if TYPE_CHECKING:
    from .score import Score

Operand: TypeAlias = "Score | float | bool"


class Arithmetic(Expr):
    """Every operator works cell by cell; an operand on outer axes is repeated for the pieces inside.

    A result that is not a finite number (``1 / 0``, ``log`` of 0, overflow) is unscored with reason ``domain``.
    """

    __slots__ = ()

    def __add__(self, other: Operand) -> Score:
        return pointwise("add", a=self, b=other)

    def __radd__(self, other: Operand) -> Score:
        return pointwise("add", a=other, b=self)

    def __sub__(self, other: Operand) -> Score:
        return pointwise("sub", a=self, b=other)

    def __rsub__(self, other: Operand) -> Score:
        return pointwise("sub", a=other, b=self)

    def __mul__(self, other: Operand) -> Score:
        return pointwise("mul", a=self, b=other)

    def __rmul__(self, other: Operand) -> Score:
        return pointwise("mul", a=other, b=self)

    def __truediv__(self, other: Operand) -> Score:
        return pointwise("div", a=self, b=other)

    def __rtruediv__(self, other: Operand) -> Score:
        return pointwise("div", a=other, b=self)

    def __pow__(self, other: Operand) -> Score:
        return pointwise("pow", a=self, b=other)

    def __rpow__(self, other: Operand) -> Score:
        return pointwise("pow", a=other, b=self)

    def __neg__(self) -> Score:
        return pointwise("neg", x=self)

    def __pos__(self) -> Score:
        return number_of(self)

    def __lt__(self, other: Operand) -> Score:
        return pointwise("lt", a=self, b=other)

    def __le__(self, other: Operand) -> Score:
        return pointwise("le", a=self, b=other)

    def __gt__(self, other: Operand) -> Score:
        return pointwise("gt", a=self, b=other)

    def __ge__(self, other: Operand) -> Score:
        return pointwise("ge", a=self, b=other)

    def __eq__(self, other: object) -> Score:  # type: ignore[override]  # comparisons build expressions
        return pointwise("eq", a=self, b=other)

    def __ne__(self, other: object) -> Score:  # type: ignore[override]
        return pointwise("ne", a=self, b=other)

    __hash__ = Expr.__hash__

    def __and__(self, other: Operand) -> Score:
        return pointwise("and", a=self, b=other)

    def __rand__(self, other: Operand) -> Score:
        return pointwise("and", a=other, b=self)

    def __or__(self, other: Operand) -> Score:
        return pointwise("or", a=self, b=other)

    def __ror__(self, other: Operand) -> Score:
        return pointwise("or", a=other, b=self)

    def __invert__(self) -> Score:
        return pointwise("not", x=self)

    def __abs__(self) -> Score:
        return pointwise("abs", x=self)

    def abs(self) -> Score:
        """The absolute value.

        >>> import guerdon as gd
        >>> gd.col("x").abs().score({"x": [-2, 3]}).values
        array([2., 3.])
        """
        return pointwise("abs", x=self)

    def sign(self) -> Score:
        """-1, 0 or 1."""
        return pointwise("sign", x=self)

    def floor(self) -> Score:
        """The largest whole number not above."""
        return pointwise("floor", x=self)

    def round(self) -> Score:
        """The nearest whole number; halves go to the even neighbour."""
        return pointwise("round", x=self)

    def sqrt(self) -> Score:
        """The square root; unscored (``domain``) below 0."""
        return pointwise("sqrt", x=self)

    def exp(self) -> Score:
        """e to the power of the score; unscored (``domain``) on overflow."""
        return pointwise("exp", x=self)

    def log(self) -> Score:
        """The natural logarithm; unscored (``domain``) at and below 0."""
        return pointwise("log", x=self)

    def sigmoid(self) -> Score:
        """1 / (1 + exp(-s)), computed without overflow; range (0, 1).

        >>> import guerdon as gd
        >>> gd.col("x").sigmoid().score({"x": [0, 2]}).values.round(4)
        array([0.5   , 0.8808])
        """
        return pointwise("sigmoid", x=self)

    def log_sigmoid(self) -> Score:
        """log(sigmoid(s)) = -log(1 + exp(-s)), computed without overflow; range (-inf, 0)."""
        return pointwise("log_sigmoid", x=self)

    def tanh(self) -> Score:
        """The hyperbolic tangent; range (-1, 1)."""
        return pointwise("tanh", x=self)

    def clip(self, low: Operand | None = None, high: Operand | None = None) -> Score:
        """The score held between two bounds, either of which may be left out or be an expression.

        >>> import guerdon as gd
        >>> gd.col("x").clip(-1, 1).score({"x": [-3, 0.5, 3]}).values
        array([-1. ,  0.5,  1. ])
        """
        result = number_of(self)
        if low is not None:
            result = pointwise("max", a=result, b=low)
        if high is not None:
            result = pointwise("min", a=result, b=high)
        return result

    def piecewise(self, knots: Sequence[tuple[float, float]]) -> Score:
        """Straight lines through the knots ``(x, y)``, flat outside the first and last.

        Args:
            knots: at least one pair, with strictly increasing x.

        >>> import guerdon as gd
        >>> gd.col("x").piecewise([(0, 1), (10, 0)]).score({"x": [-5, 5, 20]}).values
        array([1. , 0.5, 0. ])
        """
        points = tuple((float(lift(x).param("value")), float(lift(y).param("value"))) for x, y in knots)
        if not points or any(a[0] >= b[0] for a, b in pairwise(points)):
            raise ValueError("piecewise needs at least one knot (x, y), with strictly increasing x")
        x = number_of(self)
        return score_node("piecewise", {"x": x}, {"knots": points}, x.axes)

    def isscored(self) -> Score:
        """1 where there is a number (scored or failed), 0 where there is none. Never unscored itself.

        >>> import guerdon as gd
        >>> gd.col("x").isscored().score({"x": [1, None]}).values
        array([1., 0.])
        """
        return pointwise("isscored", x=self)
