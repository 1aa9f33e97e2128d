r"""Reading the text of a completion: tags, boxes, numbers, parts, splits, lengths.

Every function here reads the column ``completion`` unless ``of=`` gives another text. Of a chat it reads the last
assistant message that has text; never a tool, user or system message. What stands in a think block is no answer. Every
scanner takes time in proportion to the text, whatever the text holds.

A tag that the chat template opened before the completion begins counts as opened: it is found at the tail of the column
``prompt``, where the data has one (of a chat: of a last assistant message, which the completion continues). Where a
template adds it later, as it does for chat prompts that end with the user, say so: ``opened=("think",)``.

>>> import guerdon as gd
>>> answer = gd.text.tag("answer")
>>> right = gd.text.equal(answer, gd.col("solution"), normalize="number")
>>> right.score({"completion": ["<answer>4.0</answer>", "4"], "solution": ["4", "4"]}).values
array([1., 0.])
"""

from __future__ import annotations

from ._find import blocks, boxed, last_number, number, numbers, part, reasoning, tag
from ._language import language_of as language
from ._measure import contains, equal, length, repetition, tags_in_order, well_formed
from ._pieces import assistant, sentences, steps, tokens, turns
from ._readability import readability_of as readability

__all__ = [
    "assistant",
    "blocks",
    "boxed",
    "contains",
    "equal",
    "language",
    "last_number",
    "length",
    "number",
    "numbers",
    "part",
    "readability",
    "reasoning",
    "repetition",
    "sentences",
    "steps",
    "tag",
    "tags_in_order",
    "tokens",
    "turns",
    "well_formed",
]
