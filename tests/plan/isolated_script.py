"""A user's training script, without a main guard: hostile rows among good ones, in the situation it is told.

Run as ``python isolated_script.py SITUATION PATH ROWS KIND...``, where the path is of a file that must not come to be;
prints one line of JSON, and ``started`` once, so that a worker that imported this file again would be seen.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import sys
import threading
import time
from pathlib import Path

import guerdon as gd

print("started", flush=True)
SITUATION, TOUCHED, COUNT, *KINDS = sys.argv[1:]
WEIGHT = 2.0


class Evil:
    """Runs code in whoever unpickles it."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {TOUCHED}",)


TIMEOUT = 100.0 if SITUATION == "hang" else 10.0 if "eat" in KINDS else 0.25  # filling memory takes a while


@gd.function(timeout=TIMEOUT, fails_as=-1.0, bounds=(-1, 1e9))
def leaf(kind: str, x: float) -> float:
    if kind == "loop":
        while True:
            pass
    if kind == "sleep":
        time.sleep(1000)
    if kind == "eat":
        parts = []
        while True:
            parts.append(bytearray(1 << 26))
    if kind == "eat at once":
        return len(bytearray(1 << 40))
    if kind == "null":
        ctypes.string_at(0)
    if kind == "exit":
        os._exit(0)
    if kind == "abort":
        os.abort()
    if kind == "print":
        while True:
            os.write(1, b"x" * (1 << 20))
            print("y" * (1 << 16), file=sys.stderr)
    if kind == "evil":
        return Evil()  # type: ignore[return-value]
    if kind == "evil inside":
        return [Evil()]  # type: ignore[return-value, list-item]
    if kind == "nan":
        return float("nan")
    return WEIGHT * x


def batch() -> dict[str, list[object]]:
    kinds = ["good"] * int(COUNT)
    for i, kind in enumerate(KINDS):
        kinds[(17 + 31 * i) % len(kinds)] = kind
    return {"kind": list(kinds), "x": [float(i) for i in range(len(kinds))]}


def told(scores: gd.plan.Scores) -> dict[str, object]:
    rows = batch()["kind"]
    guilty = [i for i, kind in enumerate(rows) if kind != "good"]
    good = [i for i, kind in enumerate(rows) if kind == "good"]
    node = scores.of(LEAF)
    return {
        "guilty": {str(rows[i]): [node.statuses[i], node.reasons[i], scores.numbers[i]] for i in guilty},
        "good": sum(scores.numbers[i] == 1 + WEIGHT * i and scores.statuses[i] == "scored" for i in good),
    }


def peak() -> int:
    """The most memory this process ever had, in bytes."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) << 10


LEAF = leaf()
runner = (1 + LEAF).compile(workers=2)
again = {"kind": ["good"] * 50, "x": [1.0] * 50}


def work() -> None:
    before = peak()
    found = told(runner.score(batch()))
    found["grown"] = peak() - before
    found["again"] = runner.score(again).numbers == [3.0] * 50
    print(json.dumps(found), flush=True)


async def in_loop() -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0.001)

    heart = asyncio.create_task(beat())
    found = told(await runner.ascore(batch()))
    found["again"] = (await runner.ascore(again)).numbers == [3.0] * 50
    found["beats"] = beats
    heart.cancel()
    print(json.dumps(found), flush=True)


async def held_loop() -> None:
    work()


if SITUATION == "plain":
    work()
elif SITUATION == "thread":
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
elif SITUATION == "loop, ascore":
    asyncio.run(in_loop())
elif SITUATION == "loop, score":
    asyncio.run(held_loop())
elif SITUATION == "fork":
    runner.score(again)
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert runner.score(again).numbers == [3.0] * 50
elif SITUATION == "hang":
    threading.Thread(target=work, daemon=True).start()
    time.sleep(1000)
# no close: leaving the interpreter ends the workers
