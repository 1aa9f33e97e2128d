"""Detection: labelled boxes in the answer, held against the boxes of the data."""

from __future__ import annotations

from typing import Literal

import guerdon as gd
from guerdon.expr.columns import Column
from guerdon.expr.score import Score
from guerdon.shaping import length_cosine

__all__ = [
    "visual_rft",
    "visual_rft_classes",
    "visual_rft_grounding",
    "vlm_r1",
    "vlm_r1_composite",
    "vlm_r1_length",
    "vlm_r1_rec",
]


def _tags() -> Score:
    """A think block, then an answer block, and nothing else."""
    return gd.text.tags_in_order("think", "answer", exact=True)


def size(hits: Score) -> Score:
    """How many items a matched side has; unlike ``count`` without a number where the reference is missing."""
    return (hits >= 0).sum()


def _readable(answer: Column) -> Score:
    """A list of objects, or the word for none."""
    return gd.vision.objects(answer, axis=None).exists() | gd.text.equal(answer, "none")


def vlm_r1_rec(gold: Column, answer: Column | None = None) -> Score:
    """VLM-R1's reward for referring expressions (P077): how far the first box of the answer overlaps, and the format.

    IoU of the first ``[x1, y1, x2, y2]`` in the answer block with the reference, plus 1 where the completion is a think
    and an answer block and the answer holds a box. Range [0, 2]. References stand in the coordinates the model uses.

    Paper: Shen et al., "VLM-R1: A Stable and Generalizable R1-style Large Vision-Language Model" (2025),
    arXiv:2504.07615, and its code.

    Args:
        gold: the reference box.
        answer: the text with the answer; what stands in ``<answer>`` if left out.

    >>> rows = {"completion": ["<think>left</think><answer>[0, 0, 10, 10]</answer>"], "gold": [[5, 0, 15, 10]]}
    >>> vlm_r1_rec(gd.col("gold")).score(rows).values.round(4)
    array([1.3333])
    """
    box = gd.vision.boxes(gd.text.tag("answer") if answer is None else answer, axis=None)[0]
    return gd.vision.overlap(box, gold) + _tags() * box.exists()


def vlm_r1(golds: Column, answer: Column | None = None, as_released: bool = False) -> Score:
    """VLM-R1's reward for open-vocabulary detection (P077): COCO's mean average precision, times a factor of length.

    The factor ``min(1, references / predictions)`` makes every box beyond the references cost. Without it
    (``as_released``, the plain reward of the same code) boxes listed after the right ones are free. An answer of
    ``None`` or ``[]`` is right, with 1, where there is nothing to find. Range [0, 1].

    Paper: Shen et al., "VLM-R1: A Stable and Generalizable R1-style Large Vision-Language Model" (2025),
    arXiv:2504.07615, and its code, where the factor is an option of its own.

    Args:
        golds: the references on an axis, records with ``bbox_2d`` and ``label``.
        answer: the text with a JSON list of such records; what stands in ``<answer>`` if left out.
        as_released: without the factor.

    >>> text = '<answer>[{"bbox_2d": [0, 0, 2, 2], "label": "cat"}, {"bbox_2d": [3, 3, 5, 5], "label": "cat"}]</answer>'
    >>> rows = {"completion": [text], "golds": [[{"bbox_2d": [0, 0, 2, 2], "label": "cat"}]]}
    >>> golds = gd.col("golds", axis="gold")
    >>> vlm_r1(golds).score(rows).values, vlm_r1(golds, as_released=True).score(rows).values
    (array([0.5]), array([1.]))
    """
    answer = gd.text.tag("answer") if answer is None else answer
    found = gd.vision.objects(answer)
    said, wanted = found["box"].exists().count(), golds.count()
    precision = gd.vision.average_precision(found, golds)
    factor = gd.where(said > wanted, wanted / gd.max(said, 1), 1).clip(0, 1)
    # Asked first, so that a missing reference (of which there are none to count) is unscored and not 0.
    scaled = gd.where(precision > 0, precision * factor, 0)
    return _readable(answer) * (precision if as_released else scaled)


def vlm_r1_composite(
    golds: Column,
    answer: Column | None = None,
    at_least: float = 0.5,
    position: float = 0.7,
    label: float = 0.0,
    complete: float = 0.3,
    as_released: bool = False,
) -> Score:
    """VLM-R1's other reward for detection (P077): where the boxes are, what they are called, whether all are there.

    Boxes of one label are matched greedily where they overlap at least by half. Position is the sum of the matches' IoU
    per reference; the label's part is the share of references matched; completeness is
    ``1 - (missed / references + false alarms / predictions) / 2``. Their weighted mean, in [0, 1]. Here position is
    over the greater of both numbers, and nothing predicted where there is something earns 0; ``as_released`` a box in
    every place earns nearly all of position, and an empty list half of completeness.

    Paper: Shen et al., "VLM-R1: A Stable and Generalizable R1-style Large Vision-Language Model" (2025),
    arXiv:2504.07615, and its code. GUESSES: the label's part, whose weight is 0.

    Args:
        golds: the references on an axis, records with ``bbox_2d`` and ``label``.
        answer: as in :func:`vlm_r1`.
        at_least: the IoU of a match.
        position: the weight of where.
        label: the weight of what.
        complete: the weight of completeness.
        as_released: position is over the references alone, and an empty list is half complete.

    >>> text = '[{"bbox_2d": [0, 0, 10, 8], "label": "cat"}, {"bbox_2d": [3, 3, 5, 5], "label": "cow"}]'
    >>> golds = [{"bbox_2d": [0, 0, 10, 10], "label": "cat"}, {"bbox_2d": [40, 40, 50, 50], "label": "dog"}]
    >>> reward = vlm_r1_composite(gd.col("golds", axis="gold"), gd.col("completion"))
    >>> reward.score({"completion": [text], "golds": [golds]}).values
    array([0.43])
    """
    answer = gd.text.tag("answer") if answer is None else answer
    found = gd.vision.objects(answer)
    pairs = gd.similarity.match(
        found, golds, gd.vision.overlap, "greedy", key=gd.vision.label_of, chooser="pair", at_least=at_least
    )
    said, wanted = size(pairs["hit_a"]), size(pairs["hit_b"])
    missed, false = 1 - pairs["hit_b"].mean(empty=1), 1 - pairs["hit_a"].mean(empty=1)
    where = pairs["b"].sum() / gd.max(gd.max(wanted, 0 if as_released else said), 1)
    parts = position * where + label * (1 - missed) + complete * (1 - (missed + false) / 2)
    score = parts / (position + label + complete)
    if as_released:
        return gd.where(said + wanted > 0, score, 1)
    return gd.where(said > 0, score, gd.where(wanted > 0, 0, _readable(answer)))


def vlm_r1_length(
    right: Score,
    tokens: Score,
    longest: float = 1024.0,
    n: int = 6,
    items: Column | None = None,
    as_released: bool = False,
) -> Score:
    """VLM-R1's length and repetition rewards (P077): short right answers, long wrong ones, nothing said twice.

    Half a cosine over the length, from 1 to 0.5 for right and from -0.5 to 0 for wrong answers, less the share of
    n-grams of words that were said before. The released code takes every answer for right.

    Paper: Shen et al., "VLM-R1: A Stable and Generalizable R1-style Large Vision-Language Model" (2025),
    arXiv:2504.07615, and its code, where the accuracy is overwritten with 1.

    Args:
        right: 1 or 0.
        tokens: the length, ``gd.text.length("tokens")``.
        longest: the greatest length.
        n: of the n-grams.
        items: where boxes are listed, ``gd.vision.objects(gd.text.tag("answer"))``: then the share of items that were
            said before counts, and not that of words.
        as_released: every answer counts as right.

    >>> rows = {"completion": ["a b c"] * 3, "right": [1, 1, 0], "tokens": [512, 0, 0]}
    >>> vlm_r1_length(gd.col("right"), gd.col("tokens")).score(rows).values.round(4)
    array([ 0.75,  1.  , -0.5 ])
    """
    short = length_cosine(tokens, longest, 1.0, 0.5)
    wrong = length_cosine(tokens, longest, -0.5, 0.0)
    again = gd.text.repetition(n) if items is None else gd.similarity.repeats(items).mean(empty=0)
    return (short if as_released else gd.where(right, short, wrong)) - again


def visual_rft(
    golds: Column,
    answer: Column | None = None,
    above: float = 0.5,
    version: Literal["v2", "v1"] = "v2",
    weights: tuple[float, float, float] = (1.0, 1.0, 1.0),
    as_released: bool = False,
) -> Score:
    """Visual-RFT's detection reward (P078): overlap, confidence and format.

    Predictions ``{"Position": [...], "Confidence": c}``, copies left out, take in order of their confidence the free
    reference they overlap most, where that is more than half. The overlap's part is the sum of the matches' IoU over
    the greater of both numbers (v1: over predictions). As released the confidence's part is the mean of c for hits and
    ``1 - c`` for misses, which pays for boxes in which nobody believes: one anywhere with confidence 0 earns 2 of 3.
    Here a hit earns ``2c - c^2`` and a miss ``-c^2``, over the greater of both numbers: best is the true chance, and
    what is not believed earns nothing.

    Paper: Liu et al., "Visual-RFT: Visual Reinforcement Fine-Tuning" (2025), arXiv:2503.01785, and its code. The
    confidence's part by default is ours.

    Args:
        golds: the reference boxes on an axis.
        answer: the text with the list; what stands in ``<answer>`` if left out.
        above: the IoU that a match exceeds.
        version: of the overlap's part.
        weights: of overlap, confidence and format; 0 leaves a part out.
        as_released: the confidence's part of the paper.

    >>> text = "<think>a</think><answer>[{'Position': [0, 0, 10, 8], 'Confidence': 0.9}]</answer>"
    >>> rows = {"completion": [text], "golds": [[[0, 0, 10, 10]]]}
    >>> visual_rft(gd.col("golds", axis="gold"), as_released=True).score(rows).values
    array([2.7])
    """
    answer = gd.text.tag("answer") if answer is None else answer
    found = gd.vision.objects(answer, box="Position", confidence="Confidence", distinct=True)
    pairs = gd.similarity.match(found, golds, gd.vision.overlap, "greedy", order="confidence", above=above)
    sure, hit = gd.where(found["confidence"].exists(), found["confidence"], 0), pairs["hit_a"]
    said = size(hit)
    most = gd.max(said, size(pairs["hit_b"]))
    overlap = pairs["a"].sum() / gd.max(said if version == "v1" else most, 1)
    released = gd.where(hit, sure, 1 - sure).mean(empty=0)
    ours = (2 * hit * sure - sure * sure).sum() / gd.max(most, 1)
    return weights[0] * overlap + weights[1] * (released if as_released else ours) + weights[2] * _tags()


def visual_rft_classes(label: Column, answer: Column | None = None) -> Score:
    """Visual-RFT's classification reward (P078): the right class, and the format. Range [0, 2].

    Paper: Liu et al., "Visual-RFT: Visual Reinforcement Fine-Tuning" (2025), arXiv:2503.01785, and its code.

    Args:
        label: the reference.
        answer: the text with the class; what stands in ``<answer>`` if left out.

    >>> rows = {"completion": ["<think>a beak</think><answer>Heron</answer>", "heron"], "label": ["heron"] * 2}
    >>> visual_rft_classes(gd.col("label")).score(rows).values
    array([2., 0.])
    """
    return gd.text.equal(gd.text.tag("answer") if answer is None else answer, label) + _tags()


def visual_rft_grounding(gold: Column, answer: Column | None = None) -> Score:
    """Visual-RFT's reward for reasoning grounding (P078): GIoU plus 1, in [0, 2], so that a miss still has a slope.

    An answer without a box earns 0. The reward for the format is :func:`visual_rft_classes`'s, to be added.

    Paper: Liu et al., "Visual-RFT: Visual Reinforcement Fine-Tuning" (2025), arXiv:2503.01785, and its code.

    Args:
        gold: the reference box.
        answer: the text with the box; what stands in ``<answer>`` if left out.

    >>> rows = {"completion": ["<answer>[0, 0, 1, 1]</answer>", "<answer>?</answer>"], "gold": [[3, 0, 4, 1]] * 2}
    >>> visual_rft_grounding(gd.col("gold")).score(rows).values
    array([0.5, 0. ])
    """
    box = gd.vision.boxes(gd.text.tag("answer") if answer is None else answer, axis=None)[0]
    return gd.vision.overlap(box, gold, "giou") + 1
