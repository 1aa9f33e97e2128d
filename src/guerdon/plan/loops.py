"""Running async leaves under limits, from sync or async code, in whatever situation the caller finds itself.

:func:`arun` runs in the caller's own event loop. :func:`run_async` runs on one private loop in a daemon thread, which
works inside a running loop (a notebook, a trainer), off the main thread and after a fork, and lets connections live on
from one batch to the next.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import os
import queue
import random
import sys
import threading
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from ..expr.values import ContractError, Failed, Unscored
from .http import status_error
from .limits import CallLimits, Limiter, Meter, TryAgain, _meter
from .outcome import Outcome

__all__ = ["Call", "OnDone", "arun", "run_async"]

Call = Callable[[], Awaitable[object]]
OnDone = Callable[[int, Outcome], None]

_GRACE = 1.0  # seconds for a cancelled call to clean up, after which nobody waits for it any more
_MARGIN = 5.0  # seconds beyond the deadline after which a loop that answers nobody is given up


async def arun(
    calls: Sequence[Call], limits: CallLimits | Limiter | None = None, on_done: OnDone | None = None
) -> list[Outcome]:
    """Run async calls under limits in the current event loop.

    Args:
        calls: functions without arguments that return an awaitable; a call tried again is called again.
        limits: what to keep to; pass a :class:`Limiter` where rates and costs must hold across several runs.
        on_done: called in the loop with the index and the outcome as soon as a call has ended.

    Returns:
        One outcome per call, in order. ``Failed`` raised by a call is failed; everything else that goes wrong is
        unscored: ``Unscored`` with its own reason, what the service answered after all retries (``"http 429"``),
        ``"deadline"``, ``"cost"``, or ``"exception: TypeError: ..."``.

    Raises:
        ContractError: a call raised it (:class:`Refused` is one); the other calls are cancelled first.

    >>> async def leaf() -> float:
    ...     return 0.5
    >>> [outcome.value for outcome in asyncio.run(arun([leaf, leaf]))]
    [0.5, 0.5]
    """
    limiter = limits if isinstance(limits, Limiter) else Limiter(limits or CallLimits())
    loop = asyncio.get_running_loop()
    woken = asyncio.Event()
    results: list[Outcome | None] = [None] * len(calls)
    todo = iter(range(len(calls)))

    def wake() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(woken.set)

    async def work() -> None:
        for index in todo:
            woken.clear()
            while (answer := limiter.enter()) == "wait":
                await woken.wait()
                woken.clear()
            outcome = await _one(calls[index], limiter) if answer == "go" else Outcome("unscored", reason="cost")
            results[index] = outcome
            if on_done is not None:
                on_done(index, outcome)

    limiter.listen(wake)
    workers = [asyncio.ensure_future(work()) for _ in range(min(limiter.limits.concurrency, len(calls)))]
    try:
        if workers:
            await asyncio.wait(workers, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for worker in workers:
            worker.cancel()
        ended = await asyncio.gather(*workers, return_exceptions=True)
        limiter.unlisten(wake)
    for error in ended:
        if isinstance(error, BaseException) and not isinstance(error, asyncio.CancelledError):
            raise error
    return [outcome for outcome in results if outcome is not None]


async def _one(call: Call, limiter: Limiter) -> Outcome:
    """All tries of one call."""
    limits, meter = limiter.limits, Meter()
    left, tried, start = limits.deadline, 0, 0.0
    answered = False
    again = TryAgain(None, "")
    try:
        while True:
            while (quiet := limiter.held())[0] > 0:
                if quiet[0] >= left:
                    return Outcome("unscored", None, quiet[1], limits.deadline - left, "the service asked for quiet")
                await asyncio.sleep(quiet[0])
            tokens = meter.tokens
            reserved = await limiter.turn()
            start = time.monotonic()
            try:
                result = await _try(call, meter, left)
            finally:
                limiter.settle(reserved, meter.tokens - tokens)
            left -= time.monotonic() - start
            tried += 1
            if not isinstance(result, TryAgain):
                answered = result.kind != "unscored"
                kept = limits.deadline - left
                return Outcome(result.kind, result.value, result.reason, kept, result.detail or again.reason)
            again = result
            wait = again.after
            if wait is None:
                # Spread out, so that calls refused together do not come back together.
                wait = min(limits.backoff * 2.0 ** (tried - 1), limits.backoff_max) * random.uniform(0.5, 1.0)
            else:
                limiter.hold(wait, again.reason)
            if tried > limits.retries or wait >= left:
                kept = limits.deadline - left
                return Outcome("unscored", None, again.reason, kept, f"given up after {tried} tries")
            await asyncio.sleep(wait)
            left -= wait
    finally:
        limiter.leave(meter, answered)


async def _try(call: Call, meter: Meter, left: float) -> Outcome | TryAgain:
    """One try, in a task of its own: a call that will not be cancelled is left behind."""
    context = contextvars.copy_context()
    context.run(_meter.set, meter)
    task = asyncio.get_running_loop().create_task(_call(call), context=context)
    try:
        done, _ = await asyncio.wait({task}, timeout=max(left, 0.0))
    except asyncio.CancelledError:
        await _end(task)
        raise
    if not done:
        await _end(task)
        return Outcome("unscored", reason="deadline")
    if task.cancelled():
        return Outcome("unscored", reason="exception: CancelledError")
    error = task.exception()
    if error is None:
        value, error = task.result()
        if error is None:
            return Outcome("value", value)
    return _meaning(error)


async def _call(call: Call) -> tuple[object, BaseException | None]:
    try:
        return await call(), None
    except SystemExit as error:
        # A task lets this one through to the loop, and the loop would end: sys.exit() in a leaf is an error of one row.
        return None, error
    except KeyboardInterrupt as error:
        # Ctrl-C reaches the main thread only; elsewhere the leaf raised it.
        if threading.current_thread() is threading.main_thread():
            raise
        return None, error


async def _end(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.wait({task}, timeout=_GRACE)
    # Look at the exception, now or whenever it comes, so that asyncio does not complain that nobody did.
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())


def _meaning(error: BaseException) -> Outcome | TryAgain:
    """What an exception out of a leaf stands for; contract errors are raised."""
    if isinstance(error, TryAgain):
        return error
    if isinstance(error, Failed):
        return Outcome("failed", reason=str(error))
    if isinstance(error, Unscored):
        return Outcome("unscored", reason=str(error))
    if isinstance(error, ContractError):
        raise error
    service = _service_error(error)
    if isinstance(service, TryAgain):
        return service
    if isinstance(service, ContractError):
        raise service from error
    first = str(error).strip().split("\n", 1)[0][:200]
    name = type(error).__name__
    shown = "".join(traceback.format_exception(error, limit=-8))[-4000:]
    return Outcome("unscored", reason=f"exception: {name}: {first}" if first else f"exception: {name}", detail=shown)


def _service_error(error: BaseException) -> Exception | None:
    """The same for the exceptions of the usual HTTP clients (openai, anthropic, httpx, requests, aiohttp)."""
    response = getattr(error, "response", None)
    for holder in (error, response):
        status = getattr(holder, "status_code", None) or getattr(holder, "status", None)
        if type(status) is int and 400 <= status < 600:
            headers = getattr(holder, "headers", None) or getattr(response, "headers", None) or {}
            where = str(getattr(getattr(error, "request", None), "url", "") or type(error).__name__)
            return status_error(status, headers, where)
    return None


# ---------------------------------------------------------------------------------------------- from sync code


def run_async(
    calls: Sequence[Call], limits: CallLimits | Limiter | None = None, on_done: OnDone | None = None
) -> list[Outcome]:
    """Run async calls under limits from sync code, whether or not an event loop is running in this thread.

    They run on a private loop in a daemon thread; context variables of the caller are visible to them. Ctrl-C (and
    any exception of ``on_done``) cancels them all, then is raised. A function that holds the loop without awaiting
    for longer than the deadline costs the calls not yet ended, reason ``"blocked"``, not the run.

    Args:
        calls: as for :func:`arun`.
        limits: as for :func:`arun`.
        on_done: called in the caller's own thread with the index and the outcome, as calls end.

    Returns:
        One outcome per call, in order, as :func:`arun`.

    Raises:
        ContractError: a call raised it; the other calls are cancelled first.

    >>> async def leaf() -> float:
    ...     return 0.5
    >>> run_async([leaf])[0].value
    0.5
    """
    if not calls:
        return []
    limiter = limits if isinstance(limits, Limiter) else Limiter(limits or CallLimits())
    home = _home()
    if home.thread is threading.current_thread():
        # An async leaf that scores another reward synchronously: its own loop is busy with it.
        home = _Home()
        try:
            return _drive(home, calls, limiter, on_done)
        finally:
            home.stop()
    return _drive(home, calls, limiter, on_done)


def _drive(home: _Home, calls: Sequence[Call], limiter: Limiter, on_done: OnDone | None) -> list[Outcome]:
    news: queue.SimpleQueue[tuple[int, Outcome] | BaseException | None] = queue.SimpleQueue()

    async def job() -> None:
        try:
            await arun(calls, limiter, lambda index, outcome: news.put((index, outcome)))
        except BaseException as error:
            news.put(error)
        else:
            news.put(None)

    results: list[Outcome | None] = [None] * len(calls)
    lost = Outcome("unscored", reason="blocked")
    ended = False
    running = asyncio.run_coroutine_threadsafe(job(), home.loop)
    try:
        while True:
            try:
                item = news.get(timeout=_GRACE)
            except queue.Empty:
                if home.silence() > limiter.limits.deadline + _MARGIN:
                    ended = True
                    lost = Outcome("unscored", reason="blocked", detail=home.where())
                    _give_up(home, limiter, running)
                    break
                continue
            if item is None:
                return [outcome for outcome in results if outcome is not None]
            if isinstance(item, BaseException):
                ended = True
                raise item
            results[item[0]] = item[1]
            if on_done is not None:
                on_done(*item)
    except BaseException:
        if ended:
            raise
        running.cancel()
        until = time.monotonic() + _MARGIN
        try:
            while isinstance(news.get(timeout=max(0.0, until - time.monotonic())), tuple):
                pass
        except queue.Empty:
            _give_up(home, limiter, running)
        raise
    full = [lost if outcome is None else outcome for outcome in results]
    for index, outcome in enumerate(full):
        if outcome is lost and on_done is not None:
            on_done(index, outcome)
    return full


def _give_up(home: _Home, limiter: Limiter, running: concurrent.futures.Future[None]) -> None:
    """Leave a loop that answers nobody to itself; should it ever wake, it finds its work cancelled."""
    running.cancel()
    home.stop()
    limiter.forget()


class _Home:
    """An event loop in a daemon thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.stopped = False
        self.asked: float | None = None
        self.thread = threading.Thread(target=self._run, name="guerdon-loop", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
        finally:
            self.loop.close()

    def stop(self) -> None:
        self.stopped = True
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.loop.stop)

    def silence(self) -> float:
        """How many seconds the loop has not answered for; asks it again."""
        now = time.monotonic()
        asked = self.asked
        if asked is None:
            self.asked = now
            self.loop.call_soon_threadsafe(setattr, self, "asked", None)
            return 0.0
        return now - asked

    def where(self) -> str:
        """The line of code the thread is at, for the person who must mend it."""
        frame = sys._current_frames().get(self.thread.ident or 0)
        at = f" at {frame.f_code.co_filename}:{frame.f_lineno}" if frame is not None else ""
        return (
            f"an async function held the event loop{at}: await what takes time, or write `def` in place of `async def`"
        )


_current: _Home | None = None
_lock = threading.Lock()


def _home() -> _Home:
    global _current
    with _lock:
        if _current is None or _current.stopped or not _current.thread.is_alive():
            _current = _Home()
        return _current


def _after_fork() -> None:
    # The thread stayed behind in the parent, and the lock may have been held at that moment.
    global _current, _lock
    _current, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=_after_fork)
