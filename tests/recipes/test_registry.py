"""Every recipe: its hand numbers hold, its docstring says where it is from, its source is short and hides nothing."""

from __future__ import annotations

import ast
import inspect
import json
import math
import re
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

import guerdon as gd
from guerdon.expr.node import topological
from guerdon.lab.curves import Figures
from guerdon.recipes import BUILT, FAMILIES, Fact, Recipe, all_recipes, find
from guerdon.recipes.registry import register

RECIPES = all_recipes()
FACTS = [pytest.param(fact, id=f"{recipe.id}: {fact.name}") for recipe in RECIPES for fact in recipe.facts]
EACH = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.id)
TRAINED = [
    pytest.param(recipe, id=recipe.id)
    for recipe in RECIPES
    if recipe.family in ("shaping", "credit", "judge") and recipe.experiment is not None
]


@cache
def smoke(name: str) -> Mapping[str, float]:
    """The first smoke run of a recipe's experiment; several tests look at it."""
    experiment = find(name)[0].experiment
    assert experiment is not None
    for package in experiment.needs:
        pytest.importorskip(package)
    return experiment.run(0, "smoke")


def expressions(recipe: Recipe) -> list[gd.Score]:
    """What the example is made of; of a builder or a plain function there is none."""
    built = recipe.example()
    if recipe.shape in ("builder", "benchmark", "search", "scorer"):
        return []
    return list(built.values()) if isinstance(built, dict) else [built]


@pytest.mark.parametrize("fact", FACTS)
def test_fact_holds(fact: Fact) -> None:
    got, holds = fact.observe()
    assert holds, f"expected {fact.want}, observed {got}"


def _of_a_room_or_the_user(name: str) -> bool:
    inside = name.removeprefix("guerdon.")
    return ".entries." in name or (inside != name and not inside.startswith("recipes."))


@EACH
class TestRecipe:
    def test_has_facts(self, recipe: Recipe) -> None:
        assert len(recipe.facts) >= 4

    def test_is_reached_by_its_name_and_by_its_row(self, recipe: Recipe) -> None:
        assert getattr(gd.recipes, recipe.name) is recipe.make
        assert find(recipe.name) == [recipe]
        assert recipe in find(recipe.row)
        assert BUILT[recipe.name].partition(".")[0] == recipe.family

    def test_docstring_names_the_row_the_paper_and_the_guesses(self, recipe: Recipe) -> None:
        said = inspect.getdoc(recipe.make) or ""
        assert recipe.row in said
        assert re.search(r"Paper: .*\(\d{4}\),\s+arXiv:\d{4}\.\d{5}", said, re.DOTALL)
        open_ends = [guess for guess in recipe.guesses if recipe.sure != "code"]
        assert bool(open_ends) <= ("GUESSES:" in said)
        if recipe.sure in ("abstract", "memory"):
            assert "abstract" in said or "memory" in said or recipe.name == "lsc"
        assert ">>>" in said

    def test_is_about_twenty_lines(self, recipe: Recipe) -> None:
        source = textwrap.dedent(inspect.getsource(recipe.make))
        function = ast.parse(source).body[0]
        assert isinstance(function, ast.FunctionDef)
        body = function.body[1:]
        lines = {line for part in body for line in range(part.lineno, (part.end_lineno or 0) + 1)}
        assert len(lines) <= 20

    def test_hides_no_operator_in_a_function(self, recipe: Recipe) -> None:
        for expression in expressions(recipe):
            leaves = [node.param("function") for node in topological(expression) if node.op == "leaf"]
            # Only what stands in for the user's own judge may be a leaf, and what a room reads or measures: a recipe
            # brings none of its own.
            assert [leaf.name for leaf in leaves if not _of_a_room_or_the_user(leaf.name)] == []
        source = inspect.getsource(sys.modules[recipe.make.__module__])
        assert "gd.function" not in source
        assert "import numpy" not in source

    def test_is_written_down_and_read_back(self, recipe: Recipe) -> None:
        for expression in expressions(recipe):
            data = json.loads(json.dumps(expression.to_dict()))
            assert gd.from_dict(data) is expression

    def test_prints(self, recipe: Recipe) -> None:
        for expression in expressions(recipe):
            assert "col(" in expression.tree() or "completion" in expression.tree()
            assert repr(expression)

    def test_claims_name_figures_that_a_smoke_run_returns(self, recipe: Recipe) -> None:
        if recipe.experiment is None:
            return
        assert recipe.experiment.seeds >= 3
        seen = smoke(recipe.name)
        for claim in recipe.experiment.claims:
            assert isinstance(claim.value(seen), float)
            assert claim.low < claim.high
        assert seen == recipe.experiment.run(0, "smoke")
        assert seen != recipe.experiment.run(1, "smoke")


@pytest.mark.parametrize("recipe", TRAINED)
def test_an_experiment_draws_what_it_saw(recipe: Recipe) -> None:
    seen = smoke(recipe.name)
    assert isinstance(seen, Figures)
    assert seen.charts
    for chart in seen.charts:
        assert chart.lines
        for line in chart.lines.values():
            assert 1 < len(line.x) <= 64  # a column each on a terminal
            assert list(line.x) == sorted(set(line.x))
            assert all(map(math.isfinite, line.y))


def test_ids_are_unique_and_rows_well_formed() -> None:
    assert len({recipe.id for recipe in RECIPES}) == len(RECIPES)
    assert all(re.fullmatch(r"P\d{3}", recipe.row) and 1 <= int(recipe.row[1:]) <= 201 for recipe in RECIPES)


def test_what_is_listed_is_what_is_built() -> None:
    assert {recipe.name for recipe in RECIPES} == set(BUILT)
    assert {recipe.name for recipe in RECIPES} <= set(gd.recipes.__all__)


def test_the_first_rows_are_there() -> None:
    rows = {"P009", "P022", "P025", "P054", "P124", "P192", "P200"}
    assert {recipe.row for recipe in RECIPES} >= rows


def test_every_row_of_shaping_is_there() -> None:
    rows = "P002 P009 P017 P018 P022 P025 P032 P039 P071 P144 P153 P189 P195 P196"
    assert {recipe.row for recipe in RECIPES if recipe.family == "shaping"} == set(rows.split())


def test_an_unknown_name_says_what_comes_near() -> None:
    with pytest.raises(KeyError, match="did you mean gigpo"):
        find("gigo")
    with pytest.raises(AttributeError, match="`guerdon recipes` lists them"):
        gd.recipes.no_such_recipe  # noqa: B018


def test_a_family_must_be_known() -> None:
    def elsewhere(x: gd.Score) -> gd.Score:
        return x

    with pytest.raises(ValueError, match="is no family; the families: design, check"):
        register(elsewhere, row="P001", title="t", shape="expression", sure="code", example=lambda: gd.col("x"))
    assert "shaping" in FAMILIES


def test_a_fact_that_does_not_hold_is_seen() -> None:
    assert Fact("near", lambda: 1.00005, 1.0).observe() == ([1.00005], True)
    assert not Fact("off", lambda: 1.001, 1.0).observe()[1]
    assert not Fact("a number where none is expected", lambda: [0.0], (None,)).observe()[1]
    assert not Fact("too few", lambda: [1.0], (1.0, 1.0)).observe()[1]


def loaded_after(code: str) -> set[str]:
    show = "import sys; print(*(m for m in sys.modules if m.startswith('guerdon.recipes')))"
    done = subprocess.run([sys.executable, "-I", "-c", f"{code}\n{show}"], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_recipes_load_on_first_use() -> None:
    plain = {"guerdon.recipes", "guerdon.recipes.registry"}
    assert loaded_after("import guerdon") == set()
    assert loaded_after("import guerdon.recipes") == plain
    family = {name for name in loaded_after("import guerdon as gd; gd.recipes.gigpo") if name not in plain}
    assert "guerdon.recipes.credit.steps" in family
    assert all(name.startswith("guerdon.recipes.credit") for name in family)


class TestBeyondTheHandNumbers:
    """What the recipes must do beside their rows' numbers."""

    def test_an_unscored_step_leaves_its_completion_out_and_the_others_in(self) -> None:
        r, n = gd.col("r", axis="step"), gd.col("n", axis="step")
        rows: dict[str, Any] = {"prompt": ["p"] * 3, "r": [[0.1, None], [0.3], []], "n": [[2, 2], [3], []]}
        scores = gd.recipes.pure(r, n).score(rows)
        assert scores.nested() == [[None, None], [pytest.approx(0.3)], []]

    def test_a_correct_answer_never_earns_less_than_a_wrong_one(self) -> None:
        reward = gd.recipes.grpo_lambda(gd.col("right"), gd.col("length"), fraction=1.0, alpha=0.9)
        rows = {"prompt": ["p"] * 3, "right": [1, 1, 0], "length": [10, 10_000, 1]}
        one, other, wrong = reward.score(rows).values.tolist()
        assert one > other > wrong == 0

    def test_a_group_of_wrong_answers_needs_no_statistics_of_nobody(self) -> None:
        reward = gd.recipes.grpo_lambda(gd.col("right"), gd.col("length"), fraction=1.0)
        assert reward.score({"prompt": ["p"] * 2, "right": [0, 0], "length": [1, 2]}).numbers == [0.0, 0.0]

    def test_a_judge_that_fails_leaves_only_its_own_rollout_without_a_number(self) -> None:
        margin = gd.col("score") - gd.other(gd.col("score"))
        rows = {"prompt": ["p"] * 4, "score": [5, None, 7, 3], "first": [1, 0, 0, 0]}
        scores = gd.recipes.brpo(margin, reference=gd.col("first")).score(rows)
        assert scores.numbers == [None, None, 1.0, -1.0]
        assert scores.reasons == ["left out: the reference of its group", "missing", "", ""]

    def test_the_reference_is_drawn_anew_each_step(self) -> None:
        margin = gd.col("score") - gd.other(gd.col("score"))
        rows = {"prompt": ["p"] * 4, "score": [1, 2, 3, 4]}
        reward = gd.recipes.brpo(margin, extreme=1)
        drawn = [reward.score(rows, step=step).numbers.index(None) for step in range(40)]
        assert set(drawn) == {0, 1, 2, 3}

    def test_same_test_means_same_place_in_the_suite_of_the_same_prompt(self) -> None:
        dense = gd.recipes.verpo_dense(gd.col("passed", axis="test"))
        rows = {"prompt": ["p", "q", "p", "q"], "passed": [[1, 0], [0, 0, 1], [1, 1], [1, 0, 1]]}
        assert dense.score(rows).values.tolist() == [0.0, 0.0, 1.0, pytest.approx(1 / 3)]

    def test_states_of_other_tasks_are_other_states(self) -> None:
        advantage = gd.recipes.gigpo(gd.col("r", axis="step"), gd.col("state", axis="step"))
        rows = {"prompt": ["p", "q"], "r": [[1], [0]], "state": [["s"], ["s"]]}
        assert advantage.score(rows).values.tolist() == [0.0, 0.0]

    @pytest.mark.parametrize("name", ["pure", "gigpo", "verpo", "brpo"])
    def test_an_advantage_says_that_it_is_one(self, name: str) -> None:
        assert find(name)[0].example().is_advantage

    def test_credit_for_steps_of_a_text_reaches_its_tokens(self) -> None:
        marks = gd.text.steps().map({"good": 0.8, "bad": -0.2, "fair": 0.5})
        tokens = gd.text.tokens(gd.col("offsets"))
        count = tokens.within(gd.text.steps()).exists().sum()
        advantage = gd.recipes.pure(marks, count, baseline=None)
        on_tokens = advantage.onto(tokens, at="all") - advantage.onto(tokens, at="last")
        # Tokens "go", "od", "\n\n", "bad", "\n\n", "fair": a separator belongs to the step before, and closes it.
        rows = {"completion": ["good\n\nbad\n\nfair"], "offsets": [[(0, 2), (2, 4), (4, 6), (6, 9), (9, 11), (11, 15)]]}
        assert count.score(rows).nested() == [[3, 2, 1]]
        first, second, third = advantage.score(rows).values.tolist()
        assert on_tokens.score(rows).values.tolist() == [first, first, 0, second, 0, 0]
        assert third > 0 > first > second
