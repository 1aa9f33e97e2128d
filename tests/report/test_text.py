"""What a model wrote can repaint a terminal, read backwards or hide; after `clean` it cannot."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from guerdon.report.text import clean


def test_escape_sequences_lose_their_escape() -> None:
    assert clean("\x1b[2J\x1b]0;title\x07") == "␛[2J␛]0;title␇"


def test_carriage_return_cannot_overwrite_a_line() -> None:
    assert clean("failed\rpassed") == "failed␍passed"


def test_c1_controls_are_escapes_too() -> None:
    assert clean("\x9b31m") == "⟨U+009B⟩31m"


def test_newline_and_tab_stay_unless_one_line_is_wanted() -> None:
    assert clean("a\n\tb") == "a\n\tb"
    assert clean("a\n\tb", keep="") == "a␊␉b"


def test_words_of_many_scripts_and_emoji_are_untouched() -> None:
    for words in ("naïve café", "日本語", "עברית", "العربية", "می\u200cخواهم", "👩\u200d🚀 ❤️"):
        assert clean(words) == words


def test_hidden_sentence_in_tag_characters_becomes_visible() -> None:
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "hi")
    assert clean("ok" + hidden) == "ok⟨U+E0068⟩⟨U+E0069⟩"


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_nothing_that_controls_is_left_and_everything_can_be_written(words: str) -> None:
    cleaned = clean(words)
    cleaned.encode("utf-8")
    assert not any(unicodedata.category(one) == "Cc" and one not in "\n\t" for one in cleaned)
    assert not any(
        unicodedata.bidirectional(one) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI"} for one in cleaned
    )
    assert clean(cleaned) == cleaned
