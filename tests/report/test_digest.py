"""Shares of variance and associations, against numbers computed by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from guerdon.report.digest import digest
from guerdon.report.schema import Rollout, iter_rollouts


def rollout(group: str, parts: dict[str, float], *, step: int = 1, split: str = "train", **other: Any) -> Rollout:
    one: dict[str, Any] = {
        "split": split,
        "step": step,
        "id": f"{group}-{id(parts)}",
        "group": group,
        "prompt": "p",
        "completion": "c",
        "tokens": 10,
        "truncated": False,
        "reward": sum(parts.values()),
        "status": "scored",
        "reason": None,
        "components": {
            name: {"value": value, "status": "scored", "reason": None, "contribution": value}
            for name, value in parts.items()
        },
    }
    return {**one, **other}  # type: ignore[typeddict-item]


def test_shares_are_covariances_within_groups() -> None:
    # group 1: a = 0, 1; b = 0, 1; reward = 0, 2. group 2: a = 0, 1; b = 1, 0; reward = 1, 1.
    # within group 1: Var = 2, Cov(a, r) = 1, Cov(b, r) = 1 (sums of squares); group 2 has no variance.
    even = digest(
        [
            rollout("1", {"a": 0, "b": 0}),
            rollout("1", {"a": 1, "b": 1}),
            rollout("2", {"a": 0, "b": 1}),
            rollout("2", {"a": 1, "b": 0}),
        ]
    )
    assert even.shares == {"a": pytest.approx(0.5), "b": pytest.approx(0.5)}
    # a = 0, 1, 2 and b = 1, 0, 0: reward 1, 1, 2; mean 4/3; Var = 2/3; Cov(a, r) = 1; Cov(b, r) = -1/3
    against = digest([rollout("1", {"a": 0, "b": 1}), rollout("1", {"a": 1, "b": 0}), rollout("1", {"a": 2, "b": 0})])
    assert against.shares == {"a": pytest.approx(1.5), "b": pytest.approx(-0.5)}


def test_differences_between_groups_teach_nothing() -> None:
    easy_and_hard = [
        rollout("easy", {"a": 1}),
        rollout("easy", {"a": 1}),
        rollout("hard", {"a": 0}),
        rollout("hard", {"a": 0}),
    ]
    assert digest(easy_and_hard).shares == {}


def test_the_same_prompt_at_another_step_is_another_group() -> None:
    assert digest([rollout("1", {"a": 1}, step=1), rollout("1", {"a": 0}, step=2)]).shares == {}


def test_held_out_rollouts_do_not_count_as_training() -> None:
    summed = digest([rollout("1", {"a": 0}, split="before"), rollout("1", {"a": 1}, split="before")])
    assert summed.shares == {}
    assert (summed.count("before"), summed.count("train")) == (2, 0)


def test_unscored_rollouts_that_are_longer_are_a_finding() -> None:
    short = [rollout("1", {"a": 1}, tokens=10 + index % 2) for index in range(20)]
    long = [
        rollout("1", {}, tokens=90 + index % 2, reward=None, status="unscored", reason="judge down")
        for index in range(6)
    ]
    (found,) = digest([*short, *long]).findings
    assert (found.node, found.status, found.trait, found.count) == ("reward", "unscored", "tokens", 6)
    assert (found.mean, found.others) == (90.5, 10.5)
    # both sides scatter by half a token: sample variances 0.3 and 5/19, so the error is sqrt(0.05 + 0.01316) = 0.2513
    assert found.errors == pytest.approx(80 / 0.2513, rel=1e-3)
    assert digest([*short, *long[:4]]).findings == ()


def test_the_first_rollout_of_a_reason_is_its_example() -> None:
    cell = {"a": {"value": 0.0, "status": "failed", "reason": "no answer", "contribution": 0.0}}
    found = digest(
        [rollout("1", {}, components=cell, id="x", completion="hm"), rollout("1", {}, components=cell, id="y")]
    )
    example = found.examples["a", "failed", "no answer"]
    assert (example.id, example.completion) == ("x", "hm")


def test_pooled_shares_of_a_run_sum_to_one(run_folder: Path) -> None:
    summed = digest(iter_rollouts(run_folder))
    assert sum(summed.shares.values()) == pytest.approx(1)
    assert summed.count("train") == 60 * 4 * 8
    reasons = [
        json.loads(line)["status"] for line in (run_folder / "rollouts.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert sum(sum(counts.values()) for counts in summed.statuses.values()) == len(reasons)
