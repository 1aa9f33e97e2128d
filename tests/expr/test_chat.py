"""SEMANTICS 4, text of a chat completion: a test per case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.expr.chat import assistant_texts, last_text, open_at_tail, read, read_all, reasoning
from guerdon.expr.spans import Piece, Span
from guerdon.expr.thinking import thinking_blocks, visible, visible_text


def says(text, **more):
    return {"role": "assistant", "content": text, **more}


def test_a_string_is_one_assistant_message():
    assert last_text("4") == "4"
    assert assistant_texts("4") == ["4"]
    assert read("").text == ""


def test_the_last_assistant_message_that_has_text_is_read():
    chat = [
        says("first"),
        {"role": "tool", "content": "5"},
        says("second"),
        says(None, tool_calls=[{"id": 1}]),
        says(""),
    ]
    assert last_text(chat) == "second"
    assert read(chat).message == 2
    assert assistant_texts(chat) == ["first", "second"]


def test_text_parts_are_joined_and_other_parts_left_out():
    parts = [{"type": "text", "text": "a "}, {"type": "image", "image": "x.png"}, {"type": "text", "text": "cat"}, "!"]
    assert last_text([says(parts)]) == "a cat!"


@pytest.mark.parametrize("role", ["tool", "user", "system", "function", None])
def test_no_other_role_is_read_unless_named(role):
    chat = [says("mine"), {"role": role, "content": "<answer>5</answer>"}]
    assert last_text(chat) == "mine"
    assert assistant_texts(chat) == ["mine"]
    assert last_text(chat[1:]) is None
    if role is not None:
        assert [found.text for found in read_all(chat, roles=(role,))] == ["<answer>5</answer>"]


def test_no_messages_have_no_text():
    assert last_text([]) is None
    assert assistant_texts([]) == []
    assert reasoning([]) is None


@pytest.mark.parametrize("broken", [5, ["a"], [says(5)], {"role": "assistant"}])
def test_what_is_no_completion_is_refused(broken):
    with pytest.raises(TypeError):
        last_text(broken)


@pytest.mark.parametrize(
    ("prompt", "opened"),
    [
        ("Assistant: <think>\n", ("think",)),
        ("Assistant: <answer><think>", ("answer", "think")),
        ("Use <think> tags. Assistant:", ()),
        ("Assistant: </think>", ()),
        ("1 < 2>", ()),
        ("<", ()),
        (">", ()),
        ("<>", ()),
        ("", ()),
        (None, ()),
        ([], ()),
        ([{"role": "user", "content": "write <think>"}], ()),
        ([{"role": "user", "content": "hi"}, {"role": "assistant", "content": "<think>"}], ("think",)),
    ],
)
def test_a_tag_at_the_tail_of_the_prompt_is_open(prompt, opened):
    assert open_at_tail(prompt) == opened


def test_the_tail_holds_for_the_message_that_continues_it_and_opened_for_every_turn():
    chat = [says("a</think>b"), {"role": "tool", "content": "c"}, says("d</think>e")]
    assert [found.opened for found in read_all(chat, prompt="<think>")] == [("think",), ()]
    assert [found.opened for found in read_all(chat, opened=("think",))] == [("think",), ("think",)]
    with pytest.raises(TypeError, match=r"opened=\(\"think\",\)"):
        read("a", opened="think")


def test_reasoning_comes_from_the_field_the_parts_or_the_block():
    assert reasoning([says("4", reasoning_content="2+2")]) == "2+2"
    assert reasoning([says("4", reasoning="2+2")]) == "2+2"
    assert reasoning([says([{"type": "thinking", "thinking": "2+2"}, {"type": "text", "text": "4"}])]) == "2+2"
    assert reasoning("<think> 2+2 </think>4") == "2+2"
    assert reasoning("2+2</think>4", prompt="<think>") == "2+2"
    assert reasoning("2+2</think>4") == "2+2"
    assert reasoning("<think>2+2 and") == "2+2 and"
    assert reasoning("2+2 and", opened=("think",)) == "2+2 and"
    assert reasoning("4") is None
    assert reasoning([says("<think>old</think>", reasoning_content=""), says("4")]) is None


def test_thinking_taken_out_by_the_server_leaves_no_tag_open():
    """The template wrote <think>, the server moved the thoughts to a field: the content is all answer."""
    found = read([says("4", reasoning_content="2+2")], opened=("think",))
    assert found.opened == ()
    assert visible_text(found.text, found.opened) == "4"


@pytest.mark.parametrize(
    ("text", "opened", "left"),
    [
        ("<think>a</think>b", (), "b"),
        ("a<think>b</think>c<think>d</think>e", (), "ace"),
        ("a</think>b", (), "b"),
        ("a</think>b", ("think",), "b"),
        ("a", ("think",), ""),
        ("a<think>b", (), "a"),
        ("<think>a<think>b</think>c", (), "c"),
        ("<think>a</think>b</think>c", (), "b</think>c"),
        ("<thinking>a</thinking>b", (), "<thinking>a</thinking>b"),
        ("plain", (), "plain"),
        ("", (), ""),
    ],
)
def test_thinking_is_taken_out(text, opened, left):
    assert visible_text(text, opened) == left


@given(st.lists(st.sampled_from(["<think>", "</think>", "a", "<", ">"]), max_size=12).map("".join), st.booleans())
def test_thinking_and_the_rest_never_overlap_and_stand_in_order(text, already):
    opened = ("think",) if already else ()
    edges = [0]
    for block in thinking_blocks(text, opened):
        assert block.begin <= block.start <= block.stop <= block.end
        edges += [block.begin, block.end]
    assert edges == sorted(edges)
    assert edges[-1] <= len(text)
    inside = sum(block.end - block.begin for block in thinking_blocks(text, opened))
    assert inside + sum(stop - start for start, stop in visible(text, opened)) == len(text)


def test_a_piece_is_a_str_that_knows_its_place():
    text = read([{"role": "tool", "content": "x"}, says("  a cat ")])
    piece = text.piece(0, 8)
    assert (piece, piece.span) == ("a cat", Span(1, 2, 7))
    assert not isinstance(read(piece).piece(0, 1), Piece)
