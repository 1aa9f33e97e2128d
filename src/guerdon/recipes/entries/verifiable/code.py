"""Verifiable: facts."""

from __future__ import annotations

from itertools import pairwise

import guerdon as gd

from ...registry import Fact, register
from ...verifiable.code import verpo, verpo_dense
from ..seen import least, numbers

_PASSED = gd.col("passed", axis="test")
_TABLE = [[1, 1, 0], [1, 0, 0], [1, 1, 1], [1, 0, 0]]
_FOUR = {"prompt": ["p"] * 4, "passed": _TABLE}
_COPIES = {"prompt": ["p"] * 4, "passed": [[a, *[b] * 10, c] for a, b, c in _TABLE]}
_NOBODY = {"prompt": ["p"] * 3, "passed": [[1, 1, 0], [1, 0, 0], [0, 0, 0]]}
_TURNS = {"prompt": ["p"] * 2, "passed": [[[1, 0], [1, 1]], [[0, 0]]]}

register(
    verpo_dense,
    row="P124",
    title="VeRPO's dense reward: Verifiable Dense Reward Policy Optimization for Code Generation",
    shape="expression",
    sure="abstract",
    guesses=("the formula of the weight", "bins of equal width", "the floor of 0.01 under the logarithm"),
    example=lambda: verpo_dense(_PASSED),
    facts=(
        Fact(
            "one hard, one easy and one free test", lambda: numbers(verpo_dense(_PASSED), _FOUR), (0.4, 0, 1, 0), 1e-12
        ),
        Fact(
            "half and half with the outcome",
            lambda: numbers(0.5 * verpo_dense(_PASSED) + 0.5 * _PASSED.all(), _FOUR),
            (0.2, 0, 1, 0),
            1e-12,
        ),
        Fact(
            "ten copies of a test, without bins", lambda: numbers(verpo_dense(_PASSED, bins=None), _COPIES)[0], 0.8696
        ),
        Fact("ten copies of a test share one weight", lambda: numbers(verpo_dense(_PASSED), _COPIES)[0], 0.4, 1e-12),
        Fact(
            "weights -log: log 2 of log 8",
            lambda: numbers(verpo_dense(_PASSED, form="log"), _FOUR),
            (1 / 3, 0, 1, 0),
            1e-12,
        ),
        Fact(
            "Laplace: pass rates 5/6, 1/2, 1/3, weights 1/6, 1/2, 2/3",
            lambda: numbers(verpo_dense(_PASSED, smoothing=1), _FOUR),
            (0.5, 0.125, 1, 0.125),
            1e-12,
        ),
        Fact(
            "everybody passes everything; no tests at all",
            lambda: [
                *numbers(verpo_dense(_PASSED), {"prompt": ["p"] * 2, "passed": [[1, 1]] * 2}),
                *numbers(verpo_dense(_PASSED), {"prompt": ["p"], "passed": [[]]}),
            ],
            (1, 1, 0),
            0,
        ),
        Fact(
            "two turns: pass rates 2/3 and 1/3 over three programs",
            lambda: numbers(verpo_dense(gd.col("passed", axis=("turn", "test"))), _TURNS),
            (1 / 3, 1, 0),
            1e-12,
        ),
    ),
)

register(
    verpo,
    row="P124",
    title="VeRPO: Verifiable Dense Reward Policy Optimization for Code Generation",
    shape="expression",
    sure="abstract",
    guesses=("lambda = 1", "division by the standard deviation", "those of verpo_dense"),
    example=lambda: verpo(gd.col("passed", axis=("turn", "test"))),
    facts=(
        Fact(
            "the outcome's part alone, where one of four passes all",
            lambda: numbers(verpo(_PASSED, weight=0.0), _FOUR),
            (-(3**-0.5), -(3**-0.5), 3**0.5, -(3**-0.5)),
            1e-12,
        ),
        Fact(
            "nobody passes all: the outcome teaches nothing",
            lambda: numbers(verpo(_PASSED, weight=0.0), _NOBODY),
            (0, 0, 0),
            0,
        ),
        Fact("nobody passes all: the tests teach", lambda: least(abs(x) > 0.1 for x in _nobody()), 1, 0),
        Fact("who passes more is worth more", lambda: least(a > b for a, b in pairwise(_nobody())), 1, 0),
        Fact("the advantages of a group sum to 0", lambda: sum(numbers(verpo(_PASSED), _FOUR)), 0, 1e-12),
    ),
)


def _nobody() -> list[float]:
    return numbers(verpo(_PASSED), _NOBODY)
