"""Where a text thinks and where it speaks: an answer inside a think block, closed or not, does not count."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

THINKING = "think"
"""The tag inside which a model thinks. What stands there is never an answer."""

_OPENING, _CLOSING = f"<{THINKING}>", f"</{THINKING}>"


class Block(NamedTuple):
    """A tagged block: where its opening tag begins, its inside starts and stops, and its closing tag ends."""

    begin: int
    start: int
    stop: int
    end: int


def thinking_blocks(text: str, opened: Collection[str] = ()) -> list[Block]:
    """Where a text thinks, in order.

    A block is closed by the first closing tag after its opening (blocks do not nest) and runs to the end of the text
    where there is none. A closing tag that no opening precedes closes a block that the prompt must have opened, so it
    starts at 0; later closing tags without an opening are plain text. ``opened`` are the tags that stand open before
    the text. Linear.

    >>> thinking_blocks("<think>a</think>b")
    [Block(begin=0, start=7, stop=8, end=16)]
    >>> thinking_blocks("a</think>b")
    [Block(begin=0, start=0, stop=1, end=9)]
    """
    return [Block(*block) for block in _blocks(text, opened)]


def _blocks(text: str, opened: Collection[str]) -> list[tuple[int, int, int, int]]:
    find = text.find
    begin = inside = 0
    if THINKING not in opened:
        at = find(_OPENING)
        if find(_CLOSING, 0, len(text) if at < 0 else at) < 0:
            if at < 0:
                return []
            begin, inside = at, at + len(_OPENING)
    blocks: list[tuple[int, int, int, int]] = []
    while True:
        stop = find(_CLOSING, inside)
        if stop < 0:
            blocks.append((begin, inside, len(text), len(text)))
            return blocks
        end = stop + len(_CLOSING)
        blocks.append((begin, inside, stop, end))
        begin = find(_OPENING, end)
        if begin < 0:
            return blocks
        inside = begin + len(_OPENING)


def visible(text: str, opened: Collection[str] = ()) -> list[tuple[int, int]]:
    """The stretches of a text outside thinking, in order: answers are looked for there.

    >>> visible("a<think>b</think>c")
    [(0, 1), (17, 18)]
    """
    regions: list[tuple[int, int]] = []
    position = 0
    for begin, _, _, end in _blocks(text, opened):
        if begin > position:
            regions.append((position, begin))
        position = end
    if position < len(text):
        regions.append((position, len(text)))
    return regions


def visible_text(text: str, opened: Collection[str] = ()) -> str:
    """The text with its thinking taken out.

    >>> visible_text("<think>2+2</think>4")
    '4'
    """
    return "".join(text[start:stop] for start, stop in visible(text, opened))
