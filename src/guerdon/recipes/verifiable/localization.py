"""Localisation: all objects found, with bars that rise; what matters found first."""

from __future__ import annotations

from typing import Literal

import guerdon as gd
from guerdon.expr.arithmetic import Operand
from guerdon.expr.columns import Column
from guerdon.expr.score import Score

from .detection import size
from .likeness import harmonic

__all__ = ["grip", "grip_salience", "vision_r1"]


def vision_r1(
    golds: Column,
    answer: Column | None = None,
    stage: Score | None = None,
    clipped: bool = True,
    bars: tuple[tuple[float, float], tuple[float, float]] = ((0.5, 0.75), (0.75, 0.9)),
    weights: tuple[float, float, float] = (1.0, 1.0, 1.0),
    as_released: bool = False,
) -> Score:
    """Vision-R1's reward for finding objects (P090): format, precision and recall, with bars that rise.

    Boxes are matched one to one. Precision is the mean of ``m(GIoU)`` over the matched pairs, recall ``m`` of the share
    of references matched with a GIoU above a bar; ``m`` gives 0 below its low end, 1 above its high end, and the value
    itself between. In the first stage precision's ends are 0.5 and 0.75 and the bar 0.5, later 0.75 and 0.9, and 0.75.
    Nothing predicted earns 1 and 1 where there is nothing, else 0.

    As released, further boxes are free (they can only better the matches), names are no condition of a match, and a
    picture without objects pays format to what is no JSON. Here precision and share are over the greater of both
    numbers, so that neither further boxes nor boxes held back pay; only equal names match; a well-formed list is well
    formed everywhere, and without one there is nothing. Range [0, 3].

    Paper: Zhan et al., "Vision-R1: Evolving Human-Free Alignment in Large Vision-Language Models via Vision-Guided
    Reinforcement Learning" (2025), arXiv:2503.18013, and its code.

    Args:
        golds: the references on an axis, records with ``bbox_2d`` and ``label``.
        answer: the text with a JSON list of such records; the completion if left out.
        stage: 1 in the later stage; from step 1,500 on if left out.
        bars: the low and high end in the first stage, and later; recall's own ends are the first stage's.
        weights: of format, precision and recall.
        clipped: with ``m``; without, GIoU and share count as they are (a negative GIoU as 0).
        as_released: as the released code.

    >>> text = '[{"bbox_2d": [0, 0, 10, 6], "label": "cat"}]'
    >>> rows = {"completion": [text], "golds": [[{"bbox_2d": [0, 0, 10, 10], "label": "cat"}]]}
    >>> vision_r1(gd.col("golds", axis="gold")).score(rows, step=0).values
    array([2.6])
    >>> vision_r1(gd.col("golds", axis="gold")).score(rows, step=1500).values
    array([1.])
    """
    stage = gd.step() >= 1500 if stage is None else stage
    found, format_ = gd.vision.objects(answer), gd.vision.objects(answer, axis=None).exists()
    if as_released:
        pairs = gd.similarity.match(found, golds, gd.vision.affinity, report=gd.vision.giou)
    else:
        pairs = gd.similarity.match(found, golds, gd.vision.overlap, key=gd.vision.label_of, report=gd.vision.giou)
    said, wanted = size(pairs["hit_a"]), size(pairs["hit_b"])
    of = (pairs["hit_a"].sum(), wanted) if as_released else (gd.max(said, wanted),) * 2
    low, high = (gd.where(stage, late, early) for early, late in zip(*bars, strict=True))
    worth = _clipped(pairs["a"], low, high) if clipped else pairs["a"].clip(low=0)
    precision, share = worth.sum() / gd.max(of[0], 1), (pairs["b"] > low).sum() / gd.max(of[1], 1)
    recall = _clipped(share, *bars[0]) if clipped else share
    form, right, whole = weights
    boxes = gd.where(said > 0, right * precision + whole * recall, (right + whole) * (wanted == 0))
    if as_released:
        return boxes + form * gd.where(wanted > 0, format_, 1 - format_)
    return gd.where(format_, boxes + form, 0)


def _clipped(x: Score, low: Operand, high: Operand) -> Score:
    return gd.where(x < low, 0, gd.where(x > high, 1, x))


def grip_salience(
    boxes: Column, golds: Column, weights: Score | None = None, precision: Literal["f1", "mean"] | None = "f1"
) -> Score:
    """GRiP's salience-weighted IoU (P068): how well what matters is found, weighed by how much it matters.

    The best IoU of each reference, weighed by its salience. ``precision`` joins it with the mean IoU of the predictions
    in a one-to-one matching, so that a box for everything does not pay: by their harmonic mean, or by their mean, where
    listing every box still earns a half. Range [0, 1].

    Paper: Wei et al., "Guiding the Inner Eye: A Framework for Hierarchical and Flexible Visual Grounded Reasoning"
    (2025), arXiv:2511.22172, of which the abstract was read. GUESSES: the formula, the half for precision and how both
    are joined.

    Args:
        boxes: the predictions on an axis, copies left out: ``gd.vision.boxes(distinct=True)``.
        golds: the reference boxes on an axis.
        weights: of the references, on their axis, 0 or more; all equal if left out.
        precision: how precision counts; None leaves it out.

    >>> rows = {"completion": ["[0, 0, 10, 5] [20, 0, 30, 10]"], "golds": [[[0, 0, 10, 10], [20, 0, 30, 10]]]}
    >>> rows["w"] = [[1, 0.2]]
    >>> found, golds = gd.vision.boxes(distinct=True), gd.col("golds", axis="gold")
    >>> grip_salience(found, golds, gd.col("w", axis="gold"), precision=None).score(rows).values.round(5)
    array([0.58333])
    """
    best = gd.similarity.match(boxes, golds, gd.vision.overlap, "best")["b"]
    weights = golds.exists() if weights is None else weights
    recall = gd.where(weights.sum() > 0, (weights * best).sum() / weights.sum(), 0)
    if precision is None:
        return recall
    right = gd.similarity.match(boxes, golds, gd.vision.overlap)["a"].mean(empty=0)
    if precision == "mean":
        return (recall + right) / 2
    return harmonic(recall, right)


def grip(
    answer: Score,
    form: Score,
    salience: Score,
    paths: Score,
    weights: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0),
) -> Score:
    """GRiP's reward (P068): the answer, the format, what matters is found, and any one valid way of reasoning.

    The sum of four parts in [0, 1]. Of several reference paths the best agreement counts, so that a further valid path
    never lowers a reward.

    Paper: Wei et al., "Guiding the Inner Eye: A Framework for Hierarchical and Flexible Visual Grounded Reasoning"
    (2025), arXiv:2511.22172, of which the abstract and the model card were read. GUESSES: equal weights, and the best
    path.

    Args:
        answer: 1 where it is right.
        form: 1 where the tags are in order.
        salience: :func:`grip_salience`.
        paths: how far the trace agrees with each reference path, on an axis: by a judge, or by key steps found
            (``gd.text.contains(steps, how="share")``).
        weights: of the four.

    >>> rows = {"right": [1], "form": [1], "salience": [0.5], "paths": [[0.2, 0.9, 0.4]]}
    >>> parts = [gd.col("right"), gd.col("form"), gd.col("salience"), gd.col("paths", axis="path")]
    >>> grip(*parts).score(rows).values
    array([3.4])
    """
    return weights[0] * answer + weights[1] * form + weights[2] * salience + weights[3] * paths.max(empty=0)
