"""How much two texts share: words, n-grams, characters, edits. Plain functions of two texts, all in [0, 1]."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

from .._extras import need
from ..expr.normal import plain_text
from ..expr.values import Failed, Unscored
from ._words import Words, references, said, tokens_13a, words_of

Measure = Literal["f1", "recall", "precision", "jaccard", "rouge_1", "rouge_2", "rouge_l"]
Smooth = Literal["add1", "add1_after_first", "none"]
EditMeasure = Literal["ratio", "levenshtein", "words"]
MOST_IN_ORDER = 16_384
"""How many words or characters a side may have where their order is compared: the time is their product over 64."""
MOST_CHRF = 100_000


def overlap(a: Any, b: Any, measure: Measure = "f1", normalize: Words | None = None) -> float:
    """See ``gd.similarity.overlap_text``.

    >>> overlap("the cat sat", "a cat sat down"), overlap("b a", "a b", "rouge_l")
    (0.8, 0.5)
    """
    text, golds = said(a), references(b)
    normalize = normalize or ("words" if measure.startswith("rouge") else "squad")
    return max(_overlap(text, gold, measure, normalize) for gold in golds)


def _overlap(a: str, b: str, measure: Measure, normalize: Words) -> float:
    left, right = words_of(a, normalize), words_of(b, normalize)
    if not right:  # a reference without a word left (an article, a sign, nothing) is compared as it is
        return float(plain_text(a) == plain_text(b))
    if measure == "jaccard":
        return len({*left} & {*right}) / len({*left, *right})
    if measure == "rouge_l":
        return _measured(_in_common(left, right), len(left), len(right), "f1")
    n = 2 if measure == "rouge_2" and len(right) > 1 else 1
    shared = (_grams(left, n) & _grams(right, n)).total()
    return _measured(shared, len(left) - n + 1, len(right) - n + 1, measure)


def _in_common(left: Sequence[str], right: Sequence[str]) -> int:
    """The length of the longest common subsequence, 64 words at a time."""
    _in_order(left, right)
    similarity: Any = need("rapidfuzz.distance", extra="similarity").LCSseq.similarity
    numbers: dict[str, int] = {}
    sides = ([numbers.setdefault(word, len(numbers)) for word in side] for side in (left, right))
    return int(similarity(*sides))


def _measured(shared: int, left: int, right: int, measure: Measure) -> float:
    if not shared:
        return 0.0
    if measure in ("recall", "precision"):
        return shared / (right if measure == "recall" else left)
    return 2 * shared / (left + right)


def _in_order(left: Sequence[Any], right: Sequence[Any]) -> None:
    if len(right) > MOST_IN_ORDER:
        raise Unscored("a reference too long")
    if len(left) > MOST_IN_ORDER:
        raise Failed("a text too long")


def bleu(a: Any, b: Any, order: int = 4, smooth: Smooth = "add1") -> float:
    """See ``gd.similarity.bleu``.

    >>> round(bleu("the cat sat", "the cat sat down"), 4)
    0.7165
    """
    tokens, golds = tokens_13a(said(a)), [tokens_13a(gold) for gold in references(b)]
    shortest = min(map(len, golds))
    if not tokens:
        return 0.0
    total = 0.0
    for n in range(1, order + 1):
        counts = _grams(tokens, n)
        most = _grams(golds[0], n)
        for gold in golds[1:]:
            most |= _grams(gold, n)
        added = smooth == "add1" or (smooth == "add1_after_first" and n > 1)
        shared, possible = (counts & most).total() + added, max(0, len(tokens) - n + 1) + added
        if not shared:
            return 0.0
        total += math.log(shared / possible)
    brevity = min(0.0, 1 - shortest / len(tokens))
    return min(1.0, math.exp(total / order + brevity))


def _grams(tokens: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(tokens[i:] for i in range(n)), strict=False))


def chrf(a: Any, b: Any, word_order: int = 0, beta: int = 2) -> float:
    """See ``gd.similarity.chrf``."""
    text, golds = said(a), references(b)
    if max(map(len, golds)) > MOST_CHRF:
        raise Unscored("a reference too long")
    if len(text) > MOST_CHRF:
        raise Failed("a text too long")
    if not text.strip():
        return 0.0
    score = max(float(_chrf(word_order, beta).sentence_score(text, [gold]).score) for gold in golds)
    return min(1.0, max(0.0, score / 100))


@cache
def _chrf(word_order: int, beta: int) -> Any:
    return need("sacrebleu.metrics", extra="similarity").CHRF(word_order=word_order, beta=beta)


def edit(a: Any, b: Any, measure: EditMeasure = "ratio", normalize: Literal["text", "exact"] = "text") -> float:
    """See ``gd.similarity.edit``.

    >>> edit("kitten", "sitting", "levenshtein").__round__(4)
    0.5714
    """
    text, golds = said(a), references(b)
    return max(_edit(text, gold, measure, normalize) for gold in golds)


def _edit(a: str, b: str, measure: EditMeasure, normalize: Literal["text", "exact"]) -> float:
    _in_order(a, b)
    if normalize == "text":
        a, b = plain_text(a), plain_text(b)
    if measure == "words":
        a, b = (" ".join(sorted({*words_of(side, "words")})) for side in (a, b))
    if not a or not b:
        return float(a == b)
    distance: Any = need("rapidfuzz.distance", extra="similarity")
    kind = distance.Levenshtein if measure == "levenshtein" else distance.Indel
    return float(kind.normalized_similarity(a, b))
