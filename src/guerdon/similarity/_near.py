"""Partial credit for numbers: how far off, and what that is worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from ..expr.function import function
from ..expr.inputs import one_of
from ..expr.literals import read_number
from ..expr.node import Expr
from ..expr.normal import as_number
from ..expr.score import Score
from ..expr.values import Failed, Unscored
from . import _named

Error = Literal["abs", "relative", "l1", "mean_l1", "l2", "angle"]
Ladder = Callable[[float], float]
EDGE = 1e-9
"""An error this little above a threshold is not above it: 0.1 + 0.2 is 0.3."""
_MOST = 4096


@dataclass(frozen=True)
class within:
    """All credit up to an error of ``tol``, none beyond.

    >>> within(0.5)(0.5), within(0.5)(0.6)
    (1.0, 0.0)
    """

    tol: float

    def __post_init__(self) -> None:
        _positive("within", "tol", self.tol, zero=True)

    def __call__(self, error: float) -> float:
        return float(error <= self.tol + EDGE)


@dataclass(frozen=True)
class linear:
    """Credit falling in a straight line from 1 at no error to 0 at ``tol``: ``max(0, 1 - error / tol)``.

    >>> linear(10)(2.5)
    0.75
    """

    tol: float

    def __post_init__(self) -> None:
        _positive("linear", "tol", self.tol)

    def __call__(self, error: float) -> float:
        return max(0.0, 1.0 - error / self.tol)


@dataclass(frozen=True)
class inverse:
    """``1 / (1 + a * error)``: half the credit at an error of ``1 / a``, some of it for ever.

    >>> inverse(2)(0.5)
    0.5
    """

    a: float = 1.0

    def __post_init__(self) -> None:
        _positive("inverse", "a", self.a)

    def __call__(self, error: float) -> float:
        return 1.0 / (1.0 + self.a * error)


@dataclass(frozen=True)
class steps:
    """The share of these thresholds that the error does not exceed.

    >>> steps((0.1, 0.2, 0.5, 1.0))(0.2)
    0.75
    """

    thresholds: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "thresholds", tuple(self.thresholds))
        if not self.thresholds:
            raise ValueError("steps takes thresholds, at least one")
        for threshold in self.thresholds:
            _positive("steps", "a threshold", threshold, zero=True)

    def __call__(self, error: float) -> float:
        return sum(error <= threshold + EDGE for threshold in self.thresholds) / len(self.thresholds)


@dataclass(frozen=True)
class knots:
    """Straight lines between points ``(error, credit)``; before the first and beyond the last the credit is theirs.

    >>> knots(((0, 1.0), (750, 0.5), (3000, 0.2), (20000, 0.0)))(1875)
    0.35
    """

    pairs: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        pairs = tuple((float(error), float(credit)) for error, credit in self.pairs)
        object.__setattr__(self, "pairs", pairs)
        errors = [error for error, _ in pairs]
        if not pairs or errors != sorted(set(errors)) or not all(0 <= credit <= 1 for _, credit in pairs):
            raise ValueError(f"knots takes points (error, credit), errors rising, credits in [0, 1], not {pairs!r}")

    def __call__(self, error: float) -> float:
        before = self.pairs[0]
        for after in self.pairs:
            if error <= after[0]:
                if after is before:
                    return after[1]
                share = (error - before[0]) / (after[0] - before[0])
                return before[1] + share * (after[1] - before[1])
            before = after
        return before[1]


def _positive(who: str, name: str, value: float, zero: bool = False) -> None:
    if not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0 or (value == 0 and not zero):
        raise ValueError(f"{who}: {name} is a finite number {'of at least' if zero else 'above'} 0, not {value!r}")


def near(a: Any, b: Any, error: Error | Callable[[Any, Any], float] = "abs", ladder: Ladder | None = None) -> Score:
    """How near a number (or a list of numbers) comes to its reference, as credit in [0, 1]. Linear in the list.

    Args:
        a: what the completion says, such as ``gd.text.number()``: a number, a text that is one number, or, for ``l1``,
            ``mean_l1`` and ``l2``, a list of them. Where there is none, or one too many, the leaf fails, as 0.
        b: the reference, alike. Where it is missing or no number, the row is unscored.
        error: ``abs``; ``relative`` (to the reference; to 1 where the reference is 0); ``l1``, ``mean_l1`` and ``l2``
            of lists; ``angle`` (degrees, the short way round); or a function of the two as they come, which gives a
            number of at least 0. None, or no finite number, fails.
        ladder: what an error is worth: :class:`within`, :class:`linear`, :class:`inverse`, :class:`steps`,
            :class:`knots`, or a function of a number of at least 0; ``linear(1)`` if left out.

    >>> import guerdon as gd
    >>> close = gd.similarity.near(gd.text.number(), gd.col("solution"), "relative", gd.similarity.within(0.05))
    >>> close.score({"completion": ["9.6", "9.4", "about ten"], "solution": [10, 10, 10]}).values
    array([1., 0., 0.])
    """
    if not callable(error):
        one_of("error", error, ("abs", "relative", "l1", "mean_l1", "l2", "angle"))
    ladder = linear(1.0) if ladder is None else ladder
    if not callable(ladder):
        raise TypeError(f"near: ladder= is a function of the error, such as gd.similarity.within(0.05), not {ladder!r}")
    if not isinstance(a, Expr):
        raise TypeError(f"near: a is what the completion says, an expression such as gd.text.number(), not {a!r}")
    made, constants = _named.leaf(credit, _leaf, {"error": error, "ladder": ladder})
    found: Score = made(a=a, b=b, **constants)
    return found


_leaf = lru_cache(maxsize=64)(
    function(returns="score", version="1", cost="cheap", fails_as=0.0, bounds=(0.0, 1.0), name="near")
)


def credit(a: Any, b: Any, error: Any = "abs", ladder: Any = None) -> float:
    """The plain function behind :func:`near`, for use inside functions of pairs; Failed where there is no answer.

    >>> credit(9, 10, "relative", steps((0.05, 0.1)))
    0.5
    """
    error, ladder = _named.call_of(error), _named.call_of(ladder)
    if callable(error) and (a is None or b is None):
        raise Unscored("no reference") if b is None else Failed("no answer")
    off = error(a, b) if callable(error) else distance(a, b, error)
    if off is None or not 0 <= off < math.inf:
        raise Failed("no finite error")
    worth = float((linear(1.0) if ladder is None else ladder)(float(off)))
    return min(1.0, max(0.0, worth))


def distance(a: Any, b: Any, error: Error = "abs") -> float:
    """How far apart two numbers or lists of numbers are, as :func:`near` measures it.

    >>> distance(350, 10, "angle"), distance([0, 0], [3, 4], "l2"), distance("1/2", 0.25, "relative")
    (20.0, 5.0, 1.0)
    """
    many = error in ("l1", "mean_l1", "l2")
    if b is None:
        raise Unscored("no reference")
    right = _numbers(b, many)
    if right is None:
        raise Unscored("the reference is no number")
    left = _numbers(a, many)
    if left is None:
        raise Failed("no answer" if a is None else "not a number")
    if len(left) != len(right):
        raise Failed(
            f"{len(left)} numbers for {len(right)}" if max(len(left), len(right)) < 100 else "too many numbers"
        )
    gaps = [abs(x - y) for x, y in zip(left, right, strict=True)]
    if error == "relative":
        return gaps[0] / (abs(right[0]) or 1.0)
    if error == "angle":
        turn = gaps[0] % 360.0
        return min(turn, 360.0 - turn)
    if error == "l2":
        return math.hypot(*gaps)
    return sum(gaps) / (len(gaps) or 1) if error == "mean_l1" else sum(gaps)


def _numbers(value: Any, many: bool) -> list[float] | None:
    if many and isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        if not 0 < len(value) <= _MOST:
            return None
        found = [_number(one) for one in value]
        return None if None in found else found  # type: ignore[return-value]
    one = _number(value)
    return None if one is None else [one]


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        exact = as_number(value) if len(value) < 2000 else None
        value = read_number(value.strip()) if exact is None and len(value) < 2000 else exact
    if value is None or isinstance(value, (list, dict, tuple)):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
