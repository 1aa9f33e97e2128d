"""The range an expression can lie in, by interval arithmetic from the declared bounds of its leaves. Runs nothing.

A bound holds for every cell that has a number, up to rounding in the last place. It is as tight as it can be without
looking at how the operands depend on one another: ``x - x`` has the range of a difference.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .node import Expr, topological
from .ops import TRANSPARENT

Interval = tuple[float, float]

_ALL: Interval = (-math.inf, math.inf)
_NONE: Interval = (math.inf, -math.inf)  # no cell has a number; the neutral element of a union
_UNIT: Interval = (0.0, 1.0)


def bounds(expr: Expr) -> Interval:
    """The lowest and the highest number a cell can hold; infinite where nothing is declared.

    >>> from guerdon.expr.columns import col
    >>> bounds(col("x").clip(0, 1) * 3 - 1)
    (-1.0, 2.0)
    >>> bounds(col("x") > 0), bounds(col("x"))
    ((0.0, 1.0), (-inf, inf))
    """
    found = all_bounds(expr)[expr.key]
    return _ALL if found == _NONE else found


def all_bounds(*roots: Expr) -> dict[bytes, Interval]:
    """The bounds of every node below the roots, by its key; of a column, the bounds of the numbers in it.

    Where no cell can have a number the interval is ``(inf, -inf)``.
    """
    found: dict[bytes, Interval] = {}
    with np.errstate(all="ignore"):
        for node in topological(*roots):
            args = [found[child.key] for child in node.children]
            low, high = _RULES.get(node.op, _unknown)(node, args)
            if low == math.inf or high == -math.inf:  # beyond the floats: an overflow has no number
                low, high = _NONE
            found[node.key] = (float(low) + 0.0, float(high) + 0.0)
    return found


Rule = Callable[[Any, list[Interval]], Interval]


def _unknown(node: Expr, args: list[Interval]) -> Interval:
    return _ALL


def _union(*parts: Interval) -> Interval:
    return min(low for low, _ in parts), max(high for _, high in parts)


def _has(interval: Interval, value: float) -> bool:
    return interval[0] <= value <= interval[1]


def _pointwise(rule: Callable[..., Interval]) -> Rule:
    """A rule of the operands alone; without a number among the operands there is none in the result."""
    return lambda node, args: _NONE if _NONE in args else rule(*args)


def _rising(f: Callable[[Any], Any]) -> Rule:
    return _pointwise(lambda x: (float(f(x[0])), float(f(x[1]))))


def _sigmoid(x: float) -> float:
    t = np.exp(-abs(x))
    return float(1 / (1 + t) if x >= 0 else t / (1 + t))


def _log_sigmoid(x: float) -> float:
    return float(np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x))))


def _abs(x: Interval) -> Interval:
    ends = (abs(x[0]), abs(x[1]))
    return (0.0 if _has(x, 0.0) else min(ends)), max(ends)


def _sqrt(x: Interval) -> Interval:
    return _NONE if x[1] < 0 else (math.sqrt(max(x[0], 0.0)), math.sqrt(x[1]))


def _log(x: Interval) -> Interval:
    return _NONE if x[1] <= 0 else (float(np.log(max(x[0], 0.0))), float(np.log(x[1])))


def _not(x: Interval) -> Interval:
    return (1.0, 1.0) if x == (0.0, 0.0) else (0.0, 1.0 if _has(x, 0.0) else 0.0)


def _times(x: float, y: float) -> float:
    return 0.0 if x == 0 or y == 0 else x * y


def _mul(node: Any, args: list[Interval]) -> Interval:
    a, b = args
    if _NONE in args:  # zero times the unknown is zero
        return (0.0, 0.0) if any(_has(x, 0.0) for x in args) else _NONE
    if node.children[0] is node.children[1]:
        low, high = _abs(a)
        return _times(low, low), _times(high, high)
    ends = [_times(x, y) for x in a for y in b]
    return min(ends), max(ends)


def _div(a: Interval, b: Interval) -> Interval:
    if b == (0.0, 0.0):
        return _NONE
    if b[0] < 0 < b[1]:
        return (0.0, 0.0) if a == (0.0, 0.0) else _ALL
    ends: list[float] = []
    for x in a:
        for y in b:
            if math.isinf(x) and math.isinf(y):
                ends += [0.0, math.copysign(math.inf, x) * math.copysign(1, y)]
            elif y == 0:  # the limit, from the side on which the divisors lie
                ends.append(_times(x, math.inf if b[1] > 0 else -math.inf))
            else:
                ends.append(x / y)
    return min(ends), max(ends)


def _pow(a: Interval, b: Interval) -> Interval:
    if a[0] >= 0:
        ends = [float(np.power(x, y)) for x in a for y in b]
        return min(ends), max(ends)
    if b[0] != b[1] or not b[0].is_integer():
        return _ALL
    n = b[0]
    ends = [float(np.power(x, n)) for x in a]
    if n < 0 and _has(a, 0.0):
        if n % 2 == 0:
            return min(ends), math.inf
        return _ALL if a[1] > 0 else (-math.inf, ends[0])
    if n > 0 and n % 2 == 0 and _has(a, 0.0):
        ends.append(0.0)
    return min(ends), max(ends)


def _sure(yes: bool, no: bool) -> Interval:
    return (1.0, 1.0) if yes else (0.0, 0.0) if no else _UNIT


def _and(node: Any, args: list[Interval]) -> Interval:
    sure = _NONE not in args and not any(_has(x, 0.0) for x in args)
    return _sure(sure, (0.0, 0.0) in args)


def _or(node: Any, args: list[Interval]) -> Interval:
    sure = any(x != _NONE and not _has(x, 0.0) for x in args)
    return _sure(sure, all(x == (0.0, 0.0) for x in args))


def _eq(a: Interval, b: Interval) -> Interval:
    return _sure(a == b and a[0] == a[1], a[1] < b[0] or b[1] < a[0])


def _ne(a: Interval, b: Interval) -> Interval:
    low, high = _eq(a, b)
    return 1.0 - high, 1.0 - low


def _piecewise(node: Any, args: list[Interval]) -> Interval:
    if _NONE in args:
        return _NONE
    knots = node.param("knots")
    xs, ys = [x for x, _ in knots], [y for _, y in knots]
    values = [float(np.interp(end, xs, ys)) for end in args[0]]
    values += [y for x, y in knots if _has(args[0], x)]
    return min(values), max(values)


def _where(node: Any, args: list[Interval]) -> Interval:
    cond, a, b = args
    if cond == _NONE:
        return _NONE
    if cond == (0.0, 0.0):
        return b
    return _union(a, b) if _has(cond, 0.0) else a


def _numbers(values: Any) -> Interval:
    plain = [float(value) for value in values if isinstance(value, (bool, int, float))]
    return (min(plain), max(plain)) if plain else _NONE


def _map(node: Any, args: list[Interval]) -> Interval:
    return _numbers([value for _, value in node.param("table")] + [node.param("otherwise")])


def _leaf(node: Any, args: list[Interval]) -> Interval:
    function = node.param("function")
    if function.bounds is None:
        return _ALL
    low, high = map(float, function.bounds)
    extra = [float(x) for x in (function.fails_as, function.on_error) if isinstance(x, (bool, int, float))]
    return min([low, *extra]), max([high, *extra])


def _many(x: Interval, most: float, least: float = 0.0) -> Interval:
    """The sum of at least ``least`` and at most ``most`` numbers."""
    return _times(x[0], least if x[0] > 0 else most), _times(x[1], most if x[1] > 0 else least)


def _stat(node: Any, args: list[Interval]) -> Interval:
    roles = {role: interval for (role, _), interval in zip(node.args, args, strict=True)}
    kind, level, shut = node.param("stat"), node.param("level"), "where" in roles
    axes = max((part.axes for role, part in node.args if role in ("x", "where")), key=len)
    most = float((axes[level].uniform or math.inf) if level is not None else math.inf)
    if level is not None:
        never_empty = most < math.inf and not shut
    else:
        never_empty = not (shut or axes or node.param("leave_one_out"))
    if kind == "count":
        return 0.0, most
    x = roles["x"]
    if x == _NONE:
        figure = (0.0, 0.0) if kind == "sum" else _UNIT if kind in ("any", "all") else _NONE
    elif kind == "sum":
        least = most if level is not None and never_empty else 1.0 if never_empty else 0.0
        figure = _many(x, most, least)
    else:
        figure = _figure(kind, x, most, node.param("ddof") or 0)
    return figure if never_empty or "empty" not in roles else _union(figure, roles["empty"])


def _figure(kind: str, x: Interval, most: float, ddof: int = 0) -> Interval:
    """A statistic of one number or more."""
    if kind in ("any", "all"):
        return _UNIT
    if kind == "argmax":
        return 0.0, most - 1
    if kind == "std":
        # The widest is half at each end; with ddof the fewest numbers, ddof + 1, spread widest.
        return 0.0, (x[1] / 2 - x[0] / 2) * math.sqrt(max(ddof, 0) + 1)
    if kind != "prod":
        return x
    if x[0] >= 0:
        return (x[0] if x[0] >= 1 else 0.0), (x[1] if x[1] <= 1 else math.inf)
    return (x[0], max(x[1], x[0] * x[0])) if x[0] >= -1 and x[1] <= 1 else _ALL


def _standing(node: Any, args: list[Interval]) -> Interval:
    kind = node.param("kind")
    if kind == "softmax" or (kind == "rank" and node.param("pct")):
        return _UNIT
    return (1.0, math.inf) if kind == "rank" else _ALL


def _pieces(node: Any) -> float:
    axes = node.children[0].axes
    return float(axes[-1].uniform or math.inf)


def _cumsum(node: Any, args: list[Interval]) -> Interval:
    return _NONE if args[0] == _NONE else _many(args[0], _pieces(node), 1.0)


def _to_go(node: Any, args: list[Interval]) -> Interval:
    x, discount = args[0], float(node.param("discount"))
    if x == _NONE:
        return _NONE
    if discount == 1.0:
        return _many(x, _pieces(node), 1.0)
    if 0 <= discount < 1:
        return _many(x, 1 / (1 - discount), 1.0)
    if -1 < discount < 0:
        widest = max(abs(x[0]), abs(x[1])) / (1 + discount)
        return -widest, widest
    return (x[0], math.inf) if x[0] >= 0 and discount > 1 else _ALL


def _diff(node: Any, args: list[Interval]) -> Interval:
    x, first = args
    if x == _NONE:
        return _NONE
    before = _union(x, first)
    return x[0] - before[1], x[1] - before[0]


def _onto(node: Any, args: list[Interval]) -> Interval:
    return _many(args[0], math.inf) if args[0] != _NONE else (0.0, 0.0)


def _running(node: Any, args: list[Interval]) -> Interval:
    figure = args[0] if args[0] == _NONE else _figure(node.param("stat"), args[0], math.inf)
    empty = [interval for (role, _), interval in zip(node.args, args, strict=True) if role == "empty"]
    return _union(figure, *empty)


def _dual(node: Any, args: list[Interval]) -> Interval:
    return {"sigmoid": _UNIT, "tanh": (-1.0, 1.0)}.get(node.param("squash"), (0.0, math.inf))


_RULES: dict[str, Rule] = {
    "lit": lambda node, args: (node.param("value"), node.param("value")),
    "const": lambda node, args: _numbers(node.param("values")),
    "map": _map,
    "leaf": _leaf,
    "step": lambda node, args: (0.0, math.inf),
    "left_out": lambda node, args: _NONE,
    "random": lambda node, args: _UNIT,
    "neg": _pointwise(lambda x: (-x[1], -x[0])),
    "abs": _pointwise(_abs),
    "sign": _rising(np.sign),
    "floor": _rising(np.floor),
    "round": _rising(np.round),
    "sqrt": _pointwise(_sqrt),
    "exp": _rising(np.exp),
    "log": _pointwise(_log),
    "sigmoid": _rising(_sigmoid),
    "log_sigmoid": _rising(_log_sigmoid),
    "tanh": _rising(np.tanh),
    "not": _pointwise(_not),
    "add": _pointwise(lambda a, b: (a[0] + b[0], a[1] + b[1])),
    "sub": _pointwise(lambda a, b: (a[0] - b[1], a[1] - b[0])),
    "mul": _mul,
    "div": _pointwise(_div),
    "pow": _pointwise(_pow),
    "min": _pointwise(lambda a, b: (min(a[0], b[0]), min(a[1], b[1]))),
    "max": _pointwise(lambda a, b: (max(a[0], b[0]), max(a[1], b[1]))),
    "lt": _pointwise(lambda a, b: _sure(a[1] < b[0], a[0] >= b[1])),
    "le": _pointwise(lambda a, b: _sure(a[1] <= b[0], a[0] > b[1])),
    "gt": _pointwise(lambda a, b: _sure(a[0] > b[1], a[1] <= b[0])),
    "ge": _pointwise(lambda a, b: _sure(a[0] >= b[1], a[1] < b[0])),
    "eq": _pointwise(_eq),
    "ne": _pointwise(_ne),
    "and": _and,
    "or": _or,
    "piecewise": _piecewise,
    "where": _where,
    "stat": _stat,
    "standing": _standing,
    "cumsum": _cumsum,
    "reverse_cumsum": _to_go,
    "shift": lambda node, args: _union(*args),
    "diff": _diff,
    "position": lambda node, args: (0.0, _pieces(node) - 1),
    "onto": _onto,
    "stack": lambda node, args: _union(*args),
    "running": _running,
    "dual": _dual,
    **{op: lambda node, args: _UNIT for op in ("isscored", "coleq", "colne", "isin", "exists")},
    # What passes its first operand on unchanged.
    **{op: lambda node, args: args[0] for op in ("number", "other", "suffix_min", "within", "spread", *TRANSPARENT)},
}  # fmt: skip
