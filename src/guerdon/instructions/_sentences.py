r"""Sentences and word tokens, as the benchmarks of instruction following count them.

The references of IFEval and IFBench cut sentences with Punkt (Kiss and Strunk, 2006, "Unsupervised Multilingual
Sentence Boundary Detection") trained on English newspapers, and words as the Penn Treebank does. Both need data that
has to be downloaded, so these are rules of our own that take the same decisions without it: a full stop ends a sentence
unless it follows an abbreviation, an initial, or a number before a small letter; ``?`` and ``!`` always end one. As
there, the ``1.`` that opens an item of a list is a sentence of its own, and a line break alone ends none. Linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

# Abbreviations after which a full stop does not end a sentence unless the next word is a frequent opener.
_ABBREVIATIONS = frozenset(
    """
    adm ala ariz aug ave bros calif chg cie co col colo conn corp cos ct dec dr feb fla fri ft ga gen ill inc jan jr kan
    ky lt ltd maj messrs mg mich minn mr mrs ms nev nov oct ok okla ore pa ph.d prof rep reps sen sep sept sr st sw tenn
    tues va vs vt wash wed wis yr w.va
    """.split()
)
# Words that open a sentence often enough to do so even after an abbreviation.
_OPENERS = frozenset(
    """
    according although among both but despite even he however i if in indeed instead it many meanwhile moreover most
    nevertheless nonetheless nor separately similarly since so some the there these they this though thus under when
    while yet
    """.split()
)
# Words met in small letters everywhere, so that a capital at their front marks the start of a sentence.
_COMMON = _OPENERS | frozenset(
    """
    a about after again all also an and any are as at be because been before by can could did do does each every finally
    first for from had has have here his how into is its just last later let like more my no not now of often on once
    one only or other our out over perhaps please she should such that their them then therefore through to too two up
    use using very was we were what where whether which who why will with would you your
    """.split()
)
_ENDING = re.compile(r"[.?!](?=[?!)\";}\]*:@'({\[]|\s+\S)")
_CLOSING = re.compile(r"[\"')\]}]{1,64}(?:(?=\s)|(?=--)|\Z)")
_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"-?[.,]?\d[\d,.-]*\Z")
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])+\Z")
_WORD = re.compile(r"[\w'-]+")
_INSIDE = re.compile(r"[)\";}\]*:@'({\[?!]")
_LOOK = 48  # characters: no abbreviation is longer, and looking no further keeps everything linear
_NO_INITIAL = frozenset("abijoquxyz")  # of these letters Punkt did not learn that a full stop follows them as a rule


@lru_cache(maxsize=16)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, without white space at their ends. Linear.

    >>> sentences('Dr. Watson met J. R. Hart at 3.14 p.m. sharp. "Why?" he said. 1. One')
    ('Dr. Watson met J. R. Hart at 3.14 p.m. sharp.', '"Why?"', 'he said.', '1.', 'One')
    """
    pieces: list[str] = []
    start = 0
    for at in _endings(text):
        stop = at + 1
        space = _SPACE.match(text, stop)
        after = space.end() if space else stop
        if closing := _CLOSING.match(text, after):
            stop = closing.end()
            space = _SPACE.match(text, stop)
            after = space.end() if space else stop
        pieces.append(text[start:stop].strip())
        start = after
    pieces.append(text[start:].strip())
    return tuple(piece for piece in pieces if piece)


def _endings(text: str) -> Iterator[int]:
    """Where sentences end. Of several marks in one run without white space the last is the place."""
    last, sure = -1, False
    for found in _ENDING.finditer(text):
        at = found.start()
        if last >= 0 and not _SPACE.search(text, last, at):
            sure = sure or _ends(text, last)
        else:
            if last >= 0 and (sure or _ends(text, last)):
                yield last
            sure = False
        last = at
    if last >= 0 and (sure or _ends(text, last)):
        yield last


def _ends(text: str, at: int) -> bool:
    """Whether the mark at this place ends a sentence."""
    if text[at] != ".":
        return True
    word = _before(text, at)
    following = text[at + 1 : at + 1 + _LOOK].lstrip()
    opens = following[:1].isupper()
    found = _WORD.match(following)
    next_word = found[0].lower() if found else ""
    if word.endswith("."):  # an ellipsis
        return opens and next_word in _COMMON
    if len(word) == 1 and word.isalpha():  # an initial
        return word in _NO_INITIAL and not following[:1].islower() and (not opens or next_word in _COMMON)
    if _NUMBER.match(word):
        return not following[:1].islower()
    if word.rpartition("-")[2] in _ABBREVIATIONS or _INITIALS.match(word):
        return opens and next_word in _COMMON
    return True


def _before(text: str, at: int) -> str:
    """The word that a full stop closes, in small letters, without the marks that open it."""
    stretch = text[max(0, at - _LOOK) : at].lower()
    word = stretch.split()[-1] if stretch and not stretch[-1].isspace() else ""
    return _INSIDE.split(word)[-1].lstrip("`:;&#-,")


_TOKEN = re.compile(
    r"""\.{2,}|--|[;@\#$%&?!*\[\](){}<>"`“”‘’«»…—]|[:,](?!\d)|'(?=\w)
    |(?:[^\s;@\#$%&?!*\[\](){}<>"`“”‘’«»…—:,.-]|[:,](?=\d)|\.(?!\.)|-(?!-))+|\S""",
    re.VERBOSE,
)
_CLITIC = re.compile(r"(.+?)('s|'m|'d|'ll|'re|'ve|n't|')\Z", re.IGNORECASE | re.DOTALL)
_AFTER_STOP = frozenset("\"'”»)]}>")
_TWO = {"cannot": 3, "gonna": 3, "gotta": 3, "gimme": 3, "lemme": 3, "wanna": 3}


@lru_cache(maxsize=16)
def tokens(text: str) -> tuple[str, ...]:
    """Words and marks, as the Penn Treebank cuts them: ``don't`` is two, ``3,000`` is one. Linear.

    A full stop is a token of its own at the end of a sentence only.

    >>> tokens("I can't, e.g. now, won't.")
    ('I', 'ca', "n't", ',', 'e.g.', 'now', ',', 'wo', "n't", '.')
    """
    found: list[str] = []
    for sentence in sentences(text):
        pieces = _TOKEN.findall(sentence)
        _close(pieces)
        for piece in pieces:
            if piece.lower() in _TWO:
                cut = _TWO[piece.lower()]
                found += (piece[:cut], piece[cut:])
            elif "'" in piece[-3:] and (parts := _CLITIC.match(piece)):
                found += parts.groups()
            else:
                found.append(piece)
    return tuple(found)


def _close(pieces: list[str]) -> None:
    """Take the full stop from the last word, also where closing quotes and brackets follow it."""
    for i in range(len(pieces) - 1, -1, -1):
        piece = pieces[i]
        bare = piece.rstrip("'")
        if len(bare) > 1 and bare.endswith(".") and not bare.endswith(".."):
            pieces[i : i + 1] = [bare[:-1], ".", *piece[len(bare) :]]
        if piece not in _AFTER_STOP:
            return
