"""From scores to advantages: steps, turns, stretches of text, tokens and groups."""

from __future__ import annotations

from .implicit import istar, istar_loss
from .latent import rlfr, rlfr_deviation
from .spans import fgaif, fgaif_segments, fine_grained_rlhf
from .steps import gigpo, pure
from .turns import meow_tea_taro, spa

__all__ = [
    "fgaif",
    "fgaif_segments",
    "fine_grained_rlhf",
    "gigpo",
    "istar",
    "istar_loss",
    "meow_tea_taro",
    "pure",
    "rlfr",
    "rlfr_deviation",
    "spa",
]
