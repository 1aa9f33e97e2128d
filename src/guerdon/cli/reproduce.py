"""``guerdon reproduce``: a recipe's numbers and its small experiment."""

from __future__ import annotations

import argparse
from pathlib import Path

ABOUT = """\
Check a recipe: print its hand numbers, run its small experiment over several seeds, give each claim a verdict, and
draw its curves.

The exit code is 0 if every fact holds and no claim failed, else 1."""

EXAMPLES = """\
examples
  guerdon reproduce par
  guerdon reproduce P124 --seeds 5
  guerdon reproduce pure --transformer    on a small transformer, through TRL's trainer
  guerdon reproduce par --svg par.svg     its curves as a drawing, besides
  guerdon reproduce par --smoke           a small version, to see that it runs"""


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    parser.add_argument("name", metavar="NAME", help="a recipe, or a row such as P009")
    parser.add_argument("--seeds", metavar="N", type=int, help="how many seeds (the experiment's own number)")
    parser.add_argument("--smoke", action="store_true", help="a small version; its verdicts do not count")
    parser.add_argument(
        "--transformer", action="store_true", help="on a small transformer, where there is one; minutes"
    )
    parser.add_argument("--svg", metavar="FILE", type=Path, help="write the curves as a drawing, besides")


def run(args: argparse.Namespace) -> int:
    """Do it."""
    from guerdon.cli._mistake import Mistake
    from guerdon.recipes.registry import find
    from guerdon.recipes.reproduce import reproduce

    if args.seeds is not None and args.seeds < 1:
        raise Mistake(f"--seeds {args.seeds}: at least one seed is needed")
    try:
        find(args.name)
    except KeyError as error:
        raise Mistake(str(error.args[0])) from None
    if args.svg is not None and not args.svg.absolute().parent.is_dir():
        raise Mistake(f"--svg {args.svg}: there is no folder {args.svg.parent}")
    return reproduce(args.name, seeds=args.seeds, smoke=args.smoke, svg=args.svg, transformer=args.transformer)
