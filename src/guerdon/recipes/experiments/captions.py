"""Policies that write word by word, each place by itself: errors charged where they stand, or all at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

import guerdon as gd
from guerdon.expr.score import Score
from guerdon.lab.curves import Chart, Figures

from ..credit import fgaif, fine_grained_rlhf
from ..registry import Size
from .tabular import Floats, climb, drawn, line, reached, softmax

GROUP, RATE, DECAY = 16, 0.3, 0.95  # DECAY is GAE's lambda
STEPS = {"smoke": 6, "full": 300}
TOKENS, SENTENCES, LINES = gd.text.tokens(gd.col("at")), gd.text.sentences(), gd.text.steps("line")


def _advantage(reward: Score) -> Score:
    """GAE with a discount of 1 and, as value, the group's mean at each place, which is exact for such policies."""
    return (reward - reward.mean(over=("prompt", reward.position()))).reverse_cumsum(DECAY)


def _offsets(pieces: Sequence[str]) -> list[tuple[int, int]]:
    """Where each piece starts and stops in their concatenation."""
    ends = np.cumsum([len(piece) for piece in pieces]).tolist()
    return list(zip([0, *ends[:-1]], ends, strict=True))


# ---------------------------------------------------------------- P024: an answer of eight sentences

WORDS = ("good", "apt", "vague", "stray", "false")  # the third and fourth miss the point, the last is untrue
_RELEVANT = LINES.map({word + stop: 0 for word in ("vague", "stray") for stop in ("", ".")}, otherwise=1)
_FACTUAL = SENTENCES.map({f"{a}\n{b}.": 0 for a, b in product(WORDS, WORDS) if "false" in (a, b)}, otherwise=1)
PLACES = 16  # two sub-sentences of a word in each sentence


def errors(seed: int, size: Size) -> Mapping[str, float]:
    """How soon one word in ten is wrong, with errors charged where they stand and with their sum at the last word."""
    figures: dict[str, float] = {}
    lines = {}
    for placement in ("dense", "holistic"):
        reward = fine_grained_rlhf(_RELEVANT, _FACTUAL, gd.col("raw"), TOKENS, placement=placement)
        runner, rng = _advantage(reward).compile(), np.random.default_rng([24, seed])
        policy, places = np.zeros((PLACES, len(WORDS))), np.tile(np.arange(PLACES), GROUP)
        curve = []
        for _ in range(STEPS[size]):
            curve.append(float(softmax(policy)[:, 2:].sum(axis=1).mean()))
            chosen = drawn(policy, places, rng)
            pieces = [
                [WORDS[word] + ("\n" if place % 2 == 0 else ".\n") for place, word in enumerate(row)]
                for row in chosen.reshape(GROUP, PLACES)
            ]
            rows = {
                "uid": [0] * GROUP,
                "completion": ["".join(words).rstrip() for words in pieces],
                "at": [_offsets(words) for words in pieces],
                "raw": [8.0 * len(set(words)) - 30.0 for words in pieces],  # more kinds of words, more complete
            }
            climb(policy, places, chosen, runner.score(rows).values, RATE / GROUP)
        figures[f"steps {placement}"] = reached([-rate for rate in curve], -0.1, over=1)
        figures[f"errors {placement}"] = curve[-1]
        lines[placement] = line(curve)
    return Figures(figures, Chart("Wrong words", "step", "share", lines))


# ---------------------------------------------------------------- P092: a caption of a scene

KINDS = ("object", "attribute", "relation")
VALUES, LOOKS = 4, 4  # four objects, colours and places there are; one may look, or say what is usual, or guess twice
USUAL = 0.4  # how often the usual is so
SEGMENTS = 12  # of an object, an attribute and a relation each; three of them are a sentence


def _scenes(n: int, rng: np.random.Generator) -> Any:
    """What is really there: a value for each segment and kind; 0 is the usual one."""
    return np.where(rng.random((n, SEGMENTS, len(KINDS))) < USUAL, 0, rng.integers(1, VALUES, (n, SEGMENTS, 3)))


@gd.function(bounds=(0, 1))
def clean(segment: str, scene: list[list[int]], kind: int) -> float:
    """What feedback by rule says of a segment: whether what it names of this kind is there."""
    words = segment.rstrip(",.").split(" ")
    place = int(words[0].removeprefix("part"))
    return float(words[1 + kind] == f"{KINDS[kind]}{scene[place][kind]}")


def _write(looks: Any, scene: Any) -> list[str]:
    """A caption in words; looks are 0 (sees), 1 (says the usual), 2 and 3 (say a fixed thing)."""
    said = np.where(looks == 0, scene, looks - 1)
    pieces: list[str] = []
    for place, values in enumerate(said.tolist()):
        stop = "\n" if place % 3 < 2 else ".\n"
        names = [f"{kind}{value}" for kind, value in zip(KINDS, values, strict=True)]
        pieces += [f"part{place} {names[0]} ", f"{names[1]} ", names[2] + stop]
    return pieces


def _wrong(policy: Floats) -> Floats:
    """How often each kind is made up, expected."""
    right = np.array([1.0, USUAL, *[(1 - USUAL) / (VALUES - 1)] * 2])
    found: Floats = 1 - (softmax(policy) @ right).reshape(SEGMENTS, len(KINDS)).mean(axis=0)
    return found


def hallucinations(seed: int, size: Size) -> Mapping[str, float]:
    """Three kinds of error charged at each segment, in sum at the end of each sentence, and with one kind left out."""
    objects, attributes, relations = (clean(segment=LINES, kind=kind) for kind in range(len(KINDS)))
    dense = fgaif(objects, attributes, relations, TOKENS)
    rewards = {"dense": dense, "sentence": dense.within(SENTENCES).sum().onto(TOKENS)}
    for left_out, kind in enumerate(KINDS):
        weights = (float(left_out != 0), float(left_out != 1), float(left_out != 2))
        rewards[f"no {kind}"] = fgaif(objects, attributes, relations, TOKENS, weights)
    figures: dict[str, float] = {}
    lines = {}
    for name, reward in rewards.items():
        runner, rng = _advantage(reward).compile(), np.random.default_rng([92, seed])
        places = np.tile(np.arange(SEGMENTS * len(KINDS)), GROUP)
        policy = np.zeros((SEGMENTS * len(KINDS), LOOKS))
        curve = []
        for _ in range(STEPS[size] // 2):
            curve.append(float(_wrong(policy).mean()))
            chosen, scene = drawn(policy, places, rng), _scenes(1, rng)[0]
            pieces = [_write(row, scene) for row in chosen.reshape(GROUP, SEGMENTS, len(KINDS))]
            rows = {
                "uid": [0] * GROUP,
                "completion": ["".join(words).rstrip() for words in pieces],
                "at": [_offsets(words) for words in pieces],
                "scene": [scene.tolist()] * GROUP,
            }
            climb(policy, places, chosen, runner.score(rows).values, RATE / GROUP)
        figures[f"steps {name}"] = reached([-rate for rate in curve], -0.1, over=1)
        lines[name] = line(curve)
        for kind, rate in zip(KINDS, _wrong(policy), strict=True):
            figures[f"{kind} {name}"] = float(rate)
    rises = {(of, without): figures[f"{of} no {without}"] - figures[f"{of} dense"] for of in KINDS for without in KINDS}
    figures["own rise"] = min(rises[kind, kind] for kind in KINDS)
    figures["others' rise"] = max(rise for (of, without), rise in rises.items() if of != without)
    return Figures(figures, Chart("Made-up names", "step", "share", lines))
