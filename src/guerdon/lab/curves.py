"""Curves of figures, and what several seeds say of them together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Chart", "Curve", "Figures", "Line", "interval", "over_seeds"]

# Two-sided 95 % points of Student's t with 1, 2, ... degrees of freedom; beyond the list, nearly the normal's.
_T95 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """The mean of independent figures, and both ends of its 95 % interval (Student's t); infinite for a single one.

    >>> tuple(round(end, 3) for end in interval([0.9, 1.0, 1.1]))
    (1.0, 0.752, 1.248)
    """
    n = len(values)
    mean = math.fsum(values) / n
    if n == 1:
        return mean, -math.inf, math.inf
    deviation = math.sqrt(math.fsum((x - mean) ** 2 for x in values) / (n - 1))
    half = (_T95[n - 2] if n - 2 < len(_T95) else 1.96 + 2.4 / (n - 1)) * deviation / math.sqrt(n)
    return mean, mean - half, mean + half


@dataclass(frozen=True)
class Line:
    """What one run saw: ``y`` at each ``x``.

    Raises:
        ValueError: they differ in length, or there is no point.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y) or not self.x:
            raise ValueError(f"a line needs as many x as y, at least one: here {len(self.x)} and {len(self.y)}")

    @classmethod
    def of(cls, x: Sequence[float], y: Sequence[float]) -> Line:
        """From any sequences of numbers."""
        return cls(tuple(map(float, x)), tuple(map(float, y)))


@dataclass(frozen=True)
class Curve:
    """A line averaged over seeds, with the 95 % interval of the mean at each point.

    Attributes:
        x: ascending.
        mean: over the seeds.
        low: the lower end of the interval.
        high: the upper end.
        seeds: how many.
    """

    x: tuple[float, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    seeds: int

    @property
    def line(self) -> Line:
        """The mean alone."""
        return Line(self.x, self.mean)


@dataclass(frozen=True)
class Chart:
    """Lines of one run that belong on one drawing.

    Attributes:
        title: what is drawn.
        x: what runs along it, with its unit.
        y: what is measured, with its unit.
        lines: by name.
    """

    title: str
    x: str
    y: str
    lines: Mapping[str, Line]


class Figures(dict[str, float]):
    """Named figures of one run of an experiment, with charts beside them.

    >>> chart = Chart("accuracy", "step", "share", {"grpo": Line((0, 1), (0.2, 0.3))})
    >>> figures = Figures({"accuracy": 0.3}, chart)
    >>> figures["accuracy"], figures.charts[0].title
    (0.3, 'accuracy')
    """

    def __init__(self, figures: Mapping[str, float], *charts: Chart) -> None:
        super().__init__(figures)
        self.charts = charts


def over_seeds(lines: Sequence[Line]) -> Curve:
    """The lines of several seeds as one curve.

    Lines that share their x are averaged point by point. Others (by KL, say, which no two runs spend alike) are first
    put in ascending order of x and read between their points at equal distances, over the range that all of them
    reached: nothing is drawn where a seed has seen nothing.

    Raises:
        ValueError: there is no line, or the lines have no range in common.

    >>> over_seeds([Line((0, 1), (0.0, 1.0)), Line((0, 1), (0.0, 3.0))]).mean
    (0.0, 2.0)
    >>> over_seeds([Line((0, 1, 2), (0, 1, 2)), Line((0, 4), (0, 4))]).x[-1]
    2.0
    """
    if not lines:
        raise ValueError("over_seeds needs at least one line")
    if all(line.x == lines[0].x for line in lines):
        x, table = np.asarray(lines[0].x, dtype=np.float64), np.array([line.y for line in lines], dtype=np.float64)
    else:
        ordered = [_ascending(line) for line in lines]
        low, high = max(float(one[0][0]) for one in ordered), min(float(one[0][-1]) for one in ordered)
        if low > high:
            raise ValueError("the lines have no range of x in common")
        x = np.linspace(low, high, max(len(line.x) for line in lines))
        table = np.array([np.interp(x, *one) for one in ordered])
    found = [interval(column.tolist()) for column in table.T]
    mean, lows, highs = zip(*found, strict=True)
    return Curve(tuple(x.tolist()), mean, lows, highs, len(lines))


def _ascending(line: Line) -> tuple[Any, Any]:
    order = np.argsort(line.x, kind="stable")
    return np.asarray(line.x, dtype=np.float64)[order], np.asarray(line.y, dtype=np.float64)[order]
