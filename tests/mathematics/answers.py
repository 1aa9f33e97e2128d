"""Answers as trees, and a reader for the notation of the MATH golds. Shares no code with the room it helps to test."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Number:
    """An integer or a decimal as it is written: ``4``, ``.35625``."""

    text: str

    @property
    def value(self) -> Fraction:
        return Fraction(self.text)


@dataclass(frozen=True)
class Name:
    """A letter, ``pi``, ``i`` or ``oo``."""

    text: str


@dataclass(frozen=True)
class Sum:
    terms: tuple[Tree, ...]


@dataclass(frozen=True)
class Product:
    factors: tuple[Tree, ...]


@dataclass(frozen=True)
class Negative:
    of: Tree


@dataclass(frozen=True)
class Ratio:
    top: Tree
    bottom: Tree


@dataclass(frozen=True)
class Mixed:
    """A whole number and a fraction, written beside each other."""

    whole: int
    top: int
    bottom: int


@dataclass(frozen=True)
class Root:
    of: Tree


@dataclass(frozen=True)
class Power:
    base: Tree
    exponent: int


@dataclass(frozen=True)
class Call:
    function: str
    of: Tree


@dataclass(frozen=True)
class PlusMinus:
    middle: Tree
    away: Tree


@dataclass(frozen=True)
class Interval:
    low: Tree
    high: Tree
    open_low: bool
    open_high: bool


@dataclass(frozen=True)
class Union:
    parts: tuple[Interval, ...]


@dataclass(frozen=True)
class Tuple:
    items: tuple[Tree, ...]


@dataclass(frozen=True)
class Several:
    """Several answers, whose order says nothing; ``braces`` where they are written as a set."""

    items: tuple[Tree, ...]
    braces: bool = False


@dataclass(frozen=True)
class Matrix:
    rows: tuple[tuple[Tree, ...], ...]


@dataclass(frozen=True)
class Equation:
    left: Tree
    right: Tree


@dataclass(frozen=True)
class Choice:
    letter: str


@dataclass(frozen=True)
class Word:
    text: str


@dataclass(frozen=True)
class Digits:
    """Digits in a base; ``base`` 0 where the answer leaves it to the question."""

    text: str
    base: int


Tree = (
    Number
    | Name
    | Sum
    | Product
    | Negative
    | Ratio
    | Mixed
    | Root
    | Power
    | Call
    | PlusMinus
    | Interval
    | Union
    | Tuple
    | Several
    | Matrix
    | Equation
    | Choice
    | Word
    | Digits
)

TOKEN = re.compile(r"\\begin\{pmatrix\}|\\end\{pmatrix\}|\\\\|\\[a-zA-Z]+|\\.|\d*\.?\d+|[^\s]")


def read(gold: str, *, interval: bool = False) -> Tree:
    """The tree of a gold answer; ``interval`` says that ``(a, b)`` is one.

    Raises:
        ValueError: the notation is none that occurs in MATH-500.
    """
    if re.fullmatch(r"[A-Za-z]{2,}", gold):
        return Word(gold)
    if found := re.fullmatch(r"\(([A-Z])\)", gold):
        return Choice(found[1])
    if re.fullmatch(r"\d{1,3}(,\d{3})+", gold):
        return Number(gold.replace(",", ""))
    if found := re.fullmatch(r"(\d+)_\{(\d+)\}", gold):
        return Digits(found[1], int(found[2]))
    reader = _Reader(
        TOKEN.findall(gold.replace(r"\cotx", r"\cot x")), interval or bool(re.search(r"[\[\]]|infty", gold))
    )
    tree = reader.answer()
    if reader.tokens:
        raise ValueError(f"left over in {gold!r}: {reader.tokens}")
    return tree


class _Reader:
    def __init__(self, tokens: list[str], interval: bool) -> None:
        self.tokens, self.interval = tokens, interval

    def peek(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, *wanted: str) -> str:
        if not self.tokens or (wanted and self.tokens[0] not in wanted):
            raise ValueError(f"wanted {wanted}, found {self.tokens[:3]}")
        return self.tokens.pop(0)

    def answer(self) -> Tree:
        first = self.whole()
        if self.peek() == r"\cup":
            parts = [first]
            while self.peek() == r"\cup":
                self.take()
                parts.append(self.whole())
            return Union(tuple(part for part in parts if isinstance(part, Interval)))
        if self.peek() == "=":
            self.take()
            return Equation(first, self.sum())
        if self.peek() == ",":
            return Several((first, *self.more()))
        return first

    def more(self) -> list[Tree]:
        items = []
        while self.peek() == ",":
            self.take()
            items.append(self.sum())
        return items

    def whole(self) -> Tree:
        if self.peek() == r"\begin{pmatrix}":
            return self.matrix()
        if self.peek() == r"\{":
            self.take()
            items = (self.sum(), *self.more())
            self.take(r"\}")
            return Several(items, braces=True)
        if self.peek() in ("(", "["):
            kept = list(self.tokens)
            opening = self.take()
            items = (self.sum(), *self.more())
            closing = self.take(")", "]")
            if len(items) == 1:  # a bracketed factor
                self.tokens = kept
                return self.sum()
            if self.interval:
                low, high = items
                return Interval(low, high, opening == "(", closing == ")")
            return Tuple(items)
        return self.sum()

    def matrix(self) -> Matrix:
        self.take()
        rows, row = [], [self.sum()]
        while (token := self.take("&", r"\\", r"\end{pmatrix}")) != r"\end{pmatrix}":
            if token == "&":
                row.append(self.sum())
            else:
                rows.append(tuple(row))
                row = [self.sum()]
        return Matrix((*rows, tuple(row)))

    def sum(self) -> Tree:
        terms = []
        while True:
            sign = self.take() if self.peek() in ("+", "-") else "+"
            term = self.product()
            terms.append(Negative(term) if sign == "-" else term)
            if self.peek() == r"\pm":
                self.take()
                return PlusMinus(terms[0] if len(terms) == 1 else Sum(tuple(terms)), self.product())
            if self.peek() not in ("+", "-"):
                return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def product(self) -> Tree:
        factors = [self.power()]
        while self.peek() not in (
            "",
            "+",
            "-",
            r"\pm",
            ",",
            ")",
            "]",
            "}",
            r"\}",
            "&",
            r"\\",
            "=",
            r"\cup",
            r"\end{pmatrix}",
        ):
            if self.peek() == "/":
                self.take()
                factors[-1] = Ratio(factors[-1], self.power())
                continue
            factor = self.power()
            last = factors[-1]
            if isinstance(last, Number) and isinstance(factor, Ratio) and last.text.isdigit():
                assert isinstance(factor.top, Number)
                assert isinstance(factor.bottom, Number)
                factors[-1] = Mixed(int(last.text), int(factor.top.text), int(factor.bottom.text))
            else:
                factors.append(factor)
        return factors[0] if len(factors) == 1 else Product(tuple(factors))

    def power(self) -> Tree:
        base = self.atom()
        if self.peek() == "^":
            self.take()
            exponent = self.group()
            assert isinstance(exponent, Number)
            return Power(base, int(exponent.text))
        return base

    def group(self) -> Tree:
        if self.peek() == "{":
            self.take()
            inside = self.sum()
            self.take("}")
            return inside
        token = self.take()
        if token.isdigit() and len(token) > 1:  # without braces TeX takes one digit
            self.tokens.insert(0, token[1:])
            token = token[0]
        return Number(token)

    def atom(self) -> Tree:
        token = self.take()
        if token[0].isdigit() or token[0] == ".":
            return Number(token)
        if token in (r"\frac", r"\dfrac", r"\tfrac"):
            return Ratio(self.group(), self.group())
        if token == r"\sqrt":
            return Root(self.group())
        if token == r"\cot":
            return Call("cot", self.atom())
        if token == "(":
            inside = self.sum()
            self.take(")")
            return inside
        if token == r"\pi":
            return Name("pi")
        if token == r"\infty":
            return Name("oo")
        if len(token) == 1 and token.isalpha():
            return Name(token)
        raise ValueError(f"cannot read {token!r}")
