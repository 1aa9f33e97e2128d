"""Recipes on random rows with holes: the runner equals the reference interpreter, with and without its savings."""

from __future__ import annotations

import random
from typing import Any

import pytest
from reference.compare import check

import guerdon as gd
from guerdon.expr.node import topological
from guerdon.recipes import all_recipes

EXPRESSIONS = [
    pytest.param(expression, id=f"{recipe.id} {number}")
    for recipe in all_recipes()
    for built in [recipe.example()]
    for number, expression in enumerate(built.values() if isinstance(built, dict) else [built])
    if isinstance(expression, gd.Score)
]


def value(name: str, rng: random.Random) -> Any:
    if rng.random() < 0.08:
        return None
    if name in ("right", "passed"):
        return rng.randrange(2)
    if name == "state":
        return rng.choice("abc")
    return rng.choice([-1.5, -0.25, 0.0, 0.5, 1.0, 2.0, 3.75])


def pieces(name: str, axes: tuple[str, ...], lengths: dict[str, int], rng: random.Random) -> Any:
    if not axes:
        return value(name, rng)
    return [pieces(name, axes[1:], lengths, rng) for _ in range(lengths[axes[0]])]


def rows_for(expression: gd.Score, n: int, rng: random.Random) -> tuple[dict[str, list[Any]], list[str]]:
    names = {node.param("name"): node.param("axis") for node in topological(expression) if node.op == "col"}
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for _ in range(n):
        lengths = {axis: rng.randrange(4) for axes in names.values() for axis in axes}
        for name, axes in names.items():
            columns[name].append(pieces(name, axes, lengths, rng))
    return columns, [rng.choice("pqr") for _ in range(n)]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_runner_equals_reference(expression: gd.Score) -> None:
    rng = random.Random(7)
    for _ in range(6):
        check(expression, [rows_for(expression, rng.randrange(1, 12), rng) for _ in range(3)])
