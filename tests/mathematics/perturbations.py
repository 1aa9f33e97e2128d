"""Answers that look like a gold and are wrong: each is shown to differ in value before it is used."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from itertools import combinations
from math import factorial

from . import answers as a
from . import values
from .equivalents import Rule, anywhere, integer, minus, rational, two
from .golds import Gold
from .rewritings import TEXT_WRAPPERS, WRAPPERS, Pair
from .spelling import PLAIN, styles, write

WORDS = ("Evelyn", "Navin", "east", "west", "even", "odd", "neither", "ellipse", "circle", "hyperbola", "Briana", "yes")


def perturbations(gold: Gold, most: int = 40) -> list[Pair]:
    """Up to ``most`` distinct wrong answers, of every rule some, in mixed notations; the same each time."""
    rng = random.Random(f"perturbations {gold.text} {gold.kind}")
    rules: dict[str, list[str]] = {}
    trees = changed(gold.tree)
    for _ in range(1 if len(trees) > most else 4):
        for rule, tree in trees:
            rules.setdefault(rule, []).append(_dressed(tree, gold, rng))
    for rule, text in _said(gold):
        rules.setdefault(rule, []).append(text)
    for texts in rules.values():
        rng.shuffle(texts)
    found: dict[str, str] = {}
    while any(rules.values()):  # one of each rule in turn
        for rule, texts in rules.items():
            if texts:
                found.setdefault(texts.pop(), rule)
    return [Pair(gold, text, rule) for text, rule in list(found.items())[:most]]


def changed(tree: a.Tree) -> list[Rule]:
    """Trees of another value."""
    found: dict[a.Tree, str] = {}
    for rule, other in (*_top(tree), *anywhere(tree, _here), *_numbers(tree)):
        if other not in found and differs(tree, other):
            found[other] = rule
    return [(rule, other) for other, rule in found.items()]


def differs(tree: a.Tree, other: a.Tree) -> bool:
    """Whether the other is worth something, and something else."""
    try:
        return not values.same(tree, other)
    except ZeroDivisionError:
        return False


def _dressed(tree: a.Tree, gold: Gold, rng: random.Random) -> str:
    if gold.kind in ("text", "choice"):
        return rng.choice(("{}", *TEXT_WRAPPERS)).format(write(tree))
    style = rng.choice([PLAIN, PLAIN, *(style for _, style in styles())])
    wrapper = rng.choice(("{}", "{}", "{}", *(one for one in WRAPPERS if "*" not in one and "mathbf" not in one)))
    return wrapper.format(write(tree, style))


def _numbers(tree: a.Tree) -> Iterator[Rule]:
    """Each written number changed, at any depth, also inside fractions."""
    match tree:
        case a.Number():
            yield from _number(tree)
        case a.Mixed(whole, top, bottom):
            for w, t, b in ((whole + 1, top, bottom), (whole, top + 1, bottom), (whole, top, bottom + 1)):
                yield "neighbour", a.Mixed(w, t, b)
            yield "mixed number read as a product", a.Ratio(a.Number(str(whole * top)), a.Number(str(bottom)))
            yield "whole left out", a.Ratio(a.Number(str(top)), a.Number(str(bottom)))
            yield "fraction left out", a.Number(str(whole))
        case a.Power(base, exponent):
            yield "exponent", a.Power(base, exponent + 1)
            yield "exponent", a.Power(base, exponent - 1) if exponent > 2 else base
            for rule, other in _numbers(base):
                yield rule, a.Power(other, exponent)
        case _:
            for field in dataclasses.fields(tree):
                value = getattr(tree, field.name)
                if dataclasses.is_dataclass(value):
                    for rule, other in _numbers(value):
                        yield rule, dataclasses.replace(tree, **{field.name: other})
                elif isinstance(value, tuple):
                    for rule, items in _in_items(value):
                        yield rule, dataclasses.replace(tree, **{field.name: items})


def _in_items(items: tuple[object, ...]) -> Iterator[tuple[str, tuple[object, ...]]]:
    for i, item in enumerate(items):
        inner = _in_items(item) if isinstance(item, tuple) else _numbers(item)  # type: ignore[arg-type]
        for rule, other in inner:
            yield rule, (*items[:i], other, *items[i + 1 :])


def _number(tree: a.Number) -> Iterator[Rule]:
    whole, _, places = tree.text.partition(".")
    if places:
        for step in (1, -1):
            moved = int(whole + places) + step
            if moved >= 0:
                digits = f"{moved:0{len(places) + 1}d}"
                yield "last digit", a.Number(f"{digits[: -len(places)]}.{digits[-len(places) :]}")
        if whole.strip("0"):
            yield "rounded down", a.Number(whole)
        shifted = f"{whole}{places[0]}.{places[1:]}" if len(places) > 1 else whole + places
        yield "ten times", a.Number(shifted)
        yield (
            "a tenth",
            a.Number(f"0.0{places}" if not whole.strip("0") else f"{whole[:-1] or '0'}.{whole[-1]}{places}"),
        )
        yield "one digit more", a.Number(f"{whole}.{places}1")
        if len(places) > 1:
            yield "one digit less", a.Number(f"{whole}.{places[:-1]}")
        return
    value = int(tree.text)
    yield "neighbour", integer(value + 1)
    yield "neighbour", integer(value - 1) if value else a.Number("2")
    yield "twice", a.Number(str(2 * value))
    yield "ten times", a.Number(str(10 * value))
    yield "superstring", a.Number(f"{value}1")
    yield "superstring", a.Number(f"1{value}")
    yield "a tenth", a.Number(f"{value // 10}.{value % 10}")
    yield "one place more", a.Number(f"{value}.1")
    yield "nearly", a.Number(f"{value}.0001")
    if value > 9:
        text = str(value)
        yield "prefix", a.Number(text[:-1])
        yield "suffix", a.Number(str(int(text[1:])))
        yield "last digit", a.Number(text[:-1] + str((value + 3) % 10))
        yield "first digit", a.Number(str(int(text[0]) % 9 + 1) + text[1:])
        for i in range(len(text) - 1):
            yield "digits swapped", a.Number(str(int(text[:i] + text[i + 1] + text[i] + text[i + 2 :])))


def _here(tree: a.Tree) -> Iterator[Rule]:
    value = rational(tree)
    if value is not None or isinstance(tree, a.Product | a.Root | a.Ratio):
        yield "sign", minus(tree)
    match tree:
        case a.Name("pi"):
            yield "pi left out", a.Number("1")
            yield "pi rounded", a.Number("3.14")
        case a.Name("oo"):
            yield "infinity", a.Number("1000")
        case a.Name("i"):
            yield "i left out", a.Number("1")
        case a.Name(text):
            yield "letter", a.Name("m" if text != "m" else "n")
        case a.Root(inside):
            yield "root left out", inside
            yield "root squared", a.Product((a.Number("2"), tree))
        case a.Ratio(top, bottom):
            yield "upside down", a.Ratio(bottom, top)
            yield "top alone", top
            yield "bottom alone", bottom
        case a.Sum(terms):
            for i, term in enumerate(terms):
                yield "sign of a term", a.Sum((*terms[:i], minus(term), *terms[i + 1 :]))
                rest = (*terms[:i], *terms[i + 1 :])
                yield "term left out", rest[0] if len(rest) == 1 else a.Sum(rest)
            yield "term added", a.Sum((*terms, a.Number("1")))
        case a.Product(factors):
            for i in range(len(factors)):
                rest = (*factors[:i], *factors[i + 1 :])
                yield "factor left out", rest[0] if len(rest) == 1 else a.Product(rest)
            yield "sum for product", a.Sum(factors)
        case a.Call(_, inside):
            for name in ("tan", "cos"):
                yield "function", a.Call(name, inside)


def _top(tree: a.Tree) -> Iterator[Rule]:
    match tree:
        case a.PlusMinus(middle, away):
            plus, less = two(tree)
            yield "one of two", plus
            yield "one of two", less
            yield "swapped", a.PlusMinus(away, middle)
            yield "one more", a.Several((plus, less, middle))
        case a.Interval(low, high, open_low, open_high):
            if low != a.Negative(a.Name("oo")):  # an infinite end is open however it is written
                yield "an end opened or closed", a.Interval(low, high, not open_low, open_high)
            if high != a.Name("oo"):
                yield "an end opened or closed", a.Interval(low, high, open_low, not open_high)
            if high == a.Name("oo"):
                yield "other side", a.Interval(a.Negative(high), low, True, open_low)
        case a.Union(parts):
            for i, part in enumerate(parts):
                rest = (*parts[:i], *parts[i + 1 :])
                yield "part left out", rest[0] if len(rest) == 1 else a.Union(rest)
                for _, other in _top(part):
                    assert isinstance(other, a.Interval)
                    yield "an end opened or closed", a.Union((*parts[:i], other, *parts[i + 1 :]))
            yield "gap closed", a.Interval(parts[0].low, parts[-1].high, parts[0].open_low, parts[-1].open_high)
        case a.Tuple(items):
            for i, j in combinations(range(len(items)), 2):
                swapped = list(items)
                swapped[i], swapped[j] = swapped[j], swapped[i]
                yield "entries swapped", a.Tuple(tuple(swapped))
            yield "entry left out", a.Tuple(items[:-1]) if len(items) > 2 else items[0]
            yield "entry added", a.Tuple((*items, a.Number("0")))
        case a.Several(items):
            for i in range(len(items)):
                rest = (*items[:i], *items[i + 1 :])
                yield "one left out", rest[0] if len(rest) == 1 else dataclasses.replace(tree, items=rest)
            for extra in ("0", "2", "100"):
                yield "one added", dataclasses.replace(tree, items=(*items, a.Number(extra)))
        case a.Matrix(rows):
            yield "rows swapped", a.Matrix((rows[1], rows[0], *rows[2:]))
            yield "rows turned round", a.Matrix(rows[::-1])
            yield "row left out", a.Matrix(rows[:-1])
            yield "row added", a.Matrix((*rows, rows[0]))
            if len(rows[0]) == 1:
                yield "rows moved on", a.Matrix((*rows[1:], rows[0]))
        case a.Choice():
            for other in "ABCDEF":
                yield "another letter", a.Choice(other)
        case a.Word(text):
            for other in WORDS:
                yield "another word", a.Word(other)
            for i in range(len(text)):
                if text[i] in text[max(0, i - 1) : i] + text[i + 1 : i + 2]:
                    continue  # ``elipse`` is a slip of spelling
                yield "letter left out", a.Word(text[:i] + text[i + 1 :])
            yield "letter added", a.Word(text + "a")
            yield "twice", a.Word(text + text)
            yield "prefix", a.Word(text[:3])
        case a.Digits(text, base):
            for other in (base - 1, base + 1, 10):
                if all(int(digit) < other for digit in text):
                    yield "another base", a.Digits(text, other)
            yield "digits", a.Digits(text[:-1], base)
            yield "digits", a.Digits(text[::-1].lstrip("0"), base)
            yield "digits", a.Digits(text + "0", base)
            for i, digit in enumerate(text):
                yield "digits", a.Digits(text[:i] + str((int(digit) + 1) % base) + text[i + 1 :], base)
        case a.Equation(left, right):
            yield "sign", a.Equation(left, minus(right) if right != a.Number("0") else a.Number("1"))
            yield "sides", a.Equation(right, a.Sum((left, a.Number("1"))))


def _said(gold: Gold) -> Iterator[tuple[str, str]]:
    """What no tree says: several answers offered at once, relations, negations, more than was meant."""
    tree, text = gold.tree, gold.text
    if isinstance(tree, a.Word):
        for said in (
            "not {}",
            "{} or {other}",
            "{} and {other}",
            "either {} or {other}",
            "{}, {other}",
            r"\text{{{} or {other}}}",
            "non-{}",
            "{}ly",
            "{} {other}",
        ):
            for other in [word for word in WORDS if word.casefold() != text.casefold()][:4]:
                yield "hedged", said.format(text, other=other)
        return
    if isinstance(tree, a.Choice):
        letter, others = tree.letter, [one for one in "ABCDE" if one != tree.letter]
        for other in others:
            for said in (
                "{other}",
                "{other}.",
                r"\text{{({other})}}",
                r"\textbf{{{other}}}",
                "({}) or ({other})",
                "{}, {other}",
                "{} and {other}",
                "{}{other}",
                "({})({other})",
            ):
                yield "hedged" if "{}" in said else "another letter", said.format(letter, other=other)
        yield "hedged", "A, B, C, D, E"
        yield "hedged", "ABCDE"
        yield "negated", f"not {letter}"
        return
    yield "nothing", ""
    yield "nothing", "none"
    yield "nothing", r"\emptyset"
    yield "nothing", r"\text{undefined}"
    if isinstance(tree, a.Union):
        yield "cut for union", r"\cap".join(write(part) for part in tree.parts)
        yield "outside", rf"\mathbb{{R}} \setminus ({write(tree)})"
    if isinstance(tree, a.Tuple):
        other = write(a.Tuple((integer(99), *tree.items[1:])))
        yield "hedged", f"{text} or {other}"
        yield "hedged", f"{text}, {other}"
        yield "hedged", rf"\{{{text}, {other}\}}"
    if gold.kind in (
        "integer",
        "degrees",
        "money",
        "unit",
        "decimal",
        "fraction",
        "radical",
        "pi",
        "mixed number",
        "complex",
    ):
        for other in ("77", "-3", r"\frac{1}{7}"):
            if other != text:
                for said in (
                    "{} or {}",
                    "{}, {}",
                    r"{} \text{{ or }} {}",
                    "{} and {}",
                    r"\{{{}, {}\}}",
                    r"\boxed{{{}}} or \boxed{{{}}}",
                    "({}, {})",
                    "x={} or x={}",
                ):
                    yield "hedged", said.format(text, other)
        if rational(tree) != 0:
            yield "both signs", rf"\pm {text}" if not text.startswith("-") else rf"\pm {text[1:]}"
            yield "imaginary", f"({text})i"
            yield "a letter added", f"({text})x"
            yield "a letter added", f"{text}+x"
        yield "relation", f"x > {text}"
        yield "relation", rf"x \ge {text}"
        yield "relation", rf"x \ne {text}"
        yield "relation", f"x < {text}"
        yield "interval for number", f"[{text}, \\infty)"
    if isinstance(tree, a.Number) and gold.kind != "base":
        value = tree.value
        if value > 0:
            yield "magnitude", f"{text} million"
            yield "magnitude", rf"{text} \text{{ thousand}}"
        if value not in (0, 1):
            yield "squared", f"{text}^2"
            yield "one over it", rf"\frac{{1}}{{{text}}}"
            yield "root", rf"\sqrt{{{text}}}"
        if value.denominator == 1 and value > 2 and factorial(min(int(value), 20)) != value:
            yield "factorial", f"{text}!"
        if value > 0 and value != 1:
            yield "logarithm", rf"\log {text}" if value != 10 else rf"\ln {text}"
