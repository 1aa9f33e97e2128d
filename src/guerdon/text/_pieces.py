"""A text in pieces that remember their characters: steps, sentences, turns, tokens."""

from __future__ import annotations

from typing import Literal

from ..expr.columns import Column
from ..expr.inputs import bound, one_of
from ..expr.leaves import as_column, on_axis
from . import _leaves, _tokens
from ._say import said


def steps(by: Literal["blank", "line", "label"] = "blank", of: Column | None = None) -> Column:
    r"""The steps of a text, on axis ``step``: cut at blank lines, at each ``line``, or at each ``label`` ("Step 3:").

    Each piece remembers its characters; together they cover the text, separators with the piece before. Linear.

    >>> import guerdon as gd
    >>> gd.text.length("words", of=gd.text.steps()).max().score({"completion": ["a b\n\nc d e"]}).values
    array([3.])
    """
    one_of("by", by, ("blank", "line", "label"))
    return as_column(on_axis(_leaves.steps, "step")(**bound(of, by=said(by, "blank"))))


def sentences(of: Column | None = None) -> Column:
    """The sentences of a text, on axis ``sentence``; each piece remembers its characters. A rule, not a model. Linear.

    >>> import guerdon as gd
    >>> gd.text.sentences().exists().count().score({"completion": ["It is 3.14. Yes!"]}).values
    array([2.])
    """
    return as_column(on_axis(_leaves.sentences, "sentence")(**bound(of)))


def turns(*roles: str, of: Column | None = None) -> Column:
    """The messages of the named roles that have text, on axis ``turn``; without a name, the assistant's.

    >>> import guerdon as gd
    >>> chat = [{"role": "assistant", "content": "a"}, {"role": "tool", "content": "b"}]
    >>> gd.text.turns("tool").exists().count().score({"completion": [chat]}).values
    array([1.])
    """
    return as_column(on_axis(_leaves.turns, "turn")(**bound(of, roles=said(roles, ()))))


def assistant(of: Column | None = None) -> Column:
    """All assistant messages that have text, on axis ``turn``, each remembering its place.

    >>> import guerdon as gd
    >>> chat = [{"role": "assistant", "content": "a"}, {"role": "assistant", "content": "b"}]
    >>> gd.text.assistant().exists().count().score({"completion": [chat]}).values
    array([2.])
    """
    return turns(of=of)


def tokens(offsets: Column, messages: Column | None = None, of: Column | None = None) -> Column:
    r"""The tokens of a completion, on axis ``token``, each remembering the characters it wrote.

    Args:
        offsets: per rollout a list of (start, stop) per token, in code points of the message's text; (0, 0) for tokens
            without characters, such as the end of sequence.
        messages: per rollout a list of each token's message, -1 for those of tool results; left out, all are of the
            last message that has text.
        of: the text; the completion if left out.

    >>> import guerdon as gd
    >>> steps = gd.text.steps()
    >>> marks = gd.text.length(of=steps).onto(gd.text.tokens(gd.col("offsets")), at="first")
    >>> marks.sum().score({"completion": ["ab\n\nc"], "offsets": [[(0, 2), (2, 4), (4, 5), (0, 0)]]}).values
    array([3.])
    """
    extra = {} if messages is None else {"token_messages": messages}
    leaf = on_axis(_tokens.token_pieces, "token", "tokens")
    return as_column(leaf(**bound(of, token_offsets=offsets, **extra)))
