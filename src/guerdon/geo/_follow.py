"""A completion's moves, and what comes of them in a maze."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..expr.columns import Column
from ..expr.function import function
from ..expr.inputs import NOT_GIVEN, bound, opening
from ..expr.leaves import as_column, shown
from ..expr.node import Expr
from ..expr.values import Unscored
from ._mazes import STEPS, read_maze, walk

MOST_MOVES = 10_000
"""A longer list is no list of moves."""

_WORDS = {"up": "U", "down": "D", "left": "L", "right": "R", "north": "U", "south": "D", "west": "L", "east": "R"}
_ARROWS = {"↑": "U", "↓": "D", "←": "L", "→": "R"}
_GAPS = re.compile(r"""[\s,;.>\[\]()"'`|-]+""")


def read_moves(text: str) -> str | None:
    """The moves that a text is made of, as letters U, D, L, R; None where it holds anything else. Linear.

    >>> read_moves("right, right, down"), read_moves("RRD"), read_moves("→ ↓"), read_moves("go right")
    ('RRD', 'RRD', 'RD', None)
    """
    if len(text) > 10 * MOST_MOVES:
        return None
    found: list[str] = []
    for word in _GAPS.split(text.strip()):
        move = _WORDS.get(word.lower())
        letters = move or "".join(_ARROWS.get(letter, letter) for letter in word.upper())
        if any(letter not in STEPS for letter in letters):
            return None
        found.append(letters)
    moves = "".join(found)
    return moves if 0 < len(moves) <= MOST_MOVES else None


def moves(of: Column | None = None, *, prompt: Column | None = None, opened: Sequence[str] = ()) -> Column:
    """A list of moves as letters U, D, L, R; no verdict where the text holds anything but moves. Linear.

    Letters in a row (``RRDD``), words (up, down, left, right; north, south, west, east) and arrows are read, with white
    space, commas, brackets and dashes between them. ``of`` is the text to read, such as ``gd.text.tag("answer")``; the
    completion without its thinking if left out. More than 10,000 moves are none.

    >>> import guerdon as gd
    >>> (gd.geo.moves(gd.text.tag("answer")) == "RRD").score(
    ...     {"completion": ["<answer>right right down</answer>"]}
    ... ).values
    array([1.])
    """
    return as_column(moves_leaf(**bound(of, **opening(prompt, opened))))


@function(returns="column", version="1", name="moves")
def moves_leaf(
    completion: Any = NOT_GIVEN, of: Any = NOT_GIVEN, prompt: Any = None, opened: Sequence[str] = ()
) -> str | None:
    """See ``gd.geo.moves``."""
    return read_moves(shown(completion, of, prompt, opened))


def follow(moves: Column, maze: Column) -> Column:
    """What comes of a list of moves in a maze: a record of numbers in [0, 1]. Linear in both.

    Args:
        moves: letters U, D, L, R, as :func:`moves` gives them; no moves make a record of zeros.
        maze: its picture: a list of lines (or one text) in which ``#`` is a wall, ``S`` the start, ``G`` the goal.
            Missing, or no maze: the row is unscored.

    Fields:
        ``share``: how many moves lead along a shortest path before the first that does not, or runs into a wall, of the
        moves that the path takes. Nothing after that move counts, so that going back and forth earns nothing.
        ``reached``: 1 where every move is legal and the last one ends on the goal.
        ``shortest``: 1 where it is reached, by as few moves as can be.

    >>> import guerdon as gd
    >>> record = gd.geo.follow(gd.geo.moves(), gd.col("maze"))
    >>> rows = {"completion": ["RRDD", "RRD", "RLRD"], "maze": [["S..", "##.", "##G"]] * 3}
    >>> record["share"].score(rows).values, record["reached"].score(rows).values
    (array([1.  , 0.75, 0.25]), array([1., 0., 0.]))
    """
    for name, value in (("moves", moves), ("maze", maze)):
        if not isinstance(value, Expr):
            raise TypeError(f"{name} is an expression, such as gd.geo.moves() or gd.col('maze'), not {value!r:.80}")
    return as_column(follow_leaf(moves=moves, maze=maze))


@function(returns="column", version="1", name="follow")
def follow_leaf(moves: Any, maze: Any) -> dict[str, float]:
    """See ``gd.geo.follow``."""
    if not isinstance(maze, (str, list, tuple)):
        raise Unscored("no maze")
    try:
        ground = read_maze(maze)
    except ValueError as error:
        raise Unscored(str(error)) from None
    if not isinstance(moves, str) or not moves or len(moves) > MOST_MOVES or set(moves) - set(STEPS):
        return {"share": 0.0, "reached": 0.0, "shortest": 0.0}
    return walk(moves, ground)
