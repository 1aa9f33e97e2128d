"""Rewards for decks of slides."""

from __future__ import annotations

from typing import Any

import guerdon as gd
from guerdon.expr.columns import Column
from guerdon.expr.score import Score

__all__ = ["slideforge", "slideforge_brief", "slideforge_content", "slideforge_render", "slideforge_rules"]


def slideforge(
    rules: Score,
    render: Score,
    looks_html: Score,
    looks: Score,
    content: Score,
    brief: Score,
    weights: tuple[float, float, float, float, float, float] = (1.0, 2.0, 1.5, 1.5, 2.0, 2.0),
    as_released: bool = False,
) -> Score:
    """SlideForge (P142): a deck of slides, by six parts in [0, 1]: form, rendering, looks (twice), content, brief.

    Their weighted mean. In the released form a part that could not be computed, such as a judge that is down, is worth
    0; here the deck is then unscored, for that is not the policy's doing.

    Paper: Ragunath Ananda Kumar and Arunachalam, "Learning to Present: Inverse Specification Rewards for Agentic Slide
    Generation" (2026), arXiv:2603.16839, by its code.

    Args:
        rules: :func:`slideforge_rules`.
        render: :func:`slideforge_render`.
        looks_html: a judge of the HTML.
        looks: a judge of the rendered pictures.
        content: :func:`slideforge_content`.
        brief: :func:`slideforge_brief`.
        weights: of the six.
        as_released: count what could not be computed as 0.

    >>> parts = [gd.col(name) for name in ("rules", "render", "html", "looks", "content", "brief")]
    >>> row = {"rules": [1], "render": [0.8], "html": [0.6], "looks": [0.6], "content": [0.5], "brief": [0.7]}
    >>> slideforge(*parts).score(row).values.round(4)
    array([0.68])
    """
    parts = [rules, render, looks_html, looks, content, brief]
    if as_released:
        parts = [part.unscored_as(0) for part in parts]
    weighted = [weight * part for weight, part in zip(weights, parts, strict=True)]
    return gd.stack(*weighted, axis="part").sum() / sum(weights)


def slideforge_rules(titled: Score, sections: Column, wanted: Score | float, words: Score | float) -> Score:
    """SlideForge's rules (P142): the mean over the slides of a quarter each for title, sections, length and filling.

    A slide's second quarter is 0.25 for the wanted number of sections and 0.1 for another; its third is the lesser over
    the greater of its words and the wanted words; its fourth the share of its sections that hold words. No slides: 0.

    Paper: Ragunath Ananda Kumar and Arunachalam, "Learning to Present: Inverse Specification Rewards for Agentic Slide
    Generation" (2026), arXiv:2603.16839, by its code; words are counted in the sections here, not in the title.

    Args:
        titled: 1 for a slide with a title, on the axis of slides.
        sections: each slide's sections, ``gd.structure.html_sections(of=slides)``.
        wanted: how many sections a slide should have.
        words: how many words.

    >>> slides = gd.col("slides", axis="slide")
    >>> sections = gd.structure.html_sections(of=slides)
    >>> titled = gd.structure.html_sections("heading", tag="h1", of=slides).exists().any()
    >>> row = {"slides": [["<h1>Why</h1><section>One two</section><section></section>"]]}
    >>> slideforge_rules(titled, sections, wanted=2, words=4).score(row).values
    array([0.75])
    """
    count, length = sections.exists().count(), sections["words"].sum()
    number = gd.where(count == wanted, 0.25, 0.1 * (count > 0))
    size = gd.min(length, words) / gd.max(length, words)
    filled = (sections["words"] > 0).mean(empty=0)
    return (0.25 * titled + number + 0.25 * size + 0.25 * filled).mean(empty=0)


def slideforge_render(created: Score, rendered: Score, valid: Score, wanted: Score | float) -> Score:
    """SlideForge's rendering (P142): how many of the wanted slides were made, and how many of those can be shown.

    ``0.4 * created / wanted + 0.3 * rendered / created + 0.3 * valid / created``, the first at most 0.4; 0 where none
    was made.

    Paper: Ragunath Ananda Kumar and Arunachalam, "Learning to Present: Inverse Specification Rewards for Agentic Slide
    Generation" (2026), arXiv:2603.16839, by its code.

    Args:
        created: how many slides there are.
        rendered: how many a browser could draw.
        valid: how many have a title and a section.
        wanted: how many there should be.

    >>> row = {"created": [8, 0], "rendered": [6, 0], "valid": [4, 0]}
    >>> counts = (gd.col("created"), gd.col("rendered"), gd.col("valid"))
    >>> slideforge_render(*counts, wanted=10).score(row).values.round(4)
    array([0.695, 0.   ])
    """
    shown = 0.3 * rendered / created + 0.3 * valid / created
    return gd.where(created > 0, 0.4 * gd.min(created / wanted, 1) + shown, 0)


def slideforge_content(
    texts: Column,
    topic: Column,
    grounded: Score | None = None,
    sure: Score | None = None,
    outline: Score | None = None,
) -> Score:
    """SlideForge's content (P142): slides that speak of the topic, rest on research, differ, and follow an outline.

    0.35 times the share of slides that share a word with the topic, 0.25 times the share that rests on research (or
    0.15 where there was none and the brief is sure), 0.2 times the number of different slides over that of all, and 0.2
    times the share of the outline that is covered (or 0.1 without one). No slides: 0.

    Paper: Ragunath Ananda Kumar and Arunachalam, "Learning to Present: Inverse Specification Rewards for Agentic Slide
    Generation" (2026), arXiv:2603.16839, by its code; there an article of the topic on a slide counts as speaking of
    it, here articles are no words of the topic.

    Args:
        texts: each slide's text, on an axis.
        topic: of the brief.
        grounded: 1 for a slide that shares more than 3 words with what was found; left out, there was no research.
        sure: how sure the brief is of its facts, in [0, 1], where there was no research.
        outline: the items of the outline over the wanted slides.

    >>> texts, topic = gd.col("texts", axis="slide"), gd.col("topic")
    >>> row = {"texts": [["solar power"] * 4], "topic": ["the solar market"]}
    >>> slideforge_content(texts, topic).score(row).values
    array([0.5])
    """
    said = texts.exists()
    relevant = (gd.similarity.overlap_text(texts, topic, "recall") > 0).mean(empty=0)
    different = (said / said.count(over=("rollout", texts))).mean(empty=0)
    if grounded is not None:
        research = 0.25 * grounded.mean(empty=0)
    else:
        research = 0 * relevant if sure is None else 0.15 * (sure >= 0.8)
    flow = 0.1 if outline is None else 0.2 * gd.min(outline, 1)
    return (said.count() > 0) * (0.35 * relevant + research + 0.2 * different + flow)


def slideforge_brief(said: Column, topic: Column, audience: Column, slides: Score) -> Score:
    """SlideForge's inverse specification (P142): can a reader of the deck alone say what its brief was?

    ``0.4 * topic + 0.25 * audience + 0.15 * count + 0.2 * themes``: the share of the topic's words that the reader
    names; 1 for the audience itself, 0.7 where one phrase holds the other, else 0.4 times the share of its words; the
    lesser over the greater number of slides; and 1.5 times the share of the topic's words in the themes, at most 1.

    Paper: Ragunath Ananda Kumar and Arunachalam, "Learning to Present: Inverse Specification Rewards for Agentic Slide
    Generation" (2026), arXiv:2603.16839, by its code; there an audience that the reader left empty counts as held by
    any other, here it is unscored, and a list of 13 stop words is left out of the topic where here articles are.

    Args:
        said: what the reader says: a record of ``topic``, ``audience``, ``slides`` and ``themes`` (one text).
        topic: of the brief.
        audience: of the brief.
        slides: how many the brief wants.

    >>> said = {"topic": "Solar roofs", "audience": "the city council", "slides": 8, "themes": "roofs"}
    >>> row = {"said": [said], "topic": ["solar power"], "audience": ["city council"], "slides": [10]}
    >>> columns = (gd.col("said"), gd.col("topic"), gd.col("audience"), gd.col("slides"))
    >>> slideforge_brief(*columns).score(row).values.round(4)
    array([0.495])
    """
    named = gd.similarity.overlap_text(said["topic"], topic, "recall")
    phrases: tuple[Any, Any] = (audience, said["audience"])
    holds, held = (gd.instructions.keyword_count(a, at_least=1, of=b) for a, b in (phrases, phrases[::-1]))
    words = 0.4 * gd.similarity.overlap_text(said["audience"], audience, "recall")
    reader = gd.where(gd.text.equal(said["audience"], audience), 1, gd.where(holds | held, 0.7, words))
    count = gd.min(said["slides"], slides) / gd.max(said["slides"], slides)
    themes = (1.5 * gd.similarity.overlap_text(said["themes"], topic, "recall")).clip(high=1)
    return 0.4 * named + 0.25 * reader + 0.15 * count + 0.2 * themes
