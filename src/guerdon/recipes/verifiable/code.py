"""What a program can decide about a completion."""

from __future__ import annotations

from typing import Literal

import guerdon as gd
from guerdon.expr.score import Score

__all__ = ["verpo", "verpo_dense"]


def verpo_dense(
    passed: Score,
    form: Literal["linear", "log"] = "linear",
    smoothing: float = 0.0,
    bins: int | None = 5,
    floor: float = 0.01,
) -> Score:
    """VeRPO's dense reward (P124): the share of tests passed, each weighing more the fewer of its group pass it.

    A test that a share ``rho`` of the group's programs pass weighs ``1 - rho`` or ``-log(rho)``. A suite of many easy
    tests would drown the few hard ones, so tests of about equal ``rho`` (in one of some bins) share one weight.
    Range [0, 1]; 1 where everybody passes everything, 0 where there is no test.

    Paper: Wang et al., "VeRPO: Verifiable Dense Reward Policy Optimization for Code Generation" (2026),
    arXiv:2601.03525, by its abstract and outline. GUESSES: the formula of the weight, the bins by equal width, the
    floor under the logarithm.

    Args:
        passed: 1 or 0 for each test, on axis ``test``; the same tests in the same order for the whole group. With
            several attempts, on axes ``turn`` and ``test``: the result lies on ``turn``, and all turns are counted.
        form: of the weight.
        smoothing: so many programs that pass and as many that fail are thought added to each test (1 is Laplace's).
        bins: into how many bins ``rho`` is cut; None leaves every test its own weight.
        floor: the least ``rho`` under the logarithm.

    >>> rows = {"prompt": ["p"] * 4, "passed": [[1, 1, 0], [1, 0, 0], [1, 1, 1], [1, 0, 0]]}
    >>> verpo_dense(gd.col("passed", axis="test")).score(rows).values
    array([0.4, 0. , 1. , 0. ])
    """
    group = ("prompt", passed.position())
    rho = (passed.sum(over=group) + smoothing) / (passed.count(over=group) + 2 * smoothing)
    weight = 1 - rho if form == "linear" else -gd.max(rho, floor).log()
    if bins is not None:
        weight /= rho.count(over=("rollout", (rho * bins).floor().clip(high=bins - 1)))
    return gd.where(weight.sum() > 0, (weight * passed).sum() / weight.sum(), passed.mean(empty=0))


def verpo(passed: Score, dense: Score | None = None, weight: float = 1.0) -> Score:
    """VeRPO (P124): the advantage of passing everything, plus that of passing what few others pass.

    Both are normalised in their group apart from each other, so that a group in which nobody passes everything still
    learns from the tests. The outcome of several attempts is that of the last.

    Paper: Wang et al., "VeRPO: Verifiable Dense Reward Policy Optimization for Code Generation" (2026),
    arXiv:2601.03525, by its abstract and outline. GUESSES: the weight of the dense advantage, and division by the
    standard deviation; and those of :func:`verpo_dense`.

    Args:
        passed: as in :func:`verpo_dense`.
        dense: :func:`verpo_dense` of the same, where its knobs should differ from their defaults.
        weight: lambda, of the dense advantage.

    Returns:
        An advantage, one per rollout, or on axis ``turn``.

    >>> rows = {"prompt": ["p", "p"], "passed": [[1, 0], [0, 0]]}
    >>> verpo(gd.col("passed", axis="test")).score(rows).values
    array([ 1., -1.])
    """
    everything = passed.all(empty=0)
    outcome = everything.last(empty=0) if everything.axes else everything
    dense = verpo_dense(passed) if dense is None else dense
    return (outcome.zscore(over="prompt") + weight * dense.zscore(over="prompt")).as_advantage()
