"""What a text is worth: its form, its words, its length, each a score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from ..expr.columns import Column
from ..expr.inputs import bound, one_of, opening
from ..expr.node import Expr
from ..expr.normal import Normalize, check_normalize
from ..expr.score import Score
from . import _leaves, _tags, _tokens
from ._say import said


def tags_in_order(
    *names: str,
    once: bool = True,
    exact: bool = False,
    of: Column | None = None,
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Score:
    """1 if the tags open and close one after the other in this order, else 0. Linear.

    Args:
        names: the tags, such as ``"think", "answer"``.
        once: each opens once and closes once in the whole text.
        exact: nothing but white space before, between and after the blocks.
        of: the text to read; the completion if left out.
        prompt: whose tail may open the first tag; if left out, as for :func:`tag`.
        opened: tags that the chat template opened; they count as opened once already.

    >>> import guerdon as gd
    >>> tidy = gd.text.tags_in_order("think", "answer", opened=("think",))
    >>> tidy.score({"completion": ["2+2</think><answer>4</answer>", "<answer>4</answer>"]}).values
    array([1., 0.])
    """
    _tags.check_names(names)
    flags = {"once": said(once, True), "exact": said(exact, False)}
    return _leaves.tags_in_order(**bound(of, names=names, **flags, **opening(prompt, opened)))


def well_formed(
    *names: str, of: Column | None = None, prompt: Column | None = None, opened: Sequence[str] = ()
) -> Score:
    """1 if every block of these tags is closed before another opens and no closing tag is stray, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.text.well_formed("a", "b").score({"completion": ["<a></a><b></b>", "<a><b></b></a>"]}).values
    array([1., 0.])
    """
    _tags.check_names(names)
    return _leaves.well_formed(**bound(of, names=names, **opening(prompt, opened)))


def contains(
    phrases: str | Sequence[str],
    of: Column | None = None,
    how: Literal["any", "all", "share"] = "any",
    *,
    case: bool = False,
) -> Score:
    """Whether phrases occur in a text: 1 or 0 for ``any`` and ``all``, the ``share`` of them in [0, 1]. Linear.

    Presence counts, not frequency; the whole text is read, thinking too. Case is folded unless ``case``. An ``of``
    that gave nothing fails, as 0.

    >>> import guerdon as gd
    >>> gd.text.contains(["wait", "let me check"], how="share").score({"completion": ["Wait. Wait!"]}).values
    array([0.5])
    """
    wanted = (phrases,) if isinstance(phrases, str) else tuple(phrases)
    if not wanted or not all(isinstance(phrase, str) and phrase for phrase in wanted):
        raise ValueError("phrases is one text or several, none of them empty")
    one_of("how", how, ("any", "all", "share"))
    return _leaves.contains(**bound(of, phrases=wanted, how=said(how, "any"), case=said(case, False)))


def equal(a: Column, b: Any, normalize: Normalize = "text") -> Score:
    """1 if a text equals the reference, else 0. Linear.

    Args:
        a: the text; where its parser gave no verdict the leaf fails, as 0.
        b: the reference: a column, or one text or number for all; a list of references means any of them. Where it is
            missing the row is unscored.
        normalize: ``exact``, ``text`` (NFKC, case and white space aside), ``squad`` (SQuAD's answer normalisation,
            arXiv:1606.05250) or ``number`` (exact rational equality; an ``a`` that is no number fails).

    >>> import guerdon as gd
    >>> right = gd.text.equal(gd.text.tag("answer"), gd.col("solution"))
    >>> right.score({"completion": ["<answer>PARIS</answer>", "Paris"], "solution": ["Paris", "Paris"]}).values
    array([1., 0.])
    """
    check_normalize(normalize)
    if not isinstance(a, Expr):
        raise TypeError(f"a is the text to judge, an expression such as gd.text.tag('answer'), not {a!r}")
    extra = {} if normalize == "text" else {"normalize": normalize}
    return _leaves.equal(a=a, b=b, **extra)


def length(
    unit: Literal["characters", "words", "tokens"] = "characters", of: Column | None = None, tokenizer: Any = None
) -> Score:
    """How long a text is, thinking included; 0 where the completion has no text. Linear.

    Args:
        unit: ``characters`` (code points), ``words`` (between white space), or ``tokens``.
        of: the text to measure; the completion if left out.
        tokenizer: for tokens: a model's name, a tokenizer object, or a function from text to tokens.

    Tokens are never estimated. The column ``completion_ids``, where the data has it, says how many the policy wrote: in
    all its turns, the end of sequence counted; tokens that a column ``completion_mask``, ``tool_mask`` or ``env_mask``
    marks 0 (padding, tool results) are not the policy's. Where it is missing, ``tokenizer`` counts the last text, and
    without one it is one error. With ``of``, only ``tokenizer`` counts. Printing the expression names the source.

    >>> import guerdon as gd
    >>> gd.text.length("words").score({"completion": ["two words"]}).values
    array([2.])
    >>> gd.text.length("tokens").score({"completion": ["two words"], "completion_ids": [[12, 7, 2]]}).values
    array([3.])
    >>> gd.text.length("tokens", tokenizer=str.split).score({"completion": ["two words"]}).values
    array([2.])
    """
    one_of("unit", unit, ("characters", "words", "tokens"))
    if unit != "tokens":
        if tokenizer is not None:
            raise ValueError(f'tokenizer= is for length("tokens"), not for {unit}')
        return _leaves.length(**bound(of, unit=said(unit, "characters")))
    return _tokens.tokens_of(of, tokenizer)


def repetition(n: int = 6, unit: Literal["words", "characters"] = "words", of: Column | None = None) -> Score:
    """The share of n-grams that occurred before, in [0, 1]; lower is better. Time and memory: n times the text's.

    Words stand between white space and are compared in lower case. A text shorter than n repeats nothing: 0. No text at
    all fails, as 1.

    >>> import guerdon as gd
    >>> gd.text.repetition(n=2).score({"completion": ["to be or not to be"]}).values
    array([0.2])
    """
    if not isinstance(n, int) or n < 1:
        raise ValueError(f"n is how many units an n-gram has, 1 or more, not {n!r}")
    one_of("unit", unit, ("words", "characters"))
    return _leaves.repetition(**bound(of, n=said(n, 6), unit=said(unit, "words")))
