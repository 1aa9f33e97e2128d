"""JSON-Schema-Test-Suite: every required case of drafts 7 and 2020-12; what must be fetched is refused."""

from __future__ import annotations

import json
from collections import Counter

import pytest

import guerdon as gd
from guerdon.structure._schema import fits, validator

DRAFTS = {
    "draft7": "http://json-schema.org/draft-07/schema#",
    "draft2020-12": "https://json-schema.org/draft/2020-12/schema",
}
CASES = {"draft7": 904, "draft2020-12": 1250}
# Groups whose schemas stand on a server of the suite's own, which is not among the data.
REMOTE = {
    "draft7": {"refRemote.json": 11},
    "draft2020-12": {"refRemote.json": 15, "dynamicRef.json": 5, "vocabulary.json": 2},
}


@pytest.mark.parametrize("draft", DRAFTS)
def test_every_required_case(shared_data, draft):
    wrong, count, remote = [], 0, Counter()
    for path in sorted((shared_data / "json_schema_suite" / draft).glob("*.json")):
        for group in json.loads(path.read_text()):
            schema = group["schema"]
            if isinstance(schema, dict):
                schema = {"$schema": DRAFTS[draft]} | schema
            try:
                check = validator(schema)
            except ValueError as error:
                remote[path.name] += "http://localhost:1234/" in str(error)
                continue
            for case in group["tests"]:
                count += 1
                if check.is_valid(case["data"]) != case["valid"]:
                    wrong.append((path.name, group["description"], case["description"]))
    assert wrong == []
    assert (count, dict(remote)) == (CASES[draft], REMOTE[draft])


def test_schemas_that_are_given_need_not_be_fetched():
    schemas = {"http://localhost:1234/integer.json": {"type": "integer"}}
    schema = {"items": {"$ref": "http://localhost:1234/integer.json"}}
    assert fits([1, 2], schema, schemas)
    assert not fits([1, "2"], schema, schemas)
    with pytest.raises(ValueError, match=r"refers to http://localhost:1234/integer.json.*give that one in schemas="):
        fits([1], schema)
    other = {"http://localhost:1234/a.json": {"$ref": "b.json"}, "http://localhost:1234/b.json": {"minimum": 3}}
    assert fits(3, {"$ref": "http://localhost:1234/a.json"}, other)
    assert not fits(2, {"$ref": "http://localhost:1234/a.json"}, other)
    reward = gd.structure.matches(gd.structure.json(), schema, schemas)
    assert gd.from_dict(json.loads(json.dumps(reward.to_dict()))) is reward
    reward = gd.structure.matches(gd.structure.json(), {"type": "array"} | schema, schemas)
    assert reward.score({"completion": ["[1]", '["1"]']}).numbers == [1, 0]


def test_each_row_may_have_a_schema_of_its_own():
    rows = {"completion": ["[1]", '{"a": 1}', "7", "7", "x"]}
    rows["schema"] = [{"type": "integer"}, '{"required": ["a"]}', None, {"type": "strin"}, {"type": "string"}]
    scores = gd.structure.matches(gd.structure.json(), gd.col("schema")).score(rows)
    assert scores.numbers == [1, 1, None, None, 0]
    assert scores.statuses == ["scored", "scored", "unscored", "unscored", "failed"]
    assert scores.reasons[2] == "no reference"
    assert "no JSON Schema that can be used" in scores.reasons[3]
