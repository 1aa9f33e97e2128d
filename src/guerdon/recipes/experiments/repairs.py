"""An agent that picks one of twenty patches for each bug: alone, or guided while it trains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ..registry import Size
from ..verifiable.code import Attempt, agent_rlvr_pairs, agent_rlvr_round

Floats = npt.NDArray[np.float64]

PATCHES = 20  # for each bug; the first one mends it, so that an untrained agent passes one time in twenty
TASKS = {"smoke": 5, "full": 20}
ROUNDS, ATTEMPTS = 2, 2
BETA, RATE, STEPS = 0.1, 2.0, 60  # of DPO
HINT = "it is an early one"  # what guidance says; it raises the mending patch to half of the tries
LIFT = float(np.log(PATCHES - 1))


def _odds(logits: Floats) -> Floats:
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))


def _dpo(policy: Floats, pairs: Sequence[tuple[int, int, int]]) -> Floats:
    """Gradient descent on DPO's loss, from and against this policy."""
    new = policy.copy()
    for _ in range(STEPS):
        gradient = np.zeros_like(new)
        for task, good, bad in pairs:
            margin = BETA * ((new - policy)[task, good] - (new - policy)[task, bad])
            push = BETA / (1 + np.exp(margin))
            gradient[task, good] += push
            gradient[task, bad] -= push
        new += RATE * gradient
    return new


def train(seed: int, size: Size, guided: bool) -> tuple[float, float]:
    """The share of tries without guidance that pass, before and after."""
    rng = np.random.default_rng([123, seed])
    policy = np.zeros((TASKS[size], PATCHES))
    prompts = [f"bug {task}" for task in range(TASKS[size])]
    before = float(_odds(policy)[:, 0].mean())

    def attempt(task: int, prompt: str, n: int) -> list[str]:
        logits = policy[task] + LIFT * (np.arange(PATCHES) == 0) * prompt.endswith(HINT)
        return [str(one) for one in rng.choice(PATCHES, size=n, p=_odds(logits))]

    def guide(task: int, tried: Sequence[Attempt]) -> str:
        return HINT if guided else ""

    for _ in range(ROUNDS):
        tried = agent_rlvr_round(prompts, attempt, lambda task, text: float(text == "0"), guide, ATTEMPTS)
        pairs = agent_rlvr_pairs(tried)
        policy = _dpo(policy, [(prompts.index(one.prompt), int(one.chosen), int(one.rejected)) for one in pairs])
    return before, float(_odds(policy)[:, 0].mean())


def guided_against_alone(seed: int, size: Size) -> Mapping[str, float]:
    """Shares that pass without guidance: before training, after it with guidance, after it alone."""
    before, with_guidance = train(seed, size, guided=True)
    _, alone = train(seed, size, guided=False)
    return {"before": before, "guided": with_guidance, "alone": alone}
