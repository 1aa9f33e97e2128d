"""Advantages against plain loops written from their definitions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, stdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd

NUMBERS = st.floats(-5, 5).map(lambda x: round(x, 2))
GROUPED = st.lists(st.tuples(st.sampled_from("abc"), NUMBERS), min_size=1, max_size=10)
STEPS = st.lists(st.lists(NUMBERS, min_size=1, max_size=5), min_size=1, max_size=5)

REWARD = gd.col("r")
ON_STEPS = gd.col("r", axis="step")


def rows(grouped: Sequence[tuple[str, float]]) -> dict[str, list[object]]:
    return {"prompt": [p for p, _ in grouped], "r": [r for _, r in grouped]}


def others(grouped: Sequence[tuple[str, float]], i: int) -> list[float]:
    return [r for j, (p, r) in enumerate(grouped) if p == grouped[i][0] and j != i]


def group(grouped: Sequence[tuple[str, float]], i: int) -> list[float]:
    return [r for p, r in grouped if p == grouped[i][0]]


@given(GROUPED)
def test_group_zscore(grouped: list[tuple[str, float]]) -> None:
    found = gd.credit.group_zscore(REWARD).score(rows(grouped)).values
    for i, (_, r) in enumerate(grouped):
        g = group(grouped, i)
        wanted = 0.0 if len(set(g)) == 1 else (r - fmean(g)) / (stdev(g) + 1e-6)
        assert found[i] == pytest.approx(wanted, abs=1e-7)


@given(GROUPED)
def test_group_centred_adds_up_to_nothing(grouped: list[tuple[str, float]]) -> None:
    found = gd.credit.group_centred(REWARD).score(rows(grouped)).values
    assert found == pytest.approx([r - fmean(group(grouped, i)) for i, (_, r) in enumerate(grouped)], abs=1e-9)
    assert math.fsum(found) == pytest.approx(0, abs=1e-9)


@given(GROUPED)
def test_leave_one_out(grouped: list[tuple[str, float]]) -> None:
    found = gd.credit.leave_one_out(REWARD).score(rows(grouped)).values
    wanted = [r - fmean(others(grouped, i) or [r]) for i, (_, r) in enumerate(grouped)]
    assert found == pytest.approx(wanted, abs=1e-9)


@given(GROUPED)
def test_leave_one_out_is_the_centred_reward_scaled(grouped: list[tuple[str, float]]) -> None:
    alone = gd.credit.leave_one_out(REWARD).score(rows(grouped)).values
    centred = gd.credit.group_centred(REWARD).score(rows(grouped)).values
    for i in range(len(grouped)):
        n = len(group(grouped, i))
        assert alone[i] == pytest.approx(centred[i] * n / max(n - 1, 1), abs=1e-9)


@given(GROUPED)
def test_batch_zscore_with_a_group_baseline(grouped: list[tuple[str, float]]) -> None:
    found = gd.credit.batch_zscore(REWARD, group="prompt").score(rows(grouped)).values
    centred = [r - fmean(group(grouped, i)) for i, (_, r) in enumerate(grouped)]
    if len(set(centred)) > 1 and stdev(centred) > 1e-3:
        wanted = [(c - fmean(centred)) / (stdev(centred) + 1e-8) for c in centred]
        assert found == pytest.approx(wanted, abs=1e-6)


@given(GROUPED)
def test_win_rate(grouped: list[tuple[str, float]]) -> None:
    found = gd.credit.win_rate(REWARD, centred=False).score(rows(grouped)).values
    for i, (_, r) in enumerate(grouped):
        wins = [1.0 if r > o else 0.5 if r == o else 0.0 for o in others(grouped, i)]
        assert found[i] == pytest.approx(fmean(wins) if wins else 0.5)


def test_an_unscored_rollout_has_no_advantage_and_is_no_baseline() -> None:
    data = {"prompt": ["p"] * 3, "r": [1.0, None, 0.0]}
    for advantage in (gd.credit.group_centred(REWARD), gd.credit.leave_one_out(REWARD), gd.credit.group_zscore(REWARD)):
        found = advantage.score(data)
        assert found.statuses == ["scored", "unscored", "scored"]
        assert found.values[0] == -found.values[2] > 0


def test_by_component_gives_a_small_component_its_say() -> None:
    data = {"prompt": ["p"] * 4, "right": [1, 1, 0, 0], "score": [100, 300, 200, 400]}
    parts = {"right": gd.col("right"), "score": gd.col("score")}
    found = gd.credit.by_component(parts).score(data).values
    # z-scores of right: ±0.866, of score: -1.162, 0.387, -0.387, 1.162; of both: -0.296, 1.253, -1.253, 0.296.
    assert found.round(3).tolist() == [-0.281, 1.192, -1.192, 0.281]
    drowned = (gd.col("right") + gd.col("score")).zscore(over="prompt", ddof=1).score(data).values
    assert drowned.argmax() == 3


def test_by_component_needs_components_and_knows_them() -> None:
    with pytest.raises(ValueError, match="at least one"):
        gd.credit.by_component({})
    with pytest.raises(ValueError, match=r"\['brief'\], which are no components: right"):
        gd.credit.by_component({"right": REWARD}, weights={"brief": 1})


@given(STEPS, st.sampled_from([1.0, 0.9, 0.0]), st.sampled_from([1.0, 0.95, 0.0]), st.sampled_from([0.0, 2.0]))
def test_gae(rewards: list[list[float]], gamma: float, lam: float, after: float) -> None:
    values = [[r / 2 + k for k, r in enumerate(row)] for row in rewards]
    advantage = gd.credit.gae(ON_STEPS, gd.col("v", axis="step"), gamma, lam, after)
    found = advantage.score({"r": rewards, "v": values}).nested()
    for row, value, got in zip(rewards, values, found, strict=True):
        running, wanted = 0.0, []
        for t in reversed(range(len(row))):
            following = value[t + 1] if t + 1 < len(row) else after
            running = row[t] + gamma * following - value[t] + gamma * lam * running
            wanted.append(running)
        assert got == pytest.approx(wanted[::-1], abs=1e-9)


@given(STEPS)
def test_gae_of_a_full_decay_is_the_reward_to_go_less_the_value(rewards: list[list[float]]) -> None:
    data = {"r": rewards, "v": [[0.25] * len(row) for row in rewards]}
    full = gd.credit.gae(ON_STEPS, gd.col("v", axis="step")).score(data).values
    togo = gd.credit.reward_to_go(ON_STEPS).score(data).values
    assert full == pytest.approx(togo - 0.25, abs=1e-9)


@given(STEPS)
def test_soft_min_to_go_begins_near_the_minimum(rewards: list[list[float]]) -> None:
    found = gd.credit.soft_min_to_go(ON_STEPS, temperature=0.01).score({"r": rewards}).nested()
    for row, got in zip(rewards, found, strict=True):
        # Rewards stand on a grid of 0.01, so that steps near the minimum weigh exp(-1) and less of it.
        assert min(row) - 1e-9 <= got[0] <= min(row) + 0.01 * len(row)


@given(STEPS)
def test_progress_adds_up(values: list[list[float]]) -> None:
    found = gd.credit.progress(ON_STEPS, before=1.0).score({"r": values}).nested()
    for row, got in zip(values, found, strict=True):
        assert math.fsum(got) == pytest.approx(row[-1] - 1.0, abs=1e-9)


@given(STEPS, st.randoms(use_true_random=False))
def test_same_state(rewards: list[list[float]], chance: object) -> None:
    states = [[chance.choice("xyz") for _ in row] for row in rewards]  # type: ignore[attr-defined]
    data = {"prompt": ["p"] * len(rewards), "r": rewards, "s": states}
    found = gd.credit.same_state(ON_STEPS, gd.col("s", axis="step"), 0.5).score(data).nested()
    togo = [[sum(r * 0.5**k for k, r in enumerate(row[t:])) for t in range(len(row))] for row in rewards]
    for i, row in enumerate(states):
        for t, state in enumerate(row):
            met = [togo[j][k] for j, other in enumerate(states) for k, s in enumerate(other) if s == state]
            assert found[i][t] == pytest.approx(togo[i][t] - fmean(met), abs=1e-9)


def test_outcome_and_steps_by_hand() -> None:
    data = {"prompt": ["p"] * 3, "won": [1, 0, 0], "r": [[1, 0], [0], [1, 1]]}
    found = gd.credit.outcome_and_steps(gd.col("won"), ON_STEPS, weight=0.5).score(data).nested()
    # Outcomes less the others' means: 1, -0.5, -0.5. Means of the others' steps: 2/3, 3/4, 1/3.
    assert found[0] == pytest.approx([1 + 0.5 * (1 / 3 - 2 / 3), 1 + 0.5 * (-2 / 3)])
    assert found[1] == pytest.approx([-0.5 + 0.5 * -0.75])
    assert found[2] == pytest.approx([-0.5 + 0.5 * 4 / 3, -0.5 + 0.5 * 2 / 3])


def test_each_says_what_it_must_see_together() -> None:
    steps, values = ON_STEPS, gd.col("v", axis="step")
    scopes = {
        "rollout": (gd.credit.gae(steps, values), gd.credit.reward_to_go(steps), gd.credit.progress(steps)),
        "group": (
            gd.credit.group_zscore(REWARD), gd.credit.group_centred(REWARD), gd.credit.leave_one_out(REWARD),
            gd.credit.win_rate(REWARD), gd.credit.same_state(steps, gd.col("s", axis="step")),
            gd.credit.outcome_and_steps(REWARD, steps),
        ),
        "batch": (gd.credit.batch_zscore(REWARD), gd.credit.by_component({"r": REWARD})),
    }  # fmt: skip
    for scope, advantages in scopes.items():
        assert {advantage.compile().scope() for advantage in advantages} == {scope}
        assert all(advantage.is_advantage for advantage in advantages)


def test_a_million_rollouts_as_an_array() -> None:
    r = np.random.default_rng(0).random(1_000_000)
    found = gd.credit.group_zscore(REWARD).score(gd.Rollouts({"r": r}, groups=np.arange(len(r)) // 8)).values
    table = r.reshape(-1, 8)
    wanted = (table - table.mean(1, keepdims=True)) / (table.std(1, ddof=1, keepdims=True) + 1e-6)
    assert np.allclose(found, wanted.reshape(-1), atol=1e-12)
