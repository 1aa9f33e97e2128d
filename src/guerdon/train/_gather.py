"""Exchanges between the processes of one training run, in which an exception of one is raised by all.

A process that raised and went its way would leave the others waiting for ever in the trainer's next exchange. So
whatever happens, every process takes part in the same exchanges, and only then raises.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from guerdon.expr.values import ContractError

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class Trouble:
    """What one process raised, as others can be told."""

    rank: int
    sentence: str
    contract: bool

    def error(self) -> Exception:
        """The exception as the other processes raise it."""
        text = f"process {self.rank}: {self.sentence}"
        return ContractError(text) if self.contract else RuntimeError(text)


def world() -> tuple[int, int]:
    """This process's rank and how many there are; ``(0, 1)`` where nothing is distributed."""
    torch = sys.modules.get("torch")  # without torch there is nobody to exchange with, and no reason to import it
    if torch is None or not torch.distributed.is_available() or not torch.distributed.is_initialized():
        return 0, 1
    return int(torch.distributed.get_rank()), int(torch.distributed.get_world_size())


def share(make: Callable[[], T]) -> list[T]:
    """What each process made, by rank; one exchange. What one of them raised, all raise after it."""
    attempt = _Attempt(make)
    return attempt.all(_exchange(attempt.message))


def share_twice(offer: Callable[[], T], work: Callable[[list[T]], U]) -> list[U]:
    """What each process made of what all of them offered, by rank; two exchanges, whatever happens.

    An exception in ``offer`` travels in both, so that nobody works on half of the offers; all raise after the second.
    """
    first = _Attempt(offer)
    messages = _exchange(first.message)
    if any(isinstance(message, Trouble) for message in messages):
        _exchange(first.message)
        first.all(messages)
    second = _Attempt(lambda: work([pickle.loads(message) for message in messages if isinstance(message, bytes)]))
    return second.all(_exchange(second.message))


class _Attempt:
    """A call that was tried: its pickled result, or its trouble."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.raised: Exception | None = None
        self.message: bytes | Trouble
        try:
            self.message = pickle.dumps(make())
        except Exception as error:
            self.raised = error
            said = " ".join(str(error).split()) or type(error).__name__
            contract = isinstance(error, ContractError)
            self.message = Trouble(world()[0], said if contract else f"{type(error).__name__}: {said}", contract)

    def all(self, messages: list[bytes | Trouble]) -> list[Any]:
        """The results of all; raises this process's own exception, else that of the first process that has one."""
        if self.raised is not None:
            raise self.raised
        for message in messages:
            if isinstance(message, Trouble):
                raise message.error()
        return [pickle.loads(message) for message in messages if isinstance(message, bytes)]


def _exchange(message: bytes | Trouble) -> list[bytes | Trouble]:
    import torch.distributed

    found: list[Any] = [None] * world()[1]
    torch.distributed.all_gather_object(found, message)
    return found
