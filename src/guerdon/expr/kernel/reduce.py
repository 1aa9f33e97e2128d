"""One routine for every statistic: figures of numbered groups of cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..values import SCORED, SKIPPED, UNSCORED, Bools, Codes, Floats, Ints, reason_code
from .align import DOMAIN, Reasons
from .groups import first_of

EMPTY = reason_code("empty")


@dataclass
class Pool:
    """The cells that go into a statistic: each with its group, whether it is admitted, and what is known of it."""

    codes: Ints
    values: Floats
    admitted: Bools
    unknown: Bools
    unscored: Bools
    reason: Reasons
    place: Ints
    count: int

    def take(self, index: Ints, codes: Ints, count: int) -> Pool:
        """Some of the cells, in other groups."""
        return Pool(
            codes, self.values[index], self.admitted[index], self.unknown[index], self.unscored[index],
            self.reason[index], self.place[index], count,
        )  # fmt: skip


@dataclass
class Figures:
    """A number, a status and a reason per group."""

    values: Floats
    status: Codes
    reason: Reasons


def segments(codes: Ints, values: Floats, count: int) -> tuple[Floats, Ints, Ints]:
    """Values sorted by group (in order inside it), with each group's start and length."""
    if len(codes) and (codes[1:] < codes[:-1]).any():
        order = np.argsort(codes, kind="stable")
        codes, values = codes[order], values[order]
    lengths = np.bincount(codes, minlength=count)
    starts = np.zeros(count, dtype=np.int64)
    np.cumsum(lengths[:-1], out=starts[1:])
    return values, starts, lengths


def rounds(lengths: Ints) -> tuple[Ints, list[int]]:
    """How to walk all groups side by side: the groups, longest first, and how many of them still run in each round."""
    order = np.argsort(-lengths, kind="stable")
    running = np.searchsorted(-lengths[order], -np.arange(int(lengths.max(initial=0))), side="left")
    return order, running.tolist()


def total(codes: Ints, v: Floats, count: int) -> Floats:
    """The sum of each group, in order."""
    # bincount adds one cell after the other, in order; np.sum and reduceat add pairwise, which changes the last bit.
    return np.bincount(codes, weights=v, minlength=count).astype(np.float64, copy=False)


def least(codes: Ints, v: Floats, count: int) -> Floats:
    """The smallest of each group; 0.0 of nobody."""
    return _reduceat(np.minimum, codes, v, count)


def most(codes: Ints, v: Floats, count: int) -> Floats:
    """The largest of each group; 0.0 of nobody."""
    return _reduceat(np.maximum, codes, v, count)


def _reduceat(ufunc: np.ufunc, codes: Ints, v: Floats, count: int) -> Floats:
    values, starts, lengths = segments(codes, v, count)
    out = np.zeros(count)
    full = lengths > 0
    if full.any():
        out[full] = ufunc.reduceat(values, starts[full])
    return out


def _prod(codes: Ints, v: Floats, count: int) -> Floats:
    values, starts, lengths = segments(codes, v, count)
    out = np.ones(count)
    if count < int(lengths.max(initial=0)):
        for g in np.flatnonzero(lengths):
            out[g] = np.multiply.accumulate(values[starts[g] : starts[g] + lengths[g]])[-1]
    else:
        order, running = rounds(lengths)
        product, heads = np.ones(count), starts[order]
        for i, k in enumerate(running):
            product[:k] *= values[heads[:k] + i]
        out[order] = product
    return out


@dataclass
class Moments:
    """Of each group its size, its mean, and whether all in it are equal; of each cell its distance to the mean."""

    n: Ints
    mean: Floats
    constant: Bools
    centred: Floats

    @staticmethod
    def of(codes: Ints, v: Floats, count: int) -> Moments:
        """The moments of some cells."""
        n = np.bincount(codes, minlength=count)
        mean = total(codes, v, count) / n
        return Moments(n, mean, least(codes, v, count) == most(codes, v, count), v - mean[codes])

    def deviation(self, codes: Ints, ddof: int) -> Floats:
        """The standard deviation of each group: 0 of equal numbers, not a number where n <= ddof."""
        spread = np.sqrt(total(codes, self.centred**2, len(self.n)) / (self.n - ddof))
        spread[self.constant] = 0.0
        spread[self.n - ddof <= 0] = np.nan
        return spread


def _quantile(codes: Ints, v: Floats, count: int, q: float) -> Floats:
    order = np.lexsort((v, codes))
    values, starts, lengths = segments(codes[order], v[order], count)
    out = np.zeros(count)
    full = np.flatnonzero(lengths)
    place = q * (lengths[full] - 1)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, lengths[full] - 1)
    a, b = values[starts[full] + low], values[starts[full] + high]
    out[full] = a + (b - a) * (place - low)
    return out


def _softmin(codes: Ints, v: Floats, count: int, t: float) -> Floats:
    low = least(codes, v, count)
    w = np.exp(-(v - low[codes]) / t)
    return total(codes, w * v, count) / total(codes, w, count)


def _figure(stat: str, codes: Ints, v: Floats, place: Ints, count: int, params: dict[str, Any]) -> Floats:
    simple: dict[str, Callable[[], Floats]] = {
        "sum": lambda: total(codes, v, count),
        "mean": lambda: total(codes, v, count) / np.bincount(codes, minlength=count),
        "std": lambda: Moments.of(codes, v, count).deviation(codes, params["ddof"]),
        "min": lambda: least(codes, v, count),
        "max": lambda: most(codes, v, count),
        "prod": lambda: _prod(codes, v, count),
        "quantile": lambda: _quantile(codes, v, count, params["q"]),
        "softmin": lambda: _softmin(codes, v, count, params["t"]),
        "count": lambda: np.bincount(codes, minlength=count).astype(np.float64),
        "any": lambda: (np.bincount(codes, weights=(v != 0), minlength=count) > 0).astype(np.float64),
        "all": lambda: (np.bincount(codes, weights=(v == 0), minlength=count) == 0).astype(np.float64),
    }
    if stat in simple:
        with np.errstate(all="ignore"):
            return simple[stat]()
    everything = np.ones(len(codes), dtype=bool)
    if stat == "first":
        chosen = first_of(everything, codes, count)
    elif stat == "last":
        chosen = np.full(count, -1, dtype=np.int64)
        chosen[codes] = np.arange(len(codes))
    else:
        high = most(codes, v, count)
        chosen = first_of(v == high[codes], codes, count)
    source: npt.NDArray[Any] = place if stat == "argmax" else v
    out = np.zeros(count)
    out[chosen >= 0] = source[chosen[chosen >= 0]]
    return out


NOBODY = {"sum": 0.0, "count": 0.0, "any": 0.0, "all": 1.0}


def figures(stat: str, pool: Pool, params: dict[str, Any], *, parts: bool) -> Figures:
    """The statistic of each group.

    Args:
        stat: its name.
        pool: the cells.
        params: of the statistic.
        parts: whether the cells are parts of one rollout (an unscored one makes the figure unscored) or rollouts (the
            unscored are left out).
    """
    count = pool.count
    inside = pool.codes >= 0
    known = inside & pool.admitted & ~pool.unknown
    number = known & ~pool.unscored
    lost = known & pool.unscored
    index = np.flatnonzero(number)
    codes = pool.codes[index]
    values = _figure(stat, codes, pool.values[index], pool.place[index], count, params)
    n = np.bincount(codes, minlength=count)
    status = np.zeros(count, dtype=np.uint8)
    reason = np.zeros(count, dtype=np.int32)

    bad = ~np.isfinite(values)
    status[bad] = UNSCORED
    reason[bad] = DOMAIN
    if stat != "count":
        nobody = np.bincount(pool.codes[known], minlength=count) == 0
        if stat in NOBODY:
            values[nobody] = NOBODY[stat]
            status[nobody] = SCORED
        else:
            status[nobody] = UNSCORED
            reason[nobody] = EMPTY
        where = first_of(lost, pool.codes, count)
        fails = (where >= 0) if parts else ((where >= 0) & (n == 0))
        status[fails] = UNSCORED
        reason[fails] = pool.reason[where[fails]]
    unknown = np.bincount(pool.codes[inside & pool.unknown], minlength=count) > 0
    status[unknown] = SKIPPED
    reason[unknown] = 0
    values[status != SCORED] = 0.0
    return Figures(values + 0.0, status, reason)


def nobody(pool: Pool) -> Bools:
    """The groups in which nobody is admitted (and nothing is unknown)."""
    present = (pool.codes >= 0) & (pool.admitted | pool.unknown)
    alone: Bools = np.bincount(pool.codes[present], minlength=pool.count) == 0
    return alone
