"""``guerdon explain``: a reward's tree, and why a rollout got its number."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from guerdon.cli._mistake import Mistake
from guerdon.cli._say import clean, listen

ABOUT = """\
Show a reward as a tree: its parts, the axes and ranges they lie in, what they cost and when they are skipped.

With a file of rollouts and a row, every part stands beside its value for that rollout, or the reason why it has none.
Only that row, its prompt group where a window looks at it, is scored."""

EXAMPLES = """\
examples
  guerdon explain my.py:reward
  guerdon explain my.py:reward rollouts.jsonl --row 3
  guerdon explain my.py:reward rollouts.jsonl --row 3 --svg reward.svg"""


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    parser.add_argument("reward", metavar="FILE.py:name", help="where the reward is defined")
    parser.add_argument("rollouts", metavar="ROLLOUTS", type=Path, nargs="?", help="a .jsonl, .parquet or .json file")
    parser.add_argument("--row", metavar="N", type=int, help="which rollout, from 0")
    parser.add_argument(
        "--svg", metavar="FILE", type=Path, help="draw it too; with a row, with the numbers of its group"
    )
    parser.add_argument("--group-by", metavar="COLUMN", action="append", help="a column of the prompt group")
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="the value of a gd.param")
    parser.add_argument("--step", metavar="N", type=int, default=0, help="what gd.step() says (0)")


def run(args: argparse.Namespace) -> int:
    """Do it."""
    from guerdon.plan.load import load

    listen(debug=args.debug)
    if args.row is not None and args.rollouts is None:
        raise Mistake("--row needs the file of rollouts: guerdon explain FILE.py:name ROLLOUTS --row N")
    if args.rollouts is not None and args.row is None:
        raise Mistake(f"which rollout of {args.rollouts}? add --row N, from 0")
    root = load(args.reward)
    text, shown = (root.explain(), root) if args.row is None else _row(root, args)
    print(clean(text))
    if args.svg is not None:
        from guerdon.report.diagram import diagram

        try:
            args.svg.write_text(diagram(shown, args.reward) + "\n", encoding="utf-8")
        except OSError as error:
            raise Mistake(f"cannot write {args.svg}: {error.strerror}") from None
        print(f"drawn in {clean(str(args.svg))}")
    return 0


def _row(root: Any, args: argparse.Namespace) -> tuple[str, Any]:
    """The row's explanation, and the scores of all rows that were scored with it."""
    import numpy as np

    from guerdon.cli.score import settings
    from guerdon.expr.rollouts import Rollouts
    from guerdon.plan.runner import Runner, scope_of

    rollouts = Rollouts.of(args.rollouts, group_by=args.group_by)
    if not 0 <= args.row < rollouts.n:
        raise Mistake(f"{args.rollouts} has no row {args.row}: its rows are 0 to {rollouts.n - 1}")
    scope = scope_of(root)
    rows = np.arange(rollouts.n)
    if scope == "rollout":
        rows = np.asarray([args.row])
    elif scope == "group":
        rows = np.flatnonzero(rollouts.groups == rollouts.groups[args.row])
    some = rollouts if len(rows) == rollouts.n else rollouts.take(rows)
    with Runner(root, strict=False) as runner:
        for name, value in settings(args.set).items():
            try:
                runner.set(name, value)
            except KeyError as error:
                raise Mistake(str(error.args[0])) from None
        scores = runner.score(some, step=args.step)
    place = int(np.flatnonzero(rows == args.row)[0])
    of = {"rollout": "", "group": f", scored with the {len(rows)} rows of its group", "batch": ", scored with all rows"}
    return f"row {args.row} (id {rollouts.ids[args.row]}){of[scope]}\n{scores.explain(place)}", scores
