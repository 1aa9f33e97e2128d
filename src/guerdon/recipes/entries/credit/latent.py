"""Credit, hidden states: facts and experiments."""

from __future__ import annotations

import guerdon as gd

from ...credit import rlfr, rlfr_deviation
from ...experiments import flows
from ...registry import Claim, Experiment, Fact, register
from ..seen import change, column, numbers

_D, _RIGHT = gd.col("d", axis="token"), gd.col("right")
_TITLE = "RLFR: Extending RL for LLMs with Flow Environment"

register(
    rlfr,
    row="P149",
    title=_TITLE,
    shape="expression",
    sure="code",
    guesses=("of equal deviations the earlier token is charged first",),
    example=lambda: rlfr(_D, _RIGHT),
    facts=(
        Fact(
            "0.2, 1, 0.5, 0.6 become 0, 1, 0.375, 0.5, of which one is above 0.6",
            lambda: numbers(rlfr(_D, _RIGHT), {"d": [[0.2, 1, 0.5, 0.6]], "right": [0]}),
            (0, -0.01, 0, 0),
            1e-12,
        ),
        Fact(
            "without a threshold: what they become",
            lambda: numbers(rlfr(_D, _RIGHT, coef=-1.0, threshold=-1.0), {"d": [[0.2, 1, 0.5, 0.6]], "right": [0]}),
            (0, 1, 0.375, 0.5),
            1e-12,
        ),
        Fact(
            "the outcome stands at the last token",
            lambda: numbers(rlfr(_D, _RIGHT), {"d": [[0, 1, 0, 1]], "right": [1]}),
            (0, -0.01, 0, 0.99),
            1e-12,
        ),
        Fact(
            "all alike: nothing is charged, and nothing is without a number",
            lambda: numbers(rlfr(_D, _RIGHT), {"d": [[0.3, 0.3, 0.3]], "right": [0]}),
            (0, 0, 0),
            0,
        ),
        Fact(
            "of twenty that stray alike fifteen are charged",
            lambda: numbers(rlfr(_D, _RIGHT).sum(), {"d": [[0.0] + [1.0] * 20], "right": [0]}),
            -0.15,
            1e-12,
        ),
    ),
    experiment=Experiment(
        flows.straying,
        (
            Claim(
                "points three deviations beside a normal distribution over points of it: mean deviation",
                lambda seen: seen["beside"] / seen["within"],
                low=1.0,
            ),
            Claim(
                "sums with a spoilt digit over right ones: mean deviation of the answer's states",
                lambda seen: seen["deviation spoilt"] / seen["deviation right"],
                low=1.0,
                whose="paper",
            ),
            Claim("how much oftener the spoilt digit is charged", change("charged spoilt", "charged right"), low=0.0),
            Claim("how often the same digit is charged where it is right", column("charged right"), high=0.5),
            Claim("unseen sums that the model itself gets right", column("accuracy"), low=0.7),
        ),
        "a flow fitted to points of a plane, and to the states of a small recurrent model that has read right sums",
        needs=("torch",),
    ),
)

_E, _T = gd.col("e", axis=("token", "layer")), gd.col("t", axis=("token", "layer"))

register(
    rlfr_deviation,
    row="P149",
    title=_TITLE + " (the deviation of a token)",
    shape="expression",
    sure="code",
    example=lambda: rlfr_deviation(_E, _T),
    facts=(
        Fact("an error of 1 at time 0.8", lambda: numbers(rlfr_deviation(_E), {"e": [[[1]]]}), 4, 1e-12),
        Fact("an error of 1 at time 0.5", lambda: numbers(rlfr_deviation(_E, 0.5), {"e": [[[1]]]}), 1, 1e-12),
        Fact(
            "the mean over layers: 4 times 0.2",
            lambda: numbers(rlfr_deviation(_E), {"e": [[[0.1, 0.2, 0.3]]]}),
            0.8,
            1e-12,
        ),
        Fact(
            "errors of 1 at times 0.8 and 0.5: the mean of 4 and 1",
            lambda: numbers(rlfr_deviation(_E, _T), {"e": [[[1, 1]]], "t": [[[0.8, 0.5]]]}),
            2.5,
            1e-12,
        ),
    ),
)
