"""Verifiable recipes from the text: each example scores a completion as a user would, and its answer is what pays."""

from __future__ import annotations

import json
from typing import Any

import pytest

from guerdon.recipes import Recipe, all_recipes, find

VERIFIABLE = [recipe for recipe in all_recipes() if recipe.family == "verifiable"]
ROWS = """
    P001 P003 P004 P005 P006 P007 P029 P033 P034 P037 P045 P063 P068 P075 P077 P078 P081 P090 P091 P099 P106 P120 P122
    P123 P124 P128 P134 P136 P140 P142 P148 P152 P154 P180 P183
""".split()

# What these score is not in one completion: tests of a program, likelihoods, decks, pools of prompts, traces.
ELSEWHERE = """
    agent_rlvr agent_rlvr_guidance agent_rlvr_pairs agent_rlvr_round verpo verpo_dense likelihood likelihood_jepo
    nano_capsulator nano_capsulator_loss threed_r1_views ophiuchus_revised constant_policies shop_r1_certainty
    bleuberi_hard bleuberi_rm slideforge slideforge_brief slideforge_content slideforge_render slideforge_rules
""".split()


def thinking(answer: str, thought: str = "Look again, and more closely.") -> str:
    return f"<think>{thought}</think><answer>{answer}</answer>"


def listed(*items: dict[str, Any]) -> str:
    return json.dumps(items)


CAT = {"bbox_2d": [0, 0, 10, 10], "label": "cat"}
HANDLE = {"bbox_2d": [0, 0, 9, 9], "point_2d": [5, 5], "affordance": "grasp"}
FRAMES = " ".join(f"{frame}: [0, 0, 2, 2]" for frame in range(5, 15))
CALL = '<tool_call>\n{"name": "w", "parameters": {"city": "Ulm"}}\n</tool_call>'
CLICK = {"type": "click", "name": "red shoes"}
CUP = {"name": "cup", "kind": "position", "value": [0.2, 0.4]}
CARS = [{"name": name, "kind": "position", "value": [x, 50]} for name, x in (("A", 100), ("B", 300))]
LEG = "Route Name: Red\nDeparture Stop: A\nArrival Stop: C"
SEARCH = "<think>Who?</think><search>small: Who wrote it?</search><information>Eco</information>"
TRACE = [[0, 0, 1], [0.5, 0.5, 1]]

# Of each recipe: a right completion, its references, and what it earns.
RIGHT: dict[str, tuple[str, dict[str, Any], float]] = {
    "threed_r1": (
        thinking("A bed: box: [0, 0, 0, 2, 2, 2]"),
        {"golds": [[0, 0, 0, 2, 2, 2]], "answer": "A bed: box: [0, 0, 0, 2, 2, 2]"},
        1.0,
    ),
    "stvg_o1": (
        f"<time>[5, 14]</time><think bbox>{FRAMES}</think bbox><pred bbox>{FRAMES}</pred bbox>",
        {"span": [5, 14], "track": {str(frame): [0, 0, 2, 2] for frame in range(5, 15)}},
        5.0,
    ),
    "rl_struct": ('{"reasoning": "a", "answer": "b"}', {"right": 1}, 4.0),
    "timemaster": (
        "<think>even</think><class>walking</class><extension>Watch the left knee.</extension>",
        {"gold": "walking", "mark": 0.8},
        1.4,
    ),
    "ranked_list": (thinking("1. B\n2. A\n3. C"), {"gold": "A"}, 0.5),
    "toolrl": (f"<think>{'so ' * 384}</think>\n{CALL}", {"gold": f"<think>w</think>\n{CALL}"}, 5.0),
    "mixed_r1": (thinking("[0, 0, 10, 5]"), {"kind": "iou", "gold": 1, "box": [0, 0, 10, 10]}, 1.5),
    "mixed_r1_open": (thinking("the grey cat"), {"gold": "the grey cat"}, 1.0),
    "ats_grpo": (
        '{"decision": "SELECTED", "score": 70}',
        {"truth": "SELECTED", "score": 80, "skill": 1},
        0.975,
    ),
    "mm_r5": (thinking("[1, 3, 2]"), {"golds": [3], "pages": [1, 2, 3]}, 1.125),
    "affordance_r1": (
        f"<think>a</think><rethink>b</rethink><answer>{listed(HANDLE)}</answer>",
        {"golds": [HANDLE], "affordance": "grasp"},
        10.0,
    ),
    "ophiuchus": (
        f"<think>small</think>{CALL}<answer>benign</answer>",
        {"gold": "benign"},
        1.6,
    ),
    "grip": (
        thinking("red [0, 0, 10, 10]", "First the cup, then the table."),
        {
            "answer": "red [0, 0, 10, 10]",
            "golds": [[0, 0, 10, 10]],
            "weights": [1],
            "first": ["cup", "table"],
            "second": ["door"],
        },
        4.0,
    ),
    "grip_salience": ("[0, 0, 10, 10]", {"golds": [[0, 0, 10, 10], [50, 0, 60, 10]], "weights": [1, 0]}, 1.0),
    "shop_r1": (
        json.dumps({"rationale": "cheap", "action": CLICK}),
        {"gold": CLICK, "p": [[0.7, 0.1, 0.1, 0.1]]},
        1001 + 0.005 * 0.11146,
    ),
    "vlm_r1": (thinking(listed(CAT)), {"golds": [CAT]}, 1.0),
    "vlm_r1_composite": (thinking(listed(CAT)), {"golds": [CAT]}, 1.0),
    "vlm_r1_length": (thinking("cat"), {"gold": "cat", "completion_ids": [7] * 512}, 0.75),
    "vlm_r1_rec": (thinking("[0, 0, 10, 5]"), {"gold": [0, 0, 10, 10]}, 1.5),
    "visual_rft": (
        thinking("[{'Position': [0, 0, 10, 8], 'Confidence': 1.0}]"),
        {"golds": [[0, 0, 10, 10]]},
        2.8,
    ),
    "visual_rft_classes": (thinking("heron"), {"label": "heron"}, 2.0),
    "visual_rft_grounding": (thinking("[0, 0, 2, 2]"), {"gold": [0, 0, 2, 2]}, 2.0),
    "cls_rl": (thinking("Cat"), {"label": "cat"}, 2.0),
    "vision_r1": (f"<answer>{listed(CAT)}</answer>", {"golds": [CAT]}, 3.0),
    "star_r1": (thinking('[[3, "color", "red"]]'), {"truths": [[3, "color", "red"]]}, 6.0),
    "rewardmap": (
        LEG,
        {"lines": {"Red": ["A", "B", "C"]}, "start": "A", "stop": "C", "transfers": 0, "difficulty": "easy"},
        13.0,
    ),
    "rewardmap_question": ("It is \\boxed{4}.", {"gold": "4", "difficulty": "hard"}, 15.0),
    "geo_r": ("<region>FR > IDF</region> (0, 1)", {"place": [0, 0], "chain": ["FR", "IDF"]}, 0.92587 + 0.5),
    "infigui_g1": ('<think>x</think>[{"point_2d": [20, 20]}, {"point_2d": [5, 5]}]', {"gold": [0, 0, 10, 10]}, 1.5),
    "video2layout": (
        "<map>bed: [0, 0, 2, 2]\ndesk: [5, 1]</map><think>9 m</think><answer>9</answer>",
        {"gold": 10, "plan": {"bed": [0, 0, 2, 2], "desk": [5, 1]}},
        0.91 + 0.5,
    ),
    "beamperl": ("…\n</think>\n\\boxed{\\frac{3}{4}P, 0.25P}", {"golds": [0.75, 0.25]}, 1.0),
    "robotracer": (
        thinking("[(0, 0, 1), (0.5, 0.5, 1)]", "cup position: (0.2, 0.4)"),
        {"trace": TRACE, "cues": [CUP]},
        2.5,
    ),
    "robotracer_success": (thinking("[(0, 0, 1), (0.5, 0.5, 1)]"), {"trace": TRACE, "scene": [[1, 0, 1]]}, 1.0),
    "gui_g2": ("[25, 12.5, 75, 37.5]", {"gold": [0, 0, 100, 50]}, 1.8),
    "ariadne": ("<answer>RRDD</answer>", {"picture": ["S..", "##.", "##G"]}, 1.6),
    "roborefer": (thinking("(0.52, 0.53)", "cup position: (0.2, 0.4)"), {"point": [0.5, 0.5], "cues": [CUP]}, 2.0),
    "surds": (
        thinking("left", "A position: (100, 50)\nB position: (300, 50)"),
        {"gold": "left", "places": CARS},
        4.0,
    ),
    "router_r1": (f"{SEARCH}<think>So.</think><answer>Eco</answer>", {"golds": ["Eco"], "spent": 3}, 0.75),
    "bleuberi": ("<answer>the cat sat</answer>", {"refs": ["the cat sat down"]}, 0.71653),
}


def scored(recipe: Recipe, *texts: str, references: dict[str, Any]) -> list[Any]:
    rows = {name: [value] * len(texts) for name, value in references.items()}
    found: list[Any] = recipe.example().score({**rows, "completion": list(texts)}).numbers
    return found


def test_every_row_is_there() -> None:
    assert {recipe.row for recipe in VERIFIABLE} == set(ROWS)
    assert {recipe.name for recipe in VERIFIABLE} == set(RIGHT) | set(ELSEWHERE)
    assert not set(RIGHT) & set(ELSEWHERE)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_completion_earns_what_a_hand_finds(name: str) -> None:
    text, references, want = RIGHT[name]
    assert scored(find(name)[0], text, references=references) == [pytest.approx(want, abs=1e-5)]


BROKEN = ("", "I do not know.", "<answer></answer>", "<think>", "[[[", "{}", "\\boxed{}", "<answer>[]</answer>", "None")


@pytest.mark.parametrize("name", RIGHT)
def test_a_completion_without_an_answer_earns_less(name: str) -> None:
    _, references, want = RIGHT[name]
    for number in scored(find(name)[0], *BROKEN, references=references):
        assert number is not None
        assert number < want


@pytest.mark.parametrize("name", RIGHT)
def test_a_missing_reference_is_nobodys_failure(name: str) -> None:
    """Some part needs a reference: without any, the row is unscored, and no number is made up."""
    text, references, _ = RIGHT[name]
    empty = {key: None for key in references if key not in ("completion_ids", "p")}
    kept = {key: value for key, value in references.items() if key not in empty}
    assert scored(find(name)[0], text, references={**empty, **kept}) == [None]


def test_a_deck_earns_what_a_hand_finds() -> None:
    slide = (
        "<h1>Solar for council</h1><section>solar w w w w w w w w w</section><section>{} x x x x x x x x x</section>"
    )
    slides = [slide.format(i) for i in range(5)]
    row = {
        "slides": [slides],
        "texts": [[f"solar {i}" for i in range(5)]],
        "topic": ["solar"],
        "audience": ["council"],
        "looks": [1.0],
        "wanted": [5],
        "said": [{"topic": "solar", "audience": "council", "slides": 5, "themes": "solar"}],
    }
    # Rules, rendering and brief are whole; without research and outline content is 0.35 + 0.2 + 0.1.
    want = (1 + 2 + 1.5 + 1.5 + 2 * 0.65 + 2) / 10
    assert find("slideforge")[0].example().score(row).numbers == [pytest.approx(want)]
