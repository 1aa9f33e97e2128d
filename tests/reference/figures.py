"""Figures of a list of numbers, written as the sentence that defines them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .cells import Cell, number, unscored

F = np.float64


def total(values: list[float]) -> float:
    """Added one after the other, from 0."""
    acc = F(0.0)
    for value in values:
        acc = acc + F(value)
    return float(acc)


def mean(values: list[float]) -> float:
    return float(F(total(values)) / F(len(values)))


def std(values: list[float], ddof: int) -> float:
    """NaN where there are not more numbers than ``ddof``."""
    if len(values) - ddof <= 0:
        return math.nan
    if all(value == values[0] for value in values):
        return 0.0
    m = F(mean(values))
    squares = [float((F(value) - m) * (F(value) - m)) for value in values]
    return float(np.sqrt(F(total(squares)) / F(len(values) - ddof)))


def quantile(values: list[float], q: float) -> float:
    v = sorted(values)
    place = q * (len(v) - 1)
    low = math.floor(place)
    high = min(low + 1, len(v) - 1)
    return float(F(v[low]) + (F(v[high]) - F(v[low])) * F(place - low))


def product(values: list[float]) -> float:
    acc = F(1.0)
    for value in values:
        acc = acc * F(value)
    return float(acc)


def softmin(values: list[float], t: float) -> float:
    m = F(min(values))
    weights = [np.exp(-(F(value) - m) / F(t)) for value in values]
    weighted = [float(w * F(value)) for w, value in zip(weights, values, strict=True)]
    return float(F(total(weighted)) / F(total([float(w) for w in weights])))


NOBODY = {"sum": 0.0, "count": 0.0, "any": 0.0, "all": 1.0}


def figure(
    stat: str, params: dict[str, Any], members: list[tuple[int, Cell]], *, across: bool, empty: Cell | None
) -> Cell:
    """A statistic of admitted cells, each with its place.

    ``across`` leaves the unscored out, as between rollouts; along the parts of one rollout they are passed on.
    """
    counted = [(place, cell.value) for place, cell in members if cell.has_number]
    if stat == "count":
        return number(len(counted))
    if not members:
        if empty is not None:
            return empty
        return number(NOBODY[stat]) if stat in NOBODY else unscored("empty")
    missing = [cell for _, cell in members if not cell.has_number]
    if missing and (not across or not counted):
        return unscored(missing[0].reason)
    values = [value for _, value in counted]
    if stat == "sum":
        return number(total(values))
    if stat == "mean":
        return number(mean(values))
    if stat == "std":
        return number(std(values, params.get("ddof", 0)))
    if stat == "min":
        return number(min(values))
    if stat == "max":
        return number(max(values))
    if stat == "quantile":
        return number(quantile(values, params["q"]))
    if stat == "prod":
        return number(product(values))
    if stat == "any":
        return number(any(value != 0 for value in values))
    if stat == "all":
        return number(all(value != 0 for value in values))
    if stat == "first":
        return number(values[0])
    if stat == "last":
        return number(values[-1])
    if stat == "argmax":
        return number(next(place for place, value in counted if value == max(values)))
    if stat == "softmin":
        return number(softmin(values, params["t"]))
    raise AssertionError(stat)


def standing(kind: str, params: dict[str, Any], own: float, at: int, counted: list[tuple[int, float]]) -> Cell:
    """The rank, z-score or softmax of one number, at its place, among those that count.

    Places order the numbers; a number that does not count itself is ranked and weighed as if it had joined.
    """
    values = [value for _, value in counted]
    joined = any(place == at for place, _ in counted)
    if kind == "zscore":
        if not values:
            return unscored("empty")
        if all(value == values[0] for value in values):
            return number(0.0)
        return number((F(own) - F(mean(values))) / (F(std(values, params["ddof"])) + F(params["eps"])))
    if kind == "softmax":
        m = F(max([*values, own]))
        weights = [float(np.exp(F(value) - m)) for value in values]
        mine = float(np.exp(F(own) - m))
        return number(F(mine) / F(total(weights if joined else [*weights, mine])))
    everybody = counted if joined else [*counted, (at, own)]
    less = sum(value < own for _, value in everybody)
    upto = sum(value <= own for _, value in everybody)
    before = sum(value == own and place <= at for place, value in everybody)
    place = {"average": (less + upto + 1) / 2, "min": less + 1, "max": upto, "first": less + before}[params["ties"]]
    return number(F(place) / F(len(everybody)) if params["pct"] else place)
