"""Capitals and languages."""

from __future__ import annotations

from ..text import _language
from ._constraint import Text, constraint, costly, within
from ._sentences import tokens


@costly
def language(code: str, *, of: Text = None) -> bool:
    """1 if the text is in this language (ISO 639-1, such as ``de``; ``zh`` is either Chinese), else 0.

    By langdetect, seeded. A text that nothing can be told by, such as digits alone, is in no language. Reads the first
    ten thousand characters; a few milliseconds.

    >>> import guerdon as gd
    >>> rows = {"completion": ["Das ist ein ganz gewöhnlicher Satz.", "This is an ordinary sentence.", "123"]}
    >>> gd.instructions.language("de").score(rows).values
    array([1., 0., 0.])
    """
    return _is(of, code)


def _is(text: str, code: str) -> bool:
    found = _language.detect(text[:10_000])
    return found is not None and code.lower() in (found, found.partition("-")[0])


@costly
def all_capitals(code: str | None = None, *, of: Text = None) -> bool:
    """1 if every letter is a capital (and the text is in this language, where one is given), else 0.

    The language is told by the text in small letters, for the detector knows few words in capitals.

    >>> import guerdon as gd
    >>> gd.instructions.all_capitals("en").score({"completion": ["THIS IS IT, MY FRIENDS.", "THIS IS not IT."]}).values
    array([1., 0.])
    """
    return bool(of.isupper()) and (code is None or _is(of.lower(), code))


@costly
def all_small(code: str | None = None, *, of: Text = None) -> bool:
    """1 if no letter is a capital and there are letters (in this language, where one is given), else 0.

    >>> import guerdon as gd
    >>> gd.instructions.all_small("en").score({"completion": ["this is it, my friends.", "This is it."]}).values
    array([1., 0.])
    """
    return bool(of.islower()) and (code is None or _is(of, code))


@constraint
def capital_words(*, at_least: int | None = None, at_most: int | None = None, of: Text = None) -> bool:
    """1 if so many words are all in capitals, one letter or more, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.capital_words(at_least=2).score({"completion": ["I like NASA", "I like nasa"]}).values
    array([1., 0.])
    """
    return within(sum(token.isupper() for token in tokens(of)), at_least, at_most, None)
