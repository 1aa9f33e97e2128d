"""Functions that workers run in the tests: well-behaved ones, and one of every kind that is not."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
import time


def double(x: float) -> float:
    return 2 * x


def echo(value: object) -> object:
    return value


def describe(value: object) -> str:
    return f"{type(value).__name__} {value!r}"


def add(a: int, b: int = 10) -> int:
    return a + b


class Evil:
    """Runs code in whoever unpickles it."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.path}",)


def row(kind: str, x: float = 0.0, path: str = "") -> object:
    """`x` doubled, unless `kind` names a way to misbehave."""
    match kind:
        case "good":
            return 2 * x
        case "python loop":
            while True:
                pass
        case "loop that catches everything":
            while True:
                try:
                    while True:
                        pass
                except BaseException:
                    pass
        case "regex":
            return re.match(r"(a+)+$", "a" * 60 + "b") is None
        case "power":
            return (7 ** (7**11)) % 2
        case "sleep":
            time.sleep(1000)
        case "child loops":
            subprocess.run([sys.executable, "-S", "-c", "while True: pass"], check=False)
        case "memory":
            parts = []
            while True:
                parts.append(bytearray(1 << 24))
        case "memory at once":
            return len(bytearray(1 << 40))
        case "null":
            ctypes.string_at(0)
        case "exit":
            os._exit(0)
        case "abort":
            os.abort()
        case "sigkill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "sys.exit":
            sys.exit("enough")
        case "prints":
            line = "x" * (1 << 16)
            for _ in range(1 << 10):
                print(line)
                print(line, file=sys.stderr)
                os.write(1, line.encode())
            return 2 * x
        case "prints for ever":
            while True:
                os.write(1, b"x" * (1 << 20))
        case "reads stdin":
            return len(sys.stdin.read()) + 2 * x
        case "evil":
            return Evil(path)
        case "evil in a list":
            return [1.0, {"a": Evil(path)}]
        case "nan":
            return float("nan")
        case "infinity":
            return float("-inf")
        case "huge text":
            return "x" * (1 << 24)
        case "huge list":
            return [0.0] * (1 << 22)
        case "huge int":
            return 1 << (1 << 26)
        case "deep":
            deep: list[object] = []
            for _ in range(100_000):
                deep = [deep]
            return deep
        case "circle":
            circle: list[object] = []
            circle.append(circle)
            return circle
        case "raises":
            raise ValueError("no such unit")
        case "recursion":
            return row(kind)
        case "orphan":
            # a grandchild in a session of its own, whose parent leaves it
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    time.sleep(1000)
                os._exit(0)
            os.wait()
            return 2 * x
    raise AssertionError(kind)


LEFT = 0


def crashes_the_third(x: float) -> float:
    """Brings its process down at the third call, whichever row that is."""
    global LEFT
    LEFT += 1
    if LEFT == 3:
        os._exit(1)
    return 2 * x


HOARD: list[bytearray] = []


def hoards(x: float) -> float:
    """Keeps 16 MB of every call."""
    HOARD.append(bytearray(1 << 24))
    return 2 * x


def pid() -> int:
    return os.getpid()


def cpu(seconds: float) -> float:
    """Spends CPU time, not wall time."""
    stop = time.process_time() + seconds
    while time.process_time() < stop:
        pass
    return seconds


def len_of(text: str) -> int:
    return len(text)


def time_asleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def loaded() -> list[str]:
    return sorted(name for name in sys.modules if "." not in name)


def forge(data: bytes) -> float:
    """Writes to every socket this process holds: the pipe to the parent is among them."""
    for number in range(3, 256) if data else ():
        try:
            if os.readlink(f"/proc/self/fd/{number}").startswith("socket:"):
                os.write(number, data)
        except OSError:
            pass
    return 1.0
