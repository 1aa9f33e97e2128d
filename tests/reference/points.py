"""Operations on one cell at a time. Numpy's functions are used on single numbers, so that the last bits agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .cells import Cell, first_unscored, number, thing, unscored

F = np.float64


def sigmoid(x: float) -> float:
    t = np.exp(-np.abs(F(x)))
    return float(F(1) / (F(1) + t) if x >= 0 else t / (F(1) + t))


def log_sigmoid(x: float) -> float:
    return float(F(min(x, 0.0)) - np.log1p(np.exp(-np.abs(F(x)))))


UNARY: dict[str, Callable[[float], Any]] = {
    "neg": lambda x: -x,
    "abs": abs,
    "sign": lambda x: np.sign(F(x)),
    "floor": lambda x: np.floor(F(x)),
    "round": lambda x: np.round(F(x)),
    "sqrt": lambda x: np.sqrt(F(x)),
    "exp": lambda x: np.exp(F(x)),
    "log": lambda x: np.log(F(x)),
    "sigmoid": sigmoid,
    "log_sigmoid": log_sigmoid,
    "tanh": lambda x: np.tanh(F(x)),
    "not": lambda x: x == 0,
}
BINARY: dict[str, Callable[[float, float], Any]] = {
    "add": lambda a, b: F(a) + F(b),
    "sub": lambda a, b: F(a) - F(b),
    "mul": lambda a, b: F(a) * F(b),
    "div": lambda a, b: F(a) / F(b),
    # Of an array, if only of one number: of two scalars numpy takes another way where the exponent is 2, 0.5 or -1.
    "pow": lambda a, b: np.power(np.array([a]), np.array([b]))[0],
    "min": min,
    "max": max,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
}


def unary(op: str, x: Cell) -> Cell:
    if op == "isscored":
        return number(x.has_number)
    return first_unscored(x) or number(UNARY[op](x.value))


def binary(op: str, a: Cell, b: Cell) -> Cell:
    if op == "mul" and any(c.has_number and c.value == 0 for c in (a, b)):
        return number(0.0)
    if op == "and" and any(c.has_number and c.value == 0 for c in (a, b)):
        return number(0.0)
    if op == "or" and any(c.has_number and c.value != 0 for c in (a, b)):
        return number(1.0)
    missing = first_unscored(a, b)
    if missing is not None:
        return missing
    if op in ("and", "or"):
        return number(op == "and")
    return number(BINARY[op](a.value, b.value))


def where(cond: Cell, a: Cell, b: Cell) -> Cell:
    return first_unscored(cond) or (a if cond.value != 0 else b)


def piecewise(knots: tuple[tuple[float, float], ...], x: Cell) -> Cell:
    return first_unscored(x) or number(np.interp(x.value, [k[0] for k in knots], [k[1] for k in knots]))


def to_number(x: Cell) -> Cell:
    """A column's cell as a score's."""
    if x.status == "unscored":
        return unscored(x.reason)
    if x.value is None:
        return unscored(x.reason or "missing")
    if isinstance(x.value, (bool, int, float)):
        return number(x.value)
    raise TypeError(f"{x.value!r} is no number")


def equal(op: str, a: Cell, b: Cell) -> Cell:
    missing = first_unscored(a, b)
    if missing is not None:
        return missing
    same = a.value is not None and b.value is not None and bool(a.value == b.value)
    return number(same == (op == "coleq"))


def isin(values: tuple[Any, ...], a: Cell) -> Cell:
    return first_unscored(a) or number(a.value is not None and any(a.value == v for v in values))


def exists(a: Cell) -> Cell:
    return first_unscored(a) or number(a.value is not None)


def look_up(table: tuple[tuple[Any, Any], ...], otherwise: Any, a: Cell) -> Cell:
    if a.status == "unscored":
        return unscored(a.reason)
    if a.value is None and otherwise is None:
        return a
    try:
        return thing(dict(table).get(a.value, otherwise))
    except TypeError:  # a list or a dict, which no table holds
        return thing(otherwise)


def field(name: str | int, x: Cell) -> Cell:
    if x.status == "unscored":
        return unscored(x.reason)
    if x.value is None:
        return thing(None, x.reason or "missing")
    try:
        found = x.value[name]
    except (KeyError, IndexError, TypeError):
        found = None
    return thing(found, "missing" if found is None else "")
