"""What steers a reward while a policy learns from it: its gates, multipliers, running figures and schedules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .bounds import bounds
from .columns import Column
from .node import Expr, topological
from .ops import STATEFUL, TRANSPARENT
from .terms import gate_of
from .tree import line

Kind = Literal["gate", "multiplier", "running", "schedule", "parameter"]

MOST = 24
"""Drivers that are followed; a reward with more is followed in its first ones."""

_CLOCK = frozenset({"step", "param"})
_DATA = frozenset({"col", "key", "leaf", "random", "running", "dual", "other", "given"})


@dataclass(frozen=True)
class Driver:
    """A part of a reward worth following over the steps of a run.

    Attributes:
        kind: a ``gate`` decides where the rest counts (its figure is the share of cells where it is open); a
            ``multiplier`` is a ``gd.dual``; ``running`` a figure of ``gd.running``; a ``schedule`` depends on the step
            alone; a ``parameter`` is set by a hook.
        name: its own, where it has one, else the expression in a line.
        node: the part.
    """

    kind: Kind
    name: str
    node: Expr


def drivers(root: Expr) -> list[Driver]:
    """The drivers of a reward, gates first, each once.

    >>> import guerdon as gd
    >>> tidy, right = (gd.col("tags") == 2).named("tidy"), gd.col("right").named("right")
    >>> weight = (gd.step() / 100).clip(0, 1)
    >>> [(driver.kind, driver.name) for driver in drivers(tidy * (right - weight * gd.col("words")))]
    [('gate', 'tidy'), ('schedule', '(step() / 100).clip(0, 1)')]
    """
    found: dict[tuple[str, bytes], Driver] = {}
    for kind, node in (*_gates(root), *_steered(root)):
        bare = _bare(node)
        found.setdefault((kind, bare.key), Driver(kind, _name(node), bare))
    return list(found.values())[:MOST]


def _gates(root: Expr) -> Iterator[tuple[Kind, Expr]]:
    """Conditions and factors on the way from the root to what it adds up."""
    waiting, seen = [root], set()
    while waiting:
        node = _bare(waiting.pop())
        if node.key in seen:
            continue
        seen.add(node.key)
        if node.op == "where":
            yield "gate", node.children[0]
            waiting += reversed(node.children[1:])
        elif node.op == "mul" and all(child.op != "lit" for child in node.children):
            gate, inner = gate_of(*node.children)
            if _is_gate(gate):
                yield "gate", gate
                waiting.append(inner)
            else:
                waiting += reversed(node.children)
        elif node.op in ("add", "sub", "neg", "mul", "div", "min", "max", "clip"):
            waiting += reversed(node.children)


def _is_gate(node: Expr) -> bool:
    """Whether a factor is 0 or in (0, 1] and comes from the data, as gates are and do."""
    low, high = bounds(node)
    return low == 0.0 and 0.0 < high <= 1.0 and any(part.op in _DATA for part in topological(node))


def _steered(root: Expr) -> Iterator[tuple[Kind, Expr]]:
    """Multipliers and running figures, and the largest parts that nothing but the clock and hooks move."""
    order = topological(root)
    moved: dict[bytes, bool] = {}
    for node in order:
        still = node.op not in _DATA and all(
            moved.get(child.key, False) or child.op == "lit" for child in node.children
        )
        moved[node.key] = still and (node.op in _CLOCK or any(moved.get(c.key, False) for c in node.children))
    inside = {child.key for node in order if moved[node.key] for child in node.children}
    for node in order:
        if node.op in STATEFUL:
            yield ("multiplier" if node.op == "dual" else "running"), node
        elif moved[node.key] and node.key not in inside and node.op != "step" and not isinstance(node, Column):
            clock = any(part.op == "step" for part in topological(node))
            yield ("schedule" if clock else "parameter"), node


def _bare(node: Expr) -> Expr:
    while node.op in TRANSPARENT and node.op != "named":
        node = node.children[0]
    return node.children[0] if node.op == "named" else node


def _name(node: Expr) -> str:
    while node.op in TRANSPARENT and node.op != "named":
        node = node.children[0]
    if node.op == "named":
        return str(node.param("name"))
    own = dict(node.params).get("name")
    return str(own) if own else line(node, 60)
