"""Whether two trees are equal, asked of sympy; only ever called in a worker that can be killed."""

from __future__ import annotations

from typing import Any

from .._extras import need
from ._limits import Unreadable
from ._trees import Tree

_CALLS = {
    "sin": "sin", "cos": "cos", "tan": "tan", "cot": "cot", "sec": "sec", "csc": "csc", "arcsin": "asin",
    "arccos": "acos", "arctan": "atan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "exp": "exp", "abs": "Abs",
    "floor": "floor", "ceil": "ceiling", "factorial": "factorial", "binom": "binomial", "max": "Max", "min": "Min",
    "gcd": "gcd", "lcm": "lcm", "sqrt": "sqrt",
}  # fmt: skip


def equal_trees(a: Tree, b: Tree) -> bool | None:
    r"""True or False as sympy says; None where it does not know.

    Variables are positive: at others, where both are real, approximate values were compared before.

    >>> from guerdon.math._parse import parse
    >>> equal_trees(parse(r"\sin^2 x"), parse(r"1 - \cos^2 x"))
    True
    """
    try:
        difference = _said(a) - _said(b)
    except (Unreadable, TypeError, ValueError, ZeroDivisionError, AttributeError):
        return None
    sympy = need("sympy", extra="math")
    if difference == 0 or sympy.simplify(difference) == 0:
        return True
    found = difference.equals(0)
    return None if found is None else bool(found)


def _said(tree: Tree) -> Any:
    sympy = need("sympy", extra="math")
    kind = tree[0]
    if kind == "num":
        return sympy.Rational(tree[1].numerator, tree[1].denominator)
    if kind == "sym":
        constants = {"\\pi": sympy.pi, "e": sympy.E, "i": sympy.I, "\\infty": sympy.oo}
        return constants.get(tree[1]) or sympy.Symbol(tree[1], positive=True)
    if kind == "add":
        return sympy.Add(*map(_said, tree[1]))
    if kind == "mul":
        return sympy.Mul(*map(_said, tree[1]))
    if kind == "neg":
        return -_said(tree[1])
    if kind == "div":
        return _said(tree[1]) / _said(tree[2])
    if kind in ("pow", "root"):
        base, exponent = (_said(tree[1]), _said(tree[2])) if kind == "pow" else (_said(tree[2]), 1 / _said(tree[1]))
        if base.is_negative and exponent.is_Rational and exponent.q % 2 == 1:
            # Odd roots of negative numbers are the real ones, as on the exact path.
            return (-1) ** (exponent.p % 2) * (-base) ** exponent
        return base**exponent
    if kind == "unit":
        return _said(tree[1]) * (sympy.pi / 180 if tree[2] == "degree" else 1)
    if kind == "percent":
        return _said(tree[1]) / 100
    if kind == "call":
        if tree[1] in ("ln", "log"):
            values = [_said(argument) for argument in tree[2]]
            return sympy.log(*values)
        if tree[1] in _CALLS:
            return getattr(sympy, _CALLS[tree[1]])(*map(_said, tree[2]))
    raise Unreadable(f"{kind} in sympy")
