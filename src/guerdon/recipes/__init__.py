"""Published systems, each built by one short function.

``gd.recipes.par(score, reference)`` builds a system; ``guerdon recipes`` lists them, and ``guerdon reproduce par``
prints its hand numbers and runs its small experiment. Where a source leaves something open, the recipe's docstring
says what was guessed.

>>> import guerdon as gd
>>> reward = gd.recipes.par(gd.col("score"), gd.col("reference_scores", axis="reference"))
>>> reward.score({"score": [2.0], "reference_scores": [[0.0, 1.0, 3.0]]}).values.round(4)
array([0.6269])
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .registry import FAMILIES, Claim, Experiment, Fact, Recipe, all_recipes, find

if TYPE_CHECKING:
    from .credit import (
        fgaif,
        fine_grained_rlhf,
        gigpo,
        istar,
        istar_loss,
        meow_tea_taro,
        pure,
        rlfr,
        rlfr_deviation,
        spa,
    )
    from .judge import brpo
    from .shaping import (
        armed,
        constrained,
        crf,
        format_length,
        grpo_lambda,
        harmo,
        laser,
        laser_d,
        laser_limit,
        lsc,
        ndcg,
        noisy_reward,
        page_pairs,
        pagellm,
        par,
        par_baselines,
        reward_collapse,
        rm_ensemble,
        rpr,
        rpr_calibrated,
        swap_pairs,
        sweet_spot,
        trust_grpo,
    )
    from .verifiable import verpo, verpo_dense

BUILT = {
    "armed": "shaping",
    "brpo": "judge",
    "constrained": "shaping",
    "crf": "shaping",
    "fgaif": "credit",
    "fine_grained_rlhf": "credit",
    "format_length": "shaping",
    "gigpo": "credit",
    "grpo_lambda": "shaping",
    "harmo": "shaping",
    "istar": "credit",
    "istar_loss": "credit",
    "laser": "shaping",
    "laser_d": "shaping",
    "laser_limit": "shaping",
    "lsc": "shaping",
    "meow_tea_taro": "credit",
    "ndcg": "shaping",
    "noisy_reward": "shaping",
    "page_pairs": "shaping",
    "pagellm": "shaping",
    "par": "shaping",
    "par_baselines": "shaping",
    "pure": "credit",
    "reward_collapse": "shaping",
    "rlfr": "credit",
    "rlfr_deviation": "credit",
    "rm_ensemble": "shaping",
    "rpr": "shaping",
    "rpr_calibrated": "shaping",
    "spa": "credit",
    "swap_pairs": "shaping",
    "sweet_spot": "shaping",
    "trust_grpo": "shaping",
    "verpo": "verifiable",
    "verpo_dense": "verifiable",
}
"""Where each recipe stands, so that asking for one loads its family and no other."""

__all__ = [
    "FAMILIES",
    "Claim",
    "Experiment",
    "Fact",
    "Recipe",
    "all_recipes",
    "armed",
    "brpo",
    "constrained",
    "crf",
    "fgaif",
    "find",
    "fine_grained_rlhf",
    "format_length",
    "gigpo",
    "grpo_lambda",
    "harmo",
    "istar",
    "istar_loss",
    "laser",
    "laser_d",
    "laser_limit",
    "lsc",
    "meow_tea_taro",
    "ndcg",
    "noisy_reward",
    "page_pairs",
    "pagellm",
    "par",
    "par_baselines",
    "pure",
    "reward_collapse",
    "rlfr",
    "rlfr_deviation",
    "rm_ensemble",
    "rpr",
    "rpr_calibrated",
    "spa",
    "swap_pairs",
    "sweet_spot",
    "trust_grpo",
    "verpo",
    "verpo_dense",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Recipes load with their family, on first use."""
    if name in BUILT:
        return getattr(import_module(f".{BUILT[name]}", __name__), name)
    raise AttributeError(f"there is no recipe {name!r}; `guerdon recipes` lists them")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
