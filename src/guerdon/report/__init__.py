"""The report of a training run: `write_report` makes one self-contained HTML file, `picture` one SVG for a README."""

from __future__ import annotations

from pathlib import Path

__all__ = ["picture", "write_report"]


def write_report(run: str | Path, out: str | Path | None = None) -> Path:
    """Write the report of a run folder as one HTML file that opens offline, light and dark.

    Args:
        run: the folder that training wrote.
        out: where to write; ``report.html`` in the run folder by default.

    Returns:
        The path of the file.

    Raises:
        guerdon.report.schema.RunFolderError: one sentence naming the file, and the line where the file has lines.
    """
    from guerdon.report.page import write_report as write

    return write(Path(run), None if out is None else Path(out))


def picture(run: str | Path) -> str:
    """The run's reward and components as one SVG for a README, readable on light and dark pages.

    Raises:
        guerdon.report.schema.RunFolderError: one sentence naming the file, and the line where the file has lines.
    """
    from guerdon.report.poster import picture as draw

    return draw(Path(run))
