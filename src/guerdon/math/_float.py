"""An approximate value of a tree: it may show that two are different, or order them, and never that two are equal."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from hashlib import blake2b

from ._rational import rational
from ._trees import Tree

_FUNCTIONS: dict[str, Callable[[complex], complex]] = {
    "sin": cmath.sin, "cos": cmath.cos, "tan": cmath.tan, "ln": cmath.log, "exp": cmath.exp, "sqrt": cmath.sqrt,
    "arcsin": cmath.asin, "arccos": cmath.acos, "arctan": cmath.atan, "sinh": cmath.sinh, "cosh": cmath.cosh,
    "tanh": cmath.tanh, "abs": lambda z: complex(abs(z)), "cot": lambda z: 1 / cmath.tan(z),
    "sec": lambda z: 1 / cmath.cos(z), "csc": lambda z: 1 / cmath.sin(z),
}  # fmt: skip


class _Unknown(Exception):
    """The value is not known, or no float holds it."""


class Approximation:
    """Reads trees as complex floats.

    ``scale`` is the largest number met on the way, by which errors are judged; ``real`` says whether all were real.
    """

    def __init__(self, sign: int = 1, point: int = 0) -> None:
        self.sign = sign
        self.point = point
        self.scale = 1.0
        self.real = True

    def of(self, tree: Tree) -> complex | None:
        """The value, or None where it is not known."""
        try:
            value = self.value(tree)
        except (_Unknown, ArithmeticError, ValueError):
            return None
        return value if cmath.isfinite(value) else None

    def value(self, tree: Tree) -> complex:
        """The value; raises where there is none."""
        found = self.raw(tree)
        if abs(found.imag) > 1e-9 * abs(found):
            self.real = False
        size = abs(found)
        if size > self.scale:
            self.scale = size
        return found

    def raw(self, tree: Tree) -> complex:
        kind = tree[0]
        if kind == "num":
            return complex(float(tree[1]))
        if kind == "sym":
            return self.named(tree[1])
        if kind == "add":
            return sum((self.value(part) for part in tree[1]), 0j)
        if kind == "mul":
            total = 1 + 0j
            for part in tree[1]:
                total *= self.value(part)
            return total
        if kind == "neg":
            return -self.value(tree[1])
        if kind == "div":
            below = self.value(tree[2])
            if abs(below) < 1e-12 * self.scale:
                raise _Unknown
            return self.value(tree[1]) / below
        if kind == "pm":
            return complex(self.sign * tree[1])
        if kind in ("unit", "percent"):
            return self.value(tree[1]) / (100 if kind == "percent" else 1)
        if kind == "pow":
            return self.power(self.value(tree[1]), self.value(tree[2]), tree[2])
        if kind == "root":
            return self.power(self.value(tree[2]), 1 / self.value(tree[1]), ("div", ("num", 1), tree[1]))
        if kind == "call":
            return self.called(tree[1], tree[2])
        if kind == "text" and len(tree[1]) < 6 and tree[1].isalpha():
            return math.prod((self.named(letter) for letter in tree[1]), start=1 + 0j)
        raise _Unknown

    def named(self, name: str) -> complex:
        if name == "\\pi":
            return complex(math.pi)
        if name == "e":
            return complex(math.e)
        if name == "i":
            return 1j
        if name.startswith(("\\infty", "\\ldots", "\\emptyset", "\\mathbb")):
            raise _Unknown
        size = _sample(name, self.point)
        # Positive at the first point, negative at the second, then one or the other: a root of x^2 is not x.
        negative = self.point == 1 or (self.point > 1 and ord(name[-1]) >> (self.point - 2) & 1 == 1)
        return complex(-size if negative else size)

    def power(self, base: complex, exponent: complex, tree: Tree) -> complex:
        base = complex(base.real, base.imag + 0.0)  # -0.0 would be the other side of the cut
        if base == 0:
            if exponent.real > 0:
                return 0j
            raise _Unknown
        if abs(exponent) * abs(math.log(abs(base))) > 600:
            raise _Unknown
        if base.imag == 0 and base.real < 0:
            degree = rational(tree, self.sign)
            # Odd roots of negative numbers are the real ones, as in the exact path.
            if degree is not None and degree.denominator % 2:
                size = abs(base.real) ** float(degree)
                return complex(-size if degree.numerator % 2 else size)
        return base**exponent

    def called(self, name: str, arguments: list[Tree]) -> complex:
        known = rational(("call", name, arguments), self.sign)
        if known is not None:
            return complex(float(known))
        if name in ("ln", "log") and len(arguments) == 2:
            return cmath.log(self.value(arguments[0])) / cmath.log(self.value(arguments[1]))
        if name == "factorial" and len(arguments) == 1:
            inner = self.value(arguments[0])
            if inner.imag == 0 and 0 <= inner.real < 150:
                return complex(math.gamma(inner.real + 1))
            raise _Unknown
        function = _FUNCTIONS.get(name)
        if function is None or len(arguments) != 1:
            raise _Unknown
        argument = arguments[0]
        inner = self.value(argument)
        if argument[0] == "unit" and argument[2] == "degree" and name in ("sin", "cos", "tan", "cot", "sec", "csc"):
            inner *= math.pi / 180
        return function(inner)


def _sample(name: str, point: int) -> float:
    digest = blake2b(f"sample {point}:{name}".encode(), digest_size=6).digest()
    return 0.3 + 1.7 * int.from_bytes(digest, "big") / (1 << 48)


POINTS = 5
"""Points at which expressions in variables are compared."""


def approximate(tree: Tree, sign: int = 1) -> complex | None:
    """The approximate value of a tree, variables at a fixed point; None where it is not known."""
    return Approximation(sign).of(tree)
