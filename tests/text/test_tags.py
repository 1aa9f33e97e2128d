from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.expr.spans import Span
from guerdon.text._tags import blocks, check_names, tag, tags_in_order, well_formed


def says(text, **more):
    return {"role": "assistant", "content": text, **more}


@pytest.mark.parametrize(
    ("text", "which", "expected"),
    [
        ("<answer>4</answer>", "last", "4"),
        ("<answer> 4\n</answer>", "last", "4"),
        ("<answer>3</answer><answer>4</answer>", "last", "4"),
        ("<answer>3</answer><answer>4</answer>", "first", "3"),
        ("<answer>3</answer><answer>4</answer>", "only", None),
        ("so <answer>3</answer>!", "only", "3"),
        ("<answer><answer>3</answer>", "only", None),
        ("<answer>3</answer></answer>", "only", None),
        ("<answer><answer>4</answer>", "last", "4"),
        ("<answer>4</answer></answer>", "last", "4"),
        ("<answer></answer>", "last", ""),
        ("<answer>4", "last", None),
        ("4</answer>", "last", None),
        ("</answer>4<answer>", "last", None),
        ("<Answer>4</Answer>", "last", None),
        ("<answer >4</answer>", "last", None),
        ("", "last", None),
        # thinking
        ("<think><answer>3</answer></think><answer>4</answer>", "first", "4"),
        ("<think><answer>3</answer></think>", "last", None),
        ("<think><answer>3</answer>", "last", None),
        ("<answer>3</answer><think><answer>4</answer>", "last", "3"),
        ("<answer>3</answer></think><answer>4</answer>", "first", "4"),
        ("<think>a</think><answer>3</answer></think>", "last", "3"),
        ("<think><answer>2</answer></think><answer>3</answer>", "only", "3"),
    ],
)
def test_tag(text, which, expected):
    assert tag(text, "answer", which) == expected


def test_the_tag_of_thinking_can_be_asked_for():
    assert tag("<think>2+2</think>4", "think") == "2+2"
    assert tag("2+2</think>4", "think", prompt="<think>") == "2+2"
    assert tag("2+2</think>4", "think", opened=("think",)) == "2+2"
    assert tag("2+2</think>4", "think") is None


def test_a_tag_the_template_opened_counts_as_opened():
    assert tag("4</answer>", "answer", opened=("answer",)) == "4"
    assert tag("4</answer>", "answer", prompt="Question. <answer>\n") == "4"
    assert tag("<answer>3</answer>", "answer", prompt="Assistant: <think>") is None
    assert tag("hm</think><answer>3</answer>", "answer", prompt="Assistant: <think>") == "3"


def test_a_tool_result_earns_nothing():
    chat = [says("let me see"), {"role": "tool", "content": "<answer>5</answer>"}]
    assert tag(chat, "answer") is None
    assert tag([*chat, says("<answer>4</answer>")], "answer") == "4"


def test_a_tag_knows_where_it_stands():
    chat = [{"role": "tool", "content": "?"}, says("so <answer> 4 </answer>")]
    assert tag(chat, "answer").span == Span(1, 12, 13)


def test_blocks_come_in_order_with_their_names():
    text = "<search>cats</search><information>meow</information><search>dogs</search><search>"
    assert blocks(text, ["search", "information"]) == [("search", "cats"), ("information", "meow"), ("search", "dogs")]
    assert blocks("none", ["search"]) == []


TA = ["think", "answer"]


@pytest.mark.parametrize(
    ("text", "once", "exact", "expected"),
    [
        ("<think>a</think><answer>b</answer>", True, True, 1),
        (" <think>a</think>\n<answer>b</answer>\n", True, True, 1),
        ("<think>a</think> so <answer>b</answer>", True, True, 0),
        ("<think>a</think> so <answer>b</answer>", True, False, 1),
        ("x<think>a</think><answer>b</answer>", True, True, 0),
        ("<think>a</think><answer>b</answer>x", True, True, 0),
        ("<answer>b</answer><think>a</think>", True, False, 0),
        ("<think>a<answer>b</answer></think>", True, False, 0),
        ("<think>a</think><answer>b", True, False, 0),
        ("<think>a</think><answer>b</answer><answer>c</answer>", True, False, 0),
        ("<think>a</think><answer>b</answer><answer>c</answer>", False, False, 1),
        ("<think>a</think><answer>b</answer><answer>c</answer>", False, True, 1),
        ("<think>a</think>x<think>b</think><answer>c</answer>", False, True, 1),
        ("<think>a</think>x<answer>c</answer>", False, True, 0),
        ("<think>I write <answer>b</answer></think><answer>c</answer>", False, False, 1),
        ("<think>a</think>", False, False, 0),
        ("", True, True, 0),
        ("", False, True, 0),
    ],
)
def test_tags_in_order(text, once, exact, expected):
    assert tags_in_order(text, TA, once, exact) == expected


def test_tags_in_order_with_a_tag_from_the_template():
    text = "a</think><answer>b</answer>"
    assert tags_in_order(text, TA) == 0
    assert tags_in_order(text, TA, prompt="Assistant: <think>\n", exact=True) == 1
    assert tags_in_order(text, TA, opened=("think",)) == 1
    assert tags_in_order(text, TA, once=False, exact=True, opened=("think",)) == 1
    assert tags_in_order("<think>" + text, TA, opened=("think",)) == 0  # opened twice


def test_no_text_has_no_tags_in_order():
    assert tags_in_order([], TA) == 0
    assert well_formed([], TA) == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("no tags", 1),
        ("<think>a</think><answer>b</answer>", 1),
        ("<answer>b</answer><think>a</think>", 1),
        ("<think>a<answer>b</answer></think>", 0),
        ("<think><think></think></think>", 0),
        ("<think>", 0),
        ("</think>", 0),
        ("<think></answer>", 0),
    ],
)
def test_well_formed(text, expected):
    assert well_formed(text, TA) == expected


@pytest.mark.parametrize("names", [[], ["<answer>"], ["a b"], [""], ["a", "a"], [3], ["/a"]])
def test_names_no_tag_can_have_are_refused(names):
    with pytest.raises(ValueError, match="tag"):
        check_names(names)


pieces = st.lists(st.sampled_from(["<think>", "</think>", "<answer>", "</answer>", "a", " ", "<"]), max_size=10).map(
    "".join
)


@given(pieces, st.booleans())
def test_exactly_the_whole_text_is_the_field_s_pattern(text, once):
    """Where Python's own backtracking pattern is safe, on short text, it must say the same."""
    import re

    pattern = r"\s*<think>.*?</think>\s*<answer>.*?</answer>\s*"
    expected = re.fullmatch(pattern, text, re.DOTALL) is not None
    if once:
        marks = ("<think>", "</think>", "<answer>", "</answer>")
        expected = expected and all(text.count(mark) == 1 for mark in marks)
    assert tags_in_order(text, TA, once, exact=True) == expected


@given(pieces, st.sampled_from(["last", "first", "only"]), st.sampled_from([(), ("think",), ("answer",)]))
def test_the_quick_way_finds_the_block_that_the_list_of_blocks_has(text, which, opened):
    """``tag`` looks from the end of the text; ``blocks`` lists every block in order."""
    found = [inside for _, inside in blocks(text, ["answer"], opened=opened)]
    got = tag(text, "answer", which, opened=opened)
    if which == "only":
        assert got is None or found == [got]
    else:
        assert got == (None if not found else found[-1 if which == "last" else 0])


@given(pieces)
def test_taking_the_answer_out_leaves_no_answer(text):
    """Removing what counts as the answer's block never leaves the same place giving one."""
    found = tag(text, "answer")
    if found is not None:
        assert text[found.span.start : found.span.stop] == found
        assert tag(text.replace("</answer>", ""), "answer") is None


@pytest.mark.parametrize(
    "unit",
    [
        "<answer>", "</answer>", "<answer></answer>", "<think>", "</think>", "<think></think>", "<answer><think>",
        "<", "<answer", "<think><answer></think></answer>", "<answer></think>",
    ],
)  # fmt: skip
def test_hostile_text_takes_time_in_proportion(unit):
    text = unit * (300_000 // len(unit))
    begun = time.process_time()
    tag(text, "answer")
    tag(text, "answer", "only")
    blocks(text, TA)
    tags_in_order(text, TA, once=False, exact=True)
    well_formed(text, TA)
    assert time.process_time() - begun < 20
