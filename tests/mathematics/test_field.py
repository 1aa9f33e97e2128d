"""The finite field behind the fingerprints: its laws, and that it keeps those of real numbers."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from guerdon.math import _field as field
from guerdon.math import same
from guerdon.math._fingerprint import Fingerprint, factors
from guerdon.math._parse import parse

elements = st.tuples(st.integers(0, field.P - 1), st.integers(0, field.P - 1))
fractions = st.fractions(max_denominator=10**6)


def test_the_modulus_is_a_safe_prime_that_is_3_modulo_4() -> None:
    def is_prime(n: int) -> bool:
        odd, twos = n - 1, 0
        while odd % 2 == 0:
            odd, twos = odd // 2, twos + 1
        for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41):
            x = pow(base, odd, n)
            if x in (1, n - 1):
                continue
            if not any((x := x * x % n) == n - 1 for _ in range(twos - 1)):
                return False
        return True

    assert is_prime(field.P)
    assert is_prime((field.P - 1) // 2)
    assert field.P % 4 == 3


@given(elements, elements, elements)
def test_the_laws_of_a_field(x: field.Element, y: field.Element, z: field.Element) -> None:
    assert field.multiply(x, field.add(y, z)) == field.add(field.multiply(x, y), field.multiply(x, z))
    assert field.multiply(x, field.multiply(y, z)) == field.multiply(field.multiply(x, y), z)
    inverse = field.inverse(x)
    assert (inverse is None) == (x == field.ZERO)
    if inverse is not None:
        assert field.multiply(x, inverse) == field.ONE


@given(st.integers(1, 10**9), st.sampled_from([2, 3, 4, 5, 6, 7, 9, 12, 15]))
def test_roots_of_integers(n: int, degree: int) -> None:
    root = field.root_of_integer(n, degree)
    if root is not None:
        assert field.power(root, degree) == field.whole(n)


@given(elements)
def test_square_roots(x: field.Element) -> None:
    square = field.multiply(x, x)
    root = field.square_root(square)
    assert root is not None
    assert field.multiply(root, root) == square


@given(fractions, fractions)
def test_fractions_keep_their_arithmetic(a: Fraction, b: Fraction) -> None:
    reader = Fingerprint()
    assert field.add(reader.fraction(a), reader.fraction(b)) == reader.fraction(a + b)
    assert field.multiply(reader.fraction(a), reader.fraction(b)) == reader.fraction(a * b)


@given(st.integers(1, 10**7))
def test_factors(n: int) -> None:
    product = 1
    for prime, count in factors(n):
        product *= prime**count
    assert product == n


@given(st.integers(1, 300), st.integers(1, 300))
def test_radicals_multiply(a: int, b: int) -> None:
    assert same(rf"\sqrt{{{a}}}\sqrt{{{b}}}", rf"\sqrt{{{a * b}}}")


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=5), st.lists(st.integers(-9, 9), min_size=1, max_size=5))
def test_products_of_polynomials(a: list[int], b: list[int]) -> None:
    product = [0] * (len(a) + len(b) - 1)
    for i, left in enumerate(a):
        for j, right in enumerate(b):
            product[i + j] += left * right

    def written(coefficients: list[int]) -> str:
        return " + ".join(f"({c})x^{{{power}}}" for power, c in enumerate(coefficients))

    assert same(f"({written(a)})({written(b)})", written(product)) is True
    product[0] += 1
    assert same(f"({written(a)})({written(b)})", written(product)) is False


def test_reading_is_repeatable() -> None:
    tree = parse(r"\frac{x+\sqrt{2}}{\pi-e^2}")
    assert Fingerprint().of(tree) == Fingerprint().of(tree) != Fingerprint(point=1).of(tree)
