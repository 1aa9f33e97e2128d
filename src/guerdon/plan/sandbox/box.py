"""One sandbox in the parent's hands: how it is started at each level, what it has used, and how it ends."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from guerdon.expr.trial import Limits

from .bundle import BOOT, memory_file, packed
from .inside import filter as calls

__all__ = ["Box", "Usage"]

_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_ENVIRONMENT = {
    "PATH": "/nowhere",
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",  # the order of a set of strings must not depend on the run
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
"""All of it, but for where packages are."""


class Usage:
    """What the processes of a sandbox have used: seconds on a core, and seconds of waiting for one."""

    def __init__(self, cpu: float, waited: float) -> None:
        self.cpu, self.waited = cpu, waited


class Box:
    """A started sandbox.

    Args:
        level: of isolation: ``namespaces``, ``landlock`` or ``none``.
        module: which side it is, ``candidate`` or ``checker``.
        call: what it does.
        config: its orders; descriptors in it are listed in ``fds``.
        fds: descriptors that it inherits.
        limits: what else it may use: its disk and the packages installed.
    """

    def __init__(
        self,
        level: str,
        module: str,
        call: str,
        config: dict[str, Any],
        fds: Sequence[int],
        limits: Limits,
        stdin: int = subprocess.DEVNULL,
    ) -> None:
        packages = _packages() if limits.packages else ()
        environment = {**_ENVIRONMENT, **({"PYTHONPATH": ":".join(packages)} if packages else {})}
        root = os.geteuid() == 0
        stranger = root and (level == "namespaces" or (level == "landlock" and _open_to_all()))
        if level == "landlock" and not stranger:
            # The limit would count all processes of this account; here a program can start none, and its threads
            # share the memory that it may address.
            config = {**config, "processes": None}
        config = {
            **config,
            "uid": _unused() if stranger else None,
            "landlock": {"read": [*_readable(), *packages]} if level == "landlock" else None,
        }
        orders = packed(module, call, config)
        held = [memory_file(orders)]
        self._words = os.memfd_create("guerdon-words")
        try:
            command = [*_python(), "-c", BOOT, str(held[0]), str(len(orders)), f"guerdon-{os.getpid()}"]
            if level == "namespaces":
                held.append(memory_file(_filter()))
                command = [*_bubble(root, limits.disk, held[1], packages, environment), *command]
            self._process = subprocess.Popen(
                command,
                stdin=stdin,
                stdout=subprocess.DEVNULL,
                stderr=self._words,
                env={} if level == "namespaces" else environment,
                cwd="/",
                pass_fds=[*fds, *held],
                start_new_session=True,
            )
        except BaseException:
            os.close(self._words)
            raise
        finally:
            for fd in held:
                os.close(fd)

    def words(self) -> str:
        """The last line that was said before the program was given control: why a sandbox did not start."""
        said = os.pread(self._words, 4000, 0).decode("utf-8", "replace").strip().splitlines()
        return said[-1][:300] if said else ""

    def exit_code(self, seconds: float) -> int | None:
        """How it ended, or None if it runs on."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        return None

    def usage(self) -> Usage:
        """Of all processes in it, and of those they have waited for."""
        cpu = waited = 0.0
        seen: set[int] = set()
        todo = [self._process.pid]
        while todo and len(seen) < 1000:
            process = todo.pop()
            if process in seen:
                continue
            seen.add(process)
            with suppress(OSError, ValueError, IndexError):
                fields = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
                cpu += sum(int(field) for field in fields[11:15]) / _TICK
                for thread in os.listdir(f"/proc/{process}/task"):
                    waited += int(Path(f"/proc/{process}/task/{thread}/schedstat").read_bytes().split()[1]) / 1e9
                    todo += map(int, Path(f"/proc/{process}/task/{thread}/children").read_bytes().split())
        return Usage(cpu, waited)

    def end(self) -> None:
        """Kill everything in it, and wait until it is dead. Safe to call twice.

        bubblewrap takes its namespace with it; where there is none, nothing could be forked.
        """
        if self._words < 0:
            return
        if self._process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()
        self._process.wait()
        os.close(self._words)
        self._words = -1


@cache
def _filter() -> bytes:
    return calls.program(shared=False)


@cache
def _interpreter() -> Path:
    return Path(getattr(sys, "_base_executable", None) or sys.executable).resolve()


def _python() -> list[str]:
    # As isolated as with -I, but for the seed of its hashes, which -I would not read.
    return [str(_interpreter()), "-P", "-s", "-S", "-B", "-X", "utf8"]


@cache
def _readable() -> list[str]:
    """The interpreter, its library, and the shared libraries of the system. Never the root of the file system."""
    paths = ["/usr/lib", "/usr/lib64", "/usr/lib32", "/lib", "/lib64", str(_interpreter()), "/dev/null", "/dev/urandom"]
    base = Path(sys.base_prefix).resolve()
    if len(base.parts) < 2:
        raise OSError(f"this Python lives in {base}, which a sandbox must not see")
    paths.append(str(Path(os.__file__).resolve().parent) if base == Path("/usr") else str(base))
    return [path for path in dict.fromkeys(paths) if os.path.exists(path)]


@cache
def _open_to_all() -> bool:
    """Whether a user that nobody is can read this Python."""
    places = [Path(path) for path in _readable()]
    return all(one.stat().st_mode & 0o001 for place in places for one in place.parents)


@cache
def _packages() -> tuple[str, ...]:
    """The folders of installed packages that this interpreter sees."""
    named = [path for path in sys.path if path.endswith(("site-packages", "dist-packages")) and os.path.isdir(path)]
    return tuple(dict.fromkeys(os.path.realpath(path) for path in named))


@cache
def _mounts(packages: tuple[str, ...]) -> tuple[str, ...]:
    options: list[str] = []
    bound: list[str] = []
    made: set[str] = {"/", "/tmp"}
    for path in sorted([*_readable(), *packages], key=lambda one: (one.startswith("/dev"), len(one))):
        if any(path.startswith(f"{folder}/") for folder in bound):
            continue
        for parent in [str(one) for one in Path(path).parents][::-1]:
            if parent not in made:  # bubblewrap would make it for its owner alone
                options += ["--perms", "0755", "--dir", parent]
                made.add(parent)
        if os.path.islink(path):
            options += ["--symlink", os.readlink(path), path]
            continue
        options += ["--dev-bind" if path.startswith("/dev") else "--ro-bind", path, path]
        bound.append(path)
    return tuple(options)


def _bubble(root: bool, disk: int, seccomp: int, packages: tuple[str, ...], environment: dict[str, str]) -> list[str]:
    program = shutil.which("bwrap")
    if program is None:
        raise OSError("bubblewrap is not installed")
    command = [program, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    if root:
        # A user namespace would keep the real uid 0: mounts are made as root, and the first step inside gives it up.
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
    command += [
        "--hostname",
        "sandbox",
        "--die-with-parent",
        "--new-session",
        "--seccomp",
        str(seccomp),
    ]
    # The program's own folder comes first: packages may lie below /tmp themselves, and would be hidden under it.
    command += ["--perms", "1777", "--size", str(disk), "--tmpfs", "/tmp", *_mounts(packages)]
    command += ["--remount-ro", "/", "--chdir", "/tmp"]
    for name, value in environment.items():
        command += ["--setenv", name, value]
    return [*command, "--"]


def _unused() -> int:
    """A user that nobody is: high among those that this user namespace has, another one for each sandbox."""
    most = 0
    for line in Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines():
        inside, _, count = map(int, line.split())
        most = max(most, inside + count - 1)
    most = min(most, 0xFFFFFFF0)
    return most - secrets.randbelow(max(1, min(1 << 24, most // 4)))
