"""Every statistic, standing and scan of many numbers, to the last bit: what small random expressions seldom meet."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.compare import check
from reference.trees import STATS

import guerdon as gd

x, s = gd.col("x"), gd.col("s", axis="step")
RARE = {"std": {"ddof": 1}, "softmin": {"temperature": 0.3}, "quantile": {"q": 0.37}}
NUMBERS = st.floats(-1e3, 1e3) | st.sampled_from([0.1, 0.7, -0.3, 0.0]) | st.none()
MANY = st.integers(1, 40).flatmap(lambda n: st.lists(NUMBERS, min_size=n, max_size=n) | st.just([0.1] * n))
SCORES = {stat: getattr(x, stat)(over="batch", **RARE.get(stat, {})) for stat in STATS}
SCORES |= {f"{stat} of steps": getattr(s, stat)(where=s.isscored(), **RARE.get(stat, {})) for stat in STATS}
SCORES |= {f"{ties} rank": x.rank(over="batch", ties=ties) for ties in ("average", "min", "max", "first")}
SCORES |= {
    "share of places": x.rank(over="batch", pct=True),
    "zscore": x.zscore(over="batch"),
    "zscore of some": x.zscore(over="batch", where=x > 0, ddof=1, eps=1e-6),
    "softmax": x.softmax(over="batch"),
    "softmax of some": x.softmax(over="batch", where=x > 0),
    "sums so far": s.cumsum(),
    "reward to go": s.reverse_cumsum(0.9),
    "smallest to come": s.suffix_min(),
    "all but oneself": x.mean(over="batch", leave_one_out=True),
    "running mean and deviation": gd.running(x, "mean", empty=0) - gd.running(x, "std", empty=0),
    "decaying deviation": gd.running(x, "std", decay=0.9, sees="after"),
    "window": gd.running(x, "std", window=2, sees="after") + gd.running(x, "quantile", q=0.3, window=2, sees="after"),
    "dual": gd.dual(x, target=0.3, lr=0.1, momentum=0.9, squash="sigmoid"),
}


@pytest.mark.parametrize("name", SCORES)
@given(batches=st.lists(MANY, min_size=1, max_size=3))
@settings(max_examples=12)
def test_figures_of_many_numbers_equal_the_reference(name: str, batches: list[list[float | None]]) -> None:
    check(
        SCORES[name],
        [({"x": xs, "s": [xs[::-1], *[xs[:i] for i in range(1, len(xs))]]}, ["p"] * len(xs)) for xs in batches],
    )
