"""What is too big to be an answer; everything here is checked before any work is done on it."""

from __future__ import annotations

MAX_LENGTH = 10_000
"""Characters of an answer."""
MAX_TOKENS = 4_000
"""Symbols of an answer."""
MAX_DIGITS = 400
"""Digits of one number."""
MAX_DEPTH = 90
"""Steps from part to part of a part; three for each bracket inside another."""
MAX_ITEMS = 256
"""Entries of one list, set or matrix."""
MAX_BITS = 4_096
"""Bits of a numerator or denominator that is kept exactly."""
MAX_FACTORIAL = 5_000
"""The largest n whose factorial is computed."""
MAX_WORK = 1_000_000
"""Multiplications that one answer may cost: some tenths of a second at most."""
MAX_POSTFIX = 8
"""Powers, subscripts, percent signs and factorials in a row."""


class TooBig(Exception):
    """An answer is longer, deeper or dearer than an answer can be."""


class Unreadable(Exception):
    """A text is no mathematical expression."""
