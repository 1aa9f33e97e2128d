"""A policy that looks at a picture from afar, and may look closer before it answers: when it does, by the reward."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

import guerdon as gd

from ..registry import Size
from ..verifiable.grounding import ophiuchus
from .pointing import GROUP, Floats, softmax, standardised

SIDE, BLUR, CROP = 32, 4, 8
SMALL, LARGE = (4, 2), (24, 14)  # sides of a bar; it lies flat or stands, and which of both is asked
STEPS = {"smoke": 10, "full": 1200}


def picture(sides: tuple[int, int], lies: bool, rng: np.random.Generator) -> tuple[Floats, tuple[int, int]]:
    """A square of 0 with a bar of 1, and where somebody who looks closer looks: near the bar's middle."""
    high, wide = sides[::-1] if lies else sides
    blocks = (SIDE - np.array([high, wide])) // BLUR
    # A small bar stays within one block of the view from afar.
    top, left = (BLUR * rng.integers(0, blocks + 1)).tolist()
    seen = np.zeros((SIDE, SIDE))
    seen[top : top + high, left : left + wide] = 1.0
    off = rng.normal(0, 2.5, 2)
    row, column = np.clip([top + high / 2 + off[0] - CROP / 2, left + wide / 2 + off[1] - CROP / 2], 0, SIDE - CROP)
    return seen, (round(row), round(column))


def reads(view: Floats, rng: np.random.Generator) -> bool:
    """Whether the bar seems to lie: its extent in a view; a guess where it is as wide as high."""
    high, wide = (int((view.max(axis=axis) > 0).sum()) for axis in (1, 0))
    return wide > high if wide != high else bool(rng.random() < 0.5)


def looking_closer(seed: int, size: Size) -> Mapping[str, float]:
    """How often a policy crops before it answers, where the view from afar hides the answer and where it does not.

    From afar each 4 x 4 pixels are one: a small bar is one spot, a large one plain. A crop is 8 x 8 pixels about the
    bar's middle: it shows a small bar, and of a large one often no edge.
    """
    names = ("task", "form", "valid", "invalid")
    figures = {}
    for gate, bar in (("gated", 0.5), ("ungated", 0.0)):
        runner = ophiuchus(*(gd.col(name) for name in names), bar=bar).compile()
        for kind, sides in (("hidden", SMALL), ("plain", LARGE)):
            rng = np.random.default_rng([63, seed])
            logits = np.zeros(2)
            for _ in range(STEPS[size]):
                crops = rng.random(GROUP * 8) < softmax(logits)[1]
                solved = [_solved(sides, crop, rng) for crop in crops.tolist()]
                rows = {
                    "task": solved,
                    "form": [1] * len(solved),
                    "valid": crops.tolist(),
                    "invalid": [0] * len(solved),
                }
                gains = standardised(runner.score(rows).values)
                slope = float((gains * (crops - softmax(logits)[1])).mean())
                logits = logits + 0.5 * slope * np.array([-1.0, 1.0])
            figures[f"crops, {kind}, {gate}"] = float(softmax(logits)[1])
    for kind, sides in (("hidden", SMALL), ("plain", LARGE)):
        for look, crop in (("afar", False), ("a crop", True)):
            figures[f"right, {kind}, from {look}"] = float(np.mean([_solved(sides, crop, rng) for _ in range(400)]))
    return figures


def _solved(sides: tuple[int, int], crop: bool, rng: np.random.Generator) -> float:
    """1 if a new picture of this kind is read rightly."""
    lies = bool(rng.random() < 0.5)
    seen, (row, column) = picture(sides, lies, rng)
    afar: Floats = seen.reshape(SIDE // BLUR, BLUR, SIDE // BLUR, BLUR).mean(axis=(1, 3))
    return float(reads(seen[row : row + CROP, column : column + CROP] if crop else afar, rng) == lies)
