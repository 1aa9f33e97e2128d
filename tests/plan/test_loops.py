"""Async leaves, run from wherever a person may stand."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Awaitable, Callable

import pytest

from guerdon.expr.values import ContractError, Failed, Unscored
from guerdon.plan import loops
from guerdon.plan.limits import CallLimits, Limiter, Refused, TryAgain
from guerdon.plan.loops import arun, run_async
from guerdon.plan.outcome import Outcome

Leaf = Callable[[], Awaitable[object]]


def leaves(count: int = 10) -> list[Leaf]:
    def make(i: int) -> Leaf:
        async def leaf() -> int:
            await asyncio.sleep(0.001 * (count - i))
            return i

        return leaf

    return [make(i) for i in range(count)]


def raising(error: BaseException) -> Leaf:
    async def leaf() -> None:
        raise error

    return leaf


def values(outcomes: list[Outcome]) -> list[object]:
    return [outcome.value for outcome in outcomes]


def test_outcomes_come_in_the_order_of_the_calls() -> None:
    assert values(run_async(leaves(), CallLimits(concurrency=3))) == list(range(10))
    assert run_async([]) == []


def test_inside_a_running_loop() -> None:
    async def notebook() -> list[Outcome]:
        return run_async(leaves())

    assert values(asyncio.run(notebook())) == list(range(10))


def test_in_the_callers_own_loop() -> None:
    async def main() -> tuple[list[Outcome], set[int]]:
        seen: set[int] = set()

        async def leaf() -> None:
            seen.add(id(asyncio.get_running_loop()))

        outcomes = await arun([leaf] * 5)
        return outcomes, seen - {id(asyncio.get_running_loop())}

    outcomes, elsewhere = asyncio.run(main())
    assert len(outcomes) == 5
    assert not elsewhere


def test_off_the_main_thread_and_from_several_at_once() -> None:
    found: list[list[object]] = []
    threads = [threading.Thread(target=lambda: found.append(values(run_async(leaves())))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [list(range(10))] * 5


def test_one_limiter_over_several_threads_keeps_to_its_concurrency() -> None:
    limiter = Limiter(CallLimits(concurrency=3))
    now, peak = 0, 0

    async def leaf() -> None:
        nonlocal now, peak
        now += 1
        peak = max(peak, now)
        await asyncio.sleep(0.005)
        now -= 1

    threads = [threading.Thread(target=run_async, args=([leaf] * 10, limiter)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert limiter.started == 40
    assert peak == 3


def test_a_leaf_that_scores_another_reward_itself() -> None:
    async def outer() -> list[object]:
        return values(run_async(leaves(3)))

    assert values(run_async([outer, outer])) == [[0, 1, 2], [0, 1, 2]]


def test_after_a_fork() -> None:
    limiter = Limiter(CallLimits(concurrency=1))
    assert values(run_async(leaves(), limiter)) == list(range(10))
    release = threading.Event()

    async def waits() -> None:
        while not release.is_set():
            await asyncio.sleep(0.01)

    busy = threading.Thread(target=run_async, args=([waits], limiter))
    busy.start()
    while not limiter._running:
        time.sleep(0.001)
    lock = loops._lock
    lock.acquire()  # as if another thread were just starting the loop
    child = os.fork()
    if child == 0:  # the parent's call under way must not keep the child's from starting
        signal.alarm(30)
        try:
            os._exit(0 if values(run_async(leaves(), limiter)) == list(range(10)) else 1)
        finally:
            os._exit(2)
    lock.release()
    _, status = os.waitpid(child, 0)
    release.set()
    busy.join()
    assert os.waitstatus_to_exitcode(status) == 0
    assert values(run_async(leaves(), limiter)) == list(range(10))


def test_connections_live_on_one_loop_from_run_to_run() -> None:
    async def where() -> int:
        return id(asyncio.get_running_loop())

    assert len({run_async([where])[0].value for _ in range(3)}) == 1


def test_context_variables_of_the_caller_are_seen() -> None:
    name: contextvars.ContextVar[str] = contextvars.ContextVar("name", default="nobody")

    async def who() -> str:
        return name.get()

    token = name.set("the caller")
    assert values(run_async([who])) == ["the caller"]
    name.reset(token)
    assert values(run_async([who])) == ["nobody"]


def test_on_done_hears_of_each_call_once_in_the_callers_thread() -> None:
    heard: list[tuple[int, object, int]] = []
    run_async(leaves(), None, lambda i, outcome: heard.append((i, outcome.value, threading.get_ident())))
    assert sorted(heard) == [(i, i, threading.get_ident()) for i in range(10)]
    assert heard[0][0] == 9  # as they end, not in order


def test_an_exception_of_on_done_stops_the_run() -> None:
    started: list[int] = []

    async def leaf() -> None:
        started.append(1)
        await asyncio.sleep(0.01)

    def full(index: int, outcome: Outcome) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        run_async([leaf] * 1000, CallLimits(concurrency=2), full)
    with pytest.raises(OSError, match="disk full"):
        asyncio.run(arun([leaf] * 1000, CallLimits(concurrency=2), full))
    assert len(started) < 1000


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (Failed("no answer"), "failed", "no answer"),
        (Unscored("no reference"), "unscored", "no reference"),
        (TypeError("a list\nof things"), "unscored", "exception: TypeError: a list"),
        (KeyError(), "unscored", "exception: KeyError"),
        (TimeoutError("mine"), "unscored", "exception: TimeoutError: mine"),
        (asyncio.CancelledError(), "unscored", "exception: CancelledError"),
        (SystemExit(3), "unscored", "exception: SystemExit: 3"),
        (StopAsyncIteration(), "unscored", "exception: StopAsyncIteration"),
    ],
)
def test_what_exceptions_of_a_leaf_mean(error: BaseException, kind: str, reason: str) -> None:
    outcomes = run_async([raising(error), *leaves(3)])
    assert (outcomes[0].kind, outcomes[0].value, outcomes[0].reason) == (kind, None, reason)
    assert values(outcomes[1:]) == [0, 1, 2]
    assert [(o.kind, o.reason) for o in asyncio.run(arun([raising(error), *leaves(3)]))] == [
        (o.kind, o.reason) for o in outcomes
    ]


def test_the_traceback_is_there_to_be_shown() -> None:
    assert "in leaf" in run_async([raising(ZeroDivisionError("x"))])[0].detail


@pytest.mark.parametrize("error", [Refused("no model 'x'"), ContractError("a list is no number")])
def test_contract_errors_stop_the_run(error: ContractError) -> None:
    cancelled: list[int] = []

    async def long() -> None:
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            cancelled.append(1)
            raise

    with pytest.raises(type(error), match=str(error)):
        run_async([long, long, raising(error), long])
    assert cancelled == [1, 1, 1]
    with pytest.raises(type(error), match=str(error)):
        asyncio.run(arun([long, long, raising(error), long]))


def test_a_function_that_returns_no_awaitable() -> None:
    outcome = run_async([lambda: 3])[0]  # type: ignore[arg-type, list-item, return-value]
    assert outcome.reason.startswith("exception: TypeError")


class FakeStatus(Exception):
    """Shaped as the exceptions of the openai and httpx packages are."""

    def __init__(self, status: int, headers: dict[str, str]) -> None:
        super().__init__(f"Error code: {status}")
        self.response = type("Response", (), {"status_code": status, "headers": headers})()


def test_exceptions_of_http_clients_are_understood() -> None:
    tries: list[float] = []

    async def busy() -> str:
        tries.append(time.monotonic())
        if len(tries) == 1:
            raise FakeStatus(429, {"retry-after": "0.2"})
        return "done"

    assert run_async([busy])[0].value == "done"
    assert tries[1] - tries[0] >= 0.2
    with pytest.raises(Refused, match="401"):
        run_async([raising(FakeStatus(401, {}))])
    assert run_async([raising(FakeStatus(400, {}))])[0].reason.startswith("exception: FakeStatus: Error code: 400")


def test_retries_and_seconds() -> None:
    tries: list[int] = []

    async def leaf() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise TryAgain(0.1, "http 503")
        return "done"

    outcome = run_async([leaf])[0]
    assert (outcome.value, len(tries)) == ("done", 3)
    assert 0.2 <= outcome.seconds < 60


def test_a_leaf_that_never_returns() -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    outcomes = run_async([never, *leaves(3), never], CallLimits(deadline=0.2))
    assert [outcome.reason for outcome in outcomes] == ["deadline", "", "", "", "deadline"]


def test_a_leaf_that_will_not_be_cancelled_is_left_behind() -> None:
    stop = threading.Event()

    async def stubborn() -> None:
        while not stop.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0.05)

    outcomes = run_async([stubborn, *leaves(3)], CallLimits(deadline=0.2, concurrency=1))
    stop.set()
    assert [outcome.reason for outcome in outcomes] == ["deadline", "", "", ""]


def test_a_leaf_that_holds_the_loop_costs_no_more_than_its_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guerdon.plan.loops._MARGIN", 0.5)
    stop = threading.Event()

    async def holds() -> None:
        stop.wait(100)

    limiter = Limiter(CallLimits(deadline=0.5, concurrency=1))
    outcomes = run_async([*leaves(2), holds, *leaves(2)], limiter)
    assert [outcome.reason for outcome in outcomes] == ["", "", "blocked", "blocked", "blocked"]
    assert "await what takes time" in outcomes[2].detail
    assert values(run_async(leaves(3), limiter)) == [0, 1, 2]  # on a new loop
    stop.set()


def test_ctrl_c_cancels_everything() -> None:
    program = """
        import asyncio, os, signal, threading, time
        from guerdon.plan.loops import run_async

        async def leaf():
            try:
                await asyncio.sleep(1000)
            except asyncio.CancelledError:
                print("cancelled", flush=True)
                raise

        def interrupt():
            time.sleep(0.5)
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=interrupt, daemon=True).start()
        try:
            run_async([leaf] * 3)
        except KeyboardInterrupt:
            print("interrupted", run_async([lambda: asyncio.sleep(0, "and alive")])[0].value)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split("\n") == ["cancelled"] * 3 + ["interrupted and alive", ""]
    assert done.stderr == ""


def test_cancelling_arun_cancels_its_calls() -> None:
    cancelled: list[int] = []

    async def leaf() -> None:
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            cancelled.append(1)
            raise

    limiter = Limiter(CallLimits(concurrency=4))

    async def main() -> None:
        task = asyncio.create_task(arun([leaf] * 9, limiter))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert len(cancelled) == 4
    assert values(run_async(leaves(), limiter)) == list(range(10))  # their places are free again


def test_nothing_is_left_running_at_exit() -> None:
    program = (
        "import asyncio; from guerdon.plan.loops import run_async; print(run_async([lambda: asyncio.sleep(0, 5)]))"
    )
    done = subprocess.run([sys.executable, "-X", "dev", "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "value=5" in done.stdout


def test_signals_are_left_as_they_were() -> None:
    before = signal.getsignal(signal.SIGINT)
    run_async(leaves())
    assert signal.getsignal(signal.SIGINT) is before
