"""`reproduce`: what it prints, what it returns, and honest verdicts."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping
from dataclasses import replace

import pytest

from guerdon.recipes import Claim, Experiment, Fact, Recipe, find, table
from guerdon.recipes import reproduce as module
from guerdon.recipes.experiments.tilting import tilted
from guerdon.recipes.reproduce import judge, reproduce


def run_of(values: list[float]) -> Experiment:
    """An experiment whose seeds return these figures."""
    claims = (Claim("x is near 1", lambda seen: seen["x"], low=0.9, high=1.1, whose="paper"),)
    return Experiment(lambda seed, size: {"x": values[seed]}, claims, "figures known beforehand", seeds=len(values))


def seen_of(
    recipe: Recipe, monkeypatch: pytest.MonkeyPatch, seeds: int | None = None, smoke: bool = False
) -> tuple[int, str]:
    monkeypatch.setattr(module, "find", lambda name: [recipe])
    out = io.StringIO()
    return reproduce(recipe.name, seeds=seeds, smoke=smoke, out=out), out.getvalue()


GIGPO = find("gigpo")[0]


def test_three_seeds_around_one_are_a_reproduction(monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = seen_of(replace(GIGPO, experiment=run_of([0.99, 1.0, 1.01])), monkeypatch)
    assert code == 0
    # Mean 1, deviation 0.01, times 4.303 / sqrt(3).
    row = next(line for line in text.splitlines() if line.startswith("x is near 1"))
    assert row.split("  ")[-1] == "reproduced"
    assert "0.97516 to 1.0248" in row
    assert "paper" in row


def test_seeds_far_off_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = seen_of(replace(GIGPO, experiment=run_of([1.99, 2.0, 2.01])), monkeypatch)
    assert code == 1
    assert "  not" in text


def test_seeds_that_scatter_decide_nothing_and_are_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = seen_of(replace(GIGPO, experiment=run_of([0.8, 1.0, 1.2])), monkeypatch)
    assert code == 0
    assert "undecided" in text


def test_one_seed_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = seen_of(replace(GIGPO, experiment=run_of([1.0])), monkeypatch)
    assert code == 0
    assert "one run" in text
    assert "undecided" in text


def test_a_fact_that_does_not_hold_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(GIGPO, facts=(Fact("two and two", lambda: 4.0, 5.0),), experiment=None)
    code, text = seen_of(wrong, monkeypatch)
    assert code == 1
    assert "two and two  5         4         DOES NOT HOLD" in text


def test_interrupted_it_says_what_is_known_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(seed: int, size: str) -> Mapping[str, float]:
        if seed == 2:
            raise KeyboardInterrupt
        return {"x": 1.0 + seed / 1e4}

    experiment = replace(run_of([1.0, 1.0, 1.0]), run=run)
    code, text = seen_of(replace(GIGPO, experiment=experiment), monkeypatch)
    assert code == 130
    assert "Interrupted after 2 of 3 seeds." in text
    assert "reproduced" in text


def test_a_package_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = replace(run_of([1.0]), needs=("no_such_package",))
    code, text = seen_of(replace(GIGPO, experiment=experiment), monkeypatch)
    assert code == 1
    assert "needs no_such_package, which is not installed" in text


def test_a_terminal_sees_a_bar_and_a_file_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(module, "find", lambda name: [replace(GIGPO, experiment=run_of([1.0, 1.0, 1.0]))])
    screen = Terminal()
    reproduce("gigpo", out=screen)
    assert "seed 2 of 3" in screen.getvalue()
    plain = io.StringIO()
    reproduce("gigpo", out=plain)
    assert "\x1b" not in plain.getvalue()


def test_a_row_reproduces_all_its_recipes() -> None:
    out = io.StringIO()
    assert reproduce("P033", out=out) == 0
    assert "P033 mixed_r1 ·" in out.getvalue()
    assert "P033 mixed_r1_open ·" in out.getvalue()
    assert out.getvalue().count("No experiment yet.") == 2


def test_a_real_smoke_run_prints_every_claim() -> None:
    out = io.StringIO()
    assert reproduce("par", seeds=2, smoke=True, out=out) == 0
    text = out.getvalue()
    experiment = find("par")[0].experiment
    assert experiment is not None
    assert all(claim.says in text for claim in experiment.claims)
    assert "A smoke run" in text
    assert "DOES NOT HOLD" not in text


@pytest.mark.full
@pytest.mark.parametrize(
    "name", ["par", "lsc", "grpo_lambda", "crf", "rm_ensemble", "constrained", "pure", "gigpo", "brpo"]
)
def test_the_experiments_fail_no_claim(name: str) -> None:
    out = io.StringIO()
    assert reproduce(name, out=out) == 0, out.getvalue()


def test_unknown_names_and_seeds_are_refused() -> None:
    with pytest.raises(KeyError, match="there is no recipe 'nothing'"):
        reproduce("nothing", out=io.StringIO())
    with pytest.raises(ValueError, match="at least 1"):
        reproduce("par", seeds=0, out=io.StringIO())


def test_an_interval_that_ends_where_the_claim_ends_is_inside() -> None:
    claim = Claim("at most 1", lambda seen: seen["x"], high=1.0)
    assert judge(claim, [{"x": 1.0}] * 3).verdict == "reproduced"


def test_tilting_keeps_its_budget() -> None:
    import numpy as np

    reward = np.random.default_rng(0).normal(size=1000)
    for budget in (0.1, 1.0, 4.0):
        weights = tilted(reward, budget)
        assert math.isclose(float((weights * np.log(weights * 1000)).sum()), budget, rel_tol=1e-6)


class TestTable:
    def test_the_data_is_json_and_complete(self) -> None:
        data = json.loads(json.dumps(table.records(), allow_nan=False))
        par = next(entry for entry in data if entry["id"] == "P009:par")
        assert par["family"] == "shaping"
        assert par["shape"] == "expression"
        assert par["sure"] == "code"
        assert par["status"] == "facts and experiment"
        assert par["facts"][0] == {"name": "score 2 against 0", "want": 0.8808, "tol": 1e-4}
        assert par["experiment"]["claims"][0]["low"] == 0
        assert par["experiment"]["claims"][0]["high"] is None

    def test_the_text_has_a_line_for_each(self) -> None:
        lines = table.text().splitlines()
        assert len(lines) == 1 + len(table.records())
        assert len({line.index("shaping") for line in lines if "  shaping  " in line}) == 1

    def test_details_show_tree_facts_and_claims(self) -> None:
        shown = table.details(GIGPO)
        assert "reverse_cumsum" in shown
        assert "a group of one, as released" in shown
        assert "at most 0.95" in shown

    def test_details_of_a_recipe_that_is_no_expression(self) -> None:
        assert "minmax: 1, 2, 3" in table.details(find("par_baselines")[0])
