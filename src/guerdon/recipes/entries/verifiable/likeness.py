"""Likeness to a reference: facts, and rewrites that fool what was released."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import guerdon as gd

from ...experiments import answers
from ...registry import Claim, Experiment, Fact, register
from ...verifiable.likeness import (
    bleuberi,
    bleuberi_hard,
    bleuberi_rm,
    harmonic,
    mixed_r1,
    mixed_r1_open,
    nano_capsulator,
    nano_capsulator_loss,
)
from ..seen import column, least, numbers

_SAID, _GOLD, _REFS = gd.col("said"), gd.col("gold"), gd.col("refs")


def shuffled(text: str) -> str:
    """The words of a text, sorted: all of them, and no sense."""
    return " ".join(sorted(text.split()))


def one_word(text: str) -> str:
    """Any word at all, whatever was asked."""
    return "something"


def letters(texts: Sequence[str]) -> list[list[int]]:
    """An encoder for facts: how often the letters a to e occur."""
    return [[text.count(letter) for letter in "abcde"] for text in texts]


def pairs(text: str) -> list[list[float]]:
    """A table of tokens for facts: ``x`` points one way, every other word another."""
    return [[1.0, 0.0] if word == "x" else [0.0, 1.0] for word in text.split()]


def words(text: str) -> list[list[float]]:
    """A table of tokens for facts: every word of this sentence points its own way."""
    known = "the grey cat sat on a warm mat by fire".split()
    return [[float(word == one) for one in known] for word in text.split()]


# ---------------------------------------------------------------- P006

_UTILITY, _LENGTH, _BUDGET = gd.col("utility"), gd.col("length"), gd.col("budget")
_NANO = nano_capsulator(_UTILITY, _LENGTH, _BUDGET)
_SAME_ANSWER = gd.similarity.overlap_text(gd.col("answer_short"), gd.col("answer_long"))
_FAR = 1 - gd.similarity.cosine(gd.col("short"), gd.col("long"), letters)

register(
    nano_capsulator,
    row="P006",
    title="Nano-Capsulator: Learning to Compress Prompt in Natural Language Formats",
    shape="expression",
    sure="paper",
    guesses=("utility times the budget's gate", "the soft form", "the budget itself"),
    example=lambda: nano_capsulator(_SAME_ANSWER, gd.text.length("words", of=gd.col("short")), 20),
    facts=(
        Fact(
            "within the budget, the answer the same",
            lambda: numbers(
                nano_capsulator(_SAME_ANSWER, _LENGTH, 20),
                {"answer_short": ["in Oslo"], "answer_long": ["In Oslo."], "length": [20]},
            ),
            (1.0,),
        ),
        Fact(
            "one token over",
            lambda: numbers(_NANO, {"utility": [1.0], "length": [21], "budget": [20]}),
            (0.0,),
        ),
        Fact(
            "one token over, softly",
            lambda: numbers(
                nano_capsulator(_UTILITY, _LENGTH, 20, "soft"), {"utility": [1.0, 0.5], "length": [21, 20]}
            ),
            (20 / 21, 0.5),
        ),
        Fact(
            "the prompt itself keeps the meaning and earns nothing",
            lambda: numbers(
                gd.stack(
                    _FAR, nano_capsulator(gd.col("utility"), gd.text.length("words", of=gd.col("short")), 3), axis="p"
                ),
                {"short": ["a b c d e"], "long": ["a b c d e"], "utility": [1.0]},
            ),
            (0.0, 0.0),
        ),
        Fact(
            "nothing said, nothing earned",
            lambda: numbers(
                nano_capsulator(_SAME_ANSWER, _LENGTH, 20),
                {"answer_short": [""], "answer_long": ["Oslo"], "length": [0]},
            ),
            (0.0,),
        ),
    ),
    experiment=Experiment(
        answers.capsules,
        about="a policy that keeps some of eight sentences, for a reader who can only answer from what it reads",
        claims=(
            Claim("accuracy within 5 points of the full text's", column("answered"), low=0.95),
            Claim("the budget is met", column("within the budget"), low=0.95),
            Claim(
                "about 81 % of the text is gone", column("share of the text kept"), low=0.05, high=0.25, whose="paper"
            ),
        ),
    ),
)

register(
    nano_capsulator_loss,
    row="P006",
    title="Nano-Capsulator's loss: Learning to Compress Prompt in Natural Language Formats",
    shape="expression",
    sure="paper",
    guesses=("how the reward and the distance are put together",),
    example=lambda: nano_capsulator_loss(_NANO, _FAR),
    facts=(
        Fact(
            "full utility asks for nothing more",
            lambda: numbers(nano_capsulator_loss(gd.col("r"), gd.col("d")), {"r": [1, 0, 0.5], "d": [0.6, 0.6, 0.6]}),
            (0, 0.6, 0.3),
        ),
        Fact("the same text is at no distance", lambda: numbers(_FAR, {"short": ["abc"], "long": ["abc"]}), (0.0,)),
        Fact("nothing in common is at distance 1", lambda: numbers(_FAR, {"short": ["a"], "long": ["b"]}), (1.0,)),
        Fact(
            "over the budget the whole distance counts",
            lambda: numbers(
                nano_capsulator_loss(_NANO, _FAR),
                {"utility": [1], "length": [9], "budget": [8], "short": ["a"], "long": ["ab"]},
            ),
            (1 - math.sqrt(0.5),),
        ),
    ),
)

# ---------------------------------------------------------------- P033

_MIXED: dict[str, Any] = {name: gd.col(name) for name in ("kind", "matching", "chart", "box", "open_ended")}
_CHART = gd.similarity.near(gd.col("said"), gd.col("gold"), "relative", gd.similarity.within(0.05))
_EACH: dict[str, list[Any]] = {
    "kind": ["matching", "chart", "iou", "open", "poem"],
    **{name: [value] * 5 for name, value in (("matching", 1), ("chart", 0), ("box", 0.4), ("open_ended", 0.7))},
}

register(
    mixed_r1,
    row="P033",
    title="Mixed-R1: Unified Reward Perspective For Reasoning Capability in Multimodal Large Language Models",
    shape="expression",
    sure="abstract",
    guesses=("the tolerance of charts", "the weight of form", "one scale for all kinds"),
    example=lambda: mixed_r1(
        gd.col("kind"),
        gd.text.equal(gd.text.tag("answer"), gd.col("gold")),
        gd.similarity.near(gd.text.tag("answer"), gd.col("gold"), "relative", gd.similarity.within(0.05)),
        gd.vision.overlap(gd.vision.boxes(gd.text.tag("answer"), axis=None)[0], gd.col("box")),
        mixed_r1_open(gd.text.tag("answer"), gd.col("gold"), words),
        gd.text.tags_in_order("think", "answer"),
    ),
    facts=(
        Fact("each kind by its own rule", lambda: numbers(mixed_r1(**_MIXED), _EACH), (1, 0, 0.4, 0.7, None)),
        Fact("4 % off a chart's value", lambda: numbers(_CHART, {"said": ["9.6"], "gold": [10]}), (1,)),
        Fact("6 % off a chart's value", lambda: numbers(_CHART, {"said": ["9.4"], "gold": [10]}), (0,)),
        Fact(
            "form is paid for everywhere",
            lambda: numbers(
                mixed_r1(**_MIXED, formatted=gd.col("tidy"), weight=0.5),
                {name: values[:4] for name, values in _EACH.items()} | {"tidy": [1, 1, 0, 0]},
            ),
            (1.5, 0.5, 0.4, 0.7),
        ),
    ),
)

_CAT = "the grey cat sat on a warm mat by fire"

register(
    mixed_r1_open,
    row="P033",
    title="Mixed-R1's open-ended reward (BMAS): Unified Reward Perspective For Reasoning Capability",
    shape="expression",
    sure="abstract",
    guesses=("the mean of both directions", "whose table"),
    example=lambda: mixed_r1_open(gd.text.tag("answer"), gd.col("gold"), words),
    facts=(
        Fact(
            "two tokens against two of one kind: 0.5 and 1.0",
            lambda: numbers(mixed_r1_open(_SAID, _GOLD, pairs, as_released=True), {"said": ["x y"], "gold": ["x x"]}),
            (0.75,),
        ),
        Fact(
            "the same text, either way round",
            lambda: numbers(mixed_r1_open(_SAID, _GOLD, words), {"said": [_CAT], "gold": [_CAT]}),
            (1,),
        ),
        Fact(
            "symmetric",
            lambda: numbers(
                mixed_r1_open(_SAID, _GOLD, words),
                {"said": ["the cat sat", "cat on the mat sat"], "gold": ["cat on the mat sat", "the cat sat"]},
            ),
            (0.5333333, 0.5333333),
        ),
        Fact(
            "shuffled, as released, and with order",
            lambda: [
                *numbers(
                    mixed_r1_open(_SAID, _GOLD, words, as_released=True), {"said": [shuffled(_CAT)], "gold": [_CAT]}
                ),
                *numbers(mixed_r1_open(_SAID, _GOLD, words), {"said": [shuffled(_CAT)], "gold": [_CAT]}),
            ],
            (1.0, 0.3),
        ),
        Fact(
            "saying it twice does not pay",
            lambda: least(
                a <= b
                for a, b in [
                    numbers(
                        mixed_r1_open(_SAID, _GOLD, words, as_released=released),
                        {"said": [f"{_CAT} {_CAT}", _CAT], "gold": [_CAT] * 2},
                    )
                    for released in (True, False)
                ]
            ),
            1.0,
        ),
        Fact(
            "words left out: only 'x' is compared",
            lambda: numbers(
                mixed_r1_open(_SAID, _GOLD, pairs, stop=("y",), as_released=True), {"said": ["x y"], "gold": ["x x"]}
            ),
            (1,),
        ),
        Fact(
            "nothing said",
            lambda: numbers(mixed_r1_open(_SAID, _GOLD, words), {"said": ["", None], "gold": [_CAT] * 2}),
            (-1, -1),
        ),
    ),
    hacks=(shuffled,),
)

# ---------------------------------------------------------------- P183


def _rows(said: str, *refs: str) -> dict[str, Any]:
    return {"completion": [said], "refs": [list(refs)]}


_RELEASED = bleuberi(_REFS, as_released=True)
_FOUR, _OTHER = "a b c d", "e f g h"
_LONG = " ".join(f"a{i}" for i in range(100)), " ".join(f"b{i}" for i in range(100))

register(
    bleuberi,
    row="P183",
    title="BLEUBERI: BLEU is a surprisingly effective reward for instruction following",
    shape="expression",
    sure="code",
    example=lambda: bleuberi(_REFS),
    facts=(
        Fact(
            "the reference itself",
            lambda: numbers(bleuberi(_REFS), _rows("the cat sat down", "the cat sat down")),
            (1,),
        ),
        Fact(
            "three of four words",
            lambda: numbers(_RELEASED, _rows("the cat sat", "the cat sat down")),
            (0.7165,),
        ),
        Fact(
            "no word in common, of four",
            lambda: numbers(_RELEASED, _rows(_FOUR, _OTHER)),
            (0.3021,),
        ),
        Fact(
            "no word in common, of a hundred",
            lambda: numbers(_RELEASED, _rows(*_LONG)),
            (0.0101,),
        ),
        Fact(
            "a wrong word for a reference of one word, as released and ours",
            lambda: [
                *numbers(_RELEASED, _rows(one_word(""), "Paris")),
                *numbers(bleuberi(_REFS), _rows(one_word(""), "Paris")),
            ],
            (0.8409, 0),
        ),
        Fact(
            "ours without a floor, and the same where words are shared",
            lambda: [
                *numbers(bleuberi(_REFS), _rows(_FOUR, _OTHER)),
                *numbers(bleuberi(_REFS), _rows("the cat sat", "the cat sat down")),
            ],
            (0, 0.7165),
        ),
        Fact("nothing said", lambda: numbers(bleuberi(_REFS), _rows("<answer></answer>", "the cat sat down")), (0,)),
        Fact(
            "harmonic mean of BLEU and ROUGE-L",
            lambda: numbers(bleuberi(_REFS, "harmonic"), _rows("the cat sat", "the cat sat down")),
            (2 * 0.71653 * 6 / 7 / (0.71653 + 6 / 7),),
        ),
        Fact(
            "the harmonic mean of 0.5 and 1; of 0 and 1",
            lambda: numbers(harmonic(gd.col("a"), gd.col("b")), {"a": [0.5, 0], "b": [1, 1]}),
            (2 / 3, 0),
        ),
        Fact(
            "of several references the counts of the better",
            lambda: numbers(bleuberi(_REFS), _rows("the cat sat down", "a dog ran off", "the cat sat down")),
            (1,),
        ),
    ),
    experiment=Experiment(
        answers.kinds,
        about="a policy over four kinds of answer: a fragment, a paraphrase, the reference's way, off the topic",
        claims=(
            Claim("BLEU picks what is like the reference", column("like the reference, ours"), low=0.9),
            Claim("as released too", column("like the reference, released"), low=0.9, whose="paper"),
            Claim("the fragment is left", column("short copy, ours"), high=0.05),
        ),
    ),
    hacks=(one_word,),
)

register(
    bleuberi_rm,
    row="P183",
    title="BLEUBERI with a reward model: BLEU is a surprisingly effective reward for instruction following",
    shape="expression",
    sure="code",
    example=lambda: bleuberi_rm(bleuberi(_REFS), gd.col("judged")),
    facts=tuple(
        Fact(
            name,
            lambda bleu=bleu, judged=judged: numbers(  # type: ignore[misc]
                bleuberi_rm(gd.col("b"), gd.col("m")), {"prompt": ["p"] * 2, "b": bleu, "m": judged}
            ),
            want,
        )
        for name, bleu, judged, want in (
            ("both agree", [0.1, 0.3], [5, 9], (-1, 1)),
            ("they differ", [0.1, 0.3], [9, 5], (0, 0)),
            ("scales do not matter", [0.1, 0.2], [100, 900], (-1, 1)),
            ("one does not tell them apart", [0.2, 0.2], [5, 9], (-0.5, 0.5)),
        )
    ),
)

register(
    bleuberi_hard,
    row="P183",
    title="BLEUBERI's choice of prompts: BLEU is a surprisingly effective reward for instruction following",
    shape="expression",
    sure="code",
    example=lambda: bleuberi_hard(bleuberi(_REFS)),
    facts=tuple(
        Fact(
            name,
            lambda share=share: numbers(  # type: ignore[misc]
                bleuberi_hard(gd.col("r"), share),
                {"prompt": list("aabbccdd"), "r": [0.5, 0.7, 0.1, 0.1, 0.9, 0.9, 0.2, 0.4]},
            ),
            want,
        )
        for name, share, want in (
            ("the hardest quarter", 0.25, (None, None, 0.1, 0.1, None, None, None, None)),
            ("the harder half, by the prompt's mean", 0.5, (None, None, 0.1, 0.1, None, None, 0.2, 0.4)),
            ("all", 1.0, (0.5, 0.7, 0.1, 0.1, 0.9, 0.9, 0.2, 0.4)),
            ("three quarters", 0.75, (0.5, 0.7, 0.1, 0.1, None, None, 0.2, 0.4)),
        )
    ),
)
