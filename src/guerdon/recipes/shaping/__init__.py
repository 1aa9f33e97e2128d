"""Shaping: transforms, length, noise, and how several judgements become one reward."""

from __future__ import annotations

from .combine import constrained, harmo, ndcg, pagellm, rm_ensemble, trust_grpo
from .length import crf, format_length, grpo_lambda, laser, laser_d, laser_limit
from .noise import REASONING_PHRASES, noisy_reward, rpr, rpr_calibrated
from .pages import page_pairs, swap_pairs
from .transforms import armed, lsc, par, par_baselines, reward_collapse, sweet_spot

__all__ = [
    "REASONING_PHRASES",
    "armed",
    "constrained",
    "crf",
    "format_length",
    "grpo_lambda",
    "harmo",
    "laser",
    "laser_d",
    "laser_limit",
    "lsc",
    "ndcg",
    "noisy_reward",
    "page_pairs",
    "pagellm",
    "par",
    "par_baselines",
    "reward_collapse",
    "rm_ensemble",
    "rpr",
    "rpr_calibrated",
    "swap_pairs",
    "sweet_spot",
    "trust_grpo",
]  # fmt: skip
