"""Whether a text says what the reference says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..expr.chat import Completion, last_text
from ..expr.normal import Normalize, as_reference, same
from ..expr.values import Failed, Unscored


def equal(a: Completion | None, b: Any, normalize: Normalize = "text") -> int:
    """1 if the text ``a`` equals the reference ``b`` (or one of several, given as a list), else 0. Linear in both.

    ``normalize``: ``exact`` (the same code points), ``text`` (NFKC, case and white space aside), ``squad`` (the
    answer normalisation of SQuAD) or ``number`` (exact rational equality: 0.5, .50 and 1/2 are one number). A reference
    is text or a number. Failed: ``a`` is missing, or is no number where one is asked for. Unscored: no reference.

    >>> equal("The Seine", "seine", "squad"), equal("0.50", ["1/3", 0.5], "number")
    (1, 1)
    """
    text = None if a is None else last_text(a)
    if text is None:
        raise Failed("no answer")
    references: Sequence[Any] = list(b) if isinstance(b, (list, tuple)) else [b]
    if not references or any(reference is None for reference in references):
        raise Unscored("no reference")
    verdicts: list[bool | None] = []
    for reference in references:
        try:
            verdicts.append(same(text, as_reference(reference), normalize))
        except (TypeError, ValueError) as error:
            raise Unscored(str(error)) from None
    if all(verdict is None for verdict in verdicts):
        raise Failed("the answer is no number")
    return int(any(verdicts))
