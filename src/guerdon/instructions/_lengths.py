"""How long: words, sentences, paragraphs, and how they are spread."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from ..expr.values import ContractError
from ._constraint import Text, constraint, within
from ._lexicon import STOP_WORDS
from ._sentences import sentences
from ._words import EDGES, bare_words, without_marks, words


@constraint
def word_count(
    *, at_least: int | None = None, at_most: int | None = None, exactly: int | None = None, of: Text = None
) -> bool:
    """1 if the text has so many words (runs of letters, digits and underscores), else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.word_count(at_least=3).score({"completion": ["one two three", "one"]}).values
    array([1., 0.])
    """
    return within(len(words(of)), at_least, at_most, exactly)


@constraint
def unique_words(*, at_least: int | None = None, at_most: int | None = None, of: Text = None) -> bool:
    """1 if the text has so many different words, small and capital letters and marks at the edges aside. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.unique_words(at_least=2).score({"completion": ["The the, the!", "The cat"]}).values
    array([0., 1.])
    """
    found = {word.strip(EDGES) for word in of.lower().split()} - {""}
    return within(len(found), at_least, at_most, None)


@constraint
def sentence_count(
    *, at_least: int | None = None, at_most: int | None = None, exactly: int | None = None, of: Text = None
) -> bool:
    """1 if the text has so many sentences, as Punkt's rules cut them, else 0. Linear.

    >>> import guerdon as gd
    >>> rows = {"completion": ["Dr. Watson is in. Is he?", "Yes. No. So?"]}
    >>> gd.instructions.sentence_count(at_most=2).score(rows).values
    array([1., 0.])
    """
    return within(len(sentences(of)), at_least, at_most, exactly)


@constraint
def paragraph_count(
    *, at_least: int | None = None, at_most: int | None = None, exactly: int | None = None, of: Text = None
) -> bool:
    r"""1 if the text has so many paragraphs with ``***`` between them, none of them empty, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.paragraph_count(exactly=2).score({"completion": ["One\n***\nTwo", "One\n\nTwo"]}).values
    array([1., 0.])
    """
    parts = [part.strip() for part in of.split("***")]
    filled = [part for part in parts if part]
    return len(filled) == len(parts[bool(not parts[0]) : len(parts) - bool(not parts[-1])]) and within(
        len(filled), at_least, at_most, exactly
    )


@constraint
def paragraph_starts(first_word: str, *, paragraph: int, paragraphs: int | None = None, of: Text = None) -> bool:
    r"""1 if a paragraph (the first is 1; blank lines between them) starts with this word, of so many in all. Linear.

    >>> import guerdon as gd
    >>> second = gd.instructions.paragraph_starts("so", paragraph=2, paragraphs=2)
    >>> second.score({"completion": ["One.\n\nSo two.", "So."]}).values
    array([1., 0.])
    """
    found = [part for part in of.split("\n\n") if part.strip()]
    if not 1 <= paragraph <= len(found) or paragraphs not in (None, len(found)):
        return False
    word = found[paragraph - 1].split(maxsplit=1)[0].lstrip("'").lstrip('"')
    return re.split(r"[.,?!'\"]", word.lower(), maxsplit=1)[0] == first_word.lower()


@constraint
def stop_words_share(*, at_most: float, of: Text = None) -> bool:
    """1 if at most so many of 100 words are English stop words, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.stop_words_share(at_most=50).score({"completion": ["the cat", "it is the cat"]}).values
    array([1., 0.])
    """
    found = words(of.lower())
    return bool(found) and 100 * sum(word in STOP_WORDS for word in found) / len(found) <= at_most


@constraint
def word_repeats(*, at_most: int, of: Text = None) -> bool:
    """1 if there are words and none occurs more than so many times, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.word_repeats(at_most=1).score({"completion": ["A cat", "A cat, a dog"]}).values
    array([1., 0.])
    """
    counts = Counter(bare_words(of))
    return bool(counts) and max(counts.values()) <= at_most


@constraint
def sentence_types(*, declarative: int, interrogative: int, exclamatory: int | None = None, of: Text = None) -> bool:
    """1 if sentences that end in ``.``, ``?`` and ``!`` stand in this proportion, and there are such; else 0. Linear.

    Other sentences do not count; nor do exclamations where no number is given for them.

    >>> import guerdon as gd
    >>> ratio = gd.instructions.sentence_types(declarative=2, interrogative=1)
    >>> ratio.score({"completion": ["It is. It was. Will it be?", "It is. Is it?"]}).values
    array([1., 0.])
    """
    parts = [(".", declarative), ("?", interrogative)] + ([] if exclamatory is None else [("!", exclamatory)])
    if not any(share for _, share in parts):
        raise ContractError("instructions.sentence_types: at least one kind has a share above 0")
    ends = Counter(sentence[-1] for sentence in sentences(of))
    base = next((mark, share) for mark, share in parts if share)
    return any(ends[mark] for mark, _ in parts) and all(
        ends[mark] * base[1] == ends[base[0]] * share for mark, share in parts
    )


@constraint
def sentence_growth(*, by: int, of: Text = None) -> bool:
    """1 if each sentence has exactly so many more words than the one before, else 0. Linear.

    A single sentence is compared with none and keeps the rule.

    >>> import guerdon as gd
    >>> gd.instructions.sentence_growth(by=1).score({"completion": ["Go. Go on.", "Go on. Go."]}).values
    array([1., 0.])
    """
    counts = [len(without_marks(sentence).split()) for sentence in sentences(of)]
    return any(counts) and all(b == a + by for a, b in pairwise(counts))


@constraint
def equal_sentences(*, exactly: int, of: Text = None) -> bool:
    """1 if there are exactly so many sentences, equally long in characters, no two sharing a word; else 0. Linear.

    >>> import guerdon as gd
    >>> rows = {"completion": ["I see you. Ann is in.", "I see you. I see her."]}
    >>> gd.instructions.equal_sentences(exactly=2).score(rows).values
    array([1., 0.])
    """
    found = sentences(of)
    used = [set(bare_words(sentence)) for sentence in found]
    different = sum(map(len, used)) == len(set().union(*used))
    return len(found) == exactly and len({len(sentence) for sentence in found}) == 1 and different
