"""One map over a pool: deals calls out in batches, watches deadlines, and finds out whose doing a death was.

A worker runs its batch in order and reports each call as it finishes: the call under way is always the first unreported
one.
"""

from __future__ import annotations

import math
import os
import select
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from . import _wire
from ._lane import Lane
from ._process import Broken
from ._target import Target
from .outcome import Outcome

if TYPE_CHECKING:
    from .workers import Limits, Pool

START_SECONDS = 60.0
"""Wall time a worker has to say hello, or to begin a batch of a function it knows."""
LOAD_SECONDS = 300.0
"""Wall time a worker has to import the function's module."""
WALL = 5.0
"""The wall ceiling, in deadlines."""
BATCH_SECONDS = 0.02
"""What a batch should take, so that the pipe's latency does not show and a death costs little."""
BATCH_CALLS = 512
BATCH_BYTES = 1 << 20
STARTS = 3
"""Deaths while starting or loading, in a row, that are too many."""


class Run:
    """The calls of one map."""

    def __init__(
        self,
        pool: Pool,
        target: Target,
        calls: Sequence[Mapping[str, object]],
        limits: Limits,
        on_done: Callable[[int, Outcome], None] | None,
    ) -> None:
        self.pool, self.target, self.calls, self.limits, self.on_done = pool, target, calls, limits, on_done
        self.outcomes: list[Outcome | None] = [None] * len(calls)
        self.left = len(calls)
        self.queue = deque(range(len(calls)))
        self.alone: deque[int] = deque()
        self.lanes: dict[int, Lane] = {}
        self.poller = select.poll()
        self.mean: float | None = None
        self.starts = 0
        self.tried: set[int] = set()
        self.cores = os.cpu_count() or 1
        self.pid = os.getpid()

    def finish(self) -> list[Outcome]:
        """Runs everything."""
        try:
            while self.left:
                self.staff()
                self.deal()
                if self.left:
                    self.listen()
            self.pool.count(calls=len(self.calls))
        finally:
            if os.getpid() == self.pid:
                for lane in list(self.lanes.values()):
                    self.let_go(lane, keep=lane.state in ("idle", "starting"))
        return [outcome for outcome in self.outcomes if outcome is not None]

    # who works

    def staff(self) -> None:
        """Takes on workers while there is more to do than hands, doubling them, so that a short map starts few."""
        starting = sum(lane.state == "starting" for lane in self.lanes.values())
        idle = sum(lane.state == "idle" for lane in self.lanes.values())
        waiting = len(self.queue) + len(self.alone)
        most = max(1, len(self.lanes) - starting)
        while waiting > idle + starting and starting < most:
            worker = self.pool.take(wait=not self.lanes)
            if worker is None:
                return
            lane = Lane(worker)
            self.lanes[worker.fileno()] = lane
            self.poller.register(worker.fileno(), select.POLLIN)
            starting += lane.state == "starting"
            idle += lane.state == "idle"

    def let_go(self, lane: Lane, *, keep: bool) -> None:
        """Hands a worker back, or kills it."""
        number = lane.worker.fileno()
        if number >= 0:
            self.lanes.pop(number, None)
            self.poller.unregister(number)
        if keep and number >= 0:
            self.pool.give(lane.worker)
        else:
            self.pool.drop(lane.worker)

    def deal(self) -> None:
        """Gives every idle worker something to do."""
        for lane in list(self.lanes.values()):
            if lane.state != "idle":
                continue
            if len(self.lanes) > 1 and self.pool.wanted:
                self.let_go(lane, keep=True)
            elif self.alone and lane.fresh:
                self.order(lane, self.alone, 1)
            elif self.queue:
                self.order(lane, self.queue, self.batch_size())
            elif self.alone:
                self.let_go(lane, keep=False)  # a second try wants a fresh worker: make room for one

    def batch_size(self) -> int:
        """How many calls to send at once: few where they are slow, unknown or nearly all dealt out."""
        if self.mean is None:
            return 1
        share = math.ceil(len(self.queue) / (2 * max(1, len(self.lanes))))
        return max(1, min(BATCH_CALLS, share, int(BATCH_SECONDS / max(self.mean, 1e-9))))

    def order(self, lane: Lane, source: deque[int], most: int) -> None:
        """Sends the first calls of `source` to the worker; calls that cannot be sent are settled here."""
        batch: list[int] = []
        texts: list[str] = []
        size = 0
        while source and len(batch) < most and size < BATCH_BYTES:
            index = source.popleft()
            text = self.pack(index)
            if text is not None:
                batch.append(index)
                texts.append(text)
                size += len(text)
        if not batch:
            return
        lane.batch, lane.place, lane.state, lane.since = batch, 0, "loading", time.monotonic()
        known = lane.worker.knows(self.target)
        lane.check = lane.since + (START_SECONDS if known else LOAD_SECONDS)
        try:
            lane.worker.order(self.target, texts, self.limits.memory_bytes, self.limits.output_bytes)
        except OSError:  # it died while it was idle: nobody's doing
            self.died(lane)
            return
        if lane.worker.sending:
            self.poller.modify(lane.worker.fileno(), select.POLLIN | select.POLLOUT)

    def pack(self, index: int) -> str | None:
        """The JSON of a call's arguments; None, the call being settled, where they cannot be sent."""
        name = ""
        try:
            call = {}
            for name, value in self.calls[index].items():
                call[name] = _wire.pack(value)
            text = _wire.encode(call)
        except (_wire.Unsendable, RecursionError) as error:
            self.settle(index, Outcome("unscored", None, "argument", 0.0, f"argument {name!r}: {error}"))
            return None
        if len(text) > _wire.MAX_INPUT:
            detail = f"the arguments take more than {_wire.MAX_INPUT} bytes"
            self.settle(index, Outcome("unscored", None, "input too large", 0.0, detail))
            return None
        return text

    # what they say

    def listen(self) -> None:
        """Waits for something to happen, and deals with it."""
        now = time.monotonic()
        until = min((self.next_look(lane) for lane in self.lanes.values()), default=now)
        until = min(until, now + 1.0)
        ready = self.poller.poll(max(0.0, math.ceil((until - now) * 1000)))
        for number, event in ready:
            lane = self.lanes.get(number)
            if lane is None:
                continue
            if event & select.POLLOUT:
                with suppress(OSError):  # where the worker is gone, the end of the stream follows
                    lane.worker.flush()
                if not lane.worker.sending:
                    self.poller.modify(number, select.POLLIN)
            if event & ~select.POLLOUT:
                self.hear(lane)
        for lane in list(self.lanes.values()):
            if self.next_look(lane) <= time.monotonic():
                self.look(lane)

    def next_look(self, lane: Lane) -> float:
        """When this worker is to be looked at if it says nothing."""
        if lane.state == "starting":
            return lane.since + START_SECONDS
        return math.inf if lane.state == "idle" else lane.check

    def hear(self, lane: Lane) -> None:
        """Reads what a worker has sent."""
        try:
            messages = lane.worker.receive(self.limits.output_bytes)
        except Broken as broken:
            if not self.take_in(lane, broken.before):
                return
            if broken.large:
                self.cut_off(lane, "failed", "output too large", str(broken))
            else:
                self.died(lane, trusted=False)
            return
        if self.take_in(lane, messages) and lane.worker.ended:
            self.died(lane)

    def take_in(self, lane: Lane, messages: list[Any], *, dead: bool = False) -> bool:
        """Goes through messages; False if their worker is gone at the end. `dead`: it had been killed before."""
        for message in messages:
            match message:
                case ["hello", int(pid)] if lane.state == "starting":
                    lane.worker.pid, lane.state = pid, "idle"
                case ["load", str(line), str(detail)] if lane.state == "loading":
                    self.cannot_load(line, detail)
                case ["begin", float(wall), float(cpu)] if lane.state == "loading":
                    lane.state, self.starts = "running", 0
                    lane.begin(wall, cpu, self.limits.seconds, self.cores)
                case [int(place), str(status), value, str(reason), str(detail), float(wall), float(cpu)] if (
                    lane.state == "running" and place == lane.place
                ):
                    if not self.finished(lane, status, value, reason, detail, wall, cpu, dead):
                        return False
                case _:
                    if not dead:
                        self.died(lane, trusted=False)
                    return False
        return True

    def finished(
        self, lane: Lane, status: str, value: Any, reason: str, detail: str, wall: float, cpu: float, dead: bool
    ) -> bool:
        """One call has reported; False if its worker had to go for it."""
        index, seconds, spent = lane.batch[lane.place], max(0.0, wall - lane.since), cpu - lane.cpu
        lane.place += 1
        self.mean = seconds if self.mean is None else 0.8 * self.mean + 0.2 * seconds
        lane.begin(wall, cpu, self.limits.seconds, self.cores)
        if lane.place == len(lane.batch):
            lane.state = "idle"
        if status == "memory":
            if lane.fresh and lane.place == 1:
                self.pool.count(cut_off=1)
                self.settle(index, Outcome("failed", None, "memory", seconds, detail))
            else:  # calls before it may have filled this worker
                self.pool.count(retried=1)
                self.alone.append(index)
            if not dead:
                self.requeue(lane.rest)
                self.let_go(lane, keep=False)
            return False
        lane.fresh = False
        if spent > self.limits.seconds:
            # it came back before we looked; the deadline holds all the same, or the verdict would hang on when we look
            self.pool.count(cut_off=1)
            self.settle(index, Outcome("failed", None, "timeout", seconds))
        elif status == "value":
            try:
                result = _wire.unpack(value, trusted=False)
            except (ValueError, TypeError, RecursionError):
                self.settle(index, Outcome("unscored", None, "type", seconds, "the result could not be read"))
            else:
                self.settle(index, Outcome("value", result, "", seconds))
        else:
            kind: Literal["failed", "unscored"] = "failed" if status == "failed" else "unscored"
            self.settle(index, Outcome(kind, None, reason, seconds, detail))
        return True

    def settle(self, index: int, outcome: Outcome) -> None:
        """This call is over."""
        self.outcomes[index] = outcome
        self.left -= 1
        if self.on_done is not None:
            self.on_done(index, outcome)
            if os.getpid() != self.pid:
                raise RuntimeError("on_done forked, and the child came back into the map: leave it by os._exit")

    def requeue(self, calls: list[int]) -> None:
        """Innocent calls go back to the front, in order."""
        self.queue.extendleft(reversed(calls))

    # who dies

    def look(self, lane: Lane) -> None:
        """A worker has been silent until its next look: is its time up?"""
        now = time.monotonic()
        if lane.state != "running":
            self.died(lane)
            return
        limit, elapsed = self.limits.seconds, now - lane.since
        spent = self.spent(lane)
        if spent is not None and spent >= limit:
            self.cut_off(lane, "failed", "timeout", f"{limit:g} s of CPU time were spent")
        elif elapsed >= WALL * limit:
            self.cut_off(
                lane,
                "unscored",
                "wall timeout",
                f"{WALL * limit:g} s passed, in which the call got {max(0.0, spent or 0.0):.3g} s of CPU time",
            )
        else:
            soon = (limit - spent) / self.cores if spent is not None else math.inf
            lane.check = min(lane.since + WALL * limit, now + max(0.01, soon))

    def spent(self, lane: Lane) -> float | None:
        """CPU seconds of the call under way.

        Other processes that are running count from the first look on: an earlier call may have started them.
        """
        now = lane.worker.cpu()
        if now is None:
            return None
        own, helpers = now
        if lane.helpers is None:
            lane.helpers = helpers
        return own - lane.cpu + max(0.0, helpers - lane.helpers)

    def cut_off(self, lane: Lane, kind: Literal["failed", "unscored"], reason: str, detail: str) -> None:
        """Kills a worker for what the call under way did; if that call finished after all, nobody is blamed."""
        place, since = lane.place, lane.since
        self.take_in(lane, lane.worker.kill(self.limits.output_bytes), dead=True)
        rest = lane.rest
        if lane.place == place and rest:
            self.pool.count(cut_off=1)
            self.settle(rest.pop(0), Outcome(kind, None, reason, time.monotonic() - since, detail))
        self.requeue(rest)
        self.remove(lane)

    def died(self, lane: Lane, *, trusted: bool = True) -> None:
        """A worker has gone, or has to go because it makes no sense: then its last words count for nothing."""
        starting = lane.state in ("starting", "loading")
        last = lane.worker.kill(self.limits.output_bytes)
        if trusted:
            self.take_in(lane, last, dead=True)
        self.pool.count(deaths=1)
        how, rest = lane.worker.death(), lane.rest
        if lane.state == "running" and rest:
            self.blame(rest.pop(0), lane, how)
        elif starting and lane.fresh:
            self.starts += 1
        self.requeue(rest)
        self.remove(lane)
        if self.starts >= STARTS:
            from .workers import WorkerError

            doing = "starting" if lane.state == "starting" else f"loading {self.target}"
            raise WorkerError(
                f"{self.starts} workers in a row ended while {doing} ({how}): run the same import by hand to see why"
            )

    def blame(self, index: int, lane: Lane, how: str) -> None:
        """A worker died during this call: once may be an earlier call's doing; again, alone and fresh, is its own."""
        alone = lane.fresh and len(lane.batch) == 1
        if not alone or index not in self.tried:
            self.tried.add(index)
            self.pool.count(retried=1)
            self.alone.append(index)
        elif lane.worker.killed_from_outside:
            self.settle(index, Outcome("unscored", None, "worker killed", time.monotonic() - lane.since, how))
        else:
            self.settle(index, Outcome("failed", None, "crashed", time.monotonic() - lane.since, how))

    def remove(self, lane: Lane) -> None:
        """Strikes a dead worker off."""
        for number in [number for number, known in self.lanes.items() if known is lane]:
            del self.lanes[number]
            self.poller.unregister(number)
        self.pool.drop(lane.worker)

    def cannot_load(self, line: str, detail: str) -> None:
        """The function does not import: that is no row's doing, and every row's."""
        from .workers import WorkerError

        error = WorkerError(f"a worker could not load {self.target}: {line}")
        error.add_note(detail)
        raise error
