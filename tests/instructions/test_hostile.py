"""What a policy that wants the verdict without the deed may write, and what must not break."""

from __future__ import annotations

import json
import random
import time
from contextlib import suppress
from importlib import util
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.expr.values import Unscored
from guerdon.instructions import IDS
from guerdon.instructions._constraint import readable
from guerdon.instructions._ids import rule

_spec = util.spec_from_file_location("instruction_answers", Path(__file__).with_name("answers.py"))
assert _spec is not None
assert _spec.loader is not None
answers = util.module_from_spec(_spec)
_spec.loader.exec_module(answers)

I = gd.instructions  # noqa: E741


def of(score: gd.Score, *texts: str) -> list[float | None]:
    return score.score({"completion": list(texts)}).numbers


KWARGS: dict[str, Any] = {name: kwargs for name, kwargs, *_ in answers.IFBENCH} | {
    "keywords:existence": {"keywords": ["sun", "sea"]},
    "keywords:frequency": {"keyword": "sun", "frequency": 3, "relation": "less than"},
    "keywords:forbidden_words": {"forbidden_words": ["sun"]},
    "keywords:letter_frequency": {"letter": "s", "let_frequency": 3, "let_relation": "at least"},
    "language:response_language": {"language": "de"},
    "length_constraints:number_sentences": {"num_sentences": 3, "relation": "less than"},
    "length_constraints:number_paragraphs": {"num_paragraphs": 2},
    "length_constraints:number_words": {"num_words": 3, "relation": "at least"},
    "length_constraints:nth_paragraph_first_word": {"first_word": "sun", "nth_paragraph": 1, "num_paragraphs": 1},
    "detectable_content:number_placeholders": {"num_placeholders": 2},
    "detectable_content:postscript": {"postscript_marker": "P.S."},
    "detectable_format:number_bullet_lists": {"num_bullets": 2},
    "detectable_format:number_highlighted_sections": {"num_highlights": 2},
    "detectable_format:multiple_sections": {"section_spliter": "SECTION", "num_sections": 2},
    "combination:repeat_prompt": {"prompt_to_repeat": "Why?"},
    "startend:end_checker": {"end_phrase": "Bye."},
    "change_case:capital_word_frequency": {"capital_frequency": 2, "capital_relation": "less than"},
}


def verdict(name: str, text: str) -> bool:
    found = rule(name, KWARGS.get(name))
    assert found is not None
    check, values = found
    return check(of=readable(text), **values)


CHARACTERS = "\n\t .,;:!?*-_#[]{}()<>'\"`\\/|&@$%0123456789aAzZéßİǅ猫👋🏽\u200b\u200d\ufeff\u2028\x00\ud800"
BITS = "<think>|</think>|<i>|</i>|***|******|P.S.|```json|Question 1.|2000-01-01|\r\n|Dr. |e.g. |The sun is. |1,000.5 "
PIECES = st.sampled_from([*CHARACTERS, *BITS.split("|"), "Zimbabwe", "SECTION 1", "...", "?!"])


@given(st.lists(PIECES, max_size=40).map("".join))
def test_nothing_raises_on_any_text(text: str) -> None:
    rows = {
        "completion": [text],
        "instruction_id_list": [[name for name in IDS if "language" not in name and "english" not in name]],
        "kwargs": [[KWARGS.get(name) for name in IDS if "language" not in name and "english" not in name]],
    }
    for loose in (False, True):
        scores = I.follow(loose=loose).score(rows)
        assert set(scores.reasons) <= {"", "an empty answer", "no text"} | {
            reason for reason in scores.reasons if reason.startswith("no rule tells whether")
        }
        assert set(scores.numbers) <= {0.0, 1.0, None}


@pytest.mark.full
def test_a_hundred_thousand_odd_answers() -> None:
    """Every id on random texts of hostile pieces: no exception, no number but 0, 1 and none."""
    chance = random.Random(0)
    pieces = [*CHARACTERS, *BITS.split("|"), "Zimbabwe", "SECTION 1", "...", "?!", "so ", "The sun. "]
    names = [name for name in IDS if "language" not in name and "english" not in name]
    for _ in range(100):
        texts = ["".join(chance.choices(pieces, k=chance.randrange(60))) for _ in range(1000)]
        asked = [chance.choices(names, k=4) for _ in texts]
        kwargs = [[KWARGS.get(name) for name in some] for some in asked]
        rows = {"completion": texts, "instruction_id_list": asked, "kwargs": kwargs}
        scores = I.follow(loose=chance.random() < 0.2).score(rows)
        assert set(scores.numbers) <= {0.0, 1.0, None}
        assert not any(reason.startswith("exception") for reason in scores.reasons)


def test_languages_of_odd_texts() -> None:
    odd = ["", " ", "\u200b", "0", "?", "\ud800", "\x00", "👋", "a", "ß" * 50_000, "猫", "http://a.b/" * 3000]
    rows = {"completion": odd, "instruction_id_list": [["change_case:english_capital"]] * len(odd)}
    scores = I.follow().score(rows | {"kwargs": [[None]] * len(odd)})
    assert set(scores.numbers) == {0.0}


PATTERNS = {
    "words": "so it is ",
    "one word": "a",
    "spaces": " ",
    "lines": "a\n",
    "blank lines": "\n",
    "stars": "*",
    "open brackets": "[",
    "angles": "<",
    "dots": "a.",
    "closed dots": "a.)",
    "dots and spaces": "a. ",
    "quotes": "\"'",
    "apostrophes": "'",
    "digits": "1",
    "postscripts": "p. ",
    "questions": "Question 1. ",
    "backticks": "```",
    "dashes": "-",
    "commas": ",",
    "nested lists": "[[[[[[[[",
    "fields": '"a',
    "thinking": "<think></think>",
    "unseen": "a\u200b",
    "emoji": "👋",
}


def seconds(text: str) -> dict[str, float]:
    """What each rule takes to judge a text."""
    taken = {}
    for name in IDS:
        start = time.process_time()
        with suppress(Unscored):
            verdict(name, text)
        taken[name] = time.process_time() - start
    return taken


@pytest.mark.parametrize("kind", PATTERNS)
def test_long_texts_take_time_in_proportion(kind: str) -> None:
    """40,000 characters; where time grew with the square it would be many seconds."""
    text = "so " + PATTERNS[kind] * (40_000 // len(PATTERNS[kind])) + " so"
    taken = seconds(text)
    assert max(taken.values()) < 2, max(taken, key=taken.__getitem__)


@pytest.mark.full
@pytest.mark.parametrize("kind", PATTERNS)
def test_a_megabyte_takes_time_in_proportion(kind: str) -> None:
    text = "so " + PATTERNS[kind] * (1_000_000 // len(PATTERNS[kind])) + " so"
    taken = seconds(text)
    assert max(taken.values()) < 40, max(taken, key=taken.__getitem__)


class TestExploits:
    def test_padding_with_what_nobody_sees(self) -> None:
        padded = "a\u200bb\u200bc\u2060d\ufeffe\u00adf"
        assert of(I.word_count(at_least=2), padded) == [0.0]
        assert of(I.unique_words(at_least=2), "a\u200b a\u200c a\u200d") == [0.0]
        assert of(I.word_count(at_least=1), "\u200b\u200c\u2060") == [0.0]

    def test_padding_with_marks(self) -> None:
        assert of(I.word_count(at_least=3), "... - !! **") == [0.0]
        assert of(I.sentence_count(at_least=4), "So......  !!!") == [0.0]
        assert of(I.placeholder_count(at_least=3), "[] [ ] [[]]") == [0.0]
        assert of(I.highlight_count(at_least=2), "** ** *** * *") == [0.0]
        assert of(I.highlight_count(at_least=2), "***so***") == [0.0]
        assert of(I.bullet_count(exactly=2), "---\n***\n* so\n- so\n- - -") == [1.0]

    def test_repetition(self) -> None:
        assert of(I.unique_words(at_least=3), "The the, the! THE.") == [0.0]
        assert of(I.palindromes(at_least=10), "level " * 10) == [0.0]
        assert of(I.conjunctions(at_least=3), "and And and, AND. (and)") == [0.0]
        assert of(I.mentions(at_least=2), "Emma Emma Emma") == [0.0]
        assert of(I.equal_sentences(exactly=3), "So it is. So it is. So it is.") == [0.0]
        assert of(I.two_answers(), "Yes.\n******\nYes.") == [0.0]
        assert of(I.reverse_sorted_lines("Zimbabwe", at_least=52), "Zimbabwe\n" * 52) == [0.0]

    def test_every_option(self) -> None:
        options = ["My answer is yes.", "My answer is no.", "My answer is maybe."]
        assert of(I.one_of(options), " ".join(options), options[1]) == [0.0, 1.0]
        assert of(I.one_of(["yes", "no"], how="whole"), "yes no", "yes/no", "No!") == [0.0, 0.0, 1.0]

    def test_empty_forms(self) -> None:
        assert of(I.json_only(), "{}", "[]", '""', "null", "```json\n```", "[0]") == [0.0] * 5 + [1.0]
        assert of(I.quoted(), '""', '"', '" "', '"a"') == [0.0, 0.0, 0.0, 1.0]
        assert of(I.title(), "<<>>", "<< >>", "<<<>>>", "<<a>>") == [0.0, 0.0, 0.0, 1.0]
        assert of(I.sub_bullets(), "No bullets here - none.", "* a - b") == [0.0, 1.0]
        assert of(I.stairs(), "One line only.") == [0.0]
        assert of(I.thesis_in_italics(), "<i></i> So", "<i>So</i>", "<em>So</em> it is") == [0.0, 0.0, 1.0]

    def test_the_prompt_repeated_and_nothing_more(self) -> None:
        assert of(I.starts_with("Why is it so?", then_more=True), "Why is it so?", "Why is it so? It is.") == [0.0, 1.0]
        assert of(I.first_word_changed("Write a poem"), "Write a poem", "A poem", "Sing a poem") == [0.0, 0.0, 1.0]

    def test_lookalikes_do_not_hide_what_is_forbidden(self) -> None:
        assert of(I.forbidden_words(["rock"]), "rосk", "ro\u200bck", "ｒｏｃｋ", "ROCK", "rocky") == [0.0] * 4 + [1.0]
        assert of(I.keyword_count("rock", at_most=0), "rосk", "ｒｏｃｋ", "sock") == [0.0, 0.0, 1.0]
        assert of(I.letter_count("o", at_most=1), "оoо", "o") == [0.0, 1.0]
        assert of(I.no_commas(), "a， b", "a، b", "a‚ b", "a\u200b,b", "a; b") == [0.0] * 4 + [1.0]

    def test_lookalikes_do_not_make_what_is_wanted(self) -> None:
        assert of(I.keywords(["rock"]), "rосk") == [0.0]
        assert of(I.keyword_count("rock", at_least=1), "rосk") == [0.0]

    def test_keyword_stuffing_is_seen_where_a_number_is_asked_for(self) -> None:
        counted = I.keyword_counts({"sun": 1, "sea": 2})
        assert of(counted, "sun sea sea", "sun sea sea " * 2) == [1.0, 0.0]
        assert of(I.keyword_count("sun", at_least=1, at_most=2), "sun " * 3) == [0.0]

    def test_thinking_is_no_answer(self) -> None:
        assert of(I.no_commas(), "<think>a, b</think>a b") == [1.0]
        assert of(I.keywords(["sun"]), "<think>sun</think>moon", "<think>sun") == [0.0, 0.0]
        opened = {"prompt": ["Say sun. <think>"], "completion": ["sun</think>moon"]}
        assert I.keywords(["sun"]).score(opened).numbers == [0.0]

    @given(st.sampled_from(sorted(IDS)), st.sampled_from(["", " ", "\n\n", "\u200b", "<think>so it is"]))
    def test_an_empty_answer_keeps_nothing(self, name: str, text: str) -> None:
        rows = {"completion": [text], "instruction_id_list": [[name]], "kwargs": [[KWARGS.get(name)]]}
        scores = I.follow().score(rows)
        assert (scores.numbers, scores.statuses) == ([0.0], ["failed"])


def test_contradictory_constraints_are_judged_one_by_one() -> None:
    both = I.word_count(at_least=5) & I.word_count(at_most=3)
    assert of(both, "a b", "a b c d", "a b c d e f") == [0.0, 0.0, 0.0]
    shares = (I.all_capitals() + I.all_small()) / 2
    assert of(shares, "SO", "so", "So") == [0.5, 0.5, 0.0]


class TestTheDispatcher:
    ROW: dict[str, Any] = {  # noqa: RUF012
        "completion": ["One, two."],
        "instruction_id_list": [["punctuation:no_comma", "length_constraints:number_words"]],
        "kwargs": [[{"relation": None, "num_words": None}, {"relation": "at least", "num_words": 2.0}]],
    }

    def test_shares_and_strict_verdicts(self) -> None:
        assert I.follow().mean().score(self.ROW).numbers == [0.5]
        assert I.follow().all().score(self.ROW).numbers == [0.0]

    def test_an_unknown_id_is_unscored_and_says_so(self) -> None:
        scores = I.follow().score(
            self.ROW | {"instruction_id_list": [["no:such", "punctuation:no_comma"]], "kwargs": [[{}, {}]]}
        )
        assert scores.numbers == [None, 0.0]
        assert scores.reasons == ["unknown instruction 'no:such'", ""]

    def test_what_no_rule_can_decide_is_unscored_and_says_so(self) -> None:
        row = {"completion": ["Frobnicate it."], "instruction_id_list": [["words:start_verb"]], "kwargs": [[None]]}
        scores = I.follow().score(row)
        assert (scores.numbers, scores.reasons) == ([None], ["no rule tells whether 'frobnicate' is a verb"])

    @pytest.mark.parametrize(
        ("name", "kwargs", "said"),
        [
            ("length_constraints:number_words", {"relation": "at least"}, "'num_words' is missing"),
            ("length_constraints:number_words", {"relation": "about", "num_words": 3}, "'at least' or 'less than'"),
            (
                "length_constraints:number_words",
                {"relation": "at least", "num_words": "many"},
                "whole number of 0 or more",
            ),
            ("length_constraints:number_words", {"relation": "at least", "num_words": float("nan")}, "whole number"),
            ("length_constraints:number_words", {"relation": "at least", "num_words": 2.5}, "whole number"),
            ("keywords:existence", {"keywords": "sun"}, "a list of texts, none"),
            ("keywords:existence", {"keywords": []}, "a list of texts, none of them empty"),
            (
                "keywords:frequency",
                {"keyword": " ", "frequency": 1, "relation": "at least"},
                "a text that is not empty",
            ),
            ("punctuation:no_comma", {"commas": 3}, "it has no 'commas'"),
            ("punctuation:no_comma", "none", "a mapping or None"),
            ("repeat:repeat_span", {"prompt_to_repeat": "ab", "n_start": 5, "n_end": 9}, "nothing stands from"),
        ],
    )
    def test_malformed_kwargs_stop_the_run_with_one_sentence(self, name: str, kwargs: Any, said: str) -> None:
        row = {"completion": ["So."], "instruction_id_list": [[name]], "kwargs": [[kwargs]]}
        with pytest.raises(gd.ContractError, match=said) as caught:
            I.follow().score(row)
        assert name in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_lists_of_different_length_leave_the_row_unscored(self) -> None:
        scores = I.follow().score(self.ROW | {"kwargs": [[{}]]})
        assert scores.reasons == ["lengths differ"] * 2

    def test_flat_columns_are_refused(self) -> None:
        with pytest.raises(TypeError, match=r'gd.col\("instruction_id_list", axis="instruction"\)'):
            I.follow(gd.col("instruction_id_list"))

    def test_loose_takes_off_lines_and_asterisks(self) -> None:
        wrapped = 'Sure, here it is:\n"*So it is.*"\nAnything else?'
        ids = ["startend:quotation", "punctuation:no_comma"]
        row = {"completion": [wrapped], "instruction_id_list": [ids], "kwargs": [[None, {}]]}
        assert I.follow().score(row).nested() == [[0.0, 0.0]]
        assert I.follow(loose=True).score(row).nested() == [[1.0, 1.0]]
        assert I.follow(loose=True).score(row | {"completion": [" "]}).numbers == [0.0, 0.0]

    def test_the_columns_and_the_text_may_be_others(self) -> None:
        row = {"draft": ["a b"], "ids": [["punctuation:no_comma"]], "args": [[None]]}
        ids, kwargs = gd.col("ids", axis="rule"), gd.col("args", axis="rule")
        assert I.follow(ids, kwargs, of=gd.col("draft")).score(row).nested() == [[1.0]]


class TestBuilding:
    def test_a_default_said_is_a_default_left_out(self) -> None:
        assert I.postscript("P.S.").equals(I.postscript())
        assert repr(I.word_count(at_least=3)) == "instructions.word_count(completion, at_least=3)"
        assert not I.word_count(at_least=3).equals(I.word_count(at_least=4))

    @pytest.mark.parametrize("name", [name for name in I.__all__ if name not in ("IDS", "follow")])
    def test_every_constraint_declares_itself_and_is_read_back(self, name: str) -> None:
        leaf = getattr(I, name).leaf
        assert (leaf.version, leaf.bounds, leaf.fails_as) == ("1", (0.0, 1.0), 0.0)
        one = leaf(completion=gd.col("completion"))
        assert gd.from_dict(json.loads(json.dumps(one.to_dict()))).equals(one)
        assert ">>>" in getattr(I, name).__doc__

    def test_knobs_may_be_columns(self) -> None:
        row = {"completion": ["So it ends", "So it ends"], "last": ["ends", "begins"], "n": [3, 4]}
        assert I.ends_with(gd.col("last")).score(row).numbers == [1.0, 0.0]
        assert I.word_count(at_least=gd.col("n")).score(row).numbers == [1.0, 0.0]
        assert I.word_count(at_least=gd.col("n")).score(row | {"n": [None, "2"]}).statuses == ["unscored"] * 2
        with pytest.raises(gd.ContractError, match="word_count: at_least is a whole number of 0 or more"):
            I.word_count(at_least=gd.col("last")).score(row)

    @pytest.mark.parametrize(
        "wrong",
        [
            lambda: I.word_count(),
            lambda: I.word_count(at_least=-1),
            lambda: I.word_count(at_least="three"),
            lambda: I.keywords([]),
            lambda: I.keywords("sun"),
            lambda: I.ends_with(""),
            lambda: I.one_of(["a"], how="most"),
            lambda: I.keyword_counts({"a": -1}),
            lambda: I.word_count(more=1),
            lambda: I.word_count(of="text"),
            lambda: I.starts_with("a", then_more=1),
        ],
    )
    def test_a_wrong_argument_is_one_sentence(self, wrong: Any) -> None:
        with pytest.raises((ValueError, TypeError)) as caught:
            wrong()
        assert "\n" not in str(caught.value)


def test_three_thousand_verdicts_take_a_fraction_of_a_second() -> None:
    names = ["punctuation:no_comma", "length_constraints:number_words", "keywords:existence"]
    rows = {
        "completion": [f"Answer {i}: the sun sets over the sea and so on. " * 20 for i in range(1000)],
        "instruction_id_list": [names] * 1000,
        "kwargs": [[KWARGS.get(name) for name in names]] * 1000,
    }
    start = time.process_time()
    assert I.follow().all().mean(over="batch").score(rows).numbers[0] == 1.0
    assert time.process_time() - start < 10
