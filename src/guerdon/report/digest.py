"""What the rollouts say when read once: counts, an example of each failure, shares of variance, and associations."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from guerdon.report.schema import Rollout, Text

__all__ = ["Digest", "Example", "Finding", "digest"]


@dataclass(frozen=True)
class Example:
    """A rollout in which a component failed or could not be scored."""

    split: str
    step: int
    id: str
    completion: Text


@dataclass(frozen=True)
class Finding:
    """How the rollouts with a status differ from the others in one trait of the completion.

    `errors` is the difference of the two means in units of its standard error (Welch's), as if rollouts were
    independent; those of one prompt are not quite, so it is a pointer and not a test.
    """

    node: str
    status: str
    trait: str
    count: int
    mean: float
    others: float
    errors: float


@dataclass
class _Moments:
    count: int = 0
    total: float = 0.0
    square: float = 0.0

    def add(self, value: float) -> None:
        self.count += 1
        self.total += value
        self.square += value * value

    def mean_variance(self) -> tuple[float, float]:
        mean = self.total / self.count
        return mean, max(0.0, self.square / self.count - mean * mean) * self.count / (self.count - 1)


@dataclass
class _Group:
    count: int = 0
    reward: float = 0.0
    square: float = 0.0
    parts: dict[str, tuple[float, float]] = field(default_factory=dict)  # sum of c, sum of c * reward


@dataclass(frozen=True)
class Digest:
    """Counts by split and status, truncated rollouts by split, examples, findings, and shares over all of training."""

    statuses: dict[str, dict[str, int]]
    truncated: dict[str, int]
    examples: dict[tuple[str, str, str], Example]
    findings: tuple[Finding, ...]
    shares: dict[str, float]

    def count(self, split: str) -> int:
        """How many rollouts a split has."""
        return sum(self.statuses.get(split, {}).values())


def digest(rollouts: Iterable[Rollout]) -> Digest:
    """Read the rollouts once; memory grows with the number of groups, not with the texts.

    `shares` are Cov(contribution, reward) / Var(reward) within groups, pooled over the training rollouts; they sum to
    1 where the contributions sum to the reward, and are empty where no group's rewards differ.
    """
    statuses: dict[str, dict[str, int]] = {}
    truncated: dict[str, int] = {}
    examples: dict[tuple[str, str, str], Example] = {}
    groups: dict[tuple[int, str], _Group] = {}
    traits: dict[tuple[str, str], dict[str, _Moments]] = {}
    everyone = {"tokens": _Moments(), "truncated": _Moments()}
    for one in rollouts:
        split = one["split"]
        by_status = statuses.setdefault(split, {})
        by_status[one["status"]] = by_status.get(one["status"], 0) + 1
        truncated[split] = truncated.get(split, 0) + one["truncated"]
        cells: list[tuple[str, str, str | None]] = [("reward", one["status"], one.get("reason"))]
        cells += [(name, cell["status"], cell.get("reason")) for name, cell in one["components"].items()]
        for node, status, reason in cells:
            if status in ("failed", "unscored"):
                examples.setdefault(
                    (node, status, (reason or "").strip()), Example(split, one["step"], one["id"], one["completion"])
                )
        if split == "train":
            values = {"tokens": float(one["tokens"]), "truncated": float(one["truncated"])}
            for trait, value in values.items():
                everyone[trait].add(value)
            for node, status, _ in cells:
                if status in ("failed", "unscored"):
                    moments = traits.setdefault((node, status), {"tokens": _Moments(), "truncated": _Moments()})
                    for trait, value in values.items():
                        moments[trait].add(value)
            if one["reward"] is not None:
                _add(groups.setdefault((one["step"], one["group"]), _Group()), one["reward"], one)
    return Digest(statuses, truncated, examples, _findings(traits, everyone), _shares(groups.values()))


def _add(group: _Group, reward: float, one: Rollout) -> None:
    group.count += 1
    group.reward += reward
    group.square += reward * reward
    for name, cell in one["components"].items():
        part = cell.get("contribution") or 0.0
        total, product = group.parts.get(name, (0.0, 0.0))
        group.parts[name] = (total + part, product + part * reward)


def _shares(groups: Iterable[_Group]) -> dict[str, float]:
    variance = 0.0
    covariance: dict[str, float] = {}
    for group in groups:
        mean = group.reward / group.count
        variance += max(0.0, group.square - group.reward * mean)
        for name, (total, product) in group.parts.items():
            covariance[name] = covariance.get(name, 0.0) + product - total * mean
    if variance <= 1e-12:
        return {}
    return {name: value / variance for name, value in covariance.items()}


def _findings(
    traits: dict[tuple[str, str], dict[str, _Moments]],
    everyone: dict[str, _Moments],
    least: int = 5,
    errors: float = 3.0,
) -> tuple[Finding, ...]:
    found: list[Finding] = []
    for (node, status), by_trait in traits.items():
        for trait, inside in by_trait.items():
            total = everyone[trait]
            outside = _Moments(total.count - inside.count, total.total - inside.total, total.square - inside.square)
            if inside.count < least or outside.count < least:
                continue
            (mean, spread), (others, other_spread) = inside.mean_variance(), outside.mean_variance()
            error = math.sqrt(spread / inside.count + other_spread / outside.count)
            if error > 1e-12 and abs(mean - others) >= errors * error:
                found.append(Finding(node, status, trait, inside.count, mean, others, (mean - others) / error))
    # A rollout is unscored because one of its components is: said once, for the component.
    parts = {(one.status, one.trait, one.count) for one in found if one.node != "reward"}
    kept = [one for one in found if one.node != "reward" or (one.status, one.trait, one.count) not in parts]
    return tuple(sorted(kept, key=lambda one: -abs(one.errors)))
