"""``guerdon report``: the report of a training run."""

from __future__ import annotations

import argparse
from pathlib import Path

ABOUT = """\
Write the report of a run folder that `guerdon train` made: one HTML file that opens offline."""

EXAMPLES = """\
examples
  guerdon report runs/demo-0-20260101-120000
  guerdon report runs/first -o first.html
  guerdon report runs/first --picture first.svg    one picture of the curves, for a README"""


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    parser.add_argument("run_folder", metavar="RUN", type=Path, help="the folder of the run")
    parser.add_argument("-o", "--out", metavar="FILE", type=Path, help="where to write (report.html in the run folder)")
    parser.add_argument("--picture", metavar="FILE.svg", type=Path, help="also write the curves as one SVG")


def run(args: argparse.Namespace) -> int:
    """Do it."""
    from guerdon.cli._say import clean
    from guerdon.report import picture, write_report

    print(clean(str(write_report(args.run_folder, args.out))))
    if args.picture is not None:
        args.picture.write_text(picture(args.run_folder), encoding="utf-8")
        print(clean(str(args.picture)))
    return 0
