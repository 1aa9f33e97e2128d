from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.expr.spans import Piece, Pieces, Span, held_by, tokens_of_spans


def test_a_token_belongs_to_the_piece_that_holds_its_first_character():
    # "Hello.\n\nBye" cut after the blank line; the token "\n\nB" starts in the separator, so it is the first piece's.
    offsets = [(0, 5), (5, 6), (6, 9), (9, 11)]
    assert tokens_of_spans(offsets, [Span(0, 0, 8), Span(0, 8, 11)]).tolist() == [0, 0, 0, 1]


def test_tokens_without_characters_go_to_the_last_piece_of_all():
    spans = [Span(0, 0, 2), Span(0, 2, 4), Span(2, 0, 3)]
    offsets = [(0, 2), (2, 4), (0, 0), (0, 5), (0, 3), (0, 0)]
    messages = [0, 0, 0, -1, 2, 2]
    assert tokens_of_spans(offsets, spans, messages).tolist() == [0, 1, 2, -1, 2, 2]
    # whatever their message has; those of a tool result still belong to none
    assert tokens_of_spans([(0, 0)] * 3, spans, [1, 9, -1]).tolist() == [2, 2, -1]


def test_in_one_message_the_end_of_sequence_goes_to_the_very_last_piece():
    assert tokens_of_spans([(0, 0), (0, 1), (1, 1)], [Span(0, 0, 1), Span(0, 1, 2)]).tolist() == [1, 0, 1]


def test_a_token_in_a_gap_belongs_to_the_piece_before_or_to_the_first():
    spans = [Span(0, 2, 4), Span(0, 6, 8)]
    assert tokens_of_spans([(i, i + 1) for i in range(9)], spans).tolist() == [0, 0, 0, 0, 0, 0, 1, 1, 1]


def test_a_token_of_a_message_without_pieces_belongs_to_none():
    assert tokens_of_spans([(0, 1)] * 3, [Span(1, 0, 9)], [0, 1, 2]).tolist() == [-1, 0, -1]


def test_no_spans_and_no_tokens():
    assert tokens_of_spans([(0, 1)], []).tolist() == [-1]
    assert tokens_of_spans([], [Span(0, 0, 1)]).tolist() == []


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="do not overlap"):
        tokens_of_spans([(0, 1)], [Span(0, 0, 3), Span(0, 2, 4)])
    with pytest.raises(ValueError, match="shape"):
        tokens_of_spans([0, 1, 2], [])
    with pytest.raises(ValueError, match="several messages"):
        tokens_of_spans([(0, 1)], [Span(0, 0, 3), Span(1, 0, 4)])
    with pytest.raises(ValueError, match="one index per token"):
        tokens_of_spans([(0, 1)], [Span(0, 0, 3)], [0, 0])
    with pytest.raises(ValueError, match="starts at 0"):
        Span(0, 3, 2)


def slow(offsets, spans, messages):
    out = []
    for (start, stop), message in zip(offsets, messages, strict=True):
        if message < 0:
            out.append(-1)
        elif start >= stop:
            out.append(len(spans) - 1)
        else:
            mine = [i for i, span in enumerate(spans) if span.message == message]
            before = [i for i in mine if spans[i].start <= start]
            out.append(before[-1] if before else mine[0] if mine else -1)
    return out


@given(st.data())
def test_it_agrees_with_a_slow_reading_of_the_rule(data):
    spans = []
    for message in range(3):
        cuts = sorted(data.draw(st.lists(st.integers(0, 12), max_size=6)))
        spans += [Span(message, a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    token = st.tuples(st.tuples(st.integers(0, 13), st.integers(0, 2)), st.integers(-1, 3))
    tokens = data.draw(st.lists(token, max_size=10))
    offsets = [(start, start + width) for (start, width), _ in tokens]
    messages = [message for _, message in tokens]
    got = tokens_of_spans(np.array(offsets).reshape(-1, 2), spans, messages)
    assert got.tolist() == slow(offsets, spans, messages)


def slow_holder(piece, empty, coarse):
    row = [i for i, other in enumerate(coarse) if other[0] == piece[0]]
    if empty:
        return row[-1] if row else -1
    mine = [i for i in row if coarse[i][1] == piece[1]]
    before = [i for i in mine if coarse[i][2] <= piece[2]]
    return before[-1] if before else mine[0] if mine else -1


places = st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 2), st.integers(0, 5)), max_size=12)


@given(places, places, st.data())
def test_pieces_in_any_order_are_held_as_a_slow_reading_says(fine, coarse, data):
    coarse.sort(key=lambda place: place[0])
    empty = [data.draw(st.booleans()) for _ in fine]
    tables = [np.array(table, dtype=np.int64).reshape(-1, 3) for table in (fine, coarse)]
    got = held_by(tables[0], np.array(empty, dtype=bool), tables[1])
    assert got.tolist() == [slow_holder(*pair, coarse) for pair in zip(fine, empty, strict=True)]


def test_a_piece_survives_pickling_and_compares_as_text():
    piece = pickle.loads(pickle.dumps(Piece("a", Span(1, 2, 3))))
    assert (piece, piece.span, hash(piece)) == ("a", Span(1, 2, 3), hash("a"))


def test_pieces_kept_as_an_array_are_those_of_a_list() -> None:
    pieces = Pieces(np.array([[0, 0, 2], [0, 2, 5], [-1, 0, 1]]), {0: "a cat"})
    assert list(pieces) == ["a ", "cat", ""]
    assert pieces[1:] == ["cat", ""]
    assert [piece.span for piece in pieces] == [Span(0, 0, 2), Span(0, 2, 5), Span(-1, 0, 1)]


@given(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=6), min_size=1, max_size=4))
def test_credit_lands_alike_on_tokens_kept_as_an_array_or_as_a_list(widths: list[list[int]]) -> None:
    @gd.function(axis="token", returns="column")
    def as_list(offsets: list[list[int]]) -> list[Piece]:
        return [Piece("", Span(0, start, stop)) for start, stop in offsets]

    texts = ["ab\n\nc\n\n" + "d" * sum(row) for row in widths]
    offsets = [[(sum(row[:k]), sum(row[: k + 1])) for k in range(len(row))] for row in widths]
    given_steps = gd.text.length(of=gd.text.steps())
    rows = {"completion": texts, "offsets": offsets}
    for at in ("first", "last", "all", "share"):
        as_array = given_steps.onto(gd.text.tokens(gd.col("offsets")), at=at).score(rows).nested()
        assert as_array == given_steps.onto(as_list(offsets=gd.col("offsets")), at=at).score(rows).nested()


def test_offsets_that_run_backwards_are_told() -> None:
    tokens = gd.text.length(of=gd.text.steps()).onto(gd.text.tokens(gd.col("offsets")))
    scores = tokens.score({"completion": ["abc", "abc"], "offsets": [[(0, 3)], [(2, 1)]]})
    assert scores.statuses == ["scored", "unscored"]
    assert "token 0 starts at 2 and stops at 1" in scores.reasons[1]
