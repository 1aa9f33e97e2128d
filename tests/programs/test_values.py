"""What travels between a program and its tests: every literal comes back as it was; nonsense comes back as an error."""

from __future__ import annotations

import contextlib
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.plan.sandbox.inside.values import Decoder, Encoder, Unsendable, dumps, loads

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.complex_numbers(),
    st.integers().map(lambda n: n << 1200), st.characters(categories=["Cs"]),
)  # fmt: skip
HASHABLE = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3), max_leaves=5
)
VALUES = st.recursive(
    HASHABLE | st.sets(HASHABLE, max_size=3) | st.binary().map(bytearray),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(HASHABLE, inner, max_size=4)
    ),
    max_leaves=15,
)
TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([*"ldsBtfbicgnhrkvyq"]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=20,
)
BUILT_IN = {"builtins", "collections", "decimal", "fractions"}


def travel(value: Any) -> Any:
    known: list[Any] = []
    data = dumps(Encoder([], lambda odd: ["h", 0]).encode(value))
    return Decoder(known, lambda number: None).decode(loads(data))


def same(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return math.isnan(b) if math.isnan(a) else a == b and math.copysign(1, a) == math.copysign(1, b)
    if isinstance(a, complex):
        return same(a.real, b.real) and same(a.imag, b.imag)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return (
            len(a) == len(b)
            and all(same(*pair) for pair in zip(a, b, strict=True))
            and all(map(same, a.values(), b.values()))
        )
    if isinstance(a, (set, frozenset)):
        return len(a) == len(b)
    return bool(a == b)


@given(VALUES)
def test_every_literal_comes_back_as_it_was(value: Any) -> None:
    back = travel(value)
    assert same(value, back)
    if "nan" not in repr(value):
        assert back == value


@given(TREES)
def test_nonsense_makes_an_error_or_a_built_in_value(tree: Any) -> None:
    try:
        found = Decoder([], lambda number: None).decode(loads(dumps(tree)))
    except Exception:
        return
    assert type(found).__module__ in BUILT_IN


@given(st.binary(max_size=60))
def test_bytes_that_are_no_json_are_an_error(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        loads(data)


def test_lists_that_are_one_stay_one_and_rings_stay_rings() -> None:
    row = [0]
    back = travel([row, row])
    assert back[0] is back[1]
    ring: list[Any] = []
    ring.append(ring)
    back = travel(ring)
    assert back[0] is back


def test_what_is_too_deep_or_has_no_end_is_refused() -> None:
    deep: Any = 0
    for _ in range(1000):
        deep = (deep,)
    endless = iter(int, 1)
    for value, why in ((deep, "nested too deeply"), (endless, "without end")):
        with pytest.raises(Unsendable, match=why):
            travel(value)
