"""Credit, steps: facts and experiments."""

from __future__ import annotations

import guerdon as gd

from ...credit import gigpo, pure
from ...experiments import chains, totals, worlds
from ...registry import Claim, Experiment, Fact, register
from ..seen import column, nested, numbers

_R, _N = gd.col("r", axis="step"), gd.col("n", axis="step")
_ABC = {"prompt": ["p"], "r": [[0.8, -0.2, 0.5]], "n": [[3, 4, 5]]}
_PAIR = {"prompt": ["p", "p"], "r": [[0.1, 0.3], [-0.2]], "n": [[6, 4], [5]]}

register(
    pure,
    row="P054",
    title="PURE: Stop Summation: Min-Form Credit Assignment Is All Process Reward Model Needs for Reasoning",
    shape="expression",
    sure="code",
    example=lambda: pure(_R, _N, verified=gd.col("right")),
    facts=(
        Fact(
            "returns of (0.8, -0.2, 0.5)",
            lambda: numbers(pure(_R, _N, baseline=None), _ABC),
            (-0.19932, -0.19935, 0.00046),
            5e-6,
        ),
        Fact("their total", lambda: numbers(pure(_R, _N, baseline=None), _ABC)[0], -0.19932, 5e-6),
        Fact("the soft minimum says the same", lambda: numbers(_R.softmin(0.1), _ABC)[0], -0.19932, 5e-6),
        Fact(
            "total at temperature 1",
            lambda: numbers(pure(_R, _N, temperature=1.0, baseline=None), _ABC)[0],
            0.18375,
            5e-6,
        ),
        Fact(
            "equal steps: the total is the step",
            lambda: numbers(pure(_R, _N, baseline=None), {"prompt": ["p"], "r": [[0.4] * 3], "n": [[1] * 3]})[0],
            0.4,
            1e-12,
        ),
        Fact(
            "between min and mean: both gaps at least 0",
            lambda: [float(gap >= 0) for gap in _gaps((0.8, -0.2, 0.5))],
            (1.0, 1.0),
            0,
        ),
        Fact(
            "token baseline, to go: 0.34 + 0.46, then 0.46",
            lambda: nested(pure(_R, _N, form="sum"), _PAIR)[0],
            (0.80, 0.46),
            1e-12,
        ),
        Fact(
            "step baseline, to go: the other has -0.2 per step",
            lambda: nested(pure(_R, _N, form="sum", baseline="step"), _PAIR)[0],
            (0.80, 0.50),
            1e-12,
        ),
        Fact(
            "mixed mode: the verified edge stands at the last step",
            lambda: nested(pure(_R, _N, verified=gd.col("v"), form="sum", baseline=None), {**_PAIR, "v": [1, 0]})[0],
            (1.4, 1.3),
            1e-12,
        ),
        Fact(
            "all verified alike: nothing is added",
            lambda: nested(pure(_R, _N, verified=gd.col("v"), form="sum", baseline=None), {**_PAIR, "v": [1, 1]})[0],
            (0.4, 0.3),
            1e-12,
        ),
    ),
    experiment=Experiment(
        chains.min_against_sum,
        (
            Claim("sum form: true accuracy at the end", column("accuracy sum"), high=0.2, whose="paper"),
            Claim("sum form: grows to nearly 12 steps where 4 are enough", column("steps sum"), low=9.0, whose="paper"),
            Claim(
                "min form: true accuracy at the end (0.73 is the best)", column("accuracy min"), low=0.6, whose="paper"
            ),
            Claim("min form: steps", column("steps min"), high=6.0, whose="paper"),
        ),
        "a chain of three steps of work, whose step judge also likes idle chat; a tabular policy",
    ),
    trained=Experiment(
        totals.min_against_sum,
        (
            Claim("sum form: what the judge says, gained", lambda run: run["judge sum"] - run["judge before"], low=0.5),
            Claim(
                "sum form: right answers at the end, over those before",
                lambda run: run["right sum"] - run["right before"],
                high=0.0,
                whose="paper",
            ),
            Claim(
                "min form: right answers gained",
                lambda run: run["right min"] - run["right before"],
                low=0.1,
                whose="paper",
            ),
        ),
        "a transformer of 1.2 million weights that writes running totals; its step judge likes idling; TRL's trainer",
        needs=("torch", "transformers", "trl"),
    ),
)

_REWARDS, _STATE = gd.col("r", axis="step"), gd.col("state", axis="step")
_FORK = {"prompt": ["p", "p"], "r": [[0, 1], [0, 0]], "state": [["start", "left"], ["start", "right"]]}
_APART = {"prompt": ["p", "p"], "r": [[0, 1], [0, 0]], "state": [["a", "b"], ["c", "d"]]}
_LOOP = {
    "prompt": ["p", "p"],
    "r": [[0, 0, 0, 1], [0, 1]],
    "state": [["fork", "loop", "fork", "end"], ["fork", "end"]],
}

register(
    gigpo,
    row="P200",
    title="GiGPO: Group-in-Group Policy Optimization for LLM Agent Training",
    shape="expression",
    sure="code",
    guesses=("the discount 0.95 is from memory",),
    example=lambda: gigpo(_REWARDS, _STATE),
    facts=(
        Fact(
            "a shared first state: steps of both walks",
            lambda: numbers(gigpo(_REWARDS, _STATE), _FORK),
            (0.975, 0.5, -0.975, -0.5),
            1e-12,
        ),
        Fact(
            "the states' part alone: 0.475 at the shared one, 0 elsewhere",
            lambda: [
                both - alone
                for both, alone in zip(
                    numbers(gigpo(_REWARDS, _STATE), _FORK),
                    numbers(gigpo(_REWARDS, _STATE, weight=0.0), _FORK),
                    strict=True,
                )
            ],
            (0.475, 0, -0.475, 0),
            1e-12,
        ),
        Fact(
            "returns 1, 0, 0, 1 with mean_std_norm",
            lambda: numbers(
                gigpo(_REWARDS, _STATE, mode="mean_std_norm"),
                {"prompt": ["p"] * 4, "r": [[1], [0], [0], [1]], "state": [["a"], ["b"], ["c"], ["d"]]},
            ),
            (0.8660, -0.8660, -0.8660, 0.8660),
        ),
        Fact(
            "no shared state: the episodes' advantage and nothing else",
            lambda: numbers(gigpo(_REWARDS, _STATE), _APART),
            (0.5, 0.5, -0.5, -0.5),
            1e-12,
        ),
        Fact("a group of one", lambda: nested(gigpo(_REWARDS, _STATE), _one())[0], (0.0, 0.0), 0),
        Fact(
            "a group of one, as released",
            lambda: nested(gigpo(_REWARDS, _STATE, as_released=True), _one())[0],
            (1, 1),
            0,
        ),
        Fact(
            "a detour at the fork is worth less than going on (0.8574 and 0.95 to go, twice 0.95)",
            lambda: [nested(gigpo(_REWARDS, _STATE), _LOOP)[0][i] for i in (0, 2)],
            (0.95**3 - (0.95**3 + 2 * 0.95) / 3, 0.95 - (0.95**3 + 2 * 0.95) / 3),
            1e-12,
        ),
    ),
    experiment=Experiment(
        worlds.states_against_episodes,
        (
            Claim(
                "episodes until 9 in 10 arrive, GiGPO's share of GRPO's",
                lambda seen: seen["episodes gigpo"] / seen["episodes grpo"],
                high=0.95,
                whose="paper",
            ),
        ),
        "a grid to cross from corner to corner, with a reward only at the end; a tabular policy",
        seeds=5,
    ),
)


def _gaps(rewards: tuple[float, ...]) -> tuple[float, float]:
    rows = {"prompt": ["p"], "r": [list(rewards)], "n": [[1] * len(rewards)]}
    total = numbers(pure(_R, _N, baseline=None), rows)[0] or 0.0
    return total - min(rewards), sum(rewards) / len(rewards) - total


def _one() -> dict[str, list[object]]:
    return {"prompt": ["p"], "r": [[0, 1]], "state": [["a", "b"]]}
