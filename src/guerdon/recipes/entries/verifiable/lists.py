"""Ranked lists: facts, and rewrites that fool what was released."""

from __future__ import annotations

import json
from typing import Any

import guerdon as gd

from ...experiments import answers
from ...registry import Claim, Experiment, Fact, register
from ...verifiable.lists import mm_r5, ranked_list
from ..seen import change, column, numbers

_ITEMS, _GOLD, _GOLDS = gd.col("said", axis="item"), gd.col("gold"), gd.col("golds", axis="gold")


def _list(kind: Any, said: list[str], gold: str, **options: Any) -> float:
    found: float = numbers(ranked_list(_ITEMS, _GOLD, kind, **options), {"said": [said], "gold": [gold]})[0]
    return found


register(
    ranked_list,
    row="P007",
    title="Ranked-list MRMs: Single Answer is Not Enough: On Generating Ranked Lists with Medical Reasoning Models",
    shape="expression",
    sure="paper",
    guesses=("the penalty on length", "the weight of form", "when two answers are one"),
    example=lambda: ranked_list(gd.ranking.answers(gd.text.tag("answer")), gd.col("gold"), most=5),
    facts=(
        Fact(
            "B in A, B, C",
            lambda: [_list(kind, ["A", "B", "C"], "B") for kind in ("mrr", "accuracy", "top1")],
            (0.5, 1, 0),
        ),
        Fact(
            "not there",
            lambda: [_list(kind, ["A", "B"], "X") for kind in ("mrr", "accuracy", "top1")],
            (0, 0, 0),
        ),
        Fact("B, B, A: second, once repeats are out", lambda: _list("mrr", ["B", "B", "A"], "A"), 0.5),
        Fact("one answer is a list of one", lambda: [_list("mrr", ["a "], "A"), _list("mrr", [], "A")], (1, 0)),
        Fact(
            "longer than it may be",
            lambda: _list("mrr", ["A", "B", "C", "D", "E", "F"], "B", most=3),
            0.25,
        ),
        Fact("repeats count as length", lambda: _list("mrr", ["B"] * 6, "B", most=3), 0.5),
        Fact(
            "several right answers: mean reciprocal rank and nDCG",
            lambda: [
                numbers(ranked_list(_ITEMS, _GOLDS, kind), {"said": [["a", "x", "b"]], "golds": [["a", "b"]]})[0]
                for kind in ("mrr", "ndcg")
            ],
            (2 / 3, 1.5 / (1 + 0.63093)),
        ),
        Fact("and a little for form", lambda: _list("mrr", ["B"], "B", formatted=gd.const([1.0], "x").sum()), 1.1),
    ),
    experiment=Experiment(
        answers.lists,
        about="a policy over list lengths and orders, with eight answers of which it believes some more than others",
        claims=(
            Claim("presence alone: lists grow to the cap of 8", column("length accuracy"), low=7.5),
            Claim("reciprocal ranks keep the best answer first", column("best first mrr"), low=0.95),
            Claim("the penalty stops growth at 3", column("length penalised"), low=2.5, high=3.5),
            Claim("and keeps the best first", column("best first penalised"), low=0.95),
        ),
    ),
)

_IDS, _PAGES = gd.col("ids", axis="id"), gd.col("pages", axis="page")


def said_again(completion: str) -> str:
    """The first id of a list, said as often as the list is long."""
    start, stop = completion.find("["), completion.rfind("]") + 1
    ids = json.loads(completion[start:stop])
    return completion[:start] + json.dumps([ids[0]] * len(ids)) + completion[stop:]


def _order(ids: list[int], golds: list[int], **options: Any) -> float:
    rows = {"ids": [ids], "golds": [golds], "pages": [[1, 2, 3]], "tidy": [1]}
    found: float = numbers(mm_r5(_IDS, _GOLDS, _PAGES, gd.col("tidy"), **options), rows)[0]
    return found


def _from_text(**options: Any) -> gd.Score:
    ids = gd.ranking.answers(gd.text.tag("answer"), "json", axis="id")
    return mm_r5(ids, _GOLDS, _PAGES, gd.text.tags_in_order("think", "answer", exact=True), **options)


_TEXT = "<think>The third.</think><answer>[1, 3, 2]</answer>"


def _read(text: str, **options: Any) -> float:
    found: float = numbers(_from_text(**options), {"completion": [text], "golds": [[1]], "pages": [[1, 2, 3]]})[0]
    return found


register(
    mm_r5,
    row="P037",
    title="MM-R5: MultiModal Reasoning-Enhanced ReRanker via Reinforcement Learning for Document Retrieval",
    shape="expression",
    sure="code",
    guesses=("the guard against repeated ids",),
    example=lambda: _from_text(),
    facts=(
        Fact("page 3 second", lambda: _order([1, 3, 2], [3], weights=(1, 0)), 0.125),
        Fact(
            "pages 1 and 2, second one last; and both first",
            lambda: [_order(ids, [1, 2], weights=(1, 0)) for ids in ([1, 3, 2], [2, 1, 3])],
            (0.9218, 1),
        ),
        Fact(
            "form of three candidates",
            lambda: [_order(ids, [1], weights=(0, 1)) for ids in ([1, 2, 3], [1, 2], [1, 2, 9], [1, 2, 3, 4])],
            (1, 2 / 3, 2 / 3, 0.5),
        ),
        Fact(
            "the form is the same as released", lambda: _order([1, 2, 3, 4], [1], weights=(0, 1), as_released=True), 0.5
        ),
        Fact(
            "one id three times, as released and ours",
            lambda: [_order([1, 1, 1], [1], as_released=released) for released in (True, False)],
            (2, 1 + 1 / 9),
        ),
        Fact("from the text", lambda: _read(_TEXT), 2),
        Fact(
            "the text with its first id said again, as released and ours",
            lambda: [_read(said_again(_TEXT), as_released=released) for released in (True, False)],
            (2, 1 + 1 / 9),
        ),
        Fact("nothing without the form", lambda: [_read("[1, 3, 2]"), _read("")], (0, 0)),
    ),
    experiment=Experiment(
        answers.rerankers,
        about="a Plackett-Luce reranker of five pages over two features, of which one tells the relevant page",
        claims=(Claim("recall at 1 rises", change("recall at 1 after", "recall at 1 before"), low=0.3, whose="paper"),),
    ),
    hacks=(said_again,),
)
