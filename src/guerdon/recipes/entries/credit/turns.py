"""Credit, turns: facts and experiments."""

from __future__ import annotations

import guerdon as gd

from ...credit import meow_tea_taro, spa
from ...experiments import kitchens
from ...registry import Claim, Experiment, Fact, register
from ..seen import change, column, nested, numbers

_PAID, _WON = gd.col("r", axis="turn"), gd.col("won")
_WALKS = {"r": [[0, 1, 0, 1], [0, 1, 0, 0]], "won": [1, 0]}

register(
    meow_tea_taro,
    row="P085",
    title="meow-tea-taro: A Practitioner's Guide to Multi-turn Agentic Reinforcement Learning",
    shape="expression",
    sure="code",
    example=lambda: meow_tea_taro(_PAID, _WON, gd.col("most")),
    facts=(
        Fact(
            "won, two of four turns paid",
            lambda: nested(meow_tea_taro(_PAID, _WON, most=4), _WALKS)[0],
            (0, 0.5, 0, 0.5),
            0,
        ),
        Fact(
            "lost, one of four that could be had",
            lambda: nested(meow_tea_taro(_PAID, _WON, most=4), _WALKS)[1],
            (0, 0.25, 0, 0),
            0,
        ),
        Fact(
            "single: the final reward at the last turn",
            lambda: numbers(meow_tea_taro(_PAID, _WON, density="single"), _WALKS),
            (0, 0, 0, 1, 0, 0, 0, 0),
            0,
        ),
        Fact(
            "won, and nothing paid on the way",
            lambda: numbers(meow_tea_taro(_PAID, _WON), {"r": [[0, 0, 0]], "won": [1]}),
            (0, 0, 0),
            0,
        ),
        Fact(
            "a won episode adds up to 1, a lost one to the share it reached",
            lambda: numbers(meow_tea_taro(_PAID, _WON, most=4).sum(), _WALKS),
            (1, 0.25),
            0,
        ),
        Fact(
            "lost, where nothing could be had: divided by 1",
            lambda: numbers(meow_tea_taro(_PAID, _WON, most=0), {"r": [[0, 1]], "won": [0]}),
            (0, 1),
            0,
        ),
    ),
    experiment=Experiment(
        kitchens.density,
        (
            Claim(
                "RLOO: episodes until four of five are won, dense over single",
                lambda seen: seen["episodes rloo dense"] / seen["episodes rloo single"],
                high=1.0,
                whose="paper",
            ),
            Claim(
                "GRPO: episodes until four of five are won, dense over single",
                lambda seen: seen["episodes grpo dense"] / seen["episodes grpo single"],
                high=1.0,
                whose="paper",
            ),
            Claim("RLOO, dense: share won at the end", column("won rloo dense"), low=0.9),
            Claim("GRPO, dense: share won at the end", column("won grpo dense"), low=0.9),
        ),
        "a kitchen of three rooms, a meal to take, cook and eat: reward at the end or on the way, a tabular policy",
        seeds=5,
    ),
)

_C, _G, _OUT = gd.col("c", axis="turn"), gd.col("g", axis="turn"), gd.col("outcome")
_CHAIN = {"c": [[0.1, 0.3, 0.6]], "g": [[1, 0, 1]]}
_THREE = {"prompt": ["p"] * 3, "c": [[0.2, 0.8]] * 3, "g": [[0, 0]] * 3, "outcome": [1, 0, 0]}

register(
    spa,
    row="P162",
    title="SPA-RL: Reinforcing LLM Agents via Stepwise Progress Attribution",
    shape="expression",
    sure="code",
    guesses=("alpha = 1 is from memory", "as released, a rollout without others in its group gets 0"),
    example=lambda: spa(_C, _G),
    facts=(
        Fact("contribution and grounding", lambda: numbers(spa(_C, _G), _CHAIN), (0.6, 0.3, 1.1), 1e-12),
        Fact(
            "without grounding the turns add up to the estimator's total",
            lambda: numbers(spa(_C, _G, beta=0.0).sum(), _CHAIN),
            1.0,
            1e-12,
        ),
        Fact(
            "an estimator without error: the turns add up to the final reward",
            lambda: numbers(spa(_C, _G, beta=0.0).sum(), {"c": [[0.25, -0.5, 0.5]], "g": [[1, 1, 1]]}),
            0.25,
            1e-12,
        ),
        Fact(
            "as released: the final reward less the others' at every turn",
            lambda: numbers(spa(_C, _G, _OUT, beta=0.0, as_released=True), _THREE),
            (1, 1, -0.5, -0.5, -0.5, -0.5),
            1e-12,
        ),
        Fact(
            "as released: the last turn counts as grounded",
            lambda: numbers(spa(_C, _G, _OUT, as_released=True), _THREE),
            (1, 1.5, -0.5, 0, -0.5, 0),
            1e-12,
        ),
        Fact(
            "as released: a rollout alone in its group",
            lambda: numbers(spa(_C, _G, _OUT, beta=0.0, as_released=True), {**_CHAIN, "prompt": ["p"], "outcome": [1]}),
            (0, 0, 0),
            0,
        ),
    ),
    experiment=Experiment(
        kitchens.progress,
        (
            Claim("turns that met a goal above turns that did not: gamma", column("order"), low=0.8, whose="paper"),
            Claim("episodes whose largest contribution is a turn that met a goal", column("largest"), low=0.9),
            Claim(
                "trained on contributions instead of the final reward: share won after as many episodes",
                change("won progress", "won final"),
                low=0.0,
                whose="paper",
            ),
            Claim(
                "the same with what is paid for grounded turns",
                change("won grounded", "won final"),
                low=0.0,
                whose="paper",
            ),
        ),
        "a kitchen of three rooms; an estimator that saw final rewards alone, and a tabular policy trained on it",
        seeds=5,
    ),
)
