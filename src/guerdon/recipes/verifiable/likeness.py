"""Rewards for being like a reference: in words and in vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import guerdon as gd
from guerdon.expr.columns import Column
from guerdon.expr.score import Score

__all__ = [
    "bleuberi",
    "bleuberi_hard",
    "bleuberi_rm",
    "mixed_r1",
    "mixed_r1_open",
    "nano_capsulator",
    "nano_capsulator_loss",
]


def nano_capsulator(
    utility: Score, length: Score, budget: float | Score, form: Literal["hard", "soft"] = "hard"
) -> Score:
    """Nano-Capsulator's reward (P006): what a compressed prompt is worth to its reader, within a budget of length.

    A compressor writes a short text for a long prompt. ``utility`` says how well a reader answers with the short text;
    over the budget it counts for nothing (``hard``), or for budget over length (``soft``). A reader gets only what the
    budget lets through, so compute ``utility`` from the text cut there.

    Paper: Chuang et al., "Learning to Compress Prompt in Natural Language Formats" (2024), arXiv:2402.18700, by its
    outline. GUESSES: the product of the two, the soft form, and the budget (the paper reaches 81 % less text).

    Args:
        utility: of the compressed text, in [0, 1]: the likeness of the answers with and without compression.
        length: of the compressed text, in the budget's unit.
        budget: the most it may have.
        form: what happens beyond it.

    >>> reward = nano_capsulator(gd.col("utility"), gd.col("length"), 10, form="soft")
    >>> reward.score({"utility": [1.0, 1.0], "length": [10, 20]}).values
    array([1. , 0.5])
    """
    if form == "hard":
        return (length <= budget) * utility
    return utility * gd.where(length > budget, budget / gd.max(length, 1), 1)


def nano_capsulator_loss(reward: Score, distance: Score) -> Score:
    """Nano-Capsulator's loss (P006): how far the short text is from the long one in meaning, less where it serves well.

    ``(1 - reward) * distance``. The distance is differentiable in a trainer; here it is a figure, for monitors.

    Paper: Chuang et al., "Learning to Compress Prompt in Natural Language Formats" (2024), arXiv:2402.18700, by its
    outline. GUESSES: the combination.

    Args:
        reward: :func:`nano_capsulator`.
        distance: between the two texts' embeddings, such as ``1 - gd.similarity.cosine(short, long)``.

    >>> nano_capsulator_loss(gd.col("r"), gd.col("d")).score({"r": [1.0, 0.25], "d": [0.4, 0.4]}).values
    array([0. , 0.3])
    """
    return (1 - reward) * distance


def mixed_r1(
    kind: Column,
    matching: Score,
    chart: Score,
    box: Score,
    open_ended: Score,
    formatted: Score | None = None,
    weight: float = 1.0,
) -> Score:
    """Mixed-R1's dispatcher (P033): each kind of task is scored by its own rule, and form is paid for everywhere.

    Only the rule of a row's kind is computed. A kind that is none of ``matching``, ``chart``, ``iou`` and ``open`` is
    unscored.

    Paper: Xu et al., "Mixed-R1: Unified Reward Perspective For Reasoning Capability in Multimodal Large Language
    Models" (2025), arXiv:2505.24164, by its abstract. GUESSES: the weight of form, and one scale for all kinds.

    Args:
        kind: the task's, as a column of those four words.
        matching: for yes or no and choices: equality.
        chart: for numbers read off a chart: ``gd.similarity.near(said, gold, "relative", gd.similarity.within(0.05))``.
        box: for boxes: their intersection over union.
        open_ended: for long texts: :func:`mixed_r1_open`.
        formatted: 1 where the completion has the form asked for.
        weight: of that.

    >>> reward = mixed_r1(gd.col("kind"), *[gd.col(name) for name in "mcbo"])
    >>> reward.score({"kind": ["chart", "iou"], "m": [0, 0], "c": [1, 0], "b": [0, 0.4], "o": [0, 0]}).values
    array([1. , 0.4])
    """
    last = gd.where(kind == "iou", box, open_ended.only(kind == "open", "an unknown kind of task"))
    right = gd.where(kind == "matching", matching, gd.where(kind == "chart", chart, last))
    return right if formatted is None else right + weight * formatted


def mixed_r1_open(
    text: Column,
    reference: Column,
    model: str | Callable[[str], Any] = "minilm",
    combine: Literal["mean", "harmonic"] = "mean",
    stop: Sequence[str] = (),
    as_released: bool = False,
) -> Score:
    """Mixed-R1's reward for long texts (P033): bidirectional max-average similarity of tokens, and their order.

    Each token is compared with the nearest in the other text, both ways, by the vectors of an input table. That does
    not see order: the reference's words shuffled are worth 1. So the similarity is multiplied by the share of the
    shared words that stand in the reference's order (the longest common subsequence over the words in common); where no
    word is shared, by 1. ``as_released`` leaves that out.

    Paper: Xu et al., "Mixed-R1: Unified Reward Perspective For Reasoning Capability in Multimodal Large Language
    Models" (2025), arXiv:2505.24164, by its abstract. GUESSES: the mean of the two directions; the factor of order is
    ours.

    Args:
        text: what the completion says.
        reference: what it should.
        model: whose table, as in ``gd.similarity.bmas``.
        combine: the two directions.
        stop: words that are left out before similarity is measured.
        as_released: similarity alone.

    >>> def table(text):
    ...     return [[word == "x", word == "y", word == "z"] for word in text.split()]
    >>> rows = {"said": ["x y z", "z y x"], "gold": ["x y z"] * 2}
    >>> mixed_r1_open(gd.col("said"), gd.col("gold"), table).score(rows).values.round(4)
    array([1.    , 0.3333])
    """
    similar = gd.similarity.bmas(text, reference, model, combine=combine, stop=stop)
    if as_released:
        return similar
    shared = gd.similarity.overlap_text(text, reference, "rouge_1")
    in_order = gd.similarity.overlap_text(text, reference, "rouge_l")
    order = gd.where(shared > 0, in_order / gd.where(shared > 0, shared, 1), 1)
    return gd.where(similar > 0, similar * order, similar)


def bleuberi(
    references: Column,
    metric: Literal["bleu", "rouge_l", "harmonic"] = "bleu",
    text: Column | None = None,
    as_released: bool = False,
) -> Score:
    """BLEUBERI (P183): BLEU against the answers of strong models.

    The text is what stands in the answer tag, or the whole completion where there is none. The released form adds one
    to the matches of every order, single words too; that leaves short texts a high floor (a wrong word for a reference
    of one word is worth 0.84), so ours leaves single words alone, and a text that shares no word is worth 0.

    Paper: Chang et al., "BLEUBERI: BLEU is a surprisingly effective reward for instruction following" (2025),
    arXiv:2505.11080, by its code.

    Args:
        references: one answer or several, as a list in a column.
        metric: sentence BLEU, ROUGE-L, or their harmonic mean.
        text: what is judged, where it is not as said above.
        as_released: with the floor.

    Range [0, 1]; an empty text is worth 0.

    >>> reward = bleuberi(gd.col("refs"))
    >>> rows = {"completion": ["<answer>the cat sat</answer>", "Rome"], "refs": [["the cat sat down"], ["Paris"]]}
    >>> reward.score(rows).values.round(4), bleuberi(gd.col("refs"), as_released=True).score(rows).values.round(4)
    (array([0.7165, 0.    ]), array([0.7165, 0.8409]))
    """
    if text is None:
        tagged = gd.text.tag("answer")
        answer, whole = bleuberi(references, metric, tagged, as_released), gd.col("completion")
        return gd.where(tagged.exists(), answer, bleuberi(references, metric, whole, as_released))
    smooth: Any = "add1" if as_released else "add1_after_first"
    bleu = gd.similarity.bleu(text, references, smooth=smooth)
    rouge = gd.similarity.overlap_text(text, references, "rouge_l")
    return {"bleu": bleu, "rouge_l": rouge, "harmonic": harmonic(bleu, rouge)}[metric]


def harmonic(a: Score, b: Score) -> Score:
    """The harmonic mean of two scores of at least 0; 0 where either is."""
    both = a + b
    return gd.where(both > 0, 2 * a * b / gd.where(both > 0, both, 1), 0)


def bleuberi_rm(bleu: Score, judged: Score) -> Score:
    """BLEUBERI with a reward model (P183): the mean of both standings in the group.

    Paper: Chang et al., "BLEUBERI: BLEU is a surprisingly effective reward for instruction following" (2025),
    arXiv:2505.11080, by its code.

    Args:
        bleu: :func:`bleuberi`.
        judged: the reward model's score.

    >>> bleuberi_rm(gd.col("b"), gd.col("m")).score({"prompt": ["p", "p"], "b": [0.2, 0.4], "m": [3.0, 9.0]}).values
    array([-1.,  1.])
    """
    return (bleu.zscore(over="prompt") + judged.zscore(over="prompt")) / 2


def bleuberi_hard(reward: Score, share: float = 0.1) -> Score:
    """BLEUBERI's choice of prompts (P183): those whose answers are least like the references yet.

    Score a pool of prompts with the policy's own answers before training; the others are left out on purpose. Needs the
    whole pool as one batch.

    Paper: Chang et al., "BLEUBERI: BLEU is a surprisingly effective reward for instruction following" (2025),
    arXiv:2505.11080, by its code (5,000 of 50,000 prompts).

    Args:
        reward: :func:`bleuberi` of the policy's own answers.
        share: of the prompts, to keep.

    >>> rows = {"prompt": ["p", "q", "r", "s"], "r": [0.5, 0.1, 0.9, 0.2]}
    >>> bleuberi_hard(gd.col("r"), 0.5).score(rows).numbers
    [None, 0.1, None, 0.2]
    """
    prompt = reward.mean(over="prompt")
    return reward.only(prompt.rank(over="batch", unit="prompt", pct=True) <= share, "not among the hard prompts")
