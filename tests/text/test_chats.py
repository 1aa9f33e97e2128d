"""Which text of a chat is read, by what the public room returns: a test per rule."""

from __future__ import annotations

import pytest

import guerdon as gd

RIGHT = gd.text.tag("answer") == "4"


def says(text, **more):
    return {"role": "assistant", "content": text, **more}


def worth(score, completion, **row):
    (value,) = score.score({"completion": [completion], **{name: [one] for name, one in row.items()}}).values.tolist()
    return value


def text_of(completion):
    """What stands before the bar in the text that is read."""
    before = gd.text.part("|", "before")
    return lambda expected: worth(before == expected, completion) == 1


def test_a_string_is_read_whole():
    assert worth(RIGHT, "<answer>4</answer>") == 1
    assert text_of("two words|")("two words")


def test_of_a_chat_the_last_assistant_message_that_has_text_is_read():
    assert text_of([says("first|"), says("second|"), says(""), says(None, tool_calls=[{"id": "1"}])])("second")
    assert text_of([says("first|"), {"role": "user", "content": "no|"}])("first")


def test_text_parts_are_joined_with_nothing_between_and_other_parts_left_out():
    parts = [
        {"type": "text", "text": "<answer>"},
        {"type": "image_url", "image_url": {"url": "data:,<answer>5</answer>"}},
        {"type": "text", "text": "4</answer>"},
    ]
    assert worth(RIGHT, [says(parts)]) == 1
    assert worth(gd.text.length(), [says(parts)]) == len("<answer>4</answer>")


@pytest.mark.parametrize("role", ["tool", "user", "system", "developer", "function"])
def test_what_others_say_earns_nothing(role):
    other = {"role": role, "content": "<answer>4</answer> \\boxed{4} 4 {}"}
    for chat in ([other], [says("I do not know."), other], [other, says("I do not know.")]):
        assert worth(RIGHT, chat) == 0
        assert worth(gd.text.boxed().exists(), chat) == 0
        assert worth(gd.text.last_number().exists(), chat) == 0
        assert worth(gd.text.contains("4"), chat) == 0
        assert worth(gd.structure.json().exists(), chat) == 0
        assert worth(gd.text.tags_in_order("answer"), chat) == 0


def test_others_are_read_where_they_are_named():
    chat = [says("a"), {"role": "tool", "content": "5 words are in here"}, {"role": "user", "content": "b c"}]
    words = gd.text.length("words", of=gd.text.turns("tool"))
    assert worth(words.sum(), chat) == 5
    assert worth(gd.text.length("words", of=gd.text.turns("tool", "user")).sum(), chat) == 7


def test_a_completion_without_text_is_the_policy_s_doing():
    for chat in ([], [says("")], [says(None, tool_calls=[{"id": "1"}])], [{"role": "tool", "content": "4"}], ""):
        scores = gd.text.equal(gd.text.tag("answer"), "4").score({"completion": [chat]})
        assert (scores.statuses, scores.reasons) == (["failed"], ["no answer"])
        assert worth(gd.text.length(), chat) == 0


def test_all_assistant_messages_lie_on_axis_turn():
    chat = [says("a b"), {"role": "tool", "content": "c d e f"}, says(None), says("g")]
    turns = gd.text.assistant()
    assert [axis.name for axis in turns.axes] == ["turn"]
    assert worth(turns.exists().count(), chat) == 2
    assert worth(gd.text.length("words", of=turns).sum(), chat) == 3


def test_reasoning_is_the_field_else_the_block():
    four = gd.text.length("words", of=gd.text.reasoning()) == 4
    for field in ("reasoning_content", "reasoning", "thinking"):
        assert worth(four, [says("so 4", **{field: "two and two make"})]) == 1
    assert (
        worth(four, [says([{"type": "thinking", "thinking": "two and two make"}, {"type": "text", "text": "4"}])]) == 1
    )
    assert worth(four, [says("<think>two and two make</think>4")]) == 1
    assert worth(four, "two and two make</think>4") == 1
    assert worth(four, "two and two make", prompt="Q: <think>\n") == 1
    assert worth(gd.text.reasoning().exists(), [says("4")]) == 0


def test_reasoning_that_the_server_took_out_is_no_answer_and_leaves_nothing_open():
    chat = [says("<answer>4</answer>", reasoning_content="<answer>5</answer>")]
    assert worth(RIGHT, chat) == 1
    assert worth(RIGHT, chat, prompt=[{"role": "user", "content": "2+2?"}, says("<think>")]) == 1
    assert worth(gd.text.tag("answer", opened=("think",)) == "4", chat) == 1


@pytest.mark.parametrize(
    ("completion", "value"),
    [
        ("<think>2+2</think><answer>4</answer>", 1),
        ("<think>2+2 <answer>4</answer>", 0),
        ("<think><answer>4</answer></think>", 0),
        ("<think><answer>4</answer></think><answer>5</answer>", 0),
        ("<think>a</think><answer>4</answer><think>b", 1),
        ("<think>a</think><think>b <answer>4</answer>", 0),
        ("a</think><answer>4</answer>", 1),
        ("<answer>4</answer></think>", 0),
        ("<answer>4", 0),
        ("4</answer>", 0),
        ("", 0),
    ],
)
def test_an_answer_in_thinking_closed_or_not_does_not_count(completion, value):
    assert worth(RIGHT, completion) == value
    assert worth(RIGHT, [says(completion)]) == value


def test_truncation_is_a_column():
    """What was cut off is read as it stands; a reward that wants to know asks the column."""
    cut = "<think>2+2"
    assert worth(gd.text.tags_in_order("think", "answer"), cut) == 0
    assert worth(gd.text.length("words") * (1 - gd.col("truncated")), "two words", truncated=True) == 0
    assert worth(gd.text.length("words") * (1 - gd.col("truncated")), "two words", truncated=False) == 2


def test_a_span_names_the_message_and_counts_code_points():
    chat = [says("a"), {"role": "tool", "content": "b"}, says("\U0001f431 <answer> \u00e9 </answer>")]
    seen = []

    def spans(piece):
        seen.append((piece.span.message, piece.span.start, piece.span.stop))
        return 0

    gd.function(spans, returns="score")(piece=gd.text.tag("answer")).score({"completion": [chat]})
    assert seen == [(2, 11, 12)]
    assert chat[2]["content"][11:12] == "\u00e9"


def test_what_is_no_completion_is_unscored_and_the_others_are_not():
    scores = RIGHT.score({"completion": ["<answer>4</answer>", {"role": "assistant"}, [says(5)], 7]})
    assert scores.statuses == ["scored", "unscored", "unscored", "unscored"]
