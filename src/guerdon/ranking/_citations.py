"""Citations checked against the sources they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from ..expr.chat import read
from ..expr.columns import Column
from ..expr.function import Function, function
from ..expr.inputs import NOT_GIVEN, bound, chosen
from ..expr.leaves import as_column, on_axis
from ..expr.node import Expr
from ..expr.normal import plain_text
from ..expr.thinking import visible_text
from ..expr.values import Failed, Unscored
from ..similarity import _named
from ._brackets import Statement, citations_in, statements

Support = Callable[[str, str], float]
_WORD = re.compile(r"[^\W_]+")
_MOST_CHARACTERS = 1_000_000
_MOST_WORDS = 1_000
_SMALL = frozenset(
    """a about after all also although an and any are as at be because been before being between both but by can could
    did do does during each for from had has have he her his how however if in into is it its may more most no nor not
    of on one or other our out over said she should since so some such than that the their them then there these they
    this those through to under up was we were what when where which while who will with would you your""".split()
)


def cited(of: Column | None = None, *, axis: str = "citation") -> Column:
    """The numbers of the sources that a text cites, each once, in order of first mention, on an axis. Linear.

    Citations are ``[1]``, ``[2, 3]``, ``[4-6]`` and ``[^7]``. Thinking is not read.

    >>> import guerdon as gd
    >>> gd.ranking.cited().score({"completion": ["So it is [2]. Again [2], [1,3]."]}).nested()
    [[2.0, 1.0, 3.0]]
    """
    return as_column(on_axis(numbers_cited, axis, "cited")(**bound(of)))


def numbers_cited(completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN) -> list[int]:
    """The leaf behind :func:`cited`."""
    return citations_in(_body(chosen(completion, of)))


def citations(
    sources: Any,
    of: Column | None = None,
    *,
    support: Support | None = None,
    at_least: float = 0.8,
    quoted: int = 3,
) -> Column:
    """The statements of a text, their citations and quotations, checked against the sources.

    Args:
        sources: per rollout the list of sources (texts, or records with a ``text``), of which ``[1]`` is the first.
            Missing: unscored.
        of: the text to judge; the completion, without its thinking, if left out.
        support: how far some text supports a statement, in [0, 1]: a plain function ``(source, statement)``. If left
            out, the share of the statement's words (small words aside) that are in the source; a number that is not in
            it, or a statement without words, is not supported at all.
        at_least: how much is support. Of sentences that people marked in long answers to questions, 0.8 of the words
            lets 94 in 100 of the grounded pass, and 57 of those that the passages do not bear out: a sieve, no judge.
        quoted: how many words between quotation marks make a quotation.

    Returns:
        A record. On an axis ``statement``, one for each different sentence: ``["cited"]`` (it cites a source that
        exists), ``["supported"]`` (the sources it cites, together, support it). On an axis ``citation``, one for each
        different source that a statement cites: ``["exists"]``, and ``["needed"]`` (its statement is supported, and
        this source supports it, or the others without it do not: Gao et al., 2023, arXiv:2305.14627). On an axis
        ``quotation``: ``["found"]`` (it stands, word for word, in a source its statement cites; in any source where
        that cites none). All are 0 or 1.

    A repeated sentence, and a source cited twice in it, count once; at most 512 statements of 64 citations, and one of
    more than 1,000 different words is not supported. Citing every source makes statements supported and citations
    unneeded, so use both: ``["supported"].mean(empty=0)`` is citation recall, ``["needed"].mean(empty=0)`` citation
    precision. Copying a source supports everything: whether the answer answers is another score's business. Words are
    counted, so a "not" is not heard, unless ``support`` hears it.

    >>> import guerdon as gd
    >>> both = gd.ranking.citations(gd.col("sources"))
    >>> rows = {
    ...     "completion": ["Paris has two million people [1][2]. Rome is older [3]."],
    ...     "sources": [["In Paris live two million people.", "Berlin is green."]],
    ... }
    >>> [both[name].score(rows).nested() for name in ("supported", "exists", "needed")]
    [[[1.0, 0.0]], [[1.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]]]
    """
    if not isinstance(sources, Expr) or sources.axes:
        raise TypeError(f"citations: sources is a column that holds a list, such as gd.col('sources'), not {sources!r}")
    if not 0 < at_least <= 1:
        raise ValueError(f"citations: at_least={at_least!r} is a share, above 0 and at most 1")
    made, constants = _named.leaf(checked, _leaf, {"support": support})
    usual = {"at_least": 0.8, "quoted": 3}
    said = {"at_least": at_least, "quoted": quoted}
    constants.update({name: value for name, value in said.items() if value != usual[name]})
    return cast(Column, made(**bound(of, sources=sources, **constants)))


_leaf: Callable[[Callable[..., Any]], Function] = lru_cache(maxsize=64)(
    function(
        returns="column",
        axes={
            "cited": "statement",
            "supported": "statement",
            "exists": "citation",
            "needed": "citation",
            "found": "quotation",
        },
        version="1",
        cost="cheap",
        name="citations",
    )
)


def checked(
    sources: Any,
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    support: Any = None,
    at_least: float = 0.8,
    quoted: int = 3,
) -> dict[str, list[float]]:
    """The leaf behind :func:`citations`."""
    texts = _sources(sources)
    record: dict[str, list[float]] = {name: [] for name in ("cited", "supported", "exists", "needed", "found")}
    try:
        body = _body(chosen(completion, of))
    except Failed:  # nothing said: nothing supported
        return record
    judge = _named.call_of(support)
    weigh = _Words(texts) if judge is None else _Judge(texts, judge)
    plain = [f" {' '.join(_WORD.findall(plain_text(text)))} " for text in texts]
    for statement in statements(body, quoted):
        real = [number - 1 for number in statement.cited if number <= len(texts)]
        supported = bool(real) and weigh.support(statement.text, real) >= at_least - 1e-9
        record["cited"].append(float(bool(real)))
        record["supported"].append(float(supported))
        for number in statement.cited:
            record["exists"].append(float(number <= len(texts)))
            needed = supported and number <= len(texts) and _needed(weigh, statement, number - 1, real, at_least)
            record["needed"].append(float(needed))
        for quote in statement.quotes:
            inside = f" {' '.join(_WORD.findall(quote))} "
            record["found"].append(float(any(inside in plain[i] for i in real or range(len(plain)))))
    return record


def _needed(weigh: _Words | _Judge, statement: Statement, one: int, real: Sequence[int], at_least: float) -> bool:
    bar = at_least - 1e-9
    others = [i for i in real if i != one]
    return weigh.support(statement.text, [one]) >= bar or (not others or weigh.support(statement.text, others) < bar)


class _Words:
    """Support by words: the share of the statement's that the sources hold; its numbers must all be there."""

    def __init__(self, sources: Sequence[str]) -> None:
        self.sources = [frozenset(_WORD.findall(plain_text(text))) for text in sources]

    def support(self, statement: str, which: Sequence[int]) -> float:
        words = _words_of(statement)
        known = {word for word in words if any(word in self.sources[i] for i in which)}
        if not 0 < len(words) <= _MOST_WORDS or any(any(map(str.isdigit, word)) for word in words - known):
            return 0.0
        return len(known) / len(words)


@lru_cache(maxsize=4)
def _words_of(statement: str) -> frozenset[str]:
    """The different words of a statement that are not small."""
    return frozenset(_WORD.findall(plain_text(statement))) - _SMALL


class _Judge:
    """Support by a function of the user's."""

    def __init__(self, sources: Sequence[str], call: Support) -> None:
        self.sources, self.call = sources, call

    def support(self, statement: str, which: Sequence[int]) -> float:
        return float(self.call("\n\n".join(self.sources[i] for i in which), statement))


def _sources(sources: Any) -> list[str]:
    if sources is None:
        raise Unscored("no sources")
    given = [sources] if isinstance(sources, str) else sources
    if not isinstance(given, (list, tuple)):
        raise Unscored("the sources are no list")
    read_as = [one.get("text") if isinstance(one, Mapping) else one for one in given]
    texts = [text for text in read_as if isinstance(text, str)]
    if len(texts) != len(given):
        raise Unscored("a source is no text")
    if sum(map(len, texts)) > 8 * _MOST_CHARACTERS:
        raise Unscored("sources too long")
    return texts


def _body(completion: Any) -> str:
    text = read(completion)
    if text is None:
        raise Failed("no text")
    body = visible_text(text.text, text.opened)
    if len(body) > _MOST_CHARACTERS:
        raise Failed("a text too long")
    return body
