"""Mazes: read from their picture, solved, made to measure, and followed move by move."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

STEPS = {"U": (-1, 0), "D": (1, 0), "L": (0, -1), "R": (0, 1)}
"""What each move does to (row, column)."""
LARGEST = 128
"""The longest side of a maze."""

Cell = tuple[int, int]


@dataclass(frozen=True)
class Maze:
    """A maze that can be solved: how far every cell that can be reached is from the goal.

    Attributes:
        start: (row, column), from 0.
        goal: likewise.
        distance: moves from each cell to the goal.

    >>> maze = read_maze(["S..", "##G"])
    >>> maze.start, maze.goal, maze.distance[0, 1]
    ((0, 0), (1, 2), 2)
    """

    start: Cell
    goal: Cell
    distance: dict[Cell, int]

    @property
    def length(self) -> int:
        """How many moves the shortest path takes."""
        return self.distance[self.start]


def read_maze(picture: Sequence[str] | str) -> Maze:
    """A maze from its picture: lines in which ``#`` is a wall, ``S`` the start, ``G`` the goal, the rest is free.

    Time and memory in proportion to the picture. ValueError: no start or goal, or several; no way between them; a side
    of more than 128.

    >>> read_maze(["S..", "##G"]).length
    3
    """
    return _read(tuple(picture.splitlines() if isinstance(picture, str) else picture))


@lru_cache(maxsize=64)
def _read(rows: tuple[Any, ...]) -> Maze:
    if not rows or not all(isinstance(row, str) for row in rows) or max(len(rows), *map(len, rows)) > LARGEST:
        raise ValueError(f"a maze is a list of 1 to {LARGEST} lines of as many characters at most")
    cells = {(i, j): mark for i, row in enumerate(rows) for j, mark in enumerate(row) if mark != "#"}
    ends = {mark: [cell for cell, here in cells.items() if here == mark] for mark in "SG"}
    if [len(found) for found in ends.values()] != [1, 1]:
        raise ValueError("a maze has one start, S, and one goal, G")
    goal = ends["G"][0]
    distance = {goal: 0}
    waiting = deque([goal])
    while waiting:
        cell = waiting.popleft()
        for step in STEPS.values():
            near = cell[0] + step[0], cell[1] + step[1]
            if near in cells and near not in distance:
                distance[near] = distance[cell] + 1
                waiting.append(near)
    if ends["S"][0] not in distance:
        raise ValueError("no way leads from this maze's start to its goal")
    return Maze(ends["S"][0], goal, distance)


def solve(picture: Sequence[str] | str) -> str:
    """The moves of a shortest path, such as ``"RRDD"``; of several, the first by the order U, D, L, R.

    >>> solve(["S..", "##G"])
    'RRD'
    """
    maze = read_maze(picture)
    at, path = maze.start, []
    while at != maze.goal:
        for move, step in STEPS.items():
            near = at[0] + step[0], at[1] + step[1]
            if maze.distance.get(near) == maze.distance[at] - 1:
                at = near
                path.append(move)
                break
    return "".join(path)


def walk(moves: str, maze: Maze) -> dict[str, float]:
    """What a list of moves is worth: see ``gd.geo.follow``. Linear in the moves."""
    at, on_path, right, legal = maze.start, True, 0, True
    for move in moves:
        near = at[0] + STEPS[move][0], at[1] + STEPS[move][1]
        if near not in maze.distance:
            legal = False
            break
        on_path = on_path and maze.distance[near] < maze.distance[at]
        right += on_path
        at = near
    reached = legal and at == maze.goal
    share = right / maze.length if maze.length else 1.0
    return {"share": share, "reached": float(reached), "shortest": float(reached and len(moves) == maze.length)}


def make_maze(length: int, turns: int, seed: int, side: int | None = None, branches: float = 1.0) -> list[str]:
    """A maze whose only path from S to G takes exactly so many moves with exactly so many turns.

    Args:
        length: moves on the path, 1 to 64.
        turns: how often the path changes direction, 0 to ``length - 1``.
        seed: equal seeds make equal mazes.
        side: rows and columns; enough for the path if left out.
        branches: the share of the dead ends that fit which are dug, in [0, 1].

    The free cells form a tree, so that the path is the only one. ValueError: the numbers leave no path, or none was
    found in 2,000 tries.

    >>> maze = make_maze(length=5, turns=2, seed=1)
    >>> path = solve(maze)
    >>> len(path), sum(a != b for a, b in zip(path, path[1:]))
    (5, 2)
    """
    if not 1 <= length <= 64 or not 0 <= turns < length:
        raise ValueError(f"a path of length {length} with {turns} turns: length is 1 to 64, turns 0 to length - 1")
    if not 0 <= branches <= 1:
        raise ValueError(f"branches is a share in [0, 1], not {branches!r}")
    size = side or (2 + (length + 1) // 2 if turns else length + 1)
    rng = random.Random(f"{length} {turns} {seed}")
    for _ in range(2000):
        path = _try_path(length, turns, size, rng)
        if path is not None:
            return _picture(_dug(path, size, branches, rng), path, size)
    raise ValueError(
        f"no path of length {length} with {turns} turns was found in a square of side {size}: enlarge side"
    )


def _try_path(length: int, turns: int, size: int, rng: random.Random) -> list[Cell] | None:
    """A path that never touches itself, with its turns at random places; None where it ran into something."""
    at_turn = set(rng.sample(range(1, length), turns))
    at = (rng.randrange(size), rng.randrange(size))
    step = rng.choice(list(STEPS.values()))
    path, taken = [at], {at}
    for i in range(length):
        steps = [step]
        if i in at_turn:
            steps = [(step[1], step[0]), (-step[1], -step[0])]
            rng.shuffle(steps)
        for step in steps:
            near = at[0] + step[0], at[1] + step[1]
            if _inside(near, size) and sum(cell in taken for cell in _around(near)) == 1 and near not in taken:
                break
        else:
            return None
        at = near
        path.append(at)
        taken.add(at)
    return path


def _dug(path: list[Cell], size: int, branches: float, rng: random.Random) -> set[Cell]:
    """The path with dead ends: a cell is dug only where it meets exactly one free cell, so that no way round arises."""
    free = set(path)
    edge = [cell for at in path[:-1] for cell in _around(at)]
    while edge:
        cell = edge.pop(rng.randrange(len(edge)))
        if cell in free or not _inside(cell, size) or sum(near in free for near in _around(cell)) != 1:
            continue
        if rng.random() < branches:
            free.add(cell)
            edge += _around(cell)
    return free


def _around(cell: Cell) -> list[Cell]:
    return [(cell[0] + down, cell[1] + right) for down, right in STEPS.values()]


def _inside(cell: Cell, size: int) -> bool:
    return 0 <= cell[0] < size and 0 <= cell[1] < size


def _picture(free: set[Cell], path: list[Cell], size: int) -> list[str]:
    marks = {path[0]: "S", path[-1]: "G"}
    return ["".join(marks.get((i, j), "." if (i, j) in free else "#") for j in range(size)) for i in range(size)]


def count_turns(moves: str) -> int:
    """How often a path changes direction.

    >>> count_turns("RRDD")
    1
    """
    return sum(a != b for a, b in pairwise(moves))
