"""Where a paper's released form can be fooled: its recipe has that form, and a rewriting that fools it and not ours."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

import guerdon as gd
from guerdon.recipes import all_recipes, find

from .case import c
from .measures import GOLD, table
from .systems import BOXES, GOLDS, call, named, solid, told

RECIPES = [recipe for recipe in all_recipes() if recipe.family == "verifiable"]
HACKED = [recipe for recipe in RECIPES if recipe.hacks]
HAVE_HACKS = ("P001", "P033", "P034", "P077", "P090", "P134", "P183")
HAVE_RELEASED = ("P001", "P037", "P077", "P090", "P099", "P106", "P128", "P134", "P140")


@dataclass(frozen=True)
class Shown:
    """Completions before a rewriting, and how they are scored; ``released`` holds the knobs of the form that falls."""

    make: Any
    before: list[str]
    given: dict[str, Any]
    released: dict[str, Any]


def shown(make: Any, before: str, **given: Any) -> Shown:
    return Shown(make, [before], {name: [value] for name, value in given.items()}, {"as_released": True})


P = gd.recipes
SAID = gd.structure.json()
PERSON = [gd.text.equal(SAID["decision"], "SELECTED"), c("truth") == "SELECTED", c("near"), c("skill"), c("form")]
PAGES = [gd.ranking.answers(gd.text.tag("answer"), "json", axis="id"), GOLDS, c("pages", "page"), c("tidy")]
SMALL = [0.4, 0.4, 0.5, 0.45]
ON_GRID = [[0, 0, 100, 100], [200, 200, 300, 300]]
UNSURE = [{"Position": [x + 10, y, u + 10, v], "Confidence": 0.3} for x, y, u, v in BOXES]

# For each recipe with hacks: what it is built of, and what an honest policy wrote.
SHOWN: dict[str, Shown] = {
    "threed_r1": shown(lambda **k: P.threed_r1(GOLDS, c("alike"), **k), solid(BOXES), alike=0.0,
                       golds=[[*b[:2], 0, *b[2:], 9] for b in BOXES]),
    "toolrl": shown(lambda **k: P.toolrl(c("gold"), **k), call("Ulm", "F"), gold=call("Ulm", "C")),
    "mixed_r1_open": shown(lambda **k: P.mixed_r1_open(c("completion"), c("gold"), table, **k), GOLD, gold=GOLD),
    "ats_grpo": Shown(
        lambda **k: P.ats_grpo(*PERSON, **k),
        ['{"decision": "SELECTED"}'] * 3 + ['{"decision": "REJECTED"}'] * 7,
        {"truth": ["SELECTED"] * 2 + ["REJECTED"] * 8, **dict.fromkeys(("near", "skill", "form"), [1.0] * 10)},
        {"fp_penalty": 5.0},
    ),
    "mm_r5": shown(lambda **k: P.mm_r5(*PAGES, **k), told([1, 3, 2]), golds=[1], pages=[1, 2, 3], tidy=1),
    "vlm_r1": shown(lambda **k: P.vlm_r1(GOLDS, **k), told(named(BOXES)), golds=named(BOXES)),
    "vlm_r1_composite": shown(lambda **k: P.vlm_r1_composite(GOLDS, **k), told(named(ON_GRID[:1])),
                              golds=[*named(ON_GRID[:1]), *named(ON_GRID[1:], "dog")]),
    "visual_rft": shown(lambda **k: P.visual_rft(GOLDS, **k), told(UNSURE), golds=BOXES),
    "vision_r1": shown(lambda **k: P.vision_r1(GOLDS, **k), json.dumps(named(BOXES)), golds=named(BOXES)),
    "beamperl": shown(lambda **k: P.beamperl(GOLDS, **k), "so\n</think>\n\\boxed{0.75P, 0.35P}", golds=[0.75, 0.25]),
    "gui_g2": shown(lambda **k: P.gui_g2(c("gold"), **k), str(SMALL), gold=SMALL),
    "bleuberi": shown(lambda **k: P.bleuberi(c("refs"), **k), "It is Rome, I am quite sure of that.", refs=["Paris"]),
}  # fmt: skip


@pytest.mark.parametrize("row", HAVE_HACKS)
def test_rows_that_can_be_fooled_have_a_rewriting(row):
    assert any(recipe.hacks for recipe in find(row))


@pytest.mark.parametrize("row", HAVE_RELEASED)
def test_rows_whose_code_differs_have_the_released_form(row):
    assert any(recipe.as_released for recipe in find(row))


def test_every_recipe_with_hacks_is_shown_below():
    assert {recipe.name for recipe in HACKED} == set(SHOWN)


@pytest.mark.parametrize("recipe", HACKED, ids=lambda recipe: recipe.id)
def test_each_rewriting_fools_the_released_form_and_not_ours(recipe):
    """What it spoils costs nothing there, or it even gains; ours takes it for what it is."""
    case = SHOWN[recipe.name]
    for hack in recipe.hacks:
        after = [hack(text) for text in case.before]
        assert after != case.before
        gain = {}
        for form, knobs in (("released", case.released), ("ours", {})):
            reward = case.make(**knobs)
            means = [reward.score({"completion": texts} | case.given).mean() for texts in (case.before, after)]
            assert None not in means
            gain[form] = means[1] - means[0]
        assert gain["released"] >= -1e-9, gain
        assert gain["ours"] < gain["released"] - 1e-9, gain
        assert gain["ours"] < 1e-9, gain
