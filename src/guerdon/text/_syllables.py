"""Syllables of English words, by rule."""

from __future__ import annotations

import re
from functools import lru_cache

_VOWELS = re.compile(r"[aeiouy]+")
# What is written with a vowel and not spoken as one, or as one with its neighbour.
_GLUED = (
    (re.compile(r"qu(?=[aeiouy])"), "k"),
    (re.compile(r"gu(?=[aeiou])"), "g"),
    (re.compile(r"(?:(?<=[aeiou])|\b)y(?=[aeiou])"), "j"),
    (re.compile(r"[cst]i(?=o|a(?!t[ei])|(?<!sci)en)"), "x"),
    (re.compile(r"(?<=[ln])i(?=on)"), ""),
    (re.compile(r"(?<=[cg])e(?=ou?s?)"), ""),
)
_APART = re.compile(
    r"i[aou]|i(?=e[nt])|i(?=e[rs]t?\b)(?!es)|u[ao]|u(?=en)|e(?=o(?!u))|(?<=cr)e(?=a[^ks])|[aeiou](?=ing)|sm\b"
)
_SILENT = re.compile(
    r"(?<=[^aeiouy])e\b|(?<=[^aeiouysxzcgh])es\b|(?<=[tgk]h)es\b|(?<=[^aeiouytd])ed\b"
    r"|(?<=[^aeiouy])e(?=ly\b|ment|ful\b|less|ness)"
)
_SPOKEN = re.compile(r"[^aeiouylrw]les?(?:\b|ment)")
_IRREGULAR = {
    "area": 3, "areas": 3, "business": 2, "element": 3, "elements": 3, "every": 2, "everything": 3, "everyone": 3,
    "fluid": 2, "idea": 3, "ideal": 3, "ideas": 3, "linear": 3, "nuclear": 3, "people": 2, "poem": 2, "real": 2,
    "reality": 4, "something": 2, "sometimes": 2, "somewhere": 2, "someone": 2, "therefore": 2, "framework": 2,
    "the": 1, "he": 1, "she": 1, "we": 1, "me": 1, "be": 1, "eye": 1, "eyes": 1,
}  # fmt: skip
_LONGEST = 64


@lru_cache(maxsize=65_536)
def syllables(word: str) -> int:
    """How many syllables an English word has, 1 or more: groups of vowels, corrected for silent and parted ones.

    A rule: right for about nineteen of twenty words of running text. A word without vowels counts as one.

    >>> [syllables(word) for word in "cat table hoped wanted beautiful radio".split()]
    [1, 2, 1, 2, 3, 3]
    """
    word = word.lower()[:_LONGEST]
    known = _IRREGULAR.get(word)
    if known is not None:
        return known
    for pattern, sound in _GLUED:
        word = pattern.sub(sound, word)
    count = len(_VOWELS.findall(word)) + len(_APART.findall(word))
    if not _SPOKEN.search(word):
        count -= len(_SILENT.findall(word))
    return max(1, count)
