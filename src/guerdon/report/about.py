"""The reward as it was, the settings, and the versions."""

from __future__ import annotations

from collections.abc import Sequence

from guerdon.report.figures import flatten
from guerdon.report.html import Html, tag, visible
from guerdon.report.sheet import Sheet
from guerdon.report.table import card, note

__all__ = ["reward_text_section", "settings_section"]


def reward_text_section(sheet: Sheet) -> Html:
    """The reward as a readable tree."""
    lead = "The reward that trained this model; reward.json beside this report holds it in a form that loads again."
    return card(
        "The reward", tag("pre", visible(sheet.run.info["reward_text"]), class_="tree", tabindex="0"), lead=lead
    )


def _list(title: str, rows: Sequence[tuple[str, str]]) -> Html:
    if not rows:
        return tag("div", tag("h3", title), note("none written"))
    items = [tag("div", tag("dt", name), tag("dd", value)) for name, value in rows]
    return tag("div", tag("h3", title), tag("dl", *items, class_="facts"))


def settings_section(sheet: Sheet) -> Html:
    """Settings of the run and versions of the libraries."""
    info = sheet.run.info
    own = [("model", info["model"]), ("task", info["task"]), ("seed", str(info["seed"]))]
    times = [("started", str(info["started"])), ("finished", str(info["finished"] or "not finished"))]
    settings = own + times + [row for row in flatten(info["settings"]) if row[0] not in dict(own)]
    lists = [_list("Settings", settings), _list("Versions", flatten(info["versions"]))]
    return card("Settings and versions", tag("div", *lists, class_="columns"))
