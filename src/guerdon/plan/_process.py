"""The parent's end of one worker process: start it, send it orders, read its frames, kill it."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from . import _wire
from ._target import Target

__all__ = ["DEPTH", "Broken", "Process"]

DEPTH = "GUERDON_WORKER_DEPTH"
"""Environment variable that counts how deep workers are started inside workers."""

_FILE = str(Path(__file__).with_name("_worker.py"))
_QUIET = {
    # a pool has as many workers as there are cores: each keeps to one
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # the order of a set of strings, and so the last bit of a sum over it, must not depend on the worker
    "PYTHONHASHSEED": "0",
}


class Broken(Exception):
    """The worker sent bytes that are no frame of ours, or a frame over the bound (then `large`).

    What it had sent `before` them is good: that it has begun to call, say, which tells whose doing this is.
    """

    def __init__(self, message: str, before: list[Any], *, large: bool = False) -> None:
        super().__init__(message)
        self.before = before
        self.large = large


class Process:
    """One worker: a socket to it and its keeper's process."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        environment = _QUIET | os.environ | {DEPTH: str(int(os.environ.get(DEPTH, "0")) + 1)}
        try:
            self._keeper = subprocess.Popen(
                [sys.executable, "-P", _FILE],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env=environment,
            )
        except BaseException:
            self._socket.close()
            raise
        finally:
            theirs.close()
        self._socket.setblocking(False)
        self._out = memoryview(b"")
        self._in = bytearray()
        self._known: dict[Target, int] = {}
        self.pid = 0
        self.ended = False

    def fileno(self) -> int:
        """The descriptor to poll."""
        return self._socket.fileno()

    @property
    def sending(self) -> bool:
        """Whether part of an order is still waiting to be written."""
        return bool(self._out)

    @property
    def targets(self) -> int:
        """How many targets this worker has been given."""
        return len(self._known)

    def knows(self, target: Target) -> bool:
        """Whether this worker has been given the target before."""
        return target in self._known

    def order(self, target: Target, calls: list[str], memory: int | None, output: int) -> None:
        """Queues one batch of calls (arguments as JSON) and writes what the socket takes at once."""
        new = target not in self._known
        if new:
            self._known[target] = len(self._known)
        head = {
            "target": self._known[target],
            "what": target.to_json() if new else None,
            # as it is now: code may have changed sys.path since the worker was started; '' is the folder we are in
            "path": [os.path.abspath(entry) for entry in sys.path] if new else None,
            "memory": memory,
            "output": output,
        }
        self._out = memoryview(_wire.wrap(f'{_wire.encode(head)[:-1]},"calls":[{",".join(calls)}]}}'))
        self.flush()

    def flush(self) -> None:
        """Writes what the socket takes now. OSError where the worker is gone."""
        while self._out:
            try:
                # MSG_NOSIGNAL: a script that resets SIGPIPE must not die of a dead worker
                sent = self._socket.send(self._out, getattr(socket, "MSG_NOSIGNAL", 0))
            except BlockingIOError:
                return
            self._out = self._out[sent:]

    def receive(self, bound: int) -> list[Any]:
        """The messages that have arrived; sets `ended` at the end of the stream.

        Raises:
            Broken: what arrived is no frame within `bound` bytes.
        """
        while not self.ended:
            try:
                part = self._socket.recv(1 << 18)
            except BlockingIOError:
                break
            except OSError:
                part = b""
            self.ended = not part
            self._in += part
            if len(part) < 1 << 18:
                break
        return self._messages(bound)

    def _messages(self, bound: int) -> list[Any]:
        messages: list[Any] = []
        start, buffer = 0, self._in
        while len(buffer) - start >= _wire.HEADER:
            size = int.from_bytes(buffer[start : start + _wire.HEADER], "big")
            if size > bound + _wire.SLACK:
                raise Broken(f"the worker sent a frame of {size} bytes", messages, large=True)
            stop = start + _wire.HEADER + size
            if len(buffer) < stop:
                break
            try:
                messages.append(_wire.parse(buffer[start + _wire.HEADER : stop]))
            except ValueError:
                raise Broken("the worker sent bytes that are no frame", messages) from None
            start = stop
        del buffer[:start]
        return messages

    def ask_to_end(self) -> None:
        """Tells the keeper to kill everything; does not wait."""
        with suppress(OSError):  # it may have hung up already
            self._socket.shutdown(socket.SHUT_WR)
        self._keeper.terminate()

    def kill(self, bound: int = 0) -> list[Any]:
        """Kills the worker and everything it started; hands back the messages it had sent. Safe to call twice."""
        if self._socket.fileno() < 0:
            return []
        self.ask_to_end()
        messages: list[Any] = []
        give_up = time.monotonic() + 2.0
        poller = select.poll()
        poller.register(self._socket, select.POLLIN)
        try:
            while not self.ended and time.monotonic() < give_up:
                poller.poll(100)
                messages += self.receive(bound)
        except Broken:
            pass
        try:
            self._keeper.wait(2.0)
        except subprocess.TimeoutExpired:
            self._keeper.kill()  # the runner dies with its keeper (PR_SET_PDEATHSIG)
            self._keeper.wait()
        self._socket.close()
        return messages

    def forget(self) -> None:
        """In a forked child: lets go of a worker that belongs to the parent."""
        self._socket.close()
        self._keeper.returncode = 0

    def death(self) -> str:
        """How the worker ended, in words, once it has been killed or found dead."""
        code = self._keeper.returncode
        if code is None or code < 0:
            return "the worker was killed"
        if code <= 128:
            return f"the worker left with exit code {code}"
        try:
            return f"the worker died of {signal.Signals(code - 128).name}"
        except ValueError:
            return f"the worker died of signal {code - 128}"

    @property
    def killed_from_outside(self) -> bool:
        """Whether SIGKILL ended a worker that we had not killed ourselves: that is how the system takes memory back."""
        return self._keeper.returncode in (137, -signal.SIGKILL)

    def cpu(self) -> tuple[float, float] | None:
        """CPU seconds of the runner (with children it has waited for) and of other living descendants.

        None where /proc does not say.
        """
        own = _cpu(self.pid)
        if own is None:
            return None
        others, seen, waiting = 0.0, {self.pid}, [self._keeper.pid]
        while waiting and len(seen) < 1000:
            parent = waiting.pop()
            for child in _children(parent):
                waiting.append(child)
                if child not in seen:
                    seen.add(child)
                    others += _cpu(child) or 0.0
        return own, others


_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def _cpu(process: int) -> float | None:
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        return sum(int(field) for field in fields[11:15]) / _TICK
    except (OSError, ValueError):
        return None


def _children(process: int) -> list[int]:
    children = []
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/children", "rb") as file:
                children += [int(word) for word in file.read().split()]
    except (OSError, ValueError):
        pass
    return children
