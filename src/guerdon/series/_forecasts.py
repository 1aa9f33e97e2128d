"""Forecasts against what came: how near, and whether they turn the same way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal

from ..expr.columns import Column
from ..expr.function import function
from ..expr.inputs import one_of
from ..expr.node import Expr
from ..expr.score import Score
from ..expr.values import Failed, Unscored

Measure = Literal["smape", "mase"]
MOST = 10_000


def forecast(a: Column, b: Column, measure: Measure = "smape", past: Column | None = None) -> Score:
    """How near a forecast comes to what came, in [0, 1]. Linear.

    Args:
        a: the forecast, such as ``gd.series.values(gd.text.tag("answer"))``.
        b: what came: a list of numbers.
        measure: ``smape``: 1 less the mean of ``|x - y| / (|x| + |y|)`` (0 / 0 is no error). ``mase``: ``1 / (1 +
            MASE)``, with the mean absolute error in units of the past's mean step (Hyndman and Koehler, 2006): a half
            for being as far off as the past steps are long.
        past: what was there before; needed for ``mase``.

    Failed, as 0: no forecast, or one that is not exactly as long as what came. Unscored: no reference; a past that
    never changes, or holds fewer than two numbers.

    >>> import guerdon as gd
    >>> near = gd.series.forecast(gd.series.values(), gd.col("came"))
    >>> near.score({"completion": ["1, 2", "1, 6", "1, 2, 3"], "came": [[1, 2]] * 3}).values
    array([1.  , 0.75, 0.  ])
    """
    one_of("measure", measure, ("smape", "mase"))
    if (measure == "mase") != (past is not None):
        raise ValueError("past= is what mase measures errors in: give it with mase, and only there")
    _expressions(a=a, b=b, **({} if past is None else {"past": past}))
    return forecast_leaf(a=a, b=b) if past is None else scaled_leaf(a=a, b=b, past=past)


def direction(a: Column, b: Column, past: Column) -> Score:
    """The share of steps at which a forecast goes up, down or nowhere, as what came did; in [0, 1]. Linear.

    The first step is from the last number of the past. Failed and unscored as :func:`forecast`.

    >>> import guerdon as gd
    >>> turns = gd.series.direction(gd.series.values(), gd.col("came"), gd.col("past"))
    >>> turns.score({"completion": ["5, 4, 9", "3, 3, 3"], "came": [[4, 2, 1]] * 2, "past": [[1, 3]] * 2}).values.round(
    ...     4
    ... )
    array([0.6667, 0.    ])
    """
    _expressions(a=a, b=b, past=past)
    return direction_leaf(a=a, b=b, past=past)


@function(returns="score", version="1", fails_as=0.0, bounds=(0.0, 1.0), name="forecast")
def forecast_leaf(a: Any, b: Any) -> float:
    """See ``gd.series.forecast``, by smape."""
    said, came = both(a, b)
    gaps = [abs(x - y) / (abs(x) + abs(y)) if x != y else 0.0 for x, y in zip(said, came, strict=True)]
    return max(0.0, 1.0 - math.fsum(gaps) / len(gaps))


@function(returns="score", version="1", fails_as=0.0, bounds=(0.0, 1.0), name="forecast")
def scaled_leaf(a: Any, b: Any, past: Any) -> float:
    """See ``gd.series.forecast``, by mase."""
    before = reference(past, "past")
    steps = [abs(y - x) for x, y in pairwise(before)]
    scale = math.fsum(steps) / len(steps) if steps else 0.0
    if not scale > 0:
        raise Unscored("the past never changes")
    said, came = both(a, b)
    error = math.fsum(abs(x - y) for x, y in zip(said, came, strict=True)) / len(came)
    return 1.0 / (1.0 + error / scale) if error / scale < math.inf else 0.0


@function(returns="score", version="1", fails_as=0.0, bounds=(0.0, 1.0), name="direction")
def direction_leaf(a: Any, b: Any, past: Any) -> float:
    """See ``gd.series.direction``."""
    last = reference(past, "past")[-1]
    said, came = both(a, b)
    pairs = zip(pairwise((last, *said)), pairwise((last, *came)), strict=True)
    same = [_sign(y - x) == _sign(v - u) for (x, y), (u, v) in pairs]
    return sum(same) / len(same)


def both(a: Any, b: Any) -> tuple[Sequence[float], Sequence[float]]:
    """Forecast and reference as lists of numbers of one length; Failed or Unscored where they are not."""
    came = reference(b, "reference")
    said = _numbers(a)
    if said is None:
        raise Failed("no forecast")
    if len(said) != len(came):
        raise Failed("not as long as what came")
    return said, came


def reference(value: Any, what: str) -> Sequence[float]:
    """A list of numbers, at least one; Unscored where it is none."""
    found = _numbers(value)
    if not found:
        raise Unscored(f"no {what}")
    return found


def _numbers(value: Any) -> list[float] | None:
    if not isinstance(value, (list, tuple)) or len(value) > MOST:
        return None
    found = [float(x) for x in value if isinstance(x, (int, float)) and not isinstance(x, bool) and abs(x) <= 1e100]
    return found if len(found) == len(value) else None


def _sign(x: float) -> int:
    return (x > 0) - (x < 0)


def _expressions(**given: object) -> None:
    for name, value in given.items():
        if not isinstance(value, Expr):
            raise TypeError(
                f"{name} is an expression, such as gd.series.values() or gd.col({name!r}), not {value!r:.80}"
            )
