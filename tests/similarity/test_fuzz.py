"""Random and adversarial texts: every function of the rooms similarity and ranking gives a number in its range."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

import guerdon as gd

A, B, SAID, GOLDS = gd.col("a"), gd.col("b"), gd.col("said", axis="said"), gd.col("golds", axis="gold")
ANSWERS = gd.ranking.answers(A)
CHECKED = gd.ranking.citations(gd.col("sources"), of=A)
SOURCES = ["Paris has 2 million people.", "Iron rusts in wet air, the cat sat.", ""]

PIECES = [
    *("the cat sat", "Paris", "1. ", "2) ", "- ", "\n", "\n\n", ",", ".", " ", "[1]", "[2,3]", "[1-64]", "[", "]", '"'),
    *(
        "\u201c",
        "\u201d",
        "{",
        "}",
        '["a"]',
        "```json\n",
        "```",
        "<answer>",
        "</answer>",
        "<think>",
        "</think>",
        "&amp;",
    ),
    *("\0", "\ud800", "\u202e", "\u0430", "e\u0301", "🙂", "\u3002", "1e999", "-0", "NaN", "null", "9" * 50, "a" * 200),
]


def text(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.05:
        return rng.choice(["", " ", "\n", rng.choice(PIECES) * rng.randint(1, 400)])
    if kind < 0.15:
        return "".join(chr(rng.randrange(0x250)) for _ in range(rng.randint(1, 40)))
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 25)))


def item(rng: random.Random) -> Any:
    return rng.choice([text(rng), rng.randint(-9, 9), rng.random(), None, True, [text(rng)], {"text": text(rng)}])


def texts(rng: random.Random, n: int) -> dict[str, list[Any]]:
    golds = [rng.choice([text(rng), [text(rng), text(rng)], "the cat sat"]) for _ in range(n)]
    return {"a": [text(rng) for _ in range(n)], "b": golds, "sources": [SOURCES] * n}


def lists(rng: random.Random, n: int) -> dict[str, list[Any]]:
    def some(most: int) -> list[Any]:
        return [item(rng) for _ in range(rng.randint(0, most))]

    return {
        "a": [text(rng) for _ in range(n)],
        "said": [some(12) for _ in range(n)],
        "golds": [some(5) for _ in range(n)],
    }


OF_TEXTS: dict[str, gd.Score] = {
    **{name: gd.similarity.overlap_text(A, B, name) for name in ("f1", "jaccard", "rouge_1", "rouge_2", "rouge_l")},  # type: ignore[arg-type]
    "bleu": gd.similarity.bleu(A, B),
    "bleu after the first": gd.similarity.bleu(A, B, smooth="add1_after_first"),
    "edit": gd.similarity.edit(A, B),
    "levenshtein": gd.similarity.edit(A, B, "levenshtein"),
    "words": gd.similarity.edit(A, B, "words"),
    "chrf": gd.similarity.chrf(A, B),
    "sources cited": gd.ranking.cited(A).exists().mean(empty=0),
    **{name: CHECKED[name].mean(empty=0) for name in ("cited", "supported", "exists", "needed", "found")},
}
OF_LISTS: dict[str, gd.Score] = {
    "mrr": gd.ranking.mrr(SAID, GOLDS),
    "mrr of answers": gd.ranking.mrr(ANSWERS, GOLDS),
    "recall": gd.ranking.recall_at(SAID, GOLDS, 3),
    "precision": gd.ranking.precision_at(SAID, GOLDS),
    "average precision": gd.ranking.average_precision(SAID, GOLDS),
    "ndcg": gd.ranking.ndcg(SAID, GOLDS),
    "kendall": gd.ranking.correlation(SAID, GOLDS),
    "match": gd.similarity.match(SAID, GOLDS, gd.similarity.same)["a"].mean(empty=0),
    "repeats": gd.similarity.repeats(SAID).mean(empty=0),
}
NEAR = gd.similarity.near(gd.col("x"), 3.5, "relative", gd.similarity.steps((0.1, 1)))


def check(scores: dict[str, gd.Score], rows: Callable[[random.Random, int], dict[str, list[Any]]], n: int) -> None:
    rng = random.Random(42)
    for _ in range(0, n, 500):
        given = rows(rng, 500)
        for name, score in scores.items():
            found = score.score(given)
            reasons = {reason for reason in found.reasons if reason.startswith("exception") or reason == "domain"}
            assert not reasons, (name, reasons)
            # An unscored row is the reference's doing: no text, or no right order.
            assert all(number is None or -1 <= number <= 1 for number in found.numbers), name
            assert found.statuses.count("unscored") < 200, name


@pytest.mark.parametrize("n", [500, pytest.param(30_000, marks=pytest.mark.full)])
def test_texts(n: int) -> None:
    check(OF_TEXTS, texts, n)


@pytest.mark.parametrize("n", [500, pytest.param(20_000, marks=pytest.mark.full)])
def test_lists(n: int) -> None:
    check(OF_LISTS, lists, n)


@pytest.mark.parametrize("n", [500, pytest.param(50_000, marks=pytest.mark.full)])
def test_numbers(n: int) -> None:
    check({"near": NEAR}, lambda rng, k: {"x": [item(rng) for _ in range(k)]}, n)
