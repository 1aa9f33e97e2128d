"""The exact value of a tree whose every part is rational, within bounds; None for anything else."""

from __future__ import annotations

import math
from fractions import Fraction

from ._limits import MAX_BITS, MAX_FACTORIAL
from ._trees import Tree


def rational(tree: Tree, sign: int = 1) -> Fraction | None:
    """The value of a tree, or None where it is irrational, unknown or too long. ``sign``: what a plus-minus sign is.

    >>> from guerdon.math._parse import parse
    >>> rational(parse("1/3 + 1/6"))
    Fraction(1, 2)
    """
    kind = tree[0]
    if kind == "num":
        found: Fraction = tree[1]
        return found
    if kind == "pm":
        return Fraction(sign * tree[1])
    if kind in ("add", "mul"):
        total = Fraction(kind == "mul")
        for part in tree[1]:
            value = rational(part, sign)
            if value is None:
                return None
            total = total + value if kind == "add" else total * value
            if not _short(total):
                return None
        return total
    if kind == "div":
        above, below = rational(tree[1], sign), rational(tree[2], sign)
        return None if above is None or not below else _bounded(above / below)
    if kind in ("neg", "unit"):
        inner = rational(tree[1], sign)
        return inner if inner is None or kind == "unit" else -inner
    if kind == "percent":
        inner = rational(tree[1], sign)
        return None if inner is None else inner / 100
    if kind == "pow":
        base, exponent = rational(tree[1], sign), rational(tree[2], sign)
        return None if base is None or exponent is None else rational_power(base, exponent)
    if kind == "root":
        base, degree = rational(tree[2], sign), rational(tree[1], sign)
        return None if base is None or not degree else rational_power(base, 1 / degree)
    if kind == "call":
        values = [rational(argument, sign) for argument in tree[2]]
        return _called(tree[1], [value for value in values if value is not None]) if None not in values else None
    return None


def rational_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """base**exponent where it is rational and short, else None. Odd roots of negative numbers are the real ones."""
    degree = exponent.denominator
    if degree > 1:
        if base < 0 and degree % 2 == 0:
            return None
        root = _root(abs(base), degree)
        if root is None:
            return None
        base = root if base > 0 or base == 0 else -root
    n = exponent.numerator
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if abs(base) not in (0, 1) and abs(n) * (bits - 1) > MAX_BITS:
        return None
    if base == 0:
        return Fraction(0) if n > 0 else None
    if abs(base) == 1:
        return base if n % 2 else Fraction(1)
    return base**n


def _root(value: Fraction, degree: int) -> Fraction | None:
    above, below = integer_root(value.numerator, degree), integer_root(value.denominator, degree)
    return None if above is None or below is None else Fraction(above, below)


def integer_root(n: int, degree: int) -> int | None:
    """The exact root of a non-negative integer, or None where it has none."""
    if n < 2:
        return n
    if degree > n.bit_length():
        return None
    if degree == 2:
        found = math.isqrt(n)
        return found if found * found == n else None
    # Newton's iteration from above: it falls until it stands on the root or just below it.
    found = 1 << (n.bit_length() // degree + 1)
    while True:
        lower = ((degree - 1) * found + n // found ** (degree - 1)) // degree
        if lower >= found:
            return found if found**degree == n else None
        found = lower


def _called(name: str, values: list[Fraction]) -> Fraction | None:
    whole = all(value.denominator == 1 for value in values)
    first = values[0] if values else Fraction(0)
    if name == "abs" and len(values) == 1:
        return abs(first)
    if name in ("floor", "ceil") and len(values) == 1:
        return Fraction(math.floor(first) if name == "floor" else math.ceil(first))
    if name in ("max", "min") and values:
        return max(values) if name == "max" else min(values)
    if name == "factorial" and len(values) == 1 and whole and 0 <= first <= 500:
        return _bounded(Fraction(math.factorial(int(first))))
    if name == "binom" and len(values) == 2 and whole and values[1] >= 0 and 0 <= first <= MAX_FACTORIAL:
        if values[1] > first:
            return Fraction(0)
        k = min(int(values[1]), int(first - values[1]))
        return _bounded(Fraction(math.comb(int(first), k))) if k <= 1000 else None
    if name in ("gcd", "lcm") and values and whole:
        integers = [int(value) for value in values]
        return _bounded(Fraction(math.gcd(*integers) if name == "gcd" else math.lcm(*integers)))
    return None


def _short(value: Fraction) -> bool:
    return value.numerator.bit_length() <= MAX_BITS and value.denominator.bit_length() <= MAX_BITS


def _bounded(value: Fraction) -> Fraction | None:
    return value if _short(value) else None
