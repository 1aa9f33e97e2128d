"""Policies of a few ways to answer, under rewards that flip, judges that are fooled, and rules that do not apply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import guerdon as gd
from guerdon.expr.score import Score
from guerdon.lab.curves import Chart, Figures, Line

from ..registry import Size
from ..shaping import harmo, noisy_reward, trust_grpo
from .tabular import Floats, Ints, climb, drawn, softmax

GROUP = 8
POINTS = 20  # of a curve


def train(
    reward: Score,
    policy: Floats,
    says: Callable[[Ints, Ints, np.random.Generator], dict[str, Any]],
    rng: np.random.Generator,
    steps: int,
    rate: float,
    groups: int = 1,
) -> dict[int, Floats]:
    """GRPO on a table with a row for each kind of prompt: the chances of each answer by step, the last at the end.

    ``says(kinds, answers, rng)`` gives the columns of a batch, in which each kind has so many groups of eight.
    """
    runner, policy = reward.zscore(over="prompt").compile(), policy.copy()
    kinds = np.repeat(np.arange(len(policy)), groups * GROUP)
    seen = {0: softmax(policy)}
    for step in range(1, steps + 1):
        answers = drawn(policy, kinds, rng)
        rows = {"uid": (np.arange(len(kinds)) // GROUP).tolist(), **says(kinds, answers, rng)}
        climb(policy, kinds, answers, runner.score(rows).values, rate / (groups * GROUP))
        if step % -(-steps // POINTS) == 0 or step == steps:
            seen[step] = softmax(policy)
    return seen


def _line(seen: Mapping[int, Floats], worth: Callable[[Floats], float]) -> Line:
    """What the chances were worth, by step."""
    return Line.of(list(seen), [worth(chances) for chances in seen.values()])


# ---------------------------------------------------------------- P018: rewards that flip

PROBLEMS, ARMS = 16, 4  # independent problems, with four answers of which the first is right


def flips(seed: int, size: Size) -> Mapping[str, float]:
    """How often the right one of four answers is given in the end, where so many groups have their rewards flipped."""
    steps = {"smoke": 60, "full": 1500}[size]
    figures, lines = {}, {}
    for percent in (0, 20, 40, 50):
        seen = train(
            noisy_reward(gd.col("right"), percent / 100, seed=seed),
            np.zeros((PROBLEMS, ARMS)),
            lambda kinds, answers, rng: {"right": (answers == 0).astype(float).tolist()},
            np.random.default_rng([18, seed]),
            steps,
            rate=0.05,
        )
        lines[f"{percent} % flipped"] = _line(seen, lambda chances: float(chances[:, 0].mean()))
        figures[f"right at {percent}"] = lines[f"{percent} % flipped"].y[-1]
    return Figures(figures, Chart("Right answers under flipped rewards", "step", "share", lines))


# ---------------------------------------------------------------- P032: some tasks have a rule

# How good each of four answers truly is, what a rule says of it, and what a model says: a right one in other words, a
# right one as the reference has it, a wrong one that sounds right, a poor one. On sums (row 0) the rule is right and
# the model likes what sounds right; on open tasks (row 1) the rule knows one wording, of a middling answer, alone.
GOLD = np.array([[1.0, 1.0, 0.0, 0.0], [1.0, 0.5, 0.4, 0.0]])
RULE = np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]])
MODEL = np.array([[0.7, 0.8, 0.9, 0.1], [0.9, 0.6, 0.5, 0.1]])


def routes(seed: int, size: Size) -> Mapping[str, float]:
    """The true worth of answers to sums and to open tasks: by rule alone, by model alone, and routed."""
    rule, model = gd.col("rule"), gd.col("model")
    blend: dict[str, Score | float] = {
        "rule": 1.0,
        "model": 0.0,
        "hybrid": gd.col("kind").map({"sum": 1.0}, otherwise=0.0),
    }

    def says(kinds: Ints, answers: Ints, rng: np.random.Generator) -> dict[str, Any]:
        heard = MODEL[kinds, answers] + 0.1 * rng.normal(size=len(kinds))
        return {"kind": np.where(kinds == 0, "sum", "open").tolist(), "rule": RULE[kinds, answers].tolist(),
                "model": np.clip(heard, 0, 1).tolist()}  # fmt: skip

    figures: dict[str, float] = {}
    lines = {}
    for name, sure in blend.items():
        reward = harmo(rule, model, sure, weights=(1.0, 0.0, 0.0))
        rng, steps = np.random.default_rng([32, seed]), {"smoke": 15, "full": 500}[size]
        seen = train(reward, np.zeros((2, 4)), says, rng, steps, 0.1, groups=4)
        worth = (seen[steps] * GOLD).sum(axis=1)
        figures |= {f"{name} on sums": float(worth[0]), f"{name} on open tasks": float(worth[1])}
        figures[name] = float(worth.mean())
        lines[name] = _line(seen, lambda chances: float((chances * GOLD).sum(axis=1).mean()))
    return Figures(figures, Chart("True worth over both kinds of task", "step", "gold", lines))


# ---------------------------------------------------------------- P196: a judge that likes a style

# Plain answers are right more often, and their thinking is judged soberly; of confident ones the judge likes the wrong.
RIGHT = np.array([0.6, 0.5])
JUDGED = np.array([[0.2, 0.2], [1.0, 0.4]])  # by style, wrong and right


def styles(seed: int, size: Size) -> Mapping[str, float]:
    """The share of confident answers under the outcome alone, a judge always trusted, by group, and annealed."""
    outcome, thinking = gd.col("outcome"), gd.col("thinking")
    steps = {"smoke": 30, "full": 1000}[size]

    def says(kinds: Ints, answers: Ints, rng: np.random.Generator) -> dict[str, Any]:
        right = (rng.random(len(answers)) < RIGHT[answers]).astype(int)
        return {"outcome": right.tolist(), "thinking": JUDGED[answers, right].tolist()}

    never = 1e9  # a decay so slow that nothing is annealed
    rewards = {
        "outcome": outcome + 0.0,
        "always": outcome + 0.3 * thinking,
        "trust": trust_grpo(outcome, thinking, decay=never, judge_all=True),
        "released": trust_grpo(outcome, thinking, decay=never),
        "annealed": trust_grpo(outcome, thinking, decay=steps / 10, judge_all=True),
    }
    figures, lines = {}, {}
    for name, reward in rewards.items():
        rng = np.random.default_rng([196, seed])
        seen = train(reward, np.zeros((1, 2)), says, rng, steps, 0.1, groups=8)
        lines[name] = _line(seen, lambda chances: float(chances[0, 1]))
        figures[f"confident {name}"] = lines[name].y[-1]
    return Figures(figures, Chart("Confident answers", "step", "share", lines))
