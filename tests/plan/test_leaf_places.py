"""Leaves whose calls are dear: the cache, judges on a real server, workers."""

from __future__ import annotations

import asyncio
import importlib.util
import math
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import guerdon as gd
from guerdon.plan.cache import Cache
from guerdon.plan.http import post_json
from guerdon.plan.limits import CallLimits, spend


def _load(name: str) -> ModuleType:
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"guerdon_tests_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    return module


loopback = _load("loopback")
STEPS = gd.col("steps", axis="step")


# Cache


class Cached:
    """A leaf of a version with a cache on disk, and what it was asked."""

    def __init__(self, version: str = "1", **options: Any) -> None:
        self.asked: list[Any] = []

        @gd.function(cache=True, version=version, fails_as=0.0, **options)
        def leaf(x: Any, bonus: float = 0.0) -> float | None:
            self.asked.append(x)
            if x == "failed":
                raise gd.Failed("no answer")
            if x == "unscored":
                raise gd.Unscored("judge down")
            if x == "raises":
                raise ValueError("no")
            return {"none": None, "nan": math.nan}.get(x, 0.5 + bonus)

        self.leaf = leaf


def test_a_second_runner_finds_what_counts_in_the_cache(tmp_path: Path) -> None:
    cached = Cached()
    rows = {"x": ["good", "failed", "unscored", "raises", "none", "nan", "good"]}
    first = cached.leaf().score(rows, cache=tmp_path)
    assert len(cached.asked) == 6
    cached.asked.clear()
    second = cached.leaf().score(rows, cache=tmp_path)
    assert cached.asked == ["unscored", "raises", "none", "nan"]  # what was not the completion's doing is asked again
    assert (second.numbers, second.reasons, second.statuses) == (first.numbers, first.reasons, first.statuses)
    assert second.numbers == [0.5, 0.0, None, None, None, None, 0.5]
    (figures,) = second.figures.values()
    assert (figures.made, figures.cached, figures.shared) == (4, 2, 1)


def test_another_version_argument_or_sample_is_another_result(tmp_path: Path) -> None:
    store = Cache(tmp_path)
    old, new, votes = Cached("1"), Cached("2"), Cached("3", votes=2)
    rows = {"x": ["good"]}
    rewards = (old.leaf(), 1), (old.leaf(), 1), (old.leaf(bonus=1.0), 2), (old.leaf(bonus=2.0), 3), (old.leaf(), 3)
    for reward, calls in rewards:
        reward.score(rows, cache=store)
        assert len(old.asked) == calls
    new.leaf().score(rows, cache=store)
    assert new.asked == ["good"]
    for _ in range(2):
        assert votes.leaf().mean().score(rows, cache=store).numbers == [0.5]
    assert votes.asked == ["good", "good"]
    store.close()


def test_what_no_file_can_hold_is_called_again(tmp_path: Path) -> None:
    asked = []

    @gd.function(cache=True, version="1", returns="column")
    def parse(x: Any) -> Any:
        asked.append(x)
        return (1, 2) if x == "tuple" else {"n": np.float32(1)} if x == "numpy" else {"n": 1}

    rows = {"x": ["tuple", "numpy", "plain"]}
    for _ in range(2):
        scores = parse().exists().score(rows, cache=tmp_path)
        assert scores.numbers == [1.0, 1.0, 1.0]
    assert asked == ["tuple", "numpy", "plain", "tuple", "numpy"]


def test_without_savings_nothing_is_looked_up(tmp_path: Path) -> None:
    cached = Cached()
    for _ in range(2):
        cached.leaf().score({"x": ["good", "good"]}, cache=tmp_path, savings=False)
    assert cached.asked == ["good"] * 4


# Async leaves, on a real server


def judged(server: Any, **options: Any) -> gd.Function:
    @gd.function(bounds=(0, 1), **options)
    async def judge(text: str) -> float:
        reply = await post_json(f"{server.url}/judge", {"text": text})
        spend(1.0, tokens=len(text))
        return reply["score"]

    return judge


def reply_to(request: Any) -> Any:
    return loopback.Reply(body={"score": len(request.json["text"]) / 10})


def test_an_async_leaf_asks_each_distinct_input_once_under_its_concurrency() -> None:
    def script(request: Any) -> Any:
        return loopback.Reply(body=reply_to(request).body, delay=0.02)

    with loopback.Loopback(script) as server:
        judge = judged(server, limits=CallLimits(concurrency=3))
        rows = {"text": ["x" * (i % 8) for i in range(24)]}
        assert judge().score(rows).numbers == [i % 8 / 10 for i in range(24)]
        assert len(server.requests) == 8
        assert server.peak <= 3


def test_429_then_success_is_success() -> None:
    def script(request: Any) -> Any:
        if request.number < 2:
            return loopback.Reply(status=429, headers={"Retry-After": "0"})
        return reply_to(request)

    with loopback.Loopback(script) as server:
        judge = judged(server, limits=CallLimits(concurrency=1, backoff=0.001))
        scores = judge().score({"text": ["x", "xx"]})
        assert scores.numbers == [0.1, 0.2]
        assert len(server.requests) == 4


def test_a_judge_that_stays_down_is_unscored_and_the_rest_goes_on() -> None:
    def script(request: Any) -> Any:
        return loopback.Reply(status=503) if request.json["text"] == "xx" else reply_to(request)

    with loopback.Loopback(script) as server:
        judge = judged(server, limits=CallLimits(retries=2, backoff=0.001, backoff_max=0.001))
        scores = judge().score({"text": ["x", "xx", "xxx"]})
        assert scores.numbers == [0.1, None, 0.3]
        assert scores.reasons == ["", "http 503", ""]
        assert sum(request.json["text"] == "xx" for request in server.requests) == 3


def test_a_judge_that_refuses_stops_the_run_with_its_address() -> None:
    with (
        loopback.Loopback(lambda request: loopback.Reply(status=401)) as server,
        pytest.raises(gd.ContractError, match=r"127\.0\.0\.1:\d+/judge answered 401: it does not accept the API key"),
    ):
        judged(server)().score({"text": ["x", "xx"]})


def test_max_cost_holds_over_the_batches_of_a_runner() -> None:
    with loopback.Loopback(reply_to) as server:
        judge = judged(server, limits=CallLimits(concurrency=1, max_cost=3.0))
        with judge().compile() as runner:
            assert runner.score({"text": ["x", "xx"]}).numbers == [0.1, 0.2]
            scores = runner.score({"text": ["xxx", "xxxx", "xxxxx"]})
        assert scores.numbers == [0.3, None, None]
        assert scores.reasons == ["", "cost", "cost"]
        assert len(server.requests) == 3


def test_a_deadline_is_nobodys_doing() -> None:
    def script(request: Any) -> Any:
        return loopback.Reply(body=reply_to(request).body, delay=30.0 if request.json["text"] == "xx" else 0.0)

    with loopback.Loopback(script) as server:
        judge = judged(server, timeout=0.5, fails_as=0.0)
        scores = judge().score({"text": ["x", "xx", "xxx"]})
        assert scores.numbers == [0.1, None, 0.3]
        assert scores.reasons == ["", "deadline", ""]


def test_async_results_are_cached_as_they_come(tmp_path: Path) -> None:
    with loopback.Loopback(reply_to) as server:
        judge = judged(server, cache=True, version="1")
        for _ in range(2):
            assert judge().score({"text": ["x", "xx"]}, cache=tmp_path).numbers == [0.1, 0.2]
        assert len(server.requests) == 2


def test_a_tick_for_every_dear_call() -> None:
    @gd.function
    async def judge(text: str) -> float:
        await asyncio.sleep(0)
        return 1.0

    ticks: list[str] = []
    reward = judge().named("judged")
    reward.score({"text": ["a", "b", "a"]}, tick=lambda node: ticks.append(node.op))
    assert ticks == ["leaf", "leaf"]


# Workers


def test_an_isolated_leaf_runs_elsewhere_and_ends_where_it_must() -> None:
    import os

    @gd.function(timeout=0.3, fails_as=-1.0, bounds=(-1, 1e9))
    def leaf(kind: str) -> float:
        import os

        if kind == "loop":
            while True:
                pass
        if kind == "raise":
            raise ValueError("no")
        if kind == "die":
            os._exit(3)
        return os.getpid()

    scores = leaf().score({"kind": ["pid", "loop", "raise", "die"]}, workers=1)
    assert scores.statuses == ["scored", "failed", "unscored", "failed"]
    assert scores.reasons == ["", "timeout", "exception: ValueError: no", "crashed"]
    assert scores.numbers[1:] == [-1.0, None, -1.0]
    assert scores.numbers[0] != os.getpid()


def test_failed_and_unscored_mean_the_same_in_a_worker() -> None:
    @gd.function(isolate=True, fails_as=0.0, bounds=(0, 1))
    def leaf(kind: str) -> float:
        import guerdon

        if kind == "failed":
            raise guerdon.Failed("no answer")
        if kind == "unscored":
            raise guerdon.Unscored("no reference")
        return 1.0

    scores = leaf().score({"kind": ["good", "failed", "unscored"]}, workers=1)
    assert scores.statuses == ["scored", "failed", "unscored"]
    assert scores.reasons == ["", "no answer", "no reference"]
