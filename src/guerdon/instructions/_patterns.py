"""Patterns that run through all words or sentences: initials, vowels, syllables, lengths, repetitions."""

from __future__ import annotations

from itertools import pairwise

from ..expr.values import ContractError, Unscored
from ..text import _syllables
from ._constraint import Text, constraint
from ._lexicon import NO_VERBS, VERB_FORMS
from ._sentences import sentences, tokens
from ._words import EDGES, bare_words, without_marks

_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_CONSONANTS = frozenset("bcdfghjklmnpqrstvwxyz")
_NO_VERB_ENDINGS = (
    "ance", "ence", "ful", "ism", "ity", "less", "ly", "ment", "ness", "ology", "ous", "sion", "tion",
)  # fmt: skip
_PRIMES = frozenset(n for n in range(2, 100) if all(n % d for d in range(2, n)))


@constraint
def alphabet_loop(*, of: Text = None) -> bool:
    """1 if each word starts with the letter after that of the word before, ``a`` after ``z``; else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.alphabet_loop().score({"completion": ["Yaks zap ants", "Yaks ate"]}).values
    array([1., 0.])
    """
    initials = [word[0] for word in bare_words(of)]
    places = [_ALPHABET.find(initial) for initial in initials]
    return bool(places) and -1 not in places and all(b == (a + 1) % 26 for a, b in pairwise(places))


@constraint
def alphabet_sentences(*, of: Text = None) -> bool:
    """1 if there are 26 sentences whose first letters are those of the alphabet in order, else 0. Linear.

    >>> import guerdon as gd
    >>> story = " ".join(f"{letter} it is." for letter in "abcdefghijklmnopqrstuvwxyz")
    >>> gd.instructions.alphabet_sentences().score({"completion": ["A b. C d.", "B it is."]}).values
    array([0., 0.])
    """
    return [sentence[0].lower() for sentence in sentences(of)] == list(_ALPHABET)


@constraint
def vowel_kinds(*, at_most: int, of: Text = None) -> bool:
    """1 if the text is one paragraph and uses at most so many of a, e, i, o, u; else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.vowel_kinds(at_most=2).score({"completion": ["A red hen", "Go in a bus"]}).values
    array([1., 0.])
    """
    text = of.strip().lower()
    return "\n" not in text and len(set(text) & set("aeiou")) <= at_most


@constraint
def consonant_clusters(*, of: Text = None) -> bool:
    """1 if every word has two consonants side by side, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.consonant_clusters().score({"completion": ["Blue flags", "Red flags"]}).values
    array([1., 0.])
    """
    return all(any(a in _CONSONANTS and b in _CONSONANTS for a, b in pairwise(word)) for word in of.lower().split())


@constraint
def prime_lengths(*, of: Text = None) -> bool:
    """1 if the number of letters of every word is a prime below 100, marks aside; else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.prime_lengths().score({"completion": ["The cat is there", "A cat"]}).values
    array([1., 0.])
    """
    found = without_marks(of).split()
    return bool(found) and all(len(word) in _PRIMES for word in found)


@constraint
def palindromes(*, at_least: int, letters: int = 5, of: Text = None) -> bool:
    """1 if so many different words of so many letters or more read the same backwards, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.palindromes(at_least=2).score({"completion": ["Level radar", "Level, level"]}).values
    array([1., 0.])
    """
    return sum(len(word) >= letters and word == word[::-1] for word in set(bare_words(of))) >= at_least


@constraint
def no_alliteration(*, of: Text = None) -> bool:
    """1 if no two neighbouring words start with the same letter, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.no_alliteration().score({"completion": ["Cats eat fish", "Big bears"]}).values
    array([1., 0.])
    """
    found = bare_words(of)
    return bool(found) and all(a[0] != b[0] for a, b in pairwise(found))


@constraint
def growing_alliteration(*, of: Text = None) -> bool:
    """1 if each sentence has more alliterating neighbours than the one before, else 0. Linear.

    Counted are the words in all runs of two words or more that share their first letter.

    >>> import guerdon as gd
    >>> gd.instructions.growing_alliteration().score({"completion": ["A cat. Big bears.", "Big bears. A cat."]}).values
    array([1., 0.])
    """
    counts = []
    for sentence in sentences(of):
        initials = [word[0] for word in (raw.lstrip(EDGES) for raw in sentence.lower().split()) if word]
        same = [a == b for a, b in pairwise(initials)]
        counts.append(sum(2 - before for here, before in zip(same, [False, *same], strict=False) if here))
    return all(a < b for a, b in pairwise(counts))


@constraint
def alternating_syllables(*, of: Text = None) -> bool:
    """1 if words of an odd and an even number of syllables alternate, as a rule counts them; else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.alternating_syllables().score({"completion": ["The baker saw forests", "The old cat"]}).values
    array([1., 0.])
    """
    parities = [_syllables.syllables(word) % 2 for word in bare_words(of)]
    return bool(parities) and all(a != b for a, b in pairwise(parities))


@constraint
def last_word_first(*, of: Text = None) -> bool:
    """1 if each sentence starts with the word that ended the one before, else 0. Linear.

    A single sentence follows none and keeps the rule.

    >>> import guerdon as gd
    >>> gd.instructions.last_word_first().score({"completion": ["I see you. You see me.", "I see. You go."]}).values
    array([1., 0.])
    """
    for before, after in pairwise(sentences(of)):
        last, first = before.rstrip(EDGES).split(), after.lstrip(EDGES).split()
        if not last or not first or last[-1].lower() != first[0].lower():
            return False
    return True


@constraint
def paragraphs_close_as_opened(*, of: Text = None) -> bool:
    """1 if every line ends with the word it starts with, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.paragraphs_close_as_opened().score({"completion": ["Home is home.", "I go home."]}).values
    array([1., 0.])
    """
    lines = [line.strip().lower().strip(EDGES).split() for line in of.split("\n")]
    filled = [line for line in lines if line]
    return bool(filled) and all(line[0] == line[-1] for line in filled)


@constraint
def every_nth_japanese(*, n: int, of: Text = None) -> bool:
    """1 if every n-th word, numbers aside, holds kana or kanji, else 0. Linear.

    A text of fewer words keeps the rule.

    >>> import guerdon as gd
    >>> gd.instructions.every_nth_japanese(n=2).score({"completion": ["the 猫 sat", "the cat"]}).values
    array([1., 0.])
    """
    if n < 1:
        raise ContractError("instructions.every_nth_japanese: n is 1 or more")
    found = [word.strip(EDGES) for word in of.split()]
    wanted = [word for word in found[n - 1 :: n] if word and not word.isdigit()]
    return all(any("\u3040" <= char <= "\u30ff" or "\u4e00" <= char <= "\u9fff" for char in word) for word in wanted)


@constraint
def title_case(*, of: Text = None) -> bool:
    """1 if no word is written in small letters throughout, nor small first and capital after; else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.title_case().score({"completion": ["The Old Man And The Sea", "The old man"]}).values
    array([1., 0.])
    """
    return all(
        not word[0].islower() or not (len(word) == 1 or word[1:].islower() or word[1:].isupper())
        for word in tokens(of)
        if word[0].isalpha()
    )


@constraint
def starts_with_verb(*, of: Text = None) -> bool:
    """1 if the first word is a form of a common English verb, 0 if it can be none; else unscored. Linear.

    A word list and not a tagger: of a word that is neither a form of the verbs on the list nor a function word, a
    number, a label before a colon, one with an ending that only nouns, adjectives and adverbs have, or no word at all,
    no rule can tell. A word that may be a noun or a verb counts as a verb.

    >>> import guerdon as gd
    >>> gd.instructions.starts_with_verb().score({"completion": ["Consider this.", "The idea", "Blorp!"]}).numbers
    [1.0, 0.0, None]
    """
    first, following = (*tokens(of)[:2], "")[:2]
    first = first.lower()
    if not first.isalpha() or not first.isascii() or first in NO_VERBS or following == ":":
        return False
    if first in VERB_FORMS:
        return True
    if first.endswith(
        ("tion", "sion", "ness", "ity", "ism", "ology", "ly", "ous", "ful", "less", "ment", "ance", "ence")
    ):
        return False
    raise Unscored(f"no rule tells whether {first[:40]!r} is a verb")
