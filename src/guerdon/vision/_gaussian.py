"""Boxes as Gaussians: smooth credit for a position, and for how two boxes cover the same ground (arXiv:2507.15846)."""

from __future__ import annotations

import math
from typing import Any, Literal

from ..expr.inputs import one_of
from ._shapes import box_of, centre

Measure = Literal["point", "coverage"]
MEASURES: tuple[Measure, ...] = ("point", "coverage")


def gaussian(a: Any, b: Any, alpha: float = 0.5, measure: Measure = "point", eps: float = 0.0) -> float:
    """Credit in [0, 1] for a box (or point) against a box. See ``gd.vision.gaussian``.

    >>> round(gaussian([25, 12.5, 75, 37.5], [0, 0, 100, 50], measure="coverage"), 9)
    0.8
    """
    one_of("measure", measure, MEASURES)
    if not alpha > 0:
        raise ValueError(f"alpha={alpha!r}: it is how many widths a standard deviation is, above 0")
    gold, middle = box_of(b), centre(a)
    if gold is None or middle is None or len(middle) != len(gold) // 2:
        return 0.0
    half = len(middle)
    wide = [alpha * (gold[half + i] - gold[i]) for i in range(half)]
    off = [middle[i] - (gold[i] + gold[half + i]) / 2 for i in range(half)]
    if not all(side > 0 for side in wide):
        return 0.0
    if measure == "point":
        return math.exp(-0.5 * math.fsum((step / side) ** 2 for step, side in zip(off, wide, strict=True)))
    box = box_of(a)
    if box is None or len(box) != len(gold):
        return 0.0
    if eps:
        return _with_eps([alpha * (box[half + i] - box[i]) for i in range(half)], wide, off, eps)
    # Along each axis: two normal densities with deviations s and t share sqrt(2st/(s^2+t^2)) exp(-d^2/(4(s^2+t^2))).
    found = 1.0
    for i in range(half):
        side = alpha * (box[half + i] - box[i])
        both = side**2 + wide[i] ** 2
        found *= math.sqrt(2 * side * wide[i] / both) * math.exp(-(off[i] ** 2) / (4 * both))
    return min(1.0, found)


def _with_eps(sides: list[float], wide: list[float], off: list[float], eps: float) -> float:
    """Coverage as GUI-G2's code computes it: ``eps`` keeps divisors from 0, and is far above what small boxes hold."""
    means = [(s**2 + t**2) / 2 for s, t in zip(sides, wide, strict=True)]
    far = math.fsum(step**2 / (mean + eps) for step, mean in zip(off, means, strict=True)) / 8
    apart = math.sqrt(math.prod(s**2 for s in sides) * math.prod(t**2 for t in wide) + eps)
    return math.exp(-far - 0.5 * math.log(math.prod(means) / apart)) if math.prod(means) > 0 else 0.0
