"""Sums, products and multiples of matrices, entry by entry; the entries stay expressions."""

from __future__ import annotations

from fractions import Fraction

from ._limits import MAX_ITEMS, TooBig
from ._trees import Tree

Rows = list[list[Tree]]


def evaluated(tree: Tree) -> Rows | None:
    """The entries of an expression whose value is a matrix, or None where it is none. Bounded products."""
    kind = tree[0]
    if kind == "matrix":
        rows: Rows = tree[1]
        return rows
    if kind == "pow" and tree[2] == ("sym", "T"):
        inner = evaluated(tree[1])
        return None if inner is None else [list(column) for column in zip(*inner, strict=True)]
    if kind == "neg":
        return _scaled(("num", Fraction(-1)), evaluated(tree[1]))
    if kind == "unit":
        return evaluated(tree[1])
    if kind == "div":
        return _scaled(("div", ("num", Fraction(1)), tree[2]), evaluated(tree[1]))
    if kind == "mul":
        total: Rows | None = None
        factors: list[Tree] = []
        for part in tree[1]:
            found = evaluated(part)
            if found is None:
                factors.append(part)
            else:
                total = found if total is None else _product(total, found)
                if total is None:
                    return None
        for factor in factors:
            total = _scaled(factor, total)
        return total
    if kind == "add":
        parts = [evaluated(part) for part in tree[1]]
        known = [part for part in parts if part is not None]
        shapes = {(len(part), len(part[0])) for part in known}
        if len(known) != len(parts) or len(shapes) != 1:
            return None
        return [
            [("add", [part[i][j] for part in known]) for j in range(len(known[0][0]))] for i in range(len(known[0]))
        ]
    return None


def _scaled(factor: Tree, rows: Rows | None) -> Rows | None:
    return None if rows is None else [[("mul", [factor, entry]) for entry in row] for row in rows]


def _product(a: Rows, b: Rows) -> Rows | None:
    if len(a[0]) != len(b):
        return None
    if len(a) * len(b[0]) * len(b) > MAX_ITEMS or _size(a) + _size(b) > 20 * MAX_ITEMS:
        raise TooBig("a product of matrices too large")
    return [
        [("add", [("mul", [a[i][k], b[k][j]]) for k in range(len(b))]) for j in range(len(b[0]))] for i in range(len(a))
    ]


def _size(rows: Rows) -> int:
    """How many nodes the entries have, counted up to a bound: products of products grow fast."""
    count = 0
    stack: list[object] = [rows]
    while stack and count <= 100 * MAX_ITEMS:
        node = stack.pop()
        count += 1
        if isinstance(node, (tuple, list)):
            stack.extend(node)
    return count
