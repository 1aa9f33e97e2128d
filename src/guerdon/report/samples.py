"""What the model wrote: held-out completions before and after, side by side, with their explanation."""

from __future__ import annotations

import json
from collections.abc import Mapping

from guerdon.report.figures import number, plural
from guerdon.report.html import Html, join, tag, visible
from guerdon.report.schema import Sample, Side, Text
from guerdon.report.sheet import Sheet
from guerdon.report.table import card, note

__all__ = ["samples_section", "turns"]

MOST, OPEN = 24, 3


def turns(text: Text) -> list[tuple[str, str]]:
    """A text or chat as pairs of role and text; a plain text has an empty role.

    >>> turns("hello"), turns([{"role": "user", "content": [{"type": "text", "text": "hi"}]}])
    ([('', 'hello')], [('user', 'hi')])
    """
    if isinstance(text, str):
        return [("", text)]
    return [(turn["role"], _content(turn)) for turn in text]


def _content(turn: Mapping[str, object]) -> str:
    content = turn.get("content")
    parts = content if isinstance(content, list) else [content]
    words: list[str] = []
    for part in parts:
        if isinstance(part, str):
            words.append(part)
        elif isinstance(part, Mapping) and isinstance(part.get("text"), str):
            words.append(str(part["text"]))
        elif part is not None:
            words.append(json.dumps(part, ensure_ascii=False))
    # What a message holds beside its text (tool calls, reasoning) is part of what the model did.
    words += [
        f"{name}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in turn.items()
        if name not in ("role", "content") and value
    ]
    return "\n".join(words)


def _said(text: Text, label: str) -> Html:
    parts: list[Html] = []
    chat = turns(text)
    for role, words in chat:
        if role and role != label and (len(chat) > 1 or role == "system"):
            parts.append(tag("p", role, class_="role"))
        shown = visible(words) if words else tag("span", "(empty)", class_="cut")
        parts.append(tag("pre", shown, class_="said", dir="auto", tabindex="0"))
    return join(*parts)


def _side(title: str, side: Side, other: float | None, opened: bool) -> Html:
    reward = side["reward"]
    better = reward is not None and other is not None and reward > other
    badge = tag("span", "unscored" if reward is None else number(reward), class_="badge better" if better else "badge")
    explanation = side.get("explanation")
    why = (
        tag(
            "details",
            tag("summary", "Why this reward"),
            tag("pre", visible(explanation), class_="tree", tabindex="0"),
            open=opened,
        )
        if explanation
        else None
    )
    return tag("div", tag("h4", title, badge), _said(side["completion"], "assistant"), why, class_="side")


def _sample(sample: Sample, index: int) -> Html:
    opened = index <= OPEN
    before, after = sample["before"], sample["after"]
    return tag(
        "article",
        tag("h3", f"Prompt {index}"),
        tag("div", _said(sample["prompt"], ""), class_="prompt"),
        tag(
            "div",
            _side("Before", before, after["reward"], opened),
            _side("After", after, before["reward"], opened),
            class_="sides",
        ),
        class_="sample",
    )


def samples_section(sheet: Sheet) -> Html:
    """Held-out prompts with the completions of both sides; three are open, the others folded."""
    samples, title = sheet.run.samples, "Completions before and after"
    if not samples:
        return card(title, note("This run kept no sample completions."))
    shown = [_sample(one, index) for index, one in enumerate(samples[:MOST], start=1)]
    folded = (
        tag("details", tag("summary", f"Show {len(shown) - OPEN} more"), *shown[OPEN:], class_="more")
        if len(shown) > OPEN
        else None
    )
    rest = note(f"{plural(len(samples) - MOST, 'further sample')} in samples.json.") if len(samples) > MOST else None
    lead = "Control, direction and invisible characters in what the model wrote are shown as marks."
    return card(title, *shown[:OPEN], folded, rest, lead=lead)
