"""Figures of a step, worked by hand."""

import math

import pytest

import guerdon as gd
from guerdon.train import figures
from guerdon.train.progress import Progress


def batch(texts: list[str], gold: list[object], groups: list[int]) -> gd.plan.scores.Scores:
    right = (gd.col("completion") == gd.col("gold")).named("right")
    words = gd.text.length("words").named("words")
    reward = right * (1 + 0.5 * words)
    data = {"prompt": ["p"] * len(texts), "completion": texts, "gold": gold, "completion_ids": [[7]] * len(texts)}
    return reward.score(gd.Rollouts.of(data, groups=groups))


def test_a_step_of_one_batch() -> None:
    line = figures.step_line(3, [batch(["a", "b", "a a", "b"], ["a", "a", "a a", "c"], [0, 0, 1, 1])], 2.5)
    # Rewards 1.5, 0, 2, 0. Within both groups they vary with what `words` adds (0.5 of 1.5, 1 of 2) and with the rest.
    assert (line["step"], line["seconds"], line["length_mean"]) == (3, 2.5, 1.0)
    assert line["reward_mean"] == 3.5 / 4
    # `right` is a gate: it adds nothing of its own, and lets half of the rollouts through.
    gate = {"mean": 0.5, "computed": 1.0, "variance_share": 0.0, "effective_weight": None}
    assert line["components"]["right"] == gate
    assert line["drivers"] == {"gate/right": 0.5}
    # Within the groups `words` spreads by 0.25 and 0.5 to each side, the rest by 0.5 and 0.5.
    words, rest = math.hypot(0.25, 0.5), math.hypot(0.5, 0.5)
    assert line["components"]["words"]["effective_weight"] == pytest.approx(words / (words + rest))
    # Covariances: group 0: 0.5 * 1.5 / 2, group 1: 1 * 2 / 2; variances 1.5**2 / 2 and 2**2 / 2.
    shares = {name: part["variance_share"] for name, part in line["components"].items()}
    assert shares["words"] == pytest.approx((0.375 + 1) / (1.125 + 2))
    assert shares["rest"] == pytest.approx(1 - shares["words"])
    assert line["statuses"]["reward"] == {"scored": 4}


def test_a_step_of_two_batches_counts_every_rollout_once() -> None:
    parts = [batch(["a", "b"], ["a", "a"], [0, 0]), batch(["a", "b"], ["c", None], [0, 0])]
    line = figures.step_line(1, parts, 1.0)
    assert line["reward_mean"] == 1.5 / 4
    assert line["statuses"]["right"] == {"scored": 4}
    assert sum(calls["made"] + calls["saved"] for calls in line["calls"].values()) == 4 * len(line["calls"])


def test_a_step_without_a_batch_has_no_figures() -> None:
    line = figures.step_line(1, [], 1.0)
    assert (line["reward_mean"], line["length_mean"], line["components"]) == (None, None, {})


def test_a_ragged_component_is_the_mean_of_its_pieces() -> None:
    marks = gd.col("marks", axis="criterion").named("marks")
    scores = marks.mean().score({"marks": [[1, 2, 6], [4, None]]})
    assert [vars(cell) for cell in figures.per_rollout(scores.components["marks"])] == [
        {"value": 3.0, "status": "scored", "reason": None},
        {"value": 4.0, "status": "unscored", "reason": "missing"},
    ]
    assert figures.per_rollout(scores)[1].value is None


def test_what_json_cannot_hold_becomes_what_it_can() -> None:
    np = pytest.importorskip("numpy")
    assert figures.plain({1: float("inf"), "a": np.float64(2.5), "b": np.array([1, 2]), "c": {3}}) == {
        "1": None, "a": 2.5, "b": [1, 2], "c": "{3}",
    }  # fmt: skip


def test_the_table_tells_the_moving_average_and_the_time_left() -> None:
    lines: list[str] = []
    table = Progress(lines.append, ["right"])
    table.begin(10)
    for step, reward in enumerate((0.25, 0.75, None), start=1):
        part = {"right": {"mean": reward}}
        table.step({"step": step, "reward_mean": reward, "components": part, "length_mean": 7.25, "seconds": 30.0})
    assert lines[0].split() == ["step", "reward", "mean", "8", "right", "tokens", "took", "left"]
    assert lines[1].split() == ["1/10", "0.25", "0.25", "0.25", "7.2", "30", "s", "4:30"]
    assert lines[2].split() == ["2/10", "0.75", "0.50", "0.75", "7.2", "30", "s", "4:00"]
    assert lines[3].split() == ["3/10", "-", "0.50", "-", "7.2", "30", "s", "3:30"]
