"""Group keys: ``over="prompt"``, ``"batch"``, ``"rollout"``, a column, or several."""

from __future__ import annotations

from typing import TypeAlias

from .build import column_node
from .node import Axes, Expr, join_axes

Over: TypeAlias = "str | Expr | tuple[str | Expr, ...]"
NAMED = ("prompt", "batch", "rollout")


def key_nodes(over: Over) -> list[tuple[str, Expr]]:
    """The key expressions of an ``over=``, by role ``key0``, ``key1``, ..."""
    parts = over if isinstance(over, (tuple, list)) else (over,)
    nodes: list[tuple[str, Expr]] = []
    for part in parts:
        if isinstance(part, str):
            if part not in NAMED:
                raise ValueError(f'over={part!r} is no key: use "prompt", "batch", "rollout", or gd.col({part!r})')
            nodes.append((f"key{len(nodes)}", column_node("key", params={"which": part})))
        elif isinstance(part, Expr):
            nodes.append((f"key{len(nodes)}", part))
        else:
            raise TypeError(f'over={part!r} is no key: use "prompt", "batch", "rollout", a column, or a tuple of these')
    if not nodes:
        raise ValueError('over=() names no key: use "batch" for everybody')
    return nodes


def key_axes(keys: list[tuple[str, Expr]]) -> Axes:
    """The axes of the groups: those of the deepest key."""
    return join_axes(keys, "over=")
