"""How well this machine can hold a program, found by running one."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from functools import cache

from guerdon.expr.trial import LEVELS, Level, Limits, Trial

__all__ = ["COVERS", "Isolation", "NotIsolated", "choose", "isolation"]

COVERS = {
    "namespaces": "no claim against kernel exploits, timing, or other programs of the same account",
    "landlock": (
        "a program sees the host's name and which files exist, has no folder of its own to write in and starts no "
        "process; no claim against kernel exploits, timing, or other programs of the same account"
    ),
    "none": "nothing holds model-written code back: it is refused unless allow_unsafe=True",
}
"""What each level does not cover."""


class NotIsolated(PermissionError):
    """Programs cannot be held as well as they must be."""


@dataclass(frozen=True)
class Isolation:
    """The strongest level that works, and of each level whether it does and why."""

    level: Level
    levels: dict[str, tuple[bool, str]]


def isolation() -> Isolation:
    """The levels at which model-written code can be held, each tried once by holding a small program."""
    return _tried(shutil.which("bwrap"))


@cache
def _tried(bubblewrap: str | None) -> Isolation:
    levels = {"namespaces": _try("namespaces"), "landlock": _try("landlock")}
    works = [level for level in LEVELS if levels.get(level, (False, ""))[0]]
    return Isolation(works[0] if works else "none", levels)


def choose(limits: Limits) -> Level:
    """The level to run a program at. NotIsolated, in one sentence, where there is none that will do."""
    found = isolation().level
    wanted = limits.require or "landlock"
    if LEVELS.index(found) <= LEVELS.index(wanted) and (found != "none" or limits.allow_unsafe):
        return found
    reasons = "; ".join(f"{name}: {why}" for name, (works, why) in isolation().levels.items() if not works)
    if limits.allow_unsafe and limits.require in (None, "none"):
        return found
    raise NotIsolated(
        f"model-written code is not run here: isolation at level {wanted!r} is required and {found!r} is the strongest "
        f"that works ({reasons}); install bubblewrap, or pass allow_unsafe=True to run it without isolation"
    )


_PROBE = """\
def probe(names, root_is_too_much):
    import os
    if root_is_too_much and 0 in (os.getuid(), os.geteuid()):
        return "it runs as root"
    for name in names:
        try:
            os.close(os.open(name, os.O_RDONLY))
        except OSError:
            pass
        else:
            return f"it can read {name}"
    try:
        open("/usr/lib/guerdon-probe", "w")
    except OSError:
        pass
    else:
        return "it can write into /usr/lib"
    import socket
    try:
        socket.create_connection(("127.0.0.1", 9), 0.2)
    except OSError as error:
        if isinstance(error, ConnectionRefusedError):
            return "it has a network"
    return "held"
"""


def _try(level: Level) -> tuple[bool, str]:
    """Whether a small program is held at this level, and why not or how."""
    from .run import run_at

    if sys.platform != "linux":
        return False, "it needs Linux"
    if level == "namespaces" and shutil.which("bwrap") is None:
        return False, "bubblewrap is not installed (Debian: apt-get install bubblewrap)"
    secrets = ("/etc/passwd", "/etc/hostname", "/proc/self/environ")
    case = f"found = candidate({secrets!r}, {level == 'namespaces'})\nassert found == 'held', found"
    try:
        found = run_at(level, Trial(_PROBE, (case,), {"candidate": "probe"}, limits=Limits(seconds=20)))[0]
    except OSError as error:
        return False, str(error)
    if found["status"] != "passed":
        name = "bubblewrap" if level == "namespaces" else "Landlock"
        return (
            False,
            f"{name} fails here: {found['why'].removeprefix('no sandbox: ') or 'a small program does not run'}",
        )
    if level == "namespaces":
        return True, f"{shutil.which('bwrap')} runs a program in namespaces of its own"
    from .inside.landlock import version

    return True, f"the kernel has Landlock, version {version()} of its interface, and seccomp"
