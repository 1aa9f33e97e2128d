"""Other trees of the same value: what a person may write who is right and worked it out another way."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import isqrt
from typing import Any

from . import answers as a

Rule = tuple[str, a.Tree]


def equivalents(tree: a.Tree) -> list[Rule]:
    """Rewritten trees, each with the name of what was done; at any depth, one place at a time."""
    found: dict[a.Tree, str] = {}
    for name, other in (*_top(tree), *anywhere(tree, _local), *polynomials(tree)):
        nested = isinstance(other, a.Several) and any(isinstance(item, a.Several) for item in other.items)
        if other != tree and not nested:
            found.setdefault(other, name)
    return [(name, other) for other, name in found.items()]


def anywhere(tree: a.Tree, change: Callable[[a.Tree], Iterator[Rule]]) -> Iterator[Rule]:
    """The changes of the tree itself and of each part of it that is no integer inside an expression."""
    yield from change(tree)
    if rational(tree) is not None:
        return
    for field in dataclasses.fields(tree):
        value = getattr(tree, field.name)
        if dataclasses.is_dataclass(value):
            for name, other in anywhere(value, change):
                yield name, dataclasses.replace(tree, **{field.name: other})
        elif isinstance(value, tuple):
            for i, item in enumerate(value):
                if isinstance(item, tuple):  # a row of a matrix
                    for j, cell in enumerate(item):
                        for name, other in anywhere(cell, change):
                            row = (*item[:j], other, *item[j + 1 :])
                            yield name, dataclasses.replace(tree, **{field.name: (*value[:i], row, *value[i + 1 :])})
                    continue
                for name, other in anywhere(item, change):
                    yield name, dataclasses.replace(tree, **{field.name: (*value[:i], other, *value[i + 1 :])})


def integer(value: int) -> a.Tree:
    return a.Number(str(value)) if value >= 0 else a.Negative(a.Number(str(-value)))


def fraction(value: Fraction, scale: int = 1) -> a.Tree:
    ratio = a.Ratio(a.Number(str(abs(value.numerator) * scale)), a.Number(str(value.denominator * scale)))
    return ratio if value >= 0 else a.Negative(ratio)


def rational(tree: a.Tree) -> Fraction | None:
    """The value of a tree that is one written number, fraction or mixed number."""
    match tree:
        case a.Number():
            return tree.value
        case a.Negative(inside):
            value = rational(inside)
            return None if value is None else -value
        case a.Ratio(a.Number() as top, a.Number() as bottom):
            return top.value / bottom.value
        case a.Mixed(whole, top, bottom):
            return whole + Fraction(top, bottom)
    return None


def decimal(value: Fraction) -> str | None:
    """Its decimal, where that ends within eight places."""
    for places in range(9):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = f"{scaled.numerator:0{places + 1}d}"
            return digits if places == 0 else f"{digits[:-places]}.{digits[-places:]}"
    return None


def _written(text: str, negative: bool) -> a.Tree:
    return a.Negative(a.Number(text)) if negative else a.Number(text)


def _top(tree: a.Tree) -> Iterator[Rule]:
    """What is done to a whole answer alone."""
    value = rational(tree)
    if value is None:
        return
    negative, size = value < 0, abs(value)
    if (exact := decimal(size)) is not None:
        whole, _, places = exact.partition(".")
        yield "decimal", _written(exact, negative)
        yield "trailing zeros", _written(f"{whole}.{places}0", negative)
        yield "trailing zeros", _written(f"{whole}.{places}000", negative)
        if whole == "0" and places:
            yield "no leading zero", _written("." + places, negative)
    if size.denominator == 1 and size:
        n = int(size)
        sign: Callable[[a.Tree], a.Tree] = a.Negative if negative else lambda inside: inside
        yield "root of a square", sign(a.Root(a.Number(str(n * n))))
        if divisor := next((d for d in range(2, isqrt(n) + 1) if n % d == 0), None):
            yield "product", sign(a.Product((a.Number(str(divisor)), a.Number(str(n // divisor)))))
        for base in range(2, 13):
            exponent = next((e for e in range(2, 12) if base**e == n), None)
            if exponent:
                yield "power", sign(a.Power(a.Number(str(base)), exponent))
        if not negative and n > 2:
            yield "sum", a.Sum((a.Number(str(n - 2)), a.Number("2")))
            yield "difference", a.Sum((a.Number(str(n + 5)), a.Negative(a.Number("5"))))


def polynomials(tree: a.Tree) -> Iterator[Rule]:
    """Multiplied out, and in factors."""
    import sympy

    if not any(isinstance(part, a.Sum | a.Product) for part in (tree,)):
        return
    names = {part.text for part in _letters(tree)}
    if not names or "i" in names or "pi" in names:
        return
    expression = to_sympy(tree)
    yield "multiplied out", from_sympy(sympy.expand(expression))
    yield "factors", from_sympy(sympy.factor(expression))


def _letters(tree: object) -> list[a.Name]:
    if isinstance(tree, a.Name):
        return [tree]
    if isinstance(tree, tuple):
        return [name for item in tree for name in _letters(item)]
    if not dataclasses.is_dataclass(tree):
        return []
    return [name for field in dataclasses.fields(tree) for name in _letters(getattr(tree, field.name))]


def to_sympy(tree: a.Tree) -> Any:
    """A scalar answer for sympy."""
    import sympy

    match tree:
        case a.Number():
            return sympy.Rational(tree.value.numerator, tree.value.denominator)
        case a.Name("pi"):
            return sympy.pi
        case a.Name("i"):
            return sympy.I
        case a.Name(text):
            return sympy.Symbol(text)
        case a.Sum(terms):
            return sympy.Add(*map(to_sympy, terms))
        case a.Product(factors):
            return sympy.Mul(*map(to_sympy, factors))
        case a.Negative(inside):
            return -to_sympy(inside)
        case a.Ratio(top, bottom):
            return to_sympy(top) / to_sympy(bottom)
        case a.Mixed(whole, top, bottom):
            return whole + sympy.Rational(top, bottom)
        case a.Root(inside):
            return sympy.sqrt(to_sympy(inside))
        case a.Power(base, exponent):
            return to_sympy(base) ** exponent
        case a.Call("cot", inside):
            return sympy.cot(to_sympy(inside))
    raise TypeError(f"no expression: {tree}")


def from_sympy(expression: Any) -> a.Tree:
    """The tree of a polynomial with rational coefficients."""
    if expression.is_Rational:
        value = Fraction(int(expression.p), int(expression.q))
        return integer(int(value)) if value.denominator == 1 else fraction(value)
    if expression.is_Symbol:
        return a.Name(expression.name)
    if expression.is_Pow:
        return a.Power(from_sympy(expression.base), int(expression.exp))
    if expression.is_Mul:
        number, rest = expression.as_coeff_Mul()
        factors = tuple(from_sympy(factor) for factor in rest.as_ordered_factors())
        size = abs(number)
        product = factors if size == 1 else (from_sympy(size), *factors)
        tree = product[0] if len(product) == 1 else a.Product(product)
        return a.Negative(tree) if number < 0 else tree
    if expression.is_Add:
        return a.Sum(tuple(from_sympy(term) for term in expression.as_ordered_terms()))
    raise TypeError(f"no polynomial: {expression}")


def _local(tree: a.Tree) -> Iterator[Rule]:
    value = rational(tree)
    if value is not None:
        yield from _of_rational(tree, value)
    match tree:
        case a.Sum(terms) if len(terms) > 1:
            yield "terms commuted", a.Sum((*terms[1:], terms[0]))
            yield "terms commuted", a.Sum(terms[::-1])
            if tree_is_split := _common(terms):
                yield "common factor", tree_is_split
        case a.Product(factors) if len(factors) > 1:
            yield "factors commuted", a.Product(factors[::-1])
            yield from _of_product(factors)
        case a.Ratio(a.Root(a.Number(inside)), a.Number(bottom)) if inside == bottom:
            yield "root below", a.Ratio(a.Number("1"), a.Root(a.Number(inside)))
        case a.Ratio(a.Product((first, *rest)), bottom):
            yield "fraction in front", a.Product((a.Ratio(first, bottom), *rest))
            yield "fraction behind", a.Product((*rest, a.Ratio(first, bottom)))
        case a.Ratio(a.Sum(terms), bottom):
            yield "split fraction", a.Sum(tuple(_over(term, bottom) for term in terms))
        case a.Ratio(top, a.Number(bottom)) if rational(top) is None:
            yield "fraction in front", a.Product((a.Ratio(a.Number("1"), a.Number(bottom)), top))
            yield "unreduced", a.Ratio(a.Product((a.Number("2"), top)), a.Number(str(2 * int(bottom))))
        case a.Equation(left, right):
            yield "sides swapped", a.Equation(right, left)
            zero = a.Number("0")
            if right != zero:
                yield "all on one side", a.Equation(a.Sum((left, minus(right))), zero)
                yield "all on one side", a.Equation(zero, a.Sum((right, minus(left))))
            else:
                yield "all on one side", a.Equation(zero, left)
                assert isinstance(left, a.Sum)
                yield "moved over", a.Equation(a.Sum(left.terms[:-1]), minus(left.terms[-1]))
                yield "moved over", a.Equation(left.terms[0], a.Sum(tuple(map(minus, left.terms[1:]))))
                yield "negated", a.Equation(a.Sum(tuple(map(minus, left.terms))), zero)
            yield "doubled", a.Equation(a.Product((a.Number("2"), left)), a.Product((a.Number("2"), right)))
        case a.Several(items) if len(items) > 1:
            yield "order", dataclasses.replace(tree, items=items[::-1])
            yield "order", dataclasses.replace(tree, items=(*items[1:], items[0]))
            yield "braces", dataclasses.replace(tree, braces=not tree.braces)
            for i, item in enumerate(items):
                if isinstance(item, a.PlusMinus):
                    both = two(item)
                    yield "both signs", dataclasses.replace(tree, items=(*items[:i], *both, *items[i + 1 :]))
                    yield "both signs", dataclasses.replace(tree, items=(both[1], *items[:i], *items[i + 1 :], both[0]))
        case a.PlusMinus():
            yield "both signs", a.Several(two(tree))
            yield "both signs", a.Several(two(tree)[::-1])
            yield "both signs", a.Several(two(tree), braces=True)
        case a.Union(parts):
            yield "order", a.Union(parts[::-1])


def minus(tree: a.Tree) -> a.Tree:
    """Its negative, without two signs."""
    match tree:
        case a.Negative(inside):
            return inside
        case a.Sum(terms):
            return a.Sum(tuple(map(minus, terms)))
    return a.Negative(tree)


def two(tree: a.PlusMinus) -> tuple[a.Tree, a.Tree]:
    """What a ± stands for, one after the other."""
    return a.Sum((tree.middle, tree.away)), a.Sum((tree.middle, a.Negative(tree.away)))


def _over(term: a.Tree, bottom: a.Tree) -> a.Tree:
    return a.Negative(a.Ratio(term.of, bottom)) if isinstance(term, a.Negative) else a.Ratio(term, bottom)


def _of_rational(tree: a.Tree, value: Fraction) -> Iterator[Rule]:
    if value.denominator == 1:
        for scale in (1, 2, 5):
            ratio = a.Ratio(a.Number(str(abs(int(value)) * scale)), a.Number(str(scale)))
            yield "integer as fraction", a.Negative(ratio) if value < 0 else ratio
        return
    yield "fraction", fraction(value)
    for scale in (2, 3, 10):
        yield "unreduced", fraction(value, scale)
    if (exact := decimal(abs(value))) is not None:
        yield "decimal", _written(exact, value < 0)
    if abs(value) > 1:
        whole, rest = divmod(abs(value), 1)
        mixed = a.Mixed(int(whole), rest.numerator, rest.denominator)
        yield "mixed number", a.Negative(mixed) if value < 0 else mixed
        if value > 0:
            yield "whole plus fraction", a.Sum((integer(int(whole)), fraction(rest)))
    if abs(value.numerator) > 1 and value > 0:
        unit = a.Ratio(a.Number("1"), a.Number(str(value.denominator)))
        yield "times a unit fraction", a.Product((a.Number(str(value.numerator)), unit))


def _of_product(factors: tuple[a.Tree, ...]) -> Iterator[Rule]:
    match factors:
        case (a.Number() as outside, a.Root(a.Number(inside))):
            n = int(outside.value)
            yield "factor under the root", a.Root(a.Number(str(n * n * int(inside))))
            if n > 1:
                smaller = next((d for d in range(2, n + 1) if n % d == 0), n)
                inner = a.Root(a.Number(str(smaller * smaller * int(inside))))
                yield (
                    "part of it under the root",
                    inner if n == smaller else a.Product((a.Number(str(n // smaller)), inner)),
                )
            yield "roots multiplied", a.Product((outside, a.Root(a.Number("1")), a.Root(a.Number(inside))))
        case (a.Number() as outside, *rest) if outside.value.denominator == 1 and outside.value > 1:
            n = int(outside.value)
            other = rest[0] if len(rest) == 1 else a.Product(tuple(rest))
            yield "sum of two", a.Sum((a.Product((a.Number(str(n - 1)), *rest)), other))
            yield "unreduced", a.Ratio(a.Product((a.Number(str(2 * n)), *rest)), a.Number("2"))


def _common(terms: tuple[a.Tree, ...]) -> a.Tree | None:
    """``2k+2`` as ``2(k+1)``: a whole number taken out of every term."""
    from math import gcd

    def split(term: a.Tree) -> tuple[int, tuple[a.Tree, ...]]:
        match term:
            case a.Number() if term.value.denominator == 1:
                return int(term.value), ()
            case a.Product((a.Number() as first, *rest)) if first.value.denominator == 1:
                return int(first.value), tuple(rest)
            case a.Negative(inside):
                number, rest = split(inside)
                return -number, rest
        return 1, (term,)

    pieces = [split(term) for term in terms]
    shared = gcd(*(number for number, _ in pieces))
    if shared < 2:
        return None
    inside = []
    for number, rest in pieces:
        left = abs(number) // shared
        parts = (*((a.Number(str(left)),) if left != 1 or not rest else ()), *rest)
        term = parts[0] if len(parts) == 1 else a.Product(parts)
        inside.append(a.Negative(term) if number < 0 else term)
    return a.Product((a.Number(str(shared)), a.Sum(tuple(inside))))
