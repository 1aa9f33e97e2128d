"""Everything that is not markup already is escaped, in elements, in attributes and in data."""

from __future__ import annotations

import html
import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.report.html import Html, join, json_script, tag, text, visible

ANY = st.text(alphabet=st.characters(exclude_categories=()))


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.attributes: dict[str, str | None] = {}

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(name)
        self.attributes |= dict(attrs)

    def handle_data(self, data: str) -> None:
        self.words += data


def read(markup: str) -> Reader:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader


@given(ANY, ANY)
def test_no_text_opens_an_element_or_leaves_an_attribute(words: str, value: str) -> None:
    reader = read(tag("p", words, title=value))
    assert reader.tags == ["p"]
    assert set(reader.attributes) == {"title"}
    assert read(tag("p", visible(words))).tags in (["p"], ["p", *["span"] * visible(words).count("<span")])


@given(st.recursive(ANY | st.none() | st.booleans(), lambda inner: st.lists(inner) | st.dictionaries(ANY, inner)))
def test_data_cannot_close_its_element_and_reads_back(value: object) -> None:
    markup = json_script("d", value)
    assert markup.count("<") == 2
    inner = markup.removeprefix('<script type="application/json" id="d">').removesuffix("</script>")
    assert json.loads(inner) == value


def test_data_with_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_script("d", float("nan"))


def test_markup_is_markup_only_by_its_type() -> None:
    assert tag("b", Html("<i></i>"), "<i>") == "<b><i></i>&lt;i&gt;</b>"
    assert join("a<", None, tag("i")) == "a&lt;<i></i>"


def test_an_element_s_name_cannot_come_from_outside() -> None:
    with pytest.raises(ValueError, match="not an element's name"):
        tag("p onclick=x")


def test_long_text_is_cut_and_says_so() -> None:
    assert visible("a" * 12, limit=10) == 'aaaaaaaaaa<span class="cut"> … 2 more characters</span>'


def test_plain_text_of_printable_characters_reads_back() -> None:
    assert html.unescape(text("a < b & \"c\" 'd'\n\te")) == "a < b & \"c\" 'd'\n\te"
