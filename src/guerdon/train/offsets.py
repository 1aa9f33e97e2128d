"""Which characters of a completion each of its tokens wrote, found with the tokenizer that decodes them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from guerdon.expr.chat import Completion, read_all

__all__ = ["Offsets", "offsets_of"]

_LOST = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Offsets:
    """Per token: start and stop in its message's text, in code points; and its message, -1 for those of none.

    A token that wrote no character of any message, such as the end of sequence, is (0, 0).
    """

    spans: list[tuple[int, int]]
    messages: list[int]


def offsets_of(ids: Sequence[int], completion: Completion, tokenizer: Any) -> Offsets | None:
    """The characters of each token, as ``gd.text.tokens`` takes them; None where the tokens do not spell the texts.

    White space that a token begins with is no part of its span: in many vocabularies the space that parts two words
    (and two sentences) is written by the token after it, which belongs to what it says.

    The texts are those of the completion's assistant messages, in order; tokens between and around them (templates,
    tool results) are of no message, those after the last one are its end. A character of several tokens belongs to all
    of them. Cost: linear, a decoding of a few tokens for each.

    Args:
        ids: the tokens of the whole completion.
        completion: its text or messages.
        tokenizer: with ``decode`` and ``all_special_ids``.
    """
    text, places = _decoded(ids, tokenizer)
    spans, messages = [(0, 0)] * len(ids), [-1] * len(ids)
    cursor = token = last = 0
    for found in read_all(completion):
        start = text.find(found.text, cursor)
        if start < 0:
            return None
        stop = start + len(found.text)
        stripped = not text[cursor:start].strip()  # white space before a message's text is the message's own
        while token < len(ids) and places[token][0] < stop:
            low, high = places[token]
            if high > start or stripped:
                messages[token] = found.message
                if low < high:  # a special token amid the text wrote none of it
                    bare = text[low:high].lstrip()
                    low = high - len(bare) if bare else low
                    spans[token] = (max(low - start, 0), max(min(high, stop) - start, 1))
            token += 1
        cursor, last = stop, found.message
    if not text[cursor:].strip():  # what is left is the end of sequence, or white space
        messages[token:] = [last] * (len(ids) - token)
    return Offsets(spans, messages)


def _decoded(ids: Sequence[int], tokenizer: Any) -> tuple[str, list[tuple[int, int]]]:
    """The text of the tokens, and from where to where each of them wrote in it.

    Tokens may hold parts of characters, and how one is written may depend on the one before (a leading space is left
    out of the first): so each is decoded together with a few before it, from the last whole character on.
    """
    special: Collection[int] = set(getattr(tokenizer, "all_special_ids", ()))
    text = ""
    places: list[tuple[int, int]] = []
    begin = read = whole = 0  # tokens from `begin` on are decoded together; those before `read` are in `text` already
    for stop, token in enumerate(ids, start=1):
        if token in special:
            places.append((len(text), len(text)))
            continue
        now = _text(ids[begin:stop], tokenizer)[len(_text(ids[begin:read], tokenizer)) :]
        parts = not now or now.endswith(_LOST)  # it ends in the midst of a character
        done = len(now.rstrip(_LOST)) if parts else len(now)
        places.append((len(text) + whole, len(text) + done + parts))
        whole = done
        if not parts:
            text, whole = text + now, 0
            begin, read = read, stop
    return text, [(min(low, len(text)), min(high, len(text))) for low, high in places]


def _text(ids: Sequence[int], tokenizer: Any) -> str:
    found: str = tokenizer.decode(list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False)
    return found
