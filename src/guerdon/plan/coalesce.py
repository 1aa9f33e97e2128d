"""Gathering calls for one item each into calls for many: trainers that score sample by sample, leaves that batch."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    import asyncio

__all__ = ["Coalescer"]

Item = TypeVar("Item")
Result = TypeVar("Result")


class Coalescer(Generic[Item, Result]):
    """Awaiting ``coalescer(item)`` gives the item's result out of a batch shared with whoever asks at the same time.

    A batch starts when it is full or its first item has waited long enough. It only saves calls: what an item gets
    does not depend on the company it came in, so it never defines a group. An exception raised by ``batch_fn``
    reaches every waiter of the batch, an exception *returned* in an item's place reaches that item's alone. A waiter
    that is cancelled leaves before the batch starts, or is missed by nobody after; a batch that nobody waits for any
    more is cancelled. Each event loop has its own batches, so one coalescer may serve several loops and threads.

    Args:
        batch_fn: takes a list of 1 to ``max_batch`` items and returns as many results, in order.
        max_batch: items of a full batch.
        max_wait: seconds the first item of a batch waits for company.

    Raises:
        ValueError: ``max_batch`` is below 1 or ``max_wait`` below 0; or, at the waiters, ``batch_fn`` returned more or
            fewer results than it got items.

    >>> import asyncio
    >>> async def double(items: list[int]) -> list[int]:
    ...     print("one batch of", len(items))
    ...     return [2 * item for item in items]
    >>> async def main() -> list[int]:
    ...     coalescer = Coalescer(double)
    ...     return await asyncio.gather(*(coalescer(i) for i in range(3)))
    >>> asyncio.run(main())
    one batch of 3
    [0, 2, 4]
    """

    def __init__(
        self,
        batch_fn: Callable[[list[Item]], Awaitable[Sequence[Result]]],
        max_batch: int = 64,
        max_wait: float = 0.01,
    ) -> None:
        if max_batch < 1 or not max_wait >= 0:
            raise ValueError(f"max_batch={max_batch}, max_wait={max_wait}: at least 1 item, and 0 seconds")
        self.batch_fn = batch_fn
        self.max_batch = max_batch
        self.max_wait = max_wait
        self._open: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Batch[Item, Result]]
        self._open = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()

    async def __call__(self, item: Item) -> Result:
        """The result of one item."""
        import asyncio

        loop = asyncio.get_running_loop()
        with self._lock:
            batch = self._open.get(loop)
            if batch is None:
                batch = self._open[loop] = _Batch()
                batch.timer = loop.call_later(self.max_wait, self._start, loop, batch)
        future: asyncio.Future[Result] = loop.create_future()
        batch.items.append(item)
        batch.futures.append(future)
        if len(batch.items) >= self.max_batch:
            self._start(loop, batch)
        try:
            return await future
        except asyncio.CancelledError:
            if batch.task is not None and all(waiter.done() for waiter in batch.futures):
                batch.task.cancel()
            raise

    def _start(self, loop: asyncio.AbstractEventLoop, batch: _Batch[Item, Result]) -> None:
        with self._lock:
            if self._open.get(loop) is batch:
                del self._open[loop]
        if batch.timer is not None:
            batch.timer.cancel()
        waiting = [i for i, future in enumerate(batch.futures) if not future.done()]
        batch.items = [batch.items[i] for i in waiting]
        batch.futures = [batch.futures[i] for i in waiting]
        if waiting:
            batch.task = loop.create_task(self._run(batch))

    async def _run(self, batch: _Batch[Item, Result]) -> None:
        import asyncio

        results: Sequence[Result | BaseException]
        try:
            results = await self.batch_fn(list(batch.items))
            if len(results) != len(batch.items):
                raise ValueError(
                    f"{getattr(self.batch_fn, '__qualname__', self.batch_fn)} returned {len(results)} results "
                    f"for {len(batch.items)} items: it must return one for each, in order"
                )
        except asyncio.CancelledError:
            for future in batch.futures:
                future.cancel()
            raise
        except Exception as error:
            results = [error] * len(batch.items)
        for future, result in zip(batch.futures, results, strict=True):
            if future.done():
                continue
            if isinstance(result, StopIteration):  # a future cannot carry it
                future.set_exception(RuntimeError(f"StopIteration: {result}"))
            elif isinstance(result, BaseException):
                future.set_exception(result)
            else:
                future.set_result(result)


class _Batch(Generic[Item, Result]):
    """Items that wait together, and the futures of who waits for them."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.futures: list[asyncio.Future[Result]] = []
        self.timer: asyncio.TimerHandle | None = None
        self.task: asyncio.Task[None] | None = None
