"""Tokens: how many there are, and which characters each of them wrote. Never an estimate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, cast

import numpy as np

from .._extras import need
from ..expr.build import column_node
from ..expr.chat import last_text, read_all
from ..expr.columns import Column, col
from ..expr.function import Function, function
from ..expr.inputs import NOT_GIVEN, bound, chosen
from ..expr.node import Expr
from ..expr.score import Score
from ..expr.spans import Pieces
from ..expr.values import Unscored

_amount = function(returns="score", version="1", cost="cheap", bounds=(0.0, float("inf")), name="length")
_column = function(returns="column", version="1", cost="cheap")
_MASKS = ("completion_mask", "tool_mask", "env_mask")


def tokens_of(of: Column | None, tokenizer: Any) -> Score:
    """How many tokens a text has; see ``gd.text.length``."""
    if tokenizer is None:
        if of is not None:
            raise ValueError('length("tokens", of=...) needs tokenizer=: completion_ids are those of the completion')
        return policy_tokens(completion_ids=_ids(), mask=_masks())
    if isinstance(tokenizer, str):
        counted = text_tokens(**bound(of, tokenizer=tokenizer))
    else:
        counted = counter(tokenizer)(**bound(of))
    if of is not None:
        return counted
    known = cast(Column, policy_tokens_if_known(completion_ids=col("completion_ids", optional=True), mask=_masks()))
    return known.unscored_as(counted)


def _ids() -> Expr:
    mend = 'tokens are counted there, or by length("tokens", tokenizer=...)'
    return column_node("col", params={"name": "completion_ids", "axis": (), "mend": mend})


def _masks() -> Expr:
    return _mask(**{name: col(name, optional=True) for name in _MASKS})


@_column
def _mask(completion_mask: Any, tool_mask: Any, env_mask: Any) -> list[int] | None:
    """Which tokens the policy wrote, where the data says so: those that no mask of it marks 0."""
    given = [mask for mask in (completion_mask, tool_mask, env_mask) if mask is not None]
    return [int(all(marks)) for marks in zip(*given, strict=True)] if given else None


@_amount
def policy_tokens(completion_ids: Any, mask: Any) -> int:
    """How many tokens the trainer says the policy wrote."""
    found = _policy_tokens(completion_ids, mask)
    if found is None:
        raise Unscored("no completion_ids")
    return found


@function(returns="column", version="1", cost="cheap", name="length")
def policy_tokens_if_known(completion_ids: Any, mask: Any) -> int | None:
    """How many tokens the trainer says the policy wrote; no verdict where it says nothing."""
    return _policy_tokens(completion_ids, mask)


def _policy_tokens(completion_ids: Any, mask: Any) -> int | None:
    if completion_ids is None:
        return None
    if mask is None:
        return len(completion_ids)
    if len(mask) != len(completion_ids):
        raise ValueError(f"{len(completion_ids)} completion_ids but a mask of {len(mask)}: give one mark per token")
    return int(sum(mask))


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
) -> Pieces:
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
    marks = np.empty((len(token_offsets), 3), dtype=np.int64)
    marks[:, 0] = messages
    marks[:, 1:] = np.asarray(token_offsets, dtype=np.int64).reshape(-1, 2)
    marks[marks[:, 0] < 0] = (-1, 0, 1)  # a tool result's token must have a place, though no piece holds it
    if (marks[:, 1] < 0).any() or (marks[:, 2] < marks[:, 1]).any():
        bad = int(np.flatnonzero((marks[:, 1] < 0) | (marks[:, 2] < marks[:, 1]))[0])
        raise ValueError(f"token {bad} starts at {marks[bad, 1]} and stops at {marks[bad, 2]}: offsets run forward")
    return Pieces(marks, texts)


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
