"""``guerdon recipes``: what the registry of published rewards holds."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guerdon.recipes.registry import Recipe

ABOUT = """\
List the recipes: published rewards, each built by one short function, with hand numbers that hold.

With a name (or a row such as P009), that recipe in full: its tree, its facts, its claims, and what its source left
open."""

EXAMPLES = """\
examples
  guerdon recipes
  guerdon recipes par
  guerdon recipes --json"""


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="one recipe, or a row of several")
    parser.add_argument("--json", action="store_true", help="as JSON, one object per recipe")


def run(args: argparse.Namespace) -> int:
    """Do it."""
    from guerdon.cli._say import clean
    from guerdon.recipes.table import details, records, text

    chosen = None if args.name is None else _find(args.name)
    if args.json:
        print(json.dumps(records(chosen), indent=2))
    elif chosen is None:
        print(clean(text()))
    else:
        print(clean("\n\n".join(map(details, chosen))))
    return 0


def _find(name: str) -> list[Recipe]:
    from guerdon.cli._mistake import Mistake
    from guerdon.recipes.registry import find

    try:
        return find(name)
    except KeyError as error:
        raise Mistake(str(error.args[0])) from None
