"""Ways: facts and experiments."""

from __future__ import annotations

from typing import Any

import guerdon as gd

from ...experiments.mazes import curriculum_against_direct
from ...experiments.metro import staged_against_sparse
from ...registry import Claim, Experiment, Fact, register
from ...verifiable.routes import ariadne, rewardmap, rewardmap_question
from ..seen import change, column, least, numbers

# ---------------------------------------------------------------- P099

_LINES = {"Line 1": ["Alder", "Birch", "Cedar"], "Line 2": ["Cedar", "Elm", "Fir"]}
_ASKED = [gd.col(name) for name in ("lines", "start", "stop", "transfers", "difficulty")]


def _leg(line: str, start: str, stop: str) -> str:
    return f"Route Name: {line}\nDeparture Stop: {start}\nArrival Stop: {stop}\n"


_DIRECT = _leg("Line 1", "Alder", "Cedar")
_CHANGE = _leg("Line 1", "Alder", "Cedar") + "--\n" + _leg("Line 2", "Cedar", "Fir")


def _route(
    text: str, stop: str = "Cedar", transfers: int = 0, difficulty: str = "easy", released: bool = False
) -> float:
    rows = {"completion": [text], "lines": [_LINES], "start": ["Alder"], "stop": [stop]}
    reward = rewardmap(*_ASKED, as_released=released)
    return float(numbers(reward, rows | {"transfers": [transfers], "difficulty": [difficulty]})[0])


def _both(text: str, **asked: Any) -> list[float]:
    return [_route(text, released=released, **asked) for released in (True, False)]


register(
    rewardmap,
    row="P099",
    title="RewardMap: Tackling Sparse Rewards in Fine-grained Visual Reasoning via Multi-Stage Reinforcement Learning",
    shape="expression",
    sure="code",
    example=lambda: rewardmap(*_ASKED),
    facts=(
        Fact("direct, right, easy: as released and meant", lambda: _both(_DIRECT), (10.5, 13.0), 1e-9),
        Fact("one change, right, easy", lambda: _both(_CHANGE, stop="Fir", transfers=1), (18.0, 21.75), 1e-9),
        Fact("the wrong end", lambda: _both(_DIRECT, stop="Birch"), (0, 0), 0),
        Fact(
            "direct, right, a hard map, as released",
            lambda: _route(_DIRECT, difficulty="hard", released=True),
            15.75,
            1e-9,
        ),
        Fact("right ends, an unknown line", lambda: _both(_leg("Line 9", "Alder", "Cedar")), (-1.5, 1.0), 1e-9),
        Fact("no route", lambda: _both("Take line 1."), (0, 0), 0),
        Fact(
            "legs that go round in circles cost five each",
            lambda: [
                _route(_DIRECT + ("--\n" + _leg("Line 1", "Cedar", "Alder") + "--\n" + _DIRECT) * k) for k in (0, 1, 2)
            ],
            (13, 12, 11),
            1e-9,
        ),
        Fact(
            "a leg that stays where it is is none",
            lambda: _route(_leg("Line 1", "Alder", "Alder") + "--\n" + _DIRECT) < _route(_DIRECT),
            1,
            0,
        ),
    ),
    experiment=Experiment(
        staged_against_sparse,
        about="A template policy plans routes with one change on a small text metro, at an equal number of steps",
        claims=(
            Claim("staged and with details: routes that are right", column("staged and detailed"), 0.8),
            Claim(
                "more than with right or wrong alone",
                change("staged and detailed", "right or wrong"),
                0.1,
                whose="paper",
            ),
            Claim("what the details alone bring", change("detailed", "right or wrong"), 0.1, whose="paper"),
            Claim("what the stages add to them", change("staged and detailed", "detailed"), 0.02, whose="paper"),
        ),
    ),
)

_QUESTION = rewardmap_question(gd.col("right"), gd.col("difficulty"))


def _question(right: float, difficulty: str) -> float:
    return float(numbers(_QUESTION, {"right": [right], "difficulty": [difficulty]})[0])


register(
    rewardmap_question,
    row="P099",
    title="RewardMap's questions before planning",
    shape="expression",
    sure="code",
    example=lambda: rewardmap_question(gd.text.equal(gd.text.boxed(), gd.col("gold")), gd.col("difficulty")),
    facts=(
        Fact("right on an easy map", lambda: _question(1, "easy"), 10, 1e-12),
        Fact("right on a middle map", lambda: _question(1, "middle"), 12, 1e-12),
        Fact("right on a hard map", lambda: _question(1, "hard"), 15, 1e-12),
        Fact("wrong", lambda: _question(0, "hard"), 0, 0),
    ),
)

# ---------------------------------------------------------------- P148

_MAZE = ["S..", "##.", "##G"]
_WAY = ariadne(gd.col("picture"))


def _walked(*moves: str) -> list[Any]:
    rows = {"completion": [f"<answer>{said}</answer>" for said in moves], "picture": [_MAZE] * len(moves)}
    return numbers(_WAY, rows)


def _made_to_measure() -> float:
    """Mazes of a hundred seeds, each solved by search: as long and as crooked as asked."""
    asked = [(1 + seed % 10, seed % (1 + seed % 10), seed) for seed in range(100)]
    paths = [gd.geo.solve(gd.geo.make_maze(*one)) for one in asked]
    return least((len(path), gd.geo.count_turns(path)) == one[:2] for path, one in zip(paths, asked, strict=True))


register(
    ariadne,
    row="P148",
    title="Ariadne: A Controllable Framework for Probing and Extending VLM Reasoning Boundaries",
    shape="expression",
    sure="abstract",
    guesses=("the weights", "what counts as a right step", "credit for a goal that is reached by a detour"),
    example=lambda: _WAY,
    facts=(
        Fact("RRDD on RRDD", lambda: _walked("RRDD"), 1.6, 1e-12),
        Fact("RRD: three quarters of the way", lambda: _walked("RRD"), 0.475, 1e-12),
        Fact("RLRD: one step, and back", lambda: _walked("RLRD"), 0.225, 1e-12),
        Fact("a hundred mazes as long and as crooked as asked", _made_to_measure, 1, 0),
        Fact(
            "RL fifty times: one right step at most", lambda: _walked("RL" * 50, "RL" * 50 + "R"), (0.225, 0.225), 1e-12
        ),
        Fact("every move at once, and no move", lambda: _walked("UDLR", "I went right", ""), (0.1, 0, 0), 1e-12),
        Fact("a detour reaches the goal, with the credit of its beginning", lambda: _walked("RLRRDD"), 1.225, 1e-12),
    ),
    experiment=Experiment(
        curriculum_against_direct,
        about="A table from what is free around a cell, and the last move, to the next move; mazes without dead ends",
        claims=(
            Claim("by curriculum, success alone: length 5 solved", column("curriculum, success alone"), 0.8),
            Claim("at length 5 from the start, success alone", column("direct, success alone"), high=0.5),
            Claim("at length 5 from the start, with step credit", column("direct"), high=0.5),
            Claim("by curriculum: length 8, never seen", column("curriculum at 8"), 0.5),
        ),
        seeds=5,
    ),
)
