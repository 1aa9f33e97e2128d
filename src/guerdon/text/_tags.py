"""Tagged blocks: ``<answer>…</answer>`` and their order. One pass over the tags of a text, whatever it holds.

A tag is its name between ``<`` and ``>``, exactly: no attributes, no spaces, case counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, TypeVar

from ..expr.chat import Completion, Text, is_tag_name, read
from ..expr.thinking import THINKING, visible

Which = Literal["last", "first", "only"]
T = TypeVar("T")


class Mark(NamedTuple):
    """One opening or closing tag in a text."""

    start: int
    stop: int
    name: str
    closes: bool


class Found(NamedTuple):
    """A closed block: its tag's name, and where its inside starts and stops."""

    name: str
    start: int
    stop: int


def check_names(names: Sequence[str]) -> None:
    """Raise ValueError, naming the tag, unless all are names that a tag can have, each given once."""
    if not names:
        raise ValueError("name at least one tag")
    for name in names:
        if not isinstance(name, str) or not is_tag_name(name):
            raise ValueError(f"{name!r} is no tag name: write it without brackets, as in 'answer'")
    if len(set(names)) != len(names):
        raise ValueError(f"each tag is named once, not {', '.join(names)}")


def marks(text: str, names: Sequence[str]) -> list[Mark]:
    """Every opening and closing tag of the given names, in order. Linear."""
    return [Mark(*found.span(), found[2], found[1] == "/") for found in _pattern(tuple(names)).finditer(text)]


@lru_cache(maxsize=256)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    # Alternatives of fixed strings: nothing here can backtrack further than one tag.
    return re.compile(f"<(/?)({'|'.join(re.escape(name) for name in names)})>")


def blocks_in(text: Text, names: Sequence[str]) -> list[Found]:
    """Every closed block of the given tags outside thinking, in the order in which they close. Linear.

    A block runs from the last opening of its tag before the closing one, so ``<answer><answer>4</answer>`` holds 4.
    Tags inside thinking count for nothing, unless the tag of thinking is itself asked for.
    """
    regions = _regions(text, names)
    begun: dict[str, int] = {name: 0 for name in text.opened if name in names}
    found: list[Found] = []
    region = 0
    for mark in marks(text.text, names):
        while region < len(regions) and regions[region][1] <= mark.start:
            region += 1
        if region == len(regions):
            break
        if mark.start < regions[region][0]:
            continue
        if not mark.closes:
            begun[mark.name] = mark.stop
        elif mark.name in begun:
            found.append(Found(mark.name, begun.pop(mark.name), mark.start))
    return found


@lru_cache(maxsize=256)
def _wanted(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """What the pattern finds where each tag opens and closes once, in order."""
    return [(slash, name) for name in names for slash in ("", "/")]


def _regions(text: Text, names: Sequence[str]) -> list[tuple[int, int]]:
    """The stretches in which tags of these names count."""
    return [(0, len(text.text))] if THINKING in names else visible(text.text, text.opened)


def pick(found: Sequence[T], which: Which) -> T | None:
    """The last or first of several, or the ``only`` one; None where there is none (or, for ``only``, several)."""
    if not found or (which == "only" and len(found) > 1):
        return None
    return found[-1 if which == "last" else 0]


def tag(
    completion: Completion,
    name: str,
    which: Which = "last",
    prompt: Completion | None = None,
    opened: Iterable[str] = (),
) -> str | None:
    """What stands in the completion's ``<name>…</name>``, or None (no verdict) where no such block is closed. Linear.

    ``which``: the last or first closed block, or the ``only`` one, where the tag must open once and close once. What
    stands inside thinking, closed or not, is no answer (unless the tag asked for is the one of thinking).

    >>> tag("<think>is it <answer>3</answer>?</think><answer> 4 </answer>", "answer")
    '4'
    >>> tag("<think>I would say <answer>4</answer>", "answer") is None
    True
    """
    text = read(completion, prompt, opened)
    if text is None:
        return None
    if name not in text.opened:
        regions = _regions(text, (name,))
        if len(regions) < 2:
            inside = _inside(text.text, name, which, *regions[0]) if regions else None
            return None if inside is None else text.piece(*inside)
    found = pick(blocks_in(text, (name,)), which)
    if found is None or (which == "only" and _shown(text, name) != (1, 1)):
        return None
    return text.piece(found.start, found.stop)


def _inside(text: str, name: str, which: Which, start: int, stop: int) -> tuple[int, int] | None:
    """The block that :func:`pick` would pick of one stretch in which no tag is open yet, found from its end."""
    opening, closing = f"<{name}>", f"</{name}>"
    if which == "first":
        begin = text.find(opening, start, stop)
        end = text.find(closing, begin, stop) if begin >= 0 else -1
        begin = text.rfind(opening, start, end) if end >= 0 else -1
    else:
        end = text.rfind(closing, start, stop)
        begin = text.rfind(opening, start, end) if end >= 0 else -1
        end = text.find(closing, begin, stop) if begin >= 0 else -1
        if which == "only" and (text.count(opening, start, stop), text.count(closing, start, stop)) != (1, 1):
            return None
    return (begin + len(opening), end) if begin >= 0 and end >= 0 else None


def blocks(
    completion: Completion,
    names: Sequence[str],
    prompt: Completion | None = None,
    opened: Iterable[str] = (),
) -> list[tuple[str, str]]:
    """Every closed block of the given tags as (name, inside), in order; empty where there is none. Linear.

    >>> blocks("<search>cats</search> then <search>dogs</search>", ["search"])
    [('search', 'cats'), ('search', 'dogs')]
    """
    text = read(completion, prompt, opened)
    return [] if text is None else [(one.name, text.piece(one.start, one.stop)) for one in blocks_in(text, names)]


def tags_in_order(
    completion: Completion,
    names: Sequence[str],
    once: bool = True,
    exact: bool = False,
    prompt: Completion | None = None,
    opened: Iterable[str] = (),
) -> int:
    """1 if the tags open and close one after the other in the given order, else 0. Linear.

    ``once``: each opens once and closes once in the whole text (a tag that the prompt opened has opened already).
    ``exact``: only white space before the first block, between the blocks and after the last.
    With ``once=False`` other blocks of these tags may stand anywhere between or inside.

    >>> tags_in_order("<think>2+2</think> <answer>4</answer>", ["think", "answer"], exact=True)
    1
    >>> tags_in_order("<answer>4</answer><think>2+2</think>", ["think", "answer"])
    0
    """
    text = read(completion, prompt, opened)
    if text is None:
        return 0
    if once and not exact:
        here = [("", name) for name in text.opened if name in names]
        return int(here + _pattern(tuple(names)).findall(text.text) == _wanted(tuple(names)))
    found = _with_opened(text, names)
    if once:
        return int(
            [("/" if mark.closes else "", mark.name) for mark in found] == _wanted(tuple(names))
            and all(_blank(text.text, a, b) for a, b in _gaps(text, found))
        )
    return int(_in_order(text, found, names, exact))


def many_in_order(texts: Iterable[str], names: Sequence[str]) -> list[int]:
    """:func:`tags_in_order`, once, of many plain texts.

    >>> many_in_order(["<a>1</a>", "1"], ["a"])
    [1, 0]
    """
    found, wanted = _pattern(tuple(names)).findall, _wanted(tuple(names))
    return [int(found(text) == wanted) for text in texts]


def well_formed(
    completion: Completion, names: Sequence[str], prompt: Completion | None = None, opened: Iterable[str] = ()
) -> int:
    """1 if every block of these tags is closed before another one opens and no closing tag is stray, else 0. Linear.

    A text without any of these tags is well formed (ask :func:`tags_in_order` for their presence); a completion
    without text is not.

    >>> well_formed("<search>a</search><search>b</search>", ["search"])
    1
    >>> well_formed("<search>a<answer>b</answer></search>", ["search", "answer"])
    0
    """
    text = read(completion, prompt, opened)
    if text is None:
        return 0
    inside: str | None = None
    for mark in _with_opened(text, names):
        if mark.closes:
            if mark.name != inside:
                return 0
            inside = None
        elif inside is not None:
            return 0
        else:
            inside = mark.name
    return int(inside is None)


def _with_opened(text: Text, names: Sequence[str]) -> list[Mark]:
    before = [Mark(0, 0, name, False) for name in text.opened if name in names]
    return before + marks(text.text, names)


def _shown(text: Text, name: str) -> tuple[int, int]:
    """How often a tag opens and closes outside thinking."""
    opens = closes = 0
    for start, stop in _regions(text, (name,)):
        stretch = text.text[start:stop]
        opens += stretch.count(f"<{name}>")
        closes += stretch.count(f"</{name}>")
    return opens + (name in text.opened), closes


def _blank(text: str, start: int, stop: int) -> bool:
    return not text[start:stop].strip()


def _gaps(text: Text, found: Sequence[Mark]) -> list[tuple[int, int]]:
    """What lies before the first block, between blocks and after the last, given alternating opening and closing."""
    edges = [0, *(edge for mark in found for edge in ((mark.stop,) if mark.closes else (mark.start,))), len(text.text)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _in_order(text: Text, found: Sequence[Mark], names: Sequence[str], exact: bool) -> bool:
    """Whether the blocks occur in order; taking the earliest fitting tag each time leaves most room for the rest."""
    want = [(name, closes) for name in names for closes in (False, True)]
    if not exact:
        step = 0
        for mark in found:
            if step < len(want) and (mark.name, mark.closes) == want[step]:
                step += 1
        return step == len(want)
    if not found or (found[0].name, found[0].closes) != want[0] or not _blank(text.text, 0, found[0].start):
        return False
    block = 0
    for i, mark in enumerate(found):
        if not mark.closes or mark.name != names[block]:
            continue
        after = found[i + 1] if i + 1 < len(found) else None
        if not _blank(text.text, mark.stop, len(text.text) if after is None else after.start):
            continue
        if block == len(names) - 1:
            if after is None:
                return True
        elif after is not None and not after.closes and after.name == names[block + 1]:
            block += 1
    return False
