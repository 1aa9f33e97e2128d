"""What kind of answer a tree is: a number or expression, a list, a tuple, a set of numbers, a relation, a text."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ._chains import check_equal, check_rounded
from ._fingerprint import has_variables
from ._limits import MAX_ITEMS, TooBig, Unreadable
from ._matrix import evaluated
from ._rational import rational
from ._scalars import INFINITY, Scalar, mapped, names_in
from ._sets import Intervals, Part, complement, everything, intersection
from ._trees import Tree

_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
_ORDER = frozenset(("<", ">", "<=", ">="))


@dataclass(frozen=True)
class Text:
    """Words."""

    words: str


@dataclass(frozen=True)
class Several:
    """Items: a bare ``list`` (in any order), a ``set`` (in any order, each once) or a ``tuple`` (in order).

    ``brackets`` are those of a tuple, and "or" for a list of alternatives, which is never a tuple written bare.
    """

    kind: str
    items: tuple[Form, ...]
    brackets: str = ""


@dataclass(frozen=True)
class Matrix:
    """A matrix, its entries expressions."""

    rows: tuple[tuple[Form, ...], ...]


@dataclass(frozen=True)
class Named:
    """``x = 5``, ``f(x) = 2x``, ``x in [0, 1]``: a name and what it stands for."""

    name: Tree
    form: Form


@dataclass(frozen=True)
class Relation:
    """``left`` related to 0, by ``=``, ``!=``, ``<`` or ``<=``: one side of what was written, less the other."""

    operator: str
    left: Scalar


@dataclass(frozen=True)
class Chain:
    """A chain of relations that is no interval: ``f(2) < f(1) < f(4)``, smallest first."""

    operators: tuple[str, ...]
    sides: tuple[Scalar, ...]


@dataclass(frozen=True)
class Ratio:
    """``7:32``, or the time 3:30. What is ``spoken``, 7 to 32, may also be a range: it equals ratios, but no number."""

    parts: tuple[Scalar, ...]
    minutes: bool = False
    spoken: bool = False

    @property
    def is_time(self) -> bool:
        """Hours and minutes, as far as one can see."""
        values = [part.exact for part in self.parts]
        return (
            self.minutes
            and len(values) in (2, 3)
            and all(value is not None and value.denominator == 1 and 0 <= value < 60 for value in values)
            and values[0] is not None
            and values[0] <= 24
        )


Form = Scalar | Text | Several | Intervals | Matrix | Named | Relation | Chain | Ratio


def form_of(tree: Tree) -> Form:
    """The form of a tree. TooBig or Unreadable where it has none."""
    kind = tree[0]
    if kind == "text":
        return Text(_words(tree[1]))
    if kind == "list":
        return _several("list", tree[1], "or" if tree[2] == "or" else "")
    if kind == "both":
        return _both([form_of(item) for item in tree[1]])
    if kind == "pow" and tree[2] == ("sym", "T") and tree[1][0] == "group":
        return form_of(tree[1])
    if kind == "group":
        return _group(tree[1], tree[2], tree[3])
    if kind == "relation":
        sides = tree[2] if not is_name(tree[2][0]) else tree[2][1:-1]
        return _relation(tree[1], tree[2]) if not holds(("list", sides), "pm") else _both_signs(tree)
    if kind == "sets":
        return _sets(tree[1], tree[2])
    if kind == "ratio" and not holds(tree, "pm"):
        return Ratio(tuple(_scalar(part) for part in tree[1]), tree[2], tree[3])
    if kind == "unit" and tree[1][0] in ("list", "group"):
        return form_of(tree[1])
    if kind == "unit" and tree[1][0] == "text":
        raise Unreadable("a word with a unit")
    if kind == "base":
        return Scalar(_in_base(tree[1], tree[2]), f"base {tree[2]}")
    if holds(tree, "pm"):
        return _both_signs(tree)
    if holds(tree, "matrix"):
        rows = evaluated(tree)
        if rows is not None:
            return Matrix(tuple(tuple(form_of(entry) for entry in row) for row in rows))
    if kind == "sym" and tree[1] == "\\emptyset":
        return Several("set", ())
    if kind == "sym" and tree[1] == "\\mathbb R":
        return everything()
    return _scalar(tree)


def _scalar(tree: Tree) -> Scalar:
    unit = ""
    while tree[0] in ("unit", "percent"):
        unit = unit or ("%" if tree[0] == "percent" or tree[2] in _PERCENT else tree[2])
        tree = tree[1]
    if tree[0] == "neg" and tree[1][0] in ("unit", "percent"):
        inner = _scalar(tree[1])
        return Scalar(("neg", inner.tree), unit or inner.unit)
    if tree[0] == "mul" and len(tree[1]) == 1:
        return Scalar(tree[1][0], unit)
    return Scalar(tree, unit)


_PERCENT = frozenset(("percent", "pct", "percents", "per cent"))


def _words(text: str) -> str:
    words = text.replace("-", " ").lower().split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("a", "an", "the") else words)


def _several(kind: str, items: list[Tree], brackets: str = "") -> Form:
    forms: list[Form] = []
    for item in items:
        form = form_of(item)
        if isinstance(form, Several) and form.kind == "list" and kind in ("list", "set"):
            forms.extend(form.items)
            brackets = brackets or form.brackets
        else:
            forms.append(form)
    if len(forms) > MAX_ITEMS:
        raise TooBig(f"more than {MAX_ITEMS} items")
    if kind == "list":
        whole = [_as_set(form) for form in forms]
        if all(isinstance(form, Named) and isinstance(form.form, Intervals) for form in forms) or all(
            isinstance(form, Intervals) for form in forms
        ):
            # x < 2 or x > 3: one set of numbers.
            return Intervals(tuple(part for one in whole if one is not None for part in one.parts))
    return Several(kind, tuple(forms), brackets)


def _as_set(form: Form) -> Intervals | None:
    if isinstance(form, Named):
        return _as_set(form.form)
    return form if isinstance(form, Intervals) else None


def _both(forms: list[Form]) -> Form:
    """Conditions that hold together: x > 1 and x < 3 is one interval; equations are a list of values."""
    sets = [as_intervals(form) if isinstance(form, Named) else None for form in forms]
    names = {repr(form.name) for form in forms if isinstance(form, Named)}
    known = [one for one in sets if one is not None]
    if len(known) != len(forms) or len(names) != 1:
        return Several("list", tuple(forms))
    found = known[0]
    for other in known[1:]:
        found = intersection(found, other)
    return found


def _group(opening: str, closing: str, items: list[Tree]) -> Form:
    if opening == "\\{":
        return _several("set", items)
    if opening == "[" and items and all(item[0] == "group" and item[1] == "[" for item in items):
        return Matrix(tuple(tuple(form_of(entry) for entry in item[3]) for item in items))
    if opening in ("(", "[") and len(items) == 2 and not (opening == "(" and closing == ")"):
        return interval(opening, items, closing)
    if opening == "(" and len(items) == 2 and any(item in (INFINITY, ("neg", INFINITY)) for item in items):
        return interval(opening, items, closing)
    brackets = "(" if opening in ("(", "langle") else opening
    return _several("tuple", items, brackets)


def interval(opening: str, items: list[Tree], closing: str) -> Form:
    """An interval from its brackets and ends."""
    low, high = (form_of(item) for item in items)
    if isinstance(low, Scalar) and isinstance(high, Scalar):
        return Intervals((Part(low, opening == "[", high, closing == "]"),))
    return Several("tuple", (low, high), opening + closing)


def as_intervals(form: Form) -> Intervals | None:
    """A form as a set of real numbers: (a, b) is an open interval, {a} a point."""
    if isinstance(form, Intervals):
        return form
    if isinstance(form, Named):
        return as_intervals(form.form)
    if isinstance(form, Several):
        scalars = [item for item in form.items if isinstance(item, Scalar)]
        if len(scalars) != len(form.items):
            return None
        if form.kind == "tuple" and len(scalars) == 2 and form.brackets == "(":
            return Intervals((Part(scalars[0], False, scalars[1], False),))
        if form.kind == "set":
            return Intervals(tuple(Part(item, True, item, True) for item in scalars))
    return None


def _sets(operators: list[str], sets: list[Tree]) -> Form:
    forms = [as_intervals(form_of(one)) for one in sets]
    if any(form is None for form in forms):
        raise Unreadable("a union of what is no set of numbers")
    known = [form for form in forms if form is not None]
    found = known[0]
    for operator, other in zip(operators, known[1:], strict=True):
        if operator == "cup":
            found = Intervals((*found.parts, *other.parts))
        else:
            found = intersection(found, other if operator == "cap" else complement(other))
    return found


def _relation(operators: list[str], sides: list[Tree]) -> Form:
    if "to" in operators:
        raise Unreadable("an arrow from one answer to another")
    if "approx" in operators:
        if is_name(sides[0]) and operators[0] == "approx":
            operators = ["=", *operators[1:]]
        cut = operators.index("approx") if "approx" in operators else len(operators)
        if not (cut and is_name(sides[0]) and operators[0] == "="):
            check_rounded(sides[cut], sides[cut + 1 :])
        operators, sides = operators[:cut], sides[: cut + 1]
        if not operators:
            return form_of(sides[0])
    if operators in (["in"], ["notin"]):
        found = form_of(sides[1])
        if operators == ["in"]:
            return Named(sides[0], found)
        outside = as_intervals(found)
        if outside is None:
            raise Unreadable("not in what is no set of numbers")
        return Named(sides[0], complement(outside))
    if all(operator == "=" for operator in operators):
        return _equation(sides)
    if any(side[0] in ("group", "list", "sets", "relation", "text") for side in sides) or "in" in operators:
        raise Unreadable("a relation between what are no numbers")
    if len(operators) == 1:
        operator, left, right = operators[0], sides[0], sides[1]
        if operator in _ORDER:
            for name, op, bound in ((left, operator, right), (right, _FLIPPED[operator], left)):
                if is_name(name) and not has_variables(bound):
                    return Named(name, _half_line(op, bound))
            solved = _linear(operator, left, right)
            if solved is not None:
                return solved
        if operator == "!=" and is_name(left) and not has_variables(right):
            end = Scalar(right)
            return Named(left, complement(Intervals((Part(end, True, end, True),))))
        if operator in (">", ">="):
            operator, left, right = _FLIPPED[operator], right, left
        return Relation(operator, Scalar(("add", [left, ("neg", right)])))
    if all(operator in ("<", "<=") for operator in operators) or all(operator in (">", ">=") for operator in operators):
        if operators[0] in (">", ">="):
            operators, sides = [_FLIPPED[operator] for operator in reversed(operators)], sides[::-1]
        if len(sides) == 3 and has_variables(sides[1]) and not has_variables(sides[0]) and not has_variables(sides[2]):
            low, high = Scalar(sides[0]), Scalar(sides[2])
            part = Part(low, operators[0] == "<=", high, operators[1] == "<=")
            if sides[1][:2] == ("call", "abs"):
                below = Scalar(("neg", sides[2])), Scalar(("neg", sides[0]))
                mirrored = Part(below[0], part.high_closed, below[1], part.low_closed)
                return Named(sides[1][2][0], Intervals((mirrored, part)))
            if is_name(sides[1]):
                return Named(sides[1], Intervals((part,)))
        return Chain(tuple(operators), tuple(Scalar(side) for side in sides))
    raise Unreadable("a chain of different relations")


def _linear(operator: str, left: Tree, right: Tree) -> Named | None:
    """A linear inequality in one unknown, solved: 2x > 6 is x > 3."""
    names = names_in(("add", [left, right]))
    if len(names) != 1:
        return None
    difference: Tree = ("add", [left, ("neg", right)])
    name = names.pop()
    values = [rational(_replaced(difference, name, Fraction(at))) for at in (0, 1, 2, 7)]
    start, second, third, last = values
    if start is None or second is None or third is None or last is None:
        return None
    slope = second - start
    if slope == 0 or third != start + 2 * slope or last != start + 7 * slope:
        return None
    return Named(("sym", name), _half_line(operator if slope > 0 else _FLIPPED[operator], ("num", -start / slope)))


def _replaced(tree: Tree, name: str, value: Fraction) -> Tree:
    return mapped(tree, lambda node: ("num", value) if node == ("sym", name) else None)


def _half_line(operator: str, bound: Tree) -> Intervals:
    end = Scalar(bound)
    if operator in (">", ">="):
        return Intervals((Part(end, operator == ">=", Scalar(INFINITY), False),))
    return Intervals((Part(Scalar(("neg", INFINITY)), False, end, operator == "<="),))


def _equation(sides: list[Tree]) -> Form:
    name, value = sides[0], sides[-1]
    if not is_name(name):
        check_equal(sides)
    if is_name(name) or (len(sides) > 1 and name[0] == "group" and all(map(is_name, name[3]))):
        return Named(name, form_of(value))
    if is_name(value) and len(sides) == 2 and not is_name(name):
        return Named(value, form_of(name))
    plain = ("num", "sym", "add", "mul", "div", "neg", "pow", "root", "call", "unit", "percent")
    if len(sides) == 2 and name[0] in plain and value[0] in plain and (has_variables(name) or has_variables(value)):
        return Relation("=", Scalar(("add", [name, ("neg", value)])))
    return Named(name, form_of(value))


def is_name(tree: Tree) -> bool:
    """Whether a tree is something that an answer is given a name by: x, x_1, f(x), AB, a:b, |z|, words."""
    kind = tree[0]
    if kind == "sym":
        return tree[1] not in ("\\pi", "\\infty", "\\emptyset")
    if kind == "text":
        return bool(tree[1])
    if kind == "call":
        name = tree[1]
        if name.startswith(
            ("value_", "index_", "angle", "triangle", "overline", "widehat", "measuredangle", "prime", "abs")
        ):
            return all(holds_names(argument) for argument in tree[2])
        return False
    if kind == "mul":
        return all(part[0] == "sym" and len(part[1]) == 1 and part[1].isupper() for part in tree[1])
    if kind in ("ratio",):
        return all(is_name(part) for part in tree[1])
    if kind == "div":
        return is_name(tree[1]) and is_name(tree[2])
    return False


def holds_names(tree: Tree) -> bool:
    """Whether the argument of a named value is a name or number, rather than something to compute."""
    return tree[0] in ("sym", "text", "num", "neg", "mul", "list", "group", "call")


def _in_base(digits: str, base: int) -> Tree:
    # A numeral in a base is compared as it is written; its value counts only beside another base.
    return ("num", Fraction(digits))


def holds(tree: Tree, kind: str) -> bool:
    """Whether a tree holds a node of this kind."""
    stack: list[object] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            if node and node[0] == kind and len(node) > 1:
                return True
            stack.extend(node)
        elif isinstance(node, list):
            stack.extend(node)
    return False


def _both_signs(tree: Tree) -> Several:
    return Several("list", tuple(form_of(_signed(tree, sign)) for sign in (1, -1)), "or")


def _signed(tree: Tree, sign: int) -> Tree:
    return mapped(tree, lambda node: ("num", Fraction(sign * node[1])) if node[0] == "pm" else None)
