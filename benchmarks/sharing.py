"""One parse and one call for every distinct input, or each component for itself."""

from __future__ import annotations

from collections.abc import Callable
from difflib import SequenceMatcher

import numpy as np

import guerdon as gd

from .measure import Floats, Line, Size, Table, alternate
from .writing import completions

ROWS = {"tiny": 64, "quick": 4_000, "full": 20_000}
REPEATS = {"tiny": 1, "quick": 9, "full": 21}


@gd.function(bounds=(0, 1), fails_as=0.0)
def likeness(answer: str | None, solution: str) -> float:
    """How much two texts have in common, in [0, 1]."""
    if answer is None:
        raise gd.Failed("no answer")
    return SequenceMatcher(None, answer, solution).ratio()


def parts() -> dict[str, gd.Score]:
    """Four components; three of them stand on the same answer, two on its likeness, two on the length."""
    answer, words = gd.text.tag("answer"), gd.text.length("words")
    like = likeness(answer=answer)
    return {
        "right": (answer == gd.col("solution")).named("right"),
        "close": (like >= 0.5).named("close"),
        "best": like.rank(over="prompt", pct=True).named("best"),
        "clear": (-gd.text.repetition(n=3) * (words / words.mean(over="prompt"))).named("clear"),
    }


def total(values: dict[str, Floats]) -> Floats:
    return values["right"] + 0.5 * values["close"] + 0.25 * values["best"] + 0.1 * values["clear"]


def run(size: Size) -> list[Table]:
    """One table: everything shared, nothing shared, and every component scored on its own."""
    rows = completions(ROWS[size], repeated=0.4)
    named = parts()
    reward = named["right"] + 0.5 * named["close"] + 0.25 * named["best"] + 0.1 * named["clear"]
    counts: dict[str, int] = {}

    def whole(name: str, savings: bool) -> Floats:
        scores = reward.score(rows, savings=savings)
        counts[name] = sum(figures.made for figures in scores.figures.values())
        return scores.values

    def apart(name: str) -> Floats:
        found = {part: score.score(rows, savings=False) for part, score in named.items()}
        counts[name] = sum(figures.made for scores in found.values() for figures in scores.figures.values())
        return total({part: scores.values for part, scores in found.items()})

    contenders: dict[str, Callable[[], Floats]] = {
        "guerdon": lambda: whole("guerdon", True),
        "guerdon, savings=False": lambda: whole("guerdon, savings=False", False),
        "each component for itself, savings=False": lambda: apart("each component for itself, savings=False"),
    }
    expected = contenders["guerdon"]()
    assert all(np.array_equal(call(), expected) for call in contenders.values())
    seconds = alternate(contenders, REPEATS[size], warm=False)
    lines = [Line(name, tuple(found), {"function calls": f"{counts[name]:,}"}) for name, found in seconds.items()]
    distinct = len(set(rows["completion"]))
    title = f"Four components on one answer, {ROWS[size]:,} completions of which {distinct:,} differ"
    return [Table(title, lines)]
