"""Records beside a reference: the hand-worked shares, and what is tried to win them cheaply."""

from __future__ import annotations

import json

import pytest

import guerdon as gd

GOLD = {"name": "Ulm", "size": {"km2": 118.69, "people": 126000}, "rivers": ["Danube", "Iller"], "twin": None}


def share(*values, gold=GOLD, **options):
    texts = [one if isinstance(one, str) else json.dumps(one) for one in values]
    rows = {"completion": texts, "gold": [gold] * len(texts)}
    return gd.structure.agreement(gd.structure.json(), gd.col("gold"), **options).score(rows).numbers


def test_shares_by_hand():
    close = GOLD | {"name": "ulm ", "size": {"km2": 118.7, "people": "126,000"}}
    assert share(GOLD, close, {"size": {"people": 126000}}, {"name": "Ulm", "twin": None}) == [1, 2 / 5, 1 / 5, 2 / 5]
    told = {"name": "text", "size.km2": 0.1, "size.people": "number"}
    assert share(GOLD, close, compare=told) == [1, 1]
    assert share(GOLD | {"size": {"km2": 119}}, compare={"size.km2": 0.1}) == [3 / 5]
    assert share(GOLD | {"x": 1, "y": {"z": 2}}, extra_penalty=0.2) == [pytest.approx(0.6)]


def test_what_is_tried_earns_nothing_more():
    everything = {
        "name": ["Ulm", "Bonn"],
        "size": 118.69,
        "km2": 118.69,
        "people": 126000,
        "rivers": ["Iller", "Danube"],
    }
    tried = [
        {},
        [],
        "Ulm",
        everything,
        {"NAME": "Ulm"},
        {"n\u0430me": "Ulm"},
        '{"name": "Bonn", "name": "Ulm"}',
        [GOLD],
    ]
    assert share(*tried) == [0] * len(tried)
    assert share({"name": True, "twin": 0, "rivers": {}}, gold={"name": 1, "twin": False, "rivers": []}) == [0]
    assert share("<think>" + json.dumps(GOLD) + "</think>{}", json.dumps(GOLD)[:-1], '{"a":' * 5000) == [0, 0, 0]


def test_taking_fields_out_never_earns_more():
    values = share(*[dict(list(GOLD.items())[:n]) for n in range(len(GOLD), -1, -1)])
    assert values == sorted(values, reverse=True) == [1, 4 / 5, 3 / 5, 1 / 5, 0]


def test_missing_and_made_up():
    rows = {
        "completion": ['{"a": 1, "b": {"c": 2}}', '{"z": 1}', "{}", "[]", "none"],
        "gold": [{"a": 0, "b": {"c": 0, "d": 0}}] * 5,
    }
    value = gd.structure.json()
    assert gd.structure.missing(value, gd.col("gold")).score(rows).numbers == [pytest.approx(1 / 3), 1, 1, 1, 1]
    assert gd.structure.hallucinated(value, gd.col("gold")).score(rows).numbers == [0, 1, 0, 1, 1]
    assert gd.structure.missing(value, ["a", "q"]).score(rows).numbers == [0.5, 1, 1, 1, 1]
    assert gd.structure.hallucinated(value, ("a",)).score(rows).numbers == [0.5, 1, 0, 1, 1]
    lost = {"completion": ["{}"], "gold": [None]}
    assert gd.structure.missing(value, gd.col("gold")).score(lost).statuses == ["unscored"]
    assert gd.structure.agreement(value, gd.col("gold")).score(lost).statuses == ["unscored"]


def test_types():
    values = [
        '{"v": 1}',
        '{"v": 1.0}',
        '{"v": 1.5}',
        '{"v": true}',
        '{"v": "1"}',
        '{"v": []}',
        '{"v": {}}',
        '{"v": null}',
    ]
    rows = {"completion": values}

    def typed(*names):
        return gd.structure.of_type(gd.structure.json()["v"], *names).score(rows).numbers

    assert typed("integer") == [1, 1, 0, 0, 0, 0, 0, 0]
    assert typed("number") == [1, 1, 1, 0, 0, 0, 0, 0]
    assert typed("boolean", "string") == [0, 0, 0, 1, 1, 0, 0, 0]
    assert typed("array") == [0] * 5 + [1, 0, 0]
    assert typed("object") == [0] * 6 + [1, 0]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: gd.structure.agreement(gd.structure.json(), {}, {"a": "fuzzy"}), r"compare\['a'\]='fuzzy'"),
        (lambda: gd.structure.agreement(gd.structure.json(), {}, {"a": -1}), "a tolerance"),
        (lambda: gd.structure.agreement(gd.structure.json(), {}, extra_penalty=-1), "extra_penalty=-1"),
        (lambda: gd.structure.of_type(gd.structure.json(), "int"), "type='int'"),
        (lambda: gd.structure.of_type(gd.structure.json()), "at least one type"),
        (lambda: gd.structure.html_sections(tag="<p>"), "without brackets"),
    ],
)
def test_a_wrong_argument_is_one_sentence(wrong, says):
    with pytest.raises(ValueError, match=says):
        wrong()
