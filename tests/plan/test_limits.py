"""Limits, kept against a real server that misbehaves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from guerdon.plan.bucket import TokenBucket
from guerdon.plan.http import post_json
from guerdon.plan.limits import CallLimits, Limiter, Refused, TryAgain, spend
from guerdon.plan.loops import run_async
from guerdon.plan.outcome import Outcome

from .loopback import Loopback, Reply, Request

QUICK = CallLimits(backoff=0.01, backoff_max=0.02)


def post(server: Loopback, path: str = "/judge", **options: float) -> Callable[[], Awaitable[object]]:
    async def leaf() -> object:
        reply = await post_json(server.url + path, {"path": path}, **options)  # type: ignore[arg-type]
        return reply["score"]

    return leaf


def ok(score: float = 0.5) -> Reply:
    return Reply(body={"score": score})


def one(server: Loopback, limits: CallLimits | Limiter = QUICK, **options: float) -> Outcome:
    return run_async([post(server, **options)], limits)[0]


def test_an_honest_server() -> None:
    with Loopback(lambda request: ok()) as server:
        outcomes = run_async([post(server, f"/{i}") for i in range(40)], CallLimits(concurrency=4))
    assert [outcome.value for outcome in outcomes] == [0.5] * 40
    assert len(server.requests) == 40
    assert 1 <= server.peak <= 4


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
def test_a_busy_server_is_asked_again(status: int) -> None:
    with Loopback(lambda request: ok() if request.nth == 2 else Reply(status)) as server:
        outcome = one(server)
    assert (outcome.kind, outcome.value, outcome.reason) == ("value", 0.5, "")
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [429, 500])
def test_a_server_that_stays_busy_leaves_the_row_unscored(status: int) -> None:
    with Loopback(lambda request: Reply(status)) as server:
        outcome = one(server)
    assert (outcome.kind, outcome.value, outcome.reason) == ("unscored", None, f"http {status}")
    assert "5 tries" in outcome.detail
    assert len(server.requests) == 5  # the first try and four retries


def test_retry_after_is_kept_to_by_every_call() -> None:
    def script(request: Request) -> Reply:
        return Reply(429, headers={"Retry-After": "0.4"}) if request.number == 0 else ok()

    with Loopback(script) as server:
        outcomes = run_async([post(server, f"/{i}") for i in range(8)], CallLimits(concurrency=1))
    assert [outcome.kind for outcome in outcomes] == ["value"] * 8
    first, second = server.requests[0].at, server.requests[1].at
    assert second - first >= 0.4
    assert len(server.requests) == 9


def test_nobody_else_starts_while_the_service_wants_quiet() -> None:
    limiter = Limiter(CallLimits(concurrency=3))
    tried, into_quiet = 0, 0

    async def leaf() -> None:
        nonlocal tried, into_quiet
        tried += 1
        into_quiet += limiter.held()[0] > 0
        if tried == 1:
            raise TryAgain(0.3, "http 429")
        await asyncio.sleep(0.001)

    begun = time.monotonic()
    assert {outcome.kind for outcome in run_async([leaf] * 60, limiter)} == {"value"}
    assert tried == 61
    assert into_quiet <= 2  # the two that were on their way when the answer came
    assert time.monotonic() - begun >= 0.3


def test_a_wait_longer_than_the_deadline_is_not_begun() -> None:
    with Loopback(lambda request: Reply(429, headers={"Retry-After": "3600"})) as server:
        begun = time.monotonic()
        outcomes = run_async([post(server, f"/{i}") for i in range(50)], CallLimits(concurrency=1, deadline=20))
    assert [(outcome.kind, outcome.reason) for outcome in outcomes] == [("unscored", "http 429")] * 50
    assert len(server.requests) == 1  # the others know
    assert time.monotonic() - begun < 200


@pytest.mark.parametrize("status", [401, 402, 403, 404])
def test_a_refusal_stops_the_run_with_one_sentence(status: int) -> None:
    with Loopback(lambda request: Reply(status, b'{"error": "no\x1b[31m such model"}')) as server:
        with pytest.raises(Refused) as caught:
            run_async([post(server, f"/{i}") for i in range(200)], CallLimits(concurrency=2))
        asked = len(server.requests)
    sentence = str(caught.value)
    assert f"answered {status}" in sentence
    assert server.url in sentence
    assert "such model" in sentence
    assert "\x1b" not in sentence
    assert "\n" not in sentence
    assert asked <= 4


def test_a_wrong_request_is_the_rows_own_business() -> None:
    with Loopback(lambda request: Reply(400) if request.path == "/1" else ok()) as server:
        outcomes = run_async([post(server, f"/{i}") for i in range(3)], QUICK)
    assert [outcome.reason for outcome in outcomes] == ["", "http 400", ""]
    assert len(server.requests) == 3


def test_slow_bytes_end_at_the_deadline() -> None:
    slow = Reply(200, {"score": 0.5, "why": "x" * 1000}, manner="slow", pace=0.05)
    with Loopback(lambda request: slow) as server:
        begun = time.monotonic()
        outcome = one(server, CallLimits(deadline=0.5))
    assert (outcome.kind, outcome.reason) == ("unscored", "deadline")
    assert time.monotonic() - begun < 5
    assert len(server.requests) == 1


def test_the_deadline_is_for_all_tries_together() -> None:
    with Loopback(lambda request: Reply(503, delay=0.3)) as server:
        outcome = one(server, CallLimits(deadline=1.0, backoff=0.001, retries=1000))
    assert outcome.kind == "unscored"
    assert outcome.reason in ("deadline", "http 503")
    assert 1 <= len(server.requests) <= 4


def test_half_a_body_is_asked_for_again() -> None:
    def script(request: Request) -> Reply:
        return Reply(200, {"score": 0.25}, manner="half") if request.nth == 0 else ok(0.75)

    with Loopback(script) as server:
        assert one(server).value == 0.75
    assert len(server.requests) == 2


def test_a_connection_always_dropped() -> None:
    with Loopback(lambda request: Reply(manner="drop")) as server:
        outcome = one(server, CallLimits(retries=1, backoff=0.01))
    assert outcome.kind == "unscored"
    assert outcome.reason.startswith("connection: ")


def test_nobody_listens() -> None:
    with Loopback(lambda request: ok()) as server:
        pass
    assert one(server, CallLimits(retries=0)).reason == "connection: ConnectError"


def test_a_huge_body_is_not_read() -> None:
    with Loopback(lambda request: Reply(200, b"[" * (1 << 16), manner="endless")) as server:
        outcome = one(server, max_bytes=1 << 20)
    assert (outcome.kind, outcome.reason) == ("unscored", "reply longer than 1048576 bytes")
    assert server.sent < 64 << 20  # it hung up; what was under way fits in socket buffers


@pytest.mark.parametrize("body", [b"", b"score: 1", b'{"score": NaN}', b"\xff\xfe", b"[" * 100_000, b'{"score": 1'])
def test_a_reply_that_is_no_json(body: bytes) -> None:
    with Loopback(lambda request: Reply(200, body)) as server:
        outcome = one(server)
    assert (outcome.kind, outcome.reason) == ("unscored", "reply is no JSON")


def test_a_compressed_reply_is_not_unpacked() -> None:
    with Loopback(lambda request: Reply(200, b"\x1f\x8b" + bytes(100), {"Content-Encoding": "gzip"})) as server:
        assert one(server).reason == "reply is compressed"


def test_a_redirect_is_not_followed() -> None:
    with Loopback(lambda request: Reply(302, headers={"Location": "/elsewhere"})) as server:
        assert one(server).reason == "http 302"
    assert [request.path for request in server.requests] == ["/judge"]


# ------------------------------------------------------------------------------------------------------------- cost


def costing(amount: float, log: list[int], delay: float = 0.0) -> list[Callable[[], Awaitable[object]]]:
    def make(i: int) -> Callable[[], Awaitable[object]]:
        async def leaf() -> int:
            log.append(i)
            await asyncio.sleep(delay)
            spend(amount)
            return i

        return leaf

    return [make(i) for i in range(20)]


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize(("bound", "made"), [(1.0, 4), (0.99, 3), (0.2, 1), (0.0, 0), (100.0, 20)])
def test_no_call_starts_that_would_pass_the_bound(concurrency: int, bound: float, made: int) -> None:
    log: list[int] = []
    limiter = Limiter(CallLimits(concurrency=concurrency, max_cost=bound))
    outcomes = run_async(costing(0.25, log, 0.005), limiter)
    assert len(log) == made
    assert limiter.spent == 0.25 * made
    assert sum(outcome.kind == "value" for outcome in outcomes) == made
    assert {outcome.reason for outcome in outcomes if outcome.kind != "value"} <= {"cost"}


def test_a_budget_lasts_over_several_runs() -> None:
    log: list[int] = []
    limiter = Limiter(CallLimits(max_cost=6.0))
    for _ in range(3):
        run_async(costing(0.25, log), limiter)
    assert len(log) == 24


def test_calls_that_cost_nothing_are_not_held_back() -> None:
    log: list[int] = []
    assert {outcome.kind for outcome in run_async(costing(0.0, log), CallLimits(max_cost=0.01))} == {"value"}


def test_what_a_failed_try_cost_counts() -> None:
    async def leaf() -> None:
        spend(1.0)
        raise TryAgain(None, "http 500")

    limiter = Limiter(CallLimits(retries=2, backoff=0.001))
    assert run_async([leaf], limiter)[0].reason == "http 500"
    assert (limiter.spent, limiter.started, limiter.tries) == (3.0, 1, 3)


def test_spend_outside_a_run_does_nothing_and_refuses_nonsense() -> None:
    spend(1.0, tokens=3)
    with pytest.raises(ValueError, match="never negative"):
        spend(-1.0)
    with pytest.raises(ValueError, match="never negative"):
        spend(float("nan"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"concurrency": 0},
        {"retries": -1},
        {"deadline": 0.0},
        {"deadline": None},
        {"requests_per_minute": 0},
        {"tokens_per_minute": -5},
        {"max_cost": -1.0},
        {"backoff": float("nan")},
    ],
)
def test_impossible_limits_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        CallLimits(**wrong)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------------------ rates


def passes(amount: float, per: float, count: int, takers: int = 4) -> list[float]:
    """When ``count`` single takes went through a fresh bucket."""
    times: list[float] = []

    async def main() -> None:
        bucket = TokenBucket(amount, per)

        async def taker() -> None:
            for _ in range(count // takers):
                await bucket.take(1)
                times.append(bucket._seen)  # the moment by its own clock, whatever else the machine does meanwhile

        await asyncio.gather(*(taker() for _ in range(takers)))

    asyncio.run(main())
    return times


@pytest.mark.parametrize(("amount", "per"), [(10, 0.5), (120, 0.6), (1, 0.1)])
def test_never_more_than_the_amount_in_any_stretch(amount: float, per: float) -> None:
    times = passes(amount, per, 2 * int(amount) + 4)
    for i, start in enumerate(times):
        assert sum(other < start + per * (1 - 1e-6) for other in times[i:]) <= amount


def test_first_come_first_served() -> None:
    order: list[int] = []

    async def main() -> None:
        bucket = TokenBucket(60, 1.0)

        async def taker(i: int) -> None:
            await bucket.take(1)
            order.append(i)

        await asyncio.gather(*(taker(i) for i in range(12)))

    asyncio.run(main())
    assert order == list(range(12))


def test_a_cancelled_waiter_has_taken_nothing() -> None:
    async def main() -> tuple[float, float]:
        bucket = TokenBucket(30, 1.0)
        await bucket.take(1)
        waiters = [asyncio.create_task(bucket.take(1)) for _ in range(1000)]
        await asyncio.sleep(0.001)
        for waiter in waiters:
            waiter.cancel()
        await asyncio.gather(*waiters, return_exceptions=True)
        taken = sum(not waiter.cancelled() for waiter in waiters)
        begun = time.monotonic()
        await bucket.take(1)
        return taken, time.monotonic() - begun

    taken, waited = asyncio.run(main())
    assert taken <= 1
    assert waited < 5  # behind a thousand ghosts it would be 33 seconds


def test_more_than_a_bucketful_passes_and_is_waited_off() -> None:
    bucket = TokenBucket(60, 60.0)
    assert bucket.try_take(1000)
    assert not bucket.try_take(1)
    bucket.add(1000)
    assert bucket.try_take(1)


def test_requests_per_minute_bounds_tries_of_a_run() -> None:
    times: list[float] = []

    async def leaf() -> None:
        times.append(time.monotonic())
        if len(times) % 2:
            raise TryAgain(None, "http 500")  # a retry counts as another

    # 600 a minute: 10 at once, then one every tenth of a second.
    run_async([leaf] * 7, CallLimits(requests_per_minute=600, backoff=0.0))
    assert len(times) == 14
    assert times[-1] - times[0] >= 0.3


def test_tokens_per_minute_holds_back_once_it_is_known_what_a_call_takes() -> None:
    times: list[float] = []

    async def leaf() -> None:
        times.append(time.monotonic())
        spend(0.0, tokens=500)

    # 60,000 a minute are 1,000 a second, all of which may go at once: the third and fourth wait half a second each.
    run_async([leaf] * 4, CallLimits(concurrency=1, tokens_per_minute=60_000))
    assert times[3] - times[0] >= 0.8
