"""How far the calls of a completion are those that were wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ..expr.values import Failed, Unscored
from ..similarity._assign import assign
from ..structure._values import same_value
from ._normal import MAX_CALLS, Call, call_of

Mode = Literal["fine", "strict", "exact"]
MODES: tuple[Mode, ...] = ("fine", "strict", "exact")
Order = Literal["any", "same"]
_MAX_WORK = 200_000  # arguments of the calls made, times calls wanted


def call_similarity(a: Call | None, b: Call | None, mode: Mode = "fine") -> float:
    """How alike a call ``a`` is to the wanted call ``b``, in [0, 1]; 0 where the names differ or either is missing.

    ``fine``: the Jaccard overlap of the parameters' names, plus 1 for every wanted parameter whose value is equal, over
    1 + the number of wanted parameters. ``strict``: the same with 1 for equal names and else 0. ``exact``: 1 where all
    is equal, else 0. Values are equal as JSON is: ``true`` is not 1, 1 is 1.0. Linear. The measure of ToolRL (Qian et
    al., 2025, arXiv:2504.13958). May stand as the value in :func:`guerdon.similarity.match`.

    >>> wanted = {"name": "w", "arguments": {"city": "Paris", "unit": "C"}}
    >>> call_similarity({"name": "w", "arguments": {"city": "Paris", "unit": "F"}}, wanted)
    0.6666666666666666
    """
    if a is None or b is None or a["name"] != b["name"]:
        return 0.0
    have, want = a["arguments"], b["arguments"]
    equal = sum(key in have and same_value(have[key], value) for key, value in want.items())
    if mode == "exact":
        return float(equal == len(want) == len(have))
    if mode == "strict":
        names = float(have.keys() == want.keys())
    else:
        both = len(have.keys() | want.keys())
        names = len(have.keys() & want.keys()) / both if both else 1.0
    return (names + equal) / (1 + len(want))


def wanted(gold: Any) -> list[Call]:
    """The calls of a reference: a list of calls (or one), as :func:`call_of` reads them; else ``Unscored``."""
    if gold is None:
        raise Unscored("no reference")
    items = list(gold) if isinstance(gold, Sequence) and not isinstance(gold, str) else [gold]
    calls = [call_of(item, bare=True) for item in items]
    if any(call is None for call in calls):
        raise Unscored("the reference is no list of calls")
    return [call for call in calls if call is not None]


def readable(calls: Sequence[Call | None] | None) -> list[Call]:
    """The calls, all of which can be read. ``Failed`` where there are none, or one cannot be read."""
    if not calls:
        raise Failed("no call")
    if len(calls) > MAX_CALLS or any(call is None for call in calls):
        raise Failed("a call that cannot be read")
    return [call for call in calls if call is not None]


def none_made(calls: Sequence[Call | None] | None) -> int:
    """1 if no call is made, right or wrong, else 0. ``Failed`` where there was nothing to read."""
    if calls is None:
        raise Failed("no answer")
    return int(not calls)


def agreement(
    calls: Sequence[Call | None] | None,
    gold: Any,
    mode: Mode = "fine",
    unit: Literal["parameter", "call"] = "parameter",
    extra: Literal["charge", "free"] = "charge",
    how: Literal["greedy", "optimal"] = "greedy",
) -> float:
    """How far a list of calls is the wanted list, in [0, 1]; 1 where they are equal.

    The credit: the Jaccard overlap of the two lists of names, each as often as it is called (0 or 1 in
    ``strict``), plus, for each wanted call in order, :func:`call_similarity` of the best call of its name not yet taken
    (``how="optimal"``: of the calls assigned for the greatest credit, which needs the extra ``similarity``).
    The ceiling: 1, plus what each wanted call can earn: 1 + its parameters, or 1 with ``unit="call"``. With
    ``extra="charge"`` a call that nobody wanted raises the ceiling as much as if it had been wanted, so that naming
    every value in a call of its own gains nothing; ``extra="free"`` is how ToolRL was released, and it does gain.

    Where no call is wanted the completion earns 1 for making none. ``Failed``: a call that cannot be read, or none
    where one is wanted. ``Unscored``: no reference. Cost: the arguments
    of the calls times the wanted calls; more than 200,000 fail.

    >>> w = lambda **given: {"name": "w", "arguments": given}
    >>> gold = [w(city="Paris", unit="C")]
    >>> agreement([w(city="Paris", unit="F")], gold), agreement([w(city="Paris")], gold)
    (0.75, 0.625)
    >>> tries = [w(city="Paris", unit=unit) for unit in "KFRC"]
    >>> agreement(tries, gold, extra="free"), agreement(tries, gold) < agreement(tries[:1], gold)
    (0.8125, True)
    """
    want = wanted(gold)
    if not want:
        return float(none_made(calls))
    have = readable(calls)
    _bounded(have, want)
    if _same(have, want):
        return 1.0
    credit = float([a["name"] for a in have] == [b["name"] for b in want])
    credit = credit if mode == "strict" else _names(have, want)
    table = [[call_similarity(a, b, mode) for b in want] for a in have]
    pairs = assign(table, how, chooser="b")
    most = [1 + len(call["arguments"]) if unit == "parameter" else 1 for call in want]
    credit += sum(most[j] * table[i][j] for i, j in pairs)
    ceiling = 1.0 + sum(most)
    if extra == "charge" and len(have) > len(want):
        alone = set(range(len(have))) - {i for i, _ in pairs}
        worth = sorted((1 + len(have[i]["arguments"]) if unit == "parameter" else 1 for i in alone), reverse=True)
        ceiling += sum(worth[: len(have) - len(want)])
    return credit / ceiling


def _bounded(have: Sequence[Call], want: Sequence[Call]) -> None:
    if sum(1 + len(call["arguments"]) for call in have) * len(want) > _MAX_WORK:
        raise Failed("too many calls")


def _names(have: Sequence[Call], want: Sequence[Call]) -> float:
    one, other = Counter(call["name"] for call in have), Counter(call["name"] for call in want)
    shared = sum((one & other).values())
    return shared / (len(have) + len(want) - shared)


def equal(calls: Sequence[Call | None] | None, gold: Any, order: Order = "any") -> int:
    """1 if the calls are exactly those wanted, in any order or the same, else 0. ``Failed`` as for :func:`agreement`.

    >>> f, g = {"name": "f", "arguments": {"x": 1}}, {"name": "g", "arguments": {}}
    >>> equal([g, f], [f, g]), equal([g, f], [f, g], "same"), equal([f, f], [f])
    (1, 0, 0)
    """
    want = wanted(gold)
    if not want:
        return none_made(calls)
    have = readable(calls)
    if len(have) != len(want):
        return 0
    if order == "same":
        return int(_same(have, want))
    _bounded(have, want)
    left = list(have)
    for call in want:  # equality is transitive: whichever equal one is taken, the rest fit as well
        place = next((i for i, one in enumerate(left) if call_similarity(one, call, "exact")), None)
        if place is None:
            return 0
        left.pop(place)
    return 1


def _same(have: Sequence[Call], want: Sequence[Call]) -> bool:
    """Whether two lists of calls are equal, one by one."""
    return len(have) == len(want) and all(call_similarity(a, b, "exact") for a, b in zip(have, want, strict=True))


def schema_of(functions: Sequence[Any] | None, name: str) -> Mapping[str, Any] | None:
    """The JSON Schema of a function's arguments, or None where no function of the list has this name."""
    for item in functions or ():
        inner = item.get("function", item) if isinstance(item, Mapping) else None
        if isinstance(inner, Mapping) and inner.get("name") == name:
            parameters = inner.get("parameters")
            return parameters if isinstance(parameters, Mapping) else {}
    return None
