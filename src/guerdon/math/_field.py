"""Fingerprints of numbers and expressions: their value in a finite field of about 2**238 elements.

Two expressions that are equal by the laws of arithmetic have equal values in every field; two that differ have equal
values at a point drawn at random with a chance of about their degree in 2**119 (Schwartz 1980, Zippel 1979). So one
pass over an expression, without expanding anything, gives a key by which equal ones are found. Square roots of
integers, the imaginary unit, pi, e and logarithms of integers keep the relations that bind them.

An element is a pair (a, b) standing for a + b*i with i*i = -1, modulo a safe prime that is 3 modulo 4: there -1 has no
root, and every number has exactly one n-th root for every odd n that matters here.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from hashlib import blake2b

P = 664613997892457936451903530140168307
"""A safe prime of 119 bits, 3 modulo 4."""

Element = tuple[int, int]

ZERO: Element = (0, 0)
ONE: Element = (1, 0)
UNIT: Element = (0, 1)
"""The imaginary unit."""

ROOTS = 720720
"""Symbols are ROOTS-th powers of random elements, so that their n-th roots exist for every n up to 14 and beyond."""


def add(x: Element, y: Element) -> Element:
    """x + y."""
    return (x[0] + y[0]) % P, (x[1] + y[1]) % P


def negative(x: Element) -> Element:
    """-x."""
    return -x[0] % P, -x[1] % P


def multiply(x: Element, y: Element) -> Element:
    """x * y."""
    if not x[1] and not y[1]:
        return x[0] * y[0] % P, 0
    return (x[0] * y[0] - x[1] * y[1]) % P, (x[0] * y[1] + x[1] * y[0]) % P


def inverse(x: Element) -> Element | None:
    """1 / x, or None for zero."""
    if not x[1]:
        return (pow(x[0], -1, P), 0) if x[0] else None
    norm = pow(x[0] * x[0] + x[1] * x[1], -1, P)
    return x[0] * norm % P, -x[1] * norm % P


def power(x: Element, n: int) -> Element | None:
    """x to an integer power; None for zero to a negative one."""
    if n < 0:
        below = inverse(x)
        return None if below is None else power(below, -n)
    if not x[1]:
        return pow(x[0], n, P), 0
    found, n = ONE, n % (P * P - 1) if n >= P * P else n
    while n:
        if n & 1:
            found = multiply(found, x)
        x, n = multiply(x, x), n >> 1
    return found


def whole(n: int) -> Element:
    """An integer."""
    return n % P, 0


def root_of_integer(n: int, degree: int) -> Element | None:
    """The positive root of a positive integer, for odd degrees, 2, 4 and their products; None for others."""
    odd, twos = degree, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    if twos > 2 or odd > 1000:
        return None
    base: Element = whole(n)
    # 1 / degree = u / 2**twos + v / odd: each root is taken by itself, so that all roots of one number agree.
    for _ in range(twos):
        found = square_root(base)
        if found is None:
            return None
        base = found
    if odd == 1:
        return base
    u = pow(odd, -1, 1 << twos)
    v = (1 - u * odd) >> twos
    part = (pow(n % P, pow(odd, -1, P - 1), P), 0)
    left, right = power(base, u), power(part, v)
    return None if left is None or right is None else multiply(left, right)


def square_root(x: Element) -> Element | None:
    """One of the two square roots, always the same, or None where there is none in the field."""
    a, b = x
    if not b:
        found = pow(a, (P + 1) // 4, P)
        # Where a has no root modulo P, -a has one.
        return (found, 0) if found * found % P == a % P else (0, found)
    norm = (a * a + b * b) % P
    length = pow(norm, (P + 1) // 4, P)
    if length * length % P != norm:
        return None
    half = (P + 1) // 2
    for sign in (length, -length):
        square = (a + sign) * half % P
        real = pow(square, (P + 1) // 4, P)
        if real and real * real % P == square:
            return real, b * pow(2 * real, -1, P) % P
    return None


def rational_of(x: Element) -> Fraction | None:
    """The only short fraction that has this value, or None; by half of Euclid's algorithm."""
    if x[1]:
        return None
    above, below = (P, 0), (x[0], 1)
    while below[0] >= _SHORT:
        quotient = above[0] // below[0]
        above, below = below, (above[0] - quotient * below[0], above[1] - quotient * below[1])
    return Fraction(below[0], below[1]) if 0 < abs(below[1]) < _SHORT else None


_SHORT = 1 << 40


@lru_cache(maxsize=4096)
def symbol(name: str, point: int = 0) -> Element:
    """What stands for a variable, a constant such as pi, or anything that is not looked into: the ROOTS-th power."""
    return pow(symbol_root(name, point), ROOTS, P), 0


@lru_cache(maxsize=4096)
def symbol_root(name: str, point: int = 0) -> int:
    """The element whose ROOTS-th power stands for a symbol."""
    return int.from_bytes(blake2b(f"{point}:{name}".encode(), digest_size=20).digest(), "big") % P


def root_of_symbol(name: str, numerator: int, denominator: int, point: int = 0) -> Element | None:
    """A symbol to a fractional power, its positive root; None where the denominator does not divide ROOTS."""
    if ROOTS % denominator:
        return None
    return power((symbol_root(name, point), 0), ROOTS // denominator * numerator)
