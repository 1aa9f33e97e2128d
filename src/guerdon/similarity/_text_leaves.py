"""Texts compared, as scores."""

from __future__ import annotations

from typing import Any, Literal

from ..expr.function import function
from ..expr.inputs import one_of
from ..expr.node import Expr
from ..expr.score import Score
from . import _texts
from ._texts import EditMeasure, Measure, Smooth
from ._words import Words, check_words

_share: Any = function(returns="score", version="1", cost="cheap", fails_as=0.0, bounds=(0.0, 1.0))
_overlap, _bleu, _chrf, _edit = _share(_texts.overlap), _share(_texts.bleu), _share(_texts.chrf), _share(_texts.edit)


def text_side(who: str, a: object) -> None:
    """TypeError unless the text to judge is an expression."""
    if not isinstance(a, Expr):
        raise TypeError(f"{who}: a is the text to judge, an expression such as gd.text.tag('answer'), not {a!r}")


def overlap_text(a: Any, b: Any, measure: Measure = "f1", *, normalize: Words | None = None) -> Score:
    """How many words a text shares with its reference, in [0, 1].

    Args:
        a: the text to judge, such as ``gd.text.tag("answer")``; where its parser gave no verdict the leaf fails, as 0.
        b: the reference: a column, or one text for all; of a list of references the best counts. Missing: unscored.
            One that holds no word counts as met by an equal text alone.
        measure: ``f1``, ``recall`` (of the reference's words: it is won by saying everything) and ``precision`` (by
            saying next to nothing) count each word as often as it stands there; ``jaccard`` counts different words.
            ``rouge_1``, ``rouge_2`` and ``rouge_l`` are F1 of words, pairs of words, and the longest common subsequence
            (Lin, 2004). All but the last two are blind to the order of words.
        normalize: ``squad`` (lower case, no punctuation, no articles: SQuAD's, arXiv:1606.05250), ``words`` (runs of
            letters and digits) or ``text`` (between white space); ``words`` for ROUGE and ``squad`` otherwise.

    Linear; for ``rouge_l`` the product of the lengths over 64, at most 16,384 words a side (a longer text fails).

    >>> import guerdon as gd
    >>> f1 = gd.similarity.overlap_text(gd.text.tag("answer"), gd.col("solution"))
    >>> f1.score({"completion": ["<answer>The cat sat.</answer>", "cat"], "solution": ["a cat sat down"] * 2}).values
    array([0.8, 0. ])
    """
    one_of("measure", measure, ("f1", "recall", "precision", "jaccard", "rouge_1", "rouge_2", "rouge_l"))
    text_side("overlap_text", a)
    options: dict[str, Any] = {} if measure == "f1" else {"measure": measure}
    if normalize is not None:
        check_words(normalize)
        options["normalize"] = normalize
    found: Score = _overlap(a=a, b=b, **options)
    return found


def bleu(a: Any, b: Any, order: int = 4, smooth: Smooth = "add1") -> Score:
    """BLEU of one text against its references (Papineni et al., 2002), in [0, 1]. Linear.

    Tokens are those of mteval-v13a, counts are clipped by the reference that has most, and a text shorter than the
    shortest reference is pressed down by ``exp(1 - reference / text)``. A text without a token is worth 0.

    Args:
        a: the text to judge; no verdict fails, as 0.
        b: the reference, or a list of them. Missing: unscored.
        order: up to n-grams of which length.
        smooth: ``add1`` adds one to the matches and to the possible matches of every order. It has a floor: of a
            reference of one word, any other word is worth 0.84. ``add1_after_first`` leaves the first order alone (Lin
            and Och, 2004), so that a text that shares no word is worth 0; ``none`` is 0 where any order has no match.

    >>> import guerdon as gd
    >>> gd.similarity.bleu(gd.col("completion"), gd.col("reference")).score(
    ...     {"completion": ["the cat sat", "Rome"], "reference": ["the cat sat down", "Paris"]}
    ... ).values.round(4)
    array([0.7165, 0.8409])
    """
    one_of("smooth", smooth, ("add1", "add1_after_first", "none"))
    if not isinstance(order, int) or not 1 <= order <= 16:
        raise ValueError(f"order={order!r} is the greatest length of an n-gram, 1 to 16")
    text_side("bleu", a)
    found: Score = _bleu(a=a, b=b, **({} if order == 4 else {"order": order}), smooth=smooth)
    return found


def chrf(a: Any, b: Any, *, word_order: int = 0, beta: int = 2) -> Score:
    """chrF: the F-score of character n-grams up to 6 (Popović, 2015), by sacrebleu, in [0, 1].

    Of several references the best counts. ``word_order=2`` is chrF++. At most 100,000 characters a side (a longer text
    fails), in linear time. Needs the extra ``similarity``.

    >>> import guerdon as gd
    >>> gd.similarity.chrf(gd.col("a"), gd.col("b")).score({"a": ["a cat", "dog"], "b": ["a cat", "cat"]}).values
    array([1., 0.])
    """
    text_side("chrf", a)
    options = {
        name: value for name, value, usual in (("word_order", word_order, 0), ("beta", beta, 2)) if value != usual
    }
    found: Score = _chrf(a=a, b=b, **options)
    return found


def edit(a: Any, b: Any, measure: EditMeasure = "ratio", *, normalize: Literal["text", "exact"] = "text") -> Score:
    """How few edits lead from a text to its reference, in [0, 1], by rapidfuzz (extra ``similarity``).

    Args:
        a: the text to judge; no verdict fails, as 0.
        b: the reference; of a list the best counts. Missing: unscored.
        measure: ``ratio``: twice the longest common subsequence over both lengths. ``levenshtein``: one minus the edits
            over the longer length. ``words``: ``ratio`` of the different words of both, sorted; order and repetition
            aside. (rapidfuzz's own token set ratio is 1 as soon as one text's words all stand in the other: one right
            word would win. It is left out.)
        normalize: ``text`` (NFKC, case and white space aside) or ``exact``.

    The time is the product of the lengths over 64; at most 16,384 characters a side (a longer text fails).

    >>> import guerdon as gd
    >>> gd.similarity.edit(gd.col("a"), gd.col("b"), "levenshtein").score({"a": ["abcd"], "b": ["abxd"]}).values
    array([0.75])
    """
    one_of("measure", measure, ("ratio", "levenshtein", "words"))
    one_of("normalize", normalize, ("text", "exact"))
    text_side("edit", a)
    options = {} if measure == "ratio" else {"measure": measure}
    found: Score = _edit(a=a, b=b, **options, **({} if normalize == "text" else {"normalize": normalize}))
    return found
