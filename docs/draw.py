"""Draw the pictures of guide.md from the expressions that stand in it: ``python docs/draw.py``.

The guide's code runs section by section, each in a namespace of its own; a picture is of what it finds there.
"""

from __future__ import annotations

import doctest
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from guerdon.recipes import laser, par
from guerdon.report.curves import curves
from guerdon.report.diagram import diagram

GUIDE = Path(__file__).with_name("guide.md")
PICTURES = Path(__file__).with_name("pictures")
_BLOCK = re.compile(r"^```(python|pycon)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_PICTURE = re.compile(r"!\[[^\]]+\]\(pictures/([\w-]+)\.svg\)")

Names = dict[str, Any]


def sections() -> dict[str, str]:
    """The guide's sections by heading."""
    _, *found = re.split(r"^## (.+)$", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(found[::2], found[1::2], strict=True))


def played(section: str, names: Names | None = None) -> Names:
    """The names that a section's code leaves behind; every answer that it shows is checked.

    Raises:
        AssertionError: an answer differs, with what was expected and what came.
    """
    names = {} if names is None else names
    for kind, code in _BLOCK.findall(section):
        if kind == "python":
            exec(compile(code, GUIDE.name, "exec"), names)
            continue
        said: list[str] = []
        test = doctest.DocTestParser().get_doctest(code, names, GUIDE.name, GUIDE.name, 0)
        runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
        if runner.run(test, out=said.append, clear_globs=False).failed:
            raise AssertionError("".join(said))
        names.update(test.globs)
    return names


def drawn() -> dict[str, str]:
    """Every picture that the guide shows, by name, as it is drawn now."""
    found = {}
    for section in sections().values():
        wanted = _PICTURE.findall(section)
        if wanted:
            names = played(section)
            found.update({name: DRAW[name](names) for name in wanted})
    return found


def _span(low: float, high: float, points: int = 121) -> list[float]:
    return [low + (high - low) * i / (points - 1) for i in range(points)]


def _values(expr: Any, column: str, points: list[float], **others: Any) -> list[float | None]:
    """An expression's number at every value of a column, the others being the same everywhere."""
    rows = {column: points} | {name: [value] * len(points) for name, value in others.items()}
    found: list[float | None] = expr.score(rows).numbers
    return found


def _par_curve(names: Names) -> str:
    points = _span(-6, 10)
    lines = {
        f"k = {k}": _values(
            par(names["score"], names["reference"], k), "score", points, reference_scores=[0.0, 1.0, 3.0]
        )
        for k in (1, 2, 3)
    }
    return curves(points, lines, "score", "PAR, references at 0, 1 and 3")


def _laser_curve(names: Names) -> str:
    points = _span(0, 2000, 201)
    lines = {
        f"{words}, limit {limit}": _values(laser(names["right"], names["tokens"], limit), "tokens", points, right=right)
        for words, right, limit in (("right, hard prompt", 1, 1600), ("right, easy prompt", 1, 800), ("wrong", 0, 800))
    }
    return curves(points, lines, "tokens", "LASER: what a length is worth")


def _multiplier_curve(names: Names) -> str:
    history = names["history"]
    lines = {name: [one[name] for one in history] for name in ("mean of helpful", "multiplier")}
    return curves(list(range(1, len(history) + 1)), lines, "batch", "The multiplier over batches, target 0.6")


DRAW: dict[str, Callable[[Names], str]] = {
    "par": lambda names: diagram(names["scores"], "PAR"),
    "par-curve": _par_curve,
    "laser": lambda names: diagram(names["scores"], "LASER-D"),
    "laser-curve": _laser_curve,
    "group": lambda names: diagram(names["shown"]),
    "gdpo": lambda names: diagram(names["scores"], "GDPO"),
    "trust": lambda names: diagram(names["scores"], "Trust-GRPO, at step 0"),
    "constrained": lambda names: diagram(names["scores"], "A constraint, at the first batch"),
    "multiplier": _multiplier_curve,
    "router": lambda names: diagram(names["scores"], "Router-R1"),
    "verpo": lambda names: diagram(names["scores"], "VeRPO"),
    "pure": lambda names: diagram(names["scores"], "PURE"),
    "gigpo": lambda names: diagram(names["scores"], "GiGPO"),
    "spans": lambda names: diagram(names["scores"], "Fine-Grained RLHF"),
}
"""How each picture is drawn from the names of its section."""


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    pictures = drawn()
    for path in PICTURES.glob("*.svg"):
        if path.stem not in pictures:
            path.unlink()
    for name, svg in pictures.items():
        (PICTURES / f"{name}.svg").write_text(svg + "\n", encoding="utf-8")
        print(f"docs/pictures/{name}.svg")
