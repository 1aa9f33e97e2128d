"""From scores to advantages: steps, turns and groups."""

from __future__ import annotations

from .steps import gigpo, pure
from .turns import meow_tea_taro, spa

__all__ = ["gigpo", "meow_tea_taro", "pure", "spa"]
