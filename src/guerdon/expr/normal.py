"""When two texts say the same: exactly, in plain text, as SQuAD counts it, or as numbers."""

from __future__ import annotations

import string
import unicodedata
from fractions import Fraction
from typing import Any, Literal, get_args

from .literals import MAX_DIGITS, find_numbers, read_number

Normalize = Literal["exact", "text", "squad", "number"]

_ARTICLES = frozenset(("a", "an", "the"))
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_MONEY = "$€£¥"


def check_normalize(normalize: str) -> None:
    """Raise ValueError naming the four forms unless ``normalize`` is one of them."""
    if normalize not in get_args(Normalize):
        raise ValueError(f"normalize is one of {', '.join(map(repr, get_args(Normalize)))}, not {normalize!r}")


def plain_text(text: str) -> str:
    r"""A text with Unicode's compatible forms made one (NFKC), case folded and white space collapsed. Linear.

    >>> plain_text("  Zu\u0308rich\n HB ") == "zürich hb"
    True
    """
    # Folding can undo the composition (U+0345), so composition comes last as well.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())


def squad_text(text: str) -> str:
    """Lower case, without ASCII punctuation, without the words a, an and the, white space collapsed. Linear.

    This is the answer normalisation of SQuAD (Rajpurkar et al., 2016, arXiv:1606.05250), in that order.

    >>> squad_text("The  Eiffel-Tower!")
    'eiffeltower'
    """
    words = text.lower().translate(_PUNCTUATION).split()
    return " ".join(word for word in words if word not in _ARTICLES)


def as_number(text: str) -> Fraction | None:
    """The exact value of a text that is one number, but for a currency sign before it, ``%`` or a full stop after.

    ``50%`` is 50: the sign is taken for a unit, as the data sets do.

    >>> as_number("$1,234.50."), as_number("1/3"), as_number("four")
    (Fraction(2469, 2), Fraction(1, 3), None)
    """
    inner = text.strip()
    if len(inner) > 4 * MAX_DIGITS:
        return None
    inner = inner.rstrip(".").rstrip("%").strip()
    if inner[:1] and inner[0] in _MONEY:
        inner = inner[1:].lstrip()
    elif len(inner) > 1 and inner[0] in "+-\u2212" and inner[1] in _MONEY:
        inner = inner[0] + inner[2:].lstrip()
    return read_number(inner)


def only_number(text: str) -> Fraction | None:
    """The value of the one number in a text, or None where there is none or there are several.

    >>> only_number("12 apples"), only_number("3 or 4")
    (Fraction(12, 1), None)
    """
    found = find_numbers(text)
    return found[0].value if len(found) == 1 else None


def as_reference(value: Any) -> str:
    """A reference as text: a string as it is, a number as Python writes it. TypeError for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if isinstance(value, int) and value.bit_length() > 3 * MAX_DIGITS:
            raise TypeError(f"the reference is a number of more than {MAX_DIGITS} digits")
        return str(value)
    raise TypeError(f"a reference is text or a number, not {type(value).__name__}")


def same(a: str, b: str, normalize: Normalize = "text") -> bool | None:
    """Whether two texts are equal in one of the four forms; None where ``number`` is asked for and ``a`` is none.

    ValueError where ``number`` is asked for and the reference ``b`` is none. Linear in both texts.

    >>> same("Paris ", "paris"), same("Paris ", "paris", "exact"), same("0.50", "1/2", "number")
    (True, False, True)
    """
    if normalize == "exact":
        return a == b
    if normalize == "text":
        return plain_text(a) == plain_text(b)
    if normalize == "squad":
        return squad_text(a) == squad_text(b)
    right = as_number(b)
    if right is None:
        raise ValueError("the reference is no number")
    left = as_number(a)
    return None if left is None else left == right
