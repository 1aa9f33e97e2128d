"""Recipes as tables and as data, for the command line and for documents."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from .registry import Number, Recipe, all_recipes


def records(recipes: Sequence[Recipe] | None = None) -> list[dict[str, Any]]:
    """What the registry knows, as JSON-able data, one dict per recipe.

    >>> sorted(records()[0])[:4]
    ['as_released', 'experiment', 'facts', 'family']
    """
    return [_record(recipe) for recipe in (all_recipes() if recipes is None else recipes)]


def _record(recipe: Recipe) -> dict[str, Any]:
    experiment = recipe.experiment
    return {
        "id": recipe.id,
        "row": recipe.row,
        "name": recipe.name,
        "title": recipe.title,
        "family": recipe.family,
        "shape": recipe.shape,
        "sure": recipe.sure,
        "status": recipe.status,
        "guesses": list(recipe.guesses),
        "as_released": recipe.as_released,
        "hacks": len(recipe.hacks),
        "facts": [{"name": fact.name, "want": _plain(fact.want), "tol": fact.tol} for fact in recipe.facts],
        "experiment": None
        if experiment is None
        else {
            "about": experiment.about,
            "seeds": experiment.seeds,
            "needs": list(experiment.needs),
            "claims": [
                {"says": claim.says, "low": _finite(claim.low), "high": _finite(claim.high), "whose": claim.whose}
                for claim in experiment.claims
            ],
        },
    }


def text(recipes: Sequence[Recipe] | None = None) -> str:
    """The recipes as a table for the terminal.

    >>> text().splitlines()[0].split()
    ['row', 'name', 'family', 'shape', 'known', 'from', 'facts', 'claims', 'guesses', 'title']
    """
    rows = [("row", "name", "family", "shape", "known from", "facts", "claims", "guesses", "title")]
    for recipe in all_recipes() if recipes is None else recipes:
        claims = len(recipe.experiment.claims) if recipe.experiment else 0
        counts = (str(len(recipe.facts)), str(claims or "-"), str(len(recipe.guesses) or "-"))
        rows.append((recipe.row, recipe.name, recipe.family, recipe.shape, recipe.sure, *counts, recipe.title))
    return aligned(rows)


def details(recipe: Recipe) -> str:
    """One recipe in full: what it is, its tree, what was guessed, its facts and claims."""
    from guerdon.expr.score import Score

    parts = [f"{recipe.row} {recipe.name} · {recipe.title}", "", (recipe.make.__doc__ or "").strip()]
    built = recipe.example()
    if isinstance(built, Score):
        parts += ["", built.tree()]
    if recipe.facts:
        rows = [("fact", "expected"), *((fact.name, listed(fact.want)) for fact in recipe.facts)]
        parts += ["", aligned(rows)]
    if recipe.experiment is not None:
        claims = recipe.experiment.claims
        rows = [("claim", "expected"), *((claim.says, span(claim.low, claim.high)) for claim in claims)]
        parts += ["", f"Experiment: {recipe.experiment.about}.", aligned(rows)]
    return "\n".join(parts)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as columns of equal width.

    >>> print(aligned([("a", "b"), ("long", "c")]))
    a     b
    long  c
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def figure(x: Number) -> str:
    """A number in at most five places.

    >>> figure(0.88080), figure(1.0), figure(None), figure(-6.0e-5)
    ('0.8808', '1', 'none', '-6e-05')
    """
    return "none" if x is None else f"{x:.5g}"


def listed(x: Number | Sequence[Number]) -> str:
    """One number, or several with commas between."""
    return ", ".join(map(figure, x)) if isinstance(x, Sequence) else figure(x)


def interval(low: float, high: float) -> str:
    """An interval.

    >>> interval(0.5, 1)
    '0.5 to 1'
    """
    return f"{figure(low)} to {figure(high)}"


def span(low: float, high: float) -> str:
    """What is expected.

    >>> span(0, 1), span(0.2, math.inf), span(-math.inf, 3)
    ('0 to 1', 'at least 0.2', 'at most 3')
    """
    if low == -math.inf:
        return f"at most {figure(high)}" if high < math.inf else "anything"
    return interval(low, high) if high < math.inf else f"at least {figure(low)}"


def _plain(x: Number | Sequence[Number]) -> Any:
    return list(x) if isinstance(x, Sequence) else x


def _finite(x: float) -> float | None:
    return x if math.isfinite(x) else None
