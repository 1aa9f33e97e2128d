"""Expressions as text: one readable line, or a tree in which every part is written out and can carry a remark."""

from __future__ import annotations

import math
from collections.abc import Callable

from .bounds import all_bounds
from .node import Expr, topological
from .wording import ATOM, LOOSE, Operand, Wording, chain, number_text, seen_through, wording

MOST_CHARACTERS = 2_000
"""A line longer than this is elided where its parts are longest."""
MOST_LINES, MOST_DEPTH = 400, 30
"""A tree shows no more lines than this, and no part deeper than this."""
_WIDTH = 96
_TERMS, _FIRST, _LAST = 24, 16, 4
_ELIDED = "..."
_COST_RANK = {"cheap": 0, "cpu": 1, "model": 2, "judge": 3}


def line(expr: Expr, most: int = MOST_CHARACTERS) -> str:
    """An expression in one line, as a person would write it; parts with a name stand there by their name.

    Args:
        expr: what to write.
        most: how many characters to use; of a longer text the longest operands become ``...``.

    >>> from guerdon.expr.columns import col
    >>> right = (col("answer") == col("gold")).named("right")
    >>> line(right * (0.8 + 0.2 * (col("words") < 10)))
    "right * (0.8 + 0.2 * (col('words') < 10))"
    """
    head = seen_through(expr)
    if head.op == "lit":
        return repr(head.param("value"))
    if head.op == "named":
        return f"{_Writer().write(head.children[0], most, ATOM)}.named({head.param('name')!r})"
    return _Writer().write(head, most)


def tree(expr: Expr, details: bool = False, annotate: Callable[[Expr], str] | None = None) -> str:
    """An expression as a tree: each line is a part written out, and below it stand the parts it is made of.

    Literals and columns are not given lines of their own. A part used more than once is shown where it is used first,
    and later by its name or number.

    Args:
        expr: what to show.
        details: add the axes, the bounds, what a leaf costs, and when a part is skipped.
        annotate: what to write beside each part, such as its value for one rollout.

    >>> from guerdon.expr.columns import col
    >>> right = (col("answer") == col("gold")).named("right")
    >>> print(tree(right * (0.8 + 0.2 * (col("words") < 10)).named("style")))
    right * style
    ├─ right = col('answer') == col('gold')
    └─ style = 0.8 + 0.2 * (col('words') < 10)
       └─ 0.2 * (col('words') < 10)
          └─ col('words') < 10
    """
    root = seen_through(expr)
    uses = _uses(root)
    writer = _Writer()
    remarks = _Details(root, writer) if details else None
    lines: list[tuple[str, str]] = []
    numbers: dict[bytes, int] = {}
    shown: set[bytes] = set()
    stack: list[tuple[Expr | str, str, str, str]] = [(root, "", "", "")]
    while stack:
        node, head, tail, gate = stack.pop()
        if len(lines) == MOST_LINES:
            lines.append((f"{head}... and more", ""))
            break
        if isinstance(node, str):
            lines.append((head + node, ""))
            continue
        again = node.key in shown
        title = _title(node, writer, max(40, _WIDTH - len(head)), uses, numbers, again)
        beside = [" ".join(annotate(node).split())] if annotate else []
        if remarks is not None and not again:
            beside += remarks.of(node, gate)
        lines.append((head + title, "  ".join(text for text in beside if text)))
        if again:
            continue
        shown.add(node.key)
        below = _below(node)
        if len(tail) >= 3 * MOST_DEPTH and below:
            below = ["..."]
        for i in range(len(below) - 1, -1, -1):
            last = i == len(below) - 1
            child = below[i]
            why = remarks.gate(node, child) if remarks is not None and isinstance(child, Expr) else ""
            stack.append((child, tail + ("└─ " if last else "├─ "), tail + ("   " if last else "│  "), why))
    width = min(max((len(text) for text, beside in lines if beside), default=0), _WIDTH)
    return "\n".join(f"{text:<{width}}  {beside}" if beside else text for text, beside in lines)


class _Writer:
    """Puts wordings together, and remembers them, so that a tree of many lines looks at every node once."""

    def __init__(self) -> None:
        self.words: dict[bytes, Wording] = {}
        self.sizes: dict[bytes, int] = {}

    def write(self, root: Expr, most: int, tightness: int = LOOSE) -> str:
        """The text of an expression in about ``most`` characters, without recursion."""
        self._learn(root)
        out: list[str] = []
        stack: list[str | tuple[Operand, int]] = [(Operand(root, tightness), most)]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                out.append(item)
                continue
            operand, room = item
            if self._size(operand) > room and room < 12 and operand.expr is not root:
                out.append(_ELIDED)
                continue
            found = self.words[operand.expr.key]
            if found.tightness < operand.tightness:
                found = Wording(found.tightness, ("(", *found.parts, ")"))
            rooms = self._share(found, room)
            for part in reversed(found.parts):
                stack.append(part if isinstance(part, str) else (part, rooms.pop()))
        return "".join(out)

    def _learn(self, root: Expr) -> None:
        todo: list[tuple[Expr, bool]] = [(root, False)]
        while todo:
            node, done = todo.pop()
            if done:
                parts = self.words[node.key].parts
                self.sizes[node.key] = sum(len(part) if isinstance(part, str) else self._size(part) for part in parts)
            elif node.key not in self.words:
                self.words[node.key] = wording(node)
                todo.append((node, True))
                todo.extend((part.expr, False) for part in self.words[node.key].parts if isinstance(part, Operand))

    def _size(self, operand: Operand) -> int:
        brackets = 2 if self.words[operand.expr.key].tightness < operand.tightness else 0
        return self.sizes[operand.expr.key] + brackets

    def _share(self, found: Wording, room: int) -> list[int]:
        """How many characters each operand gets: small ones what they need, the others equal parts of the rest."""
        operands = [part for part in found.parts if isinstance(part, Operand)]
        left = max(room - sum(len(part) for part in found.parts if isinstance(part, str)), 0)
        needs = [self._size(operand) for operand in operands]
        rooms = [0] * len(operands)
        for rank, i in enumerate(sorted(range(len(operands)), key=needs.__getitem__)):
            rooms[i] = min(needs[i], left // (len(operands) - rank))
            left -= rooms[i]
        return rooms


def _trivial(expr: Expr) -> bool:
    return expr.op in ("lit", "col", "key", "const", "step", "param", "left_out", "random")


def _below(node: Expr) -> list[Expr | str]:
    """The parts that get a line below a node's: its operands, less the trivial ones; a chain's terms side by side."""
    inner = seen_through(node.children[0]) if node.op == "named" else node
    operands: list[Expr | str] = []
    terms = [term.expr for term in chain(inner)]
    if len(terms) == 1:
        terms = [part.expr for part in wording(inner).parts if isinstance(part, Operand)]
    seen: set[bytes] = set()
    for term in map(seen_through, terms):
        if not _trivial(term) and term.key not in seen:
            seen.add(term.key)
            operands.append(term)
    if len(operands) > _TERMS:
        more = len(operands) - _FIRST - _LAST
        operands[_FIRST:-_LAST] = [f"... {more:,} more ..."]
    return operands


def _uses(root: Expr) -> dict[bytes, int]:
    """How many lines would show each part, were it shown wherever it is used."""
    uses: dict[bytes, int] = {root.key: 1}
    todo = [root]
    while todo:
        for child in _below(todo.pop()):
            if isinstance(child, Expr):
                uses[child.key] = uses.get(child.key, 0) + 1
                if uses[child.key] == 1:
                    todo.append(child)
    return uses


def _title(
    node: Expr, writer: _Writer, most: int, uses: dict[bytes, int], numbers: dict[bytes, int], again: bool
) -> str:
    if node.op == "named":
        name = wording(node).parts[0]
        if again:
            return f"{name} (above)"
        inner = seen_through(node.children[0])
        return f"{name} = {writer.write(inner, most)}"
    if uses.get(node.key, 0) < 2:
        return writer.write(node, most)
    number = numbers.setdefault(node.key, len(numbers) + 1)
    return f"[{number}] (above)" if again else f"[{number}] {writer.write(node, most)}"


class _Details:
    """What ``details=True`` says beside a part."""

    def __init__(self, root: Expr, writer: _Writer) -> None:
        self.writer = writer
        self.bounds = all_bounds(root)
        self.costs: dict[bytes, int] = {}
        for node in topological(root):
            function = node.param("function") if node.op == "leaf" else None
            own = _COST_RANK[function.cost] if function is not None else 0
            self.costs[node.key] = max([own, *(self.costs[child.key] for child in node.children)])

    def of(self, node: Expr, gate: str) -> list[str]:
        remarks = []
        if node.axes:
            remarks.append("on " + "/".join(axis.name for axis in node.axes))
        bounds = self.bounds[node.key]
        if bounds != (-math.inf, math.inf):
            remarks.append(f"[{_bound(bounds[0])}, {_bound(bounds[1])}]")
        inner = seen_through(node.children[0]) if node.op == "named" else node
        if inner.op == "leaf":
            remarks.append(str(inner.param("function").cost))
        if gate:
            remarks.append(gate)
        return remarks

    def gate(self, node: Expr, child: Expr) -> str:
        """When the child is not computed, though its parent is; the cheap side of a product is never gated."""
        inner = seen_through(node.children[0]) if node.op == "named" else node
        if inner.op == "where":
            cond, a, b = map(seen_through, inner.children)
            if child is a and child is not b and child is not cond and cond.op != "isscored":
                return f"skipped where {self._test(cond)} is 0"
            if child is b and child is not a and child is not cond:
                return f"skipped where {self._test(cond)} is not 0"
            return ""
        if inner.op in ("stat", "standing", "running"):
            where = inner.arg("where")
            counted = where is not None and child is seen_through(inner.children[0])
            return f"skipped where {self._test(where)} is 0" if counted and where is not None else ""
        if inner.op not in ("mul", "and", "or"):
            return ""
        terms = [seen_through(term.expr) for term in chain(inner) if term.op == inner.op]
        cheaper = [term for term in terms if self.costs[term.key] < self.costs[child.key] and self._can_be_zero(term)]
        if not cheaper or not any(term is child for term in terms):
            return ""
        other = " or ".join(dict.fromkeys(map(self._test, cheaper[:3])))
        return f"skipped where {other} is {'not 0' if inner.op == 'or' else '0'}"

    def _can_be_zero(self, term: Expr) -> bool:
        low, high = self.bounds[term.key]
        return low <= 0 <= high

    def _test(self, expr: Expr) -> str:
        text = self.writer.write(seen_through(expr), 48)
        return f"({text})" if " " in text and not text.endswith(")") else text


def _bound(value: float) -> str:
    text = number_text(value)
    return text if len(text) <= 8 else f"{value:.4g}"
