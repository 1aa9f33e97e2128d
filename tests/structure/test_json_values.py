from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.expr.values import Failed
from guerdon.structure._json import MAX_DEPTH, MAX_DIGITS, last_fenced, loads, parse, valid

FENCED = 'Here:\n```json\n{"a": 1}\n```\nDone.'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no JSON"),
        ("nul", "no valid JSON"),
        ("{'a': 1}", "no valid JSON"),
        ("[1,]", "no valid JSON"),
        ('{"a": 1} x', "no valid JSON"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "JSON with a duplicate key"),
        ("[NaN]", "JSON with NaN"),
        ("-Infinity", "JSON with Infinity"),
        ("1e999", "JSON with a number too large"),
        ("1" * (MAX_DIGITS + 1), "JSON with a number too long"),
        ("0." + "1" * MAX_DIGITS, "JSON with a number too long"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "JSON nested too deeply"),
        ("[" * 100_000, "JSON nested too deeply"),
        (r'"\ud800"', "JSON with a lone surrogate"),
        ('"' + "a" * 1_000_000 + '"', "JSON too long"),
        ('"a', "no valid JSON"),
        ('"a\nb"', "no valid JSON"),
    ],
)
def test_what_is_not_read_says_why(text, reason):
    with pytest.raises(Failed, match=f"^{reason}$"):
        loads(text)


def test_what_is_read():
    assert loads(' {"a": [1, 2.5, null, true, "\\ud83d\\ude00"]}\n') == {"a": [1, 2.5, None, True, "\U0001f600"]}
    deep = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert json.dumps(loads(deep)) == deep
    assert loads('"' + "[" * 200 + '"') == "[" * 200  # brackets in a text nest nothing
    assert loads(r'"\"[[["') == '"[[['


FINITE = st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | FINITE | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(values)
def test_what_was_written_reads_back(value):
    assert loads(json.dumps(value)) == value
    try:
        plain = json.dumps(value, ensure_ascii=False)
        plain.encode()
    except UnicodeEncodeError:
        return
    assert loads(plain) == value


@given(st.text(alphabet='[]{}",:1e\\ntrul ', max_size=20))
def test_it_reads_nothing_that_json_refuses(text):
    try:
        value = loads(text)
    except Failed:
        return
    assert json.loads(text) == value


def test_fences():
    assert parse(FENCED) == {"a": 1}
    assert parse(FENCED, "only") == {"a": 1}
    assert parse('{"a": 1}') == {"a": 1}
    for text, fences, reason in (
        (FENCED, "never", "no valid JSON"),
        ('{"a": 1}', "only", "no fenced JSON"),
        ("```json\n{}", "only", "no fenced JSON"),
        ("```python\n{}\n```", "only", "no fenced JSON"),
        ("```json\n{}\n``` and", "only", "no fenced JSON"),
    ):
        with pytest.raises(Failed, match=reason):
            parse(text, fences)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```\n1\n```", "1\n"),
        ("```json\n1\n```\n```json\n2\n```", "2\n"),
        ("```json\n1\n```\n```sh\n2\n```", "1\n"),
        ("````json\n```\n````", "```\n"),
        ("  ```JSON  \n1\n  ```", "1\n"),
        ("```json\n```", ""),
        ("``\n1\n``", None),
        ("```a`b\n1\n```", None),
        ("", None),
    ],
)
def test_last_fenced(text, expected):
    assert last_fenced(text) == expected


def test_thinking_is_taken_out_and_tools_are_not_read():
    assert parse('<think>{"a": 1}</think>{"a": 2}') == {"a": 2}
    assert parse('I think\n```json\n1\n```\n</think>{"a": 2}', prompt="<think>") == {"a": 2}
    with pytest.raises(Failed, match="no JSON"):
        parse('<think>{"a": 1}')
    with pytest.raises(Failed, match="no answer"):
        parse([{"role": "tool", "content": "{}"}])
    with pytest.raises(Failed, match="no answer"):
        parse(None)


def test_valid_is_strict_unless_fences_are_allowed():
    assert valid('{"a": 1}') == 1
    assert valid(FENCED, "allow") == 1
    with pytest.raises(Failed, match="no valid JSON"):
        valid(FENCED)


UNITS = ["[", "[],", '"', '\\"', '{"a":', '"a",', "1,", "```\n", "```json\n[]\n", "[1,", "{}", "\\", '["\\', "`"]


@pytest.mark.parametrize("unit", UNITS)
def test_hostile_text_takes_time_in_proportion(unit):
    text = unit * (300_000 // len(unit))
    begun = time.process_time()
    for fences in ("allow", "only", "never"):
        with pytest.raises(Failed):
            parse(text, fences)
    assert time.process_time() - begun < 20
