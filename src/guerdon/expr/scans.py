"""Scans along an axis, and moving a score from one split of a text to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from .build import lift, number_of, score_node
from .node import Axes, Axis, Expr, topological
from .statistics import axis_level

if TYPE_CHECKING:
    from .arithmetic import Operand
    from .score import Score


class Scans(Expr):
    """Running figures along the innermost axis, within each parent, and maps between splits of one text."""

    __slots__ = ()

    def _scan(self, op: str, edge: tuple[str, Operand] | None = None, **params: Any) -> Score:
        x = number_of(self)
        axis_level(x, None, op)
        args: list[tuple[str, Expr]] = [("x", x)]
        if edge is not None:
            value = lift(edge[1])
            if value.axes != x.axes[: len(value.axes)]:
                raise TypeError(f"{op}: {edge[0]}= lies on axes the score does not have")
            args.append((edge[0], value))
        return score_node(op, args, params, x.axes)

    def cumsum(self) -> Score:
        """The sum of the pieces up to and with each; from an unscored piece on, unscored.

        >>> import guerdon as gd
        >>> gd.col("r", axis="step").cumsum().score({"r": [[1, 2, 3]]}).values
        array([1., 3., 6.])
        """
        return self._scan("cumsum")

    def reverse_cumsum(self, discount: float = 1.0) -> Score:
        """Reward to go: ``s_i + discount * (s_{i+1} + discount * ...)``; up to an unscored piece, unscored.

        >>> import guerdon as gd
        >>> gd.col("r", axis="step").reverse_cumsum(0.5).score({"r": [[0, 0, 1]]}).values
        array([0.25, 0.5 , 1.  ])
        """
        return self._scan("reverse_cumsum", discount=float(lift(discount).param("value")))

    def suffix_min(self) -> Score:
        """The smallest of each piece and all after it; up to an unscored piece, unscored."""
        return self._scan("suffix_min")

    def shift(self, n: int = 1, *, fill: Operand = 0.0) -> Score:
        """The score of the piece ``n`` places before (after, where n is negative); ``fill`` where there is none."""
        return self._scan("shift", ("fill", fill), n=int(n))

    def diff(self, *, first: Operand = 0.0) -> Score:
        """The score less that of the piece before; before the first piece stands ``first``."""
        return self._scan("diff", ("first", first))

    def position(self, *, from_end: bool = False) -> Score:
        """The place of each piece in its parent, from 0; ``from_end`` counts from the last."""
        x: Any = self
        axis_level(x, None, "position")
        return score_node("position", {"x": x}, {"from_end": bool(from_end)}, x.axes)

    def onto(self, split: Expr, at: Literal["last", "first", "all", "share"] = "last") -> Score:
        """Put each piece's score on the finer pieces of the same text that lie inside it; what meets adds up.

        A fine piece lies in the coarse piece that holds its first character, a separator in the piece before. A coarse
        piece holding no fine piece gives its score to the nearest fine piece before it (the first if there is none).

        Args:
            split: any expression on the finer split, such as ``gd.text.tokens()``.
            at: the ``last`` or the ``first`` fine piece gets the score, ``all`` get it, or all get an equal ``share``.
        """
        if at not in ("last", "first", "all", "share"):
            raise ValueError(f'onto: at={at!r} must be "last", "first", "all" or "share"')
        x = number_of(self)
        if len(x.axes) != 1 or len(split.axes) != 1:
            raise TypeError("onto: the score and the split must each lie on one axis, both splits of one text")
        args = [("x", x), ("coarse", _split_of(x, "onto")), ("fine", _split_of(split, "onto"))]
        return score_node("onto", args, {"at": at}, split.axes)

    def within(self, split: Expr) -> Score:
        """Nest the fine pieces of this score under the coarse pieces of ``split`` that they lie in.

        ``t.within(steps).sum()`` is then a score on ``step``.
        """
        x: Any = self
        if len(x.axes) != 1 or len(split.axes) != 1:
            raise TypeError("within: the score and the split must each lie on one axis, both splits of one text")
        args = [("x", x), ("fine", _split_of(x, "within")), ("coarse", _split_of(split, "within"))]
        inner = Axis(x.axes[0].name, (x.axes[0].split or b"") + (split.axes[0].split or b""))
        axes: Axes = (split.axes[0], inner)
        from .build import column_node, is_column

        node: Score = (column_node if is_column(x) else score_node)("within", args, None, axes)
        return node

    def swap(self) -> Score:
        """The same duel in the other order of presentation: both sides of axis ``opponent`` change places.

        ``gd.where(i < gd.other(i), d, -d.swap())`` calls half of an antisymmetric duel.
        """
        from .duels import swap

        return swap(number_of(self))


def _split_of(x: Expr, what: str) -> Expr:
    key = x.axes[0].split
    if key is not None:
        for node in topological(x):
            if node.key == key:
                return node
    raise TypeError(f"{what}: axis {x.axes[0].name!r} is no split of a text; split one with gd.text.steps() or its kin")
