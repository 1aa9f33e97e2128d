"""The registry: what is known of each published system that Guerdon builds, and the hand numbers that hold it.

A family of systems is a module (or a folder of modules) of this package with its short functions, loaded when one of
them is asked for. The module of the same name in ``entries`` registers them, and is loaded when the registry is asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal

Size = Literal["smoke", "full"]
Shape = Literal["expression", "objective", "builder", "benchmark", "search", "scorer", "function"]
Sure = Literal["code", "paper", "abstract", "memory"]
Number = float | None

FAMILIES: dict[str, str] = {
    "design": "Rewards designed by a program: written by a model, bilevel, learned",
    "check": "Attacks, robustness, metrics and benchmarks of rewards and reward models",
    "shaping": "Transforms, length, gates, ensembles and schedules on scores",
    "credit": "From scores to advantages: steps, turns, segments, tokens, groups",
    "verifiable": "What a program can decide about a completion",
    "judge": "Model judges, rubrics and principles, and how they are made and trained",
    "rm": "Learned reward models: objectives, heads, data, training",
    "preference": "Policy optimisation from preferences and rewards",
    "process": "Step-level reward models: annotation, training, use",
    "control": "Rewards in control, robotics and games",
    "diffusion": "Rewards for generative media",
    "personal": "Many users, many objectives",
    "search": "Search and refinement guided by rewards when a model is used",
    "context": "Surveys and neighbouring work: what little of them concerns rewards",
}
"""What each family is about. A family without a module has no recipe yet."""


@dataclass(frozen=True)
class Fact:
    """A number worked out by hand, and how to observe it: a recipe's test.

    Attributes:
        name: what is claimed, in a few words.
        got: computes the number (or several; None stands for a cell without a number).
        want: what it must be.
        tol: how far off it may be.
    """

    name: str
    got: Callable[[], Number | Sequence[Number]]
    want: Number | Sequence[Number]
    tol: float = 1e-4

    def observe(self) -> tuple[list[Number], bool]:
        """What is seen now, and whether it is what it must be."""
        got, want = _listed(self.got()), _listed(self.want)
        close = len(got) == len(want) and all(_close(a, b, self.tol) for a, b in zip(got, want, strict=True))
        return got, close


@dataclass(frozen=True)
class Claim:
    """What an experiment should show: a figure of each seed's run that should lie in ``[low, high]``.

    Attributes:
        says: the claim, as one would say it.
        value: the figure, from what one run returned.
        low: the least the figure may be.
        high: the most.
        whose: ``"paper"`` where the authors claim it, ``"ours"`` where we do.
    """

    says: str
    value: Callable[[Mapping[str, float]], float]
    low: float = -math.inf
    high: float = math.inf
    whose: Literal["paper", "ours"] = "ours"


@dataclass(frozen=True)
class Experiment:
    """A small experiment that anybody can repeat.

    Attributes:
        run: one run, from a seed and a size; returns named figures, as :class:`guerdon.lab.curves.Figures` where there
            are curves to draw.
        claims: what the runs should show.
        about: what is done, in a sentence.
        seeds: how many runs, at least three.
        needs: packages beyond numpy.
    """

    run: Callable[[int, Size], Mapping[str, float]]
    claims: tuple[Claim, ...]
    about: str
    seeds: int = 3
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recipe:
    """One published system (or one part of it), built.

    Attributes:
        row: its number in the list of published systems, such as ``"P009"``; several recipes may share one.
        name: of the function that builds it.
        title: of the system, with its paper's.
        family: the module it stands in; see :data:`FAMILIES`.
        shape: what ``make`` returns.
        sure: how the system is known: from its ``code``, its ``paper``, the ``abstract`` alone, or ``memory``.
        guesses: what the source leaves open and we filled in.
        make: the function.
        example: builds it from plainly named columns, for its tree and its tests.
        facts: hand numbers that hold.
        experiment: what it should do, shown in small.
        trained: the same on a small transformer, trained from nothing and then by TRL; takes minutes.
        hacks: rewrites of completions that fool the released form and not ours.
    """

    row: str
    name: str
    title: str
    family: str
    shape: Shape
    sure: Sure
    make: Callable[..., Any]
    example: Callable[[], Any]
    guesses: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    experiment: Experiment | None = None
    hacks: tuple[Callable[..., Any], ...] = field(default=())
    trained: Experiment | None = None

    @property
    def id(self) -> str:
        """Row and name, unique."""
        return f"{self.row}:{self.name}"

    @property
    def as_released(self) -> bool:
        """Whether the released form can be built beside the one that it should be."""
        import inspect

        return "as_released" in inspect.signature(self.make).parameters

    @property
    def status(self) -> str:
        """``"facts and experiment"``, ``"facts"``, or ``"built"`` where nothing holds it yet."""
        if self.experiment is not None:
            return "facts and experiment" if self.facts else "experiment"
        return "facts" if self.facts else "built"


_RECIPES: dict[str, Recipe] = {}


def register(
    make: Callable[..., Any],
    *,
    row: str,
    title: str,
    shape: Shape,
    sure: Sure,
    example: Callable[[], Any],
    guesses: tuple[str, ...] = (),
    facts: tuple[Fact, ...] = (),
    experiment: Experiment | None = None,
    hacks: tuple[Callable[..., Any], ...] = (),
    trained: Experiment | None = None,
) -> Recipe:
    """Enter a function as a recipe; its module is its family. See :class:`Recipe` for the arguments."""
    name, module = make.__name__, make.__module__
    family = module.removeprefix(f"{__package__}.").partition(".")[0]
    if family not in FAMILIES:
        raise ValueError(f"{module}.{name}: {family!r} is no family; the families: {', '.join(FAMILIES)}")
    known = _RECIPES.get(name)
    if known is not None and known.make.__module__ != module:
        raise ValueError(f"two recipes are named {name!r}: one in {known.make.__module__}, one in {module}")
    recipe = Recipe(row, name, title, family, shape, sure, make, example, guesses, facts, experiment, hacks, trained)
    _RECIPES[name] = recipe
    return recipe


def all_recipes() -> list[Recipe]:
    """Every recipe, by row and name; loads every family.

    >>> "par" in [recipe.name for recipe in all_recipes()]
    True
    """
    from . import BUILT

    for family in sorted(set(BUILT.values())):
        import_module(f"{__package__}.entries.{family}")
    return sorted(_RECIPES.values(), key=lambda recipe: (recipe.row, recipe.name))


def find(name_or_row: str) -> list[Recipe]:
    """The recipe of a name, or all recipes of a row.

    Raises:
        KeyError: there is none; says which names come near.

    >>> [recipe.row for recipe in find("par")]
    ['P009']
    >>> [recipe.name for recipe in find("p124")]
    ['verpo', 'verpo_dense']
    """
    every = all_recipes()
    found = [recipe for recipe in every if name_or_row in (recipe.name, recipe.id) or name_or_row.upper() == recipe.row]
    if not found:
        from difflib import get_close_matches

        near = get_close_matches(name_or_row, [recipe.name for recipe in every], n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else "`guerdon recipes` lists them"
        raise KeyError(f"there is no recipe {name_or_row!r}: {hint}")
    return found


def _listed(value: Number | Sequence[Number]) -> list[Number]:
    return list(value) if isinstance(value, Sequence) else [value]


def _close(a: Number, b: Number, tol: float) -> bool:
    return a is b if a is None or b is None else abs(a - b) <= tol
