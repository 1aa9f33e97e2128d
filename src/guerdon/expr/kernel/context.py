"""What the kernel may look at besides its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..rollouts import Rollouts
from ..values import Cells


@dataclass
class Context:
    """One batch being scored: its rollouts, the step, what hooks have set, and the state as it stood before.

    ``given`` holds the cells of ``given`` nodes, which stand for what was computed before (see ``guerdon.plan.cut``).
    """

    rollouts: Rollouts
    step: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)
    state: Mapping[bytes, Any] = field(default_factory=dict)
    memo: dict[Any, tuple[Any, tuple[Cells, ...]]] = field(default_factory=dict)
    given: Mapping[int, Cells] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many rollouts."""
        return self.rollouts.n
