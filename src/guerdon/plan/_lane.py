"""A worker in the hands of one map: its batch, the call under way, and when to look after it."""

from __future__ import annotations

import math
import time
from typing import Literal

from ._process import Process

__all__ = ["Lane"]


class Lane:
    """A worker and its batch.

    Attributes:
        state: starting (no hello yet), idle, loading (an order is out, no call has begun) or running.
        since: when the state, or the call under way, began.
        fresh: whether it has finished no call yet, of any map.
        batch: the calls it was given.
        place: how many of them have been reported.
        cpu: CPU seconds spent before the call under way.
        helpers: CPU seconds of its other processes at the first look at this call; None before it.
        check: when to look next.
    """

    def __init__(self, worker: Process) -> None:
        self.worker = worker
        self.state: Literal["starting", "idle", "loading", "running"] = "idle" if worker.pid else "starting"
        self.since = time.monotonic()
        self.fresh = not worker.targets
        self.batch: list[int] = []
        self.place = 0
        self.cpu = 0.0
        self.helpers: float | None = None
        self.check = math.inf

    def begin(self, wall: float, cpu: float, seconds: float, cores: int) -> None:
        """The next call is under way, since `wall` on the monotonic clock and with `cpu` seconds spent before it."""
        self.since, self.cpu, self.helpers = wall, cpu, None
        self.check = wall + seconds / cores

    @property
    def rest(self) -> list[int]:
        """Calls of the batch not reported yet; the first of them is the one under way."""
        return self.batch[self.place :]
