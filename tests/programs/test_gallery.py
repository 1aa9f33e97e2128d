"""Every cheating program, at every level, as root and as an ordinary user: it earns nothing and leaves nothing."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guerdon.expr.trial import Limits, Trial
from guerdon.plan.sandbox import isolation
from guerdon.plan.sandbox.run import run_at

from .gallery import KEY, MARK, SCRIPTS, WRONG

SOURCE = Path(__file__).resolve().parents[2] / "src" / "guerdon"
NOBODY = 65534
QUICK = [
    "exit hard in the call", "write verdicts everywhere", "answer ahead of time", "patch the protocol",
    "equal to everything", "an object that says yes", "patch assert", "search the frames", "search the heap",
    "search proc", "fork and answer twice", "a daemon", "kill everybody", "the network", "become root",
    "flood the result", "a generator without end", "memory of System V", "nothing", "a stub",
]  # fmt: skip

needs_namespaces = pytest.mark.skipif(
    not isolation().levels["namespaces"][0], reason=f"no namespaces: {isolation().levels['namespaces'][1]}"
)
needs_landlock = pytest.mark.skipif(
    not isolation().levels["landlock"][0], reason=f"no Landlock: {isolation().levels['landlock'][1]}"
)


def hidden_tests() -> list[str]:
    """Tests whose answers nobody can guess."""
    a, b, c, d = (secrets.randbelow(10**9) + 10**9 for _ in range(4))
    return [
        f"assert f(1) == {a}",
        f"found = f(2)\nassert found == {b} and {b} == found",
        f"import math\nassert math.isclose(f(3), {c}.5)",
        f"question = [5]\nassert f(question) == question + [{d}]",
        f"import unittest\ncase = unittest.TestCase()\ncase.assertEqual(f(5), {a})\ncase.assertIn({b}, [f(6)])",
        f"assert {{f(7): 1}} == {{{c}: 1}} and f(8) in ({d}, {a})",
    ]


def left_behind() -> list[str]:
    """What a program of the gallery would leave on this machine."""
    found = []
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/", str(Path.cwd())):
        found += [f"{folder}/{name}" for name in os.listdir(folder) if name.startswith(MARK)]
    for kind in ("shm", "msg", "sem"):
        lines = Path(f"/proc/sysvipc/{kind}").read_text(encoding="ascii").splitlines()[1:]
        found += [f"{kind} {line}" for line in lines if int(line.split()[0]) == KEY]
    return found


def alive(owner: int) -> list[str]:
    """The processes of the sandboxes that a process started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if f"guerdon-{owner}".encode() in words.split(b"\0"):
                found.append(f"{entry.name}: {words[:200]!r}")
    return found


def assert_nothing_is_left(owner: int) -> None:
    until = time.monotonic() + 20
    while alive(owner) and time.monotonic() < until:
        time.sleep(0.05)
    assert alive(owner) == []
    assert left_behind() == []


def assert_earns_nothing(name: str, results: list[dict[str, str]]) -> None:
    statuses = {result["status"] for result in results}
    assert statuses <= {"wrong", "failed"}, f"{name}: {results}"


@pytest.fixture
def readable() -> Iterator[Path]:
    """A copy of the sandbox's source that every user can read."""
    folder = Path(tempfile.mkdtemp(prefix="guerdon-test-"))
    try:
        for part in ("expr/trial.py", "plan/sandbox"):
            source, target = SOURCE / part, folder / "guerdon" / part
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
        shutil.copy(Path(__file__).with_name("isolated.py"), folder)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        yield folder
    finally:
        shutil.rmtree(folder)


def python_for_nobody() -> str:
    """An interpreter that every user can start."""
    candidates = [os.path.realpath(getattr(sys, "_base_executable", sys.executable)), "/usr/bin/python3"]
    for path in candidates:
        try:
            places = [Path(path), *Path(path).parents]
            if all(place.stat().st_mode & stat.S_IXOTH for place in places):
                return path
        except OSError:
            continue
    pytest.skip("there is no Python that an ordinary user may start")


def run_as_nobody(folder: Path, level: str, programs: list[str], cases: list[str]) -> list[list[dict[str, str]]]:
    asked = {"level": level, "programs": programs, "cases": cases, "limits": {"seconds": 0.5}}
    process = subprocess.Popen(
        [python_for_nobody(), str(folder / "isolated.py"), str(folder / "guerdon")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        user=NOBODY, group=NOBODY, extra_groups=[], cwd="/", env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    out, errors = process.communicate(json.dumps(asked), timeout=600)
    assert process.returncode == 0, errors
    assert_nothing_is_left(process.pid)
    found: list[list[dict[str, str]]] = json.loads(out)
    return found


def hold(level: Any, program: str) -> list[dict[str, str]]:
    return run_at(level, Trial(program, tuple(hidden_tests()), {"f": "f"}, limits=Limits(seconds=0.5)))


def test_the_gallery_is_large_and_the_tests_can_be_passed() -> None:
    assert len(WRONG) >= 40
    a = hidden_tests()[0]
    answer = int(a.split("== ")[1])
    honest = f"def f(x):\n    return {answer}"
    assert hold(isolation().level, honest)[0]["status"] == "wrong"  # other numbers
    assert run_at(isolation().level, Trial(honest, (a,), {"f": "f"}))[0]["status"] == "passed"


@needs_namespaces
@pytest.mark.parametrize("name", QUICK)
def test_some_of_the_gallery_in_namespaces(name: str) -> None:
    assert_earns_nothing(name, hold("namespaces", WRONG[name]))
    assert_nothing_is_left(os.getpid())


@needs_namespaces
@pytest.mark.full
@pytest.mark.parametrize("name", [name for name in WRONG if name not in QUICK])
def test_the_gallery_in_namespaces(name: str) -> None:
    assert_earns_nothing(name, hold("namespaces", WRONG[name]))
    assert_nothing_is_left(os.getpid())


@pytest.mark.full
@pytest.mark.skipif(os.geteuid() != 0, reason="another user can be taken by root alone; this run is an ordinary user's")
@pytest.mark.parametrize(
    "level", [pytest.param("namespaces", marks=needs_namespaces), pytest.param("landlock", marks=needs_landlock)]
)
def test_the_gallery_as_an_ordinary_user(level: str, readable: Path) -> None:
    programs = list(WRONG.values())
    good = "def f(x):\n    return 2"
    results = run_as_nobody(readable, level, [*programs, good], [*hidden_tests(), "assert f(1) == 2"])
    for name, found in zip(WRONG, results, strict=False):
        assert_earns_nothing(name, found)
    assert [result["status"] for result in results[-1]] == ["wrong"] * 6 + ["passed"]


@needs_landlock
@pytest.mark.full
@pytest.mark.parametrize("name", WRONG)
def test_the_gallery_under_landlock(name: str) -> None:
    assert_earns_nothing(name, hold("landlock", WRONG[name]))
    assert_nothing_is_left(os.getpid())


@needs_namespaces
@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_that_cheat(name: str) -> None:
    cases = [{"input": "7\n", "output": f"{secrets.randbelow(10**12)}\n"} for _ in range(2)]
    trial = Trial(SCRIPTS[name], tuple(cases), script=True, limits=Limits(seconds=0.5))
    assert_earns_nothing(name, run_at("namespaces", trial))
    assert_nothing_is_left(os.getpid())


SEES = {
    "which files exist": ("import os\ndef f(x): return os.path.exists('/etc/passwd')", True, False),
    "the host's name": ("import os\ndef f(x): return os.uname().nodename == x", True, False),
    "that processes exist": ("import os\ndef f(x): return os.getpid() > 50", True, False),
    "has a folder to write in": ("def f(x):\n    open('/tmp/x', 'w').write('1')\n    return True", False, True),
    "may start a process": ("import os\ndef f(x):\n    if os.fork() == 0: os._exit(0)\n    return True", False, True),
}


@needs_namespaces
@needs_landlock
@pytest.mark.parametrize("name", SEES)
def test_what_landlock_does_not_cover_and_namespaces_do(name: str) -> None:
    program, landlock, namespaces = SEES[name]
    case = (f"assert f({os.uname().nodename!r}) is True",)
    for level, expected in (("landlock", landlock), ("namespaces", namespaces)):
        found = run_at(level, Trial(program, case, {"f": "f"}))[0]  # type: ignore[arg-type]
        assert (found["status"] == "passed") == expected, f"{level}: {found}"


@needs_namespaces
def test_nothing_stays_open_in_the_parent() -> None:
    hold("namespaces", WRONG["nothing"])
    before = sorted(os.listdir("/proc/self/fd"))
    for _ in range(3):
        hold("namespaces", WRONG["close the pipes"])
    assert len(os.listdir("/proc/self/fd")) == len(before)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
