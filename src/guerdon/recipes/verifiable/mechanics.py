"""Structural mechanics: reactions of beams as multiples of a load."""

from __future__ import annotations

from functools import partial

import guerdon as gd
from guerdon.expr.columns import Column
from guerdon.expr.score import Score

__all__ = ["beamperl"]


def beamperl(
    golds: Column,
    symbol: str = "P",
    tol: float = 1e-4,
    weights: tuple[float, float] = (0.667, 0.333),
    as_released: bool = False,
) -> Score:
    r"""BeamPERL's reward (P134): the reactions of a beam, in any order, as multiples of the load.

    After ``</think>`` the coefficients of the load are read from all boxes. All is right where they are the golds, one
    to one, within a tolerance: each gold is met by another one, and nothing else is listed. ``as_released`` a gold may
    be met by any number listed, and more numbers do no harm: a list of many passes. Format is 1 where ``</think>``
    stands on a line of its own, once, and something stands in a box after it. Range [0, 1].

    Paper: Hage and Buehler, "BeamPERL: Parameter-Efficient RL with Verifiable Rewards Specializes Compact LLMs for
    Structured Beam Mechanics Reasoning" (2026), arXiv:2603.04124, and its code. Ours asks for equal counts.

    Args:
        golds: the right coefficients on an axis: a column, or ``gd.mechanics.solved(loads, supports)``.
        symbol: of the load.
        tol: how far a coefficient may be off.
        weights: of accuracy and format.
        as_released: as the released code.

    >>> rows = {"completion": ["…\n</think>\n" + r"\boxed{\frac{3}{4}P, 0.25P}"], "golds": [[0.75, 0.25]]}
    >>> beamperl(gd.col("golds", axis="gold")).score(rows).values
    array([1.])
    """
    answer = gd.text.part("</think>")
    said = gd.math.coefficients(answer, symbol, boxed=True)
    close = partial(gd.similarity.credit, ladder=gd.similarity.within(tol))
    met = gd.similarity.match(said, golds, close, "best" if as_released else "optimal")["hit_b"].all(empty=0)
    # Asked first, so that missing golds (of which there are none to count) are unscored and not 0.
    right = met if as_released else gd.where(met, said.count() == golds.count(), 0)
    after = gd.text.part("\n</think>\n")
    once = gd.text.part("\n</think>\n", which="first") == after
    form = once & (gd.text.length(of=gd.text.boxed(of=after)) > 0)
    return weights[0] * right + weights[1] * form
