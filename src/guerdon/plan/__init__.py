"""How a reward is computed: plan, run, workers, cache, limits, state, journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .cache import Cache
    from .limits import CallLimits, Refused, TryAgain, spend
    from .runner import Runner
    from .scores import Scores, Values

_WHERE = {
    "Runner": "runner", "Scores": "scores", "Values": "scores", "Cache": "cache", "CallLimits": "limits",
    "TryAgain": "limits", "Refused": "limits", "spend": "limits",
}  # fmt: skip
__all__ = ["Cache", "CallLimits", "Refused", "Runner", "Scores", "TryAgain", "Values", "spend"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_WHERE[name]}", __name__), name)
