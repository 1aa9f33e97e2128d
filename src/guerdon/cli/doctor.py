"""``guerdon doctor``: what this machine has, and what is missing."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from guerdon.cli._say import clean

ABOUT = """\
Show what this machine has: Python, the packages of each extra and how to install what is missing, at which level
model-written code can be isolated (found by trying), the cores, and the state of the cache folder."""

EXAMPLES = """\
examples
  guerdon doctor
  guerdon doctor --json
  guerdon doctor --require namespaces"""


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument(
        "--require",
        choices=("namespaces", "landlock"),
        help="exit with 1 where model-written code cannot be isolated at this level or a stronger one",
    )


def run(args: argparse.Namespace) -> int:
    """Do it."""
    from guerdon.plan.doctor import examine

    found = examine()
    print(json.dumps(found, indent=2) if args.json else clean(text(found)))
    held = list(found["isolation"]["levels"])
    level = found["isolation"]["level"]
    if args.require and (level not in held or held.index(level) > held.index(args.require)):
        print(f"isolation at level {args.require} is required, and {level} is what works here", file=sys.stderr)
        return 1
    return 0


def text(found: dict[str, Any]) -> str:
    """The findings for a person."""
    machine, cache, held = found["machine"], found["cache"], found["isolation"]
    memory = f", {machine['memory GiB']:g} GiB of memory" if machine["memory GiB"] else ""
    lines = [
        f"guerdon    {found['guerdon'] or 'not installed, run from its folder'}",
        f"python     {found['python']['version']}  {found['python']['path']}",
        f"numpy      {found['numpy']}",
        f"machine    {machine['system']}, {machine['cores']} cores{memory}",
        f"cache      {cache['folder']}: {cache['state']}, {cache['bytes'] / 2**20:,.1f} MiB",
        "",
        "extras",
    ]
    wide = max(map(len, found["extras"])) + 2
    for extra, packages in found["extras"].items():
        there = ", ".join(f"{name} {version}" for name, version in packages.items() if version)
        missing = [name for name, version in packages.items() if not version]
        mend = f"{', '.join(missing)} missing: pip install 'guerdon[{extra}]'" if missing else ""
        lines.append(f"  {extra:<{wide}}{'; '.join(part for part in (there, mend) if part)}")
    lines += ["", f"isolation of model-written code: {held['level']}"]
    for name, level in held["levels"].items():
        lines.append(f"  {name:<11}{'works' if level['works'] else 'does not work'}: {level['why']}")
    lines.append(f"  not covered: {held['not covered']}")
    return "\n".join(lines)
