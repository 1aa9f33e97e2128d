"""Runs programs at one level in a process of its own, perhaps another user's: reads JSON, writes JSON.

Started by its path with the folder of the sandbox's source. Imports nothing that needs more than Python itself.
"""

from __future__ import annotations

import json
import sys
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def main() -> None:
    source = Path(sys.argv[1])
    for name in ("guerdon", "guerdon.expr", "guerdon.plan"):
        package = types.ModuleType(name)
        package.__path__ = [str(source.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package
    from guerdon.expr.trial import Limits, Trial
    from guerdon.plan.sandbox.run import run_at

    asked = json.load(sys.stdin)
    limits = Limits(**asked["limits"])

    def one(program: str) -> list[dict[str, str]]:
        return run_at(asked["level"], Trial(program, tuple(asked["cases"]), {"f": "f"}, limits=limits))

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(one, asked["programs"]))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
