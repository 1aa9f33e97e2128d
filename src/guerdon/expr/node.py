"""The expression node: immutable, interned, with a structural key and the axes it lies on.

A node is an operation's name, its arguments by role, and its parameters. What the operations are and which roles and
parameters they take is listed in ``ops.py``; what they compute is in the kernel; what users call is in ``score.py``.
"""

from __future__ import annotations

import hashlib
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

from .canonical import canonical

_POOL: weakref.WeakValueDictionary[tuple[type, bytes], Expr] = weakref.WeakValueDictionary()
_LOCK = threading.Lock()


class Axis:
    """One ragged axis: its name, and the key of the split (a node) that made it.

    Two axes are one if name and split agree. An axis of plain data (``gd.col(..., axis=)``, ``gd.const``, ``stack``,
    ``votes``) has no split: such axes of one name are one as long as their lengths agree, row by row, in the data.
    ``uniform`` is the number of pieces where every parent has equally many, else 0.
    """

    __slots__ = ("name", "split", "uniform")

    def __init__(self, name: str, split: bytes | None = None, *, uniform: int = 0) -> None:
        self.name = name
        self.split = split
        self.uniform = uniform

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Axis) and self.name == other.name and self.split == other.split

    def __hash__(self) -> int:
        return hash((self.name, self.split))

    def __repr__(self) -> str:
        return self.name


Axes = tuple[Axis, ...]


def join_axes(parts: Sequence[tuple[str, Expr]], what: str) -> Axes:
    """The axes on which all parts meet: the deepest of them, of which the others are outer parts."""
    deepest: Axes = ()
    for _, part in parts:
        if len(part.axes) > len(deepest):
            deepest = part.axes
    for _, part in parts:
        if part.axes != deepest[: len(part.axes)]:
            names = " and ".join(sorted({"/".join(a.name for a in p.axes) or "rollout" for _, p in parts}))
            raise TypeError(
                f"{what} mixes scores on different splits ({names}): bring them onto one axis first, "
                "with s.onto(split, at=...), t.within(split) or a statistic along the axis"
            )
    uniform = list(deepest)
    for _, part in parts:
        for i, axis in enumerate(part.axes):
            if axis.uniform and not uniform[i].uniform:
                uniform[i] = axis
    return tuple(uniform)


class Expr:
    """Base of every expression; build them with ``gd.col``, rooms and operators, never directly."""

    __slots__ = ("__weakref__", "args", "axes", "key", "op", "params")

    op: str
    args: tuple[tuple[str, Expr], ...]
    params: tuple[tuple[str, Any], ...]
    axes: Axes
    key: bytes

    def arg(self, role: str) -> Expr | None:
        """The argument in a role, or None."""
        for name, expr in self.args:
            if name == role:
                return expr
        return None

    def many(self, role: str) -> list[Expr]:
        """All arguments whose role is ``role`` with a number behind it, in order."""
        return [expr for name, expr in self.args if name.startswith(role) and name[len(role) :].isdigit()]

    def param(self, name: str, default: Any = None) -> Any:
        """A parameter's value."""
        for key, value in self.params:
            if key == name:
                return value
        return default

    @property
    def children(self) -> tuple[Expr, ...]:
        """The argument expressions, in order."""
        return tuple(expr for _, expr in self.args)

    def equals(self, other: object) -> bool:
        """Whether both have the same structure (``==`` builds a comparison instead).

        >>> import guerdon as gd
        >>> (gd.col("a") + 1).equals(gd.col("a") + 1)
        True
        """
        return isinstance(other, Expr) and type(self) is type(other) and self.key == other.key

    def __hash__(self) -> int:
        return int.from_bytes(self.key[:8], "big", signed=True)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("an expression never changes: build a new one")

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "an expression has no truth value before it is scored: write & for and, | for or, ~ for not, "
            "gd.where(cond, a, b) for if, and (a < b) & (b < c) for a < b < c"
        )

    def __iter__(self) -> NoReturn:
        raise TypeError("an expression cannot be looped over: use a statistic along its axis, or score it first")

    def __contains__(self, item: object) -> NoReturn:
        raise TypeError("`in` cannot be asked of an expression: use column.isin([...])")

    def __float__(self) -> NoReturn:
        raise TypeError("an expression is not a number yet: score it with reward.score(rollouts)")

    __int__ = __float__
    __index__ = __float__

    def __copy__(self) -> Expr:
        return self

    def __deepcopy__(self, memo: object) -> Expr:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        from .serialize import to_dict, unpickle

        return unpickle, (to_dict(self),)

    def __repr__(self) -> str:
        from .tree import line

        return line(self)


E = TypeVar("E", bound=Expr)


def make(
    cls: type[E],
    op: str,
    args: Mapping[str, Expr] | Sequence[tuple[str, Expr]] = (),
    params: Mapping[str, Any] | None = None,
    axes: Axes | Callable[[bytes], Axes] = (),
) -> E:
    """The one node of this structure: built once, found ever after.

    The axes follow from the rest and are no part of the key; a node that makes an axis gets its own key to name it by.
    """
    pairs = tuple(args.items() if isinstance(args, Mapping) else args)
    settings = tuple(sorted((params or {}).items()))
    digest = hashlib.sha256()
    plain = tuple((name, getattr(value, "identity", value)) for name, value in settings)
    digest.update(canonical((cls.__name__, op, plain, tuple((role, expr.key) for role, expr in pairs))))
    key = digest.digest()
    layout = axes(key) if callable(axes) else axes
    with _LOCK:
        found = _POOL.get((cls, key))
        if found is None:
            found = object.__new__(cls)
            for name, value in (("op", op), ("args", pairs), ("params", settings), ("axes", layout), ("key", key)):
                object.__setattr__(found, name, value)
            _POOL[(cls, key)] = found
    return found  # type: ignore[return-value]  # the pool is keyed by class


def topological(*roots: Expr) -> list[Expr]:
    """Every node below the roots once, arguments before users, in a fixed order; no recursion."""
    order: list[Expr] = []
    seen: set[bytes] = set()
    for root in roots:
        if root.key in seen:
            continue
        seen.add(root.key)
        stack: list[tuple[Expr, Iterator[Expr]]] = [(root, iter(root.children))]
        while stack:
            node, rest = stack[-1]
            for child in rest:
                if child.key not in seen:
                    seen.add(child.key)
                    stack.append((child, iter(child.children)))
                    break
            else:
                order.append(node)
                stack.pop()
    return order
