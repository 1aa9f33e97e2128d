"""Best of many by an ensemble of reward models: errors of their own average out, an error that all share does not."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

import guerdon as gd
from guerdon.expr.score import Score
from guerdon.lab.curves import Chart, Figures, Line
from guerdon.lab.overoptimisation import best_of, kl_bound
from guerdon.lab.policy import Floats

from ..registry import Size
from ..shaping import rm_ensemble

MEMBERS, FEATURES, CHOICES = 5, 40, 256
WEIGHT = 0.12  # of a spurious feature in a member's score
ALIKE = 0.9  # how much members that differ in fine-tuning alone share
TRIES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
WORLDS, PROMPTS = {"smoke": 2, "full": 8}, {"smoke": 5, "full": 25}


def picked(reward: Score, scores: Floats, told: Floats) -> float:
    """What the best of each prompt's completions by this reward is truly worth (or whatever else is told of it)."""
    prompts = len(scores) // CHOICES
    values = reward.score({"scores": scores.tolist()}).values.reshape(prompts, CHOICES)
    return float(told.reshape(prompts, CHOICES)[np.arange(prompts), values.argmax(axis=1)].mean())


def climbed(reward: Score, scores: Floats, gold: Floats) -> list[float]:
    """The gold of best-of-n by this reward for each n of ``TRIES``, n drawn with replacement from each prompt's."""
    values = reward.score({"scores": scores.tolist()}).values.reshape(-1, CHOICES)
    pairs = list(zip(gold.reshape(-1, CHOICES), values, strict=True))
    return [float(np.mean([best_of(true, said, n) for true, said in pairs])) for n in TRIES]


def members_against_one(seed: int, size: Size) -> Mapping[str, float]:
    """Members whose weights on spurious features are their own, nearly shared, or shared: the gold of what they pick.

    Of the shared error, one feature, members differ by a tenth in how much they like it. That alone is enough for the
    mean less the deviation to gain something; it is not claimed.
    """
    rng = np.random.default_rng([39, seed])
    scores = gd.col("scores", axis="member")
    rewards = {"mean": rm_ensemble(scores, how="mean"), "mean-std": rm_ensemble(scores)}
    one, apart = scores.first(), scores.std()
    runs: dict[str, list[float]] = {}
    climbs: dict[str, list[list[float]]] = {}
    for _ in range(WORLDS[size]):
        n = PROMPTS[size] * CHOICES
        gold, features = rng.normal(size=n), rng.standard_t(3, size=(n, FEATURES))
        own = rng.normal(size=(FEATURES, MEMBERS))
        common = rng.normal(size=(FEATURES, 1))
        kinds = {
            "pretrain": WEIGHT * features @ own,
            "finetune": WEIGHT * features @ (np.sqrt(ALIKE) * common + np.sqrt(1 - ALIKE) * own),
            "shared": 0.5 * features[:, :1] * (1 + 0.1 * rng.normal(size=MEMBERS)),
        }
        for kind, error in kinds.items():
            seen = gold[:, None] + error
            for name, reward in rewards.items():
                runs.setdefault(f"{kind} {name}", []).append(picked(reward, seen, gold))
            alone = [picked(one, np.roll(seen, -member, axis=1), gold) for member in range(MEMBERS)]
            runs.setdefault(f"{kind} one", []).append(float(np.mean(alone)))
            climbs.setdefault(f"five, {kind}", []).append(climbed(rewards["mean"], seen, gold))
            if kind == "pretrain":
                climbs.setdefault("one", []).append(climbed(one, seen, gold))
            spread = apart.score({"scores": seen.tolist()}).values
            runs.setdefault(f"{kind} disagreement", []).append(
                picked(rewards["mean"], seen, spread) / float(spread.mean())
            )
    kl = [kl_bound(n) for n in TRIES]
    lines = {name: Line.of(kl, np.mean(found, axis=0).tolist()) for name, found in sorted(climbs.items(), reverse=True)}
    chart = Chart("Best of n by reward models", "log n - (n - 1) / n (nats)", "gold", lines)
    return Figures({name: float(np.mean(found)) for name, found in runs.items()}, chart)
