"""Where a text thinks and where it speaks: an answer inside a think block, closed or not, does not count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

THINKING = ("think",)
"""Names of the tags inside which a model thinks. What stands there is never an answer."""


class Block(NamedTuple):
    """A tagged block: where its opening tag begins, its inside starts and stops, and its closing tag ends."""

    begin: int
    start: int
    stop: int
    end: int


def thinking_blocks(text: str, opened: Iterable[str] = (), names: Sequence[str] = THINKING) -> list[Block]:
    """Where a text thinks, in order.

    A block is closed by the first closing tag after its opening (blocks do not nest) and runs to the end of the text
    where there is none. A closing tag that no opening precedes closes a block that the prompt must have opened, so it
    starts at 0; later closing tags without an opening are plain text. Linear.

    >>> thinking_blocks("<think>a</think>b")
    [Block(begin=0, start=7, stop=8, end=16)]
    >>> thinking_blocks("a</think>b")
    [Block(begin=0, start=0, stop=1, end=9)]
    """
    openings = _closings(tuple(names))
    seen: dict[str, int] = {}
    opening = _first(text, openings, 0, seen)
    already = [name for name in names if name in tuple(opened)] if opened else ()
    if already:
        begin, inside, closing = 0, 0, f"</{already[-1]}>"
    else:
        closed = _first(text, openings.values(), 0, {}, len(text) if opening is None else opening[0])
        if closed is not None:
            begin, inside, closing = 0, 0, closed[1]
        elif opening is not None:
            begin, inside, closing = opening[0], opening[0] + len(opening[1]), openings[opening[1]]
        else:
            return []
    blocks: list[Block] = []
    while True:
        stop = text.find(closing, inside)
        if stop < 0:
            blocks.append(Block(begin, inside, len(text), len(text)))
            return blocks
        end = stop + len(closing)
        blocks.append(Block(begin, inside, stop, end))
        opening = _first(text, openings, end, seen)
        if opening is None:
            return blocks
        begin, inside, closing = opening[0], opening[0] + len(opening[1]), openings[opening[1]]


def visible(text: str, opened: Iterable[str] = (), hidden: Sequence[str] = THINKING) -> list[tuple[int, int]]:
    """The stretches of a text outside the blocks of the ``hidden`` tags, in order: answers are looked for there.

    >>> visible("a<think>b</think>c")
    [(0, 1), (17, 18)]
    """
    regions: list[tuple[int, int]] = []
    position = 0
    for block in thinking_blocks(text, opened, hidden):
        if block.begin > position:
            regions.append((position, block.begin))
        position = block.end
    if position < len(text):
        regions.append((position, len(text)))
    return regions


def visible_text(text: str, opened: Iterable[str] = (), hidden: Sequence[str] = THINKING) -> str:
    """The text with its thinking taken out.

    >>> visible_text("<think>2+2</think>4")
    '4'
    """
    return "".join(text[start:stop] for start, stop in visible(text, opened, hidden))


@lru_cache(maxsize=256)
def _closings(names: tuple[str, ...]) -> dict[str, str]:
    """Each opening tag with its closing tag."""
    return {f"<{name}>": f"</{name}>" for name in names}


def _first(
    text: str, needles: Iterable[str], start: int, seen: dict[str, int], stop: int | None = None
) -> tuple[int, str] | None:
    """The earliest of several needles. ``seen`` remembers where each was found, so that none is sought twice over."""
    best: tuple[int, str] | None = None
    for needle in needles:
        at = seen.get(needle)
        if at is None or 0 <= at < start:
            at = seen[needle] = text.find(needle, start, stop)
        if at >= 0 and (best is None or at < best[0]):
            best = (at, needle)
    return best
