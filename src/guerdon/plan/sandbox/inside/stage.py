"""The first thing that runs in a sandbox, before any of the program: take away what it must not have."""

from __future__ import annotations

import os
import resource
import sys

TYPE_CHECKING = False  # `typing` is slow to import, and every program would wait for it
if TYPE_CHECKING:
    from typing import Any

__all__ = ["enter"]


def enter(config: dict[str, Any], fds: list[int], *, output: int | None = None, errors: int | None = None) -> None:
    """Give up identity, limits and descriptors; what cannot be given up ends the process with a word on stderr.

    Args:
        config: ``memory`` and ``file`` in bytes, ``cpu`` in seconds; ``uid``, ``processes`` and ``landlock``, or None.
        fds: descriptors that stay open, with 0 to 2.
        output: what becomes standard output; nothing if None.
        errors: what becomes standard error; nothing if None.
    """
    limits = {
        "RLIMIT_CORE": 0,
        "RLIMIT_CPU": config["cpu"],
        "RLIMIT_AS": config["memory"],
        "RLIMIT_FSIZE": config["file"],
        "RLIMIT_NOFILE": 64,
        "RLIMIT_NPROC": config["processes"],
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_MEMLOCK": 0,
    }
    for name, most in limits.items():
        which = getattr(resource, name, None)
        if which is not None and most is not None:
            hard = resource.getrlimit(which)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(which, (most, most))
    if config["landlock"] is not None:
        import ctypes  # noqa: F401  # before what it stands in may be out of reach
    if config["uid"] is not None:
        os.setgroups([])
        os.setresgid(config["uid"], config["uid"], config["uid"])
        os.setresuid(config["uid"], config["uid"], config["uid"])
    if config["landlock"] is not None:
        from .landlock import restrict

        restrict(config["landlock"])
    nothing = os.open("/dev/null", os.O_RDWR)
    if output is None and 0 not in fds:
        os.dup2(nothing, 0)
    os.dup2(nothing if output is None else output, 1)
    os.dup2(nothing if errors is None else errors, 2)
    low = 3
    for fd in sorted(fd for fd in fds if fd > 2):
        os.closerange(low, fd)
        low = fd + 1
    os.closerange(low, 65536 if low < 65536 else low)
    sys.argv[:] = ["program.py"]


def read_exactly(fd: int, size: int) -> bytes:
    """So many bytes of a pipe; EOFError where it ends before."""
    parts = []
    while size:
        part = os.read(fd, min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def write_all(fd: int, data: bytes) -> None:
    """All of these bytes into a pipe."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def receive(fd: int, most: int) -> bytes:
    """One frame: four bytes of length, and so many of JSON. EOFError at the end, ValueError where it is too large."""
    size = int.from_bytes(read_exactly(fd, 4), "big")
    if size > most:
        raise ValueError("output too large")
    return read_exactly(fd, size)


def send(fd: int, data: bytes) -> None:
    """One frame."""
    write_all(fd, len(data).to_bytes(4, "big") + data)
