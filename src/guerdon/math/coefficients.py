r"""Coefficients of one symbol: ``\frac{3}{4}P, 0.25P`` says 3/4 and 1/4."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import Any, cast

from ..expr.chat import Text, read
from ..expr.columns import Column
from ..expr.function import Function, function
from ..expr.inputs import NOT_GIVEN, bound, chosen, opening
from ..expr.literals import as_float, read_number
from ..expr.thinking import visible_text
from ..expr.values import Failed
from ..text._boxed import boxes_in

MOST = 256
"""A text with more coefficients than this has none."""

_LONGEST = 20_000
_DEEPEST = 4
# What one product and one sum may hold: whatever the text, each place in it is then looked at a bounded number of
# times.
_WINDOW = 64
_MOST_PRODUCTS = 16
_MOST_BITS = 3000
# Every alternative is told by its first character, and repeats are of one class: time in proportion to the text.
_TOKEN = re.compile(
    r"""(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<frac>\\[dt]?frac(?![A-Za-z]))
    |(?P<times>\\(?:cdot|times)(?![A-Za-z])|[*·×⋅∙])
    |(?P<cut>[,;\n]|\\\\|\\text\{[^{}]{0,60}\})
    |(?P<space>\s+|\\(?:begin|end)\{[A-Za-z*]{0,20}\}|\\(?:left|right|quad|qquad|displaystyle)(?![A-Za-z])|\\[,;:!{}\[\]\s]|[$~&])
    |(?P<equals>=|≈|\\approx(?![A-Za-z]))
    |(?P<word>\\?[A-Za-z]+(?:_(?:\{[^{}\s]{0,40}\}|[A-Za-z0-9]))?)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_BINDS = ("^", "_", "/", ".", ")", "}")
_SIGNS = {"+": 1, "-": -1, "\u2212": -1}

_Token = tuple[str, str]
# A product read from tokens: its number, how often it holds the symbol, and the token after it.
_Product = tuple[Fraction, int, int]


def read_coefficients(text: str, symbol: str) -> list[Fraction]:
    r"""The coefficients of a symbol in a text, in order, as exact fractions. Linear in the text.

    Read are ``cP``, ``c*P``, ``c \cdot P``, ``\frac{a}{b}P``, ``\frac{aP}{b}``, ``aP/b``, a bare ``P`` (1), their
    sums, and 0 standing alone; of ``R = P - P/4 = 0.75P`` what stands after the last ``=``. Commas, semicolons and
    line breaks separate. What multiplies the symbol by something else (``P^2``, ``2PL``) is left out.

    >>> [str(c) for c in read_coefficients(r"R_A = \frac{3}{4}P, R_B = P - 0.75P, 0, \frac{-P}{2}", "P")]
    ['3/4', '1/4', '0', '-1/2']
    """
    found: list[Fraction] = []
    for segment in _segments(text[:_LONGEST]):
        found += _scan(segment, symbol)
    return found


def coefficients(
    of: Column | None = None,
    symbol: str = "P",
    axis: str = "coefficient",
    *,
    boxed: bool = False,
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Column:
    r"""The coefficients of a symbol in a text, as floats on an axis. Linear.

    Args:
        of: the text to read, such as ``gd.text.boxed()``; the completion without its thinking if left out.
        symbol: the symbol, such as ``"P"`` or ``"w_0"``.
        axis: the axis they lie on.
        boxed: read only what stands in ``\boxed{…}``, in all of them, one after another.
        prompt: whose tail may open tags; where the completion is read, its column ``prompt``, if the data has one.
        opened: tags that the chat template opened.

    See :func:`read_coefficients` for what is read. A text of more than 20,000 characters or 256 coefficients has none,
    nor has one whose parser gave no verdict.

    >>> import guerdon as gd
    >>> rows = {"completion": [r"2P acts: \boxed{\frac{3}{4}P, 0.25P}"]}
    >>> gd.math.coefficients(boxed=True).score(rows).nested()
    [[0.75, 0.25]]
    """
    if not re.fullmatch(r"\\?[A-Za-z]+(?:_(?:\{[^{}\s]{0,40}\}|[A-Za-z0-9]))?", symbol):
        raise ValueError(f"symbol is a letter or a word, such as 'P' or 'w_0', not {symbol!r}")
    extra = None if symbol == "P" else symbol
    return cast(Column, _on_axis(axis)(**bound(of, symbol=extra, boxed=boxed or None, **opening(prompt, opened))))


@cache
def _on_axis(axis: str) -> Function:
    return function(returns="column", axis=axis, version="1", name="coefficients")(coefficients_leaf)


def coefficients_leaf(
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    symbol: str = "P",
    boxed: bool = False,
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> list[float]:
    """See :func:`coefficients`."""
    text = read(chosen(completion, of), prompt, opened)
    if text is None:
        return []
    plain = _boxed_parts(text) if boxed else visible_text(text.text, text.opened)
    if len(plain) > _LONGEST:
        raise Failed(f"a text of more than {_LONGEST} characters")
    found = [as_float(value) for value in read_coefficients(plain, symbol)]
    if len(found) > MOST:
        raise Failed(f"more than {MOST} coefficients")
    return [value for value in found if value is not None]


def _boxed_parts(text: Text) -> str:
    """The insides of all boxes, one a line; a box inside a box is not read twice."""
    parts: list[str] = []
    end = 0
    for start, stop in boxes_in(text):
        if start >= end:
            parts.append(text.text[start:stop])
            end = stop
    return "\n".join(parts)


def _segments(text: str) -> list[list[_Token]]:
    segments: list[list[_Token]] = [[]]
    for match in _TOKEN.finditer(text):
        kind = cast(str, match.lastgroup)
        if kind == "cut" or (kind == "space" and "\n" in match[0]):
            segments.append([])
        elif kind != "space":
            segments[-1].append((kind, match[0]))
    return segments


def _scan(tokens: list[_Token], symbol: str) -> list[Fraction]:
    """The coefficients among the tokens of one segment, each sum of products as one."""
    found: list[Fraction] = []
    at = 0
    while at < len(tokens):
        total, degree, after = _sum(tokens, at, symbol)
        if degree is None:
            at += 1
            continue
        following = tokens[after] if after < len(tokens) else ("", "")
        kind, before = tokens[at - 1] if at else ("", "")
        # A power, an index, or a factor that could not be read makes it another quantity.
        whole = following[0] != "times" and following[1] not in ("^", "_", "/")
        whole = whole and not before.startswith("\\") and before not in _BINDS and (kind != "times" or at == 1)
        restated = following[0] == "equals" and _sum(tokens, after + 1, symbol)[1] is not None
        nothing = degree == 0 and total == 0 and after == at + 1 and before != "{"
        if whole and not restated and (degree == 1 or nothing):
            found.append(total)
        at = after
    return found


def _sum(tokens: list[_Token], at: int, symbol: str) -> tuple[Fraction, int | None, int]:
    """Products of one degree, added up; None for the degree where there is no product."""
    total, degree = Fraction(0), None
    for _ in range(_MOST_PRODUCTS):
        product = _product(tokens[at : at + _WINDOW], 0, symbol, 0)
        if product is None or (degree is not None and product[1] != degree):
            break
        total, degree, at = total + product[0], product[1], at + product[2]
        if at >= len(tokens) or tokens[at][1] not in _SIGNS:
            break
    return total, degree, at


def _product(tokens: list[_Token], at: int, symbol: str, depth: int) -> _Product | None:
    """A sign and factors, with divisions; None where there is no factor, or one over zero."""
    value, degree, over, some = Fraction(1), 0, False, False
    if at < len(tokens) and tokens[at][1] in _SIGNS:
        value *= _SIGNS[tokens[at][1]]
        at += 1
    while at < len(tokens):
        start = at
        if some and (tokens[at][0] == "times" or tokens[at][1] == "/"):
            over = tokens[at][1] == "/"
            at += 1
        factor = _factor(tokens, at, symbol, depth)
        if factor is None:
            return (value, degree, start) if some else None
        if over and not factor[0]:
            return None
        # 3/4P is three quarters of P, as people write it: a division reaches one factor.
        value, degree = (value / factor[0], degree - factor[1]) if over else (value * factor[0], degree + factor[1])
        at, over, some = factor[2], False, True
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > _MOST_BITS:
            return None
    return (value, degree, at) if some else None


def _factor(tokens: list[_Token], at: int, symbol: str, depth: int) -> _Product | None:
    if at >= len(tokens):
        return None
    kind, text = tokens[at]
    if kind == "number":
        number = read_number(text)
        return None if number is None else (number, 0, at + 1)
    if kind == "word":
        return (Fraction(1), 1, at + 1) if text == symbol else None
    if text in ("(", "{"):
        return _group(tokens, at, {"(": ")", "{": "}"}[text], symbol, depth)
    if kind != "frac":
        return None
    above = _group(tokens, at + 1, "}", symbol, depth)
    below = None if above is None else _group(tokens, above[2], "}", symbol, depth)
    if above is None or below is None or not below[0]:
        return None
    return above[0] / below[0], above[1] - below[1], below[2]


def _group(tokens: list[_Token], at: int, closing: str, symbol: str, depth: int) -> _Product | None:
    if depth >= _DEEPEST or at >= len(tokens) or tokens[at][1] != ("{" if closing == "}" else "("):
        return None
    inner = _product(tokens, at + 1, symbol, depth + 1)
    if inner is None or inner[2] >= len(tokens) or tokens[inner[2]][1] != closing:
        return None
    return inner[0], inner[1], inner[2] + 1
