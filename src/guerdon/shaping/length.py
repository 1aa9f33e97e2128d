"""What a length is worth by itself: bands, peaks, soft limits, and the cosine. Lengths are numbers in any unit."""

from __future__ import annotations

import math

from ..expr.arithmetic import Operand
from ..expr.score import Score


def length_band(
    length: Score, target: Operand, tolerance: float = 0.2, slope: float = 1.0, worst: float = -1.0
) -> Score:
    """0 within a band around a target length, and falling outside it on both sides, down to ``worst``.

    ``-slope * max(0, |length - target| / target - tolerance)``. Range [worst, 0].

    Args:
        length: of the completion.
        target: a number above 0, or a figure such as ``length.mean(over="prompt", where=right)``.
        tolerance: half the width of the band, as a share of the target.
        slope: of the fall, per target length.
        worst: the least it can be.

    >>> import guerdon as gd
    >>> length_band(gd.col("n"), 100).score({"n": [110, 150, 50, 400]}).values.round(4)
    array([ 0. , -0.3, -0.3, -1. ])
    """
    return (-slope * ((length - target).abs() / target - tolerance).clip(low=0)).clip(low=worst)


def length_peak(x: Score, peak: float = 0.5) -> Score:
    """A curve over a relative length that rises to 1 at ``peak``, and falls twice as far behind it: -1 at 1, then on.

    ``1 - (1 - x / peak)^2`` up to the peak, ``1 - 2 ((x - peak) / (1 - peak))^2`` after it. Source: Xin et al.,
    "Surrogate Signals from Format and Length" (2025), arXiv:2505.19439, and its code.

    Args:
        x: the length over the greatest length.
        peak: the turning point, inside (0, 1).

    >>> import guerdon as gd
    >>> length_peak(gd.col("x")).score({"x": [0, 0.25, 0.5, 0.75, 1]}).values
    array([ 0.  ,  0.75,  1.  ,  0.5 , -1.  ])
    """
    if not 0 < peak < 1:
        raise ValueError(f"length_peak: peak={peak!r} must lie inside (0, 1)")
    before, after = (x / peak).clip(high=1), ((x - peak) / (1 - peak)).clip(low=0)
    return 1 - (1 - before) ** 2 - 2 * after**2


def length_overlong(length: Score, longest: float, buffer: float) -> Score:
    """The soft overlong punishment: 0 up to ``longest - buffer``, then straight down to -1 at ``longest`` and beyond.

    Source: Yu et al., "DAPO: An Open-Source LLM Reinforcement Learning System at Scale" (2025), arXiv:2503.14476.

    >>> import guerdon as gd
    >>> length_overlong(gd.col("n"), longest=20, buffer=4).score({"n": [10, 17, 20, 30]}).values
    array([ 0.  , -0.25, -1.  , -1.  ])
    """
    return length.piecewise([(longest - buffer, 0), (longest, -1)])


def length_cosine(length: Score, longest: float, short: Operand, long: Operand) -> Score:
    """Half a cosine from ``short`` (length 0) to ``long`` (length ``longest`` and beyond).

    The right and the wrong have ends of their own: ``gd.where(right, cosine(n, L, 2, 1), cosine(n, L, -10, 0))``
    prefers short right answers and lets wrong ones think on. Source: Yeo et al., "Demystifying Long Chain-of-Thought
    Reasoning in LLMs" (2025), arXiv:2502.03373. The cosine is a polynomial here, at most 2e-6 off.

    >>> import guerdon as gd
    >>> length_cosine(gd.col("n"), 100, 2, 1).score({"n": [0, 50, 100, 300]}).values.round(4)
    array([2. , 1.5, 1. , 1. ])
    """
    return long + (short - long) * (0.5 + 0.5 * _sine(0.5 - (length / longest).clip(0, 1)))


def _sine(turns: Score) -> Score:
    """sin(pi * x) on [-0.5, 0.5], by its series."""
    x = math.pi * turns
    square = x * x
    return x * (1 - square / 6 * (1 - square / 20 * (1 - square / 42 * (1 - square / 72 * (1 - square / 110)))))
