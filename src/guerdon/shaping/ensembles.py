"""Several judgements of one thing as one number."""

from __future__ import annotations

from typing import Literal

from ..expr.score import Score


def pessimistic(
    members: Score, how: Literal["std", "variance"] = "std", weight: float = 1.0, axis: str | None = None
) -> Score:
    """An ensemble's mean less its members' disagreement: ``mean - weight * std`` (or variance), population figures.

    The other aggregates of ensembles are single operators: ``mean``, ``median``, ``min`` (the worst case). Sources:
    Eisenstein et al., "Helping or Herding?" (2023), arXiv:2312.09244 (the deviation); Coste et al., "Reward Model
    Ensembles Help Mitigate Overoptimization" (2023), arXiv:2310.02743 (the variance).

    >>> import guerdon as gd
    >>> pessimistic(gd.col("m", axis="member")).score({"m": [[1, 2, 6], [3, 3, 3]]}).values.round(4)
    array([0.8398, 3.    ])
    """
    if how not in ("std", "variance"):
        raise ValueError(f'pessimistic: how={how!r} must be "std" or "variance"')
    spread = members.std(axis)
    return members.mean(axis) - weight * (spread if how == "std" else spread**2)


def power_mean(parts: Score, p: float, axis: str | None = None) -> Score:
    """The power mean of positive parts: 1 the arithmetic, 0 the geometric, -1 the harmonic mean; low p minds the worst.

    Unscored (``domain``) where a part is not above 0 and p is 0 or below. ``softmin`` stands between mean and minimum
    for parts of any sign.

    >>> import guerdon as gd
    >>> parts = gd.col("x", axis="criterion")
    >>> [power_mean(parts, p).score({"x": [[1, 4]]}).values.item() for p in (1, 0, -1)]
    [2.5, 2.0, 1.6]
    """
    if p == 0:
        return parts.log().mean(axis).exp()
    return (parts**p).mean(axis) ** (1 / p)
