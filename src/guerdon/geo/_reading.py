"""What the functions of this room read of a completion."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any, cast

from ..expr.chat import read
from ..expr.columns import Column
from ..expr.inputs import chosen
from ..expr.score import Score
from ..expr.thinking import visible_text


def shown(completion: Any, of: Any, prompt: Any = None, opened: Sequence[str] = ()) -> str:
    """The text outside thinking; empty where the completion has none."""
    text = read(chosen(completion, of), prompt, opened)
    return "" if text is None else visible_text(text.text, text.opened)


def plain_name(name: str) -> str:
    """A name as it is compared: case, accents' composition, white space and punctuation aside.

    >>> plain_name(" St. Paul's ") == plain_name("st pauls"), plain_name("***")
    (True, '')
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())


def as_column(node: Score) -> Column:
    """The node of a leaf that gives records, typed as what it is."""
    return cast(Column, node)
