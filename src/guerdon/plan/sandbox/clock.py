"""The clock of a sandbox, and what is heard of it until its time is up."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .box import Box

__all__ = ["WALL", "Clock", "Ends", "Output", "Result", "listen", "pipes", "result"]

WALL = 5.0
"""The ceiling in wall time, as a multiple of the CPU time allowed."""
_CORES = os.cpu_count() or 1
Result = dict[str, str]


def result(status: str, why: str = "") -> Result:
    """What became of one test."""
    return {"status": status, "why": why}


class Clock:
    """Tells when a program's time is up, and whose doing that is."""

    def __init__(self, seconds: float, boxes: list[Box], stop: threading.Event) -> None:
        self.seconds, self.boxes, self.stop = seconds, boxes, stop
        self.began = time.monotonic()
        self.look = self.began + seconds / _CORES

    def wait(self) -> float:
        """Milliseconds until the next look."""
        return min(max(0.0, (self.look - time.monotonic()) * 1000) + 1, 100.0)

    def verdict(self) -> Result | None:
        """None while there is time."""
        now = time.monotonic()
        if self.stop.is_set():
            return result("unscored", "interrupted")
        if now < self.look:
            return None
        usages = [box.usage() for box in self.boxes]
        spent = max(usage.cpu for usage in usages)
        if spent >= self.seconds:
            return result("failed", "timeout")
        elapsed = now - self.began
        if elapsed >= WALL * self.seconds:
            # What it neither ran nor waited for a core it slept: a busy machine is not its doing, sleeping is.
            if sum(usage.cpu + usage.waited for usage in usages) >= elapsed / 2:
                return result("unscored", "wall timeout")
            return result("failed", "timeout")
        self.look = min(now + max(0.02, (self.seconds - spent) / _CORES), self.began + WALL * self.seconds)
        return None


class Ends:
    """Descriptors to close, each once."""

    def __init__(self, fds: list[int]) -> None:
        self._open = set(fds)

    def close(self, *fds: int) -> None:
        """Close these, or all."""
        for fd in fds or tuple(self._open):
            if fd in self._open:
                self._open.discard(fd)
                os.close(fd)


@contextmanager
def pipes(count: int) -> Iterator[tuple[list[int], Ends]]:
    """So many pipes, as a flat list of their ends (reading, writing, ...), closed at the latest in the end."""
    fds = [fd for _ in range(count) for fd in os.pipe2(os.O_CLOEXEC)]
    ends = Ends(fds)
    try:
        yield fds, ends
    finally:
        ends.close()


def listen(heard: dict[int, Callable[[bytes], bool]], clock: Clock) -> Result | None:
    """Read descriptors until they end, one of them has had enough, or the time is up: then whose doing that is."""
    poller = select.poll()
    for fd in heard:
        poller.register(fd, select.POLLIN)
    waiting = set(heard)
    while waiting:
        for fd, _ in poller.poll(clock.wait()):
            data = os.read(fd, 1 << 16)
            if heard[fd](data) if data else False:
                return None
            if not data:
                poller.unregister(fd)
                waiting.discard(fd)
        verdict = clock.verdict()
        if verdict is not None:
            return verdict
    return None


class Output:
    """Collects what a script prints, up to a bound."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.data = bytearray()

    @property
    def full(self) -> bool:
        """Whether it printed more."""
        return len(self.data) > self.most

    def take(self, data: bytes) -> bool:
        """Some bytes of it; True if it is too much."""
        self.data += data
        return self.full
