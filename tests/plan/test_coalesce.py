"""Single calls gathered into batches."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from guerdon.plan.coalesce import Coalescer


class Doubler:
    """A batch function that remembers the batches it got."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    async def __call__(self, items: list[int]) -> Sequence[int]:
        self.batches.append(items)
        await asyncio.sleep(0.01)
        return [2 * item for item in items]


def test_full_batches_start_at_once_and_the_rest_in_time() -> None:
    double = Doubler()

    async def main() -> list[int]:
        coalescer = Coalescer(double, max_batch=4, max_wait=0.05)
        return await asyncio.gather(*(coalescer(i) for i in range(10)))

    assert asyncio.run(main()) == [2 * i for i in range(10)]
    assert double.batches == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_nobody_waits_for_company_for_ever() -> None:
    double = Doubler()

    async def main() -> int:
        return await Coalescer(double, max_batch=1000)(21)

    assert asyncio.run(main()) == 42
    assert double.batches == [[21]]


def test_an_error_of_the_batch_reaches_each_waiter_and_the_next_batch_is_fresh() -> None:
    calls: list[int] = []

    async def breaks_once(items: list[int]) -> list[int]:
        calls.append(len(items))
        if len(calls) == 1:
            raise ConnectionError("judge down")
        return items

    async def main() -> None:
        coalescer = Coalescer(breaks_once)
        found = await asyncio.gather(*(coalescer(i) for i in range(3)), return_exceptions=True)
        assert [str(error) for error in found] == ["judge down"] * 3
        assert all(isinstance(error, ConnectionError) for error in found)
        assert await coalescer(5) == 5

    asyncio.run(main())
    assert calls == [3, 1]


def test_an_error_in_one_items_place_is_that_items_alone() -> None:
    async def judge(items: list[int]) -> list[int | Exception]:
        return [ValueError(f"item {item}") if item == 1 else item for item in items]

    async def main() -> list[object]:
        coalescer = Coalescer(judge)
        return await asyncio.gather(*(coalescer(i) for i in range(3)), return_exceptions=True)

    found = asyncio.run(main())
    assert (found[0], repr(found[1]), found[2]) == (0, "ValueError('item 1')", 2)


@pytest.mark.parametrize("given", [[1], [1, 2, 3], []])
def test_a_batch_function_of_the_wrong_length(given: list[int]) -> None:
    async def wrong(items: list[int]) -> list[int]:
        return given

    async def main() -> list[object]:
        coalescer = Coalescer(wrong)
        return await asyncio.gather(coalescer(1), coalescer(2), return_exceptions=True)

    for error in asyncio.run(main()):
        assert f"returned {len(given)} results for 2 items" in str(error)


def test_stop_iteration_does_not_leave_anybody_waiting() -> None:
    async def stops(items: list[int]) -> list[object]:
        return [StopIteration("x")]

    async def main() -> object:
        return await asyncio.gather(Coalescer(stops)(1), return_exceptions=True)

    assert "StopIteration" in repr(asyncio.run(asyncio.wait_for(main(), 30)))


def test_who_leaves_before_the_start_is_not_asked_for() -> None:
    double = Doubler()

    async def main() -> list[object]:
        coalescer = Coalescer(double, max_wait=0.05)
        tasks = [asyncio.create_task(coalescer(i)) for i in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    found = asyncio.run(main())
    assert (found[0], found[2]) == (0, 4)
    assert isinstance(found[1], asyncio.CancelledError)
    assert double.batches == [[0, 2]]


def test_who_leaves_during_the_batch_harms_nobody() -> None:
    double = Doubler()

    async def main() -> list[object]:
        coalescer = Coalescer(double, max_batch=3)
        tasks = [asyncio.create_task(coalescer(i)) for i in range(3)]
        while not double.batches:
            await asyncio.sleep(0)
        tasks[0].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    found = asyncio.run(main())
    assert isinstance(found[0], asyncio.CancelledError)
    assert found[1:] == [2, 4]


def test_a_batch_nobody_waits_for_any_more_is_cancelled() -> None:
    ended: list[str] = []

    async def long(items: list[int]) -> list[int]:
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        return items

    async def main() -> None:
        coalescer = Coalescer(long, max_batch=2)
        tasks = [asyncio.create_task(coalescer(i)) for i in range(2)]
        await asyncio.sleep(0.02)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.02)
        assert ended == ["cancelled"]  # by now, not by the end of the loop

    asyncio.run(main())


def test_several_loops_share_one_coalescer() -> None:
    double = Doubler()
    coalescer = Coalescer(double, max_batch=5)
    found: list[list[int]] = []

    async def main(base: int) -> list[int]:
        return await asyncio.gather(*(coalescer(base + i) for i in range(20)))

    threads = [threading.Thread(target=lambda n=n: found.append(asyncio.run(main(100 * n)))) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [[2 * (100 * n + i) for i in range(20)] for n in range(5)]
    # A batch belongs to one loop, so no batch mixes the hundreds.
    assert all(len({item // 100 for item in batch}) == 1 for batch in double.batches)


def test_one_loop_after_another() -> None:
    double = Doubler()
    coalescer = Coalescer(double)
    for i in range(3):
        assert asyncio.run(asyncio.wait_for(coalescer(i), 30)) == 2 * i


def test_impossible_batches_are_refused() -> None:
    with pytest.raises(ValueError, match="max_batch=0"):
        Coalescer(Doubler(), max_batch=0)
    with pytest.raises(ValueError, match="max_wait=-1"):
        Coalescer(Doubler(), max_wait=-1)
