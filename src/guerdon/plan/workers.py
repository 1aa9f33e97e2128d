"""Killable worker processes: run one function on many rows so that no row can harm another, or the process that asked.

    with Pool() as pool:
        outcomes = pool.map(Target.of(score), [{"completion": text} for text in texts], limits=Limits(seconds=2))

A row may loop for ever, in Python or in C, eat memory, crash the interpreter or print without end: it gets a status and
a reason, its worker is replaced, and every other row is scored. Nothing is ever unpickled here, so a result cannot run
code. Needs no main guard, no signals, no thread of its own, and no particular thread to be called from. Made for Linux.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from ..expr.values import ContractError
from ._process import DEPTH, Process
from ._target import Target
from .outcome import Outcome

__all__ = ["Limits", "Outcome", "Pool", "Stats", "Target", "WorkerError"]

MOST_TARGETS = 64
"""A worker that has loaded more functions than this is replaced: a run that makes closures does not fill its memory."""
DEEPEST = 2
"""Workers may start workers of their own (one each), and those may not: recursion cannot fill the machine."""


class WorkerError(ContractError):
    """Workers cannot start, or cannot load the function they were given: no row is to blame."""


@dataclass(frozen=True)
class Limits:
    """What one call may use.

    Attributes:
        seconds: CPU time of the worker and what it starts; over it the call is `failed`, reason `timeout`. Five times
            that in wall time ends the call too, but as `unscored`, reason `wall timeout`: a busy or sleeping machine is
            not the completion's doing.
        memory_bytes: memory a call may add to what loading the function took (RLIMIT_DATA: memory that can be written,
            not libraries or reserved addresses, so that numpy and torch fit under small limits), for each process it
            starts anew; None for no limit. Over it: `failed`, reason `memory`.
        output_bytes: most bytes of a result as JSON; over it: `failed`, reason `output too large`.
    """

    seconds: float = 10.0
    memory_bytes: int | None = 2 << 30
    output_bytes: int = 1 << 20

    def __post_init__(self) -> None:
        if not self.seconds > 0:
            raise ValueError(f"Limits(seconds={self.seconds}): give a number of seconds above 0")
        if self.memory_bytes is not None and self.memory_bytes <= 0:
            raise ValueError(f"Limits(memory_bytes={self.memory_bytes}): give a number above 0, or None for no limit")
        if self.output_bytes <= 0:
            raise ValueError(f"Limits(output_bytes={self.output_bytes}): give a number above 0")


@dataclass(frozen=True)
class Stats:
    """What a pool has done so far.

    Attributes:
        started: workers started.
        calls: calls settled.
        cut_off: calls ended by a limit.
        deaths: workers that died, or had to be killed, for another reason than a limit.
        retried: calls tried once more in a fresh worker.
    """

    started: int = 0
    calls: int = 0
    cut_off: int = 0
    deaths: int = 0
    retried: int = 0


class Pool:
    """Worker processes, started when first needed and kept for the next call.

    Safe to use from several threads at once, and in a process forked from this one, where it starts over with workers
    of its own.

    Args:
        size: most workers at one time; the number of usable cores if not given, and always 1 inside a worker.
        limits: for calls of `map` that name none.

    >>> import textwrap
    >>> with Pool(1) as pool:
    ...     outcomes = pool.map(
    ...         Target.of(textwrap.shorten), [{"text": "one two", "width": 5, "placeholder": ""}, {"text": "a"}]
    ...     )
    >>> outcomes[0].value
    'one'
    >>> outcomes[1].kind, outcomes[1].reason
    ('unscored', "exception: TypeError: shorten() missing 1 required positional argument: 'width'")
    """

    def __init__(self, size: int | None = None, limits: Limits | None = None) -> None:
        if size is not None and size < 1:
            raise ValueError(f"Pool(size={size}): a pool needs at least one worker")
        self.size = 1 if _depth() else size or _cores()
        self.limits = limits or Limits()
        self._closed = False
        self._every: set[Process] = set()
        self._reset()
        # ends the workers when the pool is collected, and at the latest when the interpreter leaves
        weakref.finalize(self, _end, self._every)
        _POOLS.add(self)

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._change = threading.Condition()
        self._idle: list[Process] = []
        self._count = 0
        self._waiting = 0
        self._stats = Stats()

    def map(
        self,
        target: Target,
        calls: Sequence[Mapping[str, object]],
        *,
        limits: Limits | None = None,
        on_done: Callable[[int, Outcome], None] | None = None,
    ) -> list[Outcome]:
        """Runs `target(**call)` for every call and returns their outcomes in the same order.

        A call during which a worker dies is tried once more, alone, in a fresh worker; dying again is its own doing
        (`failed`, reason `crashed`), unless SIGKILL from outside ended it (`unscored`, reason `worker killed`: that is
        how the system takes memory back). The rest of its batch is run elsewhere. Exceptions are `unscored` with reason
        `exception: …`, but for Guerdon's own `Failed` and `Unscored`, which mean what they say.

        Args:
            target: what to run.
            calls: arguments by name. Any type that can be pickled; plain data travels as JSON.
            limits: what one call may use; the pool's if not given. Importing the function's module is not counted.
            on_done: called with (place, outcome) in this thread as calls finish, in any order. It must not call this
                pool.

        Raises:
            WorkerError: workers cannot start, or the function cannot be loaded in one.
            RuntimeError: the pool is closed.
        """
        from ._batches import Run

        if _depth() >= DEEPEST:
            raise WorkerError(
                "a function in a worker of a worker asked for workers of its own: call it without isolation"
            )
        if os.getpid() != self._pid:
            self._forget()
        if self._closed:
            raise RuntimeError("the pool of workers is closed")
        return Run(self, target, calls, limits or self.limits, on_done).finish()

    @property
    def stats(self) -> Stats:
        """Figures since the pool was made."""
        return self._stats

    def count(self, **more: int) -> None:
        """Adds to the figures."""
        with self._change:
            now = self._stats
            self._stats = Stats(**{name: value + more.get(name, 0) for name, value in vars(now).items()})

    def take(self, *, wait: bool) -> Process | None:
        """A worker for one map alone, new or used; None where all are taken and `wait` is False."""
        while True:
            with self._change:
                while not self._idle and self._count >= self.size and not self._closed:
                    if not wait:
                        return None
                    self._waiting += 1
                    try:
                        self._change.wait()
                    finally:
                        self._waiting -= 1
                if self._closed:
                    raise RuntimeError("the pool of workers was closed while it was working")
                if self._idle:
                    return self._idle.pop()
                self._count += 1
            try:
                worker = Process()
            except OSError as error:
                self._lost()
                raise WorkerError(f"a worker process could not be started: {error}") from error
            except BaseException:
                self._lost()
                raise
            self._every.add(worker)
            self.count(started=1)
            return worker

    @property
    def wanted(self) -> bool:
        """Whether another map is waiting for a worker."""
        return self._waiting > 0

    def give(self, worker: Process) -> None:
        """Takes an idle worker back."""
        with self._change:
            if not self._closed and worker.targets <= MOST_TARGETS:
                self._idle.append(worker)
                self._change.notify()
                return
        self.drop(worker)

    def drop(self, worker: Process) -> None:
        """Kills a worker; the next one asked for is a new one."""
        worker.kill()
        self._every.discard(worker)
        self._lost()

    def _lost(self) -> None:
        with self._change:
            self._count -= 1
            self._change.notify()

    def close(self) -> None:
        """Ends the workers. A map in another thread stops with RuntimeError. Safe to call twice."""
        with self._change:
            self._closed = True
            idle, self._idle = self._idle, []
            self._change.notify_all()
        for worker in idle:
            worker.ask_to_end()
        for worker in idle:
            self.drop(worker)

    def _forget(self) -> None:
        for worker in self._every:
            worker.forget()
        self._every.clear()
        self._reset()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _depth() -> int:
    return int(os.environ.get(DEPTH, "0"))


def _end(workers: set[Process]) -> None:
    ending = list(workers)
    for worker in ending:
        worker.ask_to_end()
    for worker in ending:
        worker.kill()
    workers.clear()


_POOLS: weakref.WeakSet[Pool] = weakref.WeakSet()


def _after_fork() -> None:
    # a child that kept its copies of the sockets would keep the parent's workers from noticing that the parent died
    for pool in list(_POOLS):
        pool._forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
