"""Functions that behave badly in every way a leaf may, by the value they are given; equal inputs, equal results."""

from __future__ import annotations

import math
from typing import Any

import guerdon as gd
from guerdon.expr.spans import Piece, Span


def mood(v: Any) -> float | None:
    """A number for most values; for some a failure, a refusal, an exception, None or infinity."""
    if isinstance(v, (bool, int, float)):
        code = int(abs(v) * 4) % 11 if abs(v) < 1e6 else 3
    else:
        code = sum(map(ord, str(v))) % 11
    if code == 2:
        raise gd.Failed("no answer" if v else "nothing")
    if code == 5:
        raise gd.Unscored("no reference")
    if code == 7:
        raise ValueError(f"cannot take {v!r}")
    return {6: None, 9: math.inf, 10: math.nan, 0: 0.0, 4: 1.0}.get(code, code / 4)


@gd.function(fails_as=0.0)
def cheap(v) -> float:
    return mood(v)


@gd.function(fails_as=-1.0, cost="judge")
def judged(v, w=0.5) -> float:
    return (mood(v) or 0.0) - (0.0 if w is None else mood(w) or 0.0)


@gd.function(fails_as=2.0, higher_is_better=False, cost="cpu", on_error=2.0)
def cost(v) -> float:
    return mood(v)


@gd.function(fails_as=0.0, cost="model", returns="score")
def of_text(t, scale=1.0):
    return scale * len(t) if t else mood(t)


@gd.function(cost="judge")
def parse(t) -> str | None:
    if t == "u":
        raise gd.Failed("two answers")
    if t == "v":
        return None
    found = mood(t)
    return t if found is None else f"{t}{found}"


@gd.function(returns="column", cost="judge")
def record(v):
    found = mood(v)
    return None if found is None else {"score": found, "tag": "u" if found > 1 else None, "list": [found, 1]}


@gd.function(fails_as=0.0, votes=3, cost="judge")
def voted(v) -> float:
    return mood(v)


@gd.function(fails_as=0.0, batch_by=2, cost="model")
def batched(v, w) -> float:
    return [None if a == 1 else math.nan if a == 2 or None in (a, b) else a - b for a, b in zip(v, w, strict=True)]  # type: ignore[return-value]


@gd.function(fails_as=0.0, axis="step", cost="judge", returns="score")
def listed(v, w=0.0):
    if len(v) == 3 and v[0] > 2:
        mood(1.25 if w else 0.5)
    return [None if a == 1.5 else a - v[0] + w for a in v]


@gd.function(axis="step", returns="score")
def ranked(v):
    return [sorted(v).index(a) for a in v]


@gd.function(axis="sub", returns="score", cost="cpu")
def inner(v, w):
    return [a + len(v) * w for a in v]


@gd.function(bounds=(0, 1))
def always() -> float:
    return 0.5


@gd.function(fails_as=-1.0, axis="part", cost="cpu", returns="score")
def parts(v):
    code = int(abs(v) * 4) % 13 if abs(v) < 1e6 else 1
    if code in (3, 5, 7):
        mood(code / 4 - 0.25 if code == 3 else code / 4)
    return None if code == 11 else [code - i if i != 2 else None for i in range(code % 4)]


@gd.function(axes={"own": "step", "gold": "gold", "new": "extra"}, cost="judge")
def matched(s, g) -> dict[str, Any]:
    if len(s) == 2 and s[0] == s[1]:
        raise gd.Unscored("twins")
    if len(g) == 2 and g[0] == 1:
        raise gd.Failed("one")
    return {
        "own": [a in g for a in s],
        "gold": [a in s for a in g],
        "new": [len(s)] * (len(g) % 3),
        "n": len(s) - len(g),
    }


@gd.function(fails_as=0.0, per="group", cost="judge")
def in_group(v) -> float:
    if len(v) == 3:
        mood(abs(v[0]) % 1 + 1)
    return [a - sum(v) / len(v) if a != 1 else None for a in v]  # type: ignore[return-value]


@gd.function(fails_as=0.0, per="batch", cost="model")
def in_batch(v, c) -> float:
    if len(v) == 4:
        mood(abs(v[0]) % 1 + 1)
    return [float(i) + (0 if t is None else len(t)) for i, t in enumerate(c)]  # type: ignore[return-value]


def _cut(text: str, ends: str) -> list[str]:
    if text == "a":
        raise gd.Unscored("too short")
    if text == "b":
        raise RuntimeError("b")
    found, start = [], 0
    for i, character in enumerate(text):
        if character in ends or i == len(text) - 1:
            found.append(Piece(text[start : i + 1].strip(), Span(0, start, i + 1)))
            start = i + 1
    return found


@gd.function(axis="line")
def lines(completion: str) -> list[str]:
    return _cut(completion, "\n")


@gd.function(axis="word", cost="cpu")
def words(completion: str) -> list[str]:
    return _cut(completion, " .")


@gd.function(axis="token")
def tokens(completion: str) -> list[str]:
    """One a character; none for full stops, as for the tokens of a tool's result."""
    return [Piece(c, Span(0, i, i + 1)) for i, c in enumerate(completion) if c != "."]
