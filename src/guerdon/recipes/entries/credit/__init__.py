"""Credit: facts and experiments."""

from __future__ import annotations

from . import implicit, latent, spans, steps, turns  # noqa: F401  # they register their recipes
