"""Short ways to observe a fact or a claim."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from guerdon.expr.score import Score


def numbers(reward: Score, rows: Mapping[str, Any]) -> list[Any]:
    """The numbers a reward gives, flat; None where there is none."""
    return reward.score(rows).numbers


def nested(reward: Score, rows: Mapping[str, Any]) -> list[Any]:
    """The numbers a reward gives, per rollout."""
    return reward.score(rows).nested()


def least(told: Iterable[bool]) -> float:
    """1 if all is so, else 0."""
    return float(all(told))


def column(name: str) -> Callable[[Mapping[str, float]], float]:
    """The figure of this name."""
    return lambda seen: seen[name]


def change(later: str, earlier: str) -> Callable[[Mapping[str, float]], float]:
    """How much larger one figure is than another."""
    return lambda seen: seen[later] - seen[earlier]
