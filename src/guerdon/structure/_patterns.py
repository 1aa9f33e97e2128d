"""Patterns in a text, by RE2. Needs the extra ``regex``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

from ..expr.columns import Column
from ..expr.inputs import bound, one_of, opening
from ..expr.score import Score
from . import _leaves, _regex


def search(pattern: str, of: Column | None = None) -> Score:
    r"""1 if the pattern occurs in a text, thinking included, else 0. Linear.

    Args:
        pattern: in RE2's syntax, which has no look-around and no back-references.
        of: the text to read; the completion if left out. Where it gave nothing the leaf fails, as 0.

    >>> import guerdon as gd
    >>> gd.structure.search(r"\d{3}-\d{4}").score({"completion": ["call 555-1234", "no"]}).values
    array([1., 0.])
    """
    _regex.compiled(pattern)
    return _leaves.search(**bound(of, pattern=pattern))


def full_match(pattern: str, of: Column | None = None) -> Score:
    """1 if the pattern matches the whole of a text, else 0; ``(?s)`` lets ``.`` cross lines. Linear.

    >>> import guerdon as gd
    >>> gd.structure.full_match("yes|no").score({"completion": ["yes", "yes, no"]}).values
    array([1., 0.])
    """
    _regex.compiled(pattern)
    return _leaves.full_match(**bound(of, pattern=pattern))


def find(
    pattern: str,
    of: Column | None = None,
    group: int | str = 0,
    which: Literal["last", "first"] = "last",
    *,
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Column:
    """The text of a group of the last (or first) match outside thinking; no verdict where nothing matches.

    A text with more than 1,000 matches gives no verdict either.

    >>> import guerdon as gd
    >>> (gd.structure.find("x=([0-9]+)", group=1) == "2").score({"completion": ["x=1, x=2"]}).values
    array([1.])
    """
    one_of("which", which, ("last", "first"))
    _regex.group_place(_regex.compiled(pattern), group)
    said = {"group": group or None, "which": None if which == "last" else which}
    return cast(Column, _leaves.find(**bound(of, pattern=pattern, **said, **opening(prompt, opened))))
