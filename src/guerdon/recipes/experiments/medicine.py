"""Fifty questions in the manner of medicine, with answers that an embedding model finds nearly alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from zlib import crc32

import numpy as np

import guerdon as gd
from guerdon.lab.curves import Chart, Figures

from ..registry import Size
from ..shaping import armed
from .tabular import Floats, climb, drawn, line, softmax

# What is asked of, the right answer, and the one that comes near. All are ours, and no advice.
GROUP, RATE = 8, 0.5
STEPS = {"smoke": 5, "full": 200}
ASKED = {"smoke": 10, "full": 50}
_DEFICIENCIES = (
    ("vitamin C", "scurvy", "rickets"), ("vitamin D", "rickets", "scurvy"), ("thiamine", "beriberi", "pellagra"),
    ("niacin", "pellagra", "beriberi"), ("iodine", "goitre", "gout"), ("iron", "anaemia", "leukaemia"),
    ("vitamin A", "night blindness", "colour blindness"), ("insulin", "diabetes", "hepatitis"),
    ("vitamin K", "bleeding", "itching"), ("cobalamin", "megaloblastic anaemia", "sickle cell anaemia"),
)  # fmt: skip
_ORGANS = (
    ("insulin", "pancreas", "liver"), ("bile", "liver", "spleen"), ("adrenaline", "adrenal gland", "thyroid gland"),
    ("thyroxine", "thyroid gland", "adrenal gland"), ("melatonin", "pineal gland", "pituitary gland"),
    ("urine", "kidney", "bladder"), ("gastrin", "stomach", "colon"), ("growth hormone", "pituitary gland", "thymus"),
    ("erythropoietin", "kidney", "heart"), ("testosterone", "testis", "prostate"),
)  # fmt: skip
_CAUSES = (
    ("tuberculosis", "a bacterium", "a virus"), ("influenza", "a virus", "a bacterium"),
    ("malaria", "a parasite", "a fungus"), ("ringworm", "a fungus", "a worm"), ("measles", "a virus", "a parasite"),
    ("cholera", "a bacterium", "a parasite"), ("tetanus", "a bacterium", "a fungus"), ("rabies", "a virus", "a prion"),
    ("thrush", "a yeast", "a virus"), ("polio", "a virus", "a toxin"),
)  # fmt: skip
_SIGNS = (
    ("bradycardia", "slow", "fast", "heart rate"), ("tachycardia", "fast", "slow", "heart rate"),
    ("hypertension", "high", "low", "blood pressure"), ("hypotension", "low", "high", "blood pressure"),
    ("hyperglycaemia", "high", "low", "blood sugar"), ("hypoglycaemia", "low", "high", "blood sugar"),
    ("hyperkalaemia", "high", "low", "potassium"), ("hyponatraemia", "low", "high", "sodium"),
    ("tachypnoea", "fast", "slow", "breathing"), ("hypothermia", "low", "high", "body temperature"),
)  # fmt: skip
_VESSELS = (
    ("aorta", "away from the heart", "to the heart"), ("vena cava", "to the heart", "away from the heart"),
    ("pulmonary artery", "to the lungs", "from the lungs"), ("pulmonary vein", "from the lungs", "to the lungs"),
    ("renal artery", "to the kidney", "from the kidney"), ("renal vein", "from the kidney", "to the kidney"),
    ("carotid artery", "to the brain", "from the brain"), ("jugular vein", "from the brain", "to the brain"),
    ("portal vein", "to the liver", "from the liver"), ("hepatic vein", "from the liver", "to the liver"),
)  # fmt: skip


def questions() -> list[tuple[str, ...]]:
    """Reference, a right answer in other words, a near miss in those words, one in the reference's, and a vague answer.

    A wrong answer differs from a right one in what it names alone.
    """
    families = (
        ("A lack of {0} leads to {1}.", "{1} is what too little {0} brings about.", _DEFICIENCIES),
        ("The {1} produces {0}.", "{0} comes from the {1}.", _ORGANS),
        ("The cause of {0} is {1}.", "It is {1} that brings on {0}.", _CAUSES),
        ("{0} means that the {3} is {1}.", "The {3} is {1} in a patient with {0}.", _SIGNS),
        ("The {0} carries blood {1}.", "Blood flows through the {0} {1}.", _VESSELS),
    )
    made: list[tuple[str, ...]] = []
    for reference, other, facts in families:
        for thing, right, wrong, *rest in facts:
            truth, slip = (thing, right, wrong, *rest), (thing, wrong, right, *rest)
            near = (other.format(*truth), other.format(*slip), reference.format(*slip))
            made.append((reference.format(*truth), *near, f"There is more than one view of {thing}."))
    return made


def _trigrams(texts: Sequence[str]) -> Floats:
    """Stands for the encoder where a run should be quick: how often each three letters occur, hashed."""
    found = np.zeros((len(texts), 256))
    for row, text in enumerate(texts):
        for start in range(len(text) - 2):
            found[row, crc32(text[start : start + 3].encode()) % 256] += 1
    return found


@cache
def likeness(size: Size) -> tuple[Floats, Floats]:
    """Cosines to the reference, and overlaps with it in words, by question and answer."""
    asked = questions()[:: 50 // ASKED[size]]
    rows = {
        "said": [said for _, *rest in asked for said in rest],
        "gold": [reference for reference, *rest in asked for _ in rest],
    }
    said, gold = gd.col("said"), gd.col("gold")
    near = gd.similarity.cosine(said, gold, _trigrams) if size == "smoke" else gd.similarity.cosine(said, gold)
    text = gd.similarity.overlap_text(said, gold, "rouge_l")
    return near.score(rows).values.reshape(len(asked), -1), text.score(rows).values.reshape(len(asked), -1)


def stretched(seed: int, size: Size) -> Mapping[str, float]:
    """How often the right one of four answers is given, over training and at the end: cosines as they are, or ARMed's.

    Each is taken alone (advantages without division by the deviation, which would undo any stretching of one term) and
    beside the overlap in words, with GRPO's advantages. ``spread`` is that of the cosines of the three answers which
    name the matter, and ``told apart`` how often the right one of them is nearer than a near miss.
    """
    near, text = likeness(size)
    questions = np.repeat(np.arange(len(near)), GROUP)
    raw = {"alone": gd.col("near") + 0.0, "beside words": gd.col("text") + gd.col("near")}
    ours = {
        name: armed(gd.col("text"), gd.col("near"), weights=(weight, 1.0, 0.5))
        for name, weight in (("alone", 0.0), ("beside words", 1.0))
    }
    figures = {"spread": float(near[:, :3].std(axis=1).mean())}
    rivals = near[:, 1:3]  # the near misses
    figures["told apart"] = float((near[:, :1] > rivals).mean())
    lines = {}
    for name, rewards in (("raw", raw), ("adaptive", ours)):
        for how, reward in rewards.items():
            advantage = reward - reward.mean(over="prompt") if how == "alone" else reward.zscore(over="prompt")
            runner, rng = advantage.compile(), np.random.default_rng([144, seed])
            policy, curve = np.zeros(near.shape), []
            for _ in range(STEPS[size]):
                curve.append(float(softmax(policy)[:, 0].mean()))
                answers = drawn(policy, questions, rng)
                rows = {
                    "uid": questions.tolist(),
                    "near": near[questions, answers].tolist(),
                    "text": text[questions, answers].tolist(),
                }
                climb(policy, questions, answers, runner.score(rows).values, RATE / GROUP)
            figures[f"mean {name} {how}"] = float(np.mean(curve))
            figures[f"end {name} {how}"] = curve[-1]
            lines[f"{name} {how}"] = line(curve)
    return Figures(figures, Chart("Right answers", "step", "share", lines))
