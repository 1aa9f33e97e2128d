"""A text key for an answer: equal answers have equal keys, as far as the exact path decides."""

from __future__ import annotations

from fractions import Fraction

from ._decide import choice, read, squeezed, without_spaced_units
from ._field import ZERO, inverse, multiply, rational_of
from ._forms import Chain, Form, Matrix, Named, Ratio, Relation, Several, Text
from ._limits import MAX_LENGTH, TooBig, Unreadable
from ._same import distinct, equation_of, spelled
from ._scalars import Scalar, mapped, names_in
from ._sets import Intervals, joined
from ._trees import Tree


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
        return _key(form.form) if relation is None else _key(relation)
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
        solution = _solved(form.left) if form.operator == "=" else None
        return f"{form.operator} {_up_to_a_factor(form)}" if solution is None else _scalar(solution)
    assert isinstance(form, Chain)
    return "".join(_scalar(side) + operator for side, operator in zip(form.sides, (*form.operators, ""), strict=True))


def _solved(left: Scalar) -> Scalar | None:
    """What ``left`` = 0 makes of its only unknown, or of y, z or x: the first that it is linear in. None without one.

    So 2x + y = 0 has the key of y = -2x, which is that of -2x, as in every answer whose name is left out.
    """
    names = names_in(left.tree)
    for name in names if len(names) == 1 else [name for name in "yzx" if name in names]:
        at_zero, at_one, at_two = (_with(left.tree, name, value) for value in (0, 1, 2))
        slope, next_slope = Scalar(("add", [at_one, ("neg", at_zero)])), Scalar(("add", [at_two, ("neg", at_one)]))
        one = slope.print[0]
        if one not in (None, ZERO) and one == next_slope.print[0] == slope.second_print():
            return Scalar(("div", ("neg", at_zero), slope.tree))
    return None


def _with(tree: Tree, name: str, value: int) -> Tree:
    return mapped(tree, lambda node: ("num", Fraction(value)) if node == ("sym", name) else None)


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
