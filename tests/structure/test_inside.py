"""Paths, keys, equality, schemas and patterns."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.expr.values import Failed, Unscored
from guerdon.structure._regex import compiled, find, full_match, search
from guerdon.structure._schema import fits, matches, validator
from guerdon.structure._values import MISSING, equal, keys, look, same_value

VALUE = {"a": [{"b": 1}, None], "/": 2, "": 3}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a", VALUE["a"]),
        ("/a/0/b", 1),
        (("a", 0, "b"), 1),
        (("a", -1), None),
        ("/~1", 2),
        ("/", 3),
        ("/a/2", MISSING),
        ("/a/00", MISSING),
        ("/a/-1", MISSING),
        ("/a/b", MISSING),
        ("/a/0/b/c", MISSING),
        ("x", MISSING),
        (("a", -3), MISSING),
        ("/a/" + "9" * 5000, MISSING),
    ],
)
def test_look(path, expected):
    assert look(VALUE, path) is expected or look(VALUE, path) == expected


def test_keys_by_hand():
    """P004's own figures: both keys 1, one of two 0.5, one extra key at penalty 0.5 costs 0.5."""
    required = ["reasoning", "answer"]
    assert keys({"reasoning": "a", "answer": "b"}, required) == 1
    assert keys({"reasoning": "a"}, required) == 0.5
    assert keys({"reasoning": "a", "answer": "b", "c": 1}, required, extra_penalty=0.5) == 0.5
    assert keys({"a": 1, "b": 1, "c": 1}, required, extra_penalty=0.5) == 0
    for value, reason in ((None, "no value"), ([], "not an object"), ("a", "not an object")):
        with pytest.raises(Failed, match=reason):
            keys(value, required)


@pytest.mark.parametrize(
    ("a", "b", "normalize", "expected"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, "exact", True),
        ([1, 2], [2, 1], "exact", False),
        ([1], [1, 2], "exact", False),
        (1, 1.0, "exact", True),
        (1, True, "exact", False),
        (0, False, "exact", False),
        (None, None, "exact", True),
        (None, 0, "exact", False),
        ("1", 1, "exact", False),
        ("1", 1, "number", True),
        ("0.1", 0.1, "number", True),
        (["1/2", "x"], [0.5, "x"], "number", True),
        ({"a": "The Cat"}, {"a": "cat"}, "squad", True),
        ({"a": " CAT"}, {"a": "cat"}, "text", True),
        ({"A": 1}, {"a": 1}, "text", False),
    ],
)
def test_same_value(a, b, normalize, expected):
    assert same_value(a, b, normalize) is expected
    assert same_value(b, a, normalize) is expected


def test_equal_says_whose_doing_it_is():
    assert equal([1], [1]) == 1
    with pytest.raises(Failed):
        equal(None, 1)
    with pytest.raises(Unscored):
        equal(1, None)
    deep: list = []
    for _ in range(1000):
        deep = [deep]
    with pytest.raises(Unscored, match="too deeply"):
        equal(deep, deep)


def test_matches_is_the_share_of_items_that_fit():
    assert matches([1, "a", 2, 3], {"type": "integer"}) == 0.75
    assert matches([], {"type": "integer"}) == 0
    assert matches([1, 2], {"type": "array", "items": {"type": "integer"}}) == 1
    assert matches([1, "a"], {"type": "array", "items": {"type": "integer"}}) == 0
    assert matches({"a": 1}, {"required": ["b"]}) == 0
    with pytest.raises(Failed):
        matches(None, {})


@pytest.mark.parametrize("where", ["http://127.0.0.1:9/x.json", "file:///etc/hostname"])
def test_no_schema_is_ever_fetched(where):
    with pytest.raises(ValueError, match="never fetched"):
        validator({"$ref": where})


def test_a_schema_may_refer_to_itself():
    schema = {"$defs": {"n": {"type": "integer"}}, "$ref": "#/$defs/n"}
    assert fits(1, schema)
    assert not fits("1", schema)


def test_a_broken_schema_is_refused():
    for schema in ({"type": "strin"}, {"pattern": "(?=a)"}, {"$ref": "other.json"}, 5):
        with pytest.raises(ValueError, match="no JSON Schema"):
            validator(schema)


def test_a_pattern_of_a_schema_runs_in_linear_time():
    begun = time.process_time()
    assert not fits("a" * 100_000 + "!", {"pattern": "^(a+)+$"})
    assert time.process_time() - begun < 10


def test_patterns():
    assert search("call 555-1234", r"[0-9]{3}-[0-9]{4}") == 1
    assert search("no", "yes") == 0
    assert full_match("yes", "yes|no") == 1
    assert full_match("yes no", "yes|no") == 0
    assert full_match("a\nb", "a.b") == 0
    assert full_match("a\nb", "(?s)a.b") == 1
    assert search([], "a") == 0
    assert search([{"role": "tool", "content": "a"}], "a") == 0


def test_find_gives_a_group_with_its_place():
    found = find("caf\u00e9 a=1 a=22", r"a=(?P<n>\d+)", group="n")
    assert (found, found.span.start, found.span.stop) == ("22", 11, 13)
    assert find("a=1 a=22", r"a=(\d+)", 1, "first") == "1"
    assert find("<think>a=1</think>", r"a=(\d+)", 1) is None
    assert find("b", "a|(b)", 1) == "b"
    assert find("a", "a|(b)", 1) is None
    assert find("\ud800 a=7", r"a=(\d)", 1) == "7"


@pytest.mark.parametrize("pattern", ["(?=a)", r"(a)\1", "(", "(?<!a)b"])
def test_patterns_that_re2_cannot_read_are_refused(pattern):
    with pytest.raises(ValueError, match="RE2 cannot read"):
        compiled(pattern)


def test_many_matches_give_no_verdict():
    assert find("a" * 1000, "a").span.start == 999
    assert find("a" * 1001, "a") is None
    assert find("a" * 1001, "a", which="first").span.start == 0


def test_a_group_that_is_not_there_is_refused():
    for group in (2, -1, "n"):
        with pytest.raises(ValueError, match="has no group"):
            find("a", "(a)", group)


def test_a_pattern_that_kills_backtracking_engines_is_linear():
    begun = time.process_time()
    assert search("a" * 100_000 + "!", "^(a|aa)+$") == 0
    assert time.process_time() - begun < 10


@given(st.text(max_size=20))
def test_places_are_code_points(text):
    found = find(text + "key", "key$")
    assert found is not None
    assert found.span.start == len(text)
