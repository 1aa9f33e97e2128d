"""Lists and lines: bullets, separators, stairs."""

from __future__ import annotations

from itertools import pairwise

from ._constraint import Text, constraint, within
from ._sentences import sentences
from ._words import without_marks


@constraint
def bullet_count(
    *, at_least: int | None = None, at_most: int | None = None, exactly: int | None = None, of: Text = None
) -> bool:
    r"""1 if so many lines start with ``*`` (but not ``**``) or ``-``, rules such as ``---`` aside; else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.bullet_count(exactly=2).score({"completion": ["* a\n* b", "* a\n- b\n---\n* c"]}).values
    array([1., 0.])
    """
    lines = (line.strip() for line in of.splitlines())
    return within(sum(map(_is_bullet, lines)), at_least, at_most, exactly)


def _is_bullet(line: str) -> bool:
    if line.startswith("-"):
        return len(line) < 3 or bool(line.strip("- "))
    return line.startswith("*") and len(line) > 1 and line[1] != "*" and bool(line.strip("* "))


@constraint
def separated_list(separator: str, *, items: int = 3, of: Text = None) -> bool:
    """1 if the separator occurs at least ``items - 1`` times, as a list of so many items needs; else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.separated_list("...").score({"completion": ["a...b...c", "a, b, c"]}).values
    array([1., 0.])
    """
    text: str = of
    return text.count(separator) >= items - 1


@constraint
def word_lines(*, of: Text = None) -> bool:
    r"""1 if every word stands on a line of its own, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.word_lines().score({"completion": ["One\nword", "One word"]}).values
    array([1., 0.])
    """
    text = without_marks(of)
    found = text.split()
    return bool(found) and len([line for line in text.strip().split("\n") if line]) == len(found)


@constraint
def stairs(*, of: Text = None) -> bool:
    r"""1 if there are two lines or more and each is indented by more spaces than the one before, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.stairs().score({"completion": ["a\n b\n  c", "a\nb", "a"]}).values
    array([1., 0., 0.])
    """
    steps = [len(line) - len(line.lstrip(" ")) for line in of.split("\n") if line.strip()]
    return len(steps) > 1 and all(a < b for a, b in pairwise(steps))


@constraint
def sub_bullets(*, of: Text = None) -> bool:
    r"""1 if there are bullets of ``*`` and a ``-`` follows each asterisk before the next, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.sub_bullets().score({"completion": ["* a\n  - b\n* c\n  - d", "* a\n* c\n - d"]}).values
    array([1., 0.])
    """
    parts = of.split("*")[1:]
    return bool(parts) and all("-" in part for part in parts)


@constraint
def sentences_then_bullets(*, sentence_lines: int = 2, bullets: int = 2, of: Text = None) -> bool:
    r"""1 if so many sentences come first and then so many bullets of ``*``, and nothing after; else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.sentences_then_bullets().score({"completion": ["One. Two.\n* a\n* b", "One.\n* a\n* b"]}).values
    array([1., 0.])
    """
    said = listed = 0
    for line in (line.strip() for line in of.strip().split("\n")):
        if line.startswith("*"):
            listed += 1
        elif listed:
            return False
        else:
            said += len(sentences(line))
    return said >= sentence_lines and listed >= bullets
