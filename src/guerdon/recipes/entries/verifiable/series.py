"""Time series: facts."""

from __future__ import annotations

from typing import Any

import guerdon as gd

from ...registry import Fact, register
from ...verifiable.series import timemaster
from ..seen import numbers

_LABELS = ("walking", "standing", "sitting")
_REWARD = timemaster(gd.col("gold"), _LABELS, gd.col("mark"))
_ASKED: list[str] = []


@gd.function(bounds=(0, 1), cost="judge", version="1")
def counted_judge(completion: str) -> float:
    """A judge that remembers whom it was asked about."""
    _ASKED.append(completion)
    return 0.8


def _text(label: str = "walking", extension: str = "Watch the left knee.") -> str:
    return f"<think>The steps are even.</think><class>{label}</class><extension>{extension}</extension>"


def _seen(*texts: str, mark: float = 0.8, judged: bool = True) -> list[Any]:
    rows = {"completion": list(texts), "gold": ["walking"] * len(texts), "mark": [mark] * len(texts)}
    return numbers(_REWARD if judged else timemaster(gd.col("gold"), _LABELS), rows)


def _calls() -> float:
    """How often the judge is called for four answers of which one is right."""
    _ASKED.clear()
    texts = [_text(), _text("standing"), _text("sitting"), "no class"]
    timemaster(gd.col("gold"), _LABELS, counted_judge()).score({"completion": texts, "gold": ["walking"] * 4})
    return len(_ASKED)


register(
    timemaster,
    row="P005",
    title="TimeMaster: Training Time-Series Multimodal LLMs to Reason via Reinforcement Learning",
    shape="expression",
    sure="code",
    guesses=("which phrases are stock",),
    example=lambda: _REWARD,
    facts=(
        Fact(
            "without an extension: the right class, a wrong one, none",
            lambda: _seen(_text(), _text("standing"), _text("running"), judged=False),
            (1.0, 0.1, 0.0),
            1e-12,
        ),
        Fact(
            "right, and judged 0.8; the same with a stock phrase",
            lambda: _seen(_text(), _text(extension="The patient should consult a doctor.")),
            (1.4, 1.2),
            1e-12,
        ),
        Fact(
            "a low mark is not raised by a stock phrase",
            lambda: _seen(_text(extension="Consult a doctor."), mark=0.2),
            1.1,
            1e-12,
        ),
        Fact("four answers, one right: the judge is called once", _calls, 1, 0),
        Fact(
            "an empty extension, or none, is not judged",
            lambda: _seen(_text(extension=" "), _text().partition("<extension>")[0]),
            (1.0, 1.0),
            1e-12,
        ),
        Fact(
            "case aside, and nothing but one label",
            lambda: _seen(_text(" WALKING "), _text("walking or standing"), _text("walking standing sitting")),
            (1.4, 0, 0),
            1e-12,
        ),
        Fact("a class inside thinking is none", lambda: _seen("<think><class>walking</class></think>"), 0, 0),
    ),
)
