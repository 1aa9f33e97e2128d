"""The terms of the shaping room at their edges, on holes in the data, and against figures worked out otherwise."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import guerdon as gd
from guerdon import shaping

X = gd.col("x")


def values(score: gd.Score, **rows: Any) -> list[float | None]:
    return score.score(rows).numbers


def test_the_room_loads_on_first_use() -> None:
    code = "import sys, guerdon as gd; a = 'guerdon.shaping' in sys.modules; gd.shaping.minmax; print(a)"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    assert sorted(shaping.__all__) == shaping.__all__


class TestTransforms:
    def test_minmax_of_equal_bounds_is_what_flat_says(self) -> None:
        bounds = X.min(over="prompt"), X.max(over="prompt")
        assert values(shaping.minmax(X, *bounds, flat=0.5), prompt=["p", "p", "q"], x=[2, 4, 7]) == [0, 1, 0.5]

    def test_minmax_of_plain_numbers_goes_on_beyond_them(self) -> None:
        assert values(shaping.minmax(X, 10, 20), x=[5, 30, None]) == [-0.5, 2.0, None]

    def test_one_zone_is_all_or_nothing(self) -> None:
        assert values(shaping.tiers(X, zones=1), x=[-1, 0.999, 1, 2]) == [0, 0, 1, 1]

    def test_a_rounding_error_costs_no_zone(self) -> None:
        assert values(shaping.tiers(X, zones=10), x=[0.1 + 0.2, 0.7, 0.1 * 3]) == pytest.approx([0.3, 0.7, 0.3])

    @pytest.mark.parametrize(("zones", "power"), [(0, 1.0), (4, 0.0), (4, -1.0)])
    def test_tiers_refuses_what_makes_no_ladder(self, zones: int, power: float) -> None:
        with pytest.raises(ValueError, match="must be at least 1 and power="):
            shaping.tiers(X, zones, power)

    def test_potentials_add_up_to_where_the_episode_started(self) -> None:
        phi = gd.col("phi", axis="step")
        added = shaping.potential(phi, discount=0.9)
        discounted = added.reverse_cumsum(0.9).first()
        assert values(discounted, phi=[[2, 5, -1, 4], [3]]) == pytest.approx([-2, -3])


class TestLength:
    def test_the_band_is_even_on_both_sides_and_flat_inside(self) -> None:
        penalty = shaping.length_band(X, 100, tolerance=0.1, slope=2, worst=-0.5)
        assert values(penalty, x=[90, 110, 80, 120, 0, 1000]) == pytest.approx([0, 0, -0.2, -0.2, -0.5, -0.5])

    def test_a_target_of_the_group(self) -> None:
        penalty = shaping.length_band(X, X.mean(over="prompt"), tolerance=0)
        assert values(penalty, prompt=["p", "p"], x=[50, 150]) == [-0.5, -0.5]

    def test_a_target_of_zero_is_no_target(self) -> None:
        assert shaping.length_band(X, 0).score({"x": [5]}).reasons == ["domain"]

    @pytest.mark.parametrize("peak", [0.1, 0.25, 0.5, 0.9])
    def test_the_peak_is_the_top_and_the_end_is_minus_one(self, peak: float) -> None:
        found = values(shaping.length_peak(X, peak), x=[i / 100 for i in range(101)])
        assert max(v for v in found if v is not None) == 1
        assert found[round(100 * peak)] == pytest.approx(1)
        assert found[100] == pytest.approx(-1)

    @pytest.mark.parametrize("peak", [0.0, 1.0, -1.0, 2.0])
    def test_a_peak_outside_is_refused(self, peak: float) -> None:
        with pytest.raises(ValueError, match="must lie inside"):
            shaping.length_peak(X, peak)

    def test_the_cosine_is_the_cosine(self) -> None:
        lengths = np.linspace(0, 120, 241)
        found = shaping.length_cosine(X, 100, 2.0, -1.0).score({"x": lengths.tolist()}).values
        exact = -1 + 3 * (1 + np.cos(np.pi * np.minimum(lengths / 100, 1))) / 2
        assert np.abs(found - exact).max() < 2e-7

    def test_the_overlong_are_punished_at_most_by_one(self) -> None:
        assert shaping.length_overlong(X, 20, 4).bounds() == (-1, 0)


class TestEnsembles:
    def test_power_means_are_ordered_and_meet_in_equal_parts(self) -> None:
        parts = gd.col("x", axis="criterion")
        found = [values(shaping.power_mean(parts, p), x=[[1, 4, 9], [2, 2, 2]]) for p in (-2, -1, 0, 1, 2)]
        first = [row[0] for row in found]
        assert first == sorted(first, key=lambda x: x or 0)
        assert first[2] == pytest.approx(36 ** (1 / 3))
        assert [row[1] for row in found] == pytest.approx([2] * 5)

    def test_the_geometric_mean_of_zero_has_no_number(self) -> None:
        assert shaping.power_mean(gd.col("x", axis="criterion"), 0).score({"x": [[0, 4]]}).reasons == ["domain"]

    def test_pessimism_by_variance(self) -> None:
        members = gd.col("x", axis="member")
        found = values(shaping.pessimistic(members, "variance", weight=0.5), x=[[1, 2, 6], [3, 3, 3]])
        assert found == pytest.approx([3 - 0.5 * 14 / 3, 3])

    def test_an_unknown_pessimism_is_refused(self) -> None:
        with pytest.raises(ValueError, match='must be "std" or "variance"'):
            shaping.pessimistic(gd.col("x", axis="member"), "range")  # type: ignore[arg-type]


class TestDifficulty:
    def test_a_rate_on_an_edge_is_the_easier_band(self) -> None:
        found = values(shaping.by_difficulty(X, (0, 1, 2)), x=[0, 1 / 3, 0.34, 2 / 3, 1 - 1 / 3, 1])
        assert found == [0, 1, 1, 2, 2, 2]

    def test_only_the_band_s_own_value_is_looked_at(self) -> None:
        score = shaping.by_difficulty(X, (gd.col("hard"), 5), edges=(0.5,))
        assert values(score, x=[0.2, 0.7, None], hard=[1, None, 1]) == [1, 5, None]

    def test_values_and_edges_must_fit(self) -> None:
        with pytest.raises(ValueError, match="one value more than edges"):
            shaping.by_difficulty(X, (1, 2), edges=(0.3, 0.6))
        with pytest.raises(ValueError, match="rising edges"):
            shaping.by_difficulty(X, (1, 2, 3), edges=(0.6, 0.3))


class TestSchedules:
    def test_both_ways_reach_their_end_and_stay(self) -> None:
        rows = {"completion": ["a"]}
        for how, middle in (("linear", 5.5), ("exponential", math.sqrt(10))):
            score = shaping.anneal(1, 10, steps=100, how=how, start=50)  # type: ignore[arg-type]
            seen = [score.score(rows, step=step).values[0] for step in (0, 50, 100, 150, 1000)]
            assert seen == pytest.approx([1, 1, middle, 10, 10])

    def test_ways_that_lead_nowhere_are_refused(self) -> None:
        with pytest.raises(ValueError, match="must be above 0"):
            shaping.anneal(1, 0, steps=0)
        with pytest.raises(ValueError, match="from a number above 0 to another"):
            shaping.anneal(1, 0, steps=5, how="exponential")


class TestNoise:
    def test_alone_and_in_groups(self) -> None:
        rows = {"uid": [i // 5 for i in range(5000)], "x": [1.0] * 5000}
        alone = shaping.flipped(X, 0.3).score(rows).values.reshape(1000, 5)
        together = shaping.flipped(X, 0.3, over="prompt").score(rows).values.reshape(1000, 5)
        assert abs(alone.mean() - 0.7) < 0.03
        assert abs(together.mean() - 0.7) < 0.06
        assert (together == together[:, :1]).all()
        assert not (alone == alone[:, :1]).all()

    def test_other_steps_are_other_draws(self) -> None:
        score, rows = shaping.flipped(X, 0.5), {"x": [1.0] * 50}
        assert score.score(rows, step=1).numbers != score.score(rows, step=2).numbers
        assert score.score(rows, step=1).numbers == score.score(rows, step=1).numbers

    def test_a_probability_is_one(self) -> None:
        with pytest.raises(ValueError, match=r"must lie in \[0, 1\]"):
            shaping.flipped(X, 1.5)


class TestRanking:
    def test_ties_do_not_matter_to_the_best_order(self) -> None:
        gains = gd.col("x", axis="item")
        assert values(shaping.dcg(gains, ideal=True), x=[[1, 3, 3], [3, 1, 3]]) == pytest.approx([5.39278926] * 2)

    def test_lexicographic_is_the_order_of_tuples(self) -> None:
        rng = np.random.default_rng(1)
        table = rng.integers(0, 3, (60, 3)).astype(float)
        columns = {name: table[:, i].tolist() for i, name in enumerate("abc")}
        score = shaping.lexicographic(*(gd.col(name) for name in "abc"))
        keys = [tuple(row) for row in table.tolist()]
        places = [(sum(k < key for k in keys) + sum(k <= key for k in keys) + 1) / 2 for key in keys]
        assert values(score, prompt=["p"] * 60, **columns) == places

    def test_lexicographic_leaves_out_who_has_no_number(self) -> None:
        score = shaping.lexicographic(X, gd.col("y"))
        assert values(score, prompt=["p"] * 4, x=[1, 1, None, 0], y=[5, None, 1, 9]) == [2, None, None, 1]

    def test_auc_of_a_group_without_wrong_answers_has_no_number(self) -> None:
        scores = shaping.auc(X, gd.col("right")).score({"prompt": ["p", "p"], "x": [1, 2], "right": [1, 1]})
        assert scores.numbers == [None, None]

    def test_auc_counts_pairs(self) -> None:
        rng = np.random.default_rng(0)
        x, right = rng.integers(0, 5, 40).astype(float), rng.integers(0, 2, 40).astype(bool)
        pairs = [(a > b) + 0.5 * (a == b) for a in x[right] for b in x[~right]]
        found = values(shaping.auc(X, gd.col("right")), prompt=["p"] * 40, x=x.tolist(), right=right.tolist())
        assert found == pytest.approx([np.mean(pairs)] * 40)
