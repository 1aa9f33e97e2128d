"""Best-of-n and tilting against sums over every draw, and where a proxy is being hacked."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from guerdon.lab.curves import Line, over_seeds
from guerdon.lab.overoptimisation import Pair, best_of, best_of_odds, hacking_point, kl_bound

PROXY = np.array([0.0, 2.0, 1.0, 2.0])
GOLD = np.array([1.0, 5.0, 3.0, -1.0])
ODDS = np.array([0.4, 0.1, 0.3, 0.2])


@pytest.mark.parametrize("n", [1, 2, 3])
def test_best_of_n_is_the_sum_over_all_draws(n: int) -> None:
    wanted = np.zeros(4)
    for drawn in itertools.product(range(4), repeat=n):
        best = [i for i in drawn if PROXY[i] == max(PROXY[list(drawn)])]
        for i in best:  # ties are settled by a fair draw among the best that were drawn
            wanted[i] += math.prod(ODDS[list(drawn)]) / len(best)
    assert np.allclose(best_of_odds(PROXY, n, ODDS), wanted)
    assert math.isclose(best_of(GOLD, PROXY, n, ODDS), float(wanted @ GOLD))


def test_best_of_one_is_the_policy_and_best_of_many_the_best() -> None:
    assert np.allclose(best_of_odds(PROXY, 1, ODDS), ODDS)
    assert np.allclose(best_of_odds(PROXY, 10_000, ODDS), [0, 1 / 3, 0, 2 / 3])


def test_the_bound_on_kl_is_nearly_met_by_many_unlike_outputs_and_never_passed() -> None:
    proxy = np.random.default_rng(0).normal(size=5000)
    ns = [1, 2, 8, 64]
    kl = Pair(proxy, proxy).best_of(ns)[0].x
    for n, spent in zip(ns, kl, strict=True):
        assert spent <= kl_bound(n) + 1e-12
        assert math.isclose(spent, kl_bound(n), abs_tol=0.01)
    coarse = Pair(GOLD, PROXY, ODDS).best_of([64])[0].x[0]
    assert coarse < 1.3 < kl_bound(64)


def test_tilting_is_the_best_that_a_budget_buys() -> None:
    rng = np.random.default_rng(1)
    proxy = rng.normal(size=3000)
    pair = Pair(proxy, proxy)
    best_of_n = pair.best_of([2, 4, 16])[0]
    tilt = pair.tilted(best_of_n.x)[0]
    assert all(a >= b - 1e-9 for a, b in zip(tilt.y, best_of_n.y, strict=True))


def test_a_heavy_tailed_error_is_hacked_and_a_small_one_is_not() -> None:
    rng = np.random.default_rng(2)
    gold = rng.normal(size=20_000)
    budgets = [0.0, 0.05, 0.2, 0.5, 1.0, 2.0, 4.0]
    light = Pair(gold, gold + 0.1 * rng.normal(size=20_000)).tilted(budgets)
    error = rng.standard_t(2, size=20_000)
    heavy = Pair(gold - 0.3 * abs(error), gold + error).tilted(budgets)
    assert hacking_point(*light) is None
    point = hacking_point(*heavy)
    assert point is not None
    assert point < 0.5


def test_over_seeds_the_fall_must_be_beyond_the_intervals() -> None:
    x = (0, 1, 2)
    proxy = over_seeds([Line(x, (0, 1, 2))] * 3)
    sure = over_seeds([Line(x, (0, 2 + d, 1 + d)) for d in (-0.1, 0, 0.1)])
    unsure = over_seeds([Line(x, (0, 2 + d, 1 - d)) for d in (-1.0, 0, 1.0)])
    assert hacking_point(proxy, sure) == 1
    assert hacking_point(proxy, unsure) is None


def test_where_the_proxy_falls_too_it_is_no_hacking() -> None:
    x = (0, 1, 2)
    assert hacking_point(Line(x, (0, 2, 1)), Line(x, (0, 2, 1))) is None
    assert hacking_point(Line(x, (0, 1, 2)), Line(x, (0, 2, 1.9)), slack=0.5) is None
    with pytest.raises(ValueError, match="at the same x"):
        hacking_point(Line((0, 1), (0, 1)), Line((0, 2), (0, 1)))


def test_less_than_one_draw_is_refused() -> None:
    for call in (lambda: kl_bound(0), lambda: best_of_odds(PROXY, 0.5)):
        with pytest.raises(ValueError, match="at least 1"):
            call()
    with pytest.raises(ValueError, match="leave odds out"):
        Pair(GOLD, PROXY, ODDS).tilted([1.0])
