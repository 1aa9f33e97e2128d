"""``guerdon score``: a reward over a file of rollouts."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from guerdon.cli._mistake import Mistake
from guerdon.cli._say import Bar, duration, listen, plural, say

ABOUT = """\
Score a file of rollouts with a reward from a Python file.

The file may be larger than memory. The result has one line per rollout, in the same order: the reward, its status and
reason, and the same of every component. Where the run is stopped, even by kill -9, the same command goes on where it
was: results of dear calls are kept beside the output until it is complete."""

EXAMPLES = """\
examples
  guerdon score my.py:reward rollouts.jsonl -o scores.jsonl
  guerdon score my.py:reward rollouts.parquet -o scores.parquet --group-by task --group-by seed
  guerdon score my.py:reward rollouts.jsonl -o scores.jsonl --set threshold=0.7 --all-components

rollouts
  .jsonl: one JSON object a line, such as {"prompt": "2+2?", "completion": "4", "solution": "4"}; .parquet; .json
  Windows such as mean(over="prompt") see the whole file. A prompt group is the column uid, group_id, prompt_id or
  row_id where there is one, else equal prompts with equal references; --group-by says otherwise."""


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    parser.add_argument("reward", metavar="FILE.py:name", help="where the reward is defined")
    parser.add_argument("rollouts", metavar="ROLLOUTS", type=Path, help="a .jsonl, .parquet or .json file")
    parser.add_argument(
        "-o", "--out", metavar="OUT", type=Path, required=True, help="a .jsonl or .parquet file to write"
    )
    data = parser.add_argument_group("how rows belong together")
    data.add_argument(
        "--group-by", metavar="COLUMN", action="append", help="a column of the prompt group; may be repeated"
    )
    data.add_argument("--batch", metavar="N", type=int, help='rows that a per="batch" function takes at once')
    reward = parser.add_argument_group("the reward")
    reward.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="the value of a gd.param")
    reward.add_argument("--step", metavar="N", type=int, default=0, help="what gd.step() says (0)")
    reward.add_argument("--all-components", action="store_true", help="compute also what the reward does not need")
    reward.add_argument("--no-savings", action="store_true", help="compute everything, share and keep nothing")
    run = parser.add_argument_group("the run")
    run.add_argument("--restart", action="store_true", help="begin anew instead of going on")
    run.add_argument("--cache", action="store_true", help="use the cache, for functions with cache=True")
    run.add_argument("--workers", metavar="N", type=int, help="worker processes for isolated functions")
    run.add_argument("--chunk", metavar="N", type=int, default=1000, help="rows held at once (1000); changes no result")
    run.add_argument("-q", "--quiet", action="store_true", help="no summary, no bar")


def run(args: argparse.Namespace) -> int:
    """Do it."""
    import guerdon
    from guerdon.plan.journal import JournalError
    from guerdon.plan.load import digest_of_code, locate
    from guerdon.plan.stream import Options, Progress, Stopped, score_file

    root, module = locate(args.reward)
    bar = Bar()
    bar.shows = bar.shows and not args.quiet
    listen(bar, debug=args.debug)
    options = Options(
        chunk=args.chunk,
        batch=args.batch,
        group_by=None if args.group_by is None else tuple(args.group_by),
        step=args.step,
        params=settings(args.set),
        all_components=args.all_components,
        savings=not args.no_savings,
        cache=_cache() if args.cache else None,
        workers=args.workers,
    )
    prints = {"reward file": digest_of_code(module), "version": guerdon.__version__}
    last = [Progress("reading", 0)]

    def tell(how: Progress) -> None:
        last[0] = how
        bar.move(how.doing, how.rows, how.total, plural(how.calls, "dear call") if how.calls else "")

    try:
        summary = score_file(
            root, args.rollouts, args.out, options=options, fingerprint=prints, restart=args.restart, progress=tell
        )
    except Stopped as stopped:
        bar.clear()
        say(_kept(stopped.rows, stopped.calls, last[0].total, args.out))
        return 130
    except JournalError as error:
        bar.clear()
        hint = " (--restart deletes it)" if "to begin anew" in str(error) else ""
        raise JournalError(f"{error}{hint}") from None
    finally:
        bar.clear()
    if not args.quiet:
        _report(summary, args.out)
    return 0


def settings(said: list[str]) -> dict[str, Any]:
    """The parameters of ``--set``: numbers where they read as numbers, else text.

    >>> settings(["threshold=0.5", "rubric=be kind"])
    {'threshold': 0.5, 'rubric': 'be kind'}
    """
    found: dict[str, Any] = {}
    for text in said:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise Mistake(f"--set {text!r}: write NAME=VALUE")
        try:
            found[name] = float(value)
        except ValueError:
            found[name] = value
    return found


def _cache() -> Any:
    from guerdon.plan.cache import Cache

    return Cache()


def _kept(rows: int, calls: int, total: int | None, out: Path) -> str:
    """What an interrupted run has left, and how to go on."""
    if not rows and not calls:
        return "guerdon: interrupted before anything was kept; the same command begins anew"
    kept = [f"{rows:,} of {plural(total or rows, 'row')}"] if rows else []
    kept += [f"the results of {plural(calls, 'dear call')}"] if calls else []
    return f"guerdon: interrupted; kept beside {out}: {' and '.join(kept)}; the same command goes on from there"


def _report(summary: Any, out: Path) -> None:
    """The summary, on standard error."""
    rows, tally = plural(summary.rows, "row"), summary.tally
    if tally is None:
        say(f"{out} was complete already: {rows}")
        return
    if summary.whole:
        say(f"note: the file was held in memory whole, for {summary.whole}")
    went_on = []
    if summary.resumed[0]:
        went_on.append(f"{summary.resumed[0]:,} of them done before")
    if summary.resumed[1]:
        went_on.append(f"{plural(summary.resumed[1], 'dear call')} taken up")
    say(f"{out}: {rows} in {duration(summary.seconds)}{' (' + ', '.join(went_on) + ')' if went_on else ''}")
    for name, figures in [("reward", tally.reward), *tally.components.items()]:
        mean = "none has a number" if figures.mean is None else f"mean {round(figures.mean, 12) + 0.0:.4g}"
        say(f"  {name}: {mean}{_statuses(figures.statuses)}")
    calls = []
    for name, (made, shared, taken, skipped) in tally.calls.items():
        saved = [f"{shared:,} shared"] * bool(shared) + [f"{taken:,} taken up"] * bool(taken)
        saved += [f"{skipped:,} not needed"] * bool(skipped)
        calls.append(f"{name} {made:,}{' (saved: ' + ', '.join(saved) + ')' if saved else ''}")
    if calls:
        say(f"  calls: {'; '.join(calls)}")


def _statuses(statuses: Counter[str]) -> str:
    """What was not scored, the most frequent first."""
    others = [(count, status) for status, count in statuses.items() if status != "scored"]
    shown = [f"{count:,} {status}" for count, status in sorted(others, key=lambda one: (-one[0], one[1]))[:4]]
    if len(others) > 4:
        shown.append(
            f"{sum(count for count, _ in others) - sum(sorted((c for c, _ in others), reverse=True)[:4]):,} more"
        )
    return "; " + ", ".join(shown) if shown else ""
