"""Credit for stretches of a text, put on the tokens that end them."""

from __future__ import annotations

import re
from typing import Literal

import guerdon as gd
from guerdon.expr.chat import Completion, read
from guerdon.expr.score import Score

Form = Literal["centred", "probability", "log_odds"]


def fine_grained_rlhf(
    relevant: Score,
    factual: Score,
    complete: Score,
    tokens: Score,
    weights: tuple[float, float, float] = (0.3, 0.5, 0.3),
    mean: float = -0.4468,
    std: float = 8.3012,
    placement: Literal["dense", "holistic"] = "dense",
) -> Score:
    """Fine-Grained RLHF (P024): each kind of error is charged where it stands, and what is missing at the end.

    A sub-sentence earns or loses its weight for being to the point, a sentence for being true, each at its last token;
    the whole answer earns its completeness, as a z-score times a scale, at the final token. All add up.

    Paper: Wu et al., "Fine-Grained Human Feedback Gives Better Rewards for Language Model Training" (2023),
    arXiv:2306.01693, and its code. The KL penalty per token, GAE and whitening are the trainer's.

    Args:
        relevant: 1 or 0 for each sub-sentence, on a split of the text.
        factual: 1 or 0 for each sentence, on another, such as ``gd.text.sentences()``.
        complete: the raw score of the whole answer, one per rollout.
        tokens: ``gd.text.tokens(offsets)``.
        weights: of relevance, of factuality, and the scale of completeness.
        mean: of the raw score of completeness, over answers.
        std: of the same.
        placement: where each error stands; or, to compare with, the same total at the final token.

    Returns:
        A reward on axis ``token``.

    >>> sentence = gd.text.sentences().map({"It is.": 1}, otherwise=0)
    >>> reward = fine_grained_rlhf(sentence, sentence, gd.col("c"), gd.text.tokens(gd.col("at")), mean=0.0, std=1.0)
    >>> rows = {"completion": ["It is. No."], "at": [[(0, 3), (3, 7), (7, 10)]], "c": [2.0]}
    >>> reward.score(rows).values.round(6)
    array([ 0. ,  0.8, -0.2])
    """
    relevance = gd.where(relevant, weights[0], -weights[0])
    factuality = gd.where(factual, weights[1], -weights[1])
    whole = weights[2] * (complete - mean) / std
    final = tokens.position(from_end=True) == 0
    if placement == "holistic":
        return gd.where(final, relevance.sum() + factuality.sum() + whole, 0)
    return relevance.onto(tokens) + factuality.onto(tokens) + gd.where(final, whole, 0)


def fgaif(
    objects: Score,
    attributes: Score,
    relations: Score,
    tokens: Score,
    weights: tuple[float, float, float] = (1.0, 1.0, 1.0),
    form: Form = "centred",
) -> Score:
    r"""FGAIF (P092): each sub-sentence about a picture is paid, at its last token, for three ways of being true to it.

    Three models say how likely a sub-sentence is to be clean of made-up objects, attributes and relations.

    Paper: Jing and Du, "FGAIF: Aligning Large Vision-Language Models with Fine-grained AI Feedback" (2024),
    arXiv:2404.05046, and its code, whose trainer is not to be read. GUESSES: what a probability is worth, and that it
    is put on the last token (as the abstract and fine-grained RLHF have it). The KL penalty is the trainer's.

    Args:
        objects: P(clean) of each sub-sentence, on one split of the text, in [0, 1].
        attributes: the same for attributes, on the same split.
        relations: the same for relations.
        tokens: ``gd.text.tokens(offsets)``.
        weights: of the three; 0 leaves a kind out.
        form: what a probability is worth: 2 P - 1, P itself, or log(P / (1 - P)), which has no number at 0 and 1.

    Returns:
        A reward on axis ``token``.

    >>> line = gd.text.steps("line")
    >>> clean = line.map({"a cat": 1.0}, otherwise=0.5)
    >>> rows = {"completion": ["a cat\nin red"], "at": [[(0, 2), (2, 6), (6, 9), (9, 12)]]}
    >>> fgaif(clean, clean, clean, gd.text.tokens(gd.col("at"))).score(rows).values
    array([0., 3., 0., 0.])
    """
    of_objects, of_attributes, of_relations = weights
    paid = of_objects * _worth(objects, form)
    paid += of_attributes * _worth(attributes, form)
    paid += of_relations * _worth(relations, form)
    return paid.onto(tokens)


def fgaif_segments(completion: Completion, least: int = 5) -> list[str]:
    """The sub-sentences that FGAIF (P092) judges: cut where a sentence ends, and after a comma or the like.

    A cut falls after a word that ends in ``. , ; ! ?`` if the piece so far has at least five words and at least five
    are left, so that shorter pieces join a neighbour. The pieces remember their characters and cover the text. Made a
    leaf with an axis of its own, the function gives the split that the judges' scores stand on. Linear.

    Paper: Jing and Du, "FGAIF: Aligning Large Vision-Language Models with Fine-grained AI Feedback" (2024),
    arXiv:2404.05046, and its code. GUESSES: that a sentence's end counts as a comma does.

    Args:
        completion: a text, or messages of which the last with text is read; without any there are no pieces.
        least: how many words a piece has.

    >>> fgaif_segments("A red bus is parked near the tall building, while a man in a blue coat walks")
    ['A red bus is parked near the tall building,', 'while a man in a blue coat walks']
    """
    text = read(completion)
    words = [] if text is None else list(re.finditer(r"\S+", text.text))
    if text is None or not words:
        return []
    starts = [0]
    first = 0
    for place, word in enumerate(words):
        if word[0][-1] in ".,;!?" and place + 1 - first >= least and len(words) - place - 1 >= least:
            first = place + 1
            starts.append(words[first].start())
    return [
        text.marked(text.text[a:b].strip(), a, b) for a, b in zip(starts, [*starts[1:], len(text.text)], strict=True)
    ]


def _worth(clean: Score, form: Form) -> Score:
    if form == "log_odds":
        return (clean / (1 - clean)).log()
    return 2 * clean - 1 if form == "centred" else clean
