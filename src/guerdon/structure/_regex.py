"""Patterns of the user's, matched by RE2: linear in the text whatever the pattern, and never by Python's own ``re``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Literal

from .._extras import need
from ..expr.chat import Completion, read
from ..expr.thinking import visible

How = Literal["search", "full"]
Which = Literal["last", "first"]

MAX_MATCHES = 1000


def compiled(pattern: str) -> Any:
    """The compiled pattern. ValueError where RE2 cannot read it (it has no look-around and no back-references)."""
    return _compiled(pattern)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    library = need("re2", extra="regex")
    options = library.Options()
    options.log_errors = False
    try:
        return library.compile(pattern, options)
    except library.error as error:
        why = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise ValueError(f"RE2 cannot read the pattern {pattern!r}: {why}") from None


def search(completion: Completion | None, pattern: str) -> int:
    """1 if the pattern occurs in the completion's last text (thinking included), else 0.

    >>> search("call 555-1234", r"[0-9]{3}-[0-9]{4}")
    1
    """
    return int(_match(completion, pattern, "search") is not None)


def full_match(completion: Completion | None, pattern: str) -> int:
    """1 if the pattern matches the whole of the completion's last text, else 0; ``(?s)`` lets ``.`` cross lines.

    >>> full_match("yes", "yes|no"), full_match("yes, no", "yes|no")
    (1, 0)
    """
    return int(_match(completion, pattern, "full") is not None)


def find(
    completion: Completion | None,
    pattern: str,
    group: int | str = 0,
    which: Which = "last",
    prompt: Completion | None = None,
    opened: Iterable[str] = (),
) -> str | None:
    """The text of a group of the last (or first) match outside thinking, or None (no verdict) where nothing matches.

    One match takes linear time, all of them may take more: a text of over ``MAX_MATCHES`` gives no verdict either.

    >>> find("a=1 a=2", r"a=([0-9])", group=1)
    '2'
    """
    text = None if completion is None else read(completion, prompt, opened)
    if text is None:
        return None
    rule = compiled(pattern)
    place = group_place(rule, group)
    found: tuple[int, int] | None = None
    matches = 0
    for start, stop in visible(text.text, text.opened):
        for match in rule.finditer(_clean(text.text[start:stop])):
            matches += 1
            if matches > MAX_MATCHES:
                return None
            low, high = match.span(place)
            if low >= 0:
                found = (low + start, high + start)
                if which == "first":
                    return text.piece(*found)
    return None if found is None else text.piece(*found)


def group_place(rule: Any, group: int | str) -> int:
    """A group's number. ValueError where the pattern has no such group."""
    place = rule.groupindex.get(group, -1) if isinstance(group, str) else group
    if not 0 <= place <= rule.groups:
        raise ValueError(f"the pattern {rule.pattern!r} has no group {group!r}")
    return int(place)


def _match(completion: Completion | None, pattern: str, how: How) -> Any:
    text = None if completion is None else read(completion)
    if text is None:
        return None
    rule = compiled(pattern)
    return rule.search(_clean(text.text)) if how == "search" else rule.fullmatch(_clean(text.text))


def _clean(text: str) -> str:
    # RE2 reads UTF-8, which has no lone surrogates; one stands for each, so that places stay where they are.
    return text if text.isascii() else "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
