"""Tokens: how many there are, and which characters each of them wrote. Never an estimate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from .._extras import need
from ..expr.chat import last_text, read_all
from ..expr.function import Function, function
from ..expr.inputs import NOT_GIVEN, chosen
from ..expr.spans import Piece, Span
from ..expr.values import Unscored

_amount = function(returns="score", version="1", cost="cheap", bounds=(0.0, float("inf")), name="length")


@_amount
def policy_tokens(completion_ids: Any) -> int:
    """How many tokens the trainer says the policy wrote."""
    if completion_ids is None:
        raise Unscored("no completion_ids")
    return len(completion_ids)


@function(returns="score", version="1", cost="cpu", fails_as=0.0, bounds=(0.0, float("inf")), name="length")
def text_tokens(tokenizer: str, completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN) -> int:
    """How many tokens a model's tokenizer makes of the text."""
    return count(chosen(completion, of), _load(tokenizer))


def counter(tokenizer: Any) -> Function:
    """The leaf that counts with a tokenizer object or a function from text to tokens; the same for the same object."""
    try:
        return _counter(tokenizer)
    except TypeError:
        return _counter.__wrapped__(tokenizer)  # one that cannot be hashed makes a leaf of its own each time


@lru_cache(maxsize=32)
def _counter(tokenizer: Any) -> Function:
    encode = _encoder(tokenizer)

    def length(completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN) -> int:
        return count(chosen(completion, of), encode)

    return function(returns="score", version="1", cost="cpu", fails_as=0.0, bounds=(0.0, float("inf")))(length)


def count(completion: Any, encode: Callable[[str], Sequence[Any]]) -> int:
    """The tokens of the completion's last text; 0 where it has none.

    >>> count("one two", str.split)
    2
    """
    text = last_text(completion)
    return 0 if text is None else len(encode(text))


def token_pieces(
    token_offsets: Any, completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN, token_messages: Any = None
) -> list[str]:
    """Each token as a piece that knows its characters; see ``gd.text.tokens``.

    >>> [(piece, piece.span.stop) for piece in token_pieces([(0, 2), (2, 5), (0, 0)], "a cat")]
    [('a ', 2), ('cat', 5), ('', 0)]
    """
    if token_offsets is None:
        raise Unscored("no token offsets")
    texts = {found.message: found.text for found in read_all(chosen(completion, of))}
    last = max(texts, default=0)
    messages = [last] * len(token_offsets) if token_messages is None else token_messages
    if len(messages) != len(token_offsets):
        raise ValueError(f"{len(token_offsets)} token offsets but {len(messages)} token messages: give one per token")
    pieces: list[str] = []
    for (start, stop), message in zip(token_offsets, messages, strict=True):
        # A tool result's token must have a place, though no piece holds it.
        span = Span(int(message), int(start), int(stop)) if message >= 0 else Span(-1, 0, 1)
        pieces.append(Piece(texts.get(span.message, "")[span.start : span.stop], span))
    return pieces


def _encoder(tokenizer: Any) -> Callable[[str], Sequence[Any]]:
    encode = getattr(tokenizer, "encode", None)
    if callable(encode):
        if hasattr(tokenizer, "all_special_ids"):  # one of Transformers'
            return lambda text: encode(text, add_special_tokens=False)
        if hasattr(tokenizer, "get_vocab_size"):  # one of the package tokenizers'
            return lambda text: encode(text, add_special_tokens=False).ids
        return encode  # type: ignore[no-any-return]
    if callable(tokenizer):
        return tokenizer  # type: ignore[no-any-return]
    raise TypeError(
        f"tokenizer= takes a model's name, a tokenizer, or a function from text to tokens, not {tokenizer!r}"
    )


@lru_cache(maxsize=8)
def _load(name: str) -> Callable[[str], Sequence[Any]]:
    library = need("transformers", extra="train")
    return _encoder(library.AutoTokenizer.from_pretrained(name, trust_remote_code=False))
