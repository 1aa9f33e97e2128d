"""Words, as the rules of this room count them; lookalikes made one."""

from __future__ import annotations

import re
import string
import unicodedata

MARKS = string.punctuation
EDGES = MARKS + " "
_WITHOUT_MARKS = str.maketrans("", "", MARKS)
_WORD = re.compile(r"\w+")

# Letters of other scripts that look like Latin ones, and so can hide a word from who looks for it.
_LATIN = {
    ord(pair[0]): pair[1]
    for pair in (
        "АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT УY ХX Ԁd аa вb еe ѕs іi јj кk мm нh оo рp сc тt уy хx һh"
        " ԁd ԛq ԝw ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX αa ιi κk νv οo ρp τt υu χx ϲc ıi ɑa ɡg"
    ).split()
}


def words(text: str) -> list[str]:
    """Runs of letters, digits and underscores.

    >>> words("It's 3.5")
    ['It', 's', '3', '5']
    """
    return _WORD.findall(text)


def bare_words(text: str) -> list[str]:
    """What stands between white space once ASCII punctuation is taken out, in small letters.

    >>> bare_words("It's fine -- mostly.")
    ['its', 'fine', 'mostly']
    """
    return text.lower().translate(_WITHOUT_MARKS).split()


def without_marks(text: str) -> str:
    """The text without ASCII punctuation."""
    return text.translate(_WITHOUT_MARKS)


def as_seen(text: str) -> str:
    """A text in small letters with Unicode's compatible forms and the lookalikes of Latin letters made one. Linear.

    What is forbidden may not hide behind them.

    >>> as_seen("ＲОСК") == "rock"
    True
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).translate(_LATIN).lower()


def plain_latin(text: str) -> str:
    """A text without accents and without what ASCII does not have.

    >>> plain_latin("Chișinău")
    'Chisinau'
    """
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
