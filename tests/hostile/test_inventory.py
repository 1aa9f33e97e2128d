"""Nothing escapes: every public function of the rooms, and every recipe of verifiable rewards, has a case."""

from __future__ import annotations

from importlib import import_module

from guerdon.expr.node import topological
from guerdon.recipes import BUILT

from .cases import CASES, EXEMPT, FIGURES, PLAIN
from .fuzz import EACH, TOTAL, size

ROOMS = "text structure similarity math code tools instructions ranking vision geo series mechanics shaping".split()
EVERY = [*CASES, *FIGURES, *PLAIN]
PUBLIC = {f"{room}.{name}" for room in ROOMS for name in import_module(f"guerdon.{room}").__all__} | {
    f"recipes.{name}" for name, module in BUILT.items() if module.startswith("verifiable")
}


def test_every_function_and_recipe_has_a_case():
    missing = sorted(PUBLIC - {one.of for one in EVERY} - set(EXEMPT))
    assert missing == [], "write a case for each in tests/hostile, or say in EXEMPT why it needs none"


def test_every_case_is_of_something():
    assert sorted({one.of for one in EVERY} - PUBLIC) == []
    assert sorted(set(EXEMPT) - PUBLIC) == []
    assert sorted(set(EXEMPT) & {one.of for one in EVERY}) == []


def test_no_two_cases_have_one_name():
    assert len({one.name for one in EVERY}) == len(EVERY)


def test_two_million_in_all_and_more_than_a_million_completions():
    assert sum(size(one, EACH) for one in EVERY) >= TOTAL
    assert sum(size(one, EACH) for one in CASES) > 1_000_000


def test_what_fails_is_worth_the_worst():
    """Each leaf of the rooms that gives a number says its bounds, and that a failure is their worst end."""
    leaves = {
        node.param("function") for one in [*CASES, *FIGURES] for node in topological(one.make()) if node.op == "leaf"
    }
    scores = [leaf for leaf in leaves if not leaf.column]
    assert len(scores) > 100
    for leaf in scores:
        assert leaf.bounds is not None, leaf.name
        assert leaf.fails_as == leaf.bounds[0 if leaf.higher_is_better else 1], leaf.name
