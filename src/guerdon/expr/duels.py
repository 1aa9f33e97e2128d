"""Duels: functions of two sides on axis ``opponent``, the other rollouts of the group."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from .build import column_node, is_column, number_of, score_node
from .node import Axes, Axis, Expr, make, topological

if TYPE_CHECKING:
    from .score import Score

_PLACELESS = ("lit", "const", "step", "param")
_ORDERED = ("position", "cumsum", "reverse_cumsum", "suffix_min", "shift", "diff")


def other(x: Score, opponents: int | None = None, seed: int = 0) -> Score:
    """The opponent's value, on axis ``opponent``: each of the other rollouts of the prompt group, never oneself.

    A duel is any function of one's own side and the other's; a tie is 0.5 by convention.

    Args:
        x: a score or column with one value per rollout.
        opponents: how many of the others to meet, drawn by seed; left out, all, in row order.
        seed: of the draw; the draw also depends on the step.

    >>> import guerdon as gd
    >>> length = gd.col("n")
    >>> wins = (length < gd.other(length)).mean()
    >>> wins.score({"prompt": ["p", "p", "p"], "n": [1, 2, 3]}).values
    array([1. , 0.5, 0. ])
    """
    if x.axes:
        raise TypeError("gd.other takes one value per rollout: reduce the score along its axes first")
    if opponents is not None and opponents < 1:
        raise ValueError(f"gd.other: opponents={opponents!r} must be at least 1")
    if is_column(x):
        return column_node("other", {"x": x}, {"opponents": opponents, "seed": seed}, (_axis(opponents, seed),))
    return score_node("other", {"x": number_of(x)}, {"opponents": opponents, "seed": seed}, (_axis(opponents, seed),))


def _axis(opponents: int | None, seed: int) -> Axis:
    return Axis("opponent", b"opponents:%d:%d" % (opponents or 0, seed if opponents else 0))


def swap(x: Score) -> Score:
    """Exchange both sides below ``x``: what was one's own becomes the opponent's, and the other way round."""
    if not x.axes or x.axes[0].name != "opponent":
        raise TypeError("swap belongs to a duel: a score on axis opponent, made with gd.other(...)")
    pairs = _pairs(x)
    drawn = next(node for node in pairs if node.op == "other")
    swapped: dict[bytes, Expr] = {}
    for node in pairs:
        _check_sides(node)
        if node.op == "other":
            own = {"x": node.children[0], "over": drawn}
            swapped[node.key] = make(type(node), "spread", own, axes=node.axes)
        elif node.op == "spread":
            swapped[node.key] = _side(node.children[0], swapped, drawn)
        else:
            args = [(role, _side(arg, swapped, drawn)) for role, arg in node.args]
            swapped[node.key] = make(type(node), node.op, args, dict(node.params), partial(_axes_of, node, swapped))
    found: Any = swapped[x.key]
    return found  # type: ignore[no-any-return]  # of the class of x


def _pairs(x: Expr) -> list[Expr]:
    """The nodes below a duel that have a value per pair, arguments first; what is inside a side is left alone."""
    order = topological(x)
    reached = {x.key}
    for node in reversed(order):
        if node.key in reached and node.axes and node.axes[0].name == "opponent":
            reached.update(child.key for child in node.children)
    return [node for node in order if node.key in reached and node.axes and node.axes[0].name == "opponent"]


def _check_sides(node: Expr) -> None:
    """Refuse what compares one's duels with each other: seen from the other side, these are other duels."""
    if node.op in _ORDERED and len(node.axes) == 1:
        raise TypeError(f"swap: {node.op} depends on the order of the opponents, which has no other side")
    function = node.param("function") if node.op == "leaf" else None
    together = len(node.axes) == 1 and function is not None and function.axis == "opponent"
    if together or any(key.op != "key" or key.param("which") == "rollout" for key in node.many("key")):
        what = function.shown if function is not None else node.param("kind") or node.param("stat")
        raise TypeError(f"swap: {what} sets one's opponents against each other, which has no other side: swap first")


def _axes_of(node: Expr, swapped: dict[bytes, Expr], key: bytes) -> Axes:
    """The node's axes, where those that were made below the swap are now made by the swapped nodes."""
    keys = {old: new.key for old, new in swapped.items()} | {node.key: key}
    return tuple(Axis(a.name, keys.get(a.split, a.split) if a.split else None, uniform=a.uniform) for a in node.axes)


def _side(arg: Expr, swapped: dict[bytes, Expr], drawn: Expr) -> Expr:
    if arg.key in swapped:
        return swapped[arg.key]
    if arg.op in _PLACELESS or arg.axes:
        return arg
    return other(arg, drawn.param("opponents"), drawn.param("seed"))  # type: ignore[arg-type]
