"""Running a program against its tests: two sandboxes and the clock, or one per test of a script."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from guerdon.expr.trial import Level, Trial

from .box import Box
from .bundle import memory_file
from .clock import Clock, Output, Result, listen, pipes, result
from .inside.values import loads

__all__ = ["run", "run_at"]

_FILE = 1 << 26
_SAID = 1 << 14

STATUSES = ("passed", "wrong", "failed", "unscored")
"""What becomes of a test: wrong is the program's answer, failed the program itself; unscored is nobody's of the two."""


def run(trial: Trial, stop: threading.Event | None = None) -> list[Result]:
    """What became of each test, in order; nothing runs on after ``stop`` is set.

    Raises:
        NotIsolated: there is no isolation that will do, and the trial does not allow to go without.
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
        (asked, ask, answered, answer, heard, told), ends = stack.enter_context(pipes(3))
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
        over = listen({heard: verdicts.take}, Clock(limits.seconds, boxes, stop))
        last = over or verdicts.last
        if last is None and len(verdicts.results) < len(trial.cases):
            words = next(filter(None, (box.words() for box in boxes)), "")
            last = (
                result("failed", "the tests ended") if verdicts.started else result("unscored", f"no sandbox: {words}")
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
                self.last = result("failed", "the tests sent no verdict")
                return True
            if len(self._buffer) < 4 + size:
                break
            try:
                words = loads(self._buffer[4 : 4 + size])
            except ValueError:
                words = None
            self._buffer = self._buffer[4 + size :]
            match words:
                case ["started"]:
                    self.started = True
                case ["broken", str(why)]:
                    self.last = result("failed", why)
                case [int(number), str(status), str(why)] if number == len(self.results) and status in STATUSES:
                    self.results.append(result(status, why))
                case _:  # only where the program runs among the tests can it write here
                    self.last = result("failed", "the tests sent no verdict")
            if self.last is not None or len(self.results) == self.count:
                return True
        return False


def _script(level: Level, trial: Trial, case: Any, stop: threading.Event) -> Result:
    """One run of a script; what it printed is compared here, outside."""
    limits = trial.limits
    with ExitStack() as stack:
        (heard, told, printed, output, complained, errors), ends = stack.enter_context(pipes(3))
        orders = {**_settings(trial), "program": trial.program, "started": told, "stdout": output, "stderr": errors}
        stdin = memory_file(case["input"].encode("utf-8", "surrogatepass"))
        stack.callback(os.close, stdin)
        fds = [told, output, errors]
        box = stack.enter_context(_box(level, "candidate", "run_script", orders, fds, limits, stdin))
        ends.close(told, output, errors)
        said, out, error = Output(1), Output(limits.output), Output(limits.output)
        clock = Clock(limits.seconds, [box], stop)
        over = listen({heard: said.take, printed: out.take, complained: error.take}, clock)
        if over is not None:
            return over
        if out.full or error.full:
            return result("failed", "output too large")
        code = None
        while code is None and over is None:
            code, over = box.exit_code(clock.wait() / 1000), clock.verdict()
        if code is None and over is not None:
            return over
        if not said.data:
            return result("unscored", f"no sandbox: {box.words()}")
        if code:
            lines = error.data.decode("utf-8", "replace").strip().splitlines()
            return result("failed", (lines[-1] if lines else f"exit code {code}")[:300])
    got = out.data.decode("utf-8", "replace")
    return result("passed") if same_output(got, case["output"], trial.match) else result("wrong", "another output")


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
