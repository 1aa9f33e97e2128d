"""The sections of an HTML page, by a scanner of our own: each character is read once, nothing is fetched or run.

The standard library's parser takes time that grows with the square of hostile text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..expr.values import Failed

MAX_SIZE = 500_000
MAX_SECTIONS = 2_000
_MAX_ATTRIBUTES = 10_000
_HIDDEN = frozenset(("script", "style", "template", "noscript", "head", "title"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BLOCKS = frozenset(
    "p div li ul ol table tr td th br hr section article header footer main nav aside blockquote pre".split()
)
_LOWER = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})
_NAME = re.compile(r"[a-z][a-z0-9:-]{0,63}(?=[\s/>])")
_EDGE = re.compile(r"[>\"']")
_ATTRIBUTE = re.compile(r"([^\s=/>\"']++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"']++)))?")


class _Tag(NamedTuple):
    name: str
    closes: bool
    inside: str


def sections(text: str, tag: str = "section") -> list[dict[str, Any]]:
    """Every element of this tag, in order: ``{"title", "text", "words", "depth", "closed", "attributes"}``.

    ``title`` is its first heading (h1 to h6); ``text`` all its other visible text, but for what stands in an element of
    the same tag inside it; ``words`` how many those are; ``depth`` in how many of the same tag it stands; ``closed``
    whether its closing tag was met. Scripts, styles, templates and comments are no text. A page without such elements
    has none. ``Failed``: more than 500,000 characters or 2,000 sections. Linear.

    >>> [(one["title"], one["text"]) for one in sections("<section><h2>A</h2><p>b <b>c</b></p></section>")]
    [('A', 'b c')]
    """
    if len(text) > MAX_SIZE:
        raise Failed("HTML too long")
    found: list[_Section] = []
    opened: list[_Section] = []
    heading: str | None = None
    for part in _parts(text):
        if isinstance(part, str):
            if opened:
                (opened[-1].text if heading is None else opened[-1].title).append(part)
        elif part.name == tag:
            heading = None
            if not part.closes:
                if len(found) >= MAX_SECTIONS:
                    raise Failed("HTML with too many sections")
                found.append(_Section(len(opened), part.inside))
                opened.append(found[-1])
            elif opened:
                opened.pop().closed = True
        elif not opened:
            continue
        elif part.name == heading and part.closes:
            heading = None
        elif part.name in _HEADINGS and not part.closes and not opened[-1].titled:
            opened[-1].titled, heading = True, part.name
        elif part.name in _BLOCKS or part.name in _HEADINGS:
            (opened[-1].text if heading is None else opened[-1].title).append(" ")
    return [section.told() for section in found]


class _Section:
    def __init__(self, depth: int, inside: str) -> None:
        self.depth, self.inside = depth, inside
        self.title: list[str] = []
        self.text: list[str] = []
        self.closed = self.titled = False

    def told(self) -> dict[str, Any]:
        words = _unescaped("".join(self.text)).split()
        return {
            "title": " ".join(_unescaped("".join(self.title)).split()),
            "text": " ".join(words),
            "words": len(words),
            "depth": self.depth,
            "closed": self.closed,
            "attributes": _attributes(self.inside),
        }


def _parts(text: str) -> Iterator[str | _Tag]:
    """Text and tags in order, hidden elements and comments left out."""
    low = text.translate(_LOWER)
    quotes = {'"': True, "'": True}  # whether one of these may still come
    at = 0
    while at < len(text):
        start = text.find("<", at)
        if start < 0:
            yield text[at:]
            return
        if start > at:
            yield text[at:start]
        if text.startswith("<!--", start):
            end = text.find("-->", start + 4)
            at = len(text) if end < 0 else end + 3
            continue
        if text[start + 1 : start + 2] in ("!", "?"):
            end = text.find(">", start)
            at = len(text) if end < 0 else end + 1
            continue
        closes = text.startswith("/", start + 1)
        name = _NAME.match(low, start + 1 + closes)
        if name is None:
            yield "<"
            at = start + 1
            continue
        end = _end_of_tag(text, name.end(), quotes)
        if end < 0:
            return  # a tag that never ends takes the rest with it, as browsers have it
        yield _Tag(name[0], closes, text[name.end() : end])
        at = end + 1
        if name[0] in _HIDDEN and not closes:
            end = low.find(f"</{name[0]}", at)
            if end < 0:
                return
            at = end


def _end_of_tag(text: str, at: int, quotes: dict[str, bool]) -> int:
    """Where the tag's ``>`` is, but for those in quotes; -1 for none. A quote that nothing closes is none."""
    while True:
        found = _EDGE.search(text, at)
        if found is None:
            return -1
        mark = found[0]
        if mark == ">":
            return found.start()
        at = found.end()
        if quotes[mark]:
            end = text.find(mark, at)
            quotes[mark] = end >= 0
            at = end + 1 if end >= 0 else at


def _attributes(inside: str) -> dict[str, str]:
    if len(inside) > _MAX_ATTRIBUTES:
        return {}
    found = _ATTRIBUTE.finditer(inside)
    return {one[1].translate(_LOWER): _unescaped(one[2] or one[3] or one[4] or "") for one in found}


def _unescaped(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # the number of a character, of thousands of digits
        return text
