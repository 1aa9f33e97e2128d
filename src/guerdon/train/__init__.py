"""Training: the demo's model and task, and adapters to trainers.

Importing this costs nothing; its parts load torch when they are called.

``reward.for_trl()`` gives TRL a reward function. ``gd.train.advantages`` is a ``GRPOTrainer`` that takes advantages
from an expression, down to the token. ``gd.train.verl`` hands rewards and advantages to verl, and
``gd.train.verl_manager`` is its reward manager.

>>> import guerdon as gd
>>> gd.train.verl.Estimator(gd.credit.leave_one_out(gd.col("reward"))).__name__
'guerdon_estimator'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import advantages, verl, verl_manager

__all__ = ["advantages", "verl", "verl_manager"]


def __getattr__(name: str) -> Any:
    """What users name loads on first use; ``advantages`` needs the extra ``train``."""
    if name in __all__:
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
