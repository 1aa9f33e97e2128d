"""A text key for an answer: equal answers have equal keys, as far as the exact path decides."""

from __future__ import annotations

from ._decide import choice, read, squeezed, without_spaced_units
from ._field import inverse, multiply, rational_of
from ._forms import Chain, Form, Matrix, Named, Ratio, Relation, Several, Text
from ._limits import MAX_LENGTH, TooBig, Unreadable
from ._same import distinct, equation_of, spelled
from ._scalars import Scalar
from ._sets import Intervals, joined


def key_of(text: str) -> str | None:
    r"""The key of an answer, or None where there is none, or it is too big to be one.

    >>> key_of("0.50"), key_of(r"\frac{2}{4}"), key_of("x = 1/2")
    ('1/2', '1/2', '1/2')
    """
    if not text.strip() or len(text) > MAX_LENGTH:
        return None
    letter = choice(text)
    if letter:
        return _scalar(Scalar(("sym", letter)))
    form = read(text)
    try:
        if isinstance(form, Exception):
            return None if isinstance(form, TooBig) else f"text {squeezed(text)}"
        number = without_spaced_units(text, form) if isinstance(form, Scalar) else None
        return _key(form if number is None else number)
    except TooBig:
        return None
    except Unreadable:
        return f"text {squeezed(text)}"


def _key(form: Form) -> str:
    if isinstance(form, Scalar):
        return _scalar(form)
    number = spelled(form)
    if number is not None:
        return _scalar(number)
    if isinstance(form, Text):
        return f"text {form.words.replace(' ', '')}"
    if isinstance(form, Named):
        relation = equation_of(form)
        return _key(form.form) if relation is None else f"= {_up_to_a_factor(relation)}"
    if isinstance(form, Several):
        if form.kind == "tuple":
            return f"({', '.join(map(_key, form.items))})"
        return f"{{{', '.join(sorted(map(_key, distinct(form.items))))}}}"
    if isinstance(form, Intervals):
        return " u ".join(
            f"{'[' if closed else '('}{_scalar(low)}, {_scalar(high)}{']' if high_closed else ')'}"
            for low, closed, high, high_closed in joined(form)
        )
    if isinstance(form, Matrix):
        return f"[{'; '.join(', '.join(map(_key, row)) for row in form.rows)}]"
    if isinstance(form, Ratio):
        return ":".join(_scalar(part) for part in form.parts)
    if isinstance(form, Relation):
        return f"{form.operator} {_up_to_a_factor(form)}"
    assert isinstance(form, Chain)
    return "".join(_scalar(side) + operator for side, operator in zip(form.sides, (*form.operators, ""), strict=True))


def _up_to_a_factor(form: Relation) -> str:
    """What an equation and its multiples share: the ratio of its values at two points."""
    here, there = form.left.print[0], form.left.second_print()
    below = None if there is None else inverse(there)
    if here is None or below is None:
        return _scalar(form.left)
    ratio = multiply(here, below)
    sign = ""
    if form.operator not in ("=", "!="):
        value = form.left.approximations[0][0]
        sign = "" if value is None else "+" if value.real > 0 else "-"
    return f"{sign}#{ratio[0]:x}.{ratio[1]:x}"


def _scalar(one: Scalar) -> str:
    if one.exact is not None:
        return str(one.exact)
    if one.tree[0] == "sym" and len(one.tree[1]) == 1:
        # A letter may name an option, whose case does not count.
        one = Scalar(("sym", one.tree[1].lower()))
    found = one.print[0]
    if found is None:
        return f"tree {one.tree!r}"
    rational = rational_of(found)
    return f"#{found[0]:x}.{found[1]:x}" if rational is None else str(rational)
