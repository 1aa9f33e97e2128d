"""Support by words against what people marked in real answers, and likeness against what people preferred.

The data: 500 questions with passages, a reference and four model answers each, people's marks on the first answer and
their preferences among all pairs (the development set of Fine-Grained RLHF).
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import guerdon as gd
from guerdon.ranking._citations import _Words
from guerdon.text._split import sentences

A, B = gd.col("a"), gd.col("b")
UNGROUNDED = ("Unverifiable", "Wrong-Grounding")


@pytest.fixture(scope="module")
def questions(shared_data: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((shared_data / "finegrained_rlhf" / "dev_feedback.json").read_text())
    assert len(found) == 500
    return found


def test_support_by_words_tells_what_people_marked_as_ungrounded(questions: list[dict[str, Any]]) -> None:
    grounded, marked = [], []
    for row in questions:
        weigh = _Words([" ".join(passage) for passage in row["passages"]])
        spans = [(e["start"], e["end"]) for e in row["feedback"]["errors"] if e["error type"] in UNGROUNDED]
        for sentence in sentences(row["prediction 1"]):
            worth = weigh.support(str(sentence), range(len(row["passages"])))
            start, stop = sentence.span.start, sentence.span.stop  # type: ignore[attr-defined]
            (marked if any(a < stop and b > start for a, b in spans) else grounded).append(worth)
    good, bad = np.array(grounded), np.array(marked)
    assert (len(good), len(bad)) == (1366, 284)
    area = (good[:, None] > bad).mean() + 0.5 * (good[:, None] == bad).mean()
    assert area > 0.78
    assert (good >= 0.8).mean() > 0.94
    assert (bad >= 0.8).mean() < 0.58


@pytest.mark.parametrize(
    ("measure", "least"),
    [
        (gd.similarity.overlap_text(A, B), 0.64),
        (gd.similarity.overlap_text(A, B, "rouge_2"), 0.62),
        (gd.similarity.overlap_text(A, B, "rouge_l"), 0.61),
        (gd.similarity.edit(A, B), 0.61),
        pytest.param(gd.similarity.bleu(A, B, smooth="add1_after_first"), 0.63, marks=pytest.mark.full),
        pytest.param(gd.similarity.chrf(A, B), 0.63, marks=pytest.mark.full),
    ],
    ids=repr,
)
def test_what_is_like_the_reference_is_what_people_preferred(
    questions: list[dict[str, Any]], measure: gd.Score, least: float
) -> None:
    answers = [[row[f"prediction {i}"] for i in (1, 2, 3, 4)] for row in questions]
    rows = {"a": [one for four in answers for one in four], "b": [row["gold"] for row in questions for _ in range(4)]}
    worth = measure.score(rows).values.reshape(-1, 4)
    agreed = []
    for scores, four, row in zip(worth, answers, questions, strict=True):
        for (i, j), said in zip(itertools.combinations(range(4), 2), row["preference"], strict=True):
            if said and four[i] != four[j]:
                better, worse = (i, j) if said == 1 else (j, i)
                agreed.append((scores[better] > scores[worse]) + 0.5 * (scores[better] == scores[worse]))
    assert len(agreed) == 2616
    assert np.mean(agreed) > least  # length alone agrees on 0.51
