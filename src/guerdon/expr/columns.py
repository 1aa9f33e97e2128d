"""``Column``: an expression that holds texts or objects; where it holds numbers, it is a score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Unpack

from .build import CLASSES, column_node, is_column, number_of, score_node
from .node import Axis, Expr, join_axes
from .score import Score
from .statistics import Options


def _plain(value: Any, what: str) -> Any:
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise TypeError(f"{what}: {value!r} is neither text nor number")


class Column(Score):
    """Texts or objects per rollout (or per piece). Arithmetic and statistics read it as numbers.

    A cell of None means that the parser gave no verdict (or that the data has none).

    >>> import guerdon as gd
    >>> (gd.col("kind") == "cat").score({"kind": ["cat", "dog"]}).values
    array([1., 0.])
    """

    __slots__ = ()

    def __eq__(self, other: object) -> Score:  # type: ignore[override]
        return self._compare("coleq", other)

    def __ne__(self, other: object) -> Score:  # type: ignore[override]
        return self._compare("colne", other)

    __hash__ = Expr.__hash__

    def _compare(self, op: str, other: object) -> Score:
        if isinstance(other, Expr) and not is_column(other):
            from .build import pointwise

            return pointwise("eq" if op == "coleq" else "ne", a=self, b=other)
        if isinstance(other, Expr):
            args: list[tuple[str, Expr]] = [("a", self), ("b", other)]
            return score_node(op, args, axes=join_axes(args, "=="))
        return score_node(op, {"a": self}, {"value": _plain(other, "==")}, self.axes)

    def isin(self, values: Iterable[Any]) -> Score:
        """1 where the cell is one of the values, else 0.

        >>> import guerdon as gd
        >>> gd.col("kind").isin(["cat", "dog"]).score({"kind": ["cat", "cow"]}).values
        array([1., 0.])
        """
        return score_node("isin", {"a": self}, {"values": tuple(_plain(v, "isin") for v in values)}, self.axes)

    def map(self, table: Mapping[Any, Any], otherwise: Any = None) -> Score:
        """Each cell looked up in a table; a score if all the table's values are numbers, else a column.

        Args:
            table: what each value becomes.
            otherwise: what everything else becomes; left out, such a cell is unscored (or has no verdict).

        >>> import guerdon as gd
        >>> gd.col("size").map({"small": 1, "large": 3}, otherwise=0).score({"size": ["large", "?"]}).values
        array([3., 0.])
        """
        pairs = tuple((_plain(k, "map"), _plain(v, "map")) for k, v in table.items())
        numbers = all(isinstance(v, (bool, int, float)) for _, v in pairs)
        params = {"table": pairs, "otherwise": _plain(otherwise, "map")}
        column = column_node("map", {"a": self}, params, self.axes)
        return number_of(column) if numbers else column

    def exists(self) -> Score:
        """1 where there is a value, 0 where the parser gave no verdict.

        >>> import guerdon as gd
        >>> gd.col("x").exists().score({"x": ["a", None]}).values
        array([1., 0.])
        """
        return score_node("exists", {"a": self}, None, self.axes)

    def count(self, axis: str | None = None, **options: Unpack[Options]) -> Score:
        r"""How many cells have a value; never unscored.

        >>> import guerdon as gd
        >>> gd.text.steps().count().score({"completion": ["one\n\ntwo", "one"]}).values
        array([2., 1.])
        """
        there, where = self.exists(), options.get("where")
        options["where"] = there if where is None else there & where
        return there.count(axis, **options)

    def __getitem__(self, name: str | int) -> Column:
        """A field of a record (a key), or an item of a list (an index); no verdict where there is none.

        >>> import guerdon as gd
        >>> gd.col("j")["score"].score({"j": [{"score": 2}, {}]}).reasons
        ['', 'missing']
        """
        if not isinstance(name, (str, int)) or isinstance(name, bool):
            raise TypeError(f"a field is named by a string or a place, not {name!r}")
        args: dict[str, Expr] = {"x": self}
        axes = self.axes
        function = self.param("function") if self.op == "leaf" else None
        if function is not None and name in dict(function.axes):
            axis = dict(function.axes)[str(name)]
            axes = (*axes, Axis(axis, self.key))
            for _, arg in self.args:
                if arg.axes and arg.axes[-1].name == axis:  # one value per piece of this argument: its own split
                    args["like"], axes = arg, arg.axes
                    break
        return column_node("field", args, {"name": name}, axes)


CLASSES["column"] = Column


def col(name: str, axis: str | tuple[str, ...] | None = None, *, optional: bool = False) -> Column:
    """A column of the rollouts, by name.

    Args:
        name: such as ``"completion"``, or any reference column of the data.
        axis: where the column holds a list per rollout, the name of the axis its items lie on; a tuple for lists of
            lists, outer first.
        optional: where the data has no such column, every cell is None, instead of one error.

    >>> import guerdon as gd
    >>> gd.col("reference_scores", axis="reference").mean().score({"reference_scores": [[1, 2], [5]]}).values
    array([1.5, 5. ])
    """
    if not isinstance(name, str) or not name:
        raise TypeError(f"gd.col({name!r}): a column is named by a string")
    names = (axis,) if isinstance(axis, str) else tuple(axis or ())
    params: dict[str, Any] = {"name": name, "axis": names}
    if optional:
        if names:
            raise TypeError(
                f"gd.col({name!r}): a column with an axis cannot be optional, for its shape would not be known"
            )
        params["optional"] = True
    return column_node("col", params=params, axes=tuple(Axis(a) for a in names))


def const(values: Sequence[Any], axis: str) -> Score:
    """One list for every rollout, on an axis.

    >>> import guerdon as gd
    >>> weights = gd.const([0.5, 0.25], axis="criterion")
    >>> (gd.col("marks", axis="criterion") * weights).sum().score({"marks": [[1, 1], [0, 1]]}).values
    array([0.75, 0.25])
    """
    items = tuple(_plain(v, "const") for v in values)
    column = column_node("const", params={"values": items, "axis": axis}, axes=(Axis(axis, uniform=len(items)),))
    return number_of(column) if all(isinstance(v, (bool, int, float)) for v in items) else column


def lift_column(x: object) -> Expr:
    """An expression as it is; anything else is refused."""
    if isinstance(x, Expr):
        return x
    raise TypeError(f"{x!r} is not an expression")
