"""Holding a program where there are no namespaces: Landlock for files, seccomp for the rest, through ctypes."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["restrict", "version"]

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_NO_NEW_PRIVS, _SECCOMP, _FILTER, _DEATH_SIGNAL = 38, 22, 2, 1
_READ, _EXECUTE, _WRITE, _READ_FOLDER = 1 << 2, 1 << 0, 1 << 1, 1 << 3
# How many rights on files each version of the interface knows; below version 1 there is none.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}


def version() -> int:
    """The version of the kernel's interface; 0 where it has none."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    return max(0, int(libc.syscall(_CREATE, None, ctypes.c_size_t(0), 1)))


def restrict(config: dict[str, Any]) -> None:
    """Read these folders, write nothing, start nothing, signal nobody else; OSError where the kernel refuses.

    Args:
        config: ``read``, the folders and files that may be read.
    """
    import ctypes

    from .filter import program

    libc = ctypes.CDLL(None, use_errno=True)

    def call(*args: Any) -> int:
        found = int(libc.syscall(*args))
        if found < 0:
            raise OSError(ctypes.get_errno(), f"Landlock: {os.strerror(ctypes.get_errno())}")
        return found

    libc.prctl(_DEATH_SIGNAL, 9, 0, 0, 0)
    # No capability, whoever started us: root without them is held by Landlock like anybody.
    head, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    if libc.capset(head, none):
        raise OSError(ctypes.get_errno(), "the capabilities cannot be dropped")
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError("NO_NEW_PRIVS is refused")
    abi = version()
    rights = (1 << _RIGHTS.get(abi, 16)) - 1
    network, scopes = (3 if abi >= 4 else 0), (3 if abi >= 6 else 0)
    words = (ctypes.c_uint64 * 3)(rights, network, scopes)
    ruleset = call(_CREATE, words, ctypes.c_size_t(24 if abi >= 6 else 16 if abi >= 4 else 8), 0)
    for path in config["read"]:
        try:
            fd = os.open(path, os.O_PATH)
        except OSError:
            continue
        allowed = _READ | _EXECUTE | _READ_FOLDER if os.path.isdir(path) else _READ | _EXECUTE
        if path == "/dev/null":
            allowed = _READ | _WRITE
        rule = (ctypes.c_uint8 * 12).from_buffer_copy(allowed.to_bytes(8, "little") + fd.to_bytes(4, "little"))
        call(_ADD, ruleset, 1, rule, 0)
        os.close(fd)
    call(_RESTRICT, ruleset, 0)
    os.close(ruleset)
    code = program(shared=True, own=os.getpid())
    held = ctypes.create_string_buffer(code, len(code))

    class Filter(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    wanted = Filter(len(code) // 8, ctypes.cast(held, ctypes.c_void_p))
    if libc.prctl(_SECCOMP, _FILTER, ctypes.byref(wanted), 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp is refused")
    os.chdir("/")
