"""What rewards for pointing make of small policies: which boxes are said, how many, how surely, and where one looks.

A policy is a softmax over a few things to say. Its rewards are those of the recipes on the texts it writes; it climbs
their exact gradient, or that of groups of samples, as GRPO does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

import guerdon as gd
from guerdon.expr.score import Score

from ..registry import Size
from ..verifiable.detection import visual_rft, vlm_r1
from ..verifiable.grounding import threed_r1
from ..verifiable.gui import gui_g2, infigui_g1
from ..verifiable.localization import grip_salience

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

GROUP = 8
SCENES = {"smoke": 10, "full": 400}
GOLDS = gd.col("golds", axis="gold")


def softmax(logits: Floats) -> Floats:
    """Chances, along the last axis."""
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    found: Floats = weights / weights.sum(axis=-1, keepdims=True)
    return found


def climbed(rewards: Floats, steps: int = 1000, rate: float = 1.5) -> Floats:
    """The chances that a softmax policy reaches from equal ones along the exact gradient of its mean reward.

    >>> bool(climbed(np.array([0.0, 1.0]))[1] > 0.99)
    True
    """
    logits = np.zeros_like(rewards)
    for _ in range(steps):
        chances = softmax(logits)
        logits += rate * chances * (rewards - chances @ rewards)
    return softmax(logits)


def standardised(rewards: Floats) -> Floats:
    """GRPO's advantages of a group."""
    found: Floats = (rewards - rewards.mean()) / (rewards.std() + 1e-6)
    return found


def _earned(runner: Any, texts: Sequence[str], **columns: Any) -> Floats:
    """The rewards of texts that share their references."""
    rows = {"completion": list(texts), **{name: [value] * len(texts) for name, value in columns.items()}}
    found: Floats = runner.score(rows).values
    return found


def mean_earned(
    reward: Score, write: Callable[[np.random.Generator], tuple[list[str], Any]], seed: int, n: int
) -> Floats:
    """What each of several ways to answer earns, over so many scenes."""
    rng, runner = np.random.default_rng([seed, 77]), reward.compile()
    total: Floats = np.zeros(1)
    for _ in range(n):
        texts, golds = write(rng)
        total = total + _earned(runner, texts, golds=golds)
    return total / n


# ---------------------------------------------------------------- P077


def guesses(rng: np.random.Generator) -> tuple[list[str], Any]:
    """Answers of one box to twelve, of guesses for two objects, the first of which hit more often."""
    golds = [{"bbox_2d": [x, 0, x + 50, 50], "label": "cat"} for x in (0, 100)]
    # One that misses is somewhere else.
    hits = rng.random(12) < np.array([0.8, 0.8, *[0.15] * 10])
    order = iter(rng.permutation([0, 100]).tolist())
    places = [next(order, None) if hit else None for hit in hits]
    items = [
        {"bbox_2d": [1000 + 60 * i, 0, 1050 + 60 * i, 50] if x is None else [x, 0, x + 50, 47], "label": "cat"}
        for i, x in enumerate(places)
    ]
    return [f"<answer>{json.dumps(items[:n])}</answer>" for n in range(1, 13)], golds


def boxes_said(seed: int, size: Size) -> Mapping[str, float]:
    """How many boxes a policy lists, its guesses getting worse, under plain AP and with the factor of length."""
    counts = np.arange(1, 13)
    figures = {"boxes at first": float(counts.mean())}
    for name, released in (("plain", True), ("scaled", False)):
        chances = climbed(mean_earned(vlm_r1(GOLDS, as_released=released), guesses, seed, SCENES[size]))
        figures[f"boxes {name}"] = float(chances @ counts)
    return figures


# ---------------------------------------------------------------- P078

SURE = (0.0, 0.25, 0.5, 0.75, 1.0)


def confidence_said(seed: int, size: Size) -> Mapping[str, float]:
    """How sure a policy says it is, and whether it tries at all, where its best guess hits 4 times in 10."""

    def write(rng: np.random.Generator) -> tuple[list[str], Any]:
        hit = rng.random() < 0.4
        guess = [0, 0, 100, float(rng.uniform(70, 95))] if hit else [500, 500, 600, 600]
        tries = [(guess, sure) for sure in SURE] + [([9000, 9000, 9001, 9001], 0.0)]
        said = [[{"Position": box, "Confidence": sure}] for box, sure in tries]
        return [f"<think>a</think><answer>{json.dumps(items)}</answer>" for items in said], [[0, 0, 100, 100]]

    figures = {}
    for name, released in (("released", True), ("ours", False)):
        rewards = mean_earned(visual_rft(GOLDS, as_released=released), write, seed, SCENES[size])
        chances = climbed(rewards)
        figures[f"confidence {name}"] = float(chances[:-1] @ np.array(SURE) / chances[:-1].sum())
        figures[f"a box nowhere earns, {name}"] = float(rewards[-1])
        figures[f"the best guess earns, {name}"] = float(rewards[:-1].max())
    return figures


# ---------------------------------------------------------------- P068


def first_box(seed: int, size: Size) -> Mapping[str, float]:
    """Which of two objects a policy that says one box looks for: the key one, or another, seen equally well."""
    rng = np.random.default_rng([68, seed])
    weights = gd.col("weights", axis="gold")
    boxes = gd.vision.boxes(distinct=True)
    figures = {}
    for name, reward in (("weighted", grip_salience(boxes, GOLDS, weights)), ("plain", grip_salience(boxes, GOLDS))):
        runner, total = reward.compile(), np.zeros(2)
        for _ in range(SCENES[size]):
            golds = [[x, 0, x + 50, 50] for x in (0, 100)]
            off = rng.uniform(0, 10)
            texts = [str([x + off, 0, x + off + 50, 50]) for x in (0, 100)]
            total += _earned(runner, texts, golds=golds, weights=[1.0, 0.2])
        figures[f"key object, {name}"] = float(climbed(total / SCENES[size])[0])
    return figures


# ---------------------------------------------------------------- P001

SIDE = 5


def boxes_in_space(seed: int, size: Size) -> Mapping[str, float]:
    """A policy that says a cuboid coordinate by coordinate, trained with GRPO: its mean IoU before and after."""
    rng = np.random.default_rng([1, seed])
    low = rng.integers(0, 3, 3)
    gold = [*low.tolist(), *(low + rng.integers(1, 3, 3)).tolist()]
    runner = threed_r1(GOLDS, gd.col("alike")).compile()
    logits = np.zeros((6, SIDE))

    def said(n: int) -> Ints:
        draws = rng.random((n, 6, 1))
        found: Ints = (draws > np.cumsum(softmax(logits), axis=1)[None]).sum(axis=2).clip(max=SIDE - 1)
        return found

    def overlap(n: int = 400) -> float:
        return float(np.mean([gd.vision.overlap(box, gold) for box in said(n).tolist()]))

    figures = {"IoU before": overlap()}
    for _ in range({"smoke": 60, "full": 1500}[size]):
        boxes = said(GROUP)
        texts = [f"<think>It stands by the door.</think><answer>box: {box}</answer>" for box in boxes.tolist()]
        gains = standardised(_earned(runner, texts, golds=[gold], alike=0.0))
        onehot = np.eye(SIDE)[boxes]
        logits += 0.6 * np.einsum("n,nij->ij", gains, onehot - softmax(logits)[None]) / GROUP
    return {**figures, "IoU after": overlap()}


# ---------------------------------------------------------------- P122


def rare_elements(seed: int, size: Size) -> Mapping[str, float]:
    """A right element that a policy thinks of once in two hundred: one answer with 0/1, or three with AER.

    Twenty elements of a screen, several screens; groups of eight answers. The chance of naming the right one first.
    """
    elements, screens = 20, {"smoke": 2, "full": 20}[size]
    figures = {}
    explored = infigui_g1(gd.col("gold"), think=False).compile()
    single = gd.vision.inside(gd.vision.points(axis=None)[0], gd.col("gold")).compile()
    for name, points, runner in (("one", 1, single), ("three", 3, explored)):
        rng = np.random.default_rng([122, seed])
        found = []
        for _ in range(screens):
            centres = rng.uniform(0, 1000, (elements, 2)).round(1)
            logits = np.zeros(elements)
            logits[0] = np.log(19 / 199)  # 1 in 200, the others share the rest
            gold = [*(centres[0] - 5).tolist(), *(centres[0] + 5).tolist()]
            for _ in range({"smoke": 40, "full": 150}[size]):
                lists = [rng.choice(elements, points, replace=False, p=softmax(logits)) for _ in range(GROUP)]
                texts = [json.dumps([{"point_2d": centres[i].tolist()} for i in one]) for one in lists]
                gains = standardised(_earned(runner, texts, gold=gold))
                logits += 0.5 * sum(gain * _slope(logits, one) for gain, one in zip(gains, lists, strict=True)) / GROUP
            found.append(softmax(logits)[0])
        figures[f"right first, {name}"] = float(np.mean(found))
    return figures


def _slope(logits: Floats, chosen: Ints) -> Floats:
    """The gradient of the log-chance of drawing these one after another, without putting back."""
    found, left = np.zeros_like(logits), np.ones(len(logits), dtype=bool)
    for i in chosen.tolist():
        weights = np.where(left, np.exp(logits - logits.max()), 0.0)
        found -= weights / weights.sum()
        found[i] += 1
        left[i] = False
    return found


# ---------------------------------------------------------------- P140


def from_outside(seed: int, size: Size) -> Mapping[str, float]:
    """A policy that points three widths beside an element: how far it is after training, by Gaussians and by hits."""
    gold = [480, 490, 520, 510]
    middle, start = np.array([500.0, 500.0]), np.array([500.0, 500.0]) + np.array([100.0, -50.0])
    hit = gd.vision.inside(gd.vision.points(axis=None, label="at")[0], gd.col("gold"))
    figures = {"distance at first": float(np.linalg.norm(start - middle))}
    for name, reward in (("gaussian", gui_g2(gd.col("gold"))), ("hits", hit)):
        rng, runner, mean = np.random.default_rng([140, seed]), reward.compile(), start.copy()
        for _ in range({"smoke": 80, "full": 1000}[size]):
            steps = rng.normal(0, 10, (GROUP, 2))
            texts = [f"[{x - 20}, {y - 10}, {x + 20}, {y + 10}] at: [{x}, {y}]" for x, y in (mean + steps).tolist()]
            rewards = _earned(runner, texts, gold=gold)
            mean = mean + 2.0 * standardised(rewards) @ steps / GROUP / 10
        figures[f"distance, {name}"] = float(np.linalg.norm(mean - middle))
    return figures
