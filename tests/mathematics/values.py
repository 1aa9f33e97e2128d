"""What an answer is worth: numbers to 120 digits at fixed points, so that two answers are told apart for certain."""

from __future__ import annotations

import hashlib
from typing import Any

import mpmath

from . import answers as a

DIGITS = 120
POINTS = 6
"""Where letters are tried: all above zero, all below, then of either sign."""
CLOSE = mpmath.mpf(10) ** -100


def number(tree: a.Tree, point: int = 0) -> Any:
    """A scalar answer as a complex number; letters stand for numbers that depend on their name and on ``point``."""
    with mpmath.workdps(DIGITS):
        return mpmath.mpc(_number(tree, point))


def _number(tree: a.Tree, point: int) -> Any:
    def of(part: a.Tree) -> Any:
        return _number(part, point)

    match tree:
        case a.Number():
            return mpmath.mpf(tree.value.numerator) / tree.value.denominator
        case a.Name("pi"):
            return +mpmath.pi
        case a.Name("oo"):
            return mpmath.mpf(10) ** 100  # an end like no other: as good as infinite here
        case a.Name("i"):
            return mpmath.mpc(0, 1)
        case a.Name(text):
            seed = int.from_bytes(hashlib.sha256(f"{text} {point}".encode()).digest()[:6])
            size = mpmath.mpf(seed) / 2**48 + mpmath.mpf("0.25")
            return (
                -size if point == 1 or (point > 1 and seed % 2) else size
            )  # so that the root of a square is told from its base
        case a.Sum(terms):
            return mpmath.fsum([of(term) for term in terms])
        case a.Product(factors):
            return mpmath.fprod([of(factor) for factor in factors])
        case a.Negative(inside):
            return -of(inside)
        case a.Ratio(top, bottom):
            return of(top) / of(bottom)
        case a.Mixed(whole, top, bottom):
            return whole + mpmath.mpf(top) / bottom
        case a.Root(inside):
            return mpmath.sqrt(of(inside))
        case a.Power(base, exponent):
            return of(base) ** exponent
        case a.Call(function, inside):
            return getattr(mpmath, function)(of(inside))
    raise TypeError(f"no number: {tree}")


def close(left: Any, right: Any) -> bool:
    return bool(abs(left - right) <= CLOSE * max(1, abs(left), abs(right)))


def same(left: a.Tree, right: a.Tree) -> bool:
    """Whether two answers mean the same. Letters are tried at several points; order counts in tuples alone."""
    with mpmath.workdps(DIGITS):
        return all(_same(left, right, point) for point in range(POINTS))


def _same(left: a.Tree, right: a.Tree, point: int) -> bool:
    def both(x: a.Tree, y: a.Tree) -> bool:
        return _same(x, y, point)

    if isinstance(left, a.PlusMinus | a.Several) or isinstance(right, a.PlusMinus | a.Several):
        ours, theirs = (_scalars(side, point) for side in (left, right))
        if ours is None or theirs is None or len(ours) != len(theirs):
            return False
        return all(any(close(x, y) for y in theirs) for x in ours) and all(
            any(close(x, y) for y in ours) for x in theirs
        )
    match left, right:
        case (a.Word(x), a.Word(y)):
            return x.casefold() == y.casefold()
        case (a.Choice(x), a.Choice(y)):
            return x == y
        case (a.Digits(x, n), a.Digits(y, m)):
            return x == y and n == m
        case (a.Interval(), a.Interval()):
            ends = both(left.low, right.low) and both(left.high, right.high)
            return ends and (left.open_low, left.open_high) == (right.open_low, right.open_high)
        case (a.Union(x), a.Union(y)):
            return len(x) == len(y) and all(any(both(p, q) for q in y) for p in x)
        case (a.Tuple(x), a.Tuple(y)):
            return len(x) == len(y) and all(map(both, x, y))
        case (a.Matrix(x), a.Matrix(y)):
            flat = [cell for row in x for cell in row], [cell for row in y for cell in row]
            return [len(row) for row in x] == [len(row) for row in y] and all(map(both, *flat))
        case (a.Equation(), a.Equation()):
            ratios = [_difference(left, p) / _difference(right, p) for p in (10, 11, 12)]
            return all(close(ratio, ratios[0]) for ratio in ratios)
    if type(left) in STRUCTURES or type(right) in STRUCTURES:
        return False
    return close(_number(left, point), _number(right, point))


STRUCTURES = {a.Word, a.Choice, a.Digits, a.Interval, a.Union, a.Tuple, a.Matrix, a.Equation}


def _difference(equation: a.Equation, point: int) -> Any:
    return _number(equation.left, point) - _number(equation.right, point)


def _scalars(tree: a.Tree, point: int) -> list[Any] | None:
    match tree:
        case a.Several(items):
            parts = [_scalars(item, point) for item in items]
            return [x for part in parts if part for x in part] if all(parts) else None
        case a.PlusMinus(middle, away):
            m, d = _number(middle, point), _number(away, point)
            return [m + d, m - d]
    return None if type(tree) in STRUCTURES else [_number(tree, point)]
