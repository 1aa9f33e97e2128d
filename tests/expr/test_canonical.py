"""Equal bytes mean the same value of the same type."""

from __future__ import annotations

import enum
import itertools
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.expr.canonical import MAX_DEPTH, canonical, digest

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(scalars.filter(lambda k: k == k), inner, max_size=4),
    max_leaves=12,
)


def typed(value: Any) -> Any:
    """What the bytes should tell apart, built another way: nested tuples of type names and reprs."""
    if isinstance(value, (list, tuple)):
        return ("list", *(typed(item) for item in value))
    if isinstance(value, dict):
        return ("dict", frozenset((typed(key), typed(item)) for key, item in value.items()))
    if isinstance(value, float):
        return ("float", repr(value + 0.0))
    return (type(value).__name__, value)


@given(values, values)
def test_equal_bytes_exactly_where_the_values_are_the_same(a: Any, b: Any) -> None:
    assert (canonical(a) == canonical(b)) == (typed(a) == typed(b))


@given(st.lists(values, min_size=2, max_size=3))
def test_no_values_bytes_begin_another_ones(several: list[Any]) -> None:
    for a, b in itertools.permutations(several, 2):
        if typed(a) != typed(b):
            assert not canonical(a).startswith(canonical(b))


def test_look_alikes_differ() -> None:
    alike: list[object] = [1, True, 1.0, "1", b"1", None, "None", "", b"", [], {}, set(), 0, False, 0.0, [1], {1: 1}]
    alike += [[[]], [[], []], ["a", "b"], ["ab"], ["a,b"], {"a": "b"}, {"a": {"b": None}}, [None], float("nan"), "nan"]
    assert len({canonical(value) for value in alike}) == len(alike)


def test_the_same_said_differently() -> None:
    assert canonical(-0.0) == canonical(0.0)
    assert canonical(float("nan")) == canonical(-float("nan"))
    assert canonical((1, (2,))) == canonical([1, [2]])
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})
    assert canonical({3, 1, 2}) == canonical(frozenset([2, 3, 1]))
    assert canonical(bytearray(b"x")) == canonical(b"x") == canonical(memoryview(b"x"))


def test_subclasses_count_as_what_they_are() -> None:
    class Colour(enum.StrEnum):
        RED = "red"

    class Loud(str):
        def __str__(self) -> str:
            return "LOUD"

    assert canonical(Colour.RED) == canonical("red")
    assert canonical(Loud("quiet")) == canonical("quiet")
    assert canonical(np.float64(0.5)) == canonical(0.5)
    assert canonical(np.int64(3)) == canonical(3)
    assert canonical(np.bool_(True)) == canonical(True)
    assert canonical(np.array([[1, 2], [3, 4]])) == canonical([[1, 2], [3, 4]])
    assert canonical([np.str_("a")]) == canonical(["a"])


def test_numbers_no_decimal_printer_takes_and_text_no_encoder_takes() -> None:
    assert canonical(10**100_000) != canonical(10**100_000 + 1)
    assert canonical(-5) != canonical(5)
    assert canonical("\ud800") != canonical("\ud801")


def test_the_deep_is_walked_and_the_endless_refused() -> None:
    deep: list[Any] = []
    for _ in range(MAX_DEPTH - 2):
        deep = [deep]
    assert len(canonical(deep)) == 3 * (MAX_DEPTH - 1)
    endless: list[Any] = []
    endless += [endless, endless]
    with pytest.raises(ValueError, match="contains itself"):
        canonical(endless)
    ring: dict[str, Any] = {}
    ring["again"] = ring
    with pytest.raises(ValueError, match="contains itself"):
        canonical(ring)


def test_other_types_are_refused_by_name_or_explained_by_the_caller() -> None:
    class Image:
        size = (4, 3)

    for holder in (Image(), [Image()], {"image": Image()}, {1: (Image(),)}):
        with pytest.raises(TypeError, match=r"Image has no canonical bytes"):
            canonical(holder)
    explained = canonical([Image()], default=lambda image: {"image": image.size})
    assert explained == canonical([{"image": (4, 3)}])
    with pytest.raises(TypeError, match="numpy"):
        canonical(np.datetime64("2026-01-01", "ns").astype("O") and np.dtype("f8"))


def test_equal_across_processes() -> None:
    program = "from guerdon.expr.canonical import digest; print(digest([{'b': 'é', 'a': {1.5, None}}, 7]).hex())"
    shown = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout.strip()
        for seed in ("1", "2", "3")
    }
    assert shown == {digest([{"a": {None, 1.5}, "b": "é"}, 7]).hex()}
