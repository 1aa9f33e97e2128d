"""Parts of a text beside a marker, phrases in it, its length, and how much of it repeats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from ..expr.chat import Completion, last_text, read
from ..expr.thinking import visible

Side = Literal["after", "before"]
Unit = Literal["characters", "words"]
How = Literal["any", "all", "share"]


def part(
    completion: Completion,
    marker: str,
    side: Side = "after",
    which: Literal["last", "first"] | None = None,
    prompt: Completion | None = None,
    opened: Iterable[str] = (),
) -> str | None:
    """The text after (or before) a marker, without white space at its ends; None where there is no marker. Linear.

    The last occurrence counts for what comes after, the first for what comes before, unless ``which`` says otherwise.
    A marker inside thinking is none, but one that closes thinking (``</think>``) is.

    >>> part("It is 3. No: Answer: 4", "Answer:")
    '4'
    """
    text = read(completion, prompt, opened)
    if text is None:
        return None
    last = (which or ("last" if side == "after" else "first")) == "last"
    regions = visible(text.text, text.opened)
    for start, stop in reversed(regions) if last else regions:
        # Looking back by the marker's length lets a closing tag at the edge of a region be the marker.
        low = max(0, start - len(marker))
        at = text.text.rfind(marker, low, stop) if last else text.text.find(marker, low, stop)
        if at >= 0:
            return text.piece(at + len(marker), len(text.text)) if side == "after" else text.piece(0, at)
    return None


def contains(completion: Completion, phrases: Sequence[str], how: How = "any", case: bool = False) -> float:
    """Whether phrases occur in the completion: 1 or 0 for ``any`` and ``all``, their ``share`` in [0, 1]. Linear.

    Presence counts, not frequency. Case is folded unless ``case``. The whole text is read, thinking too; a completion
    without text contains nothing.

    >>> contains("Wait, let me check.", ["wait", "hmm"]), contains("Wait.", ["wait", "hmm"], how="share")
    (1.0, 0.5)
    """
    body = last_text(completion) or ""
    if not case:
        body = body.casefold()
    found = sum((phrase if case else phrase.casefold()) in body for phrase in phrases)
    if how == "share":
        return found / len(phrases)
    return float(found == len(phrases) if how == "all" else found > 0)


def length(completion: Completion, unit: Unit = "characters") -> int:
    """How many code points, or words between white space, the completion's text has; 0 where it has none. Linear.

    >>> length("two words"), length("two words", "words")
    (9, 2)
    """
    text = last_text(completion)
    if text is None:
        return 0
    return len(text) if unit == "characters" else len(text.split())


def repetition(completion: Completion, n: int = 6, unit: Unit = "words") -> float | None:
    """The share of a text's n-grams that occurred before: 1 - distinct / all, in [0, 1).

    Words are split at white space and compared in lower case. A text of fewer than n units has no n-gram and repeats
    nothing: 0. None where the completion has no text at all. Time and memory: n times the text's length.

    >>> repetition("to be or not to be", n=2)
    0.2
    """
    text = last_text(completion)
    if text is None or not text.strip():
        return None
    total, distinct = _grams(text, n, unit)
    return 0.0 if total <= 0 else (total - distinct) / total


def _grams(text: str, n: int, unit: Unit) -> tuple[int, int]:
    if unit == "characters":
        total = len(text) - n + 1
        return total, len({text[i : i + n] for i in range(total)})
    # Each word as a small integer: n-grams of long words then cost no more than those of short ones.
    known: dict[str, int] = {}
    words = [known.setdefault(word, len(known)) for word in text.lower().split()]
    total = len(words) - n + 1
    return total, len(set(zip(*(words[i:] for i in range(n)), strict=False))) if total > 0 else 0
