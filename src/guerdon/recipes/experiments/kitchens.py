"""A kitchen in which a meal is taken, cooked and eaten turn by turn; and a chain with one step that decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

import guerdon as gd
from guerdon.expr.score import Score
from guerdon.lab.curves import Chart, Figures

from ..credit import istar, meow_tea_taro, spa
from ..registry import Size
from .tabular import Floats, Ints, climb, drawn, line, reached, softmax

ROOMS, START, TURNS = 3, 1, 20
PLACES = (0, 2, 1)  # where the first, second and third thing must be done; each has a verb of its own
GOALS, ACTIONS = len(PLACES), 2 + len(PLACES)  # left, right, and a verb for each goal
GROUP, RATE = 8, 0.1
UPDATES = {"smoke": 40, "full": 1000}


@dataclass(frozen=True)
class Visits:
    """Episodes side by side, a column for each turn; ``taken`` says how many turns of a row count."""

    states: Ints
    choices: Ints
    met: Ints
    grounded: Ints
    taken: Ints
    won: Ints

    def rows(self) -> dict[str, Any]:
        """As columns of rollouts of one task."""
        cut = {name: [row[:n].tolist() for row, n in zip(getattr(self, name), self.taken, strict=True)]
               for name in ("met", "grounded")}  # fmt: skip
        return {"uid": [0] * len(self.won), "won": self.won.tolist(), **cut}

    def of_turns(self, per_turn: Ints) -> Ints:
        """Of the turns that count, one after the other."""
        found: Ints = per_turn[np.arange(per_turn.shape[1]) < self.taken[:, None]]
        return found


def visit(policy: Floats, episodes: int, rng: np.random.Generator) -> Visits:
    """Walk through the kitchen: at most so many turns, over when the meal is eaten."""
    room, goal = np.full(episodes, START), np.zeros(episodes, dtype=np.int64)
    states, choices, met, grounded = (np.zeros((episodes, TURNS), dtype=np.int64) for _ in range(4))
    taken = np.full(episodes, TURNS)
    for turn in range(TURNS):
        state = np.minimum(goal, GOALS - 1) * ROOMS + room
        choice = drawn(policy, state, rng)
        done = (choice == 2 + goal) & (room == np.array([*PLACES, -1])[goal])
        moved = np.clip(room + np.where(choice == 0, -1, np.where(choice == 1, 1, 0)), 0, ROOMS - 1)
        states[:, turn], choices[:, turn], met[:, turn] = state, choice, done
        grounded[:, turn] = done | (moved != room)
        room, goal = moved, goal + done
        taken = np.where((goal == GOALS) & done, turn + 1, taken)
    return Visits(states, choices, met, grounded, taken, (goal == GOALS).astype(np.int64))


def _won(advantage: Score, seed: tuple[int, int], updates: int, more: Any = None) -> list[float]:
    """Train with an advantage per episode or per turn, and say after each update how many of its episodes were won."""
    rng = np.random.default_rng(seed)
    runner, policy = advantage.compile(), np.zeros((GOALS * ROOMS, ACTIONS))
    curve = []
    for _ in range(updates):
        seen = visit(policy, GROUP, rng)
        curve.append(float(seen.won.mean()))
        rows = seen.rows() | ({"c": more(seen)} if more else {})
        gains = runner.score(rows).values
        gains = gains if advantage.axes else np.repeat(gains, seen.taken)
        climb(policy, seen.of_turns(seen.states), seen.of_turns(seen.choices), gains, RATE / GROUP)
    return curve


def density(seed: int, size: Size) -> Mapping[str, float]:
    """The same kitchen paid at the end or on the way, under RLOO and GRPO.

    Both add up what an episode was paid, as verl's estimators do: density can only show as credit for lost episodes.
    """
    met, won = gd.col("met", axis="turn"), gd.col("won")
    figures: dict[str, float] = {}
    lines = {}
    for how in ("single", "dense"):
        total = meow_tea_taro(met, won, most=GOALS, density=how).sum()
        rest = total.mean(over="prompt", leave_one_out=True)
        for name, advantage in (("rloo", total - rest), ("grpo", total.zscore(over="prompt"))):
            curve = _won(advantage, (85, seed), UPDATES[size])
            figures[f"episodes {name} {how}"] = GROUP * reached(curve, 0.8, over=20)
            figures[f"won {name} {how}"] = float(np.mean(curve[-50:]))
            lines[f"{name} {how}"] = line(curve, GROUP)
    return Figures(figures, Chart("Meals eaten", "episodes", "share won", lines))


SHOWN = {"smoke": 60, "full": 400}  # episodes that the estimator of progress is fitted to
WIDTH, BLUR = 64, 0.3  # of what it sees of a turn, and how far two looks at one kind of turn differ


class Progress:
    """SPA's estimator: linear in what is seen of a turn, fitted so that its turns add up to the final reward."""

    def __init__(self, seed: int, size: Size) -> None:
        self.rng = np.random.default_rng([162, seed])
        self.table = self.rng.normal(size=(GOALS * ROOMS * ACTIONS, WIDTH)) / np.sqrt(WIDTH)
        seen = visit(np.zeros((GOALS * ROOMS, ACTIONS)), SHOWN[size], self.rng)
        features = np.array([turns.sum(axis=0) for turns in self._features(seen)])
        rewards = seen.met.sum(axis=1) / GOALS
        self.head = np.linalg.solve(features.T @ features + np.eye(WIDTH), features.T @ rewards)

    def _features(self, seen: Visits) -> list[Floats]:
        kinds = seen.states * ACTIONS + seen.choices
        clear = [self.table[row[:n]] for row, n in zip(kinds, seen.taken, strict=True)]
        return [turns + BLUR / np.sqrt(WIDTH) * self.rng.normal(size=turns.shape) for turns in clear]

    def __call__(self, seen: Visits) -> list[list[float]]:
        """The contribution of each turn."""
        return [(turns @ self.head).tolist() for turns in self._features(seen)]


def progress(seed: int, size: Size) -> Mapping[str, float]:
    """Whether turns that meet a goal are given most, by an estimator that saw final rewards alone; and what it speeds.

    ``order`` is a rank correlation that leaves ties out (Goodman and Kruskal's gamma): of all pairs of a turn that met
    a goal and one that did not, how many more are in the right order than in the wrong one. Goals are met or not, so
    Spearman's correlation could not come near 1 even for the right order. The estimator stays as it was fitted, and
    turns to come are not discounted: small errors of one sign add up, and a policy may learn to walk on instead.
    """
    estimate = Progress(seed, size)
    seen = visit(np.zeros((GOALS * ROOMS, ACTIONS)), SHOWN[size], np.random.default_rng([163, seed]))
    told = estimate(seen)
    worth, met = np.concatenate([np.array(one) for one in told]), seen.of_turns(seen.met)
    lead = worth[met == 1][:, None] - worth[met == 0]
    paid = [(one, row) for one, row in zip(told, seen.met, strict=True) if row.any()]
    figures = {
        "order": float(np.sign(lead).mean()),
        "largest": float(np.mean([row[int(np.argmax(one))] for one, row in paid])),
    }
    c, g, met_turns = gd.col("c", axis="turn"), gd.col("grounded", axis="turn"), gd.col("met", axis="turn")
    final = meow_tea_taro(met_turns, met_turns.sum() / GOALS, density="single")
    rewards = {"final": final, "progress": spa(c, g, beta=0.0), "grounded": spa(c, g)}
    lines = {}
    for name, reward in rewards.items():
        togo = reward.reverse_cumsum()
        advantage = togo - togo.mean(over=("prompt", togo.position()))
        curve = _won(advantage, (162, seed), UPDATES[size], estimate)
        figures[f"episodes {name}"] = GROUP * reached(curve, 0.8, over=20)
        figures[f"won {name}"] = float(np.mean(curve[-50:]))
        lines[name] = line(curve, GROUP)
    return Figures(figures, Chart("Meals eaten", "episodes", "share won", lines))


STEPS, WAYS, DECISIVE, RIGHT = 6, 8, 3, 5  # a chain of six steps, and the one way at the fourth that wins
CHAIN_RATE, PRM_RATE = 0.3, 200.0  # set after pilots: at rates of 20 and below the judge is too slow to help


def _chain(weight: float, seed: int, size: Size) -> tuple[list[float], float]:
    """Train with iStar in the chain: the share won after each update, and the decisive step's share of step credit."""
    rng = np.random.default_rng([130, seed])
    x, won = gd.col("x", axis=("step", "token")), gd.col("won")
    advantage, alone = istar(x, won, weight=weight).compile(), istar(x, won, weight=0.0).compile()
    policy, judge = np.zeros((STEPS, WAYS)), np.zeros((STEPS, WAYS))
    states = np.tile(np.arange(STEPS), GROUP)
    curve: list[float] = []
    shares = []
    for _ in range(UPDATES[size] // 2):
        choices = drawn(policy, states, rng)
        success = (choices.reshape(GROUP, STEPS)[:, DECISIVE] == RIGHT).astype(float)
        curve.append(float(success.mean()))
        _learn(judge, states, choices, success)
        ratios = (np.log(softmax(judge)) - np.log(softmax(policy)))[states, choices].reshape(GROUP, STEPS)
        rows = {"uid": [0] * GROUP, "won": success.tolist(), "x": ratios[:, :, None].tolist()}
        gains = advantage.score(rows).values
        if weight and 0 < success.mean() < 1:
            credit = np.abs(gains - alone.score(rows).values).reshape(GROUP, STEPS).sum(axis=0)
            shares.append(float(credit[DECISIVE] / credit.sum()))
        climb(policy, states, choices, gains, CHAIN_RATE / GROUP)
    return curve, float(np.mean(shares)) if shares else 0.0


def _learn(judge: Floats, states: Ints, choices: Ints, success: Floats, beta: float = 0.05) -> None:
    """One step of the process reward model down the loss of :func:`istar_loss`, whose slope is exact here.

    The loss falls with Q, the mean over steps of beta times the log ratio; that of the old policy does not move.
    """
    q = beta * np.log(softmax(judge))[states, choices].reshape(GROUP, STEPS).mean(axis=1)
    better = success[:, None] > success
    if better.any():
        pull = np.where(better, 1 / (1 + np.exp(q[:, None] - q)), 0.0) / better.sum()
        gains = np.repeat(pull.sum(axis=1) - pull.sum(axis=0), STEPS) * beta / STEPS
        climb(judge, states, choices, gains, PRM_RATE)


def decisive(seed: int, size: Size) -> Mapping[str, float]:
    """A chain of steps of which one decides: outcomes alone (RLOO), and iStar with a process reward model beside."""
    figures: dict[str, float] = {}
    lines = {}
    for name, weight in (("rloo", 0.0), ("istar", 1.0)):
        curve, share = _chain(weight, seed, size)
        figures[f"episodes {name}"] = GROUP * reached(curve, 0.9, over=10)
        lines[name] = line(curve[:100], GROUP)
        if weight:
            figures["share of the decisive step"] = share
    return Figures(figures, Chart("A chain with one decisive step", "episodes", "share won", lines))
