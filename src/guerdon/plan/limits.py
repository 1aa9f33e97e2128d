"""How hard a remote service may be pressed: concurrency, rates, retries, a deadline for each call, a bound on cost.

:class:`CallLimits` says it, :class:`Limiter` keeps to it. A limiter outlives batches (a minute spans several of them,
and so does a budget) and belongs to no event loop: calls of several loops and threads may share one.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from ..expr.values import ContractError
from .bucket import TokenBucket

__all__ = ["CallLimits", "Limiter", "Refused", "TryAgain", "spend"]


class TryAgain(Exception):
    """Raised by an async leaf whose service is busy or broken for now (429, 5xx, a lost connection).

    Args:
        after: seconds the service asked to wait (its Retry-After); None where it named no time.
        reason: why, in words that can be counted; the reason of the row where no try succeeds.

    >>> raise TryAgain(2.0, "http 429")
    Traceback (most recent call last):
    ...
    guerdon.plan.limits.TryAgain: http 429
    """

    def __init__(self, after: float | None = None, reason: str = "try again") -> None:
        super().__init__(reason)
        self.after = after
        self.reason = reason


class Refused(ContractError):
    """Raised by an async leaf whose service will never answer as asked: 401, 403, 404, no such model. Stops the run.

    >>> raise Refused("http://127.0.0.1:8000/v1 knows no model 'gpt-6': check model= of the judge")
    Traceback (most recent call last):
    ...
    guerdon.plan.limits.Refused: http://127.0.0.1:8000/v1 knows no model 'gpt-6': check model= of the judge
    """


@dataclass(frozen=True)
class CallLimits:
    """How hard a service may be pressed.

    Attributes:
        concurrency: calls under way at one time.
        requests_per_minute: tries started in any minute, retries included; None is no bound.
        tokens_per_minute: tokens reported to :func:`spend` in any minute. A try reserves the mean of those before it
            and settles afterwards, so the first tries, ``concurrency`` at most, may pass the bound; later ones wait.
        retries: further tries after the first.
        deadline: seconds for one call, all its tries and the waits between them together. Waiting for one's turn
            under the other limits does not count.
        backoff: seconds before the second try where the service named no time; doubled for each further one.
        backoff_max: the longest such wait, in seconds.
        max_cost: what all calls together may cost, in the unit given to :func:`spend`. No call starts that would pass
            it if it cost as much as the dearest so far; such calls are unscored, reason ``"cost"``.

    Raises:
        ValueError: a limit is negative, or leaves nothing to run.

    >>> CallLimits(concurrency=4, requests_per_minute=60).deadline
    60.0
    >>> CallLimits(concurrency=0)
    Traceback (most recent call last):
    ...
    ValueError: concurrency=0: must be at least 1
    """

    concurrency: int = 16
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    retries: int = 4
    deadline: float = 60.0
    backoff: float = 0.5
    backoff_max: float = 20.0
    max_cost: float | None = None

    def __post_init__(self) -> None:
        for name, least in (("concurrency", 1), ("retries", 0), ("backoff", 0), ("backoff_max", 0)):
            if not getattr(self, name) >= least:
                raise ValueError(f"{name}={getattr(self, name)}: must be at least {least}")
        for name in ("requests_per_minute", "tokens_per_minute", "deadline"):
            value = getattr(self, name)
            if not (value is None or value > 0) or (name == "deadline" and value is None):
                raise ValueError(f"{name}={value}: must be above 0")
        if self.max_cost is not None and not self.max_cost >= 0:
            raise ValueError(f"max_cost={self.max_cost}: must be at least 0")


@dataclass
class Meter:
    """What one call has reported to :func:`spend` so far, all its tries together."""

    cost: float = 0.0
    tokens: int = 0


_meter: ContextVar[Meter | None] = ContextVar("guerdon_meter", default=None)


def spend(amount: float, tokens: int = 0) -> None:
    """Report, from inside an async leaf, what the call has just cost; several reports of one call add up.

    Outside a run it does nothing, so that a leaf can be tried by hand.

    Args:
        amount: money, in whatever unit ``max_cost`` is in; not negative.
        tokens: tokens counted against ``tokens_per_minute``; not negative.

    Raises:
        ValueError: an amount is negative or not a number.

    >>> spend(0.002, tokens=350)
    """
    if not amount >= 0 or not tokens >= 0:
        raise ValueError(f"spend({amount}, tokens={tokens}): a cost is never negative")
    meter = _meter.get()
    if meter is not None:
        meter.cost += amount
        meter.tokens += tokens


class Limiter:
    """Keeps to :class:`CallLimits` over any number of runs; safe from several threads and event loops at once.

    Attributes:
        limits: what it keeps to.
        started: calls started, ``tries`` of them in all, so ``tries - started`` were retries.
        spent: what they cost; ``tokens`` what they reported.

    >>> limiter = Limiter(CallLimits(concurrency=1))
    >>> limiter.enter(), limiter.enter()
    ('go', 'wait')
    """

    def __init__(self, limits: CallLimits) -> None:
        self.limits = limits
        self.started = 0
        self.tries = 0
        self.spent = 0.0
        self.tokens = 0
        self._dearest: float | None = None
        self._settled = 0
        self._settled_tokens = 0
        self._fresh()
        _limiters.add(self)

    def _fresh(self) -> None:
        # Also run in a forked child: calls under way in the parent are none of the child's, and a lock that another
        # thread of the parent held would stay held for ever.
        self._lock = threading.Lock()
        self._running = 0
        self._held_until = 0.0
        self._held_for = ""
        self._listeners: set[Callable[[], None]] = set()
        rpm, tpm = self.limits.requests_per_minute, self.limits.tokens_per_minute
        self.requests = None if rpm is None else TokenBucket(rpm)
        self.token_rate = None if tpm is None else TokenBucket(tpm)

    def enter(self) -> str:
        """Ask to start a call: ``"go"`` (then :meth:`leave` must follow), ``"wait"`` for one to end, or ``"cost"``."""
        with self._lock:
            if self._running >= self.limits.concurrency:
                return "wait"
            bound = self.limits.max_cost
            if bound is not None:
                if self._dearest is None:
                    # Nobody knows yet what a call costs: one goes ahead and finds out.
                    if self._running:
                        return "wait"
                    if bound <= 0:
                        return "cost"
                elif self.spent + (self._running + 1) * self._dearest > bound * (1 + 1e-12):
                    return "wait" if self._running else "cost"
            self._running += 1
            self.started += 1
            return "go"

    def leave(self, meter: Meter, answered: bool) -> None:
        """A call that :meth:`enter` let start has ended, and has cost what ``meter`` says.

        ``answered`` tells a call that cost nothing from one that failed before it could cost anything.
        """
        with self._lock:
            self._running = max(0, self._running - 1)
            self.spent += meter.cost
            self.tokens += meter.tokens
            if answered or meter.cost > 0:
                self._dearest = max(self._dearest or 0.0, meter.cost)
            listeners = list(self._listeners)
        for wake in listeners:
            wake()

    def listen(self, wake: Callable[[], None]) -> None:
        """Call ``wake`` (from any thread) whenever a call has ended, until :meth:`unlisten`."""
        with self._lock:
            self._listeners.add(wake)

    def unlisten(self, wake: Callable[[], None]) -> None:
        """Stop calling ``wake``."""
        with self._lock:
            self._listeners.discard(wake)

    def forget(self) -> None:
        """Take every call as ended: those under way hang in a thread that nobody waits for any more."""
        with self._lock:
            self._running = 0

    def hold(self, seconds: float, reason: str) -> None:
        """The service asked for quiet: no try starts for ``seconds`` (ten minutes at most, then one asks again)."""
        with self._lock:
            until = time.monotonic() + min(seconds, _LONGEST_HOLD)
            if until > self._held_until:
                self._held_until, self._held_for = until, reason

    def held(self) -> tuple[float, str]:
        """How many seconds of quiet remain (0 if none), and the reason."""
        with self._lock:
            return max(0.0, self._held_until - time.monotonic()), self._held_for

    async def turn(self) -> float:
        """Wait until one try may start under the rates; returns the tokens reserved for it, to be settled after."""
        if self.requests is not None:
            await self.requests.take(1)
        reserve = 0.0
        if self.token_rate is not None:
            # Even a try that reserves next to nothing waits while the bucket is overdrawn.
            reserve = max(self._settled_tokens / max(self._settled, 1), 1e-6)
            try:
                await self.token_rate.take(reserve)
            except BaseException:
                if self.requests is not None:
                    self.requests.add(1)
                raise
        with self._lock:
            self.tries += 1
        return reserve

    def settle(self, reserved: float, used: int) -> None:
        """After a try: charge the tokens it used in place of those reserved."""
        if self.token_rate is not None:
            with self._lock:
                self._settled += 1
                self._settled_tokens += used
            self.token_rate.add(reserved - used)


_LONGEST_HOLD = 600.0
_limiters: weakref.WeakSet[Limiter] = weakref.WeakSet()


def _after_fork() -> None:
    for limiter in list(_limiters):
        limiter._fresh()


os.register_at_fork(after_in_child=_after_fork)
