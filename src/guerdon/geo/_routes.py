"""Routes through a network of lines: legs as written, and whether they lead from one stop to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from ..expr.columns import Column
from ..expr.function import Function, function
from ..expr.inputs import NOT_GIVEN, bound, opening
from ..expr.leaves import as_column, on_axis, shown
from ..expr.node import Expr
from ..expr.values import Failed, Unscored
from ._reading import plain_name

MOST_LEGS = 64
"""A route of more legs is none."""

FIELDS = ("Route Name", "Departure Stop", "Arrival Stop")
_KEYS = ("line", "start", "stop")
_MARKS = "*_`#- \t"

Leg = Mapping[str, str | None]


def read_legs(text: str, fields: Sequence[str] = FIELDS) -> list[dict[str, str | None]]:
    r"""The legs of a route: lines ``Route Name: …``, ``Departure Stop: …``, ``Arrival Stop: …``. Linear.

    A leg begins with its first field, or after a line of dashes; what a leg does not say is None, and what it says
    twice counts as it was said first.

    >>> read_legs("Route Name: Line 1\nDeparture Stop: A\nArrival Stop: B\n--\nRoute Name: Line 2")[1]
    {'line': 'Line 2', 'start': None, 'stop': None}
    """
    known = {plain_name(field): key for field, key in zip(fields, _KEYS, strict=True)}
    legs: list[dict[str, str | None]] = []
    fresh = True
    for line in text.splitlines():
        bare = line.strip(_MARKS)
        if not bare:
            fresh = fresh or len(line.strip()) >= 2
            continue
        field, colon, value = bare.partition(":")
        key = known.get(plain_name(field)) if colon and len(field) <= 40 else None
        if key is None:
            continue
        if fresh or key == "line":
            legs.append(dict.fromkeys(_KEYS))
            fresh = False
        if legs[-1][key] is None:
            legs[-1][key] = value.strip(_MARKS) or None
    return legs


def legs(
    of: Column | None = None,
    fields: tuple[str, str, str] = FIELDS,
    axis: str = "leg",
    *,
    prompt: Column | None = None,
    opened: Sequence[str] = (),
) -> Column:
    r"""The legs of a route, on an axis: records with ``line``, ``start`` and ``stop``, in order. Linear.

    Args:
        of: the text to read; the completion if left out.
        fields: the names of the three lines that a leg is written in.
        axis: the axis they lie on.
        prompt: whose tail may open tags; where the completion is read, its column ``prompt``, if the data has one.
        opened: tags that the chat template opened.

    A field that a leg lacks is None. A route of more than 64 legs has none. Thinking does not count.

    >>> import guerdon as gd
    >>> text = "Route Name: Line 1\nDeparture Stop: A\nArrival Stop: B"
    >>> gd.geo.legs().count().score({"completion": [text, "take line 1"]}).values
    array([1., 0.])
    """
    if len(fields) != 3 or not all(isinstance(field, str) and plain_name(field) for field in fields):
        raise ValueError(f"fields names the lines that say a leg's line, start and stop, not {fields!r}")
    extra = () if tuple(fields) == FIELDS else tuple(fields)
    return as_column(on_axis(legs_leaf, axis, "legs")(**bound(of, fields=extra, **opening(prompt, opened))))


def legs_leaf(
    completion: Any = NOT_GIVEN,
    of: Any = NOT_GIVEN,
    fields: Sequence[str] = FIELDS,
    prompt: Any = None,
    opened: Sequence[str] = (),
) -> list[dict[str, str | None]]:
    """See ``gd.geo.legs``."""
    found = read_legs(shown(completion, of, prompt, opened), fields)
    if len(found) > MOST_LEGS:
        raise Failed(f"more than {MOST_LEGS} legs")
    return found


def route(legs: Column, network: Column, start: Column, stop: Column) -> Column:
    r"""Whether legs make a route: a record of flags, some of them on the axis of the legs.

    Args:
        legs: as :func:`legs` gives them.
        network: the stops of each line, as a mapping from its name to a list. Missing: the row is unscored.
        start: the stop to leave from.
        stop: the stop to come to.

    Fields:
        ``right``: 1 where the legs lead from start to stop: each between two stops of its line, each from where the one
        before it ended. No legs lead nowhere.
        ``ends``: 1 where the first leg leaves from start and the last one comes to stop.
        ``known``, on axis leg: its line is in the network.
        ``rides``, on axis leg: its two stops differ, and its line has both.
        ``direct``, on axis leg: its line has both start and stop.
        ``joined``, on axis leg: it rides, and ends where the next one begins; of the last leg 0.

    Names are compared without case, white space and punctuation. Linear in legs and network.

    >>> import guerdon as gd
    >>> line = {"Red": ["A", "B", "C"]}
    >>> text = "Route Name: Red\nDeparture Stop: A\nArrival Stop: C"
    >>> record = gd.geo.route(gd.geo.legs(), gd.col("lines"), gd.col("start"), gd.col("stop"))
    >>> rows = {"completion": [text], "lines": [line], "start": ["A"], "stop": ["C"]}
    >>> record["right"].score(rows).values, record["known"].sum().score(rows).values
    (array([1.]), array([1.]))
    """
    for name, value in (("legs", legs), ("network", network), ("start", start), ("stop", stop)):
        if not isinstance(value, Expr):
            raise TypeError(f"{name} is an expression, such as gd.geo.legs() or gd.col({name!r}), not {value!r:.80}")
    if not legs.axes:
        raise TypeError("legs lie on an axis: pass gd.geo.legs(...)")
    return as_column(_on_legs(legs.axes[-1].name)(legs=legs, network=network, start=start, stop=stop))


@cache
def _on_legs(axis: str) -> Function:
    axes = dict.fromkeys(("known", "rides", "direct", "joined"), axis)
    return function(returns="column", axes=axes, version="1", name="route")(route_leaf)


def route_leaf(legs: Any, network: Any, start: Any, stop: Any) -> dict[str, Any]:
    """See ``gd.geo.route``."""
    if not isinstance(network, Mapping) or not network:
        raise Unscored("no network")
    if not isinstance(start, str) or not isinstance(stop, str):
        raise Unscored("no stops to travel between")
    lines = {plain_name(str(name)): {plain_name(str(one)) for one in stops} for name, stops in network.items()}
    ends = plain_name(start), plain_name(stop)
    taken = [tuple(plain_name(leg.get(key) or "") for key in _KEYS) for leg in legs or ()]
    rides = [a != b and {a, b} <= lines.get(line, set()) for line, a, b in taken]
    meets = [one[2] == two[1] for one, two in pairwise(taken)]
    arrives = bool(taken) and (taken[0][1], taken[-1][2]) == ends
    return {
        "right": float(arrives and all(rides) and all(meets)),
        "ends": float(arrives),
        "known": [float(line in lines) for line, _, _ in taken],
        "rides": [float(one) for one in rides],
        "direct": [float(set(ends) <= lines.get(line, set())) for line, _, _ in taken],
        "joined": [float(ride and meet) for ride, meet in zip(rides, [*meets, False], strict=False)],
    }
