"""Pointing at what is meant: boxes in space, tracks in time, objects to act on, regions of medical images."""

from __future__ import annotations

from functools import partial
from typing import Literal

import guerdon as gd
from guerdon.expr.columns import Column
from guerdon.expr.score import Score

__all__ = ["affordance_r1", "ophiuchus", "ophiuchus_revised", "stvg_o1", "threed_r1", "threed_r1_views"]


def threed_r1(
    golds: Column,
    semantic: Score,
    weights: tuple[float, float, float] = (0.3, 0.4, 0.3),
    shortest: tuple[float, float] = (20, 10),
    as_released: bool = False,
) -> Score:
    """3D-R1's reward (P001): format, boxes in space, and the meaning of the answer.

    Format is 0.5 where there are a think and an answer block, and 0.25 each where what they hold is longer than so many
    characters; ``as_released`` the tags count too, so that an empty answer is long enough. Perception is the sum of IoU
    of each ``box: [x1, y1, z1, x2, y2, z2]`` matched one to one with the references, over the greater of both numbers;
    ``as_released`` it is the mean over predictions of the best IoU, where references that are left out cost nothing and
    one box said twice counts twice. Boxes inside thinking do not count.

    Paper: Huang et al., "3D-R1: Enhancing Reasoning in 3D VLMs for Unified Scene Understanding" (2025),
    arXiv:2507.23478, and its code, whose embeddings are CLIP's.

    Args:
        golds: the reference boxes on an axis.
        semantic: how alike the answer and its reference are: ``gd.similarity.cosine(gd.text.tag("answer"), ...)``.
        weights: of format, perception and meaning.
        shortest: the characters of thinking and of the answer that must be exceeded.
        as_released: as the released code.

    >>> text = "<think>a bed, seen from the door</think><answer>The bed: box: [0, 0, 0, 2, 2, 2]</answer>"
    >>> rows = {"completion": [text], "golds": [[[0, 0, 0, 2, 2, 2]]], "alike": [1.0]}
    >>> threed_r1(gd.col("golds", axis="gold"), gd.col("alike")).score(rows).values
    array([1.])
    """
    think, answer = gd.text.reasoning(), gd.text.tag("answer")
    tags = (len("<think></think>"), len("<answer></answer>")) if as_released else (0, 0)
    thought = think.exists() & (gd.text.length(of=think) + tags[0] > shortest[0])
    answered = answer.exists() & (gd.text.length(of=answer) + tags[1] > shortest[1])
    form = 0.5 * (think.exists() & answer.exists()) + 0.25 * thought + 0.25 * answered
    boxes = gd.vision.boxes(arity=6, label="box")
    pairs = gd.similarity.match(boxes, golds, gd.vision.overlap, "best" if as_released else "optimal")
    most = gd.max(gd.max(boxes.count(), golds.count()), 1)
    seen = pairs["a"].mean(empty=0) if as_released else pairs["a"].sum() / most
    return weights[0] * form + weights[1] * seen + weights[2] * semantic


def threed_r1_views(
    text: Score,
    coverage: Score,
    clip: Score,
    *,
    k: int | None = None,
    weights: tuple[float, float, float] = (0.3, 0.35, 0.35),
) -> Score:
    """3D-R1's choice of views (P001): the utility of each, or 1 for the k best and 0 for the others.

    ``w_t * text + (w_c * coverage + w_clip * clip) / (w_c + w_clip)``. The paper learns the weights; these are where it
    starts. Of equal views the first is kept.

    Paper: Huang et al., "3D-R1: Enhancing Reasoning in 3D VLMs for Unified Scene Understanding" (2025),
    arXiv:2507.23478, and its code.

    Args:
        text: how well a view fits the question, on axis ``view``, as the others.
        coverage: how much of the scene it covers.
        clip: how well it fits by CLIP.
        k: how many are kept; None gives the utilities.
        weights: of the three.

    >>> text, coverage, clip = (gd.col(name, axis="view") for name in ("t", "c", "p"))
    >>> rows = {"t": [[1, 0, 0.5]], "c": [[0, 1, 0]], "p": [[0, 0, 1]]}
    >>> threed_r1_views(text, coverage, clip).score(rows).nested()
    [[0.3, 0.5, 0.65]]
    >>> threed_r1_views(text, coverage, clip, k=1).score(rows).nested()
    [[0.0, 0.0, 1.0]]
    """
    both = weights[1] + weights[2]
    utility = weights[0] * text + weights[1] / both * coverage + weights[2] / both * clip
    return utility if k is None else (-utility).rank(over="rollout", ties="first") <= k


def stvg_o1(
    span: Column,
    track: Column,
    weights: tuple[float, float, float, float, float] = (1, 1, 1, 1, 1),
    over: Literal["union", "intersection"] = "union",
) -> Score:
    """STVG-o1's reward (P003): a span of time, a track thought of and a track given, and whether all three agree.

    Read are ``<time>[start, stop]</time>`` and, within ``<think bbox>`` and ``<pred bbox>``, a box after each frame's
    number and a colon. Five parts in [0, 1]: format (all three are there), consistency (both tracks have exactly the
    frames of the span), temporal (IoU of the spans, in whole frames), spatial (vIoU of the given track: the sum of IoU
    over shared frames per frame of either span) and think (the same of the track thought of). Times are frames: there
    is no frame rate here, so ask for frames and not for seconds.

    Paper: Gu et al., "Thinking With Bounding Boxes: Enhancing Spatio-Temporal Video Grounding via Reinforcement
    Fine-Tuning" (2025), arXiv:2511.21375, of which parts were read. GUESSES: what consistency means, equal weights,
    vIoU, and how the frames are written.

    Args:
        span: first and last frame of the reference.
        track: its boxes by frame.
        weights: of format, consistency, temporal, spatial and think.
        over: ``"union"``, or ``"intersection"`` for the mean IoU over shared frames, where one good frame is enough.

    >>> boxes = " ".join(f"{frame}: [0, 0, 2, 2]" for frame in range(10))
    >>> text = f"<time>[0, 9]</time><think bbox>{boxes}</think bbox><pred bbox>{boxes}</pred bbox>"
    >>> truth = {str(frame): [0, 0, 2, 2] for frame in range(5, 15)}
    >>> rows = {"completion": [text], "span": [[5, 14]], "track": [truth]}
    >>> stvg_o1(gd.col("span"), gd.col("track")).score(rows).values
    array([3.])
    """
    time = gd.vision.boxes(gd.text.tag("time"), arity=2, axis=None)[0]
    think, given = (gd.vision.track(_block(name)) for name in ("think bbox", "pred bbox"))
    parts = (
        time.exists() & think.exists() & given.exists(),
        gd.vision.covers(think, time) & gd.vision.covers(given, time),
        gd.vision.overlap(time, span, inclusive=True),
        gd.vision.viou(given, track, over, span_a=time, span_b=span),
        gd.vision.viou(think, track, over, span_a=time, span_b=span),
    )
    names = ("format", "consistency", "temporal", "spatial", "think")
    first, *rest = (weight * part.named(name) for weight, part, name in zip(weights, parts, names, strict=True))
    return sum(rest, start=first)


def _block(name: str) -> Column:
    return gd.text.part(f"</{name}>", "before", of=gd.text.part(f"<{name}>", which="first"))


def affordance_r1(
    golds: Column, alike: Score, similar: float = 0.8, iou: float = 0.65, l1: float = 10.0, reach: float = 30.0
) -> Score:
    """Affordance-R1's reward (P045): what can be acted on, where, and by which point. Range [0, 10].

    The sum of: the blocks think, rethink and answer in order (1); a box, a point and an affordance in each item of the
    answer's list, on average (3); the checks that pairs of items pass, matched one to one so that they pass most, over
    the greater of both numbers (3: IoU in whole pixels above 0.65, corners less than 10 pixels apart on average, points
    less than 30 apart and inside the own box); no two sentences repeated (1); affordances that mean the same (1); as
    many items as references (1).

    Paper: Wang et al., "Affordance-R1: Reinforcement Learning for Generalizable Affordance Reasoning in Multimodal
    Large Language Model" (2025), arXiv:2508.06206, and its code, which compares word2vec vectors, cuts lists at 120 and
    sentences at every full stop. Here a list of more than 512 items is matched with nothing.

    Args:
        golds: the references on an axis, records with ``bbox_2d`` and ``point_2d``.
        alike: how alike the affordances named and wanted are, in [-1, 1]; see ``gd.similarity.cosine``.
        similar: how alike they must be.
        iou: the overlap to exceed.
        l1: the distance of corners to stay below.
        reach: the distance of points to stay below.

    >>> item = '{"bbox_2d": [0, 0, 9, 9], "point_2d": [5, 5], "affordance": "grasp"}'
    >>> text = f"<think>a</think><rethink>b</rethink><answer>[{item}]</answer>"
    >>> rows = {"completion": [text], "golds": [[{"bbox_2d": [0, 0, 9, 9], "point_2d": [5, 5]}]], "alike": [1.0]}
    >>> affordance_r1(gd.col("golds", axis="gold"), gd.col("alike")).score(rows).values
    array([10.])
    """
    items = gd.vision.objects(gd.text.tag("answer"), label="affordance")
    check = partial(gd.vision.agreement, iou=iou, l1=l1, reach=reach)
    pairs = gd.similarity.match(items, golds, check)
    said, wanted = (pairs["hit_a"] >= 0).sum(), (pairs["hit_b"] >= 0).sum()
    blocks = gd.text.tags_in_order("think", "rethink", "answer", exact=True)
    box, point, name = (items[field].exists().mean(empty=0) for field in ("box", "point", "label"))
    sentence = gd.text.sentences()
    repeats = (1 - 1 / sentence.exists().count(over=("rollout", sentence))).sum()
    right = pairs["a"].sum() / gd.max(gd.max(said, wanted), 1)
    form = blocks + box + point + name + (repeats < 1.5)
    return form + right + (said > 0) * ((alike > similar) + (said == wanted))


def ophiuchus(
    task: Score,
    form: Score,
    valid: Score,
    invalid: Score,
    *,
    bar: float = 0.5,
    weights: tuple[float, float, float] = (0.1, 0.5, 0.1),
) -> Score:
    """Ophiuchus's reward for the use of image tools (P063): the task, the format, and tools only where they helped.

    ``task + 0.1 * form + 0.5 * [a valid call and task >= bar] - 0.1 * invalid calls``. The task's part is what the task
    says: an exact match, ``gd.vision.dice`` of two masks, the mean IoU of boxes matched one to one.

    Paper: Jiang et al., "Incentivizing Tool-augmented Thinking with Images for Medical Image Analysis" (2025),
    arXiv:2512.14157, of which the abstract was read. GUESSES: the formula and all weights are ours.

    Args:
        task: how well the task was done, in [0, 1].
        form: 1 where every turn parses and there is one final answer.
        valid: how many tool calls were valid.
        invalid: how many were not.
        bar: the least success for which tools are paid.
        weights: of the format, of useful tools, of an invalid call.

    >>> rows = {"task": [1, 1, 0], "form": [1, 1, 1], "valid": [0, 1, 1], "invalid": [0, 0, 5]}
    >>> ophiuchus(*(gd.col(name) for name in rows)).score(rows).values.round(4)
    array([ 1.1,  1.6, -0.4])
    """
    useful = (valid > 0) & (task >= bar)
    return task + weights[0] * form + weights[1] * useful - weights[2] * invalid


def ophiuchus_revised(first: Score, last: Score, bar: float = 0.5) -> Score:
    """Ophiuchus's filter of traces (P063): 1 where the first answer was wrong and a second look made it right.

    Paper: Jiang et al., "Incentivizing Tool-augmented Thinking with Images for Medical Image Analysis" (2025),
    arXiv:2512.14157, of which the abstract was read. GUESSES: that its second stage learns from these, and the bar.

    Args:
        first: how well the first answer of a trace did, in [0, 1].
        last: how well its last answer did.
        bar: what counts as right.

    >>> rows = {"first": [0, 1, 0], "last": [1, 1, 0]}
    >>> ophiuchus_revised(gd.col("first"), gd.col("last")).score(rows).values
    array([1., 0., 0.])
    """
    return (first < bar) & (last >= bar)
