"""A policy that chooses how its deck of slides is written, under SlideForge's reward with and without the brief."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

import guerdon as gd
from guerdon.expr.score import Score

from ..registry import Size
from ..verifiable.slides import slideforge, slideforge_brief, slideforge_content, slideforge_render, slideforge_rules
from .answers import choose

_TOPICS = ("solar roofs", "river trade", "night trains", "urban bees", "open data", "cold storage")
_READERS = ("city council", "investors", "engineers", "board of directors")
_FILLER = "we show what has been done and what comes next".split()
_SLIDES, _WORDS = 5, 20

# On the topic or not, and of plain or fine looks.
TEMPLATES = ((True, False), (True, True), (False, False), (False, True))
_SLIDE_COLUMN = gd.col("slides", axis="slide")


def deck(topic: str, reader: str, on_topic: bool, rng: np.random.Generator) -> list[str]:
    """The HTML of a deck's slides: of the brief's topic and reader, or of others."""
    if not on_topic:
        topic = str(rng.choice([other for other in _TOPICS if other != topic]))
        reader = str(rng.choice([other for other in _READERS if other != reader]))
    slides = []
    for i in range(_SLIDES):
        words = [*topic.split(), *(rng.choice(_FILLER) for _ in range(_WORDS - 4)), str(i), str(i + 1)]
        halves = (" ".join(words[: _WORDS // 2]), " ".join(words[_WORDS // 2 :]))
        body = "".join(f"<section>{half}</section>" for half in halves)
        slides.append(f"<h1>{topic.title()} for {reader}</h1>{body}")
    return slides


def reader_of(slides: list[str]) -> dict[str, Any]:
    """What a reader that only counts words takes the brief to have been: the heading, and the commonest words."""
    heading = slides[0].partition("</h1>")[0].removeprefix("<h1>")
    topic, _, audience = heading.partition(" for ")
    text = " ".join(slides).lower().replace("<section>", " ").replace("</section>", " ")
    common = [word for word, _ in Counter(word for word in text.split() if word not in _FILLER).most_common(4)]
    return {"topic": topic, "audience": audience, "slides": len(slides), "themes": " ".join(common)}


def reward(weights: tuple[float, float, float, float, float, float]) -> Score:
    """SlideForge's reward of a deck of five slides."""
    sections = gd.structure.html_sections(of=_SLIDE_COLUMN)
    titled = gd.structure.html_sections("heading", tag="h1", of=_SLIDE_COLUMN).exists().any()
    made = _SLIDE_COLUMN.exists().sum()
    return slideforge(
        slideforge_rules(titled, sections, wanted=2, words=_WORDS),
        slideforge_render(made, made, titled.sum(), wanted=_SLIDES),
        gd.col("looks"),
        gd.col("looks"),
        slideforge_content(gd.col("texts", axis="slide"), gd.col("topic")),
        slideforge_brief(gd.col("said"), gd.col("topic"), gd.col("audience"), gd.col("wanted")),
        weights,
    )


def decks(seed: int, size: Size) -> Mapping[str, float]:
    """How often the trained policy writes on the topic, and finely, with all six parts and with looks alone."""
    steps = 10 if size == "smoke" else 100
    found: dict[str, float] = {}
    for name, weights in (("whole", (1.0, 2.0, 1.5, 1.5, 2.0, 2.0)), ("looks", (1.0, 2.0, 1.5, 1.5, 0.0, 0.0))):
        rng = np.random.default_rng(seed)

        def says(prompt: int, choice: int, rng: np.random.Generator) -> dict[str, Any]:
            topic, audience = _TOPICS[prompt % len(_TOPICS)], _READERS[prompt % len(_READERS)]
            on_topic, fine = TEMPLATES[choice]
            slides = deck(topic, audience, on_topic, rng)
            looks = float(np.clip(rng.normal(0.85 if fine else 0.55, 0.05), 0, 1))
            texts = [slide.replace("<", " <").replace(">", "> ") for slide in slides]
            brief = {"topic": topic, "audience": audience, "wanted": _SLIDES}
            return {"slides": slides, "texts": texts, "looks": looks, "said": reader_of(slides), **brief}

        # It starts as one who likes fine looks and does not read the brief.
        chances = choose(reward(weights), says, np.array([0.0, 0.0, 0.0, 1.0]), rng, steps, rate=1.0)
        found[f"{name}_on_topic"] = float(chances[0] + chances[1])
        found[f"{name}_fine"] = float(chances[1] + chances[3])
    return found
