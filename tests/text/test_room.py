"""The public room: what its leaves declare, whose doing a failure is, and where credit lands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.expr.function import Function
from guerdon.structure import _leaves as structure_leaves
from guerdon.text import _leaves as text_leaves
from guerdon.text import _tokens


def says(text, **more):
    return {"role": "assistant", "content": text, **more}


def one(score, **row):
    return score.score({name: [value] for name, value in row.items()})


LEAVES = [
    leaf
    for module in (text_leaves, _tokens, structure_leaves)
    for leaf in vars(module).values()
    if isinstance(leaf, Function)
]


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.name)
def test_every_leaf_declares_itself(leaf):
    assert leaf.version == "1"
    assert leaf.cost in ("cheap", "cpu")
    if not leaf.column:
        low, high = leaf.bounds
        assert leaf.fails_as in (None, low if leaf.higher_is_better else high)


def test_a_missing_completion_is_the_data_s_doing_and_a_missing_answer_the_policy_s():
    score = gd.text.equal(gd.text.tag("answer"), gd.col("solution"))
    scores = score.score({"completion": [None, "4", "<answer>4</answer>"], "solution": ["4", "4", None]})
    assert scores.statuses == ["unscored", "failed", "unscored"]
    assert scores.reasons == ["no completion", "no answer", "no reference"]
    scores = gd.text.tags_in_order("answer").score({"completion": [None, "4"]})
    assert scores.statuses == ["unscored", "scored"]
    assert scores.reasons == ["no completion", ""]


@pytest.mark.parametrize(
    ("score", "worst"),
    [
        (gd.text.equal(gd.text.tag("answer"), "4"), 0),
        (gd.text.contains("4", of=gd.text.tag("answer")), 0),
        (gd.text.repetition(of=gd.text.tag("answer")), 1),
        (gd.text.length("words", of=gd.text.tag("answer")), 0),
        (gd.text.tags_in_order("a", of=gd.text.tag("answer")), 0),
        (gd.text.well_formed("a", of=gd.text.tag("answer")), 0),
    ],
)
def test_nothing_to_read_fails_as_the_worst(score, worst):
    scores = one(score, completion="no tags here")
    assert (scores.statuses, scores.values.tolist()) == (["failed"], [worst])
    assert scores.reasons == ["no answer"]


def test_an_answer_of_another_type_is_no_way_out():
    """A policy that writes a list where a text belongs fails; a number is read as it is written."""
    score = gd.text.equal(gd.structure.json()["answer"], gd.col("solution"))
    rows = ['{"answer": 4}', '{"answer": [4]}', '{"answer": {"role": 4}}', '{"answer": true}', '{"answer": null}', "{}"]
    scores = score.score({"completion": rows, "solution": ["4"] * len(rows)})
    assert scores.statuses == ["scored"] + ["failed"] * 5
    assert scores.values.tolist() == [1, 0, 0, 0, 0, 0]


def test_a_tool_result_earns_nothing_and_the_last_message_with_text_is_read():
    chat = [says("<answer>3</answer>"), {"role": "tool", "content": "<answer>4</answer>"}, says(None, tool_calls=[1])]
    score = gd.text.tag("answer") == gd.col("solution")
    assert one(score, completion=chat, solution="4").values.tolist() == [0]
    assert one(score, completion=chat, solution="3").values.tolist() == [1]


OPENED = "2+2</think><answer>4</answer>"


def test_a_tag_at_the_prompt_s_tail_counts_as_opened_without_being_asked_for():
    tidy = gd.text.tags_in_order("think", "answer")
    assert one(tidy, completion=OPENED, prompt="Assistant: <think>\n").values.tolist() == [1]
    assert one(tidy, completion=OPENED, prompt="Assistant:").values.tolist() == [0]
    assert one(tidy, completion=OPENED).values.tolist() == [0]
    assert one(tidy, completion=OPENED, prompt=None).values.tolist() == [0]
    assert one(gd.text.tags_in_order("think", "answer", opened=("think",)), completion=OPENED).values.tolist() == [1]


def test_a_chat_prompt_opens_tags_in_an_assistant_message_that_is_continued():
    tidy = gd.text.tags_in_order("think", "answer")
    asks, begins = {"role": "user", "content": "Think. <think>"}, says("<think>")
    for completion in (OPENED, [says(OPENED)]):
        assert one(tidy, completion=completion, prompt=[asks, begins]).values.tolist() == [1]
        assert one(tidy, completion=completion, prompt=[asks]).values.tolist() == [0]
        assert one(tidy, completion=completion, prompt=[begins, asks]).values.tolist() == [0]
    # it is the first message that continues the prompt
    later = [says("<answer>3</answer>"), {"role": "tool", "content": "5"}, says("<answer>4</answer>")]
    assert one(gd.text.tag("answer") == "4", completion=later, prompt=[asks, begins]).values.tolist() == [1]


@pytest.mark.parametrize("prompt", [7, {"text": "<think>"}, ["<think>"], [{"role": "assistant", "content": 5}]])
def test_what_is_no_prompt_opens_nothing(prompt):
    assert one(gd.text.tag("answer") == "4", completion="<answer>4</answer>", prompt=prompt).values.tolist() == [1]


READERS = [
    (gd.text.tag("answer").exists(), 0, 1),
    (gd.text.boxed().exists(), 0, 1),
    (gd.text.part("so").exists(), 0, 1),
    (gd.text.number(which="first").exists(), 0, 1),
    (gd.text.last_number().exists(), 0, 1),
    (gd.text.numbers().exists().count(), 0, 3),
    (gd.text.blocks("answer").exists().count(), 0, 1),
    (gd.text.reasoning().exists(), 1, 0),
    (gd.text.well_formed("think"), 0, 1),
    (gd.text.tags_in_order("think"), 0, 0),
    (gd.text.tags_in_order("answer"), 1, 1),
    (gd.structure.json(fences="only").exists(), 0, 1),
    (gd.structure.valid(fences="only"), 0, 1),
    (gd.structure.find("so").exists(), 0, 1),
]


@pytest.mark.parametrize(("reader", "thinking", "speaking"), READERS, ids=[repr(reader) for reader, *_ in READERS])
def test_what_stands_in_thinking_that_the_prompt_opened_and_nobody_closed_is_no_answer(reader, thinking, speaking):
    completion = "so <answer>4</answer> \\boxed{4} ...\n```json\n4\n```\n"
    scores = reader.score({"completion": [completion] * 2, "prompt": ["Q: <think>\n", "Q:"]})
    assert scores.values.tolist() == [thinking, speaking]


def test_prompts_are_read_once_each_and_shared_by_all_readers():
    reward = gd.text.tags_in_order("think", "answer") * (gd.text.tag("answer") == "4") + gd.text.boxed().exists()
    scores = reward.score({"completion": [OPENED] * 6, "prompt": ["a <think>", "b"] * 3})
    (prompts,) = [figures for name, figures in scores.figures.items() if "_opened" in name]
    assert (prompts.made, prompts.shared) == (2, 4)
    assert scores.values.tolist() == [1, 0] * 3


def test_what_nobody_asked_for_is_not_written():
    assert repr(gd.text.tag("answer")) == "text.tag(completion, name='answer')"
    assert gd.text.tag("answer").tree() == "text.tag(completion, name='answer')"
    assert repr(gd.text.tag("answer", prompt=gd.col("prompt"))) == "text.tag(completion, prompt, name='answer')"
    assert repr(gd.text.tag("answer", prompt=gd.col("p"))) == "text.tag(completion, name='answer', prompt=col('p'))"
    assert gd.from_dict(gd.text.tag("answer").to_dict()).equals(gd.text.tag("answer"))

    @gd.function(returns="column")
    def _mine(draft):
        return draft

    assert repr(gd.text.tag("a", of=_mine())) == "text.tag(name='a', of=_mine(draft))"


def test_another_text_is_not_a_continuation_of_the_prompt():
    score = gd.text.tag("answer", of=gd.col("draft")) == "4"
    row = {"completion": "", "draft": "<answer>4</answer>", "prompt": "<think>"}
    assert one(score, **row).values.tolist() == [1]
    assert one(gd.text.tag("answer", of=gd.col("draft"), prompt=gd.col("prompt")).exists(), **row).values.tolist() == [
        0
    ]


def test_reasoning_and_assistant_turns():
    chat = [says("a b"), {"role": "tool", "content": "c d e f"}, says("g", reasoning_content="x y z")]
    assert one(gd.text.length("words", of=gd.text.reasoning()), completion=chat).values.tolist() == [3]
    assert one(gd.text.length("words", of=gd.text.assistant()).sum(), completion=chat).values.tolist() == [3]
    assert one(gd.text.length("words", of=gd.text.turns("tool")).sum(), completion=chat).values.tolist() == [4]
    assert one(gd.text.reasoning().exists(), completion=[says("g")]).values.tolist() == [0]


def test_length_in_tokens_is_never_an_estimate():
    ids = gd.text.length("tokens")
    assert one(ids, completion="whatever", completion_ids=[5, 6, 2]).values.tolist() == [3]
    scores = ids.score({"completion": ["a", "b"], "completion_ids": [None, [2]]})
    assert (scores.statuses, scores.reasons) == (["unscored", "scored"], ["no completion_ids", ""])
    with pytest.raises(gd.ContractError, match=r"no column 'completion_ids'.*tokenizer="):
        one(ids, completion="whatever")
    with pytest.raises(ValueError, match="tokenizer="):
        gd.text.length("tokens", of=gd.text.tag("answer"))
    with pytest.raises(TypeError, match="tokenizer="):
        gd.text.length("tokens", tokenizer=5)


def test_a_tokenizer_counts_where_the_trainer_does_not():
    called = []

    def words(text):
        called.append(text)
        return text.split()

    length = gd.text.length("tokens", tokenizer=words)
    scores = length.score({"completion": ["a b", "c d", "e"], "completion_ids": [[7, 8, 2], None, [9]]})
    assert scores.values.tolist() == [3, 2, 1]
    assert called == ["c d"]
    assert one(length, completion="a b").values.tolist() == [2]
    of = gd.text.length("tokens", of=gd.text.tag("answer"), tokenizer=words)
    assert one(of, completion="<answer>a b c</answer>", completion_ids=[1]).values.tolist() == [3]


@pytest.mark.parametrize("mask", ["completion_mask", "tool_mask", "env_mask"])
def test_tokens_of_tool_results_and_padding_are_not_the_policy_s(mask):
    row = {"completion": "whatever", "completion_ids": [5, 6, 7, 2]}
    assert one(gd.text.length("tokens"), **row, **{mask: [1, 0, 0, 1]}).values.tolist() == [2]
    assert one(gd.text.length("tokens"), **row, **{mask: None}).values.tolist() == [4]
    scores = one(gd.text.length("tokens"), **row, **{mask: [1, 1]})
    assert scores.statuses == ["unscored"]


def test_masks_are_taken_together():
    row = {"completion": "", "completion_ids": [5, 6, 7, 2], "completion_mask": [1, 1, 1, 0], "env_mask": [1, 0, 1, 1]}
    assert one(gd.text.length("tokens"), **row).values.tolist() == [2]


def test_the_source_of_a_length_in_tokens_is_named():
    assert repr(gd.text.length("tokens")) == "text.length(completion_ids)"
    by_name = gd.text.length("tokens", tokenizer="some/model")
    assert repr(by_name) == "text.length(completion_ids).unscored_as(text.length(completion, tokenizer='some/model'))"
    assert gd.from_dict(gd.text.length("tokens").to_dict()).equals(gd.text.length("tokens"))


def test_a_step_s_credit_finds_its_tokens():
    """'ab', blank line, 'c': the token of the separator and the one that begins in it belong to the first step."""
    steps, tokens = gd.text.steps(), gd.text.tokens(gd.col("offsets"))
    credit = gd.text.length(of=steps).onto(tokens, at="all")
    scores = one(credit, completion="ab\n\nc", offsets=[(0, 1), (1, 2), (2, 4), (4, 5), (0, 0)])
    assert scores.values.tolist() == [2, 2, 2, 1, 1]


def test_tokens_of_a_tool_result_belong_to_none():
    chat = [says("ab\n\nc"), {"role": "tool", "content": "xyz"}, says("d")]
    tokens = gd.text.tokens(gd.col("offsets"), messages=gd.col("messages"))
    credit = gd.text.length(of=gd.text.assistant()).onto(tokens, at="all")
    row = {"offsets": [(0, 4), (4, 5), (0, 0), (0, 1), (0, 1)], "messages": [0, 0, -1, -1, 2]}
    assert one(credit, completion=chat, **row).values.tolist() == [5, 5, 0, 0, 1]


def test_tokens_need_a_message_each():
    tokens = gd.text.tokens(gd.col("offsets"), messages=gd.col("messages"))
    scores = one(tokens.exists().sum(), completion="a", offsets=[(0, 1)], messages=[0, 0])
    assert scores.statuses == ["unscored"]


def test_sentences_nest_in_steps():
    words = gd.text.length("words", of=gd.text.sentences())
    score = words.within(gd.text.steps()).max()
    assert one(score, completion="One two. Three.\n\nFour five six.").values.tolist() == [2, 3]


def test_numbers_and_blocks_lie_on_axes():
    assert one(gd.text.numbers(arity=2).exists().sum(), completion="(1, 2) [3, 4] 5").values.tolist() == [2]
    assert one(gd.text.blocks("a", "b").exists().sum(), completion="<a>1</a><b>2</b><c>").values.tolist() == [2]


def test_saying_a_default_builds_the_same_expression():
    assert gd.text.tag("answer", which="last").equals(gd.text.tag("answer"))
    assert gd.text.length("characters", of=None).equals(gd.text.length())
    assert gd.text.numbers(axis="number") is gd.text.numbers()
    assert not gd.text.numbers(axis="box").equals(gd.text.numbers())
    counts = gd.text.length("tokens", tokenizer=str.split)
    assert counts.equals(gd.text.length("tokens", tokenizer=str.split))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: gd.text.tag("<answer>"),
        lambda: gd.text.tag("answer", which="lst"),
        lambda: gd.text.tags_in_order(),
        lambda: gd.text.tags_in_order("a", opened="a"),
        lambda: gd.text.part(""),
        lambda: gd.text.part("x", side="left"),
        lambda: gd.text.number(gd.col("x"), which="any"),
        lambda: gd.text.numbers(arity=0),
        lambda: gd.text.contains([]),
        lambda: gd.text.contains(["a", ""]),
        lambda: gd.text.equal(gd.col("a"), "b", normalize="lower"),
        lambda: gd.text.equal("a", "b"),
        lambda: gd.text.length("bytes"),
        lambda: gd.text.length("words", tokenizer=str.split),
        lambda: gd.text.repetition(n=0),
        lambda: gd.text.steps(by="paragraph"),
        lambda: gd.text.tag("answer", of="draft"),
        lambda: gd.text.tag("answer", prompt="<think>"),
    ],
)
def test_a_wrong_argument_is_one_sentence(wrong):
    with pytest.raises((ValueError, TypeError)) as caught:
        wrong()
    assert "\n" not in str(caught.value)


MARKS = ["<think>", "</think>", "<answer>", "</answer>", "4", "5", " "]
texts = st.lists(st.sampled_from(MARKS), max_size=10).map("".join)


@given(texts)
def test_taking_the_answer_out_never_raises_the_reward(text):
    """Of a completion whose answer is right, the one with its answer removed is worth no more."""
    reward = gd.text.equal(gd.text.tag("answer"), "4") * gd.text.tags_in_order("think", "answer", once=False)
    without = text.replace("4", "")
    before, after = reward.score({"completion": [text, without]}).values
    assert after <= before


def test_a_composite_gates_on_form():
    tidy = gd.text.tags_in_order("think", "answer", exact=True)
    right = gd.text.equal(gd.text.tag("answer"), gd.col("solution"), normalize="number")
    reward = tidy * (0.5 + 0.5 * right)
    rows = ["<think>a</think><answer>4</answer>", "<think>a</think><answer>5</answer>", "<answer>4</answer>"]
    assert reward.score({"completion": rows, "solution": [4, 4, 4]}).values.tolist() == [1, 0.5, 0]


@given(st.lists(st.text(alphabet="<>/abthink answer\n", max_size=60), min_size=1, max_size=6))
def test_many_at_once_are_read_as_one_by_one(texts: list[str]) -> None:
    chats = [[{"role": "assistant", "content": text}] for text in texts]
    for reader in (
        gd.text.tags_in_order("think", "answer"), gd.text.tags_in_order("a"), gd.text.length("words"), gd.text.length(),
    ):  # fmt: skip
        # Chats are read one by one, plain texts all at once.
        assert reader.score({"completion": texts}).numbers == reader.score({"completion": chats}).numbers
