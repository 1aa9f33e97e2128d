"""Policies that are tables of logits, a row for each state, and the slope of what they earn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from guerdon.lab.curves import Line

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def softmax(logits: Floats) -> Floats:
    """Chances, along the last axis."""
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    found: Floats = weights / weights.sum(axis=-1, keepdims=True)
    return found


def drawn(policy: Floats, states: Ints, rng: np.random.Generator) -> Ints:
    """A choice in each of these states."""
    edges = np.cumsum(softmax(policy), axis=-1)[states]
    chosen = (edges < rng.random(len(states))[:, None]).sum(axis=1)
    found: Ints = np.minimum(chosen, policy.shape[-1] - 1)
    return found


def climb(policy: Floats, states: Ints, choices: Ints, gains: Floats, rate: float) -> None:
    """One step of policy gradient, in place: each choice made more likely by its gain."""
    slope = np.zeros_like(policy)
    np.add.at(slope, states, -gains[:, None] * softmax(policy)[states])
    np.add.at(slope, (states, choices), gains)
    policy += rate * slope


def reached(curve: list[float], level: float, over: int) -> float:
    """How many entries it took until the mean of the last ``over`` reached a level; all, if it never did.

    >>> reached([0.0, 1.0, 1.0, 1.0], 1.0, over=2)
    3.0
    """
    means = np.convolve(curve, np.ones(over) / over, "valid") if len(curve) >= over else np.zeros(0)
    found = np.flatnonzero(means >= level - 1e-9)
    return float(found[0] + over if len(found) else len(curve))


def line(curve: Sequence[float], each: float = 1.0, points: int = 40) -> Line:
    """A curve to draw: the means of so many stretches, or what there is; an entry stands for ``each`` of the x axis.

    >>> line([0.0, 1.0, 1.0], each=8).x
    (8.0, 16.0, 24.0)
    """
    stretches = np.array_split(np.asarray(curve, dtype=float), min(points, len(curve)))
    ends = np.cumsum([len(stretch) for stretch in stretches]) * each
    return Line.of(ends.tolist(), [float(stretch.mean()) for stretch in stretches])
