"""Splits of a text into steps and sentences that cover it: separators belong to the piece before.

The spans of the pieces start at 0, follow on each other without gaps and end with the text, so that each token of the
text has a piece. The value of a piece is its text without white space at the ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal

from ..expr.chat import Completion, Text, read, read_all

By = Literal["blank", "line", "label"]

_BULLETS = "#*->_ \t"
# A word that ends in a full stop without ending a sentence.
_SHORT = frozenset("e.g i.e cf vs etc dr mr mrs ms prof fig eq approx resp al st jr sr".split())
_WIDE_ENDS = "\u3002\uff01\uff1f"
_END = re.compile(rf"[.!?]+|[{_WIDE_ENDS}]+|\n[ \t\r]*\n")
_CLOSERS = "\"')]}\u201d\u2019\u00bb*_"


def steps(completion: Completion, by: By = "blank") -> list[str]:
    r"""The steps of the completion's last text: between blank lines, per ``line``, or per ``label`` ("Step 3:").

    ``blank`` is the usual delimiter of step-level reward models. A ``label`` starts a step at a line that begins with
    ``Step`` and a number (after ``#``, ``*``, ``-`` or white space); text before the first label joins the first step.
    Empty for a completion without text. Linear.

    >>> [(step, step.span.stop) for step in steps("a\n\nb\nc")]
    [('a', 3), ('b\nc', 6)]
    """
    cuts: Callable[[str], Iterable[int]] = {"blank": _blank_cuts, "line": _line_cuts, "label": _label_cuts}[by]
    text = read(completion)
    return [] if text is None else covering(text, cuts(text.text))


def sentences(completion: Completion) -> list[str]:
    """The sentences of the completion's last text: up to ``.``, ``!`` or ``?`` before white space, or a blank line.

    A rule, not a model: a few abbreviations ("e.g.", "Dr.") and single initials are known; ``3.14`` is not cut.
    Full stops of Chinese and Japanese need no white space after them. Linear.

    >>> sentences("Is it 3.14? Yes, e.g. here. Done")
    ['Is it 3.14?', 'Yes, e.g. here.', 'Done']
    """
    text = read(completion)
    return [] if text is None else covering(text, _sentence_cuts(text.text))


def turns(completion: Completion, roles: Sequence[str] = ("assistant",)) -> list[str]:
    """Each message of the named roles that has text, whole.

    >>> turns([{"role": "assistant", "content": "a"}, {"role": "tool", "content": "b"}])
    ['a']
    """
    return [text.marked(text.text, 0, len(text.text)) for text in read_all(completion, roles=roles)]


def covering(text: Text, cuts: Iterable[int]) -> list[str]:
    """The pieces from cut to cut; their spans cover the text. White space alone joins the piece before it.

    ``cuts`` are the places where a piece may begin, ascending. Where no piece is before, white space joins the one
    after; a text of white space alone has no pieces. Linear.
    """
    edges = [0, *(cut for cut in cuts if 0 < cut < len(text.text)), len(text.text)]
    starts: list[int] = []
    for start, stop in pairwise(edges):
        if text.text[start:stop].strip():
            starts.append(start if starts else 0)
    ends = [*starts[1:], len(text.text)]
    return [text.marked(text.text[a:b].strip(), a, b) for a, b in zip(starts, ends, strict=False)]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    while start < len(text):
        stop = text.find("\n", start) + 1 or len(text)
        yield start, text[start:stop]
        start = stop


def _line_cuts(text: str) -> Iterator[int]:
    return (start for start, _ in _lines(text))


def _blank_cuts(text: str) -> Iterator[int]:
    after_blank = False
    for start, line in _lines(text):
        blank = not line.strip()
        if after_blank and not blank:
            yield start
        after_blank = blank


def _label_cuts(text: str) -> Iterator[int]:
    first = True
    for start, line in _lines(text):
        head = line.lstrip(_BULLETS)
        if head[:4].lower() == "step" and head[4:].lstrip(" \t#*")[:1].isdigit():
            if not first:
                yield start
            first = False


def _sentence_cuts(text: str) -> Iterator[int]:
    for end in _END.finditer(text):
        if end[0][0] == "\n":
            yield end.end()
            continue
        stop = end.end()
        while stop < len(text) and text[stop] in _CLOSERS:
            stop += 1
        wide = end[0][-1] in _WIDE_ENDS
        if not wide and (stop == len(text) or not text[stop].isspace() or _abbreviates(text, end.start(), end[0])):
            continue
        while stop < len(text) and text[stop].isspace():
            stop += 1
        yield stop


def _abbreviates(text: str, dot: int, run: str) -> bool:
    """Whether a full stop belongs to an abbreviation, an initial or the number of a list item."""
    if run != ".":
        return False
    low = max(0, dot - 12)  # no abbreviation is longer, and a bounded look back keeps the whole linear
    before = text[low:dot]
    word = before.split()[-1].lstrip("(\"'") if before and not before[-1].isspace() else ""
    if word.isdigit():
        line = text[low:dot].rsplit("\n", 1)
        return (len(line) > 1 or low == 0) and line[-1].strip() == word
    return word.lower() in _SHORT or (len(word) == 1 and word.isupper() and word != "I")
