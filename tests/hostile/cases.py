"""All cases, and why some names have none."""

from __future__ import annotations

from . import measures, readers, rules, systems
from .case import Case, Figures, Plain

TEXTS: list[Case] = [*readers.CASES, *rules.CASES]
ANSWERS: list[Case] = [*measures.CASES, *systems.CASES]
CASES = [*TEXTS, *ANSWERS]
FIGURES: list[Figures] = [*measures.FIGURES, *systems.FIGURES]
PLAIN: list[Plain] = measures.PLAIN

_LADDER = "says what an error is worth; `near` and `credit` climb it"
_DATA = "makes or describes reference data, and never meets a completion"
_RUNS = "runs programs in a sandbox, which has a gallery of hostile programs of its own (tests/programs)"
_TOKENS = "reads what a tokenizer says, not what a policy writes"

EXEMPT: dict[str, str] = {
    "code.tests": _RUNS,
    "code.results": _RUNS,
    "text.tokens": _TOKENS,
    **{f"similarity.{name}": _LADDER for name in ("inverse", "knots", "linear", "steps", "within")},
    "similarity.token_vectors": "a model's input table, which `bmas` reads",
    "similarity.unit_vectors": "a model's vectors, which `cosine` compares",
    "similarity.distance": "an error, unbounded by nature; `near` and `credit` are held",
    "instructions.IDS": "a list of names",
    **{f"geo.{name}": _DATA for name in ("EARTH_RADIUS_KM", "STEPS", "Maze", "make_maze", "read_maze", "solve")},
    "geo.count_turns": _DATA,
    **{f"mechanics.{name}": _DATA for name in ("Couple", "Force", "Load", "Spread", "clamp", "reactions")},
    "recipes.agent_rlvr_guidance": "makes prompts of reference data",
    "recipes.agent_rlvr_pairs": "makes training pairs of attempts that were judged",
    "recipes.agent_rlvr_round": "a loop over attempts, each judged by a reward given to it",
    "recipes.constant_policies": "is itself a search for exploits",
}
