"""Rank metrics: hand numbers, scipy's and plain formulas as references, and what a list may not win by."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

import guerdon as gd
from guerdon.ranking import average_precision, correlation, mrr, ndcg, precision_at, recall_at

SAID, GOLDS, GRADES = gd.col("said", axis="said"), gd.col("golds", axis="gold"), gd.col("grades", axis="gold")

METRICS: dict[str, Callable[[Any, Any], gd.Score]] = {
    "mrr": mrr,
    "recall": partial(recall_at, k=3),
    "precision": partial(precision_at, k=3),
    "precision of all": precision_at,
    "average precision": average_precision,
    "ndcg": ndcg,
    "ndcg at 3": partial(ndcg, k=3),
    "kendall": correlation,
    "spearman": partial(correlation, measure="spearman"),
}
EACH = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)


def values(score: gd.Score, said: list[Any], golds: Any, **more: Any) -> list[float]:
    rows = {"said": said, "golds": [golds] * len(said), **{name: [value] * len(said) for name, value in more.items()}}
    return score.score(rows).values.round(6).tolist()


def test_hand_numbers() -> None:
    lists = [["a", "b", "c", "d"], ["x", "a", "y", "b"], ["x"], []]
    golds = ["a", "b"]
    assert values(mrr(SAID, GOLDS), lists, golds) == [1, 0.5, 0, 0]
    assert values(recall_at(SAID, GOLDS, 2), lists, golds) == [1, 0.5, 0, 0]
    assert values(recall_at(SAID, GOLDS), lists, golds) == [1, 1, 0, 0]
    assert values(precision_at(SAID, GOLDS, 2), lists, golds) == [1, 0.5, 0, 0]
    assert values(precision_at(SAID, GOLDS), lists, golds) == [0.5, 0.5, 0, 0]
    assert values(average_precision(SAID, GOLDS), lists, golds) == [1, 0.5, 0, 0]
    dcg = (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))
    assert values(ndcg(SAID, GOLDS), lists, golds) == pytest.approx([1, dcg, 0, 0], abs=1e-6)
    assert values(ndcg(SAID, GOLDS, k=3), lists, golds)[1] == pytest.approx(
        (1 / math.log2(3)) / (1 + 1 / math.log2(3)), abs=1e-6
    )
    graded = ndcg(SAID, GOLDS, GRADES)
    assert values(graded, [["b", "a"], ["a", "b"]], golds, grades=[3, 1])[1] == 1.0
    assert values(graded, [["b", "a"]], golds, grades=[0, 0]) == [0.0]


def test_against_plain_formulas() -> None:
    rng = random.Random(3)
    for _ in range(60):
        said = rng.sample(range(12), rng.randint(1, 12))
        golds = rng.sample(range(12), rng.randint(1, 5))
        relevant = [item in golds for item in said]
        k = rng.randint(1, 6)
        at = [sum(relevant[: i + 1]) / (i + 1) for i in range(len(said)) if relevant[i]]
        gain = sum(1 / math.log2(i + 2) for i in range(min(k, len(said))) if relevant[i])
        ideal = sum(1 / math.log2(i + 2) for i in range(min(k, len(golds))))
        want = {
            average_precision(SAID, GOLDS): sum(at) / len(golds),
            precision_at(SAID, GOLDS, k): sum(relevant[:k]) / k,
            recall_at(SAID, GOLDS, k): sum(relevant[:k]) / len(golds),
            mrr(SAID, GOLDS): next((1 / (i + 1) for i, hit in enumerate(relevant) if hit), 0),
            ndcg(SAID, GOLDS, k=k): gain / ideal,
        }
        for score, wanted in want.items():
            assert values(score, [said], golds) == pytest.approx([wanted], abs=1e-6)


def test_correlations_are_scipy_s_where_everything_is_listed() -> None:
    stats = pytest.importorskip("scipy.stats")
    rng = random.Random(1)
    for n in (2, 3, 5, 9):
        for _ in range(10):
            said = rng.sample(range(n), n)
            tau = stats.kendalltau(said, range(n)).statistic
            rho = stats.spearmanr(said, range(n)).statistic
            golds = list(range(n))
            assert values(correlation(SAID, GOLDS), [said], golds) == pytest.approx([tau], abs=1e-6)
            assert values(correlation(SAID, GOLDS, "spearman"), [said], golds) == pytest.approx([rho], abs=1e-6)


def test_leaving_out_never_pays_in_a_correlation() -> None:
    golds = ["a", "b", "c", "d"]
    full = [["a", "b", "c", "d"], ["b", "a", "d", "c"]]
    for kind in ("kendall", "spearman"):
        metric = correlation(SAID, GOLDS, kind)  # type: ignore[arg-type]
        for said in full:
            for n in range(4):
                whole, part = values(metric, [said, said[:n]], golds)
                assert part <= whole
    assert values(correlation(SAID, GOLDS), [["x", "y"], [], ["d"]], golds) == [-1, -1, -1]
    assert values(correlation(SAID, GOLDS), [["a"], ["x"]], ["a"]) == [1, -1]


@EACH
def test_repeats_junk_and_emptiness_do_not_pay(metric: Callable[[Any, Any], gd.Score]) -> None:
    golds = ["a", "b", "c"]
    right = ["a", "b", "c"]
    cheats = [
        [],
        ["a"] * 50,
        ["a", "a", "b", "b", "c", "c"],
        ["A ", "a", "b", "c"],
        [f"junk{i}" for i in range(600)] + right,
        ["\u0430", "b", "c"],  # a Cyrillic letter
        ["a, b, c"],
        [None, {"a": 1}, ["a"]],
    ]
    best, *others = values(metric(SAID, GOLDS), [right, *cheats], golds)
    assert best == 1.0
    assert max(others) <= best
    assert others[0] == min(0.0, *others)
    assert others[2] == best  # said twice is said once
    assert others[1] < best or metric in (mrr, precision_at)  # these two are won by one sure item
    assert others[4] == min(others)


@EACH
def test_statuses_and_range(metric: Callable[[Any, Any], gd.Score]) -> None:
    score = metric(SAID, GOLDS)
    scores = score.score({"said": [["a"], ["a"], None, ["a", "a"]], "golds": [["a"], None, ["a"], ["a", "a", "b"]]})
    assert scores.statuses[1:3] == ["unscored", "unscored"]
    assert all(number is None or -1 <= number <= 1 for number in scores.numbers)
    assert gd.from_dict(json.loads(json.dumps(score.to_dict()))) is score


def test_a_list_of_everything_wins_recall_alone() -> None:
    golds, everything = ["g1", "g2"], [[f"g{i}" for i in range(100, 0, -1)]]
    assert values(recall_at(SAID, GOLDS), everything, golds) == [1.0]
    for metric in (precision_at(SAID, GOLDS), average_precision(SAID, GOLDS), mrr(SAID, GOLDS)):
        assert values(metric, everything, golds)[0] < 0.05


def test_one_flat_right_answer() -> None:
    gold = gd.col("gold")
    rows = {"said": [["x", "a"]], "gold": ["a"]}
    assert mrr(SAID, gold).score(rows).values == 0.5
    assert recall_at(SAID, gold, 1).score(rows).values == 0
    assert precision_at(SAID, gold, 2).score(rows).values == 0.5
    with pytest.raises(TypeError, match="golds is a list on one axis"):
        ndcg(SAID, gold)
    with pytest.raises(ValueError, match="k=0 is how many places count"):
        recall_at(SAID, gold, 0)
