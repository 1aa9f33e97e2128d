"""Where programs that a model wrote are run: one fresh sandbox each, at the strongest level of isolation there is.

A program and what is expected of it never share a process. Its sandbox gets the inputs and returns built-in values; a
second one holds the tests and reaches the first through a pipe.
"""

from __future__ import annotations

from .levels import COVERS, Isolation, NotIsolated, choose, isolation
from .run import run

__all__ = ["COVERS", "Isolation", "NotIsolated", "choose", "isolation", "run"]
