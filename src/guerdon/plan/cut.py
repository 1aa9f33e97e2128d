"""Cutting a reward in two: what each row can say alone, and what needs the other rows.

A file larger than memory is read once, and everything below the cut is computed chunk by chunk. Only what the upper
half needs of it is kept, as numbers: scores, keys by their digests, spans by their places. Then the upper half runs
over the whole file, on ``given`` nodes that stand where the expression was cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from guerdon.expr.build import column_node, is_column, number_of, score_node
from guerdon.expr.node import Expr, make, topological
from guerdon.expr.ops import STATEFUL
from guerdon.expr.score import Score
from guerdon.expr.tree import line
from guerdon.expr.values import ContractError

__all__ = ["Cut", "Feed", "Kind", "cut"]

Kind = Literal["score", "key", "span", "shape"]
_ANYWHERE = ("lit", "const", "key", "step", "param", "left_out")  # need no rows: computed again in the second pass
_COPIES = ("other", "spread")  # a column of numbers may become a score before it is copied, or after


@dataclass(frozen=True)
class Feed:
    """What the lower half hands to the upper one.

    Attributes:
        number: which ``given`` node takes it up.
        node: the part of the reward it is.
        kind: what is kept of it: the numbers of a ``score``, a ``key`` as its digest, where the pieces of a ``span``
            column stand in their text, or the ``shape`` alone.
    """

    number: int
    node: Expr
    kind: Kind


@dataclass(frozen=True)
class Cut:
    """A reward in two halves.

    Attributes:
        root: the whole reward.
        feeds: where it is cut; empty where every row can be scored alone.
        upper: the upper half, over ``given`` nodes; None where every row can be scored alone.
        shown: the components as parts of the upper half; a component that is missing here lies below the cut.
        whole: why the file must be held in memory after all; empty where it need not.
        batched: the ``per="batch"`` functions, which take the rows of a batch at once.
    """

    root: Score
    feeds: tuple[Feed, ...] = ()
    upper: Score | None = None
    shown: Mapping[str, Expr] = field(default_factory=dict)
    whole: str = ""
    batched: tuple[str, ...] = ()


class _Held(Exception):
    """The cut cannot be made; the words say why."""


def alone(node: Expr) -> bool:
    """Whether the operation itself, given its arguments, looks at one row at a time."""
    if node.op in STATEFUL or node.op == "other":
        return False
    if node.op == "random":
        return bool(node.param("over") == "rollout")
    if node.op == "leaf":
        return bool(node.param("function").per != "group")
    keys = node.many("key")
    if not keys:
        return True
    return not node.param("unit") and any(key.op == "key" and key.param("which") == "rollout" for key in keys)


def cut(root: Score) -> Cut:
    """Cut a reward where its parts begin to need other rows than their own.

    Raises:
        ContractError: a ``per="batch"`` function takes what only the whole file can tell.

    >>> import guerdon as gd
    >>> right, group = (gd.col("answer") == gd.col("gold")).named("right"), gd.col("task")
    >>> made = cut(right - right.mean(over=group))
    >>> [(feed.kind, feed.node.op) for feed in made.feeds]
    [('score', 'named'), ('key', 'col')]
    >>> cut(right * 2).upper is None
    True
    """
    order = topological(root)
    lower: dict[bytes, bool] = {}
    for node in order:
        lower[node.key] = alone(node) and all(lower[child.key] for child in node.children)
    batched = tuple(
        dict.fromkeys(
            node.param("function").name for node in order if node.op == "leaf" and node.param("function").per == "batch"
        )
    )
    for node in order:
        if node.op == "leaf" and node.param("function").per == "batch" and not lower[node.key]:
            raise ContractError(
                f'{node.param("function").name} is per="batch" and takes figures of other rows, which are known only '
                "when the whole file was read: score the file from Python, with reward.score(...)"
            )
    components = root.components
    if lower[root.key]:
        return Cut(root, batched=batched)
    halves = _Halves(lower)
    try:
        for node in order:
            if not lower[node.key]:
                halves.rebuild(node)
    except _Held as why:
        return Cut(root, whole=str(why), batched=batched)
    shown = {name: halves.built[part.key] for name, part in components.items() if part.key in halves.built}
    return Cut(root, tuple(halves.feeds.values()), number_of(halves.built[root.key]), shown, batched=batched)


class _Halves:
    """The upper half, built again from the arguments up."""

    def __init__(self, lower: Mapping[bytes, bool]) -> None:
        self.lower = lower
        self.feeds: dict[tuple[bytes, Kind], Feed] = {}
        self.built: dict[bytes, Expr] = {}

    def rebuild(self, node: Expr) -> None:
        if node.op in _COPIES and is_column(node):
            return  # built by whoever reads it, as numbers
        if node.op == "number" and node.children[0].key not in self.built:
            self.built[node.key] = self.copy(node.children[0])
            return
        if node.op == "random":
            # The number of a group is that of its first row: each row draws its own below the cut.
            key = column_node("key", params={"which": "prompt"})
            args = [("x", self.feed(node, "score")), ("key0", key)]
            settings = {"stat": "first", "leave_one_out": False, "unit": None}
            self.built[node.key] = score_node("stat", args, settings)
            return
        args = [(role, self.argument(node, role, arg)) for role, arg in node.args]
        self.built[node.key] = make(type(node), node.op, args, dict(node.params), node.axes)

    def argument(self, user: Expr, role: str, arg: Expr) -> Expr:
        if not self.lower[arg.key]:
            if arg.key in self.built:
                return self.built[arg.key]
            if role == "over" or user.op == "position":
                return self.opponents(arg)
            raise _Held(f"{line(user, 60)} takes texts of other rows")
        if arg.op in _ANYWHERE:
            return arg
        if not is_column(arg):
            return self.feed(arg, "score")
        if (role.startswith("key") and user.op in ("stat", "standing")) or (user.op == "running" and role == "by"):
            return self.feed(arg, "key")
        if user.op in ("onto", "within") and role in ("coarse", "fine"):
            return self.feed(arg, "span")
        if user.op == "spread" and role == "over":
            return self.feed(arg, "shape")
        name = user.param("function").name if user.op == "leaf" else line(user, 60)
        raise _Held(f"{name} takes texts beside figures of other rows")

    def copy(self, node: Expr) -> Expr:
        """A column that ``other`` or ``spread`` copies, as a score: the numbers are taken first, and copied then."""
        x = node.children[0]
        if x.key in self.built:
            inner: Expr = number_of(self.built[x.key])
        else:
            inner = self.feed(number_of(x), "score") if self.lower[x.key] else self.copy(x)
        args = [("x", inner), *((role, self.argument(node, role, arg)) for role, arg in node.args[1:])]
        return score_node(node.op, args, dict(node.params), node.axes)

    def opponents(self, node: Expr) -> Expr:
        """Somebody's opponents, of whom only the number matters."""
        if node.op != "other":
            raise _Held(f"{line(node, 60)} takes texts of other rows")
        return score_node("other", {"x": score_node("lit", params={"value": 0.0})}, dict(node.params), node.axes)

    def feed(self, node: Expr, kind: Kind) -> Expr:
        found = self.feeds.get((node.key, kind))
        if found is None:
            found = self.feeds[(node.key, kind)] = Feed(len(self.feeds), node, kind)
        params = {"number": found.number, "of": line(node, 60)}
        build = column_node if kind == "span" else score_node
        return build("given", (), params, node.axes)
