"""Credit, stretches of text: facts and experiments."""

from __future__ import annotations

import guerdon as gd
from guerdon.expr.leaves import as_column

from ...credit import fgaif, fgaif_segments, fine_grained_rlhf
from ...experiments import captions, totals
from ...registry import Claim, Experiment, Fact, register
from ..seen import column, numbers

_TOKENS, _RAW = gd.text.tokens(gd.col("offsets")), gd.col("complete")
_LINES, _SENTENCES = gd.text.steps("line"), gd.text.sentences()
# Ten tokens, one a word; three lines that end at tokens 2, 4 and 9, two sentences that end at 4 and 9.
_RELEVANT = _LINES.map({"d e.": 0}, otherwise=1)
_FACTUAL = _SENTENCES.map({"f g h i j.": 0}, otherwise=1)
_ANSWER = {
    "completion": ["a b c\nd e.\nf g h i j."],
    "offsets": [[(0, 2), (2, 4), (4, 6), (6, 8), (8, 11), (11, 13), (13, 15), (15, 17), (17, 19), (19, 21)]],
    "complete": [8.0],
}

register(
    fine_grained_rlhf,
    row="P024",
    title="Fine-Grained RLHF: Fine-Grained Human Feedback Gives Better Rewards for Language Model Training",
    shape="expression",
    sure="code",
    example=lambda: fine_grained_rlhf(_RELEVANT, _FACTUAL, _RAW, _TOKENS),
    facts=(
        Fact(
            "two sentences, three sub-sentences: what each token gets",
            lambda: numbers(fine_grained_rlhf(_RELEVANT, _FACTUAL, _RAW, _TOKENS), _ANSWER),
            (0, 0, 0.3, 0, 0.2, 0, 0, 0, 0, 0.1053),
            5e-5,
        ),
        Fact(
            "their sum",
            lambda: numbers(fine_grained_rlhf(_RELEVANT, _FACTUAL, _RAW, _TOKENS).sum(), _ANSWER),
            0.6053,
            5e-5,
        ),
        Fact(
            "holistic: the same total at the last token",
            lambda: numbers(fine_grained_rlhf(_RELEVANT, _FACTUAL, _RAW, _TOKENS, placement="holistic"), _ANSWER),
            (*[0.0] * 9, 0.6053),
            5e-5,
        ),
        Fact(
            "completeness alone",
            lambda: numbers(fine_grained_rlhf(_RELEVANT, _FACTUAL, _RAW, _TOKENS, (0.0, 0.0, 0.3)), _ANSWER),
            (*[0.0] * 9, 0.3053),
            5e-5,
        ),
    ),
    experiment=Experiment(
        captions.errors,
        (
            Claim(
                "steps until one word in ten is wrong, dense over holistic",
                lambda seen: seen["steps dense"] / seen["steps holistic"],
                high=1.0,
                whose="paper",
            ),
            Claim("share of wrong words at the end, dense", column("errors dense"), high=0.1),
        ),
        "an answer of eight sentences, a table of words for each place: errors charged where they stand, or at the end",
    ),
    trained=Experiment(
        totals.dense_against_holistic,
        (
            Claim(
                "wrong lines on the way, those of the dense placement over those of the same total at the end",
                lambda run: run["errors dense"] / run["errors holistic"],
                high=1.0,
                whose="paper",
            ),
            Claim("dense: right answers gained", lambda run: run["right dense"] - run["right before"], low=0.2),
            Claim("holistic: right answers gained", lambda run: run["right holistic"] - run["right before"], low=0.1),
        ),
        "a transformer of 1.2 million weights that writes running totals and slips in one of five; TRL's trainer",
        needs=("torch", "transformers", "trl"),
    ),
)

_OBJECTS = _LINES.map({"d e.": 0.9}, otherwise=0.5)
_ATTRIBUTES = _LINES.map({"d e.": 0.2}, otherwise=0.5)
_RELATIONS = _LINES.map({"d e.": 0.7}, otherwise=0.5)

register(
    fgaif,
    row="P092",
    title="FGAIF: Aligning Large Vision-Language Models with Fine-grained AI Feedback",
    shape="expression",
    sure="code",
    guesses=("a probability is worth 2 P - 1", "the reward stands at the last token of its sub-sentence"),
    example=lambda: fgaif(_OBJECTS, _ATTRIBUTES, _RELATIONS, _TOKENS),
    facts=(
        Fact(
            "0.9, 0.2 and 0.7 at the end token, zero elsewhere",
            lambda: numbers(fgaif(_OBJECTS, _ATTRIBUTES, _RELATIONS, _TOKENS), _ANSWER),
            (0, 0, 0, 0, 0.6, 0, 0, 0, 0, 0),
            1e-12,
        ),
        Fact(
            "attributes left out",
            lambda: numbers(fgaif(_OBJECTS, _ATTRIBUTES, _RELATIONS, _TOKENS, (1.0, 0.0, 1.0)), _ANSWER)[4],
            1.2,
            1e-12,
        ),
        Fact(
            "as probabilities: 0.9 + 0.2 + 0.7, and 1.5 for the others",
            lambda: numbers(fgaif(_OBJECTS, _ATTRIBUTES, _RELATIONS, _TOKENS, form="probability"), _ANSWER),
            (0, 0, 1.5, 0, 1.8, 0, 0, 0, 0, 1.5),
            1e-12,
        ),
        Fact(
            "as log-odds: log of 9 * 1/4 * 7/3",
            lambda: numbers(fgaif(_OBJECTS, _ATTRIBUTES, _RELATIONS, _TOKENS, form="log_odds"), _ANSWER)[4],
            1.658228,
            1e-6,
        ),
    ),
    experiment=Experiment(
        captions.hallucinations,
        (
            Claim(
                "steps until one name in ten is made up, charged at each segment over charged at each sentence",
                lambda seen: seen["steps dense"] / seen["steps sentence"],
                high=1.0,
                whose="paper",
            ),
            Claim("a kind left out: the least rise of its own rate", column("own rise"), low=0.3, whose="paper"),
            Claim("a kind left out: the greatest rise of another's rate", column("others' rise"), low=-0.05, high=0.05),
        ),
        "captions of symbolic scenes, objects, attributes and relations each looked at or guessed; feedback by rule",
    ),
)

_BUS = "A red bus is parked near the tall building, while a man in a blue coat walks"
_CUT = as_column(gd.function(axis="segment")(fgaif_segments)())
_CLEAN = gd.where(_CUT.exists(), 0.6, 0)


def _words(text: str) -> list[float]:
    return [float(len(piece.split())) for piece in fgaif_segments(text)]


register(
    fgaif_segments,
    row="P092",
    title="FGAIF's sub-sentences",
    shape="function",
    sure="code",
    guesses=("a sentence's end counts as a comma does",),
    example=lambda: {},
    facts=(
        Fact("nine words up to the comma, and eight", lambda: _words(_BUS), (9, 8), 0),
        Fact("Yes, it is: not cut", lambda: _words("Yes, it is"), 3, 0),
        Fact("four words before the comma, or four after it: not cut",
             lambda: [*_words("In the big hall, six men and a dog sit"), *_words("Six men and a dog sit, in the hall")],
             (10, 9), 0),
        Fact("two sentences, of five words and six", lambda: _words("A man sits on stone. A dog runs over the grass."),
             (5, 6), 0),
        Fact("no text", lambda: float(len(fgaif_segments("  "))), 0, 0),
        Fact("the reward stands where a piece ends",
             lambda: numbers(fgaif(_CLEAN, _CLEAN, _CLEAN, gd.text.tokens(gd.col("at"))),
                             {"completion": [_BUS], "at": [[(0, 5), (5, 44), (44, 50), (50, 78)]]}),
             (0, 0.6, 0, 0.6), 1e-12),
    ),
)  # fmt: skip
