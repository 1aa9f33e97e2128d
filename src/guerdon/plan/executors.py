"""Running the calls of one leaf where they belong: inline, in a killable worker, a sandbox, or on an event loop."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from guerdon.expr.function import Function
from guerdon.expr.values import ContractError, Failed, Unscored

from .outcome import Outcome

if TYPE_CHECKING:
    from .limits import Limiter
    from .workers import Pool

Call = Mapping[str, Any]
OnDone = Callable[[int, Outcome], None]
LOG = logging.getLogger("guerdon")


class Executors:
    """What a runner keeps from batch to batch: the pool of workers, the limiter of each async leaf, errors seen."""

    def __init__(self, *, workers: int | None = None, strict: bool = True) -> None:
        self.workers = workers
        self.strict = strict
        self._pool: Pool | None = None
        self._limiters: dict[tuple[Any, ...], Limiter] = {}
        self._lock = threading.Lock()
        self._seen: set[tuple[Any, ...]] = set()
        self._tried: set[tuple[Any, ...]] = set()

    @staticmethod
    def inline(function: Function) -> bool:
        """Whether calls run here and now, in this thread."""
        return not function.isolate and not function.is_async and function.executor is None

    def run(self, function: Function, calls: Sequence[Call], on_done: OnDone | None = None) -> list[Outcome]:
        """The outcome of every call, in order; the first exception of each kind is logged in full."""
        if not calls:
            return []
        if function.is_async:
            outcomes = self._on_loop(function, calls, on_done)
        elif function.executor == "sandbox":
            from .programs import run_trials

            outcomes = run_trials(function, calls, on_done)
        elif function.isolate:
            outcomes = self._in_workers(function, calls, on_done)
        else:
            outcomes = self.inline_calls(function, calls, on_done)
        self.report(function, outcomes)
        return outcomes

    @staticmethod
    def inline_calls(function: Function, calls: Sequence[Call], on_done: OnDone | None = None) -> list[Outcome]:
        """The outcomes of calls made here and now; nothing is reported."""
        outcomes = []
        for i, call in enumerate(calls):
            outcomes.append(_call(function, call))
            if on_done is not None:
                on_done(i, outcomes[-1])
        return outcomes

    def report(self, function: Function, outcomes: Sequence[Outcome]) -> None:
        """Log new kinds of exceptions; stop the run where a leaf raises on every row of its first batch."""
        raised = [o for o in outcomes if o.reason.startswith("exception: ")]
        with self._lock:
            first = function.identity not in self._tried
            self._tried.add(function.identity)
            for outcome in raised:
                kind = (function.identity, outcome.reason.split(": ")[1])
                if kind not in self._seen:
                    self._seen.add(kind)
                    LOG.warning("%s: %s\n%s", function.name, outcome.reason, outcome.detail)
        if (
            self.strict
            and first
            and len(outcomes) > 1
            and len(raised) == len(outcomes)
            and function.on_error == "unscored"
        ):
            said = raised[0].reason.removeprefix("exception: ")
            raise ContractError(f"{function.name} raised on every row of its first batch ({len(raised)} calls): {said}")

    def _in_workers(self, function: Function, calls: Sequence[Call], on_done: OnDone | None) -> list[Outcome]:
        from .workers import Limits, Pool, Target

        with self._lock:
            if self._pool is None:
                self._pool = Pool(self.workers)
        limits = Limits() if function.timeout is None else Limits(seconds=function.timeout)
        return self._pool.map(Target.of(function.call), calls, limits=limits, on_done=on_done)

    def _on_loop(self, function: Function, calls: Sequence[Call], on_done: OnDone | None) -> list[Outcome]:
        from dataclasses import replace

        from .limits import CallLimits, Limiter
        from .loops import run_async

        with self._lock:
            limiter = self._limiters.get(function.identity)
            if limiter is None:
                limits = function.limits or CallLimits()
                if function.timeout is not None:
                    limits = replace(limits, deadline=function.timeout)
                limiter = self._limiters[function.identity] = Limiter(limits)
        return run_async([_bound(function, call) for call in calls], limiter, on_done)

    def close(self) -> None:
        """End the workers."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None


def _bound(function: Function, call: Call) -> Callable[[], Any]:
    return lambda: function.call(**call)


def _call(function: Function, call: Call) -> Outcome:
    start = time.perf_counter()
    try:
        return Outcome("value", function.call(**call), seconds=time.perf_counter() - start)
    except Exception as error:
        return outcome_of(error, time.perf_counter() - start)


def outcome_of(error: Exception, seconds: float = 0.0) -> Outcome:
    """What an exception of a leaf means."""
    if isinstance(error, ContractError):
        raise error
    if isinstance(error, Failed):
        return Outcome("failed", reason=str(error) or "failed", seconds=seconds)
    if isinstance(error, Unscored):
        return Outcome("unscored", reason=str(error) or "unscored", seconds=seconds)
    said = " ".join(str(error).split())[:200]
    reason = f"exception: {type(error).__name__}: {said}" if said else f"exception: {type(error).__name__}"
    detail = "".join(traceback.format_exception(error))[-4000:]
    return Outcome("unscored", reason=reason, seconds=seconds, detail=detail)
