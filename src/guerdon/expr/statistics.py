"""Statistics along an axis or over groups, and the standing of each cell in its group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

from .build import lift, number_of, score_node
from .keys import Over, key_axes, key_nodes
from .node import Axes, Expr, join_axes

if TYPE_CHECKING:
    from .arithmetic import Operand
    from .score import Score

Ties = Literal["average", "min", "max", "first"]


def axis_level(x: Expr, axis: str | None, what: str) -> int:
    """Which of the score's axes a name means; the innermost where no name is given."""
    if not x.axes:
        raise TypeError(f'{what} of a score with one number per rollout needs over= ("prompt", "batch" or a column)')
    if axis is None:
        return len(x.axes) - 1
    for level, candidate in enumerate(x.axes):
        if candidate.name == axis:
            return level
    raise TypeError(f"{what}: no axis {axis!r}; the score lies on {', '.join(a.name for a in x.axes)}")


def _without(axes: Axes, level: int, what: str) -> Axes:
    for inner in axes[level + 1 :]:
        if not inner.uniform:
            raise TypeError(
                f"{what}: axis {axes[level].name!r} cannot be reduced before {inner.name!r}, whose pieces differ from "
                f"one {axes[level].name} to the next: reduce {inner.name!r} first"
            )
    return axes[:level] + axes[level + 1 :]


class Options(TypedDict, total=False):
    """What every statistic can be told besides its axis; see :class:`Statistics`."""

    over: Over | None
    where: Operand | None
    leave_one_out: bool
    empty: Operand | None
    unit: str | None


class Statistics(Expr):
    """Figures of many cells.

    Along an axis (the innermost, or ``axis=``) a statistic takes the pieces of one rollout together; with ``over=`` it
    takes the rollouts of a group, and every rollout of the group receives it. Options of all: ``where=`` says who is
    counted (not who receives), ``leave_one_out=True`` leaves out the receiver's own rollout, ``empty=`` is the
    figure of nobody, ``unit="prompt"`` counts each prompt group once (the score must be constant in it).
    Across rollouts the unscored are left out; along the parts of one rollout an unscored part makes the figure
    unscored.
    """

    __slots__ = ()

    def _statistic(self, stat: str, axis: str | None, options: Options, **params: Any) -> Score:
        over, where, empty = options.get("over"), options.get("where"), options.get("empty")
        leave_one_out, unit = bool(options.get("leave_one_out")), options.get("unit")
        unknown = sorted(set(options) - Options.__optional_keys__)
        if unknown:
            raise TypeError(f"{stat}: no option {unknown[0]!r}; there are over, where, leave_one_out, empty and unit")
        x = number_of(self)
        args: list[tuple[str, Expr]] = [("x", x)]
        if where is not None:
            args.append(("where", lift(where)))
        settings: dict[str, Any] = {"stat": stat, **params}
        if over is None:
            level = axis_level(join_axes_of(args, stat), axis, stat)
            base = join_axes(args, stat)
            if leave_one_out or unit:
                raise TypeError(f"{stat}: leave_one_out= and unit= go with over=")
            axes = _without(base, level, stat)
            settings |= {"level": level, "inner": tuple(a.uniform for a in base[level + 1 :])}
            # Opponents are other rollouts and votes are repeats: there the unscored are left out.
            settings["parts"] = base[level].name not in ("opponent", "vote")
        else:
            if axis is not None:
                raise TypeError(f"{stat}: give axis= or over=, not both")
            keys = key_nodes(over)
            join_axes([*args, *keys], stat)
            _check_comparable(x, over, stat)
            if unit not in (None, "prompt"):
                raise ValueError(f'{stat}: unit={unit!r}; the only unit is "prompt"')
            if unit and leave_one_out:
                raise TypeError(f"{stat}: leave_one_out= and unit= cannot go together")
            if unit and (x.axes or key_axes(keys)):
                raise TypeError(f"{stat}: unit= counts whole groups, so the score must have one number per rollout")
            args += keys
            axes = key_axes(keys)
            settings |= {"leave_one_out": leave_one_out, "unit": unit}
        if empty is not None:
            value = lift(empty)
            if value.axes != axes[: len(value.axes)]:
                raise TypeError(f"{stat}: empty= lies on axes the result does not have")
            args.append(("empty", value))
        return score_node("stat", args, settings, axes)

    def sum(self, axis: str | None = None, **options: Unpack[Options]) -> Score:
        """The sum, in row order; 0 of nobody.

        >>> import guerdon as gd
        >>> gd.col("r", axis="step").sum().score({"r": [[1, 2], []]}).values
        array([3., 0.])
        """
        return self._statistic("sum", axis, options)

    def mean(self, axis: str | None = None, **options: Unpack[Options]) -> Score:
        """The arithmetic mean; unscored (``empty``) of nobody.

        >>> import guerdon as gd
        >>> rows = {"group": ["a", "a", "b"], "r": [1, 3, 5]}
        >>> gd.col("r").mean(over=gd.col("group")).score(rows).values
        array([2., 2., 5.])
        """
        return self._statistic("mean", axis, options)

    def std(self, axis: str | None = None, *, ddof: int = 0, **options: Unpack[Options]) -> Score:
        """The standard deviation with ``n - ddof`` below; exactly 0 of equal numbers, ``domain`` where n <= ddof."""
        return self._statistic("std", axis, options, ddof=int(ddof))

    def min(self, axis: str | None = None, **options: Unpack[Options]) -> Score:
        """The smallest."""
        return self._statistic("min", axis, options)

    def max(self, axis: str | None = None, **options: Unpack[Options]) -> Score:
        """The largest."""
        return self._statistic("max", axis, options)

    def median(self, axis: str | None = None, **options: Unpack[Options]) -> Score:
        """The middle, linear between two: ``quantile(0.5)``."""
        return self._statistic("quantile", axis, options, q=0.5)

    def quantile(self, q: float, axis: str | None = None, **options: Unpack[Options]) -> Score:
        """The q-quantile, linear between neighbours: ``lo + (hi - lo) * fraction`` at place ``q * (n - 1)``."""
        if not 0 <= q <= 1:
            raise ValueError(f"quantile: q={q!r} must lie in [0, 1]")
        return self._statistic("quantile", axis, options, q=float(q))

    def prod(self, axis: str | None = None, **options: Unpack[Options]) -> Score:
        """The product, in row order; unscored (``empty``) of nobody."""
        return self._statistic("prod", axis, options)

    def count(self, axis: str | None = None, **options: Unpack[Options]) -> Score:
        """How many cells have a number; never unscored."""
        return self._statistic("count", axis, options)

    def any(self, axis: str | None = None, **options: Unpack[Options]) -> Score:
        """1 if some number is not 0; 0 of nobody."""
        return self._statistic("any", axis, options)

    def all(self, axis: str | None = None, **options: Unpack[Options]) -> Score:
        """1 if no number is 0; 1 of nobody."""
        return self._statistic("all", axis, options)

    def first(self, axis: str | None = None, **options: Unpack[Options]) -> Score:
        """The first, in row order."""
        return self._statistic("first", axis, options)

    def last(self, axis: str | None = None, **options: Unpack[Options]) -> Score:
        """The last, in row order."""
        return self._statistic("last", axis, options)

    def argmax(self, axis: str | None = None, **options: Unpack[Options]) -> Score:
        """The place (from 0, among all cells of the group or parent, in row order) of the first largest that counts."""
        return self._statistic("argmax", axis, options)

    def softmin(self, temperature: float, axis: str | None = None, **options: Unpack[Options]) -> Score:
        """The sum of ``softmax(-s / temperature) * s``: between the minimum (temperature to 0) and the mean.

        >>> import guerdon as gd
        >>> steps = gd.col("r", axis="step")
        >>> steps.softmin(0.1).score({"r": [[0.8, -0.2, 0.5]]}).values.round(5)
        array([-0.19932])
        """
        if not temperature > 0:
            raise ValueError(f"softmin: temperature={temperature!r} must be above 0")
        return self._statistic("softmin", axis, options, t=float(temperature))

    def _standing(
        self, kind: str, over: Over | None, where: Operand | None, unit: str | None = None, **params: Any
    ) -> Score:
        x = number_of(self)
        args: list[tuple[str, Expr]] = [("x", x)]
        if where is not None:
            args.append(("where", lift(where)))
        if over is None:
            if not x.axes:
                raise TypeError(f'{kind} of one number per rollout needs over= ("prompt", "batch" or a column)')
            over = "rollout"
        keys = key_nodes(over)
        _check_comparable(x, over, kind)
        if unit not in (None, "prompt"):
            raise ValueError(f'{kind}: unit={unit!r}; the only unit is "prompt"')
        args += keys
        axes = join_axes(args, kind)
        if unit and axes:
            raise TypeError(f"{kind}: unit= counts whole groups, so the score must have one number per rollout")
        return score_node("standing", args, {"kind": kind, "unit": unit, **params}, axes)

    def rank(
        self,
        over: Over | None = None,
        *,
        where: Operand | None = None,
        ties: Ties = "average",
        pct: bool = False,
        unit: str | None = None,
    ) -> Score:
        """The place in the group, 1 for the smallest; a cell that ``where`` shuts out gets the place it would have.

        Args:
            over: the group; left out on a ragged score, the pieces of one rollout.
            where: who is counted.
            ties: equal numbers share the ``average``, the ``min`` or the ``max`` of their places, or come in row order
                (``first``).
            pct: divide by the number counted.
            unit: ``"prompt"`` ranks prompt groups, each counted once.

        >>> import guerdon as gd
        >>> gd.col("r").rank(over="batch").score({"r": [3, 1, 3]}).values
        array([2.5, 1. , 2.5])
        """
        if ties not in ("average", "min", "max", "first"):
            raise ValueError(f'rank: ties={ties!r} must be "average", "min", "max" or "first"')
        return self._standing("rank", over, where, unit, ties=ties, pct=bool(pct))

    def zscore(
        self,
        over: Over | None = None,
        *,
        where: Operand | None = None,
        ddof: int = 0,
        eps: float = 0.0,
        unit: str | None = None,
    ) -> Score:
        """``(s - mean) / (std + eps)`` with the group's figures; 0 in a constant group.

        ``where=`` says whose mean and standard deviation; every cell of the group receives its z-score.

        >>> import guerdon as gd
        >>> gd.col("r").zscore(over="batch").score({"r": [1, 2, 3]}).values.round(4)
        array([-1.2247,  0.    ,  1.2247])
        """
        return self._standing("zscore", over, where, unit, ddof=int(ddof), eps=float(eps))

    def softmax(self, over: Over | None = None, *, where: Operand | None = None, unit: str | None = None) -> Score:
        """``exp(s)`` over the sum of the group's; a cell that ``where`` shuts out gets the share it would have."""
        return self._standing("softmax", over, where, unit)


def join_axes_of(args: list[tuple[str, Expr]], what: str) -> Expr:
    """The argument on the deepest axes."""
    axes = join_axes(args, what)
    return next(expr for _, expr in args if len(expr.axes) == len(axes))


def _check_comparable(x: Expr, over: Over, what: str) -> None:
    from .node import topological

    parts = over if isinstance(over, (tuple, list)) else (over,)
    if any(isinstance(part, str) and part in ("prompt", "rollout") for part in parts):
        return
    for node in topological(x):
        function = node.param("function") if node.op == "leaf" else None
        if function is not None and function.comparable == "prompt":
            raise TypeError(
                f'{what}: {function.name} is comparable only inside one prompt, so its statistics need over="prompt"'
            )
