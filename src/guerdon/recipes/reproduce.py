"""Reproduce a recipe: its hand numbers, then its experiment over several seeds, expected against observed."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, TextIO

from guerdon.lab.curves import Figures
from guerdon.lab.curves import interval as estimate

from .drawing import Drawing, as_svg, as_text, drawings
from .registry import Claim, Experiment, Recipe, Size, find
from .table import aligned, figure, interval, listed, span

Verdict = Literal["reproduced", "not", "undecided"]


@dataclass(frozen=True)
class Outcome:
    """What came of one claim.

    Attributes:
        claim: the claim.
        mean: of its figure over the seeds.
        low: the lower end of the 95 % interval of the mean (Student's t over the seeds).
        high: the upper end.
        verdict: ``reproduced`` where the whole interval lies in what was expected, ``not`` where the whole of it lies
            outside, else ``undecided``.
    """

    claim: Claim
    mean: float
    low: float
    high: float
    verdict: Verdict


def judge(claim: Claim, runs: Sequence[Mapping[str, float]]) -> Outcome:
    """Hold a claim against what the runs returned.

    One run alone has no interval, and decides nothing.

    >>> claim = Claim("near 1", lambda seen: seen["x"], low=0.5, high=1.5)
    >>> judge(claim, [{"x": 0.9}, {"x": 1.0}, {"x": 1.1}]).verdict
    'reproduced'
    >>> judge(claim, [{"x": 0.2}, {"x": 1.0}, {"x": 1.8}]).verdict
    'undecided'
    """
    mean, low, high = estimate([claim.value(run) for run in runs])
    verdict: Verdict = "undecided"
    if claim.low <= low and high <= claim.high:
        verdict = "reproduced"
    elif high < claim.low or low > claim.high:
        verdict = "not"
    return Outcome(claim, mean, low, high, verdict)


def reproduce(
    name: str,
    seeds: int | None = None,
    smoke: bool = False,
    out: TextIO | None = None,
    svg: Path | None = None,
    transformer: bool = False,
) -> int:
    """Print a recipe's facts, run its experiment, print each claim with what was observed and the verdict, draw curves.

    Interrupted, it prints what the finished seeds say.

    Args:
        name: of a recipe, or of a row, which may hold several.
        seeds: how many seeds; the experiment's own number otherwise.
        smoke: a small version of the experiment, to see that it runs; its verdicts do not count.
        out: where to print; the terminal otherwise.
        svg: where to write the curves as a drawing, besides.
        transformer: the experiment on a small transformer instead, of those that have one.

    Returns:
        0 if every fact holds and no claim failed (some may be undecided), 1 otherwise, 130 where interrupted.

    Raises:
        KeyError: there is no such recipe.
        ValueError: ``seeds`` is below 1.
    """
    if seeds is not None and seeds < 1:
        raise ValueError(f"seeds={seeds!r} must be at least 1")
    stream = sys.stdout if out is None else out
    worst = 0
    drawn: list[Drawing] = []
    for recipe in find(name):
        worst = max(
            worst, _one(recipe, recipe.trained if transformer else recipe.experiment, seeds, smoke, stream, drawn)
        )
        if worst == 130:
            break
    if svg is not None and drawn:
        svg.write_text(as_svg(drawn), encoding="utf-8")
    if svg is not None:
        print(f"Drawn in {svg}." if drawn else f"No curve to draw: {svg} was not written.", file=stream)
    return worst


def _one(
    recipe: Recipe, experiment: Experiment | None, seeds: int | None, smoke: bool, out: TextIO, drawn: list[Drawing]
) -> int:
    print(f"{recipe.row} {recipe.name} · {recipe.title}", file=out)
    print(f"Known from: {recipe.sure}. Guessed: {'; '.join(recipe.guesses) or 'nothing'}.", file=out)
    failed = _facts(recipe, out)
    if experiment is None:
        print("\nNo experiment yet.\n", file=out)
        return int(failed)
    absent = [package for package in experiment.needs if find_spec(package) is None]
    if absent:
        print(f"\nThe experiment needs {', '.join(absent)}, which is not installed.\n", file=out)
        return 1
    runs, whole = _runs(experiment, seeds or experiment.seeds, "smoke" if smoke else "full", out)
    if not runs:
        print("\nInterrupted before the first seed was done.\n", file=out)
        return 130
    outcomes = [judge(claim, runs) for claim in experiment.claims]
    _claims(outcomes, len(runs), smoke, out)
    found = drawings([run.charts for run in runs if isinstance(run, Figures)])
    for drawing in found:
        print(f"{as_text(drawing)}\n", file=out)
    drawn += found
    if not whole:
        return 130
    return int(failed or (not smoke and any(outcome.verdict == "not" for outcome in outcomes)))


def _facts(recipe: Recipe, out: TextIO) -> bool:
    rows = [("fact", "expected", "observed", "")]
    failed = False
    for fact in recipe.facts:
        got, holds = fact.observe()
        failed |= not holds
        rows.append((fact.name, listed(fact.want), listed(got), "holds" if holds else "DOES NOT HOLD"))
    print(file=out)
    print(aligned(rows) if recipe.facts else "No hand numbers yet.", file=out)
    return failed


def _runs(experiment: Experiment, seeds: int, size: Size, out: TextIO) -> tuple[list[Mapping[str, float]], bool]:
    """The runs that were finished, and whether all were."""
    print(f"\nExperiment: {experiment.about}.", file=out)
    lively = out.isatty()
    runs: list[Mapping[str, float]] = []
    start = time.monotonic()
    try:
        for seed in range(seeds):
            if lively:
                _bar(seed, seeds, start, out)
            runs.append(experiment.run(seed, size))
    except KeyboardInterrupt:
        if lively:
            print("\r\x1b[K", end="", file=out)
        print(f"Interrupted after {len(runs)} of {seeds} seeds.", file=out)
        return runs, False
    if lively:
        print("\r\x1b[K", end="", file=out)
    print(f"{seeds} seed{'s' * (seeds > 1)}, {time.monotonic() - start:.1f} s.", file=out)
    return runs, True


def _bar(done: int, of: int, start: float, out: TextIO) -> None:
    width = 30
    full = width * done // of
    bar = "━" * full + "╌" * (width - full)
    print(f"\r\x1b[K{bar} seed {done + 1} of {of}, {time.monotonic() - start:.0f} s", end="", file=out, flush=True)


def _claims(outcomes: list[Outcome], runs: int, smoke: bool, out: TextIO) -> None:
    rows = [("claim", "whose", "expected", "observed", "95 % interval", "verdict")]
    for found in outcomes:
        claim = found.claim
        seen = interval(found.low, found.high) if runs > 1 else "one run"
        rows.append((claim.says, claim.whose, span(claim.low, claim.high), figure(found.mean), seen, found.verdict))
    print(file=out)
    print(aligned(rows), file=out)
    if smoke:
        print("A smoke run: it shows that the experiment runs, not what it shows.", file=out)
    print(file=out)
