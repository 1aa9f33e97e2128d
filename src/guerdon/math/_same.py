"""Whether two answers are the same: yes, no, or not decided here. The same whichever stands first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from . import _field as field
from ._forms import Chain, Form, Matrix, Named, Ratio, Relation, Several, Text, as_intervals
from ._scalars import Scalar, Verdict, either, names_in, scalar
from ._sets import Intervals, joined
from ._trees import Tree


def same_form(a: Form, b: Form) -> Verdict:
    """True, False, or None where neither follows from what is known here."""
    if isinstance(a, Named) or isinstance(b, Named):
        return _named(a, b)
    if isinstance(a, Scalar) and isinstance(b, Scalar):
        return _scalars(a, b)
    if isinstance(a, Text) or isinstance(b, Text):
        number, other = (spelled(a), b) if isinstance(a, Text) else (spelled(b), a)
        if number is not None and isinstance(other, Scalar):
            return scalar(number, other)
        return _words(a) is not None and _words(a) == _words(b)
    if isinstance(a, Ratio) or isinstance(b, Ratio):
        return _ratios(a, b)
    if isinstance(a, Intervals) or isinstance(b, Intervals):
        left, right = as_intervals(a), as_intervals(b)
        return False if left is None or right is None else _intervals(left, right)
    if isinstance(a, Matrix) or isinstance(b, Matrix):
        return _matrices(a, b)
    if isinstance(a, Several) and isinstance(b, Several):
        return _several(a, b)
    if isinstance(a, Relation) and isinstance(b, Relation):
        return _relations(a, b)
    if isinstance(a, Chain) and isinstance(b, Chain):
        if a.operators != b.operators or len(a.sides) != len(b.sides):
            return False
        return every(scalar(one, other) for one, other in zip(a.sides, b.sides, strict=True))
    if isinstance(a, Several) != isinstance(b, Several):
        one = a if isinstance(a, Several) else b
        other = b if isinstance(a, Several) else a
        assert isinstance(one, Several)
        if len(one.items) == 1 and one.kind == "set":
            return same_form(one.items[0], other)
    return False


def every(verdicts: Iterable[Verdict]) -> Verdict:
    """False if one is, else None if one is, else True."""
    unsure = False
    for verdict in verdicts:
        if verdict is False:
            return False
        unsure = unsure or verdict is None
    return None if unsure else True


def _scalars(a: Scalar, b: Scalar) -> Verdict:
    if a.unit == b.unit or not (a.unit and b.unit):
        if "%" in (a.unit, b.unit) and a.unit != b.unit:
            # 50% is 50 where the question asks for per cent, and it is 0.5; but 0.5% is only 0.005.
            shares = [Scalar(("div", one.tree, _HUNDRED)) if one.unit == "%" else one for one in (a, b)]
            small = any(one.unit == "%" and one.real is not None and abs(one.real) < 1 for one in (a, b))
            return either(False if small else scalar(a, b), scalar(*shares))
        return scalar(a, b)
    if "%" in (a.unit, b.unit):
        return False
    return scalar(a, b) if _plain_unit(a.unit) == _plain_unit(b.unit) else False


_HUNDRED: Tree = ("num", Fraction(100))


def _plain_unit(unit: str) -> str:
    unit = _UNITS.get(unit, unit)
    return unit[:-1] if len(unit) > 3 and unit.endswith("s") else unit


_UNITS = {
    "degree": "degree", "degrees": "degree", "square cm": "cm^2", "sq cm": "cm^2", "centimeters": "cm",
    "centimeter": "cm", "meters": "m", "meter": "m", "kilometers": "km", "kilograms": "kg", "grams": "g",
    "hours": "hr", "hour": "hr", "hrs": "hr", "inches": "in", "inch": "in", "feet": "ft", "foot": "ft",
    "USD": "$", "usd": "$", "us dollars": "$", "EUR": "€", "eur": "€", "GBP": "£", "gbp": "£", "inr": "INR",
    "Rs": "INR", "rs": "INR", "rupees": "INR", "rupee": "INR", "pound": "lb", "cents": "¢", "cent": "¢",
    "square units": "square unit", "dollars": "$", "dollar": "$", "euros": "€", "euro": "€",
    "miles": "mi", "mile": "mi", "pounds": "lb",
}  # fmt: skip


_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()


def spelled(form: Form) -> Scalar | None:
    """The number that is written as a word, and as nothing but that: five."""
    if isinstance(form, Text) and form.words in _NUMBERS:
        return Scalar(("num", Fraction(_NUMBERS.index(form.words))))
    return None


def _words(form: Form) -> str | None:
    if isinstance(form, Text):
        return form.words
    if isinstance(form, Several) and form.kind == "tuple" and len(form.items) == 1:
        return _words(form.items[0])
    if isinstance(form, Scalar):
        parts = form.tree[1] if form.tree[0] == "mul" else [form.tree]
        if all(part[0] == "sym" and len(part[1]) == 1 for part in parts):
            return "".join(part[1] for part in parts).lower()
    return None


def _ratios(a: Form, b: Form) -> Verdict:
    if isinstance(a, Ratio) and isinstance(b, Ratio):
        if len(a.parts) != len(b.parts):
            return False
        alike = every(scalar(one, other) for one, other in zip(a.parts, b.parts, strict=True))
        if a.is_time or b.is_time:
            halves = [part.unit for part in (*a.parts, *b.parts) if part.unit]
            return False if len(set(halves)) > 1 else alike
        if alike is True:
            return alike
        first, second = a.parts[0].tree, b.parts[0].tree
        return every(
            scalar(Scalar(("mul", [first, other.tree])), Scalar(("mul", [second, one.tree])))
            for one, other in zip(a.parts, b.parts, strict=True)
        )
    ratio, other_form = (a, b) if isinstance(a, Ratio) else (b, a)
    assert isinstance(ratio, Ratio)
    if isinstance(other_form, Scalar) and len(ratio.parts) == 2 and not ratio.is_time and not ratio.spoken:
        return scalar(Scalar(("div", ratio.parts[0].tree, ratio.parts[1].tree)), other_form)
    return False


def _matrices(a: Form, b: Form) -> Verdict:
    left, right = _rows(a), _rows(b)
    if left is None or right is None:
        return False
    vector = not (isinstance(a, Matrix) and isinstance(b, Matrix))
    if vector and 1 in (len(left), len(left[0])) and 1 in (len(right), len(right[0])):
        # (1, 2, 3) is the column or the row.
        left = ((tuple(entry for row in left for entry in row)),)
        right = ((tuple(entry for row in right for entry in row)),)
    if len(left) != len(right) or len(left[0]) != len(right[0]):
        return False
    return every(
        same_form(one, other)
        for row, twin in zip(left, right, strict=True)
        for one, other in zip(row, twin, strict=True)
    )


def _rows(form: Form) -> tuple[tuple[Form, ...], ...] | None:
    if isinstance(form, Matrix):
        return form.rows
    if isinstance(form, Several) and form.kind == "tuple" and form.items:
        return (form.items,)
    return None


def _several(a: Several, b: Several) -> Verdict:
    for one, other in ((a, b), (b, a)):
        if one.kind == "set" and len(one.items) == 1 and other.kind == "tuple":
            return same_form(one.items[0], other)
    if "tuple" in (a.kind, b.kind):
        if a.kind == b.kind and a.brackets != b.brackets:
            return False
        if "set" in (a.kind, b.kind) or "or" in (a.brackets, b.brackets) or len(a.items) != len(b.items):
            return False
        return every(same_form(one, other) for one, other in zip(a.items, b.items, strict=True))
    return _unordered(distinct(a.items), distinct(b.items))


def distinct(items: Sequence[Form]) -> list[Form]:
    """The items without those that an earlier one equals."""
    kept: list[Form] = []
    for item in items:
        if not any(same_form(item, other) for other in kept):
            kept.append(item)
    return kept


def _unordered(a: Sequence[Form], b: Sequence[Form]) -> Verdict:
    """Whether the items can be paired; equal ones are paired first, and what is left must at least be undecided."""
    if len(a) != len(b):
        return False
    left, right = [], list(b)
    for item in a:
        place = next((place for place, other in enumerate(right) if same_form(item, other)), None)
        if place is None:
            left.append(item)
        else:
            right.pop(place)
    if not left:
        return True
    verdicts = [[same_form(one, other) for other in right] for one in left]
    hopeless = any(all(verdict is False for verdict in row) for row in (*verdicts, *zip(*verdicts, strict=True)))
    return False if hopeless else None


def _intervals(a: Intervals, b: Intervals) -> Verdict:
    left, right = joined(a), joined(b)
    if len(left) != len(right):
        return False
    for one, other in zip(left, right, strict=True):
        if one[1] != other[1] or one[3] != other[3]:
            return False
    return every(
        verdict
        for one, other in zip(left, right, strict=True)
        for verdict in (scalar(one[0], other[0]), scalar(one[2], other[2]))
    )


def _named(a: Form, b: Form) -> Verdict:
    if isinstance(a, Named) and isinstance(b, Named):
        if _rival(a.name, b.name):
            left, right = _as_relation(a), _as_relation(b)
            return False if left is None or right is None else _relations(left, right)
        return same_form(a.form, b.form)
    named, other = (a, b) if isinstance(a, Named) else (b, a)
    assert isinstance(named, Named)
    if isinstance(other, Relation):
        relation = _as_relation(named)
        return False if relation is None else _relations(relation, other)
    return same_form(named.form, other)


def _rival(a: Tree, b: Tree) -> bool:
    """Two different names of unknowns: x = 5 is not y = 5."""
    return bool(a[0] == b[0] == "sym" and a[1] != b[1])


_COORDINATES = frozenset("xyz")


def equation_of(named: Named) -> Relation | None:
    """The equation of a line or curve, y = 2x + 1; None where a name only says what is meant, as in A = 4r."""
    if named.name[0] != "sym" or named.name[1] not in _COORDINATES or not isinstance(named.form, Scalar):
        return None
    return _as_relation(named) if names_in(named.form.tree) & _COORDINATES else None


def _as_relation(named: Named) -> Relation | None:
    if isinstance(named.form, Scalar):
        return Relation("=", Scalar(("add", [named.name, ("neg", named.form.tree)])))
    return None


def _relations(a: Relation, b: Relation) -> Verdict:
    """Equal up to a constant factor, which for an inequality is positive."""
    if a.operator != b.operator:
        return False
    prints = (a.left.print[0], b.left.print[0], a.left.second_print(), b.left.second_print())
    if any(one is None for one in prints):
        return None
    one, other, one_too, other_too = (element or field.ZERO for element in prints)
    if field.ZERO in (one, other, one_too, other_too):
        return one == other
    ratios = [
        field.multiply(one, field.inverse(other) or field.ONE),
        field.multiply(one_too, field.inverse(other_too) or field.ONE),
    ]
    if ratios[0] == ratios[1]:
        if a.operator in ("=", "!="):
            return True
        left, right = a.left.approximations[0][0], b.left.approximations[0][0]
        return None if not left or not right else (left / right).real > 0
    return False if a.left.print[1] and b.left.print[1] else None
