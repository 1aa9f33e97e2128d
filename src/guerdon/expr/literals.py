"""Numbers as people write them, read without ever doing unbounded work on hostile digits.

``int("1" * 10**6)`` and ``int(Decimal("1e3000000"))`` run for minutes; here digits and exponents are counted first.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import NamedTuple

MAX_DIGITS = 400
"""A number written with more digits than this is no number here."""
MAX_EXPONENT = 400
"""Nor is one whose exponent is larger than this, up or down."""

_SIGNS = "+-\u2212"
# Each part starts with a character that the part before cannot hold, so a failure gives back one group at most.
_PLAIN = r"[0-9]+"
_GROUPED = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)"
_REST = r"(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+\-\u2212]?[0-9]+)?"
_NUMBER = {
    grouped: re.compile(rf"[+\-\u2212]?(?:{whole}{_REST}") for grouped, whole in ((False, _PLAIN), (True, _GROUPED))
}
_WORD = re.compile(r"\w*")
_CHAIN = re.compile(r"[0-9.]*")


class Number(NamedTuple):
    """A number found in a text: where it stands, and its exact value."""

    start: int
    stop: int
    value: Fraction


def find_numbers(text: str, thousands: bool = True) -> list[Number]:
    """Every number in a text, in order: sign, digits, decimals, exponent, and fractions such as ``3/4``. Linear.

    With ``thousands``, commas in groups of three are read (``1,234``), else a comma ends a number. What is part of a
    word (``x2``), of a dotted chain (``1.2.3``) or of a chain of slashes (a date) is not a number of its own; nor is a
    fraction over zero, or a number of more than ``MAX_DIGITS`` digits. A sign counts where nothing is subtracted:
    ``3-4`` holds 3 and 4. Only the digits 0 to 9 count.

    >>> [str(found.value) for found in find_numbers("gap = -0.5 m, 1,234 and 3/4")]
    ['-1/2', '1234', '3/4']
    """
    pieces = _pieces(text, thousands)
    found: list[Number] = []
    i = 0
    while i < len(pieces):
        # A run of numbers joined by slashes is a fraction if there are two of them, and nothing otherwise.
        j = i
        while j + 1 < len(pieces) and pieces[j + 1][0] == pieces[j][1] + 1 and text[pieces[j][1]] == "/":
            j += 1
        start, stop, whole = pieces[i]
        if j == i:
            if whole is not None:
                found.append(Number(start, stop, whole))
        elif j == i + 1:
            below = pieces[j][2]
            if whole is not None and below is not None and below > 0:
                found.append(Number(start, pieces[j][1], whole / below))
        i = j + 1
    return found


def read_number(text: str) -> Fraction | None:
    """The exact value of a text that is one number and nothing else (white space aside), or None.

    >>> read_number(" 1,000.50 "), read_number("12 apples")
    (Fraction(2001, 2), None)
    """
    inner = text.strip()
    # A number within the limits is short: with its commas and its fraction it cannot be longer than this.
    if not inner or len(inner) > 4 * MAX_DIGITS:
        return None
    found = find_numbers(inner)
    if len(found) == 1 and found[0].start == 0 and found[0].stop == len(inner):
        return found[0].value
    return None


def as_float(value: Fraction) -> float | None:
    """The nearest float, or None where it would be infinite.

    >>> as_float(Fraction(1, 4))
    0.25
    """
    try:
        number = float(value)
    except OverflowError:
        return None
    return number + 0.0 if math.isfinite(number) else None


def _pieces(text: str, thousands: bool) -> list[tuple[int, int, Fraction | None]]:
    """Where each candidate stands, fractions not yet joined, and its value, or None where it is no number by itself."""
    pieces: list[tuple[int, int, Fraction | None]] = []
    position = 0
    pattern = _NUMBER[thousands]
    while True:
        match = pattern.search(text, position)
        if match is None:
            return pieces
        start, stop = match.span()
        before = text[start - 1 : start]
        if text[start] in _SIGNS and before and (before.isalnum() or before in "_)]}%"):
            start += 1  # subtracted, not negative
            before = ""
        inside_word = before.isalnum() or before == "_" or (before == "." and text[start - 2 : start - 1].isalnum())
        if text[stop - 1] == ".":
            stop -= 1
        end = stop
        if text[stop : stop + 1] == "." and _is_digit(text[stop + 1 : stop + 2]):
            end = _CHAIN.match(text, stop).end()  # type: ignore[union-attr]  # matches the empty text too
        whole = not inside_word and end == stop and text[stop : stop + 1] != "_"
        pieces.append((start, end, _value(text[start:stop]) if whole else None))
        # What follows without a gap (the unit of 12m, the rest of 2x3) is part of the same word.
        follows = text[end : end + 1]
        position = end if _is_digit(follows) else _WORD.match(text, end).end()  # type: ignore[union-attr]


def _is_digit(character: str) -> bool:
    return "0" <= character <= "9" if character else False


def _value(body: str) -> Fraction | None:
    if len(body) > 2 * MAX_DIGITS:
        return None
    plain = body.replace(",", "").replace("\u2212", "-").lower()
    mantissa, _, exponent = plain.partition("e")
    if sum(character.isdigit() for character in mantissa) > MAX_DIGITS:
        return None
    if exponent and (len(exponent) > 6 or abs(int(exponent)) > MAX_EXPONENT):
        return None
    return Fraction(plain)
