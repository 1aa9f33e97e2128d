"""Ways: through a network of lines, and through a maze."""

from __future__ import annotations

import guerdon as gd
from guerdon.expr.columns import Column
from guerdon.expr.score import Score

__all__ = ["ariadne", "rewardmap", "rewardmap_question"]

_MAPS = {"easy": 1.0, "middle": 1.2, "hard": 1.5}


def rewardmap(
    network: Column,
    start: Column,
    stop: Column,
    transfers: Column,
    difficulty: Column,
    *,
    base: float = 10.0,
    alpha: float = 0.5,
    as_released: bool = False,
) -> Score:
    r"""RewardMap's reward of a planned route (P099): right or not, and details of its legs, weighed by difficulty.

    ``weight * (10 * right + 0.5 * detail)``. Detail is 0 unless the first leg leaves from the asked stop and the last
    one comes to the other. Then it is 2; each leg whose line exists adds 3 (on a question without transfers 4, and
    only if the line has both stops); each right change within the transfers adds 1; each leg beyond those that the
    question needs costs 5; 10 at most. The legs needed are the transfers and one more; ``as_released`` they are the
    transfers, so that the last leg of every right route costs 5. The weight is the map's (easy 1, middle 1.2, hard
    1.5), and 0.5 more for a question with transfers.

    Paper: Feng et al., "RewardMap: Tackling Sparse Rewards in Fine-grained Visual Reasoning via Multi-Stage
    Reinforcement Learning" (2025), arXiv:2510.02240, and its code. Names are compared without case, white space and
    punctuation; the code also strips words such as Station.

    Args:
        network: the stops of each line, as a mapping.
        start: the stop to leave from.
        stop: the stop to come to.
        transfers: how many changes the question needs.
        difficulty: of the map: easy, middle or hard.
        base: what a right route is worth.
        alpha: the weight of the details.
        as_released: as the released code.

    >>> text = "Route Name: Red\nDeparture Stop: A\nArrival Stop: C"
    >>> reward = rewardmap(*(gd.col(name) for name in ("lines", "start", "stop", "transfers", "difficulty")))
    >>> rows = {"lines": [{"Red": ["A", "B", "C"]}], "start": ["A"], "stop": ["C"], "transfers": [0]}
    >>> reward.score(rows | {"completion": [text], "difficulty": ["easy"]}).values
    array([13.])
    """
    route = gd.geo.route(gd.geo.legs(), network, start, stop)
    place = route["known"].position()
    needed = transfers if as_released else transfers + 1
    known = route["known"] * gd.where(transfers == 0, 4 * route["direct"], 3)
    legs = known + route["joined"] * (place < transfers) - 5 * (place >= needed)
    detail = gd.where(route["ends"] == 1, gd.min(2 + legs.sum(empty=0), 10), 0)
    weight = difficulty.map(_MAPS) + 0.5 * (transfers > 0)
    return weight * (base * route["right"] + alpha * detail)


def rewardmap_question(right: Score, difficulty: Column, base: float = 10.0) -> Score:
    """RewardMap's reward of the questions that come before planning (P099): right or not, weighed by the map.

    ``weight * 10 * right`` for yes or no, and for counting. Training goes from these to planning, from easy to hard.

    Paper: Feng et al., "RewardMap: Tackling Sparse Rewards in Fine-grained Visual Reasoning via Multi-Stage
    Reinforcement Learning" (2025), arXiv:2510.02240, and its code, in which credit for single stops is switched off.

    Args:
        right: whether the answer is right, such as ``gd.text.equal(gd.text.boxed(), gd.col("gold"))``.
        difficulty: of the map: easy, middle or hard.
        base: what a right answer is worth.

    >>> rewardmap_question(gd.col("right"), gd.col("map")).score({"right": [1, 0], "map": ["hard", "hard"]}).values
    array([15.,  0.])
    """
    return difficulty.map(_MAPS) * base * right


def ariadne(maze: Column, weights: tuple[float, float, float] = (0.5, 1.0, 0.1), moves: Column | None = None) -> Score:
    """Ariadne's reward of a way through a maze (P148): its right beginning, its success, its form.

    ``0.5 * share + 1 * reached + 0.1 * form``. The share is that of the moves along the shortest path before the first
    one that leaves it or runs into a wall, so that going back and forth earns nothing. It is reached where every move
    is legal and the last ends on the goal. Form is 1 where the answer is a list of moves.

    Paper: Shen et al., "Ariadne: A Controllable Framework for Probing and Extending VLM Reasoning Boundaries" (2025),
    arXiv:2511.00710, by its abstract and outline (step by step, verified, by difficulty). GUESSES: the weights, what
    counts as a right step, credit for a goal that is reached by a detour.

    Args:
        maze: its picture: a list of lines with ``#``, ``S`` and ``G``; :func:`guerdon.geo.make_maze` makes them to
        measure.
        weights: of share, success and form.
        moves: as :func:`guerdon.geo.moves` gives them; those of the tag ``answer`` if left out.

    >>> rows = {"completion": ["<answer>RRDD</answer>", "<answer>RLRD</answer>"], "maze": [["S..", "##.", "##G"]] * 2}
    >>> ariadne(gd.col("maze")).score(rows).values
    array([1.6  , 0.225])
    """
    moves = gd.geo.moves(gd.text.tag("answer")) if moves is None else moves
    walk = gd.geo.follow(moves, maze)
    return weights[0] * walk["share"] + weights[1] * walk["reached"] + weights[2] * moves.exists()
