"""Where a number lies on a drawing, and which round numbers are written beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Scale", "span", "tick_text", "ticks"]


@dataclass(frozen=True)
class Scale:
    """A straight map of the numbers ``low..high`` onto the positions ``start..end``.

    >>> Scale(0, 10, 100, 200)(2.5)
    125.0
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The position of a number; the middle where the scale has no extent."""
        if self.high == self.low:
            return (self.start + self.end) / 2
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def span(values: Iterable[float | None], *, zero: bool = False) -> tuple[float, float]:
    """The range to draw: 0 to 1 where everything lies in it, else the values' own range widened a little.

    >>> span([0.2, None, 0.7]), span([2.0, 4.0]), span([]), span([3.0])
    ((0.0, 1.0), (1.9, 4.1), (0.0, 1.0), (2.5, 3.5))
    """
    present = [value for value in values if value is not None]
    if not present or (min(present) >= 0 and max(present) <= 1 and max(present) > 0.1):
        return 0.0, 1.0
    low, high = min(present), max(present)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return low - 0.5, high + 0.5
    room = 0.05 * (high - low)
    return (low if zero and low == 0 else low - room), (high if zero and high == 0 else high + room)


def ticks(low: float, high: float, about: int = 5, *, whole: bool = False) -> list[float]:
    """Round numbers within ``low..high``, about as many as asked for, 1, 2, 2.5 or 5 times a power of ten apart.

    >>> ticks(0, 1), ticks(1, 57, whole=True)
    ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [10.0, 20.0, 30.0, 40.0, 50.0])
    """
    if not high > low:
        return [low]
    raw = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    steps = [1, 2, 5, 10] if whole else [1, 2, 2.5, 5, 10]
    step = min((factor * power for factor in steps), key=lambda one: abs(math.log(one / raw)))
    if whole:
        step = max(1.0, float(round(step)))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{index * step:.12g}") for index in range(first, last + 1)]


def tick_text(value: float) -> str:
    """A tick's number, as short as it can be.

    >>> tick_text(0.5), tick_text(2000.0), tick_text(-1.0), tick_text(1.5e7)
    ('0.5', '2,000', '−1', '1.5e7')
    """
    size = abs(value)
    if size >= 1e6 or 0 < size < 1e-3:
        return f"{value:.3g}".replace("e+0", "e").replace("e-0", "e-").replace("-", "\u2212")
    return f"{value:,.6g}".replace("-", "\u2212") if size < 1000 else f"{value:,.0f}".replace("-", "\u2212")
