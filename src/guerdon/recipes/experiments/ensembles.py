"""Best of many by an ensemble of reward models: errors of their own average out, an error that all share does not."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

import guerdon as gd
from guerdon.expr.score import Score

from ..registry import Size
from ..shaping import rm_ensemble

Floats = npt.NDArray[np.float64]

MEMBERS, FEATURES, CHOICES = 5, 40, 256
WEIGHT = 0.12  # of a spurious feature in a member's score
ALIKE = 0.9  # how much members that differ in fine-tuning alone share
WORLDS, PROMPTS = {"smoke": 2, "full": 8}, {"smoke": 5, "full": 25}


def picked(reward: Score, scores: Floats, told: Floats) -> float:
    """What the best of each prompt's completions by this reward is truly worth (or whatever else is told of it)."""
    prompts = len(scores) // CHOICES
    values = reward.score({"scores": scores.tolist()}).values.reshape(prompts, CHOICES)
    return float(told.reshape(prompts, CHOICES)[np.arange(prompts), values.argmax(axis=1)].mean())


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
            spread = apart.score({"scores": seen.tolist()}).values
            runs.setdefault(f"{kind} disagreement", []).append(
                picked(rewards["mean"], seen, spread) / float(spread.mean())
            )
    return {name: float(np.mean(found)) for name, found in runs.items()}
