"""The answers of MATH-500 with what kind each is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from . import answers as a

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass(frozen=True)
class Gold:
    """A gold answer as the data gives it, as the solution boxes it, and read."""

    text: str
    boxed: str
    kind: str
    tree: a.Tree


def math500(data: Path = DATA) -> list[Gold]:
    """The distinct golds (same text and same kind) in the order of the file, which keeps each field as a column."""
    table = json.loads((data / "math500" / "math500.json").read_text(encoding="utf-8"))
    found: dict[tuple[str, str], Gold] = {}
    for key in table["id"]:
        text, problem = table["expected_answer"][key], table["problem"][key]
        tree = a.read(text, interval="interval notation" in problem or r"\cup" in text)
        boxed = last_boxed(table["solution"][key])
        gold = Gold(text, boxed, kind(tree, boxed), tree)
        found.setdefault((text, gold.kind), gold)
    return list(found.values())


def last_boxed(solution: str) -> str:
    """What stands in the last box of a solution; empty where there is none."""
    start = solution.rfind(r"\boxed{")
    if start < 0:
        return ""
    start, depth = start + len(r"\boxed{"), 1
    for stop in range(start, len(solution)):
        depth += {"{": 1, "}": -1}.get(solution[stop], 0)
        if depth == 0:
            return solution[start:stop]
    return ""


def kind(tree: a.Tree, boxed: str) -> str:
    """The kind of an answer, as the counts are told. The box says what the gold left out: degrees, money, a base."""
    for pattern, name in ((r"circ|degrees", "degrees"), (r"\\\$", "money"), (r"\\mbox|cents", "unit")):
        if re.search(pattern, boxed):
            return name
    if isinstance(tree, a.Digits) or re.fullmatch(r"\d+_\d", boxed):
        return "base"
    names = {
        a.Word: "text",
        a.Choice: "choice",
        a.Interval: "interval",
        a.Union: "interval",
        a.Tuple: "tuple",
        a.Several: "several" if not isinstance(tree, a.Several) or not tree.braces else "set",
        a.PlusMinus: "several",
        a.Matrix: "matrix",
        a.Equation: "equation",
        a.Mixed: "mixed number",
    }
    if type(tree) in names:
        return names[type(tree)]
    if isinstance(tree, a.Number):
        return "integer" if tree.value.denominator == 1 else "decimal"
    if isinstance(tree, a.Negative) and isinstance(tree.of, a.Number):
        return "integer"
    inside = set(parts(tree))
    letters = {part.text for part in inside if isinstance(part, a.Name)}
    if letters - {"pi", "i"} or any(isinstance(part, a.Call) for part in inside):
        return "polynomial"
    if "i" in letters:
        return "complex"
    if any(isinstance(part, a.Root) for part in inside):
        return "radical"
    return "pi" if "pi" in letters else "fraction"


def parts(tree: object) -> list[object]:
    """The tree and everything in it."""
    if isinstance(tree, tuple):
        return [part for item in tree for part in parts(item)]
    if not hasattr(tree, "__dataclass_fields__"):
        return []
    return [tree, *(part for name in tree.__dataclass_fields__ for part in parts(getattr(tree, name)))]
