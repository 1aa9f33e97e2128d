"""Exact policies: gradients against differences, ascent against the closed form, samples against the exact gradient."""

from __future__ import annotations

import math

import numpy as np
import pytest

from guerdon.lab.policy import Floats, Policy, divergence, optimum, score_slope, softmax, tilted

START = np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])
REWARD = np.array([[0.0, 1.0, 0.2], [1.0, -1.0, 0.0]])


def objective(policy: Policy, beta: float) -> float:
    return policy.expected(REWARD) - beta * policy.kl()


@pytest.mark.parametrize("beta", [0.0, 0.3])
def test_the_slope_is_that_of_finite_differences(beta: float) -> None:
    policy = Policy.of(START).moved(np.array([[0.3, -0.2, 0.1], [0.5, 0.0, -1.0]]))
    found, step = policy.slope(REWARD, beta), 1e-6
    for place in np.ndindex(found.shape):
        nudge = np.zeros_like(found)
        nudge[place] = step
        seen = (objective(policy.moved(nudge), beta) - objective(policy.moved(-nudge), beta)) / (2 * step)
        assert math.isclose(seen, found[place], abs_tol=1e-8)


def test_ascent_ends_at_the_closed_form() -> None:
    policy = Policy.of(START)
    for _ in range(3000):
        policy = policy.moved(2.0 * policy.slope(REWARD, beta=0.5))
    best = optimum(START, REWARD, beta=0.5)
    assert np.allclose(policy.odds, best, atol=1e-9)
    # Its value is beta * log E exp(r / beta), as the algebra of the optimum says.
    value = 0.5 * np.log((START * np.exp(REWARD / 0.5)).sum(axis=1)).mean()
    assert math.isclose(objective(policy, 0.5), value, rel_tol=1e-9)


def test_nothing_else_is_better_than_the_closed_form() -> None:
    rng = np.random.default_rng(0)
    best = objective(Policy(np.log(optimum(START, REWARD, 0.5)), np.log(START)), 0.5)
    for _ in range(200):
        other = Policy(np.log(START) + rng.normal(size=START.shape), np.log(START))
        assert objective(other, 0.5) <= best + 1e-12


def test_groups_of_samples_give_the_exact_gradient_on_average() -> None:
    rng = np.random.default_rng(1)
    policy = Policy.of(START)
    runs = np.array([policy.sampled_slope(REWARD, 4, rng) for _ in range(4000)])
    error = runs.std(axis=0, ddof=1) / math.sqrt(len(runs))
    assert (abs(runs.mean(axis=0) - policy.slope(REWARD)) < 4.5 * error).all()


def test_dividing_by_the_deviation_does_not() -> None:
    rng = np.random.default_rng(2)

    def zscore(seen: Floats) -> Floats:
        found: Floats = (seen - seen.mean(axis=1, keepdims=True)) / (seen.std(axis=1, keepdims=True) + 1e-6)
        return found

    policy = Policy.of(np.array([[0.98, 0.02], [0.5, 0.5]]))
    reward = np.array([[0.0, 1.0], [0.0, 1.0]])
    runs = np.mean([policy.sampled_slope(reward, 8, rng, zscore) for _ in range(4000)], axis=0)
    exact = policy.slope(reward)
    # The rare success is weighed up against the even chance: what Dr. GRPO calls the difficulty bias.
    assert runs[0, 1] / runs[1, 1] > 1.2 * exact[0, 1] / exact[1, 1]


def test_draws_follow_the_odds() -> None:
    drawn = Policy.of(START).draw(40_000, np.random.default_rng(3))
    for row, odds in zip(drawn, START, strict=True):
        assert np.allclose(np.bincount(row, minlength=3) / len(row), odds, atol=0.01)


def test_a_sample_pushes_its_own_output_up_by_what_it_takes_from_all() -> None:
    odds = softmax(np.log(START))
    one = score_slope(odds, [1], [2], [3.0])
    assert np.allclose(one[0], 0)
    assert np.allclose(one[1], 3.0 * (np.array([0, 0, 1]) - START[1]))


def test_tilting_spends_its_budget_and_is_the_closed_form() -> None:
    reward = np.random.default_rng(0).normal(size=500)
    even = np.full(500, 1 / 500)
    for budget in (0.1, 1.0, 3.0):
        weights = tilted(reward, budget)
        assert math.isclose(divergence(weights, even), budget, rel_tol=1e-6)
        beta = (reward[0] - reward[1]) / math.log(weights[0] / weights[1])
        assert np.allclose(weights, optimum(even, reward, beta), rtol=1e-6)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match=r"beta=0\.0 must be above 0"):
        optimum(START, REWARD, 0.0)
    with pytest.raises(ValueError, match="above 0: a softmax policy"):
        Policy.of([0.0, 1.0])
    with pytest.raises(ValueError, match="group=1"):
        Policy.of(START).sampled_slope(REWARD, 1, np.random.default_rng(0))
