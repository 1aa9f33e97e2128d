"""How hard a text is to read: the classical formulas over sentences, words, syllables and letters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import sqrt
from typing import Any, Literal

from ..expr.chat import Completion, last_text
from ..expr.columns import Column
from ..expr.function import function
from ..expr.inputs import NOT_GIVEN, bound, chosen, one_of
from ..expr.score import Score
from ..expr.values import Failed
from ._say import said
from ._split import sentences
from ._syllables import syllables

Measure = Literal["flesch", "flesch_kincaid", "gunning_fog", "smog", "coleman_liau", "automated"]
MEASURES: tuple[Measure, ...] = ("flesch", "flesch_kincaid", "gunning_fog", "smog", "coleman_liau", "automated")

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# A completion may be one endless "word": the formulas then run off any scale, so their numbers are kept on one.
EASE = (-400.0, 121.22)
GRADES = (-20.0, 100.0)


@dataclass(frozen=True)
class Counts:
    """What the formulas read of a text."""

    sentences: int
    words: int
    syllables: int
    long_words: int
    characters: int


def counts(text: str) -> Counts:
    """Sentences, words, syllables, words of three syllables or more, letters and digits. Linear.

    >>> counts("The cat sat. It was comfortable.")
    Counts(sentences=2, words=6, syllables=9, long_words=1, characters=25)
    """
    words = _WORD.findall(text)
    lengths = [syllables(word) for word in words]
    return Counts(
        max(1, len(sentences(text))),
        len(words),
        sum(lengths),
        sum(length >= 3 for length in lengths),
        sum(map(str.isalnum, text)),
    )


def readability(completion: Completion, measure: Measure = "flesch") -> float | None:
    """See ``gd.text.readability``; None of a text without words."""
    text = last_text(completion)
    found = counts(text) if text is not None else None
    if found is None or not found.words:
        return None
    low, high = EASE if measure == "flesch" else GRADES
    return min(high, max(low, _formula(found, measure)))


def _formula(n: Counts, measure: Measure) -> float:
    per_sentence, per_word = n.words / n.sentences, n.syllables / n.words
    if measure == "flesch":
        return 206.835 - 1.015 * per_sentence - 84.6 * per_word
    if measure == "flesch_kincaid":
        return 0.39 * per_sentence + 11.8 * per_word - 15.59
    if measure == "gunning_fog":
        return 0.4 * (per_sentence + 100 * n.long_words / n.words)
    if measure == "smog":
        return 3.1291 + 1.043 * sqrt(30 * n.long_words / n.sentences)
    if measure == "coleman_liau":
        return 5.88 * n.characters / n.words - 29.6 * n.sentences / n.words - 15.8
    return 4.71 * n.characters / n.words + 0.5 * per_sentence - 21.43


def _leaf(completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN, measure: Measure = "flesch") -> float:
    found = readability(chosen(completion, of), measure)
    if found is None:
        raise Failed("no words")
    return found


_ease = function(
    returns="score", version="1", cost="cheap", fails_as=EASE[0], bounds=EASE, name="readability",
)(_leaf)  # fmt: skip
_grade = function(
    returns="score", version="1", cost="cheap", fails_as=GRADES[1], bounds=GRADES, higher_is_better=False,
    name="readability",
)(_leaf)  # fmt: skip


def readability_of(measure: Measure = "flesch", of: Column | None = None) -> Score:
    """How easy an English text is to read (``flesch``), or for which school grade it is (the others). Linear.

    ``flesch`` is Flesch's reading ease (1948): 90 is easy, 30 hard; higher is easier, in [-400, 121.22]. The others are
    years of school, lower being easier, kept in [-20, 100]: ``flesch_kincaid`` (Kincaid et al., 1975), ``gunning_fog``
    (1952), ``smog`` (McLaughlin, 1969), ``coleman_liau`` (1975) and ``automated`` (ARI, Smith and Senter, 1967). The
    whole text is read, thinking too. Syllables are counted by rule. A text without words fails as the hardest.

    Short sentences of short words read easily whatever they say: set a bound with ``clip``, and never use it alone.

    >>> import guerdon as gd
    >>> gd.text.readability().score({"completion": ["The cat sat on the mat."]}).values.round(3)
    array([116.145])
    >>> gd.text.readability("flesch_kincaid").score({"completion": ["The cat sat on the mat."]}).values.round(3)
    array([-1.45])
    """
    one_of("measure", measure, MEASURES)
    leaf = _ease if measure == "flesch" else _grade
    return leaf(**bound(of, measure=said(measure, "flesch")))
