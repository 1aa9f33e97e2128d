"""The public room: statuses, reasons, arguments."""

from __future__ import annotations

import pytest

import guerdon as gd

FENCED = '```json\n{"reasoning": "a", "answer": "b"}\n```'
PLAIN = '{"reasoning": "a", "answer": "b"}'


def test_p004_by_hand():
    """Valid and complete is 1 and 1; in fences valid is 0 when strict, 1 when lenient; one of two keys is 0.5."""
    rows = {"completion": [PLAIN, FENCED, '{"answer": "b"}', '{"reasoning": "a", "answer": "b", "c": 1}']}
    assert gd.structure.valid().score(rows).values.tolist() == [1, 0, 1, 1]
    assert gd.structure.valid(fences="allow").score(rows).values.tolist() == [1, 1, 1, 1]
    shape = gd.structure.keys(gd.structure.json(), ["reasoning", "answer"], extra_penalty=0.5)
    assert shape.score(rows).values.tolist() == [1, 1, 0.5, 0.5]


def test_reasons_are_kept_and_a_failure_is_the_worst():
    rows = {"completion": ['{"a": 1, "a": 2}', "[NaN]", "[" * 100, "text", None]}
    scores = gd.structure.valid().score(rows)
    assert scores.statuses == ["failed"] * 4 + ["unscored"]
    assert scores.reasons[:4] == [
        "JSON with a duplicate key",
        "JSON with NaN",
        "JSON nested too deeply",
        "no valid JSON",
    ]
    assert scores.values[:4].tolist() == [0, 0, 0, 0]


def test_items_on_an_axis():
    items = gd.structure.json(axis="item")
    score = gd.structure.keys(items, ["x"]).mean(empty=0)
    scores = score.score({"completion": ['[{"x": 1}, {"y": 1}]', "[]", '{"x": 1}', "none"]})
    assert scores.values.tolist() == [0.5, 0, 0, 0]


def test_a_path_a_schema_and_equality():
    value = gd.structure.json()
    rows = {"completion": ['{"a": [1, 2]}', '{"a": [1, "2"]}', '{"b": 1}'], "gold": [[1, 2], [1, 2], [1, 2]]}
    inner = gd.structure.at(value, "/a")
    assert gd.structure.equal(inner, gd.col("gold")).score(rows).values.tolist() == [1, 0, 0]
    assert gd.structure.equal(inner, gd.col("gold"), "number").score(rows).values.tolist() == [1, 1, 0]
    assert gd.structure.matches(inner, {"type": "integer"}).score(rows).values.tolist() == [1, 0.5, 0]
    assert gd.structure.equal(inner, gd.col("gold")).score(rows).statuses == ["scored", "scored", "failed"]


def test_patterns():
    rows = {"completion": ["x=1 and x=22", "none", "<think>x=3</think>y"]}
    assert gd.structure.search("x=[0-9]").score(rows).values.tolist() == [1, 0, 1]
    assert (gd.structure.find("x=([0-9]+)", group=1) == "22").score(rows).values.tolist() == [1, 0, 0]
    assert gd.structure.find("x=([0-9]+)", group=1).exists().score(rows).values.tolist() == [1, 0, 0]
    assert gd.structure.full_match("none").score(rows).values.tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: gd.structure.json(fences="maybe"),
        lambda: gd.structure.keys(gd.structure.json(), []),
        lambda: gd.structure.keys(gd.structure.json(), ["a"], extra_penalty=-1),
        lambda: gd.structure.keys({"a": 1}, ["a"]),
        lambda: gd.structure.matches(gd.structure.json(), {"type": "nothing"}),
        lambda: gd.structure.matches(gd.structure.json(), {"$ref": "http://example.com/a.json"}),
        lambda: gd.structure.search("("),
        lambda: gd.structure.find("a", group=1),
        lambda: gd.structure.find("a", which="only"),
        lambda: gd.structure.json(opened="think"),
    ],
)
def test_a_wrong_argument_is_one_sentence_when_the_reward_is_built(wrong):
    with pytest.raises((ValueError, TypeError)) as caught:
        wrong()
    assert "\n" not in str(caught.value)
