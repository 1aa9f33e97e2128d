"""Rewards for ranked lists."""

from __future__ import annotations

from typing import Literal

import guerdon as gd
from guerdon.expr.columns import Column
from guerdon.expr.score import Score

__all__ = ["mm_r5", "ranked_list"]


def ranked_list(
    items: Column,
    golds: Column,
    kind: Literal["mrr", "accuracy", "top1", "ndcg"] = "mrr",
    most: int | None = None,
    formatted: Score | None = None,
    weight: float = 0.1,
) -> Score:
    """Ranked-list medical reasoning models (P007): where the right answer stands in the list that was given.

    A single answer is a list of one, so choices, short texts and lists share one reward. A repeated item is left out
    before places are counted. ``accuracy`` (is it in the list?) rewards listing everything; ``most`` multiplies by most
    over the length of a longer list.

    Paper: "Single Answer is Not Enough: On Generating Ranked Lists with Medical Reasoning Models" (2025),
    arXiv:2509.20866, by its outline. GUESSES: the form of the penalty on length, the weight of form, and when two
    answers are one (here: equal but for case and white space).

    Args:
        items: the answers, best first, such as ``gd.ranking.answers(gd.text.tag("answer"))``.
        golds: the right answer, flat, or several on an axis (``mrr`` is then the mean over them, ``accuracy`` their
            share).
        kind: reciprocal rank, presence, presence at the first place, or nDCG (golds on an axis).
        most: how long a list may be at no loss; no penalty if left out.
        formatted: 1 where the completion has the form asked for.
        weight: of that.

    >>> items = gd.col("said", axis="item")
    >>> rows = {"said": [["A", "B", "C"], ["B", "B", "A"]], "gold": ["B", "A"]}
    >>> ranked_list(items, gd.col("gold")).score(rows).values
    array([0.5, 0.5])
    """
    if kind == "ndcg":
        right = gd.ranking.ndcg(items, golds)
    elif kind == "mrr":
        place = gd.similarity.places(items, golds)
        right = place.mean(empty=0) if place.axes else place
    else:
        right = gd.ranking.recall_at(items, golds, 1 if kind == "top1" else None)
    if most is not None:
        right *= most / gd.max(items.count(), most)
    return right if formatted is None else right + weight * formatted


def mm_r5(
    ids: Column,
    golds: Column,
    candidates: Column,
    tidy: Score,
    power: float = 3.0,
    weights: tuple[float, float] = (1.0, 1.0),
    as_released: bool = False,
) -> Score:
    """MM-R5 (P037): a reranker's list, by the places of the relevant pages, and by its form.

    The first part is the sum of the relevant pages' reciprocal places to a power over the greatest that sum can be. The
    second is how near the length of the list comes to the number of candidates, times the share of listed ids that are
    candidates; both are 0 where the completion has not the form asked for. The released form counts a repeated id each
    time, so that one id said again and again fills the form; ours counts it once.

    Paper: Xu et al., "MM-R5: MultiModal Reasoning-Enhanced ReRanker via Reinforcement Learning for Document Retrieval"
    (2025), arXiv:2506.12364, by its code. GUESSES: none but the guard against repeated ids, which is ours; and a list
    longer than twice the candidates is worth 0 here, not less.

    Args:
        ids: the list, best first, on an axis, such as ``gd.ranking.answers(gd.text.tag("answer"), "json")``.
        golds: the relevant candidates, each once, on an axis.
        candidates: all candidates, on an axis.
        tidy: 1 where think and answer stand as asked.
        power: of the places.
        weights: of the two parts.
        as_released: without the guard.

    >>> ids, golds, pages = gd.col("ids", axis="id"), gd.col("golds", axis="gold"), gd.col("pages", axis="page")
    >>> rows = {"ids": [[1, 3, 2], [1, 1, 1]], "golds": [[3], [1]], "pages": [[1, 2, 3]] * 2, "tidy": [1, 1]}
    >>> mm_r5(ids, golds, pages, gd.col("tidy")).score(rows).values.round(4)
    array([1.125 , 1.1111])
    """
    place = gd.similarity.places(ids, golds, power=power, dedupe=not as_released)
    ideal = ((place.position() + 1) ** -power).sum()
    order = gd.where(ideal > 0, place.sum() / gd.where(ideal > 0, ideal, 1), 0)
    fresh = 1 - (0 if as_released else 1) * gd.similarity.repeats(ids)
    known = gd.similarity.match(ids, candidates, gd.similarity.same, "best")["hit_a"]
    listed, n = fresh.sum(), candidates.count()
    length = gd.max(0, n - abs(listed - n)) / gd.max(n, 1)
    form = length * (known * fresh).mean(empty=0)
    return tidy * (weights[0] * order + weights[1] * form)
