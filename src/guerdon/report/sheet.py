"""What every section of the page reads: the run, its curves, and the digest of its rollouts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from guerdon.report.digest import Digest, digest
from guerdon.report.html import Html, tag
from guerdon.report.palette import series_colour
from guerdon.report.schema import Run, iter_rollouts, read_run
from guerdon.report.series import Curves, Values, curves_of, moving_average, window_for

__all__ = ["Sheet", "load", "two_sizes"]


@dataclass(frozen=True)
class Sheet:
    """A run folder, read and summed up once."""

    run: Run
    curves: Curves
    digest: Digest

    @property
    def window(self) -> int:
        """How many points the moving averages take."""
        return window_for(len(self.curves.steps))

    def colour(self, component: str) -> str:
        """The colour class of a component: by its place in the run's order."""
        names = list(self.curves.means)
        return series_colour(names.index(component) if component in names else len(names))

    def smooth(self, values: Sequence[float | None]) -> Values:
        """The moving average of a curve."""
        return moving_average(values, self.window)

    def ends(self, values: Sequence[float | None]) -> tuple[float | None, float | None]:
        """The means of the first and of the last `window` values that are there."""
        present = [value for value in values if value is not None]
        if not present:
            return None, None
        early, late = present[: self.window], present[-self.window :]
        return sum(early) / len(early), sum(late) / len(late)


def load(folder: Path) -> Sheet:
    """Read a run folder for the report.

    Raises:
        RunFolderError: one sentence naming the file, and the line where the file has lines.
    """
    run = read_run(folder)
    return Sheet(run, curves_of(run.steps, run.info["components"]), digest(iter_rollouts(folder)))


def two_sizes(draw: Callable[[int], Html], wide: int = 960, narrow: int = 360) -> Html:
    """The same drawing for a desk and for a phone: scaling one of them would make its text unreadable on the other."""
    return tag("div", tag("div", draw(wide), class_="desk"), tag("div", draw(narrow), class_="phone"), class_="plot")
