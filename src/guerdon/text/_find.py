"""What a completion says: its tags, boxes, parts, numbers and thoughts, each a column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ..expr.columns import Column
from ..expr.inputs import bound, one_of, opening
from ..expr.leaves import as_column, on_axis
from . import _leaves, _numbers, _tags
from ._say import said

Which = Literal["last", "first", "only"]


def tag(
    name: str,
    which: Which = "last",
    of: Column | None = None,
    *,
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Column:
    """What stands in ``<name>…</name>``, as text without white space at its ends; no verdict where there is none.

    Args:
        name: the tag's name, without brackets. Case counts; a tag has no attributes.
        which: the last closed block, the first, or the ``only`` one (which must open once and close once).
        of: the text to read; the completion if left out.
        prompt: whose tail may open tags; where the completion is read, its column ``prompt``, if the data has one.
        opened: tags that the chat template opened.

    A block inside thinking, closed or not, does not count. Linear.

    >>> import guerdon as gd
    >>> right = gd.text.tag("answer") == gd.col("solution")
    >>> right.score(
    ...     {"completion": ["<answer> b </answer>", "<think><answer>b</answer>"], "solution": ["b", "b"]}
    ... ).values
    array([1., 0.])
    """
    _tags.check_names([name])
    one_of("which", which, ("last", "first", "only"))
    return as_column(_leaves.tag(**bound(of, name=name, which=said(which, "last"), **opening(prompt, opened))))


def blocks(
    *names: str, axis: str = "block", of: Column | None = None, prompt: Column | None = None, opened: Sequence[str] = ()
) -> Column:
    """What stands in every closed block of these tags, in order, on an axis. Linear.

    >>> import guerdon as gd
    >>> gd.text.blocks("search").exists().count().score({"completion": ["<search>a</search><search>b</search>"]}).values
    array([2.])
    """
    _tags.check_names(names)
    leaf = on_axis(_leaves.blocks, axis)
    return as_column(leaf(**bound(of, names=names, **opening(prompt, opened))))


def boxed(
    which: Which = "last", of: Column | None = None, *, prompt: Column | None = None, opened: Sequence[str] = ()
) -> Column:
    r"""What stands in ``\boxed{…}``, braces balanced; no verdict where none is closed outside thinking. Linear.

    >>> import guerdon as gd
    >>> (gd.text.boxed() == "x^{2}").score({"completion": [r"so \boxed{x^{2}}"]}).values
    array([1.])
    """
    one_of("which", which, ("last", "first", "only"))
    return as_column(_leaves.boxed(**bound(of, which=said(which, "last"), **opening(prompt, opened))))


def part(
    marker: str,
    side: Literal["after", "before"] = "after",
    of: Column | None = None,
    *,
    which: Literal["last", "first"] | None = None,
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Column:
    """The text after (or before) a marker; no verdict where the marker does not stand outside thinking. Linear.

    The last occurrence counts for what comes after, the first for what comes before, unless ``which`` says otherwise.
    ``part("</think>")`` is what follows the thinking.

    >>> import guerdon as gd
    >>> (gd.text.part("Answer:") == "4").score({"completion": ["2+2=4. Answer: 4", "4"]}).values
    array([1., 0.])
    """
    if not marker:
        raise ValueError("marker is the text to look for, and not empty")
    one_of("side", side, ("after", "before"))
    one_of("which", which, ("last", "first", None))
    extra = {"side": said(side, "after"), "which": which}
    return as_column(_leaves.part(**bound(of, marker=marker, **extra, **opening(prompt, opened))))


def number(
    of: Column | None = None, which: Which = "only", *, prompt: Column | None = None, opened: Sequence[str] = ()
) -> Column:
    """The number that a text gives, as a finite float; no verdict where it gives none. Linear.

    Args:
        of: the text to read; the completion if left out.
        which: ``only``: there must be exactly one, so that listing several earns nothing; or the last, or the first.
        prompt: whose tail may open tags; where the completion is read, its column ``prompt``, if the data has one.
        opened: tags that the chat template opened.

    Signs, decimals, exponents, thousands commas and fractions are read; ``50%`` is 50. Numbers of more than 400 digits
    are none. What stands in thinking does not count.

    >>> import guerdon as gd
    >>> off = abs(gd.text.number(gd.text.tag("answer")) - gd.col("price"))
    >>> off.score({"completion": ["<answer>$1,250.50</answer>"], "price": [1250]}).values
    array([0.5])
    """
    one_of("which", which, ("last", "first", "only"))
    return as_column(_leaves.number(**bound(of, which=said(which, "only"), **opening(prompt, opened))))


def last_number(of: Column | None = None, *, prompt: Column | None = None, opened: Sequence[str] = ()) -> Column:
    """The last number of a text: ``number(of, "last")``.

    >>> import guerdon as gd
    >>> (gd.text.last_number() == 4).score({"completion": ["2 and 2 make 4."]}).values
    array([1.])
    """
    return number(of, "last", prompt=prompt, opened=opened)


def numbers(
    of: Column | None = None,
    label: str | None = None,
    arity: int | None = None,
    axis: str = "number",
    *,
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Column:
    """The numbers of a text, or its lists of so many numbers, on an axis. Linear.

    Args:
        of: the text to read; the completion if left out.
        label: only what stands right after this word and a ``:`` or ``=``.
        arity: only lists in ``[…]`` or ``(…)`` of exactly so many numbers; each is a tuple.
        axis: the axis they lie on.
        prompt: whose tail may open tags; where the completion is read, its column ``prompt``, if the data has one.
        opened: tags that the chat template opened.

    A comma always separates here: ``[1,250]`` holds 1 and 250. What stands in thinking does not count.

    >>> import guerdon as gd
    >>> gd.text.numbers(label="gap").sum().score({"completion": ["gap = 0.5 m, then gap: 0.25"]}).values
    array([0.75])
    """
    _numbers.check_label(label, arity)
    leaf = on_axis(_leaves.numbers, axis)
    return as_column(leaf(**bound(of, label=label, arity=arity, **opening(prompt, opened))))


def reasoning(of: Column | None = None, *, prompt: Column | None = None, opened: Sequence[str] = ()) -> Column:
    """What the model thought: the message's reasoning field, else its think block; no verdict where there is neither.

    >>> import guerdon as gd
    >>> gd.text.length("words", of=gd.text.reasoning()).score({"completion": ["<think>two and two</think>4"]}).values
    array([3.])
    """
    return as_column(_leaves.reasoning(**bound(of, **opening(prompt, opened))))
