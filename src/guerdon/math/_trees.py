"""The trees of answers, and what they are put together with."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

Tree = tuple[Any, ...]
"""A tuple whose first entry is its kind; see ``_parse``."""


def product(factors: list[Tree]) -> Tree:
    """A product, or its only factor."""
    return factors[0] if len(factors) == 1 else ("mul", factors)


def signed(sign: str | None, term: Tree) -> Tree:
    """A term with the sign before it."""
    if sign == "-":
        return ("unit", ("neg", term[1]), term[2]) if term[0] == "unit" else ("neg", term)
    if sign in ("pm", "mp"):
        return ("mul", [("pm", 1 if sign == "pm" else -1), term])
    return term


def is_fraction(tree: Tree) -> bool:
    """Whether a tree is a fraction of two written integers."""
    return tree[0] == "div" and all(side[0] == "num" and side[1].denominator == 1 and side[1] >= 0 for side in tree[1:])


def is_point(tree: Tree) -> bool:
    """Whether a tree is one capital letter, as points are named."""
    return tree[0] == "sym" and len(tree[1]) == 1 and bool(tree[1].isupper())


def digits_of(value: Fraction) -> str:
    """A number as it was written, for numerals in a base."""
    return str(value.numerator) if value.denominator == 1 else str(value)


def shown(tree: Tree) -> str:
    """A short tree as text."""
    return str(tree[1]) if tree[0] in ("num", "sym") else repr(tree)


def letters(tree: Tree) -> str:
    """The letter or word of a tree."""
    return str(tree[1]) if tree[0] in ("sym", "text") else "?"
