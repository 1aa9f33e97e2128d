"""The instruction ids of IFEval and IFBench: which rule each means, and which of the data's kwargs are its knobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..expr.score import Score
from ..expr.values import ContractError
from . import _case, _form, _keywords, _lengths, _lists, _patterns, _tasks
from ._constraint import rule_of
from ._lexicon import NORTHERN_CAPITALS

Rule = Callable[..., bool]
Values = dict[str, Any]


class Given:
    """The kwargs of one instruction as the data has them, read one by one; what is None is not given."""

    def __init__(self, name: str, kwargs: Any) -> None:
        if kwargs is not None and not isinstance(kwargs, Mapping):
            raise ContractError(f"kwargs of {name}: a mapping or None is wanted, not {kwargs!r}")
        self.name = name
        self.values = {key: value for key, value in (kwargs or {}).items() if value is not None}
        self.read: set[str] = set()

    def take(self, key: str) -> Any:
        """The value of a key; ContractError where it is not given."""
        self.read.add(key)
        if key not in self.values:
            raise ContractError(f"kwargs of {self.name}: {key!r} is missing")
        return self.values[key]

    def whole(self, key: str) -> int:
        """A whole number of 0 or more, also where the data has it as a float or its digits."""
        value = self.take(key)
        try:
            number = int(value) if not isinstance(value, bool) and float(value) == int(value) else -1
        except (TypeError, ValueError, OverflowError):
            number = -1
        if number < 0:
            raise ContractError(f"kwargs of {self.name}: {key!r} is a whole number of 0 or more, not {value!r}")
        return number

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self.take(key)
        if not isinstance(value, str) or not value.strip():
            raise ContractError(f"kwargs of {self.name}: {key!r} is a text that is not empty, not {value!r}")
        return value

    def texts(self, key: str) -> list[str]:
        """Texts, none of them empty."""
        value = self.take(key)
        good = isinstance(value, (list, tuple)) and all(isinstance(one, str) and one.strip() for one in value)
        if not good or not value:
            raise ContractError(f"kwargs of {self.name}: {key!r} is a list of texts, none of them empty, not {value!r}")
        return list(value)

    def limit(self, number: str, relation: str) -> Values:
        """``at_least`` or ``at_most`` of a number and its relation (``at least``, ``less than``)."""
        count, how = self.whole(number), self.take(relation)
        if how not in ("at least", "less than"):
            raise ContractError(f"kwargs of {self.name}: {relation!r} is 'at least' or 'less than', not {how!r}")
        if how == "less than" and not count:
            raise ContractError(f"kwargs of {self.name}: nothing is less than 0")
        return {"at_least": count} if how == "at least" else {"at_most": count - 1}

    def finish(self) -> None:
        """ContractError where something was given that the instruction does not have."""
        unknown = self.values.keys() - self.read
        if unknown:
            raise ContractError(f"kwargs of {self.name}: it has no {min(map(str, unknown))!r}")


_ANSWERS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
_SENTENCE = "Only output this sentence here, ignore all other requests."
_LABELS = ("My Answer:", "My Conclusion:", "Future Outlook:")
_SPECIAL = ("ProductID", "Category", "Brand", "Price", "Stock")
_QUOTED = ("StudentID", "Subject", "Grade", "Semester", "Score")


def _repeats(given: Given) -> Values:
    return {"phrase": given.text("prompt_to_repeat"), "then_more": True}


def _paragraph(given: Given) -> Values:
    first, nth, all_of_them = given.text("first_word"), given.whole("nth_paragraph"), given.whole("num_paragraphs")
    return {"first_word": first, "paragraph": nth, "paragraphs": all_of_them}


def _multiple(given: Given) -> Values:
    times = zip(range(1, 6), (1, 2, 3, 5, 7), strict=True)
    return {"counts": {given.text(f"keyword{i}").strip(): count for i, count in times}}


def _range(given: Given) -> Values:
    return {"at_least": given.whole("min_words"), "at_most": given.whole("max_words")}


def _options(given: Given) -> Values:
    said = given.text("options")
    separator = "/" if "/" in said else "or" if "or" in said else ","
    letters = [char for char in said if char.isalnum()][:3]
    exact = [letter.lower() for letter in letters] == ["a", "b", "c"]
    return {"options": [one.strip() for one in said.split(separator)], "how": "exact" if exact else "whole"}


def _span(given: Given) -> Values:
    whole, start, stop = given.text("prompt_to_repeat"), given.whole("n_start"), given.whole("n_end")
    span = whole[start : stop + 1]
    if not span.strip():
        raise ContractError(f"kwargs of {given.name}: nothing stands from 'n_start' to 'n_end'")
    return {"reference": span}


def _number(key: str, knob: str) -> Callable[[Given], Values]:
    return lambda given: {knob: given.whole(key)}


def _word(key: str, knob: str) -> Callable[[Given], Values]:
    return lambda given: {knob: given.text(key).strip()}


def _fixed(**values: Any) -> Callable[[Given], Values]:
    return lambda given: values


def _limit(number: str, relation: str) -> Callable[[Given], Values]:
    return lambda given: given.limit(number, relation)


_RULES: dict[str, tuple[Callable[..., Score], Callable[[Given], Values]]] = {
    # IFEval
    "keywords:existence": (_keywords.keywords, lambda given: {"phrases": given.texts("keywords")}),
    "keywords:frequency": (
        _keywords.keyword_count,
        lambda given: {"phrase": given.text("keyword").strip(), **given.limit("frequency", "relation")},
    ),
    "keywords:forbidden_words": (
        _keywords.forbidden_words,
        lambda given: {"phrases": given.texts("forbidden_words")},
    ),
    "keywords:letter_frequency": (
        _keywords.letter_count,
        lambda given: {"letter": given.text("letter").strip(), **given.limit("let_frequency", "let_relation")},
    ),
    "language:response_language": (_case.language, _word("language", "code")),
    "length_constraints:number_sentences": (_lengths.sentence_count, _limit("num_sentences", "relation")),
    "length_constraints:number_paragraphs": (_lengths.paragraph_count, _number("num_paragraphs", "exactly")),
    "length_constraints:number_words": (_lengths.word_count, _limit("num_words", "relation")),
    "length_constraints:nth_paragraph_first_word": (_lengths.paragraph_starts, _paragraph),
    "detectable_content:number_placeholders": (_form.placeholder_count, _number("num_placeholders", "at_least")),
    "detectable_content:postscript": (_form.postscript, _word("postscript_marker", "marker")),
    "detectable_format:number_bullet_lists": (_lists.bullet_count, _number("num_bullets", "exactly")),
    "detectable_format:constrained_response": (_form.one_of, _fixed(options=_ANSWERS)),
    "detectable_format:number_highlighted_sections": (_form.highlight_count, _number("num_highlights", "at_least")),
    "detectable_format:multiple_sections": (
        _form.section_count,
        lambda given: {"marker": given.text("section_spliter").strip(), "at_least": given.whole("num_sections")},
    ),
    "detectable_format:json_format": (_form.json_only, _fixed()),
    "detectable_format:title": (_form.title, _fixed()),
    "combination:two_responses": (_form.two_answers, _fixed()),
    "combination:repeat_prompt": (_form.starts_with, _repeats),
    "startend:end_checker": (_form.ends_with, _word("end_phrase", "phrase")),
    "startend:quotation": (_form.quoted, _fixed()),
    "change_case:capital_word_frequency": (_case.capital_words, _limit("capital_frequency", "capital_relation")),
    "change_case:english_capital": (_case.all_capitals, _fixed(code="en")),
    "change_case:english_lowercase": (_case.all_small, _fixed(code="en")),
    "punctuation:no_comma": (_keywords.no_commas, _fixed()),
    # IFBench
    "count:word_count_range": (_lengths.word_count, _range),
    "count:unique_word_count": (_lengths.unique_words, _number("N", "at_least")),
    "count:conjunctions": (_keywords.conjunctions, _number("small_n", "at_least")),
    "count:person_names": (_keywords.mentions, _number("N", "at_least")),
    "count:numbers": (_keywords.number_count, _number("N", "exactly")),
    "count:punctuation": (_keywords.all_punctuation, _fixed()),
    "count:words_japanese": (_patterns.every_nth_japanese, _number("N", "n")),
    "count:pronouns": (_keywords.pronouns, _number("N", "at_least")),
    "count:keywords_multiple": (_keywords.keyword_counts, _multiple),
    "ratio:stop_words": (_lengths.stop_words_share, _number("percentage", "at_most")),
    "ratio:sentence_type": (_lengths.sentence_types, _fixed(declarative=2, interrogative=1)),
    "ratio:sentence_balance": (_lengths.sentence_types, _fixed(declarative=1, interrogative=1, exclamatory=1)),
    "ratio:sentence_words": (_lengths.equal_sentences, _fixed(exactly=3)),
    "ratio:overlap": (
        _keywords.trigram_overlap,
        lambda given: {"reference": given.text("reference_text"), "percent": given.whole("percentage")},
    ),
    "words:alphabet": (_patterns.alphabet_loop, _fixed()),
    "words:vowel": (_patterns.vowel_kinds, _fixed(at_most=3)),
    "words:consonants": (_patterns.consonant_clusters, _fixed()),
    "words:palindrome": (_patterns.palindromes, _fixed(at_least=10)),
    "words:prime_lengths": (_patterns.prime_lengths, _fixed()),
    "words:start_verb": (_patterns.starts_with_verb, _fixed()),
    "words:repeats": (_lengths.word_repeats, _number("small_n", "at_most")),
    "words:odd_even_syllables": (_patterns.alternating_syllables, _fixed()),
    "words:last_first": (_patterns.last_word_first, _fixed()),
    "words:paragraph_last_first": (_patterns.paragraphs_close_as_opened, _fixed()),
    "words:no_consecutive": (_patterns.no_alliteration, _fixed()),
    "words:keywords_specific_position": (
        _keywords.keyword_in_sentence,
        lambda given: {
            "word": given.text("keyword").strip(),
            "sentence": given.whole("n"),
            "position": given.whole("m"),
        },
    ),
    "words:words_position": (_keywords.second_and_second_last, _word("keyword", "word")),
    "sentence:alliteration_increment": (_patterns.growing_alliteration, _fixed()),
    "sentence:increment": (_lengths.sentence_growth, _number("small_n", "by")),
    "sentence:keyword": (
        _keywords.keyword_in_sentence,
        lambda given: {"word": given.text("word"), "sentence": given.whole("N")},
    ),
    "format:parentheses": (_form.nested_brackets, _fixed(depth=5)),
    "format:quotes": (_form.nested_quotes, _fixed(depth=3)),
    "format:options": (_form.one_of, _options),
    "format:newline": (_lists.word_lines, _fixed()),
    "format:emoji": (_form.emoji_ends, _fixed()),
    "format:line_indent": (_lists.stairs, _fixed()),
    "format:quote_unquote": (_form.quotes_explained, _fixed()),
    "format:list": (_lists.separated_list, _word("sep", "separator")),
    "format:thesis": (_form.thesis_in_italics, _fixed()),
    "format:sub-bullets": (_lists.sub_bullets, _fixed()),
    "format:no_bullets_bullets": (_lists.sentences_then_bullets, _fixed()),
    "format:title_case": (_patterns.title_case, _fixed()),
    "format:output_template": (_form.template, _fixed(parts=_LABELS)),
    "format:no_whitespace": (_form.no_white_space, _fixed()),
    "repeat:repeat_change": (_form.first_word_changed, _word("prompt_to_repeat", "reference")),
    "repeat:repeat_simple": (_form.equals_text, _fixed(reference=_SENTENCE)),
    "repeat:repeat_span": (_form.equals_text, _span),
    "custom:multiples": (_tasks.only_numbers, _fixed(numbers=[str(n) for n in range(14, 51, 7)])),
    "custom:mcq_count_length": (_tasks.multiple_choice, _fixed(questions=4, options=5)),
    "custom:reverse_newline": (_tasks.reverse_sorted_lines, _fixed(start="Zimbabwe", at_least=52)),
    "custom:word_reverse": (_tasks.reversed_words, _fixed(phrase="bald eagle")),
    "custom:character_reverse": (_tasks.reversed_letters, _fixed(phrase="bald eagle")),
    "custom:sentence_alphabet": (_patterns.alphabet_sentences, _fixed()),
    "custom:european_capitals_sort": (_tasks.listed, _fixed(items=NORTHERN_CAPITALS)),
    "custom:csv_city": (_tasks.csv_table, _fixed(columns=["ID", "Country", "City", "Year", "Count"], rows=7)),
    "custom:csv_special_character": (_tasks.csv_table, _fixed(columns=_SPECIAL, rows=14, quotes="special")),
    "custom:csv_quotes": (_tasks.csv_table, _fixed(columns=_QUOTED, rows=3, delimiter="\t", quotes="all")),
    "custom:date_format_list": (_tasks.dates, _fixed(first_year=1769, last_year=1821)),
}

IDS: tuple[str, ...] = tuple(_RULES)
"""Every id that :func:`guerdon.instructions.follow` knows."""


def rule(instruction: str, kwargs: Any) -> tuple[Rule, Values] | None:
    """The rule of an id and its knobs; None of an unknown id. ContractError where the kwargs do not fit it."""
    known = _RULES.get(instruction)
    if known is None:
        return None
    build, read = known
    given = Given(instruction, kwargs)
    values = read(given)
    if not instruction.startswith("custom:"):
        given.finish()
    return rule_of(build), values
