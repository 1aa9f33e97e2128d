"""Credit, implied by a model: facts and experiments."""

from __future__ import annotations

import math

import guerdon as gd

from ...credit import istar, istar_loss
from ...experiments import kitchens
from ...registry import Claim, Experiment, Fact, register
from ..seen import column, nested, numbers

_X, _WON = gd.col("x", axis=("step", "token")), gd.col("won")
_SAME = {"prompt": ["p"] * 4, "x": [[[0.0]]] * 4, "won": [1, 0, 0, 1]}
# Times 0.05: steps worth 0.3 and 0.1 in the first trajectory, -0.1 in the second.
_PAIR = {"prompt": ["p", "p"], "x": [[[2.0, 4.0], [2.0]], [[-2.0]]], "won": [1, 1]}
_Q = {"prompt": ["p", "p"], "x": [[[2.0, 4.0]], [[-1.0, -1.0]]], "won": [1, 0]}
_TITLE = "OPRL / iStar: Online Process Reward Learning for Agentic RL"

register(
    istar,
    row="P130",
    title=_TITLE,
    shape="expression",
    sure="code",
    guesses=("in a group of one the advantage is 0",),
    example=lambda: istar(_X, _WON),
    facts=(
        Fact(
            "outcomes 1, 0, 0, 1, and a model that is the policy: the episodes' advantage alone",
            lambda: numbers(istar(_X, _WON), _SAME),
            (0.6667, -0.6667, -0.6667, 0.6667),
        ),
        Fact(
            "steps of 0.3, 0.1 and -0.1 about their mean 0.1, times 3/2",
            lambda: numbers(istar(_X, _WON), _PAIR),
            (0.3, 0, -0.3),
            1e-12,
        ),
        Fact(
            "as released: about 0.1, the mean of the first steps 0.3 and -0.1, times 2",
            lambda: numbers(istar(_X, _WON, as_released=True), _PAIR),
            (0.4, 0, -0.4),
            1e-12,
        ),
        Fact(
            "the steps' rewards add up to beta times the log ratio of the trajectory",
            lambda: numbers((0.05 * _X.sum()).sum(), _PAIR),
            (0.05 * 8, 0.05 * -2),
            1e-12,
        ),
        Fact(
            "a group of one",
            lambda: nested(istar(_X, _WON), {"prompt": ["p"], "x": [[[3.0]]], "won": [1]})[0],
            0,
            0,
        ),
    ),
    experiment=Experiment(
        kitchens.decisive,
        (
            Claim(
                "share of the steps' credit that the decisive one of six gets (a sixth is chance)",
                column("share of the decisive step"),
                low=1 / 3,
                whose="paper",
            ),
            Claim(
                "episodes until nine in ten are won, over those of outcomes alone",
                lambda seen: seen["episodes istar"] / seen["episodes rloo"],
                high=1.0,
                whose="paper",
            ),
        ),
        "a chain of six steps of which one decides; a tabular policy, and a tabular process reward model beside it",
        seeds=5,
    ),
)

register(
    istar_loss,
    row="P130",
    title=_TITLE + " (the loss of its process reward model)",
    shape="expression",
    sure="code",
    example=lambda: istar_loss(_X, _WON),
    facts=(
        Fact("0.3 against -0.1", lambda: numbers(istar_loss(_X, _WON), _Q), (0.5130, 0.5130), 5e-5),
        Fact(
            "equal trajectories: log 2",
            lambda: numbers(istar_loss(_X, _WON), {**_SAME, "won": [1, 0, 0, 0]}),
            (math.log(2),) * 4,
            1e-12,
        ),
        Fact(
            "successes alone: no loss",
            lambda: numbers(istar_loss(_X, _WON), {**_Q, "won": [1, 1]}),
            (None, None),
        ),
        Fact(
            "the wrong way round: 0.4 more, for log sigmoid(x) - log sigmoid(-x) = x",
            lambda: numbers(istar_loss(_X, _WON), {**_Q, "won": [0, 1]})[0],
            0.5130 + 0.4,
            5e-5,
        ),
        Fact(
            "Q is the mean of the steps: 0.3 and 0.1 are 0.2, against -0.1",
            lambda: numbers(istar_loss(_X, _WON), {**_PAIR, "won": [1, 0]})[0],
            math.log(1 + math.exp(-0.3)),
            1e-12,
        ),
    ),
)
