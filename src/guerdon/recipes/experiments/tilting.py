"""What a reward would make of a policy, without training one: exponential tilting of samples.

The best policy under a reward r and a KL budget weighs each sample of the starting policy by ``exp(r / beta)``, beta
being set by the budget. So samples, weighed anew, show what optimising a proxy does to the true reward.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

import guerdon as gd
from guerdon.lab.curves import Chart, Figures, Line
from guerdon.lab.overoptimisation import Pair
from guerdon.lab.policy import tilted

from ..registry import Size
from ..shaping import lsc, par

SAMPLES = {"smoke": 4_000, "full": 200_000}
BUDGETS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0)


def par_against_raw(seed: int, size: Size) -> Mapping[str, float]:
    """A proxy with a heavy-tailed error, tilted raw and through PAR: the gold reward at equal KL budgets.

    gold = g - 0.3 |h|, proxy = g + h, g normal, h of Student's t with 3 degrees of freedom; 5 reference samples each.
    """
    rng = np.random.default_rng([9, seed])
    n = SAMPLES[size]
    quality, hack = rng.normal(size=n), rng.standard_t(3, size=n)
    gold, proxy = quality - 0.3 * np.abs(hack), quality + hack
    references = rng.choice(proxy, size=(n, 5))
    shaped = par(gd.col("proxy"), gd.col("references", axis="reference")).score(
        {"proxy": proxy.tolist(), "references": references.tolist()}
    )
    figures = {"gold at 0": float(gold.mean())}
    for budget in (0.25, 1.0, 4.0):
        figures[f"raw at {budget:g}"] = float(tilted(proxy, budget) @ gold)
        figures[f"par at {budget:g}"] = float(tilted(shaped.values, budget) @ gold)
    lines = {name: Pair(gold, values).tilted(BUDGETS)[1] for name, values in (("raw", proxy), ("par", shaped.values))}
    return Figures(figures, Chart("Gold reward under a proxy", "KL budget (nats)", "gold", lines))


def lsc_against_sum(seed: int, size: Size) -> Mapping[str, float]:
    """Two normal rewards, tilted by their plain sum and by the sum of their LSC: the share above both medians.

    With correlation -0.5, independent, and with correlation -0.5 and scales 3 to 1.
    """
    rng = np.random.default_rng([22, seed])
    n = SAMPLES[size]
    figures: dict[str, float] = {}
    lines, budgets = {}, (1.0, 2.0, 4.0)
    for name, correlation, scale in (("opposed", -0.5, 1.0), ("independent", 0.0, 1.0), ("unequal", -0.5, 3.0)):
        first = rng.normal(size=n)
        second = correlation * first + np.sqrt(1 - correlation**2) * rng.normal(size=n)
        first = first * scale
        anchors = [gd.const([float(np.quantile(part, 0.85))], axis="reference") for part in (first, second)]
        joined = lsc(gd.col("a"), anchors[0]) + lsc(gd.col("b"), anchors[1])
        values = joined.score({"a": first.tolist(), "b": second.tolist()}).values
        both = (first > np.median(first)) & (second > np.median(second))
        for budget in budgets:
            figures[f"sum {name} at {budget:g}"] = float(tilted(first + second, budget) @ both)
            figures[f"lsc {name} at {budget:g}"] = float(tilted(values, budget) @ both)
        for form in ("sum", "lsc"):
            found = [float(both.mean()), *(figures[f"{form} {name} at {budget:g}"] for budget in budgets)]
            lines[f"{form} {name}"] = Line.of((0.0, *budgets), found)
    return Figures(figures, Chart("Above both medians", "KL budget (nats)", "share", lines))
