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
    from .credit import gigpo, pure
    from .judge import brpo
    from .shaping import grpo_lambda, lsc, par, par_baselines
    from .verifiable import verpo, verpo_dense

BUILT = {
    "brpo": "judge",
    "gigpo": "credit",
    "grpo_lambda": "shaping",
    "lsc": "shaping",
    "par": "shaping",
    "par_baselines": "shaping",
    "pure": "credit",
    "verpo": "verifiable",
    "verpo_dense": "verifiable",
}
"""Where each recipe stands, so that asking for one loads its family and no other."""

__all__ = [
    "FAMILIES", "Claim", "Experiment", "Fact", "Recipe", "all_recipes", "brpo", "find", "gigpo", "grpo_lambda", "lsc",
    "par", "par_baselines", "pure", "verpo", "verpo_dense",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Recipes load with their family, on first use."""
    if name in BUILT:
        return getattr(import_module(f".{BUILT[name]}", __name__), name)
    raise AttributeError(f"there is no recipe {name!r}; `guerdon recipes` lists them")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
