"""Writing figures into README.md, where they stay with the command, the day, the load and the machine."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

from .measure import Table, markdown

PAGE = Path(__file__).parent / "README.md"


def block(name: str, tables: list[Table], *, size: str, machine: str, before: str, after: str) -> str:
    """The figures of one benchmark, as a page shows them."""
    day = datetime.date.today().isoformat()
    said = (
        f"`python -m benchmarks {name} --size {size}`, {day}; load average {before} before, {after} after. {machine}."
    )
    return "\n\n".join([said, *map(markdown, tables)])


def put(text: str, name: str, figures: str) -> str:
    """The page with the figures of one benchmark replaced: what stands between its two marks.

    Raises:
        ValueError: the page has no place for this benchmark.
    """
    begin, end = f"<!-- figures: {name} -->", f"<!-- end: {name} -->"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"{PAGE.name} has no place for {name}: it needs the lines {begin} and {end}")
    return pattern.sub(lambda _: f"{begin}\n\n{figures}\n\n{end}", text)


def record(name: str, figures: str) -> None:
    """Replace the figures of one benchmark in README.md."""
    PAGE.write_text(put(PAGE.read_text(encoding="utf-8"), name, figures), encoding="utf-8")
