"""What is sent into a sandbox: the compiled code that runs there first, and its orders, as one sealed memory file."""

from __future__ import annotations

import fcntl
import marshal
import os
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["BOOT", "memory_file", "packed"]

# The file is read by position: nothing is shared with others who hold it open. No module is imported that is not there.
BOOT = """\
import marshal, posix, sys
_orders = marshal.loads(posix.pread(int(sys.argv[1]), int(sys.argv[2]), 0))
_make = type(sys)
_package = sys.modules["inside"] = _make("inside")
_package.__path__ = []
for _name, _code in _orders["modules"]:
    _module = sys.modules["inside." + _name] = _make("inside." + _name)
    _module.__package__ = "inside"
    exec(_code, _module.__dict__)
getattr(sys.modules["inside." + _orders["module"]], _orders["call"])(_orders)
"""
_MODULES = {
    "candidate": ("values", "stage", "candidate"),
    "checker": ("values", "stage", "testing", "checker"),
}


@cache
def _compiled(name: str) -> Any:
    path = Path(__file__).with_name("inside") / f"{name}.py"
    return compile(path.read_text(encoding="utf-8"), f"inside/{name}.py", "exec", dont_inherit=True, optimize=0)


def packed(module: str, call: str, config: dict[str, Any]) -> bytes:
    """The orders for one sandbox: call this function of this module with these settings (plain data)."""
    more = ("filter", "landlock") if config["landlock"] else ()
    modules = [(name, _compiled(name)) for name in (*more, *_MODULES[module])]
    return marshal.dumps({**config, "modules": modules, "module": module, "call": call})


def memory_file(data: bytes) -> int:
    """A descriptor of a file in memory that nobody can write to any more."""
    fd = os.memfd_create("guerdon", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
        os.lseek(fd, 0, os.SEEK_SET)
        fcntl.fcntl(
            fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
        )
    except BaseException:
        os.close(fd)
        raise
    return fd
