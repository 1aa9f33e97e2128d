"""Texts as words, and as the tokens that BLEU counts."""

from __future__ import annotations

import re
from typing import Any, Literal, get_args

from ..expr.chat import last_text
from ..expr.inputs import as_text
from ..expr.normal import plain_text, squad_text
from ..expr.values import Failed, Unscored

Words = Literal["squad", "words", "text"]
MOST_CHARACTERS = 1_000_000
"""A longer text is not compared."""

_RUNS = re.compile(r"[^\W_]+")
_MARKS = re.compile(r"([{-~\[-` -&(-+:-@/])")
_AFTER_WORD = re.compile(r"([^0-9])([.,])")
_BEFORE_WORD = re.compile(r"([.,])([^0-9])")
_DASH = re.compile(r"([0-9])(-)")


def check_words(normalize: str) -> None:
    """ValueError, naming the choices, unless this is one of them."""
    if normalize not in get_args(Words):
        raise ValueError(f"normalize={normalize!r}: it is one of {', '.join(map(repr, get_args(Words)))}")


def said(a: Any) -> str:
    """The text to judge; Failed where there is none, or more than a million characters.

    >>> said(4.5)
    '4.5'
    """
    text = last_text(as_text(a))
    if text is None:
        raise Failed("no text")
    if len(text) > MOST_CHARACTERS:
        raise Failed("a text too long")
    return text


def references(b: Any) -> list[str]:
    """The reference texts, one or several; Unscored where there is none.

    >>> references("one"), references(["one", 2])
    (['one'], ['one', '2'])
    """
    given = b if isinstance(b, (list, tuple)) else [b]
    if not given or None in given:
        raise Unscored("no reference")
    texts = [one if isinstance(one, str) else repr(one) for one in given if isinstance(one, (str, int, float))]
    if len(texts) != len(given):
        raise Unscored("the reference is not text")
    if sum(map(len, texts)) > MOST_CHARACTERS:
        raise Unscored("a reference too long")
    return texts


def words_of(text: str, normalize: Words = "squad") -> list[str]:
    """The words of a text: as SQuAD counts them, as runs of letters and digits, or between white space. Linear.

    >>> words_of("The well-known cat!"), words_of("The well-known cat!", "words"), words_of("A cat!", "text")
    (['wellknown', 'cat'], ['the', 'well', 'known', 'cat'], ['a', 'cat!'])
    """
    if normalize == "squad":
        return squad_text(text).split()
    plain = plain_text(text)
    return _RUNS.findall(plain) if normalize == "words" else plain.split()


def tokens_13a(text: str) -> list[str]:
    """A text cut as the script mteval-v13a cuts Western languages; what BLEU is counted on. Case is kept. Linear.

    >>> tokens_13a("It cost $1,234.50, he said.")
    ['It', 'cost', '$', '1,234.50', ',', 'he', 'said', '.']
    """
    text = text.replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for escaped, plain in (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(escaped, plain)
    text = _MARKS.sub(r" \1 ", f" {text} ")
    text = _AFTER_WORD.sub(r"\1 \2 ", text)
    text = _BEFORE_WORD.sub(r" \1 \2", text)
    return _DASH.sub(r"\1 \2 ", text).split()
