"""Nuggets and citations: hand numbers, and the cheats of their kind."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.ranking import citations, cited, nugget_precision, nugget_recall, nuggets
from guerdon.ranking._brackets import citations_in, quotes_in, statements
from guerdon.ranking._citations import checked

SOURCES = [
    "The Eiffel Tower opened in 1889 in Paris. It is 330 metres tall.",
    "Berlin has a large zoo with many elephants.",
    "Iron rusts in wet air.",
]
HONEST = "The Eiffel Tower opened in 1889 [1]. Berlin has a large zoo [2]."


def figures(text: str, sources: Any = None, **options: Any) -> dict[str, float]:
    record = checked(SOURCES if sources is None else sources, of=text, **options)
    return {name: sum(marks) / len(marks) if marks else 0.0 for name, marks in record.items()}


def test_honest_citations_earn_everything() -> None:
    assert figures(HONEST) == {"cited": 1, "supported": 1, "exists": 1, "needed": 1, "found": 0}


def test_citing_every_source_costs_precision() -> None:
    spam = HONEST.replace("[1]", "[1,2,3]").replace("[2].", "[1][2][3].")
    assert figures(spam)["supported"] == 1.0
    assert figures(spam)["needed"] == pytest.approx(1 / 3)


def test_citing_the_same_source_again_changes_nothing() -> None:
    twice = HONEST.replace("[1]", "[1] [1,1][1]")
    assert checked(SOURCES, of=twice) == checked(SOURCES, of=HONEST)
    assert figures(HONEST + " " + HONEST + HONEST)["needed"] == 1.0
    assert len(checked(SOURCES, of=f"{HONEST} {HONEST}")["cited"]) == 2


def test_sources_that_do_not_exist_are_seen() -> None:
    found = figures("The Eiffel Tower opened in 1889 [4]. It is 330 metres tall [1-4].")
    assert found["cited"] == 0.5
    assert found["exists"] == pytest.approx(3 / 5)


def test_a_wrong_number_is_not_supported() -> None:
    assert figures("The Eiffel Tower opened in 1899 [1].")["supported"] == 0.0
    assert figures("The Eiffel Tower opened in 1889 [1].")["supported"] == 1.0


@pytest.mark.parametrize(
    "cheat",
    ["", "[1]", "[1][2][3]", "Yes [1].", "... [1]", "It is so [1].", "[1] [2] [3] " * 500, "Zebras fly south [1]."],
)
def test_saying_nothing_earns_nothing(cheat: str) -> None:
    found = figures(cheat)
    assert found["supported"] == found["needed"] == 0.0


def test_padding_with_unsupported_sentences_costs_recall() -> None:
    padded = HONEST + " Whales sing. Clouds drift. Grass grows."
    assert figures(padded)["supported"] == pytest.approx(2 / 5)


def test_taking_the_answer_out_earns_nothing() -> None:
    recall = citations(gd.col("sources"), of=gd.text.tag("answer"))["supported"].mean(empty=0)
    rows = {"completion": [f"<answer>{HONEST}</answer>", HONEST, ""], "sources": [SOURCES] * 3}
    assert recall.score(rows).numbers == [1, 0, 0]


def test_quotations_must_stand_in_the_cited_source() -> None:
    assert figures('It says "opened in 1889 in Paris" [1].')["found"] == 1.0
    assert figures('It says "opened in 1889 in Paris" [2].')["found"] == 0.0
    assert figures('It says "opened in 1889 in Paris".')["found"] == 1.0
    assert figures('It says "opened in 1890 in Paris" [1].')["found"] == 0.0
    assert figures('It says "in Paris" [1].')["found"] == 0.0  # too short to be a quotation
    record = checked(SOURCES, of='"Iron rusts in wet air" [3]. Again: "iron rusts in wet air." [3]')
    assert record["found"] == [1.0, 1.0]
    assert quotes_in('"Iron rusts in air" "iron rusts in air"') == ["iron rusts in air"]
    assert figures(HONEST.replace("e", "\u0435"))["supported"] == 0.0  # homoglyphs


def test_where_citations_stand() -> None:
    assert citations_in("[1] [2, 3] [4\u20136] [^7] \u30108\u3011") == [1, 2, 3, 4, 5, 6, 7, 8]
    assert citations_in("[0] [a] [1.5] [99999] [1-9999] [] [[1]] f[2]") == [1, 2]
    assert [one.cited for one in statements("First. [1] Second [2].\n\n[3] Third.")] == [[1], [2, 3], []]


def test_a_judge_of_one_s_own_decides_what_supports() -> None:
    both = citations(gd.col("sources"), support=lambda source, statement: float("zoo" in source))
    rows = {"completion": ["Anything at all [2]. Anything else [1]."], "sources": [SOURCES]}
    assert both["supported"].score(rows).nested() == [[1.0, 0.0]]


def test_sources_may_be_records_and_must_be_there() -> None:
    recall = citations(gd.col("sources"))["supported"].mean(empty=0)
    rows = {
        "completion": [HONEST] * 4,
        "sources": [[{"text": text} for text in SOURCES], None, [1, 2], []],
    }
    assert recall.score(rows).numbers == [1.0, None, None, 0.0]


@given(st.text(st.sampled_from('[]1,-9 ab.\n"^\u201c\u201d\u3010\u3011'), max_size=80))
def test_any_text_is_checked(text: str) -> None:
    record = checked(SOURCES, of=text)
    assert len(record["cited"]) == len(record["supported"])
    assert len(record["exists"]) == len(record["needed"])
    assert all(mark in (0.0, 1.0) for marks in record.values() for mark in marks)


def test_floods_are_bounded() -> None:
    for flood in ("[1]" * 100_000, "[" * 300_000, '"' * 300_000, "a [1-64]. " * 50_000, "[1,2,3] word. " * 30_000):
        record = checked(SOURCES, of=flood)
        assert len(record["cited"]) <= 512
    many = [f"source {i} zebra" for i in range(64)]
    record = checked(many, of=" ".join(f"word{i}" for i in range(90_000)) + " [1-64].")
    assert sum(record["supported"]) == sum(record["needed"]) == 0


def test_is_written_down_and_read_back() -> None:
    for score in (citations(gd.col("sources"))["needed"].mean(empty=0), cited().exists().sum()):
        assert gd.from_dict(json.loads(json.dumps(score.to_dict()))) is score
    with pytest.raises(TypeError, match="sources is a column that holds a list"):
        citations(SOURCES)
    with pytest.raises(ValueError, match="at_least=0"):
        citations(gd.col("sources"), at_least=0)


class TestNuggets:
    FACTS = gd.col("facts", axis="nugget")

    def test_found_by_their_words(self) -> None:
        found = nuggets(gd.col("a"), self.FACTS)
        facts = ["opened in 1889", "built by Eiffel", "330 metres"]
        rows = {"a": ["It opened in 1889.", "Eiffel built it, 330 metres tall", "", None], "facts": [facts] * 4}
        assert found.score(rows).nested() == [[1, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]]

    def test_recall_weighs_the_vital(self) -> None:
        found, vital = gd.col("found", axis="nugget"), gd.col("vital", axis="nugget")
        rows = {"found": [[1, 0, 1], [0, 1, 0], []], "vital": [[1, 1, 0], [0, 1, 1], []]}
        assert nugget_recall(found, vital).score(rows).numbers == [0.6, 0.4, 0]
        assert nugget_recall(found, vital, okay=0).score(rows).numbers == [0.5, 0.5, 0]
        assert nugget_recall(found).score(rows).numbers == [pytest.approx(2 / 3), pytest.approx(1 / 3), 0]

    def test_saying_everything_costs_precision_and_nothing_earns_nothing(self) -> None:
        text = gd.col("a")
        found = nuggets(text, self.FACTS)
        precision = nugget_precision(found, gd.text.length(of=text), allowance=20)
        facts = ["opened in 1889"]
        rows = {"a": ["Opened in 1889.", "Opened in 1889. " + "Also much else. " * 50, "", "no"], "facts": [facts] * 4}
        assert precision.score(rows).values == pytest.approx([1, 20 / 816, 0, 0])
