"""Series as written: lists of numbers, lists of stretches, and labels of a closed set."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from ..expr.columns import Column
from ..expr.function import function
from ..expr.inputs import NOT_GIVEN, bound, opening
from ..expr.leaves import shown
from ..expr.literals import as_float, read_number
from ..expr.normal import plain_text

MOST_VALUES = 10_000
MOST_STRETCHES = 512
_LONGEST = 400_000
_BIGGEST = 1e100  # so that sums and squares of what is read stay finite
_EMPTY = frozenset(("[]", "()", "none", "none.", "no anomalies", "no anomaly", "no changes", "no change"))
_GAPS = re.compile(r"[\s,;|\[\]()]+")
# A stretch is 3-7, 3 to 7, 3..7, [3, 7] or (3, 7): each repeat is bounded.
_STRETCH = re.compile(
    r"[\[(]\s{0,9}([0-9]{1,12})\s{0,9}[,;:]\s{0,9}([0-9]{1,12})\s{0,9}[\])]"
    r"|[\[(]?\s{0,9}([0-9]{1,12})\s{0,9}(?:-|–|\.\.|to)\s{0,9}([0-9]{1,12})\s{0,9}[\])]?"
)
_BETWEEN = re.compile(r"[\s,;]+")


def read_values(text: str) -> tuple[float, ...] | None:
    """The numbers that a text is made of; None where it holds anything else, or more than 10,000. Linear.

    >>> read_values("[1, 2.5, -3e2]"), read_values("none"), read_values("about 3")
    ((1.0, 2.5, -300.0), (), None)
    """
    if len(text) > _LONGEST:
        return None
    if text.strip().lower() in _EMPTY:
        return ()
    found: list[float] = []
    for word in _GAPS.split(text):
        if not word:
            continue
        exact = read_number(word)
        value = None if exact is None else as_float(exact)
        if value is None or abs(value) > _BIGGEST or len(found) >= MOST_VALUES:
            return None
        found.append(value)
    return tuple(found) or None


def read_stretches(text: str) -> tuple[tuple[int, int], ...] | None:
    """The stretches that a text is made of, first and last index both in; None where it holds anything else. Linear.

    >>> read_stretches("[3, 7], 10-12 and more"), read_stretches("[[3, 7], [10, 12]]"), read_stretches("none")
    (None, ((3, 7), (10, 12)), ())
    """
    if len(text) > _LONGEST:
        return None
    if text.strip().lower() in _EMPTY:
        return ()
    found: list[tuple[int, int]] = []
    at = 0
    while True:
        match = _STRETCH.match(text, at)
        if match is not None:
            low, high = int(match[1] or match[3]), int(match[2] or match[4])
            if low > high or len(found) >= MOST_STRETCHES:
                return None
            found.append((low, high))
            at = match.end()
            continue
        gap = _BETWEEN.match(text, at)
        if gap is not None:
            at = gap.end()
        elif text[at : at + 1] in ("(", ")", "[", "]"):  # of the list itself
            at += 1
        else:
            return tuple(found) if at == len(text) and found else None


def values(of: Column | None = None, *, prompt: Column | None = None, opened: Sequence[str] = ()) -> Column:
    """A list of numbers, as one tuple per rollout; no verdict where the text holds anything else. Linear.

    White space, commas, semicolons, bars and brackets separate. ``none`` and ``[]`` are the empty list. ``of`` is the
    text to read, such as ``gd.text.tag("answer")``; the completion without its thinking if left out. More than 10,000
    numbers, or one beyond 1e100, are none.

    >>> import guerdon as gd
    >>> gd.series.values().exists().score({"completion": ["[1, 2, 3]", "1 and 2"]}).values
    array([1., 0.])
    """
    return cast(Column, values_leaf(**bound(of, **opening(prompt, opened))))


@function(returns="column", version="1", name="values")
def values_leaf(
    completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN, prompt: Any = None, opened: Sequence[str] = ()
) -> tuple[float, ...] | None:
    """See ``gd.series.values``."""
    return read_values(shown(completion, of, prompt, opened))


def stretches(of: Column | None = None, *, prompt: Column | None = None, opened: Sequence[str] = ()) -> Column:
    """A list of stretches of a series, ``(first, last)``, as one tuple per rollout; else no verdict. Linear.

    Read are ``[3, 7]``, ``3-7`` and ``3 to 7``, both ends in, indices from 0; ``none`` and ``[]`` are the empty list.
    A text that holds anything else, a stretch that runs backwards, or more than 512 are none.

    >>> import guerdon as gd
    >>> gd.series.stretches().exists().score({"completion": ["[3, 7], [9, 9]", "none", "the whole"]}).values
    array([1., 1., 0.])
    """
    return cast(Column, stretches_leaf(**bound(of, **opening(prompt, opened))))


@function(returns="column", version="1", name="stretches")
def stretches_leaf(
    completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN, prompt: Any = None, opened: Sequence[str] = ()
) -> tuple[tuple[int, int], ...] | None:
    """See ``gd.series.stretches``."""
    return read_stretches(shown(completion, of, prompt, opened))


def label(
    labels: Sequence[str], of: Column | None = None, *, prompt: Column | None = None, opened: Sequence[str] = ()
) -> Column:
    """The one label of a closed set that a text is, as the set spells it; no verdict where it is none of them. Linear.

    The whole text must be the label (case, white space and a full stop aside), so that naming several earns nothing.

    >>> import guerdon as gd
    >>> walk = gd.series.label(["walking", "walking upstairs"], gd.text.tag("class"))
    >>> rows = {"completion": ["<class>Walking Upstairs.</class>", "<class>walking or walking upstairs</class>"]}
    >>> (walk == "walking upstairs").score(rows).values
    array([1., 0.])
    """
    if isinstance(labels, str) or not labels or not all(isinstance(one, str) and plain_text(one) for one in labels):
        raise ValueError(f"labels is a list of texts, none of them empty, not {labels!r:.80}")
    return cast(Column, label_leaf(**bound(of, labels=tuple(labels), **opening(prompt, opened))))


@function(returns="column", version="1", name="label")
def label_leaf(
    labels: Sequence[str],
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> str | None:
    """See ``gd.series.label``."""
    text = shown(completion, of, prompt, opened)
    said = plain_text(text[:10_000]).rstrip(".").rstrip()
    return next((one for one in labels if plain_text(one).rstrip(".").rstrip() == said), None)
