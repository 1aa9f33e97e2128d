"""Softmax policies over outputs that can be enumerated: nothing is estimated that can be summed.

A policy is a table of logits, one row for each context (a prompt, a state), one column for each output. Rewards are
tables of the same shape.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

__all__ = ["Floats", "Ints", "Policy", "divergence", "optimum", "score_slope", "softmax", "tilted"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def softmax(logits: Floats) -> Floats:
    """The probabilities of logits, along the last axis.

    >>> softmax(np.array([0.0, 0.0, -1e9]))
    array([0.5, 0.5, 0. ])
    """
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    found: Floats = weights / weights.sum(axis=-1, keepdims=True)
    return found


def divergence(odds: Floats, start: Floats) -> Floats:
    """KL(odds || start) in nats, along the last axis; an output without probability adds nothing.

    >>> divergence(np.array([0.5, 0.5]), np.array([0.25, 0.75])).round(5)
    np.float64(0.14384)
    """
    ratio = np.divide(odds, start, out=np.ones_like(odds), where=odds > 0)
    found: Floats = (odds * np.log(ratio)).sum(axis=-1)
    return found


def score_slope(odds: Floats, context: npt.ArrayLike, output: npt.ArrayLike, gains: npt.ArrayLike) -> Floats:
    """The policy gradient of samples: the sum over them of gain times the slope of log p(output | context).

    Args:
        odds: shape (contexts, outputs).
        context: of each sample.
        output: of each sample.
        gains: the advantage of each sample.

    Returns:
        The slope in the logits, of the shape of ``odds``. Linear in the samples and the table.

    >>> score_slope(np.array([[0.5, 0.5]]), [0], [1], [2.0])
    array([[-1.,  1.]])
    """
    at, gain = np.asarray(context, dtype=np.int64), np.asarray(gains, dtype=np.float64)
    slope = np.zeros_like(odds)
    np.add.at(slope, (at, np.asarray(output, dtype=np.int64)), gain)
    slope -= np.bincount(at, gain, len(odds))[:, None] * odds
    return slope


def optimum(start: Floats, reward: Floats, beta: float) -> Floats:
    """The policy that maximises expected reward less ``beta`` times the KL to ``start``: start * exp(reward / beta).

    >>> optimum(np.array([0.5, 0.5]), np.array([0.0, 1.0]), beta=1.0).round(4)
    array([0.2689, 0.7311])
    """
    if not beta > 0:
        raise ValueError(f"beta={beta!r} must be above 0: without a price on KL the best policy is a single output")
    with np.errstate(divide="ignore"):
        logits = np.log(start) + reward / beta
    return softmax(logits)


def tilted(reward: Floats, budget: float) -> Floats:
    """The weights of samples under the best policy of this reward within a KL budget (in nats).

    The samples are those of the starting policy, one weight each; beta is found by bisection. Where the reward cannot
    use the budget up (its best samples share all weight before), they share all weight.

    >>> weights = tilted(np.array([0.0, 1.0]), 0.1)
    >>> bool(weights[1] > 0.5), round(float(np.sum(weights * np.log(weights * 2))), 6)
    (True, 0.1)
    """
    above = reward - reward.max()
    low, high = 0.0, 1.0
    while _spent(above, high) < budget and high < 1e9:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _spent(above, middle) < budget else (low, middle)
    weights = np.exp(above * low)
    found: Floats = weights / weights.sum()
    return found


def _spent(above: Floats, strength: float) -> float:
    logits = above * strength
    weights = np.exp(logits)
    total = float(weights.sum())
    return float((weights * logits).sum() / total - np.log(total) + np.log(len(above)))


@dataclass(frozen=True)
class Policy:
    """A softmax policy and where it started.

    Attributes:
        logits: shape (contexts, outputs).
        start: the logits it started from.

    >>> policy = Policy.uniform(1, 2)
    >>> policy.expected(np.array([[0.0, 1.0]])), policy.kl()
    (0.5, 0.0)
    """

    logits: Floats
    start: Floats

    @classmethod
    def of(cls, odds: npt.ArrayLike) -> Policy:
        """The policy that has these probabilities, all above 0."""
        table = np.atleast_2d(np.asarray(odds, dtype=np.float64))
        if not (table > 0).all():
            raise ValueError("every output needs a probability above 0: a softmax policy never rules one out")
        logits = np.log(table)
        return cls(logits, logits)

    @classmethod
    def uniform(cls, contexts: int, outputs: int) -> Policy:
        """All outputs alike."""
        return cls(np.zeros((contexts, outputs)), np.zeros((contexts, outputs)))

    @property
    def odds(self) -> Floats:
        """The probabilities."""
        return softmax(self.logits)

    def expected(self, reward: Floats) -> float:
        """The expected reward, averaged over the contexts."""
        return float((self.odds * reward).sum(axis=-1).mean())

    def kl(self) -> float:
        """KL to the start in nats, averaged over the contexts."""
        return float(divergence(self.odds, softmax(self.start)).mean())

    def slope(self, reward: Floats, beta: float = 0.0) -> Floats:
        """The exact gradient of ``expected(reward) - beta * kl()`` in the logits."""
        odds = self.odds
        worth = reward - beta * (np.log(odds) - np.log(softmax(self.start))) if beta else reward
        found: Floats = odds * (worth - (odds * worth).sum(axis=-1, keepdims=True)) / len(odds)
        return found

    def draw(self, group: int, rng: np.random.Generator) -> Ints:
        """A group of outputs for each context: shape (contexts, group)."""
        edges = np.cumsum(self.odds, axis=-1)
        found: Ints = (rng.random((len(edges), group))[:, :, None] * edges[:, -1:, None] >= edges[:, None, :]).sum(
            axis=-1, dtype=np.int64
        )
        return found

    def sampled_slope(
        self, reward: Floats, group: int, rng: np.random.Generator, advantage: Callable[[Floats], Floats] | None = None
    ) -> Floats:
        """The gradient as a trainer sees it: from a group of samples for each context.

        Args:
            reward: shape (contexts, outputs).
            group: samples for each context, at least 2.
            rng: draws them.
            advantage: from the groups' rewards, shape (contexts, group), to their advantages. Left out, the reward less
                the mean of the others, with which the mean of this gradient is the exact one.
        """
        if group < 2:
            raise ValueError(f"group={group!r} must be at least 2: one sample has nothing to be compared with")
        taken = self.draw(group, rng)
        seen = np.take_along_axis(reward, taken, axis=1)
        gains = (
            (seen - seen.mean(axis=1, keepdims=True)) * group / (group - 1) if advantage is None else advantage(seen)
        )
        context = np.repeat(np.arange(len(taken)), group)
        return score_slope(self.odds, context, taken.ravel(), gains.ravel()) / taken.size

    def moved(self, step: Floats) -> Policy:
        """The policy after a step in its logits."""
        return replace(self, logits=self.logits + step)
