"""Pointing at elements of a screen: facts and experiments."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import guerdon as gd

from ...experiments import pointing
from ...registry import Claim, Experiment, Fact, register
from ...verifiable.gui import gui_g2, infigui_g1
from ..seen import change, column, numbers

_GOLD = gd.col("gold")

# ---------------------------------------------------------------- P122

Points = Sequence[Sequence[float]]


def said(points: Points, think: str = "<think>the cross</think>") -> str:
    """A think block and a list of points."""
    return think + json.dumps([{"point_2d": list(point)} for point in points])


def _explored(points: Points | str, gold: Sequence[float] = (0, 0, 10, 10), **knobs: Any) -> float:
    text = points if isinstance(points, str) else said(points)
    return float(numbers(infigui_g1(_GOLD, **knobs), {"completion": [text], "gold": [list(gold)]})[0])


# No three of a parabola's points are on one line.
_SWEEP = [(x, x * x / 50) for x in range(0, 100, 2)]

register(
    infigui_g1,
    row="P122",
    title="InfiGUI-G1: Adaptive Exploration Policy Optimization",
    shape="expression",
    sure="code",
    example=lambda: infigui_g1(_GOLD),
    facts=(
        Fact("one point inside", lambda: _explored([(5, 5)]), 2, 1e-12),
        Fact("the second of two", lambda: _explored([(20, 20), (5, 5)]), 1.5, 1e-12),
        Fact("the first of four, no three on a line", lambda: _explored([(5, 5), (20, 0), (0, 30), (31, 32)]), 1.5,
             1e-12),
        Fact("three misses", lambda: _explored([(20, 0), (0, 30), (31, 32)]), 2 / 3, 1e-12),
        Fact("(0,0), (1,1), (2,2): on one line", lambda: _explored([(0, 0), (1, 1), (2, 2)]), -1, 0),
        Fact("one miss", lambda: _explored([(20, 20)]), 0, 1e-12),
        Fact("an empty list, no list, a point that is none", lambda: [
            _explored([]), _explored("<think>a</think>at the top"), _explored('<think>a</think>[{"point_2d": [5]}]')],
            (-1, -1, -1), 0),
        Fact("bad thinking: none, empty, twice, not first", lambda: [_explored(said([(5, 5)], think)) for think in (
            "", "<think></think>", "<think>a</think><think>b</think>", "So: <think>a</think>")], (-1,) * 4, 0),
        Fact("no thinking asked for", lambda: _explored(said([(5, 5)], ""), think=False), 2, 1e-12),
        Fact("a bent sweep of fifty points", lambda: _explored(_SWEEP), 1 + 1 / math.sqrt(50), 1e-12),
        Fact("the same point three times is on one line", lambda: _explored([(5, 5)] * 3), -1, 0),
    ),
    experiment=Experiment(
        pointing.rare_elements,
        (
            Claim("three points and AER over one point and 0/1: chance of the right element",
                  change("right first, three", "right first, one"), low=0.05, whose="paper"),
        ),
        "the right one of twenty elements is thought of once in two hundred; equal numbers of answers",
    ),
)  # fmt: skip

# ---------------------------------------------------------------- P140

_OURS, _RELEASED = gui_g2(_GOLD), gui_g2(_GOLD, as_released=True)
_WIDE = [0, 0, 100, 50]
_SMALL = [0.4, 0.4, 0.5, 0.45]


def _covered(box: object, gold: Sequence[float] = _WIDE, released: bool = False, **knobs: Any) -> float:
    reward = gui_g2(_GOLD, as_released=released, **knobs)
    return float(numbers(reward, {"completion": [str(box)], "gold": [list(gold)]})[0])


def shrunk(completion: str) -> str:
    """The middle of the first box, with next to no size."""
    x, y, u, v = json.loads(completion[completion.index("[") : completion.index("]") + 1])
    middle = ((x + u) / 2, (y + v) / 2)
    return json.dumps([middle[0] - 1e-3, middle[1] - 1e-3, middle[0] + 1e-3, middle[1] + 1e-3])


register(
    gui_g2,
    row="P140",
    title="GUI-G2: Gaussian Reward Modeling for GUI Grounding",
    shape="expression",
    sure="code",
    example=lambda: _OURS,
    facts=(
        Fact("the same box: point 1, coverage 1",
             lambda: [_covered(_WIDE, coverage=0), _covered(_WIDE, point=0), _covered(_WIDE, released=True)], (1, 1, 2),
             1e-12),
        Fact("the middle moved by half the width: exp(-1/2), rounded as released",
             lambda: [_covered([50, 0, 150, 50], coverage=0), _covered([50, 0, 150, 50], released=True, coverage=0)],
             (math.exp(-0.5), 0.607), 1e-12),
        Fact("the same middle, half the width and height: coverage 0.8",
             lambda: [_covered([25, 12.5, 75, 37.5], point=0, released=released) for released in (False, True)],
             (0.8, 0.8), 1e-12),
        Fact("the same relative offset on a box 40 times as large",
             lambda: _covered([2000, 0, 6000, 2000], [0, 0, 4000, 2000]) - _covered([50, 0, 150, 50]), 0, 1e-12),
        Fact("a box without width: no coverage", lambda: [
            _covered([50, 0, 50, 50], point=0), _covered([50, 0, 50, 50], point=0, released=True)], (0, 0), 0),
        Fact("no box, corners reversed, a number too many", lambda: [
            _covered(box) for box in ("there", [100, 50, 0, 0], [0, 0, 100, 50, 0])], (0, 0, 0), 0),
        Fact("in coordinates from 0 to 1: the same box as released, and a speck in its middle",
             lambda: [_covered(box, _SMALL, released=True, point=0) for box in (_SMALL, shrunk(str(_SMALL)))],
             (8, 15.984), 5e-4),
        Fact("the same by ours: the same box is best",
             lambda: [_covered(box, _SMALL, point=0) for box in (_SMALL, shrunk(str(_SMALL)))], (1, 0.0565), 1e-4),
    ),
    experiment=Experiment(
        pointing.from_outside,
        (
            Claim("Gaussians: distance from the middle, of 112 at first", column("distance, gaussian"), high=10,
                  whose="paper"),
            Claim("hits alone: distance moved", change("distance at first", "distance, hits"), high=5, low=-5,
                  whose="paper"),
        ),
        "a policy that points beside an element, five widths of its steps away, trained with GRPO",
    ),
    hacks=(shrunk,),
)  # fmt: skip
