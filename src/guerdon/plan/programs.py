"""The executor of leaves that give a program and its tests: as many sandboxes at once as there are cores."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import Any

from guerdon.expr.function import Function
from guerdon.expr.trial import Trial
from guerdon.expr.values import ContractError

from .outcome import Outcome

__all__ = ["run_trials"]


def run_trials(
    function: Function, calls: Sequence[Mapping[str, Any]], on_done: Callable[[int, Outcome], None] | None = None
) -> list[Outcome]:
    """The outcome of every call, in order; ``on_done`` is called in this thread as they come.

    An interrupt ends the sandboxes that are running before it goes on.

    Raises:
        ContractError: programs cannot be isolated here as the leaf requires.
    """
    from .executors import outcome_of

    outcomes: dict[int, Outcome] = {}
    stop = threading.Event()

    def settle(number: int, outcome: Outcome) -> None:
        outcomes[number] = outcome
        if on_done is not None:
            on_done(number, outcome)

    with ThreadPoolExecutor(_cores(), thread_name_prefix="guerdon-sandbox") as pool:
        pending: dict[Future[Outcome], int] = {}
        try:
            for number, call in enumerate(calls):
                try:
                    trial = function.call(**call)
                except Exception as error:
                    settle(number, outcome_of(error))
                    continue
                pending[pool.submit(_one, trial, stop)] = number
            for future in as_completed(pending):
                settle(pending[future], future.result())
        except BaseException:
            stop.set()
            for future in pending:
                future.cancel()
            raise
    return [outcomes[number] for number in range(len(calls))]


def _one(trial: Trial, stop: threading.Event) -> Outcome:
    from .executors import outcome_of
    from .sandbox import NotIsolated, run

    if stop.is_set():
        return Outcome("unscored", reason="interrupted")
    start = time.perf_counter()
    try:
        found = run(trial, stop)
    except NotIsolated as refused:
        raise ContractError(str(refused)) from None
    except OSError as error:
        return Outcome("unscored", reason="no sandbox", seconds=time.perf_counter() - start, detail=str(error))
    except Exception as error:  # tests that hold what cannot be sent: one row's matter
        return outcome_of(error, time.perf_counter() - start)
    return Outcome("value", found, seconds=time.perf_counter() - start)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
