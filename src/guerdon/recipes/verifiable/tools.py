"""Calling tools, and asking other models."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import guerdon as gd
from guerdon.expr.columns import Column
from guerdon.expr.score import Score

__all__ = ["router_r1", "toolrl"]


def toolrl(
    gold: Column,
    credit: Literal["fine", "strict", "intermediate", "coarse"] = "fine",
    scale: float = 3.0,
    schedule: Literal["two_stage", "linear"] | None = None,
    length: Literal["fixed", "growing"] | None = None,
    as_released: bool = False,
) -> Score:
    r"""ToolRL's reward (P029): the tag pattern of the reference, and how far the calls are those of the reference.

    1 for the pattern (:func:`guerdon.tools.pattern`) and ``2 * scale * share - scale`` for the calls, the share being
    :func:`guerdon.tools.agreement`; calls that cannot be read, or none, earn ``-scale``, and where the reference calls
    nothing they count 0. Range [-3, 4].

    A call that nobody wanted costs here what a wanted one could earn. As released it costs only in the overlap of the
    names: naming one value after another, a call each, then earns more than one honest guess. Thoughts are not searched
    for calls, as the released code does.

    Paper: Qian et al., "ToolRL: Reward is All Tool Learning Needs" (2025), arXiv:2504.13958, and its code.

    Args:
        gold: the reference output, as text.
        credit: ``fine``: for names, parameters and values; ``strict``: for lists of names only where they are equal;
            ``intermediate``: a call earns all or nothing; ``coarse``: the list does.
        scale: of the calls' part; 1 is the ablation with a lower maximum.
        schedule: ``two_stage``: until step 30 a third of the scale, then half the format; ``linear``: over 150 steps
            the format's range shrinks from [-2, 2] to [-1, 1] and that of the calls grows from 2 to the scale.
        length: adds up to 1 for the words of the thoughts, over 512, or over 384 growing to 640 in 105 steps.
        as_released: as above.

    >>> call = '<think>a</think>\n<tool_call>\n{"name": "w", "parameters": {"city": "Ulm", "unit": "C"}}\n</tool_call>'
    >>> rows = {"completion": [call, call.replace('"C"', '"F"'), "Sunny."], "gold": [call] * 3}
    >>> toolrl(gd.col("gold")).score(rows).values
    array([ 4. ,  2.5, -3. ])
    """
    calls, wanted = (gd.tools.calls(of, "hermes", axis=None) for of in (None, gold))
    extra: Literal["free", "charge"] = "free" if as_released else "charge"
    shares = {
        "fine": gd.tools.agreement(wanted, calls=calls, extra=extra),
        "strict": gd.tools.agreement(wanted, "strict", calls, extra=extra),
        "intermediate": gd.tools.agreement(wanted, "exact", calls, unit="call", extra=extra),
        "coarse": gd.tools.equal(wanted, "same", calls),
    }
    pattern: Score = gd.tools.pattern(gold)
    most: Score | float = scale
    if schedule == "two_stage":
        pattern, most = pattern * gd.where(gd.step() < 30, 1, 0.5), scale * gd.where(gd.step() < 30, 1 / 3, 1)
    elif schedule == "linear":
        high, low = gd.max(2 - gd.step() / 150, 1), gd.min(2 * gd.step() / 150 - 2, -1)
        pattern, most = gd.where(pattern, high, low), gd.min((scale - 2) * gd.step() / 150 + 2, scale)
    asked = gd.tools.calls(gold, "hermes").exists().count() > 0
    reward = pattern + gd.where(asked, most * (2 * shares[credit] - 1), 0)
    words = {None: None, "fixed": 512, "growing": (384 + 256 * gd.step() / 105).clip(high=640)}[length]
    return reward if words is None else reward + gd.min(gd.text.length("words", gd.text.reasoning()) / words, 1)


def router_r1(
    golds: Column,
    spent: Score,
    models: Sequence[str],
    weight: float = 0.0,
    metric: Literal["f1", "em"] = "f1",
    transform: Literal["sqrt", "log", "none"] = "sqrt",
    batches: int = 4,
) -> Score:
    """Router-R1's reward (P180): -1 for a broken format, 0 for a wrong answer, else its worth and how little it cost.

    The completion alternates ``<think>``, ``<search>model: query</search>`` and the ``<information>`` put in after it,
    and ends with the one ``<answer>``. A right answer earns ``(1 - w) * metric + w * cheap``, ``cheap`` being
    ``1 - (cost - p5) / (p95 - p5)`` within [0, 1] over recent rollouts, these included; 0.5 where both are equal. Cost
    counts only where the answer is worth something. Range [-1, 1].

    The window is one of whole batches, which all see it as it stands after their own; the code keeps the last 1000
    rollouts, and each sees those before it. A query is malformed unless it has one colon, a known model before it, and
    text after it that is no placeholder and does not name that model again.

    Paper: Zhang, Feng and You, "Router-R1: Teaching LLMs Multi-Round Routing and Aggregation via Reinforcement
    Learning" (2025), arXiv:2506.09033, and its code.

    Args:
        golds: the accepted answers, on an axis: ``gd.col("golds", axis="gold")``; or one, flat.
        spent: the price of all tokens that the models asked have read and written.
        models: their names.
        weight: w, of the cost.
        metric: token F1 (0 where answer or reference is a plain yes or no and they differ) or exact match, as SQuAD.
        transform: of the cost: its root, ``log(1 + 0.01 * cost)``, or none.
        batches: so many make about a thousand rollouts.

    >>> reward = router_r1(gd.col("golds", axis="gold"), gd.col("spent"), ["large", "small"])
    >>> text = "<think>Who?</think><search>small: Who wrote it?</search><information>Eco</information>"
    >>> rows = {"completion": [text + "<think>So</think><answer>Umberto Eco</answer>", text], "spent": [3, 3]}
    >>> reward.score(rows | {"golds": [["Umberto Eco", "Eco"]] * 2}).values
    array([ 1., -1.])
    """
    names = [re.escape(name) for name in models]
    again = "|".join(rf"^\s*{name}\s*:.*{name}" for name in names)
    answer = gd.text.tag("answer")
    search, think = gd.text.blocks("search", axis="search"), gd.text.blocks("think", axis="think")
    named = gd.structure.full_match(rf"(?is)\s*(?:{'|'.join(names)})\s*:[^:]*[^:\s][^:]*", search)
    asked = named & ~gd.structure.search(rf"(?is)your[- ]query|llm-name|{again}", search)
    thought = (gd.text.length(of=think) > 0) & (think != "...")
    shape = gd.text.well_formed("think", "search", "information", "answer")
    tidy = shape & gd.structure.full_match(r"(?s)\s*<think>.*</answer>\s*")
    once = gd.text.blocks("answer", axis="answer").exists().count() == 1
    told = gd.text.blocks("information", axis="information").exists().count() == search.exists().count()
    valid = tidy & once & told & thought.all(empty=0) & asked.all()
    exact = gd.text.equal(answer, golds, "squad")
    plain = [gd.text.equal(side, ["yes", "no", "noanswer"], "squad") for side in (answer, golds)]
    worth = exact if metric == "em" else gd.where(plain[0] | plain[1], exact, gd.similarity.overlap_text(answer, golds))
    worth = worth.max() if golds.axes else worth
    cost = {"sqrt": spent.sqrt(), "log": (1 + 0.01 * spent).log(), "none": spent}[transform]
    low, high = (gd.running(cost, "quantile", q=q, window=batches, sees="after") for q in (0.05, 0.95))
    cheap = gd.where(high > low, 1 - ((cost - low) / (high - low)).clip(0, 1), 0.5)
    return gd.where(valid, gd.where(worth > 0, (1 - weight) * worth + weight * cheap, 0), -1)
