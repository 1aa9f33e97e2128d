"""The room instructions: each constraint with a text that keeps it and one that does not."""

from __future__ import annotations

from typing import Any

import guerdon as gd

from .case import Case, c

ENGLISH = "This is an ordinary sentence in the English language and it speaks of the weather."
QUIZ = "\n\n".join(
    f"Question {i}: {'Long ' * i}question?\n" + "\n".join(f"{letter}) so" for letter in "ABCDE") for i in range(1, 5)
)
STORY = " ".join(f"{letter.upper()}nd so it went." for letter in "abcdefghijklmnopqrstuvwxyz")
SUNS = "sun sea sea sky sky sky"

# name: knobs, what keeps it, what breaks it.
RULES: dict[str, tuple[tuple[Any, ...], dict[str, Any], str, str]] = {
    "all_capitals": (("en",), {}, ENGLISH.upper(), ENGLISH),
    "all_punctuation": ((), {}, "a. b, c! d? e; f: g?!", "a. b, c"),
    "all_small": (("en",), {}, ENGLISH.lower(), ENGLISH),
    "alphabet_loop": ((), {}, "Yaks zap ants, but cats don't.", "Yaks zap bees."),
    "alphabet_sentences": ((), {}, STORY, STORY.replace("Bnd", "And")),
    "alternating_syllables": ((), {}, "The baker saw forests", "The old baker"),
    "bullet_count": ((), {"exactly": 2}, "* So\n* So", "* So"),
    "capital_words": ((), {"at_least": 2}, "LOUD LOUD", "LOUD"),
    "conjunctions": ((), {"at_least": 2}, "Now or never, but soon.", "And and."),
    "consonant_clusters": ((), {}, "Blue flags stand still", "Blue flags are there"),
    "csv_table": ((["a", "b"],), {"rows": 1}, "a,b\n1,2", "a,b"),
    "dates": ((), {"first_year": 1769, "last_year": 1821}, "1796-04-12, 1815-06-18", "12.4.1796"),
    "emoji_ends": ((), {}, "So 😀. And so! 👋", "So 😀. And so."),
    "ends_with": (("Bye.",), {}, "So. Bye.", "So."),
    "equal_sentences": ((), {"exactly": 3}, "I see you. Ann is in. Run to it.", "I see."),
    "equals_text": (("OK then.",), {}, "OK then.", "OK."),
    "every_nth_japanese": ((), {"n": 2}, "the 猫 sat すぐ", "the 猫 sat soon"),
    "first_word_changed": (("Write a poem",), {}, "Sing a poem", "Write a poem"),
    "forbidden_words": ((["sun"],), {}, "Zzz.", "The sun."),
    "growing_alliteration": ((), {}, "A cat. Big bears. Five fine foxes.", "Five fine foxes. Big bears."),
    "highlight_count": ((), {"at_least": 2}, "*so* *so*", "*so*"),
    "json_only": ((), {}, '{"so": [1, 2]}', 'Here: {"so": 1}'),
    "keyword_count": (("sun",), {"at_least": 2}, "sun sun", "sun"),
    "keyword_counts": (({"sun": 1, "sea": 2, "sky": 3},), {}, SUNS, SUNS + " sky"),
    "keyword_in_sentence": (("sun",), {"sentence": 2}, "It rains. The sun comes.", "The sun comes. Rain."),
    "keywords": ((["sun", "sea"],), {}, "sun sea", "sun"),
    "language": (("en",), {}, ENGLISH, "Das ist ein gewöhnlicher Satz in deutscher Sprache."),
    "last_word_first": ((), {}, "I see you. You see me. Me too.", "I see you. You see me. Us too."),
    "letter_count": (("s",), {"at_least": 3}, "sss", "s"),
    "listed": ((["one", "two"],), {}, "one, two", "one"),
    "mentions": ((["Emma", "Leo"],), {"at_least": 2}, "Emma and Leo.", "Emma."),
    "multiple_choice": ((), {"questions": 4, "options": 5}, QUIZ, QUIZ.replace("Long Long ", "")),
    "nested_brackets": ((), {"depth": 5}, "a (b [c {d (e [f])}])", "a (b)"),
    "nested_quotes": ((), {"depth": 3}, 'He: "She: \'They: "no" then\' so"', 'He: "no"'),
    "no_alliteration": ((), {}, "Cats eat fish.", "Cats can eat."),
    "no_commas": ((), {}, "One and two.", "One, two."),
    "no_white_space": ((), {}, "One-word", "One word"),
    "number_count": ((), {"exactly": 2}, "From 1,000 to 3.5!", "From 1 to 2 to 3."),
    "one_of": ((["yes", "no", "maybe"],), {"how": "whole"}, "Maybe", "Perhaps."),
    "only_numbers": ((["14", "21"],), {}, "14, 21", "14, 21, 28"),
    "palindromes": ((), {"at_least": 2}, "Level radar", "Level"),
    "paragraph_count": ((), {"exactly": 2}, "So\n***\nSo", "So"),
    "paragraph_starts": (("sun",), {"paragraph": 1}, "Sun and so.", "So."),
    "paragraphs_close_as_opened": ((), {}, "Home is home.\n\nSo be it so!", "Home is home.\nSo be it."),
    "placeholder_count": ((), {"at_least": 2}, "[here] [here]", "[here]"),
    "postscript": ((), {}, "Bye.\n\nP.S. One more.", "Bye."),
    "prime_lengths": ((), {}, "The cat is there.", "The cats are here."),
    "pronouns": ((), {"at_least": 3}, "She/her said this.", "She said so to Ann."),
    "quoted": ((), {}, '"So it is."', 'So "it is".'),
    "quotes_explained": ((), {}, '"To be" means to live.', 'He said: "To be".'),
    "reverse_sorted_lines": (("Zimbabwe",), {"at_least": 3}, "Zimbabwe\nTogo\nPeru", "Zimbabwe\nPeru\nTogo"),
    "reversed_letters": (("The bald eagle.",), {}, ".elgae dlab ehT", "The bald eagle."),
    "reversed_words": (("The bald eagle",), {}, "eagle bald The", "The bald eagle"),
    "second_and_second_last": (("sun",), {}, "The sun is the sun again.", "The sun is the sun."),
    "section_count": (("SECTION",), {"at_least": 2}, "SECTION 1\nSECTION 2", "SECTION 1"),
    "sentence_count": ((), {"exactly": 2}, "So it is. So it was.", "So it is."),
    "sentence_growth": ((), {"by": 1}, "Go. Go on. Go on now.", "Go. Go on now."),
    "sentence_types": ((), {"declarative": 2, "interrogative": 1}, "It is. It was. Will it be?", "It is. Will it?"),
    "sentences_then_bullets": ((), {}, "So. And so.\n* one\n* two", "So.\n* one\n* two"),
    "separated_list": (("!?!?",), {"items": 2}, "!?!? one !?!? two", "- one - two"),
    "stairs": ((), {}, "one\n two\n  three", "one\n two\n two"),
    "starts_with": (("Why?",), {}, "Why? So.", "Sure! Why? So."),
    "starts_with_verb": ((), {}, "Consider this.", "The idea is this."),
    "stop_words_share": ((), {"at_most": 50}, "The cat sat there.", "It is the cat."),
    "sub_bullets": ((), {}, "* one\n  - a\n* two\n  - b", "* one\n* two\n  - b"),
    "template": ((["My Answer:", "My Conclusion:"],), {}, "My Answer: a My Conclusion: b", "My answer: a"),
    "thesis_in_italics": ((), {}, "<i>So it is.</i> And here is why.", "*So it is.* And here is why."),
    "title": ((), {}, "<<Ode to joy>>\n\nJoy!", "# Ode to joy\n\nJoy!"),
    "title_case": ((), {}, "The Old Man And The Sea", "The Old Man and the Sea"),
    "trigram_overlap": (("abcde",), {"percent": 50}, "abcdxy", "abcde"),
    "two_answers": ((), {}, "So.\n******\nOr so.", "So.\n***\nOr so."),
    "unique_words": ((), {"at_least": 3}, "The cat, the dog.", "The cat, the CAT."),
    "vowel_kinds": ((), {"at_most": 3}, "A red hen did it.", "A red hen did go."),
    "word_count": ((), {"at_least": 3, "at_most": 4}, "One two three four.", "One two three four five."),
    "word_lines": ((), {}, "One\n\nword", "One word"),
    "word_repeats": ((), {"at_most": 2}, "The cat, the dog.", "The cat, the dog, the bee."),
}

# Of these langdetect decides, at a millisecond or more a text.
SLOW = ("all_capitals", "all_small", "language")


def _case(name: str) -> Case:
    args, knobs, keeps, breaks = RULES[name]
    unscored = ("no rule tells whether",) if name == "starts_with_verb" else ()
    make = getattr(gd.instructions, name)
    return Case(f"instructions.{name}", lambda: make(*args, **knobs), keeps, breaks, kind="rule", unscored=unscored,
                share=0.1 if name in SLOW else 1.0)  # fmt: skip


FOLLOW = {"ids": ["punctuation:no_comma", "length_constraints:number_words"],
          "kwargs": [None, {"num_words": 3, "relation": "at least"}]}  # fmt: skip
CASES = [
    *map(_case, RULES),
    *(
        Case(
            f"instructions.follow, {'loose' if loose else 'strict'}",
            lambda loose=loose: gd.instructions.follow(
                c("ids", "instruction"), c("kwargs", "instruction"), loose=loose
            ).mean(),  # type: ignore[misc]
            "So it is now.",
            "So, it is.",
            given=FOLLOW,
            kind="rule",
        )
        for loose in (False, True)
    ),
]
