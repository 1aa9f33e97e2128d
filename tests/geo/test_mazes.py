"""Mazes: made to measure, solved, followed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.geo import count_turns, make_maze, read_maze, solve
from guerdon.geo._follow import read_moves

MAZE = ["S..", "##.", "##G"]
MOVES = st.text(alphabet="UDLR", max_size=30)


def followed(*said: str | None, maze: object = MAZE) -> dict[str, list[float]]:
    record = gd.geo.follow(gd.geo.moves(gd.col("said")), gd.col("maze"))
    rows = {"said": list(said), "maze": [maze] * len(said)}
    return {name: record[name].score(rows).numbers for name in ("share", "reached", "shortest")}


def test_by_hand():
    seen = followed("RRDD", "RRD", "RLRD", "", "LRRDD", "RRLRDD", "RRDDU", "RRDDUD")
    assert seen["share"] == [1, 0.75, 0.25, 0, 0, 0.5, 1, 1]
    assert seen["reached"] == [1, 0, 0, 0, 0, 1, 0, 1]
    assert seen["shortest"] == [1, 0, 0, 0, 0, 0, 0, 0]


def test_going_back_and_forth_earns_one_step_at_most():
    assert followed("RL" * 50)["share"] == [0.25]
    assert followed("RL" * 50 + "RRDD")["share"] == [0.25]


def test_of_two_shortest_paths_both_are_right():
    seen = followed("RD", "DR", maze=["S.", ".G"])
    assert seen["shortest"] == [1, 1]


def test_no_moves_earn_nothing_and_no_maze_is_nobody_s_fault():
    assert followed(None, "left, then up", "R" * 10_001)["share"] == [0, 0, 0]
    assert followed("RRDD", maze=None)["share"] == [None]
    assert followed("RRDD", maze=["S#G"])["reached"] == [None]
    assert followed("RRDD", maze="S..\n##.\n##G")["reached"] == [1]


@pytest.mark.parametrize("picture", [[], ["SS", "GG"], ["..."], ["S#G"], ["S" + "." * 600 + "G"], [1, 2]])
def test_what_is_no_maze_says_so(picture):
    with pytest.raises(ValueError, match="maze"):
        read_maze(picture)


@given(MOVES)
def test_only_the_shortest_way_earns_everything(moves):
    seen = followed(moves)
    assert 0 <= seen["share"][0] <= 1
    assert (moves == "RRDD") == (seen["shortest"] == [1])


@given(st.text(alphabet="udlrUDLR ,->[]←→x.", max_size=60))
def test_moves_are_letters_or_nothing(text):
    found = read_moves(text)
    assert found is None or set(found) <= set("UDLR")


def test_moves_as_written():
    assert read_moves("[up, Down, LEFT, right]") == "UDLR"
    assert read_moves("North -> East") == "UR"
    assert read_moves("R R D D") == "RRDD"
    assert read_moves("↑↓") == "UD"
    assert read_moves("go up") is None
    assert read_moves("   ") is None


def test_a_hundred_mazes_are_as_long_and_as_crooked_as_asked():
    for seed in range(100):
        length = 1 + seed % 12
        turns = seed % length
        path = solve(make_maze(length, turns, seed))
        assert (len(path), count_turns(path)) == (length, turns)


def test_the_path_is_the_only_one():
    """The free cells are a tree: one more of them than there are pairs of neighbours."""
    for seed in range(30):
        maze = make_maze(8, 4, seed)
        free = {(i, j) for i, row in enumerate(maze) for j, mark in enumerate(row) if mark != "#"}
        pairs = sum((i + 1, j) in free for i, j in free) + sum((i, j + 1) in free for i, j in free)
        assert len(free) == pairs + 1
        assert len(read_maze(maze).distance) == len(free)


def test_equal_seeds_make_equal_mazes_and_others_others():
    assert make_maze(6, 3, 1) == make_maze(6, 3, 1)
    assert len({tuple(make_maze(6, 3, seed)) for seed in range(10)}) > 5


@pytest.mark.parametrize("wrong", [(0, 0, 1), (3, 3, 1), (65, 1, 1), (3, -1, 1)])
def test_what_cannot_be_made(wrong):
    with pytest.raises(ValueError, match="length is 1 to 64"):
        make_maze(*wrong)
    with pytest.raises(ValueError, match="enlarge side"):
        make_maze(8, 0, 1, side=4)
