"""A rate that holds in every minute: the token bucket behind ``requests_per_minute`` and ``tokens_per_minute``."""

from __future__ import annotations

import threading
import time
from collections import deque

__all__ = ["TokenBucket"]

_GLANCE = 0.25  # seconds after which a waiter looks again, in case somebody before it went away


class TokenBucket:
    """Lets at most ``amount`` through in any stretch of ``per`` seconds, first come first served.

    It belongs to no event loop and no thread: one bucket may serve several loops at once. A waiter that is cancelled
    leaves the queue and has taken nothing. A sixtieth of it may go through at once; the rest is spread evenly.

    Args:
        amount: how much may pass in ``per`` seconds; more than 0.
        per: the stretch of time, in seconds.

    Raises:
        ValueError: ``amount`` or ``per`` is not above 0.

    >>> bucket = TokenBucket(60)  # sixty a minute: one now, the next in a second
    >>> bucket.try_take(1), bucket.try_take(1)
    (True, False)
    """

    def __init__(self, amount: float, per: float = 60.0) -> None:
        if not amount > 0 or not per > 0:
            raise ValueError(f"a rate of {amount} in {per} seconds lets nothing through: both must be above 0")
        self.capacity = max(1.0, amount / 60)
        # A full bucket and what drips in during `per` seconds together make `amount`, not `amount` and a bucketful.
        self.rate = (amount - self.capacity + min(1.0, amount)) / per
        self._level = self.capacity
        self._seen = time.monotonic()
        self._lock = threading.Lock()
        self._queue: deque[_Ticket] = deque()

    def try_take(self, amount: float) -> bool:
        """Take ``amount`` now if nobody waits and it is there; say whether it was taken."""
        with self._lock:
            return not self._queue and self._take(amount)

    def add(self, amount: float) -> None:
        """Give back what turned out not to be needed (or, below 0, take what was needed on top)."""
        with self._lock:
            self._refill()
            self._level = min(self.capacity, self._level + amount)

    async def take(self, amount: float) -> None:
        """Wait until ``amount`` may pass, and take it. More than a bucketful passes when the bucket is full."""
        import asyncio

        if self.try_take(amount):
            return
        ticket = _Ticket(amount)
        with self._lock:
            self._queue.append(ticket)
        try:
            while True:
                with self._lock:
                    if self._queue[0] is ticket and self._take(amount):
                        # No await between taking and returning, so that a cancellation falls before or after both.
                        self._queue.popleft()
                        return
                    wait = self._wait_of(ticket)
                await asyncio.sleep(min(max(wait, 0.001), _GLANCE))
        except BaseException:
            with self._lock:
                self._queue.remove(ticket)
            raise

    def _refill(self) -> None:
        now = time.monotonic()
        self._level = min(self.capacity, self._level + (now - self._seen) * self.rate)
        self._seen = now

    def _take(self, amount: float) -> bool:
        self._refill()
        if self._level < min(amount, self.capacity) - 1e-9:
            return False
        self._level -= amount
        return True

    def _wait_of(self, ticket: _Ticket) -> float:
        ahead = 0.0
        for other in self._queue:
            if other is ticket:
                break
            ahead += other.amount
        return (ahead + min(ticket.amount, self.capacity) - self._level) / self.rate


class _Ticket:
    """A place in the queue; compared by identity."""

    __slots__ = ("amount",)

    def __init__(self, amount: float) -> None:
        self.amount = amount
