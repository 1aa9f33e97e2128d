"""What became of one call of a leaf, whichever executor ran it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Outcome"]


@dataclass(frozen=True)
class Outcome:
    """What became of one call.

    Attributes:
        kind: ``"value"``: the function returned; ``"failed"``: the completion's doing; ``"unscored"``: the machinery's.
        value: what it returned, where it did.
        reason: why it did not, in few words that can be counted (``"http 429"``, ``"deadline"``).
        seconds: wall time spent on the call, all tries and waits between them together.
        detail: more for a person to read, such as a traceback; never counted or compared.

    >>> Outcome("value", 0.5).value
    0.5
    """

    kind: Literal["value", "failed", "unscored"]
    value: object = None
    reason: str = ""
    seconds: float = 0.0
    detail: str = ""
