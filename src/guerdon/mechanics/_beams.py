"""Beams held in two places, or at one end: what the supports must push back with, exactly."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from ..expr.literals import read_number

Exact: TypeAlias = int | float | str | Fraction
"""A number: an int, a Fraction, a text such as ``"3/4"``, or a float, which is taken as it is written (0.1 is 1/10)."""

MOST_LOADS = 10_000


@dataclass(frozen=True)
class Force:
    """A force at a place, downwards.

    >>> [str(r) for r in reactions([Force(at="1/4", size=8)], supports=(0, 1))]
    ['6', '2']
    """

    at: Exact
    size: Exact = 1


@dataclass(frozen=True)
class Spread:
    """A force per length over a stretch, downwards, changing in a straight line from ``size`` to ``size_at_stop``.

    It is the same all along where ``size_at_stop`` is left out.

    >>> [str(r) for r in reactions([Spread(start=0, stop=3, size=0, size_at_stop=2)], supports=(0, 3))]
    ['1', '2']
    """

    start: Exact
    stop: Exact
    size: Exact = 1
    size_at_stop: Exact | None = None


@dataclass(frozen=True)
class Couple:
    """A pure moment, counter-clockwise; where it stands makes no difference to the reactions.

    >>> [str(r) for r in reactions([Couple(size=6)], supports=(0, 2))]
    ['3', '-3']
    """

    size: Exact = 1


Load: TypeAlias = Force | Spread | Couple


def reactions(loads: Iterable[Load | Mapping[str, Any]], supports: Sequence[Exact]) -> tuple[Fraction, Fraction]:
    """What two supports push back with, upwards, in their order; exact.

    Two equations: the forces sum to nothing, and so do their moments about the first support. Loads are downwards, so a
    negative reaction pulls the beam down.

    Args:
        loads: :class:`Force`, :class:`Spread`, :class:`Couple`, or mappings with their fields.
        supports: where the pin and the roller stand: two different places.

    ValueError: not two different supports; a number that is none, or not finite; more than 10,000 loads. Linear.

    >>> left, right = reactions([Force(at="0.25")], supports=(0, 1))
    >>> str(left), str(right)
    ('3/4', '1/4')
    >>> [str(r) for r in reactions([Force(at=1)], supports=(0, "1/2"))]
    ['-1', '2']
    """
    if len(supports) != 2:
        raise ValueError(f"a beam stands on two supports, not {len(supports)}")
    a, b = (exact(place, "a support") for place in supports)
    if a == b:
        raise ValueError(f"both supports stand at {a}: two places are needed")
    force, moment = resultant(loads, about=a)
    second = moment / (b - a)
    return force - second, second


def clamp(loads: Iterable[Load | Mapping[str, Any]], at: Exact = 0) -> tuple[Fraction, Fraction]:
    """What a clamped end pushes back with: the force upwards, and the moment counter-clockwise; exact.

    >>> [str(x) for x in clamp([Force(at=2, size=3)])]
    ['3', '6']
    """
    return resultant(loads, about=exact(at, "the clamp"))


def resultant(loads: Iterable[Load | Mapping[str, Any]], about: Fraction) -> tuple[Fraction, Fraction]:
    """The sum of all forces, downwards, and of their moments about a place, clockwise (to its right)."""
    force = moment = Fraction(0)
    for number, load in enumerate(loads):
        if number >= MOST_LOADS:
            raise ValueError(f"a beam bears {MOST_LOADS} loads at most")
        one, arm = _sum_of(as_load(load), about)
        force, moment = force + one, moment + arm
    return force, moment


def as_load(load: Load | Mapping[str, Any]) -> Load:
    """A load from its fields: ``at`` and ``size`` make a force, ``start`` and ``stop`` a spread one, ``size`` a couple.

    >>> as_load({"at": 2})
    Force(at=2, size=1)
    """
    if isinstance(load, (Force, Spread, Couple)):
        return load
    kinds: tuple[tuple[str, type[Force] | type[Spread] | type[Couple]], ...] = (
        ("at", Force), ("start", Spread), ("size", Couple),
    )  # fmt: skip
    for field, kind in kinds:
        if isinstance(load, Mapping) and field in load:
            try:
                return kind(**load)
            except TypeError:
                break
    raise ValueError(f"a load has the fields at and size, or start, stop and size, or size alone; not {load!r:.100}")


def exact(value: Exact, what: str = "a number") -> Fraction:
    """A number as a fraction; ValueError where it is none, or a text of too many digits.

    >>> exact(0.1), exact("3/4")
    (Fraction(1, 10), Fraction(3, 4))
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    if isinstance(value, float) and math.isfinite(value):
        return Fraction(repr(value))
    found = read_number(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"{what} is a number, not {value!r:.80}")
    return found


def _sum_of(load: Load, about: Fraction) -> tuple[Fraction, Fraction]:
    if isinstance(load, Couple):
        return Fraction(0), -exact(load.size, "a couple's size")
    size = exact(load.size, "a load's size")
    if isinstance(load, Force):
        return size, size * (exact(load.at, "a load's place") - about)
    start, stop = exact(load.start, "a load's start"), exact(load.stop, "a load's stop")
    if stop <= start:
        raise ValueError(f"a spread load stops after it starts, not at {stop} and {start}")
    last = size if load.size_at_stop is None else exact(load.size_at_stop, "a load's size at its stop")
    length = stop - start
    # An even load of the first size, and a triangle of what comes on top, which acts at two thirds of the way.
    even, triangle = size * length, (last - size) * length / 2
    middle, heavy = start + length / 2 - about, start + length * 2 / 3 - about
    return even + triangle, even * middle + triangle * heavy
