"""Answers written as records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import guerdon as gd
from guerdon.expr.columns import Column
from guerdon.expr.score import Score

__all__ = ["rl_struct", "shop_r1", "shop_r1_certainty"]


def rl_struct(
    required: Sequence[str],
    right: Score | float = 0.0,
    length: Score | float = 0.0,
    weights: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0),
    extra_penalty: float = 0.5,
    lenient: bool = False,
    nested: Mapping[str, Sequence[str]] | None = None,
) -> Score:
    """RL-Struct's hierarchy (P004): valid JSON, its look, its keys, and what it says, each earning for itself.

    ``w1 * keys + w2 * look + w3 * valid + w4 * right + length``. Keys is the share of the required keys, less a penalty
    for each other one; look is 1 where the text begins with ``{`` and ends with ``}``; what the answer says counts only
    where the JSON is valid. Range [0, 4].

    Paper: Hu and Wu, "RL-Struct: A Lightweight Reinforcement Learning Framework for Reliable Structured Output in LLMs"
    (2025), arXiv:2512.00319, by its abstract and the card of its model. GUESSES: the weights, the form of each part,
    the mean over nested records.

    Args:
        required: the keys.
        right: how right the answer is, such as ``gd.text.equal(gd.structure.json()["answer"], gd.col("gold"))``.
        length: added as it is.
        weights: of keys, look, validity and rightness.
        extra_penalty: what a key that nobody asked for costs.
        lenient: JSON in a fenced block is valid and has keys as well; its look earns nothing all the same.
        nested: keys whose value is JSON in a text, with the keys required in there; the mean of all shares counts.

    >>> rows = {"completion": ['{"reasoning": "a", "answer": "b"}', '{"answer": "b"}', "b"], "right": [1, 1, 1]}
    >>> rl_struct(["reasoning", "answer"], gd.col("right")).score(rows).values
    array([4. , 3.5, 0. ])
    """
    record = gd.structure.json(fences="allow" if lenient else "never")
    valid = gd.structure.valid(fences="allow" if lenient else "never")
    look = gd.structure.full_match(r"(?s)\s*\{.*\}\s*")
    keys = gd.structure.keys(record, required, extra_penalty)
    for key, names in (nested or {}).items():
        keys += gd.structure.keys(gd.structure.json(record[key], "never"), names, extra_penalty)
    keys = keys / (1 + len(nested)) if nested else keys
    return weights[0] * keys + weights[1] * look + weights[2] * valid + weights[3] * (valid * right) + length


def shop_r1(
    gold: Column,
    certainty: Score | float = 0.0,
    scale: float = 1000.0,
    threshold: float = 0.75,
    alpha: float = 0.005,
    type_gate: bool = True,
    weights: tuple[float, float, float] = (0.5, 0.3, 0.2),
) -> Score:
    """Shop-R1's hierarchical reward (P075): the next action of a shopper, each part by how hard it is to guess.

    The completion is ``{"rationale": ..., "action": {"type": ..., "name"?: ..., "text"?: ...}}``. JSON earns 0.5, the
    right type 0.3. Where the shopper clicked, naming an element earns 0.2 and its likeness up to ``scale``; where text
    was typed, naming element and text earn 0.1 each, the likeness of the element up to 0.1 and of the text up to
    ``scale``. Likeness is ROUGE-L, 0 below a threshold. Beside it ``alpha`` times how sure the rationale is.

    Paper: Zhang et al., "Shop-R1: Rewarding LLMs to Simulate Human Behavior in Online Shopping via Reinforcement
    Learning" (2025), arXiv:2507.17842. GUESSES: the parts of an action count only where its type is right; likeness at
    the threshold itself counts.

    Args:
        gold: the shopper's action, a record of ``type`` (``click``, ``type_and_submit`` or ``terminate``), and ``name``
            and ``text`` where the type has them.
        certainty: of the rationale, such as :func:`shop_r1_certainty`.
        scale: of what is hard to guess (difficulty-aware reward scaling).
        threshold: of the likeness.
        alpha: of the certainty.
        type_gate: False lets the parts count whatever type was given.
        weights: of JSON, of the type, and of what is named; where text was typed, the last is shared by halves.

    >>> said = '{"rationale": "cheap", "action": {"type": "click", "name": "red shoes"}}'
    >>> rows = {"completion": [said, said], "gold": [{"type": "click", "name": "red shoes"}, {"type": "terminate"}]}
    >>> shop_r1(gd.col("gold")).score(rows).numbers
    [1001.0, 0.5]
    """
    action = gd.structure.json(fences="never")["action"]
    valid = gd.structure.valid()
    right = gd.text.equal(action["type"], gold["type"], "exact")
    likes = {key: gd.similarity.overlap_text(action[key], gold[key], "rouge_l") for key in ("name", "text")}
    near = {key: like * (like >= threshold) for key, like in likes.items()}
    given = {key: gd.text.length(of=action[key]) > 0 for key in ("name", "text")}
    json, kind, named = weights
    clicked = named * given["name"] + scale * near["name"]
    typed = named / 2 * (given["name"] + given["text"] + near["name"]) + scale * near["text"]
    part = gd.where(gold["type"] == "click", clicked, gd.where(gold["type"] == "type_and_submit", typed, 0))
    acted = json + kind * right + gd.where(right if type_gate else 1, part, 0)
    return gd.where(valid, acted, 0) + alpha * certainty


def shop_r1_certainty(probability: Score) -> Score:
    """Shop-R1's self-certainty (P075): how far each token's distribution is from uniform, averaged over the rationale.

    ``sum(p * log(p * V)) / V`` over a vocabulary of V, 0 where all words are as likely; the mean over the tokens.

    Paper: Zhang et al., "Shop-R1: Rewarding LLMs to Simulate Human Behavior in Online Shopping via Reinforcement
    Learning" (2025), arXiv:2507.17842. GUESSES: a rationale without tokens is worth 0.

    Args:
        probability: of each word of the vocabulary at each token: ``gd.col("p", axis=("token", "word"))``.

    >>> shop_r1_certainty(gd.col("p", axis=("token", "word"))).score({"p": [[[0.7, 0.1, 0.1, 0.1]]]}).values.round(5)
    array([0.11146])
    """
    size = probability.count()
    apart = gd.where(probability > 0, probability * (probability * size).log(), 0)
    return (apart.sum() / size).mean(empty=0)
