"""Bounded and tiered transforms of one score, and the transform that leaves the best policy as it is."""

from __future__ import annotations

from ..expr.arithmetic import Operand
from ..expr.build import lift
from ..expr.score import Score, where


def minmax(x: Score, low: Operand, high: Operand, flat: Operand = 0.0) -> Score:
    """The place of a score between two bounds: 0 at ``low``, 1 at ``high``, beyond them below 0 or above 1.

    Args:
        x: the score.
        low: what becomes 0: a number, or figures such as ``x.min(over="prompt")`` or ``gd.running(x, "min")``.
        high: what becomes 1.
        flat: the result where both bounds are equal.

    >>> import guerdon as gd
    >>> x = gd.col("x")
    >>> minmax(x, x.min(over="batch"), x.max(over="batch")).score({"x": [1, 2, 5]}).values
    array([0.  , 0.25, 1.  ])
    """
    low, high = lift(low), lift(high)
    return where(high > low, (x - low) / (high - low), flat)


def tiers(x: Score, zones: int = 4, power: float = 1.0) -> Score:
    """A closeness in [0, 1] in so many equal zones: zone k of K is worth ``(k / K) ** power``, and only 1 is worth 1.

    With a power above 1 each step inward pays more than the one before. A small tolerance of 1e-9 keeps a closeness
    such as 0.1 + 0.2 out of the zone below. Source: Wu et al., "SSL: Sweet Spot
    Learning" (2026), arXiv:2601.22491, the values being ours.

    Args:
        x: how close; below 0 counts as 0, above 1 as 1.
        zones: K, at least 1.
        power: above 0.

    >>> import guerdon as gd
    >>> tiers(gd.col("x"), zones=4).score({"x": [0.1, 0.3, 0.99, 1.0]}).values
    array([0.  , 0.25, 0.75, 1.  ])
    """
    if zones < 1 or not power > 0:
        raise ValueError(f"tiers: zones={zones!r} must be at least 1 and power={power!r} above 0")
    return ((x.clip(0, 1) * zones + 1e-9).floor() / zones) ** power


def potential(phi: Score, discount: float = 1.0, last: Operand = 0.0) -> Score:
    """Potential-based shaping: ``discount * phi(next) - phi(here)`` for each step.

    Added to step rewards it leaves the order of policies as it is, for what it adds up to over an episode depends only
    on where the episode starts. Source: Ng, Harada and Russell, "Policy Invariance Under Reward Transformations: Theory
    and Application to Reward Shaping" (ICML 1999).

    Args:
        phi: the potential of the state each step starts in, on an axis such as ``step``.
        discount: of the return.
        last: the potential of the state the episode ends in; 0 keeps the invariance.

    >>> import guerdon as gd
    >>> potential(gd.col("phi", axis="step")).score({"phi": [[1, 3, 2]]}).values
    array([ 2., -1., -2.])
    """
    return discount * phi.shift(-1, fill=last) - phi
