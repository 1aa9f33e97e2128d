"""Pointing at elements of a screen."""

from __future__ import annotations

import guerdon as gd
from guerdon.expr.columns import Column
from guerdon.expr.score import Score

__all__ = ["gui_g2", "infigui_g1"]


def infigui_g1(
    gold: Column,
    answer: Column | None = None,
    weights: tuple[float, float] = (1.0, 1.0),
    think: bool = True,
    tol: float = 1e-9,
) -> Score:
    """InfiGUI-G1's adaptive exploration reward (P122): several points in one answer, paid by how soon one hits.

    The completion is one think block and a JSON list of ``{"point_2d": [x, y]}``. Of N points whose k-th is the first
    inside the reference the reward is ``1 / sqrt(N * k)``, without a hit ``-1 / N``; plus 1 for the format. Bad tags,
    no list, an empty one, or three points on one line (a sweep, not a choice) earn -1. Range [-1, 2].

    Paper: Liu et al., "InfiGUI-G1: Advancing GUI Grounding with Adaptive Exploration Policy Optimization" (2025),
    arXiv:2508.05731, and its code.

    Args:
        gold: the reference box.
        answer: the text with the list; the completion without its thinking if left out.
        weights: of the format and of the exploration reward.
        think: a think block is asked for, which the completion itself opens.
        tol: how nearly three points may be on one line, as an angle in radians.

    >>> text = '<think>the cross</think>[{"point_2d": [20, 20]}, {"point_2d": [5, 5]}]'
    >>> infigui_g1(gd.col("gold")).score({"completion": [text], "gold": [[0, 0, 10, 10]]}).values
    array([1.5])
    """
    point = gd.vision.objects(answer, axis="point")["point"]
    together = gd.vision.points(answer, axis=None, label="point_2d")
    count = point.exists().sum()
    valid = point.exists().all(empty=0) & ~gd.vision.collinear(together, tol)
    if think:
        opens = gd.structure.search(r"^\s*<think>")
        valid = opens & gd.text.tags_in_order("think") & (gd.text.length(of=gd.text.reasoning()) > 0) & valid
    hit = gd.vision.inside(point, gold)
    first = (hit.cumsum() < 1).sum() + 1
    explored = gd.where(hit.any(empty=0), 1 / (count * first).sqrt(), -1 / count)
    return gd.where(valid, weights[0] + weights[1] * explored, -1)


def gui_g2(
    gold: Column,
    answer: Column | None = None,
    alpha: float = 0.5,
    point: float = 1.0,
    coverage: float = 1.0,
    as_released: bool = False,
) -> Score:
    """GUI-G2's Gaussian rewards (P140): how near the middle is, and how the box covers the element. Range [0, 2].

    Boxes are Gaussians with deviations of ``alpha`` times their sides. Point is the density at the predicted middle, as
    a share of its peak; coverage the Bhattacharyya coefficient of both. No box earns 0. The released code rounds both
    to 3 decimals and adds 1e-8 inside a root, which is harmless in pixels but drowns boxes in coordinates from 0 to 1:
    coverage then exceeds 1, and the more the smaller the box.

    Paper: Tang et al., "GUI-G2: Gaussian Reward Modeling for GUI Grounding" (2025), arXiv:2507.15846, and its code.

    Args:
        gold: the reference box.
        answer: the text with the box, of which the first ``[x1, y1, x2, y2]`` counts; the completion if left out.
        alpha: of the deviations.
        point: the weight of the point's part (nu).
        coverage: the weight of coverage (gamma).
        as_released: rounded, and with 1e-8.

    >>> rows = {"completion": ["[25, 12.5, 75, 37.5]", "there"], "gold": [[0, 0, 100, 50]] * 2}
    >>> gui_g2(gd.col("gold")).score(rows).values.round(4)
    array([1.8, 0. ])
    """
    box = gd.vision.boxes(answer, axis=None)[0]
    near = gd.vision.gaussian(box, gold, alpha)
    if not as_released:
        return point * near + coverage * gd.vision.gaussian(box, gold, alpha, "coverage")
    covers = gd.vision.gaussian(box, gold, alpha, "coverage", eps=1e-8)
    return point * (near * 1000).round() / 1000 + coverage * (covers * 1000).round() / 1000
