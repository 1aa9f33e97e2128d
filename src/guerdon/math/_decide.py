"""From two texts to a verdict: what is plain is decided at once, the rest by its form."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from ..expr.normal import plain_text
from ._forms import Form, Named, Several, Text, form_of
from ._limits import MAX_DIGITS, MAX_LENGTH, TooBig, Unreadable
from ._parse import parse
from ._same import same_form
from ._scalars import Scalar, scalar, without_units

_PLAIN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_STYLED = re.compile(r"\\(?:text(?:bf|rm|it|sf)?|math(?:rm|bf|sf|it)|mbox|boxed|fbox)\s*\{([^{}]*)\}")
_CHOICE = re.compile(
    r"\{?\s*(?:(?:[Cc]hoice|[Oo]ption|[Aa]nswer):?\s)?"
    r"\s*\(?\s*([A-Za-z])\s*\)?\s*\.?\}?\s*\.?"
)


def same(a: str, b: str) -> bool | None:
    r"""Whether two answers are equal: True, False, or None where it is not decided here. Never raises on any text.

    The same whichever stands first. A plain function, for pair values in ``gd.similarity.match`` and ``places``, and
    outside expressions. What it decides, it decides exactly: see :func:`guerdon.math.equal` for the rules. What is too
    big to be an answer equals nothing. Linear in both texts, and bounded.

    >>> same(r"\frac{\sqrt{3}}{3}", r"\frac{1}{\sqrt{3}}"), same("0.333", "1/3"), same("(x+1)^2", "x^2+2x+1")
    (True, False, True)
    """
    try:
        return decide(a, b)
    except (TooBig, Unreadable):
        return False


def decide(a: str, b: str) -> bool | None:
    r"""Like :func:`same`, but raises TooBig where one is too big, and Unreadable where one is no mathematics."""
    if _PLAIN.fullmatch(a) and _PLAIN.fullmatch(b):
        return a == b or Fraction(a) == Fraction(b)
    if a.strip() == b.strip() and a.strip() and len(a) <= MAX_LENGTH:
        return True
    left, right = choice(a), choice(b)
    if left and right and (len(a.strip()) > 1 or len(b.strip()) > 1):
        # (B), \text{B} and b. name an option; two bare letters are names, whose case counts.
        return left.lower() == right.lower()
    one, other = read(a), read(b)
    errors = [form for form in (one, other) if isinstance(form, Exception)]
    for error in errors:
        if isinstance(error, TooBig):
            raise TooBig(str(error))
    if isinstance(one, Exception) or isinstance(other, Exception):
        if squeezed(a) and squeezed(a) == squeezed(b):
            return True
        raise Unreadable(str(errors[0]))
    found = same_form(one, other)
    if found is not True:
        found = _otherwise(a, b, one, other, found)
    if found is None and squeezed(a) == squeezed(b):
        return True
    return found


# An option with what it says, (B) 3 or B. ellipse; one that names a second option names none.
_NAMED_OPTION = re.compile(r"\(?([A-J])\)?[).:](?:\s|~|\\[ ,;:]|\\q?quad(?![a-z]))+([^\s].*)")
_OTHER_OPTION = re.compile(r"(?<![A-Za-z\\])[A-J](?![A-Za-z])|(?<![A-Za-z])(?:or|and|not)(?![A-Za-z])")


def choice(text: str) -> str:
    """The letter of a text that is one letter, or names an option by it: B, (B), Choice B; "" for any other."""
    if len(text) > 200:
        return ""
    text = text.strip().strip("$").strip()
    for _ in range(3):  # one in another
        text = _STYLED.sub(r"\1", text).strip()
    named = _NAMED_OPTION.fullmatch(text)
    if named and not _OTHER_OPTION.search(named[2]):
        return named[1]
    if len(text) > 40:
        return ""
    found = _CHOICE.fullmatch(text)
    return found[1] if found else ""


def _otherwise(a: str, b: str, one: Form, other: Form, found: bool | None) -> bool | None:
    """Commas read another way (1,234 beside a list of two, 1,22 beside 1.22), and letters as units: 5 m beside 5."""
    if isinstance(one, Several) and isinstance(other, Scalar) and _is_decimal_comma(a):
        return same_form(read_decimal(a), other) or found
    if isinstance(other, Several) and isinstance(one, Scalar) and _is_decimal_comma(b):
        return same_form(one, read_decimal(b)) or found
    for text, form, twin in ((a, one, other), (b, other, one)):
        if isinstance(form, Scalar) and isinstance(twin, Scalar) and not form.unit and not twin.unit:
            number = without_spaced_units(text, form)
            if number is not None:
                return scalar(number, twin) or found
        if isinstance(form, Several) and isinstance(twin, Scalar) and _BRACKETED.fullmatch(text.strip("$ ")):
            return same_form(form_of(parse(text.strip("$ ()"))), twin) or found
    if isinstance(one, Several) and isinstance(other, (Scalar, Several)) and _GROUPS.search(b):
        return same_form(one, _listed(b)) or found
    if isinstance(other, Several) and isinstance(one, (Scalar, Several)) and _GROUPS.search(a):
        return same_form(_listed(a), other) or found
    return found


# Without the space it is a product: 5m is five times m.
_SPACED_UNIT = re.compile(r"[0-9}](?:\s|\\[ ,;:]|~)(?:\\frac\{)?[mgshlLNJWVAKCF](?![A-Za-z])")
_GROUPS = re.compile(r"[0-9],[0-9]{3}")
_BRACKETED = re.compile(r"\([0-9]{1,3}(?:,[0-9]{3})+\)")
_DECIMAL_COMMA = re.compile(r"\$?-?[0-9]{1,3},[0-9]{2}\$?")


def without_spaced_units(text: str, form: Scalar) -> Scalar | None:
    """The number of ``5 m`` or ``4 m/s``; None where no letter stands behind a space, as in 5m, which is a product."""
    number = without_units(form.tree) if _SPACED_UNIT.search(text) else None
    return None if number is None else Scalar(number)


def _is_decimal_comma(text: str) -> bool:
    return len(text) < 20 and _DECIMAL_COMMA.fullmatch(text.strip()) is not None


def read_decimal(text: str) -> Form:
    """A number written with a decimal comma."""
    return form_of(parse(text.replace(",", ".")))


def _listed(text: str) -> Form:
    try:
        return form_of(parse(text, thousands=False))
    except Unreadable:
        return Text("")


@lru_cache(maxsize=2048)
def _read_short(text: str) -> Form | Exception:
    try:
        return form_of(parse(text))
    except (TooBig, Unreadable) as error:
        # Without its traceback: that would keep the whole reading alive in the cache.
        return error.with_traceback(None)
    except RecursionError:
        return TooBig("the answer is too deep")


def read(text: str) -> Form | Exception:
    """The form of a text, or why it has none. Short texts are remembered."""
    return _read_short(text) if len(text) <= 200 else _read_short.__wrapped__(text)


def squeezed(text: str) -> str:
    """A text with case folded, white space collapsed and dollar signs dropped, for those that are no mathematics."""
    return " ".join(plain_text(text[:MAX_LENGTH]).replace("$", "").rstrip(".").split())


def within(a: str, b: str, digits: int) -> bool:
    """Whether two numbers agree when the difference is rounded to so many decimals: exactly where both are rational."""
    one, other = read(a), read(b)
    return _close(one, other, Fraction(1, 2 * 10 ** min(digits, MAX_DIGITS)))


def _close(one: object, other: object, most: Fraction) -> bool:
    if isinstance(one, Named):
        one = one.form
    if isinstance(other, Named):
        other = other.form
    if isinstance(one, Several) and isinstance(other, Several):
        return (
            len(one.items) == len(other.items)
            and one.brackets == other.brackets
            and all(_close(x, y, most) for x, y in zip(one.items, other.items, strict=True))
        )
    if (
        not isinstance(one, Scalar)
        or not isinstance(other, Scalar)
        or (one.unit and other.unit and one.unit != other.unit)
    ):
        return False
    if one.exact is not None and other.exact is not None:
        return abs(one.exact - other.exact) <= most
    left, right = one.real, other.real
    if left is None or right is None or not abs(left) < 1e300 or not abs(right) < 1e300:
        return False
    return abs(Fraction(left) - Fraction(right)) <= most
