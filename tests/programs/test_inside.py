"""What a program finds in its sandbox, asked of a program."""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from guerdon.expr.trial import Level, Limits, Trial
from guerdon.plan.sandbox import isolation
from guerdon.plan.sandbox.run import run_at

PROGRAM = """
import ctypes, os, resource, sys
def capabilities():
    head, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert ctypes.CDLL(None).capget(head, sets) == 0
    return [sets[0] | sets[3], sets[1] | sets[4]]  # effective, permitted
def environment(): return sorted(os.environ)
def identity(): return [*os.getresuid(), *os.getresgid(), *os.getgroups()]
def top(): return sorted(os.listdir("/"))
def devices(): return sorted(os.listdir("/dev"))
def descriptors():
    found = []
    for fd in range(4096):
        try:
            os.fstat(fd)
        except OSError:
            continue
        found.append(fd)
    return found
def arguments(): return sys.argv + sys.path
def name(): return os.uname().nodename
def limits():
    kinds = (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NPROC)
    return [resource.getrlimit(kind) for kind in kinds]
"""


def ask(level: Level, question: str) -> Any:
    """What a program at this level answers."""
    if not isolation().levels[level][0]:
        pytest.skip(isolation().levels[level][1])
    limits = Limits(memory=1 << 28, disk=1 << 20, processes=5)
    trial = Trial(PROGRAM, (f"raise Exception(repr({question}()))",), {question: question}, limits=limits)
    kind, _, said = run_at(level, trial)[0]["why"].partition(": ")
    assert kind == "Exception"
    return ast.literal_eval(said)


def test_namespaces_show_nothing_of_the_machine() -> None:
    python = Path(sys.base_prefix).resolve().parts[1]
    hidden = {"etc", "home", "proc", "sys", "run", "var", "srv", "mnt", "opt", "boot"} - {python}
    assert not hidden & set(ask("namespaces", "top"))
    assert ask("namespaces", "devices") == ["null", "urandom"]
    assert ask("namespaces", "name") == "sandbox" != os.uname().nodename
    assert 0 not in ask("namespaces", "identity")
    assert os.getuid() not in ask("namespaces", "identity")


@pytest.mark.parametrize("level", ["namespaces", "landlock"])
def test_no_capability_no_name_and_no_descriptor_is_left(level: Level) -> None:
    assert ask(level, "capabilities") == [0, 0]
    names = {"HOME", "LANG", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PATH", "PWD", "PYTHONHASHSEED"}
    assert set(ask(level, "environment")) <= names
    assert len(ask(level, "descriptors")) == 5  # three standard ones, and a pipe each way
    assert not any("guerdon" in word for word in ask(level, "arguments"))


@pytest.mark.parametrize("level", ["namespaces", "landlock"])
def test_limits_are_in_force(level: Level) -> None:
    memory, file, core, processes = ask(level, "limits")
    assert (memory, file, core) == ((1 << 28, 1 << 28), (1 << 20, 1 << 20), (0, 0))
    if level == "namespaces":
        assert processes == (5, 5)
