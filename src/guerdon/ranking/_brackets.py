"""Citations as they are written: ``[1]``, ``[2, 3]``, ``[4-6]``; and quoted passages. Linear scanners."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..expr.normal import plain_text
from ..text._split import sentences

MOST = 64
"""How many sources one statement may cite; the first count."""
MOST_STATEMENTS = 512
_GREATEST = 9999
# What stands between brackets is short and holds no bracket, so each character is looked at once.
_BRACKET = re.compile(r"[\[\u3010]([^\[\]\u3010\u3011]{1,200})[\]\u3011]")
_NUMBERS = re.compile(r"\^?([0-9]{1,4})(?:\s*[-\u2013]\s*([0-9]{1,4}))?")
_LEADING = re.compile(r"(?:[\[\u3010][^\[\]\u3010\u3011]{1,200}[\]\u3011]\s*)+[.,;:]?\s*")
_QUOTES = re.compile('"([^"]{1,4000})"|\u201c([^\u201c\u201d]{1,4000})\u201d|\u00ab([^\u00ab\u00bb]{1,4000})\u00bb')


class Statement(NamedTuple):
    """A sentence: its text without citations, the different sources it cites, and the passages it quotes."""

    text: str
    cited: list[int]
    quotes: list[str]


def citations_in(text: str) -> list[int]:
    """The sources that a text cites, each once, in order of first mention.

    >>> citations_in("As shown [2,3] and [1], again [3]; see [4-6] and [^9]. But [a] and [0] are none.")
    [2, 3, 1, 4, 5, 6, 9]
    """
    found: dict[int, None] = {}
    for bracket in _BRACKET.finditer(text):
        for number in _numbers(bracket[1]) or ():
            found.setdefault(number)
    return list(found)


def _numbers(inside: str) -> list[int] | None:
    """The numbers of one bracket; None where it holds anything else."""
    found: list[int] = []
    for part in re.split("[,;]", inside):
        match = _NUMBERS.fullmatch(part.strip())
        if match is None:
            return None
        low = int(match[1])
        high = int(match[2] or low)
        if not 1 <= low <= high <= min(_GREATEST, low + MOST):
            return None
        found.extend(range(low, high + 1))
    return found


def without_citations(text: str) -> str:
    """A text with its citations taken out.

    >>> without_citations("It is so [1, 2].")
    'It is so .'
    """
    return _BRACKET.sub(lambda bracket: bracket[0] if _numbers(bracket[1]) is None else "", text)


def quotes_in(text: str, words: int = 3) -> list[str]:
    """The quoted passages of at least so many words, each once.

    >>> quotes_in('He said "it is so" and "no".')
    ['it is so']
    """
    found: dict[str, str] = {}
    for quote in _QUOTES.finditer(text):
        inside = next(group for group in quote.groups() if group is not None)
        plain = plain_text(without_citations(inside)).strip(" .,;:!?")
        if len(plain.split()) >= words:
            found.setdefault(plain, plain)
    return list(found)


def statements(text: str, quoted: int = 3) -> list[Statement]:
    """The different sentences of a text, at most 512; citations after a full stop belong to the sentence before.

    >>> [(one.text, one.cited) for one in statements("Paris is big. [1] Rome is old [2]. Paris is big.")]
    [('Paris is big.', [1]), ('Rome is old .', [2])]
    """
    pieces: list[str] = []
    for sentence in sentences(text):
        lead = _LEADING.match(sentence)
        if lead is not None and pieces and citations_in(lead[0]):
            pieces[-1] += " " + lead[0]
            sentence = sentence[lead.end() :]
        if sentence.strip():
            pieces.append(str(sentence))
    found: dict[str, Statement] = {}
    for piece in pieces:
        plain = " ".join(without_citations(piece).split())
        key = plain_text(plain)
        if key.strip(" .,;:!?") and key not in found and len(found) < MOST_STATEMENTS:
            found[key] = Statement(plain, citations_in(piece)[:MOST], quotes_in(piece, quoted))
    return list(found.values())
