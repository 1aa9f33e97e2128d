"""Running a program against its tests: two sandboxes and the clock, or one per test of a script."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from guerdon.expr.trial import Level, Trial

from .box import Box
from .bundle import memory_file
from .inside.values import loads

__all__ = ["WALL", "run", "run_at"]

WALL = 5.0
"""The ceiling in wall time, as a multiple of the CPU time allowed."""
_CORES = os.cpu_count() or 1
_FILE = 1 << 26
_SAID = 1 << 14

Result = dict[str, str]
STATUSES = ("passed", "wrong", "failed", "unscored")
"""What becomes of a test: wrong is the program's answer, failed the program itself; unscored is nobody's of the two."""


def run(trial: Trial, stop: threading.Event | None = None) -> list[Result]:
    """What became of each test, in order; nothing runs on after ``stop`` is set.

    Raises:
        PermissionError: there is no isolation that will do, and the trial does not allow to go without.
    """
    from .levels import choose

    return run_at(choose(trial.limits), trial, stop)


def run_at(level: Level, trial: Trial, stop: threading.Event | None = None) -> list[Result]:
    """The same at a level that is given."""
    stop = stop or threading.Event()
    if not trial.cases:
        return []
    found = (_with_scripts if trial.script else _with_tests)(level, trial, stop)
    return [{**result, "level": level} for result in found]


def _with_scripts(level: Level, trial: Trial, stop: threading.Event) -> list[Result]:
    results: list[Result] = []
    for case in trial.cases:
        over = results and results[-1]["why"] == "timeout"  # to learn the fate of the further ones is too dear
        results.append(results[-1] if over else _script(level, trial, case, stop))
    return results


@contextmanager
def _box(*arguments: Any) -> Iterator[Box]:
    box = Box(*arguments)
    try:
        yield box
    finally:
        box.end()


class _Ends:
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
def _ends(pipes: int) -> Iterator[tuple[list[int], _Ends]]:
    fds = [fd for _ in range(pipes) for fd in os.pipe2(os.O_CLOEXEC)]
    ends = _Ends(fds)
    try:
        yield fds, ends
    finally:
        ends.close()


class _Clock:
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
            return _result("unscored", "interrupted")
        if now < self.look:
            return None
        usages = [box.usage() for box in self.boxes]
        spent = max(usage.cpu for usage in usages)
        if spent >= self.seconds:
            return _result("failed", "timeout")
        elapsed = now - self.began
        if elapsed >= WALL * self.seconds:
            # What it neither ran nor waited for a core it slept: a busy machine is not its doing, sleeping is.
            if sum(usage.cpu + usage.waited for usage in usages) >= elapsed / 2:
                return _result("unscored", "wall timeout")
            return _result("failed", "timeout")
        self.look = min(now + max(0.02, (self.seconds - spent) / _CORES), self.began + WALL * self.seconds)
        return None


def _result(status: str, why: str = "") -> Result:
    return {"status": status, "why": why}


def _settings(trial: Trial) -> dict[str, Any]:
    limits = trial.limits
    return {
        "cpu": int(2 * limits.seconds) + 2,
        "memory": limits.memory,
        "processes": limits.processes,
        "file": min(_FILE, limits.disk),
        "output": limits.output,
    }


def _with_tests(level: Level, trial: Trial, stop: threading.Event) -> list[Result]:
    limits, settings = trial.limits, _settings(trial)
    asking = {**settings, "memory": max(limits.memory, 1 << 29), "setup": trial.setup, "entry": dict(trial.entry)}
    results: list[Result] = []
    with ExitStack() as stack:
        (asked, ask, answered, answer, heard, told), ends = stack.enter_context(_ends(3))
        boxes: list[Box] = []

        def start(module: str, call: str, orders: dict[str, Any], *fds: int) -> None:
            boxes.append(stack.enter_context(_box(level, module, call, orders, fds, limits)))

        if not trial.in_process:
            orders = {**settings, "program": trial.program, "source": asked, "sink": answer}
            start("candidate", "answer_calls", orders, asked, answer)
        inside = trial.program if trial.in_process else None
        orders = {**asking, "program": inside, "cases": list(trial.cases), "verdicts": told}
        start("checker", "run_tests", {**orders, "source": answered, "sink": ask}, answered, ask, told)
        ends.close(asked, ask, answered, answer, told)
        verdicts = _Verdicts(len(trial.cases))
        over = _listen({heard: verdicts.take}, _Clock(limits.seconds, boxes, stop))
        last = over or verdicts.last
        if last is None and len(verdicts.results) < len(trial.cases):
            words = next(filter(None, (box.words() for box in boxes)), "")
            last = (
                _result("failed", "the tests ended")
                if verdicts.started
                else _result("unscored", f"no sandbox: {words}")
            )
        results = verdicts.results
    return results + [last for _ in range(len(trial.cases) - len(results)) if last is not None]


class _Verdicts:
    """Takes in what the tests' sandbox says."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.started = False
        self.results: list[Result] = []
        self.last: Result | None = None
        self._buffer = b""

    def take(self, data: bytes) -> bool:
        """Some bytes of it; True if that was the last that is wanted."""
        self._buffer += data
        while len(self._buffer) >= 4:
            size = int.from_bytes(self._buffer[:4], "big")
            if size > _SAID:
                raise OSError("the tests' sandbox sends what is no verdict")
            if len(self._buffer) < 4 + size:
                break
            words, self._buffer = loads(self._buffer[4 : 4 + size]), self._buffer[4 + size :]
            match words:
                case ["started"]:
                    self.started = True
                case ["broken", str(why)]:
                    self.last = _result("failed", why)
                case [int(number), str(status), str(why)] if number == len(self.results) and status in STATUSES:
                    self.results.append(_result(status, why))
                case _:
                    raise OSError("the tests' sandbox sends what is no verdict")
            if self.last is not None or len(self.results) == self.count:
                return True
        return False


def _listen(heard: dict[int, Callable[[bytes], bool]], clock: _Clock) -> Result | None:
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


class _Output:
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


def _script(level: Level, trial: Trial, case: Any, stop: threading.Event) -> Result:
    """One run of a script; what it printed is compared here, outside."""
    limits = trial.limits
    with ExitStack() as stack:
        (heard, told, printed, output, complained, errors), ends = stack.enter_context(_ends(3))
        orders = {**_settings(trial), "program": trial.program, "started": told, "stdout": output, "stderr": errors}
        stdin = memory_file(case["input"].encode("utf-8", "surrogatepass"))
        stack.callback(os.close, stdin)
        fds = [told, output, errors]
        box = stack.enter_context(_box(level, "candidate", "run_script", orders, fds, limits, stdin))
        ends.close(told, output, errors)
        said, out, error = _Output(1), _Output(limits.output), _Output(limits.output)
        clock = _Clock(limits.seconds, [box], stop)
        over = _listen({heard: said.take, printed: out.take, complained: error.take}, clock)
        if over is not None:
            return over
        if out.full or error.full:
            return _result("failed", "output too large")
        code = None
        while code is None and over is None:
            code, over = box.exit_code(clock.wait() / 1000), clock.verdict()
        if code is None and over is not None:
            return over
        if not said.data:
            return _result("unscored", f"no sandbox: {box.words()}")
        if code:
            lines = error.data.decode("utf-8", "replace").strip().splitlines()
            return _result("failed", (lines[-1] if lines else f"exit code {code}")[:300])
    got = out.data.decode("utf-8", "replace")
    return _result("passed") if same_output(got, case["output"], trial.match) else _result("wrong", "another output")


def same_output(got: str, expected: str, match: str) -> bool:
    r"""Whether a script printed what was expected, compared by ``lines``, ``words`` or ``exact``.

    >>> same_output("1 \n2\n\n", "1\n2", "lines"), same_output("1\n2", "1 2", "words")
    (True, True)
    """
    if match == "exact":
        return got == expected
    if match == "words":
        return got.split() == expected.split()
    one, two = ([line.rstrip() for line in text.rstrip().split("\n")] for text in (got, expected))
    return one == two
