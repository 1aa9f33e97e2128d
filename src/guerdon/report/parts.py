"""What an expression is made of, as rows of a picture: which parts, in which order, and what each of them does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guerdon.expr.node import Expr
from guerdon.expr.ops import STATEFUL
from guerdon.expr.wording import LOOSE, Operand, chain, seen_through, wording

__all__ = ["Part", "parts", "written"]

_LONG = re.compile(r"\d+\.\d{6,}")
_DEEPEST = 30

_HIDDEN = ("lit", "key", "left_out")
_DATA = ("col", "const")
_CLOCK = ("step", "param", "random")
_SCANS = ("cumsum", "reverse_cumsum", "suffix_min", "shift", "diff", "position")
_GATES = ("where", "and", "or", "not", "lt", "le", "gt", "ge", "eq", "ne", "coleq", "colne", "isin", "exists")
_PLACES = ("onto", "within", "stack")
_COLOURS = {"function": "s0", "window": "s1", "along": "s2", "gate": "s3", "place": "s4", "memory": "s5"}


@dataclass(frozen=True)
class Part:
    """One row of the picture.

    Attributes:
        node: the part.
        depth: how many parts it lies below the root.
        parent: the row it hangs from, or -1.
        again: whether the part was shown before.
        name: what the author called it, or "".
        kind: ``function``, ``window``, ``along``, ``gate``, ``place``, ``memory``, ``data`` or ``""`` (arithmetic).
        remark: what it does, in a few words.
    """

    node: Expr
    depth: int
    parent: int
    again: bool
    name: str
    kind: str
    remark: str

    @property
    def colour(self) -> str:
        """The class of its kind's colour."""
        return _COLOURS.get(self.kind, "s6")

    def text(self, most: int) -> str:
        """The part written out in at most so many characters; without its name."""
        return written(_inner(self.node), most)


def written(node: Expr, most: int) -> str:
    """An expression in at most so many characters: as deep as there is room, with … for what lies deeper.

    Columns are written by their names, and long fractions shortened. Cost: bounded by ``most``, whatever the size.

    >>> import guerdon as gd
    >>> score = (gd.col("right").mean(over="prompt") - 0.5).clip(low=0) * gd.col("r", axis="step").sum()
    >>> written(score, 60)
    "max(right.mean(over='prompt') - 0.5, 0) * r.sum()"
    >>> written(score, 30), written(score, 20)
    ('max(… - 0.5, 0) * r.sum()', 'max(…, 0) * r.sum()')
    """
    text = "…"
    for depth in range(1, _DEEPEST):
        deeper = _LONG.sub(lambda found: f"{float(found[0]):.4g}", _to_depth(node, depth, LOOSE))
        if deeper == text:
            break
        if depth > 1 and len(deeper) > most:
            # Rather the beginning of more than all of very little, such as "… + …".
            text = deeper if 2 * len(text) < most else text
            break
        text = deeper
    return text if len(text) <= most else text[: most - 1] + "…"


def _to_depth(node: Expr, depth: int, tightness: int) -> str:
    node = seen_through(node)
    if node.op == "col":
        return str(node.param("name"))
    found = wording(node)
    operands = [part for part in found.parts if isinstance(part, Operand)]
    if operands and depth == 0:
        return "…"
    text = "".join(
        _to_depth(part.expr, depth - 1, part.tightness) if isinstance(part, Operand) else part for part in found.parts
    )
    return f"({text})" if found.tightness < tightness else text


def parts(root: Expr, most: int = 60) -> list[Part]:
    """The parts of an expression, each before those it is made of.

    Literals are not given rows, nor is arithmetic on one part alone, for they stand in the text of what uses them. A
    column and a named part have one row, where they are first used; another part used again is shown again without what
    lies below it. Cost: linear in what is shown.

    Args:
        root: the expression.
        most: at most so many rows; the rest is left out.

    >>> import guerdon as gd
    >>> right = gd.col("right")
    >>> for part in parts(right - right.mean(over="prompt")):
    ...     print("  " * part.depth + part.text(40), part.remark, sep=" | ")
    right - right.mean(over='prompt') |
      right | data
      right.mean(over='prompt') | window over prompt
    """
    rows: list[Part] = []
    seen: set[bytes] = set()
    stack = [(seen_through(root), 0, -1)]
    while stack and len(rows) < most:
        node, depth, parent = stack.pop()
        again = node.key in seen
        if again and node.op in ("named", *_DATA, *_CLOCK):
            continue  # its name stands in the text of what uses it
        seen.add(node.key)
        name = str(node.param("name")) if node.op == "named" else ""
        kind, remark = _said(node)
        rows.append(Part(node, depth, parent, again, name, kind, remark))
        if not again:
            place = len(rows) - 1
            stack += [(child, depth + 1, place) for child in reversed(list(_below(node)))]
    return rows


def _inner(node: Expr) -> Expr:
    """What a part does, under its name and its mark as an advantage."""
    while node.op in ("named", "advantage", "number", "spread"):
        node = node.children[0]
    return node


def _below(node: Expr) -> Iterator[Expr]:
    """The parts below a part: its operands without the literals, the terms of a chain side by side."""
    inner = _inner(node)
    if inner.op in _DATA or inner.op in _CLOCK:
        if inner is not node:
            yield inner
        return
    terms = [term.expr for term in chain(inner)]
    if len(terms) == 1:
        terms = [part.expr for part in wording(inner).parts if isinstance(part, Operand)]
    yield from _with_rows(terms)


def _with_rows(terms: list[Expr]) -> Iterator[Expr]:
    """The parts that get rows: no literals, and in place of arithmetic on one part alone, such as ``-x``, that part."""
    met: set[bytes] = set()
    todo = list(reversed(terms))
    while todo:
        term = seen_through(todo.pop())
        if term.op in _HIDDEN or term.key in met:
            continue
        met.add(term.key)
        rest = [part for part in map(seen_through, term.children) if part.op not in _HIDDEN]
        plain = term.op == "not" or (_said(term)[0] == "" and term.op != "named")
        if plain and len(rest) == 1:
            todo.append(rest[0])
        else:
            yield term


def _said(node: Expr) -> tuple[str, str]:
    """A part's kind, and what is said of it."""
    inner = _inner(node)
    where = f"on {'/'.join(axis.name for axis in node.axes)}" if node.axes else ""
    keys = [key.param("which") if key.op == "key" else written(key, 30) for key in inner.many("key")]
    op = inner.op
    if op in ("stat", "standing") and keys and keys != ["rollout"]:
        alone = ", itself left out" if inner.param("leave_one_out") else ""
        return "window", f"window over {' and '.join(keys)}{alone}"
    if op in ("stat", "standing", *_SCANS):
        # A statistic consumes the axis it runs along; a scan or a standing keeps it.
        axes = inner.children[0].axes
        level = inner.param("level")
        along = axes[level if op == "stat" and level is not None and level < len(axes) else -1].name if axes else ""
        return "along", f"along {along}" if along else "along"
    if op == "other":
        return "window", "the others of its group"
    if op in STATEFUL or op in _CLOCK:
        words = {"step": "the training step", "random": "chance", "param": "set by a hook"}
        return "memory", words.get(op, "memory: learns after each batch")
    if op == "leaf":
        function = inner.param("function")
        cost = "" if function.cost == "cheap" else f", dear ({function.cost})"
        return "function", " ".join(["function" + cost, where]).strip()
    if op in _PLACES:
        return "place", f"put {where}" if op != "within" else f"nested {where}"
    if op in _GATES:
        return "gate", " ".join(["gate" if op == "where" else "yes or no", where]).strip()
    if op in _DATA:
        return "data", " ".join(["data", where]).strip()
    return "", where
