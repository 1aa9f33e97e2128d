"""Shaping: facts and experiments."""

from __future__ import annotations

from . import combine, length, noise, transforms  # noqa: F401  # they register their recipes
