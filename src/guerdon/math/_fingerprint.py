"""The fingerprint of a tree: its value in the finite field of ``_field``, and whether that value tells all."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

from . import _field as field
from ._field import Element
from ._float import approximate
from ._limits import MAX_FACTORIAL, MAX_WORK, TooBig, Unreadable
from ._rational import rational, rational_power
from ._trees import Tree


class Fingerprint:
    """Reads trees at one point; ``exact`` is False once something was met whose relations are not known.

    Equal values mean equal expressions. Different values mean different expressions only while ``exact`` holds.
    """

    def __init__(self, sign: int = 1, point: int = 0) -> None:
        self.sign = sign
        self.point = point
        self.exact = True
        self.work = 0

    def of(self, tree: Tree) -> Element:
        """The value of a tree; Unreadable where it divides by zero or is no number."""
        self.work += 1
        kind = tree[0]
        if kind == "num":
            return self.fraction(tree[1])
        if kind == "sym":
            return self.named(tree[1])
        if kind == "pm":
            return field.whole(self.sign * tree[1])
        if kind == "add":
            total = field.ZERO
            for part in tree[1]:
                total = field.add(total, self.of(part))
            return total
        if kind == "mul":
            total = field.ONE
            for part in tree[1]:
                total = field.multiply(total, self.of(part))
            return total
        if kind == "neg":
            return field.negative(self.of(tree[1]))
        if kind == "div":
            return field.multiply(self.of(tree[1]), _there(field.inverse(self.of(tree[2]))))
        if kind == "pow":
            return self.power(tree[1], tree[2])
        if kind == "root":
            return self.power(tree[2], ("div", ("num", Fraction(1)), tree[1]))
        if kind == "percent":
            return field.multiply(self.of(tree[1]), self.fraction(Fraction(1, 100)))
        if kind == "unit":
            return self.of(tree[1])
        if kind == "call":
            return self.called(tree[1], tree[2])
        if kind == "group" and len(tree[3]) == 1 and tree[1] != "\\{":
            return self.of(tree[3][0])
        if kind == "text" and len(tree[1]) < 6 and tree[1].isalpha():
            total = field.ONE
            for letter in tree[1]:
                total = field.multiply(total, self.named(letter))
            return total
        raise Unreadable("no number")

    def spend(self, work: int) -> None:
        """Count multiplications; TooBig beyond the bound."""
        self.work += work
        if self.work > MAX_WORK:
            raise TooBig("the answer takes too long to compute")

    def fraction(self, value: Fraction) -> Element:
        """A rational number."""
        above = field.whole(value.numerator)
        if value.denominator == 1:
            return above
        self.spend(100)
        return field.multiply(above, _there(field.inverse(field.whole(value.denominator))))

    def named(self, name: str) -> Element:
        """A variable or constant."""
        if name == "i":
            return field.UNIT
        if name in ("\\infty", "\\ldots", "\\emptyset") or name.startswith("\\mathbb"):
            self.exact = self.exact and name == "\\infty"
        return field.symbol(name, 0 if name in ("\\pi", "e") else self.point)

    def opaque(self, name: str, *values: Element) -> Element:
        """Something whose laws are not known here: equal for equal arguments."""
        self.exact = False
        return field.symbol(f"{name}({values})")

    def power(self, base: Tree, exponent: Tree) -> Element:
        """base**exponent: exact for integer exponents, roots of rationals, and roots of single symbols."""
        n = rational(exponent, self.sign)
        if n is not None and n.denominator == 1:
            self.spend(2 * n.numerator.bit_length() + 2)
            if n.numerator.bit_length() > 1024:
                raise TooBig("an exponent too large")
            value = self.of(base)
            if value == field.ZERO and n == 0:
                raise Unreadable("zero to the power of zero")
            return _there(field.power(value, n.numerator))
        if n is None:
            return self.exponential(base, exponent)
        if base[0] == "sym" and base[1] not in ("i", "\\infty"):
            place = 0 if base[1] in ("\\pi", "e") else self.point
            root = field.root_of_symbol(base[1], n.numerator, n.denominator, place)
            if root is not None and abs(n.numerator) < 10**6:
                return root
        under = rational(base, self.sign)
        radical = None if under is None else self.radical(under, n)
        if radical is not None:
            return radical
        inner = self.of(base)
        if n.denominator == 2:
            self.spend(400)
            root = field.square_root(inner)
            if root is not None:
                self.exact = False
                return _there(field.power(root, n.numerator))
        return self.opaque("power", inner, self.fraction(n))

    def radical(self, base: Fraction, exponent: Fraction) -> Element | None:
        """A rational number to a rational power, by the roots of its prime factors."""
        simple = rational_power(base, exponent)
        if simple is not None:
            return self.fraction(simple)
        if base == 0:
            return None
        total = field.ONE
        if base < 0:
            if exponent.denominator % 2:
                total = field.whole(-1 if exponent.numerator % 2 else 1)
            elif exponent.denominator == 2:
                total = _there(field.power(field.UNIT, exponent.numerator))
            else:
                return None
        for prime, count in (*factors(abs(base.numerator)), *((p, -k) for p, k in factors(base.denominator))):
            n = count * exponent
            self.exact = self.exact and prime < _LARGE
            self.spend(800)
            root = field.root_of_integer(prime, n.denominator)
            if root is None or abs(n.numerator) > 10**6:
                return None
            total = field.multiply(total, _there(field.power(root, n.numerator)))
        return total

    def exponential(self, base: Tree, exponent: Tree) -> Element:
        """A power whose exponent is no rational number: b**(u + v) is b**u * b**v, the rest is looked up as it is."""
        if exponent[0] == "add":
            total = field.ONE
            for part in exponent[1]:
                total = field.multiply(total, self.power(base, part))
            return total
        if base == ("sym", "e"):
            if exponent[0] == "call" and exponent[1] == "ln" and len(exponent[2]) == 1:
                return self.of(exponent[2][0])
            turned = self.turned(exponent)
            if turned is not None:
                return turned
        if exponent[0] == "neg":
            return _there(field.inverse(self.power(base, exponent[1])))
        if not has_variables(exponent):
            size = approximate(exponent, self.sign)
            if size is None or abs(size) > 10**6:
                raise TooBig("an exponent too large")
        shown = self.of(exponent)
        mirrored = field.negative(shown)
        if mirrored < shown:
            return _there(field.inverse(self.opaque("power", self.of(base), mirrored)))
        return self.opaque("power", self.of(base), shown)

    def called(self, name: str, arguments: list[Tree]) -> Element:
        """A function's value."""
        known = rational(("call", name, arguments), self.sign)
        if known is not None:
            return self.fraction(known)
        if name == "factorial":
            return self.factorial(arguments[0])
        if name in ("ln", "log") and arguments:
            return self.logarithm(name, arguments)
        if name == "exp" and len(arguments) == 1:
            return self.power(("sym", "e"), arguments[0])
        if name == "sqrt" and len(arguments) == 1:
            return self.power(arguments[0], ("num", Fraction(1, 2)))
        if name == "abs" and len(arguments) == 1:
            return self.absolute(arguments[0])
        if name in ("sin", "cos", "tan", "cot", "sec", "csc") and len(arguments) == 1:
            found = self.angle(name, arguments[0])
            if found is not None:
                return found
            if name in _BY_SINES:
                # Said by sine and cosine, so that 1/tan x is cot x.
                sine, cosine = (self.opaque(one, self.of(arguments[0])) for one in ("sin", "cos"))
                over, under = _BY_SINES[name]
                parts = {"sin": sine, "cos": cosine, "1": field.ONE}
                return field.multiply(parts[over], _there(field.inverse(parts[under])))
        values = []
        for argument in arguments:
            try:
                values.append(self.of(argument))
            except Unreadable:
                values.append(field.symbol(repr(argument)))
        if name.startswith(_NAMES):
            return field.symbol(f"{name}({values})", self.point)
        return self.opaque(name, *values)

    def factorial(self, argument: Tree) -> Element:
        """n! for a rational integer n up to a bound."""
        n = rational(argument, self.sign)
        if n is None or n.denominator != 1 or n < 0:
            return self.opaque("factorial", self.of(argument))
        if n > MAX_FACTORIAL:
            raise TooBig("a factorial too large")
        self.spend(int(n))
        total = 1
        for k in range(2, int(n) + 1):
            total = total * k % field.P
        return total, 0

    def logarithm(self, name: str, arguments: list[Tree]) -> Element:
        """Logarithms of positive rationals, by their prime factors; ln e is 1. ``log`` without a base keeps its own."""
        if len(arguments) == 2:
            above, below = (self.logarithm("ln", [argument]) for argument in arguments)
            return field.multiply(above, _there(field.inverse(below)))
        value = rational(arguments[0], self.sign)
        if arguments[0] == ("sym", "e") and name == "ln":
            return field.ONE
        if arguments[0][0] == "pow" and arguments[0][1] == ("sym", "e") and name == "ln":
            power = rational(arguments[0][2], self.sign)
            if power is not None:
                return self.fraction(power)
        if value is None or value <= 0:
            return self.opaque(name, self.of(arguments[0]))
        total = field.ZERO
        for prime, count in (*factors(value.numerator), *((p, -k) for p, k in factors(value.denominator))):
            total = field.add(total, field.multiply(field.symbol(f"ln {prime}"), field.whole(count)))
        return total if name == "ln" else field.multiply(total, field.symbol("log"))

    def absolute(self, argument: Tree) -> Element:
        """|c| of a real constant by its sign; of an expression, the same for it and its negative."""
        inner = self.of(argument)
        value = approximate(argument, self.sign)
        known = self.exact and value is not None and not has_variables(argument)
        if known and value is not None and abs(value.imag) < 1e-9 * abs(value) and abs(value.real) > 1e-6:
            return inner if value.real > 0 else field.negative(inner)
        return self.opaque("abs", min(inner, field.negative(inner)))

    def angle(self, name: str, argument: Tree) -> Element | None:
        """The value at a multiple of pi/12, exactly; None elsewhere."""
        turns = rational(argument, self.sign)
        if turns is None or turns != 0:
            if argument[0] == "unit" and argument[2] == "degree":
                turns = None if turns is None else turns / 180
            else:
                turns = _over_pi(argument, self.sign)
        if turns is None or (12 * turns).denominator != 1:
            return None
        twelfths = int(12 * turns)
        sine, cosine = self.sine(twelfths), self.sine(twelfths + 6)
        above, below = {
            "sin": (sine, field.ONE), "cos": (cosine, field.ONE), "tan": (sine, cosine), "cot": (cosine, sine),
            "sec": (field.ONE, cosine), "csc": (field.ONE, sine),
        }[name]  # fmt: skip
        return field.multiply(above, _there(field.inverse(below)))

    def turned(self, exponent: Tree) -> Element | None:
        """e**(i * t) for a multiple t of pi/12; None elsewhere."""
        unit: Tree = ("sym", "i")
        above = exponent[1] if exponent[0] == "div" else exponent
        parts = list(above[1]) if above[0] == "mul" else [above]
        if unit not in parts:
            return None
        parts.remove(unit)
        turn: Tree = ("mul", parts)
        if exponent[0] == "div":
            turn = ("div", turn, exponent[2])
        cosine, sine = self.angle("cos", turn), self.angle("sin", turn)
        if cosine is None or sine is None:
            return None
        return field.add(cosine, field.multiply(field.UNIT, sine))

    def sine(self, twelfths: int) -> Element:
        """sin(pi * twelfths / 12)."""
        n = twelfths % 24
        if n >= 12:
            return field.negative(self.sine(n - 12))
        n = min(n, 12 - n)
        two, three, six = ("num", Fraction(2)), ("num", Fraction(3)), ("num", Fraction(6))
        quarter = Fraction(1, 4)
        parts: list[tuple[Fraction, Tree]] = {
            0: [], 1: [(quarter, six), (-quarter, two)], 2: [(Fraction(1, 2), ("num", Fraction(1)))],
            3: [(Fraction(1, 2), two)], 4: [(Fraction(1, 2), three)], 5: [(quarter, six), (quarter, two)],
            6: [(Fraction(1), ("num", Fraction(1)))],
        }[n]  # fmt: skip
        total = field.ZERO
        for share, under in parts:
            total = field.add(total, field.multiply(self.fraction(share), self.power(under, ("num", Fraction(1, 2)))))
        return total


def _there(element: Element | None) -> Element:
    if element is None:
        raise Unreadable("a division by zero")
    return element


def _over_pi(tree: Tree, sign: int) -> Fraction | None:
    """q where the tree is q * pi and written as a product or quotient of numbers and one pi."""
    if tree == ("sym", "\\pi"):
        return Fraction(1)
    if tree[0] == "neg":
        inner = _over_pi(tree[1], sign)
        return None if inner is None else -inner
    if tree[0] == "div":
        above, below = _over_pi(tree[1], sign), rational(tree[2], sign)
        return None if above is None or not below else above / below
    if tree[0] == "mul":
        total, seen = Fraction(1), 0
        for part in tree[1]:
            value = rational(part, sign)
            if value is None:
                value, seen = _over_pi(part, sign), seen + 1
            if value is None or seen > 1:
                return None
            total *= value
        return total if seen else None
    return None


def has_variables(tree: Tree) -> bool:
    """Whether a tree holds a name that is no constant."""
    stack: list[object] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            if len(node) == 2 and node[0] == "sym":
                if node[1] not in ("\\pi", "e", "i", "\\infty"):
                    return True
            elif node and node[0] == "text":
                return True
            else:
                stack.extend(node)
        elif isinstance(node, list):
            stack.extend(node)
    return False


@lru_cache(maxsize=1024)
def factors(n: int) -> tuple[tuple[int, int], ...]:
    """Prime factors by trial division up to a bound; what is left is kept whole (perfect powers taken apart).

    Two numbers whose large parts share a prime beyond the bound stay unrelated.
    """
    found: list[tuple[int, int]] = []
    for p in _PRIMES:
        if p * p > n:
            break
        count = 0
        while n % p == 0:
            n, count = n // p, count + 1
        if count:
            found.append((p, count))
    if n > 1:
        root = math.isqrt(n)
        found.append((root, 2) if root * root == n else (n, 1))
    return tuple(found)


_LARGE = 4_000_000
_BY_SINES = {"tan": ("sin", "cos"), "cot": ("cos", "sin"), "sec": ("1", "cos"), "csc": ("1", "sin")}
_NAMES = ("value_", "index_", "prime", "hat", "tilde", "angle", "triangle", "measuredangle", "widehat")
"""Calls that only make a name of their argument: f(2), x', the angle ABC. No law relates one to another."""


def _sieve(bound: int) -> tuple[int, ...]:
    flags = bytearray([1]) * bound
    flags[0:2] = b"\0\0"
    for n in range(2, math.isqrt(bound) + 1):
        if flags[n]:
            flags[n * n :: n] = bytes(len(range(n * n, bound, n)))
    return tuple(n for n in range(bound) if flags[n])


_PRIMES = _sieve(2000)
