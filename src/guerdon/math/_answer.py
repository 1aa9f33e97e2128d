r"""Where a completion says its answer: in a box, after "the answer is" or ``####``, in its last formula or number."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..expr.chat import Completion, read
from ..expr.literals import find_numbers
from ..expr.thinking import visible
from ._decide import read as read_form
from ._decide import same
from ._forms import Text

PLACES = ("said", "boxed")
ALL_PLACES = ("said", "boxed", "hashes", "formula", "number")

_SAID = re.compile(r"(?:answer is|answer:|answer\*\*:|answer:\*\*)", re.IGNORECASE)
_STEP = re.compile(
    # A box without braces holds one number or letter: \boxed 5.
    r"\\(?:boxed|fbox)\s++(?P<bare>-?[0-9]++(?:[.,/][0-9]++)*+|[A-Za-z])(?=[\s$.,;)\]}]|\Z)"
    r"|\\(?:[A-Za-z]+|.)|[{}]",
    re.DOTALL,
)
_FENCES = (("$$", "$$"), ("\\[", "\\]"), ("\\(", "\\)"), ("$", "$"))
_SENTENCE = re.compile(r"\.(?=\s|$)|\n")
# A formula and what is said of it: "$5$, as required". Where that may change the answer, it is not left out.
_FORMULA_FIRST = re.compile(
    r"(\$[^$\n]+\$|\\\([^\n]+?\\\))\s*,\s*"
    r"(?:as|which|since|because|so|by|hence|thus|using|completing|that)\b([^0-9$\\{}]*)",
    re.IGNORECASE,
)
_CHANGES = re.compile(
    r"\b(?:or|and|not|no|nor|but|maybe|perhaps|possibly|probably|unless|if|else|either|wrong|false|incorrect|instead|"
    r"zero|one|two|three|four|five|six|seven|eight|nine|ten|half|thousand|million|billion|percent)\b|n't",
    re.IGNORECASE,
)


def answer(
    completion: Completion,
    where: tuple[str, ...] = PLACES,
    boxes: str = "one",
    prompt: Completion | None = None,
    opened: Iterable[str] = (),
) -> str | None:
    r"""The answer that a completion gives, or None (no verdict). Linear. See :func:`guerdon.math.answer`.

    >>> answer(r"First \boxed{3}. So the answer is $\frac{1}{2}$. I hope it is correct.")
    '$\\frac{1}{2}$'
    """
    text = read(completion, prompt, opened)
    if text is None:
        return None
    body = "\n".join(text.text[start:stop] for start, stop in visible(text.text, text.opened)).replace(
        "\\\\boxed", "\\boxed"
    )
    for place in where:
        found = _FINDERS[place](body) if place != "boxed" else _boxed(body, boxes)
        if found is not None:
            return found or None
    return None


def boxes_in(body: str) -> list[str]:
    r"""The insides of all outermost closed ``\boxed{…}``, and of ``\boxed 5``, in order. Linear."""
    found: list[str] = []
    stack: list[int | None] = []
    boxed_at = -1
    inside = 0
    for step in _STEP.finditer(body):
        what = step[0]
        if step["bare"] is not None:
            boxed_at = -1
            if inside == 0:
                found.append(step["bare"])
        elif what == "{":
            opens = boxed_at >= 0 and not body[boxed_at : step.start()].strip()
            stack.append(step.end() if opens else None)
            inside += opens
            boxed_at = -1
        elif what == "}":
            boxed_at = -1
            begun = stack.pop() if stack else None
            if begun is not None:
                inside -= 1
                if inside == 0:
                    found.append(body[begun : step.start()].strip())
        else:
            boxed_at = step.end() if what in ("\\boxed", "\\fbox") else -1
    return found


def _boxed(body: str, boxes: str) -> str | None:
    """One answer of all boxes; "" where there are several different ones and one is asked for."""
    found = boxes_in(body)
    if not found:
        return None
    if boxes == "last":
        return found[-1]
    if len(found) > 64:
        return ""
    different: list[str] = []
    for one in found:
        if one and not any(one == other or same(one, other) for other in different):
            different.append(one)
    if boxes == "all":
        return ", ".join(different)
    return different[0] if len(different) == 1 else ""


def _said(body: str) -> str | None:
    ends = [found.end() for found in _SAID.finditer(body)]
    if not ends:
        return None
    rest = body[ends[-1] :].lstrip(" :*\n")
    boxed = boxes_in(rest[:2000])
    if boxed:
        return boxed[0] if len(boxed) == 1 else None
    end = _SENTENCE.search(rest)
    said = (rest if end is None else rest[: end.start()]).replace('\\"', "").strip().strip('"*').strip()
    said = said.rstrip(".,;")
    first = _FORMULA_FIRST.fullmatch(said)
    if first and not _CHANGES.search(first[2]):
        return first[1]
    if len(said.split()) > 2 and isinstance(read_form(said), Exception | Text):
        numbers = find_numbers(said)
        return said[numbers[0].start : numbers[0].stop] if len(numbers) == 1 else None
    return said or None


def _hashes(body: str) -> str | None:
    at = body.rfind("####")
    return body[at + 4 :].strip().partition("\n")[0].strip() or None if at >= 0 else None


def _formula(body: str) -> str | None:
    """The last text between dollar signs or math brackets."""
    best: tuple[int, str] | None = None
    for opening, closing in _FENCES:
        stop = body.rfind(closing)
        if stop <= 0:
            continue
        start = body.rfind(opening, 0, stop)
        if start < 0 or (best is not None and stop <= best[0]):
            continue
        inside = body[start + len(opening) : stop].strip().strip("$")
        if inside.strip():
            best = (stop + len(closing), inside.strip())
    return None if best is None else best[1]


def _number(body: str) -> str | None:
    found = find_numbers(body)
    return body[found[-1].start : found[-1].stop] if found else None


_FINDERS = {"said": _said, "hashes": _hashes, "formula": _formula, "number": _number}
