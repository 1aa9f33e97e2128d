"""Which words and letters, how often and where."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ._constraint import Text, constraint, within
from ._lexicon import CONJUNCTIONS, PERSON_NAMES, PRONOUNS
from ._sentences import sentences, tokens
from ._words import EDGES, as_seen, without_marks

_COMMAS = frozenset(",՝،߸፣᠂᠈⸲⸴⹁⹌、꓾꘍꛵︐︑﹐﹑，､‚")
_DIGITS = re.compile(r"\d+")


@constraint
def keywords(phrases: Sequence[str], *, of: Text = None) -> bool:
    """1 if every one of these phrases occurs, small and capital letters aside, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.keywords(["sun", "sea"]).score({"completion": ["Sunny seaside", "sun"]}).values
    array([1., 0.])
    """
    lowered = of.lower()
    return all(phrase.lower() in lowered for phrase in phrases)


@constraint
def forbidden_words(phrases: Sequence[str], *, of: Text = None) -> bool:
    """1 if none of these phrases stands in the text as whole words, else 0. Linear.

    Written in letters that look alike, a word is still the word.

    >>> import guerdon as gd
    >>> gd.instructions.forbidden_words(["rock"]).score({"completion": ["rocky", "ROCK!"]}).values
    array([1., 0.])
    """
    forms = (of.lower(), as_seen(of)) if not of.isascii() else (of.lower(),)
    return not any(_stands(form, phrase.lower()) for phrase in phrases for form in forms)


def _stands(text: str, phrase: str) -> bool:
    """Whether a phrase stands in a text with no letter, digit or underscore right before or after it.

    >>> _stands("a rock.", "rock"), _stands("rocky", "rock")
    (True, False)
    """
    return phrase in text and re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text) is not None


@constraint
def keyword_count(
    phrase: str,
    *,
    at_least: int | None = None,
    at_most: int | None = None,
    exactly: int | None = None,
    of: Text = None,
) -> bool:
    """1 if a phrase occurs so often, small and capital letters aside, inside longer words too; else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.keyword_count("war", at_least=2).score({"completion": ["War and war", "Warm"]}).values
    array([1., 0.])
    """
    return _so_often(of, phrase, at_least, at_most, exactly)


def _so_often(text: str, phrase: str, at_least: int | None, at_most: int | None, exactly: int | None) -> bool:
    """What is wanted must be there as written; what is limited may not hide behind lookalikes."""
    written = text.lower().count(phrase.lower())
    if not within(written, at_least, at_most, exactly) or (at_most is None and exactly is None):
        return within(written, at_least, at_most, exactly)
    most = at_most if exactly is None else exactly
    return text.isascii() or not phrase.isascii() or within(as_seen(text).count(phrase.lower()), None, most, None)


@constraint
def keyword_counts(counts: Mapping[str, int], *, of: Text = None) -> bool:
    """1 if each of these phrases occurs exactly so often as its number says, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.keyword_counts({"sun": 1, "sea": 2}).score({"completion": ["sea sun sea", "sun sea"]}).values
    array([1., 0.])
    """
    return all(_so_often(of, phrase, None, None, number) for phrase, number in counts.items())


@constraint
def letter_count(
    letter: str,
    *,
    at_least: int | None = None,
    at_most: int | None = None,
    exactly: int | None = None,
    of: Text = None,
) -> bool:
    """1 if a character (a letter small or capital) occurs so often, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.letter_count("#", at_least=2).score({"completion": ["# A ## B", "A"]}).values
    array([1., 0.])
    """
    return _so_often(of, letter, at_least, at_most, exactly)


@constraint
def no_commas(*, of: Text = None) -> bool:
    """1 if there is no comma of any script, nor what looks like one; else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.no_commas().score({"completion": ["One and two", "One, two", "One， two"]}).values
    array([1., 0., 0.])
    """
    return "," not in of and (of.isascii() or _COMMAS.isdisjoint(of))


@constraint
def keyword_in_sentence(word: str, *, sentence: int, position: int | None = None, of: Text = None) -> bool:
    """1 if a word stands in a sentence of this number (the first is 1), and at this place of it; else 0. Linear.

    >>> import guerdon as gd
    >>> second = gd.instructions.keyword_in_sentence("sun", sentence=2, position=3)
    >>> second.score({"completion": ["It rains. Then the sun.", "Sun. The moon."]}).values
    array([1., 0.])
    """
    found = sentences(of)
    if not 1 <= sentence <= len(found):
        return False
    if position is None:
        return _stands(found[sentence - 1].lower(), word.lower())
    inside = [token for token in tokens(found[sentence - 1]) if any(c.isalnum() for c in token)]
    return 1 <= position <= len(inside) and inside[position - 1].lower() == word.lower()


@constraint
def second_and_second_last(word: str, *, of: Text = None) -> bool:
    """1 if both the second word and the last but one are this word, marks at the end aside; else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.second_and_second_last("sun").score({"completion": ["A sun is a sun indeed.", "A sun"]}).values
    array([1., 0.])
    """
    found = [token.lower() for token in tokens(of)]
    while found and not any(map(str.isalnum, found[-1])):
        found.pop()
    return len(found) > 2 and found[1] == found[-2] == word.lower()


@constraint
def mentions(names: Sequence[str] = PERSON_NAMES, *, at_least: int, of: Text = None) -> bool:
    """1 if so many different ones of these names stand in the text as whole words, else 0. Linear.

    Left out, the names are IFBench's fifty first names.

    >>> import guerdon as gd
    >>> gd.instructions.mentions(at_least=2).score({"completion": ["Emma met Leo.", "Emma met Emma."]}).values
    array([1., 0.])
    """
    return sum(_stands(of, name) for name in set(names)) >= at_least


@constraint
def conjunctions(*, at_least: int, of: Text = None) -> bool:
    """1 if so many different coordinating conjunctions (and, but, for, nor, or, so, yet) are used, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.conjunctions(at_least=2).score({"completion": ["Now or never, but soon", "And and and"]}).values
    array([1., 0.])
    """
    return len({word.strip(EDGES) for word in of.lower().split()} & CONJUNCTIONS) >= at_least


@constraint
def pronouns(*, at_least: int, of: Text = None) -> bool:
    """1 if there are so many pronouns (personal, possessive, demonstrative, indefinite, ...), else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.pronouns(at_least=3).score({"completion": ["I know that you do.", "Nothing is known."]}).values
    array([1., 0.])
    """
    return sum(token in PRONOUNS for token in tokens(of.lower().replace("/", " "))) >= at_least


@constraint
def number_count(*, exactly: int, of: Text = None) -> bool:
    """1 if there are exactly so many numbers written in digits, ``3,000.5`` being one; else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.number_count(exactly=2).score({"completion": ["3.5 and 1,000", "3 of 4 of 5"]}).values
    array([1., 0.])
    """
    return sum(1 for _ in _DIGITS.finditer(without_marks(of))) == exactly


@constraint
def all_punctuation(*, of: Text = None) -> bool:
    """1 if ``. , ! ? ; :`` all occur, and beside them an interrobang (``?!``, ``!?`` or one sign); else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.all_punctuation().score({"completion": ["a.b,c!d?e;f:g?!", "a.b,c;f:g?!"]}).values
    array([1., 0.])
    """
    if not any(mark in of for mark in ("!?", "?!", "‽")):
        return False
    rest = of.replace("?!", "", 1)
    if len(rest) == len(of):
        rest = of.replace("!?", "", 1)
    return all(mark in rest for mark in ".,!?;:")


@constraint
def trigram_overlap(reference: str, *, percent: float, tolerance: float = 2.0, of: Text = None) -> bool:
    """1 if this share of the text's different trigrams of characters is the reference's too, else 0. Linear.

    >>> import guerdon as gd
    >>> half = gd.instructions.trigram_overlap("abcde", percent=50)
    >>> half.score({"completion": ["abcdxy", "abcde"]}).values
    array([1., 0.])
    """
    ours, theirs = ({text[i : i + 3] for i in range(len(text) - 2)} for text in (of, reference))
    return bool(ours) and abs(100 * len(ours & theirs) / len(ours) - percent) <= tolerance
