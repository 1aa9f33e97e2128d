"""Time series: a class, and what is said beyond it."""

from __future__ import annotations

from collections.abc import Sequence

import guerdon as gd
from guerdon.expr.columns import Column
from guerdon.expr.score import Score

__all__ = ["timemaster"]

_STOCK = ("consult a doctor", "consult a professional", "further analysis is needed", "more data is needed")


def timemaster(
    gold: Column,
    labels: Sequence[str],
    judge: Score | None = None,
    weights: tuple[float, float, float] = (0.9, 0.1, 0.5),
    stock: Sequence[str] = _STOCK,
    most_for_stock: float = 0.4,
) -> Score:
    """TimeMaster's reward (P005): the right class, a class at all, and, only where it is right, a judge of the rest.

    ``0.9 * right + 0.1 * valid``, and ``0.5 * judge`` on top where both hold and the extension is not empty; the
    judge's mark counts 0.4 at most where the extension holds a stock phrase. So the judge is called for right answers
    alone. A ``<class>`` must be one of the labels and nothing else, so that naming several is none. Range [0, 1.5].

    Paper: Zhang et al., "TimeMaster: Training Time-Series Multimodal LLMs to Reason via Reinforcement Learning" (2025),
    arXiv:2506.13705, and its code. Its own list of stock phrases, a set of patterns per task, is left to the user; the
    four here stand for it.

    Args:
        gold: the right label.
        labels: all labels of the task.
        judge: what the extension is worth, in [0, 1]; None for tasks that have none.
        weights: of right, valid and judge.
        stock: phrases that mark generic advice.
        most_for_stock: what the judge's mark is cut to there.

    >>> text = "<think>flat</think><class>walking</class><extension>Watch the left knee.</extension>"
    >>> reward = timemaster(gd.col("gold"), ["walking", "standing"], gd.col("mark"))
    >>> reward.score({"completion": [text], "gold": ["walking"], "mark": [0.8]}).values
    array([1.4])
    """
    label = gd.series.label(labels, gd.text.tag("class"))
    right, valid = gd.text.equal(label, gold), label.exists()
    reward = weights[0] * right + weights[1] * valid
    if judge is None:
        return reward
    extension = gd.text.tag("extension")
    said = gd.text.length(of=extension) > 0
    generic = gd.text.contains(stock, of=extension)
    return reward + right * valid * said * (weights[2] * gd.where(generic, gd.min(judge, most_for_stock), judge))
