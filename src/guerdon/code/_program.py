"""The program in a completion: what stands in its fenced block."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from ..expr.chat import Completion, read
from ..expr.thinking import visible_text

__all__ = ["LANGUAGES", "Fences", "Which", "blocks", "program"]

Which = Literal["last", "first", "only", "all"]
Fences = Literal["allow", "only", "never"]
LANGUAGES = ("python", "py", "python3", "")
"""What stands behind the opening fence of a program; nothing, often."""
_FENCES = ("```", "~~~")


def program(
    completion: Completion,
    which: Which = "last",
    fences: Fences = "allow",
    languages: Sequence[str] = LANGUAGES,
    prompt: Completion | None = None,
    opened: Iterable[str] = (),
) -> str | None:
    r"""The program of a completion, or None where it has none. Linear.

    >>> program("Sorting:\n```python\ndef f(x):\n    return sorted(x)\n```\nDone.")
    'def f(x):\n    return sorted(x)\n'
    """
    text = read(completion, prompt, opened)
    if text is None:
        return None
    body = visible_text(text.text, text.opened)
    if fences == "never":
        return body if body.strip() else None
    found = [inside for language, inside in blocks(body) if language in languages]
    if which == "all":
        return "\n".join(found) or None if found else None
    if found:
        return None if which == "only" and len(found) > 1 else found[0 if which == "first" else -1]
    if fences == "allow" and body.strip() and not any(fence in body for fence in _FENCES):
        return body
    return None


def blocks(text: str) -> list[tuple[str, str]]:
    r"""Every closed fenced block as (language in lower case, inside), in order. A longer fence holds shorter ones.

    >>> blocks("~~~~Python\n```\nx\n```\n~~~~")
    [('python', '```\nx\n```\n')]
    """
    found: list[tuple[str, str]] = []
    fence, language = "", ""
    inside: list[str] = []
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        mark = bare[:1]
        run = len(bare) - len(bare.lstrip(mark)) if mark in ("`", "~") and mark else 0
        if not fence:
            if run >= 3 and mark not in bare[run:]:
                words = bare[run:].split()
                fence, language, inside = mark * run, words[0].lower() if words else "", []
        elif run >= len(fence) and mark == fence[0] and len(bare) == run:
            found.append((language, "".join(inside)))
            fence = ""
        else:
            inside.append(line)
    return found
