"""A reward taken apart as a sum: which terms, under which names, with which weights, and that they sum to it."""

from __future__ import annotations

import pytest

import guerdon as gd
from guerdon.expr.score import Score
from guerdon.expr.terms import REST, terms

A, B, C = (gd.col(name).named(name.upper()) for name in "abc")
T, X = gd.col("t"), gd.col("x")


def said(root: Score) -> list[tuple[str, float, bool]]:
    return [(term.name, term.weight, term.linear) for term in terms(root)]


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        (A, [("A", 1.0, True)]),
        (X, [(REST, 1.0, True)]),
        (X * 0 + 3, [(REST, 1.0, True)]),
        (A + B, [("A", 1.0, True), ("B", 1.0, True)]),
        (A - 2 * B, [("A", 1.0, True), ("B", -2.0, True)]),
        (-(A - B) / 4, [("A", -0.25, True), ("B", 0.25, True)]),
        (0.5 * (A + 0.5 * (B - C)), [("A", 0.5, True), ("B", 0.25, True), ("C", -0.25, True)]),
        (A + 1, [("A", 1.0, True), (REST, 1.0, True)]),
        # a gate weighs as it lies, and adds nothing of its own
        (T * (A + 2 * B), [("A", 1.0, True), ("B", 2.0, True)]),
        ((A + B) * T, [("A", 1.0, True), ("B", 1.0, True)]),
        (C * (A + B), [("A", 1.0, True), ("B", 1.0, True)]),
        (A.when(T), [("A", 1.0, True)]),
        ((A + B).when(C), [("A", 1.0, True), ("B", 1.0, True)]),
        (gd.where(T, A, B), [("A", 1.0, True), ("B", 1.0, True)]),
        (gd.where(T, A, -1), [("A", 1.0, True), (REST, -1.0, True)]),
        # what mixes components otherwise is one term, and no weighted one
        (gd.min(A, B), [("B", 1.0, False)]),
        (A**2, [("A", 1.0, False)]),
        (A / B, [("B", 1.0, False)]),
        (A - A.mean(over="prompt"), [("A", 1.0, False)]),
        # terms of one component are one term
        (A + B + A, [("A", 1.0, True), ("B", 1.0, True)]),
        # names over names, observations and marks are looked through
        ((A + B).named("total"), [("A", 1.0, True), ("B", 1.0, True)]),
        ((X + 1).named("total"), [("total", 1.0, True)]),
        ((A + B).observe(c=C).as_advantage(), [("A", 1.0, True), ("B", 1.0, True)]),
        (2 * (A + B).observe(c=C).as_advantage(), [("A", 2.0, True), ("B", 2.0, True)]),
    ],
)
def test_terms_their_weights_and_whether_they_are_linear(root: Score, expected: list[tuple[str, float, bool]]) -> None:
    assert said(root) == expected


@pytest.mark.parametrize(
    "root",
    [
        T * (0.5 * A + 0.25 * B - C) - X / 8 + 2,
        gd.where(T > 0, A - B, C / 2) * 3,
        (A + B).when(C > 0, otherwise=X),
        gd.min(A, B) + A * B - (-C),
        C * (A + B) - 4 * gd.where(T, A, 0.5 * (B + C)),
        (A + B + A - A).observe(x=X).named("total"),
        A / 4 - (B - (C - 1)) / 2,
    ],
)
def test_the_terms_sum_to_the_root_to_the_bit_where_nothing_is_rounded(root: Score) -> None:
    rows = {
        "a": [1, 0, -3, 2, 0.5],
        "b": [0, 1, 2, -1, 4],
        "c": [1, -1, 0, 3, 2],
        "t": [0, 1, 1, 2, -1],
        "x": [8, 0, -8, 16, 24],
    }
    parts = [term.value.score(rows).values for term in terms(root)]
    assert sum(parts).tolist() == root.score(rows).values.tolist()


def test_each_term_is_named_once() -> None:
    names = [term.name for term in terms(A + B * A + gd.max(A, 1) + T * A + X + 2)]
    assert sorted(names) == sorted(set(names)) == ["A", REST]


def test_ten_thousand_terms_stand_in_their_order() -> None:
    root: Score = gd.col("x").named("n0")
    for i in range(1, 10_000):
        root = root + i * gd.col("x").named(f"n{i}")
    found = terms(root)
    assert [(term.name, term.weight) for term in found[1:]] == [(f"n{i}", float(i)) for i in range(1, 10_000)]


def test_a_deep_chain_of_gates_is_one_term() -> None:
    root: Score = A
    for i in range(600):
        root = root * (float(i) < gd.col("x"))
    assert said(root) == [("A", 1.0, True)]
