"""Names as the functions of this room compare them."""

from __future__ import annotations

import unicodedata


def plain_name(name: str) -> str:
    """A name as it is compared: case, accents' composition, white space and punctuation aside.

    >>> plain_name(" St. Paul's ") == plain_name("st pauls"), plain_name("***")
    (True, '')
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())
