r"""``\boxed{…}``: the last one, braces balanced, found in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..expr.chat import Completion, Text, read
from ..expr.thinking import visible
from ._tags import Which, pick

_COMMANDS = ("\\boxed", "\\fbox", "\\framebox")
# One character, or a backslash with what follows it: a fixed choice at every place.
_STEP = re.compile(r"\\(?:[A-Za-z]+|.)|[{}]", re.DOTALL)


def boxes_in(text: Text) -> list[tuple[int, int]]:
    r"""The insides of all closed ``\boxed{…}`` outside thinking, in the order in which they start. Linear.

    An escaped brace (``\{``) is a character, not a brace. A box inside a box is found as well, after the outer one.
    """
    found: list[tuple[int, int]] = []
    for start, stop in visible(text.text, text.opened):
        # None on the stack is a brace that belongs to no box.
        stack: list[int | None] = []
        boxed_at = -1
        for step in _STEP.finditer(text.text, start, stop):
            what = step[0]
            if what == "{":
                gap = text.text[boxed_at : step.start()] if boxed_at >= 0 else "x"
                stack.append(step.end() if not gap.strip() else None)
                boxed_at = -1
            elif what == "}":
                boxed_at = -1
                begun = stack.pop() if stack else None
                if begun is not None:
                    found.append((begun, step.start()))
            else:
                boxed_at = step.end() if what in _COMMANDS else -1
    return sorted(found)


def boxed(
    completion: Completion, which: Which = "last", prompt: Completion | None = None, opened: Iterable[str] = ()
) -> str | None:
    r"""What stands in the completion's ``\boxed{…}``, or None (no verdict) where none is closed. Linear.

    ``which``: the one that starts last, or first, or the ``only`` one. Thinking is not looked at.

    >>> boxed(r"so \boxed{\frac{1}{2}}")
    '\\frac{1}{2}'
    """
    text = read(completion, prompt, opened)
    found = None if text is None else pick(boxes_in(text), which)
    return None if text is None or found is None else text.piece(*found)
