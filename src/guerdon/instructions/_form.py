"""The form of an answer: lists, marks, titles, quotes, frames."""

from __future__ import annotations

import json as _json_library
import re
from collections.abc import Sequence
from typing import Literal

from .._extras import need
from ._constraint import Text, constraint, within
from ._sentences import sentences
from ._words import EDGES, MARKS, without_marks

_POSTSCRIPTS = {"P.P.S": re.compile(r"p\.\s?p\.\s?s"), "P.S.": re.compile(r"p\.\s?s\.")}
_ONE_STAR = re.compile(r"\*([^\n*]*)\*")
_THREE_STARS = re.compile(r"\*{3,}")
_TWO_STARS = re.compile(r"\*\*([^\n*]*)\*\*")
_OPEN, _CLOSE = "([{", ")]}"
_MAX_JSON = 2_000_000


@constraint
def highlight_count(*, at_least: int | None = None, at_most: int | None = None, of: Text = None) -> bool:
    """1 if so many stretches stand between asterisks, ``*so*`` or ``**so**``, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.highlight_count(at_least=2).score({"completion": ["*a* and **b**", "*a* ** **"]}).values
    array([1., 0.])
    """
    text = _THREE_STARS.sub("**", of)
    found = [*_ONE_STAR.findall(text), *_TWO_STARS.findall(text)]
    return within(sum(1 for inside in found if inside.strip()), at_least, at_most, None)


@constraint
def placeholder_count(*, at_least: int | None = None, at_most: int | None = None, of: Text = None) -> bool:
    """1 if so many placeholders in square brackets, such as ``[address]``, stand in the text, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.placeholder_count(at_least=2).score({"completion": ["[name], [street]", "[name] [] []"]}).values
    array([1., 0.])
    """
    count = 0
    for line in of.split("\n"):
        start = line.find("[")
        while start >= 0 and (stop := line.find("]", start)) >= 0:
            count += bool(line[start + 1 : stop].strip("[ \t"))
            start = line.find("[", stop)
    return within(count, at_least, at_most, None)


@constraint
def section_count(marker: str, *, at_least: int | None = None, at_most: int | None = None, of: Text = None) -> bool:
    """1 if the marker stands before so many numbers, as in ``SECTION 2``, else 0. Linear.

    >>> import guerdon as gd
    >>> rows = {"completion": ["SECTION 1 a SECTION 2 b", "SECTION 1 a SECTION b"]}
    >>> gd.instructions.section_count("SECTION", at_least=2).score(rows).values
    array([1., 0.])
    """
    return within(len(re.findall(rf"{re.escape(marker)}\s?\d", of)), at_least, at_most, None)


@constraint
def postscript(marker: str = "P.S.", *, of: Text = None) -> bool:
    """1 if a postscript of this marker, such as ``P.S.`` or ``P.P.S``, stands in the text, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.postscript("P.P.S").score({"completion": ["Bye. p. p.s. One more", "P.S. No"]}).values
    array([1., 0.])
    """
    pattern = _POSTSCRIPTS.get(marker)
    lowered = of.lower()
    return marker.lower() in lowered if pattern is None else pattern.search(lowered) is not None


@constraint
def title(*, of: Text = None) -> bool:
    """1 if a line holds a title between double angular brackets, ``<<so>>``, that is not empty; else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.title().score({"completion": ["<<Ode>> to joy", "<<>>", "<Ode>"]}).values
    array([1., 0., 0.])
    """
    for line in of.split("\n"):
        start, stop = line.find("<<"), line.rfind(">>")
        if 0 <= start < stop and line[start:stop].strip("<> \t"):
            return True
    return False


@constraint
def json_only(*, of: Text = None) -> bool:
    r"""1 if the whole text, a code fence around it aside, is one JSON value that holds something, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.json_only().score({"completion": ['```json\n{"a": 1}\n```', "{}", "a: 1"]}).values
    array([1., 0., 0.])
    """
    text = of.strip()
    for fence in ("```json", "```Json", "```JSON", "```"):
        text = text.removeprefix(fence)
    text = text.removesuffix("```").strip()
    if len(text) > _MAX_JSON:
        return False
    try:
        value = _json_library.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False
    return value not in (None, "", [], {})


@constraint
def one_of(options: Sequence[str], *, how: Literal["contains", "whole", "exact"] = "contains", of: Text = None) -> bool:
    """1 if the text gives one of the options and no other, else 0. Linear.

    ``contains``: exactly one of them stands in it. ``whole``: it is one, marks at the edges and capitals aside.
    ``exact``: it is one to the character, white space at the edges too.

    >>> import guerdon as gd
    >>> gd.instructions.one_of(["yes", "no"], how="whole").score({"completion": ["Yes.", "Yes and no"]}).values
    array([1., 0.])
    """
    if how == "exact":
        return of in options
    if how == "whole":
        said = of.strip(EDGES).lower().strip()
        return any(option.strip(EDGES).lower() == said for option in options)
    return sum(option in of for option in dict.fromkeys(options)) == 1


@constraint
def ends_with(phrase: str, *, of: Text = None) -> bool:
    """1 if the text ends with the phrase, capitals and closing double quotes aside, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.ends_with("Good bye.").score({"completion": ['"So. good bye."', "Good bye. PS"]}).values
    array([1., 0.])
    """
    said: str = of.strip().strip('"').lower()
    return said.endswith(phrase.strip().lower())


@constraint
def starts_with(phrase: str, *, then_more: bool = False, of: Text = None) -> bool:
    """1 if the text starts with the phrase, capitals aside (and goes on after it, if ``then_more``); else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.starts_with("Who?", then_more=True).score({"completion": ["Who? Me.", "who?", "Me"]}).values
    array([1., 0., 0.])
    """
    said, wanted = of.strip().lower(), phrase.strip().lower()
    return said.startswith(wanted) and (not then_more or bool(said[len(wanted) :].strip()))


@constraint
def equals_text(reference: str, *, of: Text = None) -> bool:
    """1 if the text is the reference, capitals and white space at the edges aside, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.equals_text("Only this.").score({"completion": ["only this. ", "Only this. Or"]}).values
    array([1., 0.])
    """
    said: str = of.strip().lower()
    return said == reference.strip().lower()


@constraint
def first_word_changed(reference: str, *, of: Text = None) -> bool:
    """1 if the text is the reference with another first word, white space aside, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.first_word_changed("Sing a song").score({"completion": ["Hum a song", "Sing a song"]}).values
    array([1., 0.])
    """
    ours: list[str] = of.split()
    theirs = reference.split()
    return ours[1:] == theirs[1:] and ours[:1] != theirs[:1]


@constraint
def two_answers(separator: str = "******", *, of: Text = None) -> bool:
    r"""1 if two different answers stand with the separator between them, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.two_answers().score({"completion": ["Yes\n******\nNo", "Yes\n******\nYes"]}).values
    array([1., 0.])
    """
    parts = [part.strip() for part in of.split(separator)]
    filled = [part for part in parts if part]
    return len(filled) == 2 and filled[0] != filled[1] and "" not in parts[1:-1]


@constraint
def quoted(*, of: Text = None) -> bool:
    """1 if the whole text stands between double quotes, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.quoted().score({"completion": ['"So it is."', 'He said "so"', '""']}).values
    array([1., 0., 0.])
    """
    text = of.strip()
    return len(text) > 2 and text[0] == text[-1] == '"' and bool(text.strip('" \t\n'))


@constraint
def template(parts: Sequence[str], *, of: Text = None) -> bool:
    """1 if all these labels occur, each to the character, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.template(["My Answer:", "Why:"]).score({"completion": ["My Answer: 4 Why: so", "4"]}).values
    array([1., 0.])
    """
    return all(part in of for part in parts)


@constraint
def no_white_space(*, of: Text = None) -> bool:
    """1 if there is no white space at all, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.no_white_space().score({"completion": ["One-word", "Two words"]}).values
    array([1., 0.])
    """
    return len(of.split(maxsplit=1)) == 1 and of == of.strip()


@constraint
def nested_brackets(*, depth: int, of: Text = None) -> bool:
    """1 if brackets of any of the three kinds nest so deep and close rightly, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.nested_brackets(depth=3).score({"completion": ["([{x}])", "([{x)}]"]}).values
    array([1., 0.])
    """
    opened: list[str] = []
    deepest = 0
    for char in of:
        if char in _OPEN:
            opened.append(char)
            deepest = max(deepest, len(opened))
        elif char in _CLOSE:
            if not opened or _OPEN.index(opened.pop()) != _CLOSE.index(char):
                opened, deepest = [], 0
            elif deepest >= depth:
                return True
    return False


@constraint
def nested_quotes(*, depth: int, of: Text = None) -> bool:
    r"""1 if double and single quotes nest so deep and so many close again, else 0. Linear.

    A quote of the kind that was opened last closes it; apostrophes are single quotes here.

    >>> import guerdon as gd
    >>> nested = gd.instructions.nested_quotes(depth=3)
    >>> nested.score({"completion": ["'a \"b 'c' b\" a'", "'a' 'b' 'c'"]}).values
    array([1., 0.])
    """
    opened: list[str] = []
    reached = 0
    for char in of:
        if opened and char == opened[-1]:
            opened.pop()
            if reached - len(opened) >= depth:
                return True
        elif char in "\"'":
            opened.append(char)
            reached = max(reached, len(opened))
    return False


@constraint
def quotes_explained(*, of: Text = None) -> bool:
    """1 if no quote follows another at once and none ends the text, marks and digits aside; else 0. Linear.

    A text without quotes keeps the rule.

    >>> import guerdon as gd
    >>> gd.instructions.quotes_explained().score({"completion": ['"To be" means to live.', 'He said "no".']}).values
    array([1., 0.])
    """
    text = "".join(of.replace("“", '"').replace("”", '"').replace("'\"'", "").split())
    return '""' not in text and not text.strip("0123456789" + MARKS.replace('"', "")).endswith('"')


@constraint
def thesis_in_italics(*, of: Text = None) -> bool:
    """1 if HTML italics (``<i>`` or ``<em>``) hold something and text follows them, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.thesis_in_italics().score({"completion": ["<i>So</i> it is.", "*So* it is."]}).values
    array([1., 0.])
    """
    for opening, closing in (("<i>", "</i>"), ("<em>", "</em>")):
        start = of.find(opening)
        stop = of.find(closing, start)
        if 0 <= start < stop:
            inside, after = of[start + len(opening) : stop], of[stop + len(closing) :]
            return bool(inside.strip()) and bool(after.strip())
    return False


@constraint
def emoji_ends(*, of: Text = None) -> bool:
    """1 if an emoji ends every sentence, before its last mark or right after it; else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.emoji_ends().score({"completion": ["Hello 😀. Bye! 👋", "Hello 😀. Bye."]}).values
    array([1., 0.])
    """
    is_emoji = need("emoji", extra="instructions").is_emoji
    bare = [without_marks(sentence).strip() for sentence in sentences(of)]
    after = [*bare[1:], ""]
    return all(
        text and (any(map(is_emoji, text[-2:])) or is_emoji(following[:1]))
        for text, following in zip(bare, after, strict=True)
    )
