"""A plain interpreter that runs programs with their tests, each in a process of its own: what everybody else does.

Reads JSON from its input: seconds of CPU time, and a list of sources, the program and its tests being one text as in
HumanEval's own harness; writes JSON: for each whether it ran to its end.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys

MEMORY = 1 << 29


def passes(source: str, seconds: int) -> bool:
    """Whether this text runs to its end within its time."""
    child = os.fork()
    if child == 0:
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            signal.alarm(5 * seconds)
            nothing = os.open(os.devnull, os.O_RDWR)
            for fd in (0, 1, 2):
                os.dup2(nothing, fd)
            exec(compile(source, "program.py", "exec", dont_inherit=True), {"__name__": "solution"})
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump([passes(source, asked["seconds"]) for source in asked["sources"]], sys.stdout)
