"""Calls are found in every notation, and nowhere else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.tools._calls import FORMATS, calls
from guerdon.tools._normal import MAX_CALLS
from guerdon.tools._python import python_calls
from guerdon.tools._source import value_of

F = {"name": "f", "arguments": {"x": 1}}
G = {"name": "g.h", "arguments": {"city": "Paris", "days": [1, 2.5, None, True], "o": {"k": "v"}}}


def hermes(*made):
    return "".join(f"<tool_call>\n{json.dumps(one)}\n</tool_call>\n" for one in made)


def message(*made, **more):
    tools = [
        {"type": "function", "id": "1", "function": one | {"arguments": json.dumps(one["arguments"])}} for one in made
    ]
    return {"role": "assistant", "content": None, "tool_calls": tools} | more


@pytest.mark.parametrize(
    "completion",
    [
        hermes(F, G),
        "Let me look.\n" + hermes(F) + "and\n" + hermes(G),
        f"<tool_call>\n{json.dumps(F)}\n{json.dumps(G)}\n</tool_call>",
        f"<tool_call>{json.dumps([F, G])}</tool_call>",
        f"<think>f or g?</think>\n{hermes(F, G)}",
        json.dumps([F, G]),
        json.dumps([F, G], indent=2),
        f"{json.dumps(F)}\n{json.dumps(G)}",
        f"```json\n{json.dumps([F, G])}\n```",
        '[f(x=1), g.h(city="Paris", days=[1, 2.5, None, True], o={"k": "v"})]',
        "```python\n[f(x=1), g.h(city='Paris', days=(1, 2.5, None, True), o={'k': 'v'})]\n```",
        [message(F, G)],
        [message(F), {"role": "tool", "content": "4"}, message(G)],
        [message({"name": "f", "arguments": {"x": 1}}), {"role": "assistant", "content": hermes(G)}],
        [{"type": "function_call", **F, "arguments": '{"x": 1}'}, {"type": "function_call", **G}],
        [{"role": "assistant", "content": [{"type": "tool_use", "name": "f", "input": {"x": 1}}]}, message(G)],
    ],
)  # fmt: skip
def test_every_notation_says_the_same(completion):
    assert calls(completion) == [F, G]


def test_parameters_of_tool_rl_are_arguments():
    assert calls('<tool_call>\n{"name": "f", "parameters": {"x": 1}}\n</tool_call>') == [F]


def test_qwen_coder_notation():
    block = "<function=f>\n<parameter=x>\n1\n</parameter>\n<parameter=s>\na < b\nc\n</parameter>\n</function>"
    text = f"<tool_call>\n{block}\n</tool_call>"
    assert calls(text) == [{"name": "f", "arguments": {"x": 1, "s": "a < b\nc"}}]
    assert calls(block) == calls(text)
    asked = {"f": {"x": {"type": "string"}, "s": {"type": "string"}}}
    assert calls(text, schemas=asked)[0]["arguments"]["x"] == "1"
    twice = text.replace("=s>", "=x>")
    assert calls(twice) == [None]


@pytest.mark.parametrize(
    "completion",
    [
        "",
        "It is 4.",
        "[1] says so, f(x=1) too.",
        "{}",
        "[]",
        '{"name": "Mira", "age": 34}',
        "f(x=1)",
        f"<think>{hermes(F)}</think>It is 4.",
        f"<think>{hermes(F)}",
        [{"role": "tool", "content": hermes(F)}, {"role": "assistant", "content": "It is 4."}],
        [{"role": "user", "content": hermes(F)}],
        [{"role": "system", "content": "", "tool_calls": [{"function": F}]}],
        [{"role": "tool", "tool_calls": [{"function": F}], "content": None}],
        [{"role": "user", "type": "function_call", **F}],
    ],
)
def test_what_is_no_call(completion):
    assert calls(completion) == []


@pytest.mark.parametrize(
    "text",
    [
        "<tool_call>{}</tool_call>",
        "<tool_call></tool_call>",
        "<tool_call>" + json.dumps(F),
        json.dumps(F) + "</tool_call>",
        '<tool_call>{"name": "f", "arguments": {"x": NaN}}</tool_call>',
        '<tool_call>{"name": "f", "arguments": {"x": 1, "x": 2}}</tool_call>',
        '<tool_call>{"name": "f", "name": "g", "arguments": {}}</tool_call>',
        '<tool_call>{"name": "f", "arguments": {"x": 1}, "parameters": {"x": 2}}</tool_call>',
        '<tool_call>{"name": "", "arguments": {}}</tool_call>',
        '<tool_call>{"name": "f", "arguments": [1]}</tool_call>',
        '<tool_call>{"name": "f", "arguments": "x"}</tool_call>',
        '<tool_call>{"name": "f", "arguments": {"x": 1' + "0" * 500 + "}}</tool_call>",
        '<tool_call>{"name": "f", "arguments": ' + '{"a":' * 100 + "1" + "}" * 100 + "}</tool_call>",
        '<tool_call>{"name": "f", "arguments": {"x": "' + "a" * 1_000_000 + '"}}</tool_call>',
        "<function=f><parameter=x>1</function>",
        "<function=f>stray</function>",
        '[{"name": "f", "arguments": 3}]',
        "[f(x=y)]",
        "[f(**x)]",
        "[f(x=1+1)]",
        "[f(x=__import__('os'))]",
        "[f(x=10**10**10)]",
        "[f(x=f'{y}')]",
    ],
)
def test_what_is_broken_keeps_its_place(text):
    assert calls(text) == [None]


def test_nested_tags_leave_a_mark():
    assert calls(f"<tool_call><tool_call>{json.dumps(F)}</tool_call></tool_call>") == [None, F, None]


def test_too_many_calls_are_one_that_cannot_be_read():
    assert len(calls(hermes(*[F] * MAX_CALLS))) == MAX_CALLS
    assert calls(hermes(*[F] * (MAX_CALLS + 1))) == [None]


@pytest.mark.parametrize(
    "source",
    [
        "[" * 10_000, "(" * 100_000, "-" * 19_000 + "1", "f(x=" + "not " * 4_000 + "1)", "a" + ".b" * 9_000 + "()",
        "f(x=" + "1" * 5_000 + ")", "f(x=1" + " if 1 else 1" * 1_500 + ")", "lambda: " * 2_000 + "1",
        "f(x='" + "\\" * 9_999,
        "f(" * 31 + ")" * 31, "f(x=\x00)", "f(x='\ud800')", "[f(x=1), 3]", "x", "f(x=1, x=2)",
    ],
)  # fmt: skip
def test_python_source_that_is_hostile_or_no_call_is_refused(source):
    found = python_calls(source)
    assert found is None or found == [None] or found == [{"name": "f", "arguments": {"x": "\ud800"}}]


def test_places_stand_for_names_that_are_not_given():
    assert python_calls("sort('a.txt', reverse=True)") == [
        {"name": "sort", "arguments": {"0": "a.txt", "reverse": True}}
    ]


def test_the_prompt_may_have_opened_thinking():
    rows = {"prompt": ["Q\n<think>\n"], "completion": [f"{hermes(F)}</think>It is 4."]}
    assert gd.tools.calls().exists().count().score(rows).values.tolist() == [0.0]


def test_one_format_reads_no_other():
    assert calls(hermes(F), "python") == []
    assert calls(hermes(F), "openai") == []
    assert calls([message(F)], "hermes") == []
    assert calls("f(x=1)", "python") == [F]
    assert calls("I call nothing.", "python") == calls("I call nothing.", "json") == []


def test_a_bad_format_is_named():
    with pytest.raises(ValueError, match="format='xml': it is one of 'auto'"):
        gd.tools.calls(format="xml")


def test_calls_lie_on_an_axis_and_have_fields():
    rows = {"completion": [hermes(F, G), "no", "<tool_call>"]}
    assert gd.tools.calls().exists().count().score(rows).values.tolist() == [2.0, 0.0, 1.0]
    assert gd.tools.calls().exists().all().score(rows).values.tolist() == [1.0, 1.0, 0.0]
    assert (gd.tools.calls()["arguments"]["city"] == "Paris").sum().score(rows).values.tolist() == [1.0, 0.0, 0.0]


def test_java_and_javascript_source():
    assert value_of('new HashMap<String, List<Integer>>() {{ put("a", List.of(1, 2)); put("b", true); }}', "java") == {
        "a": [1, 2],
        "b": True,
    }
    assert value_of('new ArrayList<>(Arrays.asList("a", "b"))', "java") == ["a", "b"]
    assert value_of("new ArrayList<Float>() {{ add(1.5f); add(2f); }}", "java") == [1.5, 2]
    assert [value_of(text, "java") for text in ("1e3", "0.5d", "-5L", "'c'", "x.Y", "a + b")] == [
        1000.0, 0.5, -5, "c", "x.Y", "a + b",
    ]  # fmt: skip
    assert value_of("{a: [1, {b: 'c'}], 'd': null,}", "javascript") == {"a": [1, {"b": "c"}], "d": None}
    assert value_of("(x) => x", "javascript") == "(x) => x"
    for hostile in (
        "[" * 20_000,
        "new " * 5_000,
        "new A<" + "<" * 19_000,
        "9" * 20_000,
        '"' + "\\" * 19_000,
        "{a:" * 6_000,
    ):
        assert value_of(hostile, "java") == value_of(hostile, "javascript") == hostile


PIECES = st.sampled_from(
    ["<tool_call>", "</tool_call>", "<function=f>", "</function>", "<parameter=x>", "</parameter>", "<think>",
     "</think>", '{"name": "f", "arguments": {"x": 1}}', "[", "]", "f(x=1)", ",", "{", "}", '"', "\\", "\n", "NaN",
     "1e999", "\ud800", "\u00e9"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=5), max_size=30).map("".join), st.sampled_from(FORMATS))
def test_no_text_breaks_a_parser(text, form):
    for one in calls(text, form):
        assert one is None or (set(one) == {"name", "arguments"} and isinstance(one["arguments"], dict))


TEXT = st.text(st.characters(exclude_characters="<>", exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=6,
)
NAMES, KEYS = (st.from_regex(form, fullmatch=True) for form in (r"[a-z][a-z_.]{0,8}[a-z]", r"[a-z]{2,5}_"))
CALL = st.fixed_dictionaries({"name": NAMES, "arguments": st.dictionaries(KEYS, JSON, max_size=3)})


@given(st.lists(CALL, min_size=1, max_size=3))
def test_what_is_written_reads_back(made):
    assert calls(hermes(*made)) == made
    assert calls(json.dumps(made)) == made
    assert calls([message(*made)]) == made
    lines = [
        f"{one['name']}({', '.join(f'{key}={value!r}' for key, value in one['arguments'].items())})" for one in made
    ]
    if all(part.isidentifier() for one in made for part in one["name"].split(".")):
        try:
            compile("[" + ", ".join(lines) + "]", "", "eval")
        except SyntaxError:  # a keyword of Python's is no name
            return
        assert python_calls("[" + ", ".join(lines) + "]") == made
