"""Ranked lists of answers, read out of text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

from ..expr.chat import Completion, read
from ..expr.columns import Column
from ..expr.inputs import NOT_GIVEN, bound, chosen, one_of, opening
from ..expr.leaves import as_column, on_axis
from ..expr.thinking import visible_text
from ..expr.values import Failed
from ..structure._json import last_fenced, loads

Format = Literal["any", "json", "numbered", "bulleted", "comma", "lines"]

MOST = 512
"""How many items a list may have; of a longer one the first count."""
_LONGEST = 1_000_000
_NUMBER = re.compile(r"\(?([0-9]{1,4})[.):]\s+")
_BULLETS = ("- ", "* ", "+ ", "\u2022 ")


def answers(
    of: Column | None = None,
    format: Format = "any",
    *,
    axis: str = "answer",
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Column:
    r"""The items of a ranked list, best first, on an axis of their own. Linear.

    Args:
        of: the text that holds the list, such as ``gd.text.tag("answer")``; the completion, without its thinking, if
            left out.
        format: ``json`` (a list; its items may be anything), ``numbered`` (lines ``1. x``, in the order they are
            written, whatever their numbers say), ``bulleted``, ``lines``, ``comma`` (one line), or ``any``: the first
            of these, in this order, that is there; ``lines`` where a text has several. A text that is none of these is
            one item.
        axis: the name of the axis.
        prompt: whose tail may open tags, as for ``gd.text.tag``.
        opened: tags that the chat template opened.

    Items are without white space at their ends; empty ones are left out. A line of numbered or bulleted lists that has
    no mark belongs to none. Repeated items stay: what reads the list leaves them out. Of more than 512 items the first
    count. Where there is no text, there are no items.

    >>> import guerdon as gd
    >>> said = gd.ranking.answers(gd.text.tag("answer"))
    >>> rows = {
    ...     "completion": ["<answer>1. B12\n2. iron</answer>", "<answer>B12, iron</answer>", "none"],
    ...     "gold": ["iron"] * 3,
    ... }
    >>> gd.ranking.mrr(said, gd.col("gold")).score(rows).values
    array([0.5, 0.5, 0. ])
    """
    one_of("format", format, get_args(Format))
    said = bound(of, format=None if format == "any" else format, **opening(prompt, opened))
    return as_column(on_axis(listed, axis, "answers")(**said))


def listed(
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    format: Format = "any",
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> list[Any]:
    """The leaf behind :func:`answers`; a value that is a list already stays one."""
    if isinstance(of, list) and not any(isinstance(item, dict) and "role" in item for item in of):
        return of[:MOST]
    return items(chosen(completion, of), format, prompt, opened)


def items(
    completion: Completion, format: Format = "any", prompt: Completion | None = None, opened: Sequence[str] = ()
) -> list[Any]:
    r"""The items of a list in a text.

    >>> items("Ranked:\n1) B12\n2) iron"), items('["a", 2]'), items("a, b ,, c"), items("one answer")
    (['B12', 'iron'], ['a', 2], ['a', 'b', 'c'], ['one answer'])
    """
    text = read(completion, prompt, opened)
    if text is None:
        raise Failed("no text")
    body = visible_text(text.text, text.opened).strip()
    if len(body) > _LONGEST:
        raise Failed("a text too long")
    for one in _FORMATS if format == "any" else (format,):
        found = _FORMATS[one](body)
        if found is not None:
            return found[:MOST]
    return [body] if body and format == "any" else []


def _json(body: str) -> list[Any] | None:
    inside = last_fenced(body)
    body = body if inside is None else inside.strip()
    if not body.startswith("["):
        return None
    try:
        value = loads(body)
    except Failed:
        return None
    return [item for item in value if item is not None and item != ""]


def _numbered(body: str) -> list[Any] | None:
    found = []
    for line in body.splitlines():
        mark = _NUMBER.match(line.strip())
        if mark is not None:
            found.append(line.strip()[mark.end() :].strip())
    return [item for item in found if item] or None


def _bulleted(body: str) -> list[Any] | None:
    lines = (line.strip() for line in body.splitlines())
    return [line[2:].strip() for line in lines if line.startswith(_BULLETS) and line[2:].strip()] or None


def _lines(body: str) -> list[Any] | None:
    found = [line.strip() for line in body.splitlines() if line.strip()]
    return found if len(found) > 1 else None


def _comma(body: str) -> list[Any] | None:
    found = [item.strip() for item in body.strip("[]").split(",") if item.strip()]
    return found if len(found) > 1 else None


_FORMATS: dict[str, Callable[[str], list[Any] | None]] = {
    "json": _json,
    "numbered": _numbered,
    "bulleted": _bulleted,
    "lines": _lines,
    "comma": _comma,
}
