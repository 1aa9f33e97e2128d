"""Structural mechanics: facts and an experiment."""

from __future__ import annotations

from typing import Any

import guerdon as gd

from ...experiments.beams import fixed_and_moved_supports
from ...registry import Claim, Experiment, Fact, register
from ...verifiable.mechanics import beamperl
from ..seen import change, column, numbers

_GOLDS = gd.col("golds", axis="gold")
_BEAM = {"loads": [[{"at": 0.25}]], "supports": [[0, 1]]}
_OVERHANG = {"loads": [[{"at": 1}]], "supports": [[0, 0.5]]}
_SOLVED = gd.mechanics.solved(gd.col("loads"), gd.col("supports"))


def list_of_numbers(completion: str) -> str:
    """A completion whose box lists every multiple that might be right."""
    before, mark, _ = completion.partition("\n</think>\n")
    return before + mark + "\\boxed{" + ", ".join(f"{k / 20}P" for k in range(-40, 41)) + "}"


def _boxed(inside: str) -> str:
    return "The moments balance.\n</think>\n\\boxed{" + inside + "}"


def _seen(*completions: str, released: bool = False, golds: Any = (0.75, 0.25), **knobs: Any) -> list[Any]:
    rows = {"completion": list(completions), "golds": [list(golds)] * len(completions)}
    return numbers(beamperl(_GOLDS, as_released=released, **knobs), rows)


def _accuracy(*insides: str, released: bool = False) -> list[Any]:
    return _seen(*map(_boxed, insides), released=released, weights=(1.0, 0.0))


register(
    beamperl,
    row="P134",
    title="BeamPERL: Parameter-Efficient RL with Verifiable Rewards Specializes Compact LLMs for Beam Mechanics",
    shape="expression",
    sure="code",
    example=lambda: beamperl(_GOLDS),
    facts=(
        Fact(
            "supports at 0 and L, a load at L/4: 3/4 and 1/4", lambda: _SOLVED.score(_BEAM).nested()[0], (0.75, 0.25), 0
        ),
        Fact("both, in either order", lambda: _accuracy(r"\frac{3}{4}P, 0.25P", r"0.25P, \frac{3}{4}P"), (1, 1), 0),
        Fact("one of two", lambda: _accuracy("0.75P"), 0, 0),
        Fact(
            "four numbers: as released they pass, here not",
            lambda: [_accuracy("0.1P,0.25P,0.5P,0.75P", released=released)[0] for released in (True, False)],
            (1, 0),
            0,
        ),
        Fact(
            "an overhang, supports at 0 and L/2, a load at L: -1 and 2",
            lambda: _SOLVED.score(_OVERHANG).nested()[0],
            (-1, 2),
            0,
        ),
        Fact(
            "the reward is 0.667 accuracy and 0.333 format",
            lambda: _seen(_boxed("0.75P, 0.25P"), _boxed("0.75P"), r"</think>\boxed{0.75P, 0.25P}", "0.75P"),
            (1, 0.333, 0.667, 0),
            1e-9,
        ),
        Fact(
            "equal reactions: as released one number meets both golds, here each needs its own",
            lambda: [
                _seen(_boxed("0.5P"), golds=(0.5, 0.5), released=released, weights=(1, 0))[0]
                for released in (True, False)
            ],
            (1, 0),
            0,
        ),
        Fact("within 1e-4", lambda: _accuracy("0.75009P, 0.25P", "0.7502P, 0.25P"), (1, 0), 0),
        Fact(
            "two boxes, and prose between them",
            lambda: _seen("\n</think>\n" r"R_A = \boxed{\frac{3P}{4}} and R_B = \boxed{\frac{P}{4}}"),
            1,
            1e-9,
        ),
        Fact(
            "the hack: a list of numbers, as released and here",
            lambda: [_seen(list_of_numbers(_boxed("0.1P")), released=released)[0] for released in (True, False)],
            (1, 0.333),
            1e-9,
        ),
        Fact("no answer is worth nothing", lambda: _seen("", "\n</think>\n", _boxed("")), (0, 0, 0), 0),
    ),
    hacks=(list_of_numbers,),
    experiment=Experiment(
        fixed_and_moved_supports,
        about="A small regressor learns reactions by the exact reward, one load, supports at the ends of the beam",
        claims=(
            Claim("it learns what it is trained on", column("trained"), 0.9),
            Claim("more loads: it transfers", column("two loads"), 0.7, whose="paper"),
            Claim("moved supports: it does not", column("moved supports"), high=0.3, whose="paper"),
            Claim("what moving the supports costs", change("trained", "moved supports"), 0.5),
        ),
    ),
)
