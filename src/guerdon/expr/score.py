"""``Score``: an expression that holds numbers, with everything a user can say about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import port
from .arithmetic import Arithmetic, Operand
from .build import CLASSES, is_column, lift, number_of, pointwise, score_node
from .node import Expr, join_axes, topological
from .scans import Scans
from .statistics import Statistics
from .values import LEFT_OUT

if TYPE_CHECKING:
    from guerdon.plan.runner import Runner
    from guerdon.plan.scores import Scores


class Score(Arithmetic, Statistics, Scans):
    """Numbers, one per rollout or ragged on inner axes; immutable, and nothing is computed before ``score``.

    >>> import guerdon as gd
    >>> right = (gd.col("answer") == gd.col("gold")).named("right")
    >>> short = (gd.col("words") < 10).named("short")
    >>> reward = right * (0.8 + 0.2 * short)
    >>> reward.score({"answer": ["4", "5"], "gold": ["4", "4"], "words": [3, 3]}).values
    array([1., 0.])
    """

    __slots__ = ()

    def named(self, name: str) -> Score:
        """The same score under a name: a component in scores, logs and reports."""
        if not name or not isinstance(name, str):
            raise ValueError("named: a component needs a name, such as .named('right')")
        x = number_of(self)
        return score_node("named", {"x": x}, {"name": name}, x.axes)

    def when(self, condition: Operand, otherwise: Operand = 0.0) -> Score:
        """The score where the condition holds, else ``otherwise``; only the branch taken is looked at.

        >>> import guerdon as gd
        >>> gd.col("x").when(gd.col("open")).score({"x": [3, None], "open": [1, 0]}).values
        array([3., 0.])
        """
        return where(condition, self, otherwise)

    def unscored_as(self, value: Operand) -> Score:
        """Replace the unscored on purpose, by a number or an expression.

        >>> import guerdon as gd
        >>> gd.col("x").unscored_as(-1).score({"x": [3, None]}).values
        array([ 3., -1.])
        """
        return where(self.isscored(), self, value)

    def only(self, condition: Operand, reason: str) -> Score:
        """Leave rollouts out on purpose where the condition does not hold: no number, and no gradient.

        Counted apart from what could not be scored, under ``left out: <reason>``.
        """
        return where(condition, self, score_node("left_out", params={"reason": LEFT_OUT + reason}))

    def observe(self, **figures: Operand) -> Score:
        """Log further figures beside the score without weighing them.

        >>> import guerdon as gd
        >>> scores = gd.col("x").observe(double=gd.col("x") * 2).score({"x": [1, 2]})
        >>> scores.observed["double"].values
        array([2., 4.])
        """
        x = number_of(self)
        names = tuple(figures)
        args: list[tuple[str, Expr]] = [("x", x)]
        args += [(f"figure{i}", lift(figures[name])) for i, name in enumerate(names)]
        return score_node("observe", args, {"names": names}, x.axes)

    def as_advantage(self) -> Score:
        """Mark the result as an advantage: the trainer must not normalise it again."""
        x = number_of(self)
        return score_node("advantage", {"x": x}, None, x.axes)

    @property
    def is_advantage(self) -> bool:
        """Whether the root was marked by :meth:`as_advantage` (under names and observations)."""
        node: Expr = self
        while node.op in ("named", "observe"):
            node = node.children[0]
        return node.op == "advantage"

    @property
    def components(self) -> dict[str, Score]:
        """The named parts below (and at) this expression, in order of first use."""
        found: dict[str, Score] = {}
        for node in topological(self):
            if node.op == "named":
                name = node.param("name")
                if name in found and not found[name].equals(node):
                    raise ValueError(f"two different components are named {name!r}: give each its own name")
                found[name] = node  # type: ignore[assignment]  # a named node is a score
        return found

    def bounds(self) -> tuple[float, float]:
        """The range the score can lie in, from the declared bounds of its leaves; runs nothing.

        >>> import guerdon as gd
        >>> (gd.col("x").sigmoid() * 2 - 1).bounds()
        (-1.0, 1.0)
        """
        from .bounds import bounds

        return bounds(self)

    def tree(self) -> str:
        """The expression as a readable tree; runs nothing."""
        from .tree import tree

        return tree(self)

    def explain(self) -> str:
        """The tree with each node's axes, bounds and cost; runs nothing.

        To see why a rollout got its number, ask the scores: ``reward.score(rollouts).explain(3)``.
        """
        from .tree import tree

        return tree(self, details=True)

    def to_dict(self) -> dict[str, Any]:
        """The expression as JSON-able data, from which :func:`guerdon.from_dict` builds it again."""
        from .serialize import to_dict

        return to_dict(self)

    def compile(self, **options: Any) -> Runner:
        """A runner: the plan of this expression with its workers, cache and state. See ``guerdon.plan.Runner``."""
        runner: Runner = port.call("compile", self, **options)
        return runner

    def score(self, rollouts: Any, **options: Any) -> Scores:
        """Score rollouts with a fresh runner; see ``guerdon.plan.Runner.score`` and ``guerdon.Rollouts.of``.

        Args:
            rollouts: a :class:`guerdon.Rollouts`, a dict of columns, a list of dicts, a path of JSONL or Parquet, or a
                Hugging Face dataset.
            **options: of the runner, such as ``savings=False`` or ``cache=...``; and ``all_components=True``.

        Returns:
            The scores: values, statuses, components, reasons, calls made and saved.
        """
        scores: Scores = port.call("score", self, rollouts, **options)
        return scores

    async def ascore(self, rollouts: Any, **options: Any) -> Scores:
        """As :meth:`score`, inside a running event loop."""
        scores: Scores = await port.call("ascore", self, rollouts, **options)
        return scores

    def for_trl(self, **options: Any) -> Any:
        """Reward functions for TRL's ``GRPOTrainer`` and ``RLOOTrainer``; see ``guerdon.train.trl``."""
        return port.call("for_trl", self, **options)


CLASSES["score"] = Score


def where(condition: Operand, a: Operand, b: Operand) -> Score:
    """``a`` where the condition is not 0, else ``b``; only the branch taken is looked at, or computed.

    An unscored condition makes the result unscored. Two columns give a column.

    >>> import guerdon as gd
    >>> gd.where(gd.col("x") > 0, gd.col("x"), 0).score({"x": [-2, 3]}).values
    array([0., 3.])
    """
    if is_column(a) and is_column(b):
        from .build import column_node

        args: list[tuple[str, Expr]] = [("cond", lift(condition)), ("a", a), ("b", b)]  # type: ignore[list-item]
        return column_node("where", args, axes=join_axes(args, "where"))
    return pointwise("where", cond=condition, a=a, b=b)


def minimum(a: Operand, *others: Operand) -> Score:
    """The smallest of several scores, cell by cell (``gd.min``).

    >>> import guerdon as gd
    >>> gd.min(gd.col("x"), 1).score({"x": [0.5, 2]}).values
    array([0.5, 1. ])
    """
    result = lift(a)
    for other in others:
        result = pointwise("min", a=result, b=other)
    return result


def maximum(a: Operand, *others: Operand) -> Score:
    """The largest of several scores, cell by cell (``gd.max``).

    >>> import guerdon as gd
    >>> gd.max(gd.col("x"), 1).score({"x": [0.5, 2]}).values
    array([1., 2.])
    """
    result = lift(a)
    for other in others:
        result = pointwise("max", a=result, b=other)
    return result


def stack(*parts: Operand, axis: str) -> Score:
    """Several scores (or columns) side by side as one score on a new innermost axis.

    >>> import guerdon as gd
    >>> gd.stack(gd.col("a"), gd.col("b"), axis="member").mean().score({"a": [1, 2], "b": [3, 4]}).values
    array([2., 3.])
    """
    from .build import column_node
    from .node import Axis

    if not parts:
        raise ValueError("stack needs at least one score")
    columns = all(is_column(part) for part in parts)
    lifted: list[Any] = [part if columns else lift(part) for part in parts]
    args = [(f"x{i}", part) for i, part in enumerate(lifted)]
    axes = (*join_axes(args, "stack"), Axis(axis, uniform=len(parts)))
    node: Score = (column_node if columns else score_node)("stack", args, {"axis": axis}, axes)
    return node
