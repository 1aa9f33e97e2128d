"""Standard terms of reward shaping, each a short expression: transforms, length, ensembles, difficulty, time, noise.

What one operator does already (``sigmoid``, ``clip``, ``zscore``, ``softmin``, ...) has no second name here.

>>> import guerdon as gd
>>> reward = gd.col("right") + gd.shaping.length_band(gd.col("tokens"), target=100)
>>> reward.score({"right": [1, 1, 0], "tokens": [110, 150, 400]}).values.round(4)
array([ 1. ,  0.7, -1. ])
"""

from __future__ import annotations

from .difficulty import by_difficulty
from .ensembles import pessimistic, power_mean
from .length import length_band, length_cosine, length_overlong, length_peak
from .noise import flipped
from .ranking import auc, dcg, lexicographic
from .schedules import anneal
from .transforms import minmax, potential, tiers

__all__ = [
    "anneal",
    "auc",
    "by_difficulty",
    "dcg",
    "flipped",
    "length_band",
    "length_cosine",
    "length_overlong",
    "length_peak",
    "lexicographic",
    "minmax",
    "pessimistic",
    "potential",
    "power_mean",
    "tiers",
]
