"""What is known of a reward before it is attacked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

import guerdon as gd


@dataclass(frozen=True)
class Case:
    """A function of a room, or a recipe, with honest completions.

    A ``reward`` pays for being right. A ``rule`` pays whatever keeps a rule that the user chose, such as "no commas",
    and a ``measure`` says how long or how readable a text is: nobody is paid for being right. A ``reader`` finds
    something in a completion; the expression says whether it did.

    Attributes:
        name: ``room.function`` or ``recipes.name``; what follows a comma tells several of one apart.
        make: the expression, one number per completion.
        right: an honest completion that is right.
        wrong: an honest one that is not.
        without: the right one with its answer taken out.
        given: the reference columns, for one row.
        low: the least it may give.
        high: the most.
        earns: what the right completion earns; ``high`` where it is not said.
        fails_as: of a failed cell, where the expression can have one.
        kind: see above.
        every: a completion that names every option, the right one among them.
        pays: cheap completions that earn more than a wrong one, and why that is as it should be.
        unscored: reasons for which a cell may have no number.
        share: of the completions that each case is given.
    """

    name: str
    make: Callable[[], gd.Score]
    right: str
    wrong: str = "I do not know."
    without: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    low: float = 0.0
    high: float = 1.0
    earns: float | None = None
    fails_as: float | None = 0.0
    kind: Literal["reward", "rule", "measure", "reader"] = "reward"
    every: str = ""
    pays: Mapping[str, str] = field(default_factory=dict)
    unscored: tuple[str, ...] = ()
    share: float = 1.0

    @property
    def of(self) -> str:
        """The function it is of."""
        return self.name.partition(",")[0]

    def scored(self, completions: list[Any]) -> Any:
        rows = {name: [value] * len(completions) for name, value in self.given.items()}
        return self.make().score({"prompt": ["p"] * len(completions)} | rows | {"completion": completions})

    def numbers(self, *completions: Any) -> list[float]:
        return [-1e9 if number is None else number for number in self.scored(list(completions)).numbers]


@dataclass(frozen=True)
class Figures:
    """An expression over numbers and records that other parts of a reward give; what varies is those.

    Attributes:
        name: as of a :class:`Case`.
        make: the expression.
        draw: one row of columns.
        low: the least it may give.
        high: the most.
        unscored: reasons for which a cell may have no number.
        share: of the rows that each case is given.
    """

    name: str
    make: Callable[[], gd.Score]
    draw: Callable[[Random], dict[str, Any]]
    low: float
    high: float
    unscored: tuple[str, ...] = ()
    share: float = 1.0

    @property
    def of(self) -> str:
        return self.name.partition(",")[0]


@dataclass(frozen=True)
class Plain:
    """A plain function that is called with what was read from completions, such as two items to be matched."""

    name: str
    call: Callable[[Random], Any]
    low: float
    high: float
    share: float = 1.0

    @property
    def of(self) -> str:
        return self.name.partition(",")[0]


def c(name: str, axis: str | None = None) -> Any:
    return gd.col(name, axis=axis)


def found(column: Any) -> gd.Score:
    """Whether there is something in a column, or on its axis."""
    return column.exists().max(empty=0) if column.axes else column.exists()
