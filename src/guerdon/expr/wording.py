"""How each operation is written: the pieces of text and the operands between them, as a person would write it."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from .node import Expr

# Python's precedences, from loosest to tightest.
LOOSE, COMPARISON, OR, AND, SUM, PRODUCT, SIGN, POWER, ATOM = range(9)

_INFIX = {
    "add": (" + ", SUM), "sub": (" - ", SUM), "mul": (" * ", PRODUCT), "div": (" / ", PRODUCT), "and": (" & ", AND),
    "or": (" | ", OR), "lt": (" < ", COMPARISON), "le": (" <= ", COMPARISON), "gt": (" > ", COMPARISON),
    "ge": (" >= ", COMPARISON), "eq": (" == ", COMPARISON), "ne": (" != ", COMPARISON), "coleq": (" == ", COMPARISON),
    "colne": (" != ", COMPARISON),
}  # fmt: skip
_CHAINS = {"add": ("add", "sub"), "sub": ("add", "sub"), "mul": ("mul", "div"), "div": ("mul", "div"), "and": ("and",),
           "or": ("or",), "min": ("min",), "max": ("max",)}  # fmt: skip
_DEFAULTS = {"decay": None, "window": None, "sees": "before", "q": None, "name": "", "momentum": 0.0, "squash": None,
             "init": 0.0, "leave_one_out": False, "unit": None, "ties": "average", "pct": False, "ddof": 0, "eps": 0.0,
             "from_end": False}  # fmt: skip

MOST_TERMS, FIRST_TERMS, LAST_TERMS = 12, 3, 1
"""Of a chain of more terms than the first number, so many are shown at the front and at the back."""


class Operand(NamedTuple):
    """An operand inside a text; put in parentheses where it binds looser than ``tightness``."""

    expr: Expr
    tightness: int = LOOSE


class Wording(NamedTuple):
    """A node's text: how tightly it binds, and its pieces."""

    tightness: int
    parts: tuple[str | Operand, ...]


class Term(NamedTuple):
    """One operand of a chain, with the operation that ties it to those before."""

    op: str
    expr: Expr


def seen_through(expr: Expr) -> Expr:
    """What a reader sees of a node: reading a column as a number, or spreading a score, is not written."""
    while expr.op in ("number", "spread"):
        expr = expr.children[0]
    return expr


def chain(expr: Expr) -> list[Term]:
    """The terms of a sum, a product or another chain of one kind; of anything else, the node itself."""
    family = _CHAINS.get(expr.op)
    if family is None:
        return [Term(expr.op, expr)]
    terms: list[Term] = []
    while expr.op in family:
        left, right = expr.children
        terms.append(Term(expr.op, right))
        expr = left
    terms.append(Term(terms[-1].op, expr))
    return terms[::-1]


def wording(expr: Expr) -> Wording:
    """How a node is written; its operands may be elided by whoever puts the pieces together."""
    expr = seen_through(expr)
    op = expr.op
    if op == "lit":
        return _literal(expr.param("value"))
    if op == "named":
        return _atom(_name(expr.param("name")))
    if op in ("neg", "not"):
        return Wording(SIGN, ("-" if op == "neg" else "~", Operand(expr.children[0], SIGN)))
    if op == "pow":
        return Wording(POWER, (Operand(expr.children[0], ATOM), " ** ", Operand(expr.children[1], SIGN)))
    if op in ("coleq", "colne") and expr.arg("b") is None:
        return Wording(COMPARISON, (Operand(expr.children[0], OR), _INFIX[op][0] + short(expr.param("value"))))
    if op == "min" and _is_clip(expr):
        low, high = expr.children[0].children[1], expr.children[1]
        return _method(expr.children[0].children[0], "clip", [Operand(low), ", ", Operand(high)])
    if op in _INFIX:
        return _infix(expr)
    if op in ("min", "max"):
        return _call(op, [[Operand(term.expr)] if term else [more] for term, more in _shown(chain(expr))])
    if op == "where":
        return _where(expr)
    special = _SPECIAL.get(op)
    if special is not None:
        return special(expr)
    return _plain_method(expr)


def short(value: Any, most: int = 40) -> str:
    """A constant's repr, elided in the middle; always on one line."""
    shown = _SHORT.repr(value)
    if len(shown) > most and not isinstance(value, (str, bytes)):
        shown = shown[: most - 4] + "..." + shown[-1]
    return " ".join(shown.split())


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 40
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxdict = _SHORT.maxset = 6


def number_text(value: float) -> str:
    """A number as one would write it: whole ones without a point."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def leaf_name(function: Any) -> str:
    """A leaf's name: with its room, where it is one of the package's, such as ``text.tag``."""
    parts = function.name.rpartition(":")[0].split(".")
    return f"{parts[1]}.{function.shown}" if parts[0] == "guerdon" and len(parts) > 1 else str(function.shown)


def _atom(text: str) -> Wording:
    return Wording(ATOM, (text,))


def _name(name: str) -> str:
    return name if name.isidentifier() else repr(name)


def _literal(value: float) -> Wording:
    return Wording(SIGN if value < 0 else ATOM, (number_text(value),))


def _infix(expr: Expr) -> Wording:
    tightness = _INFIX[expr.op][1]
    if expr.op not in _CHAINS:
        left, right = expr.children
        inside = tightness + 1  # comparisons do not chain
        return Wording(tightness, (Operand(left, inside), _INFIX[expr.op][0], Operand(right, inside)))
    parts: list[str | Operand] = []
    for term, more in _shown(chain(expr)):
        if term is None:
            parts.append(f"{_INFIX[expr.op][0]}{more}")
        elif parts:
            parts += [_INFIX[term.op][0], Operand(term.expr, tightness + 1)]
        else:
            parts.append(Operand(term.expr, tightness))
    return Wording(tightness, tuple(parts))


def _shown(terms: Sequence[Term]) -> Iterator[tuple[Term | None, str]]:
    """The terms worth showing, and None with a count where the middle of a long chain is left out."""
    if len(terms) <= MOST_TERMS:
        yield from ((term, "") for term in terms)
        return
    yield from ((term, "") for term in terms[:FIRST_TERMS])
    yield None, f"...{len(terms) - FIRST_TERMS - LAST_TERMS:,} more..."
    yield from ((term, "") for term in terms[-LAST_TERMS:])


def _is_clip(expr: Expr) -> bool:
    inner, high = expr.children
    return high.op == "lit" and inner.op == "max" and inner.children[1].op == "lit"


def _where(expr: Expr) -> Wording:
    cond, a, b = expr.children
    if b.op == "left_out":
        from .values import LEFT_OUT

        return _method(a, "only", [Operand(cond), ", " + short(b.param("reason").removeprefix(LEFT_OUT))])
    if cond.op == "isscored" and cond.children[0] is a:
        return _method(a, "unscored_as", [Operand(b)])
    return _call("where", [[Operand(part)] for part in expr.children])


def _method(x: Expr, name: str, inside: Sequence[str | Operand] = ()) -> Wording:
    return Wording(ATOM, (Operand(x, ATOM), f".{name}(", *inside, ")"))


def _call(name: str, arguments: Sequence[Sequence[str | Operand]]) -> Wording:
    return Wording(ATOM, (f"{name}(", *_commas(arguments), ")"))


def _commas(arguments: Sequence[Sequence[str | Operand]]) -> list[str | Operand]:
    parts: list[str | Operand] = []
    for i, argument in enumerate(arguments):
        parts += [", ", *argument] if i else argument
    return parts


def _keywords(expr: Expr, roles: Sequence[str], settings: Sequence[str]) -> list[list[str | Operand]]:
    """Arguments by keyword: operands in these roles, and parameters that are not at their default."""
    found: list[list[str | Operand]] = []
    for role in roles:
        value = expr.arg(role)
        if value is not None:
            found.append([f"{role}=", Operand(value)])
    for name in settings:
        setting = expr.param(name, _DEFAULTS[name])
        if setting != _DEFAULTS[name]:
            found.append([f"{name}={short(setting)}"])
    return found


def _over(expr: Expr) -> list[list[str | Operand]]:
    keys = expr.many("key")
    parts: list[list[str | Operand]] = [
        [repr(key.param("which"))] if key.op == "key" else [Operand(key)] for key in keys
    ]
    if not keys:
        return []
    return [["over=", *parts[0]]] if len(parts) == 1 else [["over=(", *_commas(parts), ")"]]


def _statistic(expr: Expr) -> Wording:
    name: str = expr.param("stat")
    arguments: list[list[str | Operand]] = []
    q, t, level = expr.param("q"), expr.param("t"), expr.param("level")
    if q == 0.5:
        name = "median"
    elif q is not None:
        arguments.append([number_text(q)])
    if t is not None:
        arguments.append([number_text(t)])
    if level is not None:
        axes = max((part.axes for role, part in expr.args if role in ("x", "where")), key=len)
        if level < len(axes) - 1:
            arguments.append([f"axis={axes[level].name!r}"])
    arguments += _over(expr) + _keywords(expr, ("where", "empty"), ("leave_one_out", "unit", "ddof"))
    return _method(expr.children[0], name, _commas(arguments))


def _standing(expr: Expr) -> Wording:
    over = [] if [key.param("which") for key in expr.many("key")] == ["rollout"] else _over(expr)
    arguments = over + _keywords(expr, ("where",), ("ties", "pct", "ddof", "eps", "unit"))
    return _method(expr.children[0], expr.param("kind"), _commas(arguments))


def _leaf(expr: Expr) -> Wording:
    function, bound = expr.param("function"), dict(expr.args)
    if function.all_columns:
        return _call(leaf_name(function), [["..."]])
    constants = expr.param("constants").value
    bare: list[list[str | Operand]] = []
    keyword: list[list[str | Operand]] = []
    for name in function.parameters:
        if name in bound:
            value = _as_said(bound[name])
            if value is None:
                continue
            if value.op == "col" and value.param("name") == name and not value.param("axis"):
                bare.append([name])
            else:
                keyword.append([f"{name}=", Operand(value)])
        elif name in constants:
            keyword.append([f"{name}={short(constants[name])}"])
    return _call(leaf_name(function), bare + keyword)


def _as_said(value: Expr) -> Expr | None:
    """An argument as it was asked for: of the package's own steps on the way what they read; None if nobody asked."""
    function = value.param("function") if value.op == "leaf" else None
    if function is None or not (function.name.startswith("guerdon.") and function.shown.startswith("_")):
        return value
    if all(part.param("optional") for part in value.children):
        return None  # only columns that the data may lack
    return value.children[0] if len(value.children) == 1 else value


def _column(expr: Expr) -> Wording:
    axis = expr.param("axis")
    named = f", axis={axis[0]!r}" if len(axis) == 1 else f", axis={axis!r}" if axis else ""
    return _atom(f"col({expr.param('name')!r}{named})")


def _map(expr: Expr) -> Wording:
    other = expr.param("otherwise")
    extra = "" if other is None else f", otherwise={short(other)}"
    return _method(expr.children[0], "map", [short(dict(expr.param("table")), 60) + extra])


def _observe(expr: Expr) -> Wording:
    figures: list[list[str | Operand]] = []
    for name, value in zip(expr.param("names"), expr.many("figure"), strict=True):
        figures.append([f"{name}=", Operand(value)])
    return _method(expr.children[0], "observe", _commas(figures))


def _running(expr: Expr) -> Wording:
    arguments: list[list[str | Operand]] = [[Operand(expr.children[0])], [repr(expr.param("stat"))]]
    settings = ("decay", "window", "sees", "q", "name")
    return _call("running", arguments + _keywords(expr, ("by", "where", "empty"), settings))


def _dual(expr: Expr) -> Wording:
    arguments: list[list[str | Operand]] = [[Operand(expr.children[0])], ["target=", Operand(expr.children[1])]]
    arguments += [[f"lr={number_text(expr.param('lr'))}"]]
    return _call("dual", arguments + _keywords(expr, ("where",), ("momentum", "squash", "init", "name")))


def _stack(expr: Expr) -> Wording:
    terms = [Term("stack", part) for part in expr.children]
    shown: list[list[str | Operand]] = [[Operand(term.expr)] if term else [more] for term, more in _shown(terms)]
    return _call("stack", [*shown, [f"axis={expr.param('axis')!r}"]])


def _random(expr: Expr) -> Wording:
    over, seed = expr.param("over"), expr.param("seed")
    said = ([] if over == "rollout" else [[f"over={over!r}"]]) + ([[f"seed={seed}"]] if seed else [])
    return _call("random", said)


def _other(expr: Expr) -> Wording:
    count, seed = expr.param("opponents"), expr.param("seed")
    said: list[list[str | Operand]] = [[Operand(expr.children[0])]]
    if count is not None:
        said += [[f"opponents={count}"], [f"seed={seed}"]]
    return _call("other", said)


def _shift(expr: Expr) -> Wording:
    fill = expr.children[1]
    inside: list[list[str | Operand]] = [[str(expr.param("n"))]]
    if fill.param("value") != 0.0:
        inside.append(["fill=", Operand(fill)])
    return _method(expr.children[0], "shift", _commas(inside))


def _diff(expr: Expr) -> Wording:
    first = expr.children[1]
    inside: list[str | Operand] = [] if first.param("value") == 0.0 else ["first=", Operand(first)]
    return _method(expr.children[0], "diff", inside)


def _to_go(expr: Expr) -> Wording:
    discount = expr.param("discount")
    return _method(expr.children[0], "reverse_cumsum", [] if discount == 1.0 else [number_text(discount)])


def _onto(expr: Expr) -> Wording:
    fine = expr.arg("fine")
    assert fine is not None
    return _method(expr.children[0], "onto", [Operand(fine), f", at={expr.param('at')!r}"])


def _within(expr: Expr) -> Wording:
    coarse = expr.arg("coarse")
    assert coarse is not None
    return _method(expr.children[0], "within", [Operand(coarse)])


def _plain_method(expr: Expr) -> Wording:
    """An operation whose name says it all, written as a method; one unknown here shows all it has."""
    if not expr.children:
        return _call(expr.op, [[f"{name}={short(value)}"] for name, value in expr.params])
    rest: list[list[str | Operand]] = [[f"{role}=", Operand(value)] for role, value in expr.args[1:]]
    rest += [
        [f"{name}={short(value)}"] for name, value in expr.params if name not in _DEFAULTS or value != _DEFAULTS[name]
    ]
    return _method(expr.children[0], expr.op, _commas(rest))


_SPECIAL: dict[str, Callable[[Any], Wording]] = {
    "col": _column,
    "const": lambda e: _atom(f"const({short(list(e.param('values')))}, axis={e.param('axis')!r})"),
    "key": lambda e: _atom(repr(e.param("which"))),
    "field": lambda e: Wording(ATOM, (Operand(e.children[0], ATOM), f"[{e.param('name')!r}]")),
    "map": _map,
    "param": lambda e: _atom(f"param({e.param('name')!r}, {short(e.param('default'))})"),
    "leaf": _leaf,
    "other": _other,
    "step": lambda e: _atom("step()"),
    "left_out": lambda e: _atom(f"left_out({short(e.param('reason'))})"),
    "random": _random,
    "piecewise": lambda e: _method(e.children[0], "piecewise", [_knots(e)]),
    "isin": lambda e: _method(e.children[0], "isin", [short(list(e.param("values")), 60)]),
    "stat": _statistic,
    "standing": _standing,
    "reverse_cumsum": _to_go,
    "shift": _shift,
    "diff": _diff,
    "onto": _onto,
    "within": _within,
    "stack": _stack,
    "running": _running,
    "dual": _dual,
    "observe": _observe,
    "advantage": lambda e: _method(e.children[0], "as_advantage"),
}


def _knots(expr: Expr) -> str:
    knots = [f"({number_text(x)}, {number_text(y)})" for x, y in expr.param("knots")]
    if len(knots) > 6:
        knots[4:-1] = [f"...{len(knots) - 5} more..."]
    return f"[{', '.join(knots)}]"
