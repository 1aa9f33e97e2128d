"""The report: one HTML file that opens anywhere, offline, and runs nothing but its own script."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

from guerdon.report.about import reward_text_section, settings_section
from guerdon.report.health import savings_section, statuses_section
from guerdon.report.html import Html, csp_hash, join, json_script, tag
from guerdon.report.learning import components_section, hover_data, length_section, reward_section, shares_section
from guerdon.report.outcome import head, held_out_section
from guerdon.report.palette import DARK, LIGHT, variables
from guerdon.report.samples import samples_section
from guerdon.report.sheet import Sheet, load
from guerdon.report.steering import steering_section

__all__ = ["render", "write_report"]

_CONTENTS = (
    ("held-out-prompts", "Held-out"),
    ("reward", "Reward"),
    ("components", "Components"),
    ("what-grpo-learns-from", "Variance"),
    ("which-part-drove-learning", "Drivers"),
    ("length-and-training", "Length"),
    ("statuses-and-reasons", "Statuses"),
    ("what-the-planner-saved", "Savings"),
    ("completions-before-and-after", "Completions"),
    ("the-reward", "The reward"),
    ("settings-and-versions", "Settings"),
)


def _file(name: str) -> str:
    return resources.files("guerdon.report").joinpath(name).read_text(encoding="utf-8")


def _style() -> str:
    light, dark = variables(LIGHT), variables(DARK)
    return (
        f":root{{color-scheme:light;{light}}}"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}" + _file("page.css")
    )


def render(sheet: Sheet) -> str:
    """The whole page as text."""
    style, script = _style(), _file("page.js")
    allowed = f"style-src {csp_hash(style)}; script-src {csp_hash(script)}"
    policy = f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
    sections = [
        held_out_section(sheet),
        reward_section(sheet),
        components_section(sheet),
        shares_section(sheet),
        steering_section(sheet),
        length_section(sheet),
        statuses_section(sheet),
        savings_section(sheet),
        samples_section(sheet),
        reward_text_section(sheet),
        settings_section(sheet),
    ]
    contents = [
        tag("a", words, href=f"#{anchor}")
        for anchor, words in _CONTENTS
        if any(f' id="{anchor}"' in one for one in sections)
    ]
    toggle = tag("button", "Dark", type="button", id="theme", hidden=True, title="Switch between light and dark")
    body = join(
        tag("a", "Skip to the report", href="#main", class_="skip"),
        tag("nav", tag("div", *contents), toggle, aria_label="Sections"),
        tag("main", head(sheet), *sections, id="main"),
        tag("footer", "Written by Guerdon. This file is complete in itself: it loads nothing and sends nothing."),
        tag("div", id="tip", hidden=True, aria_hidden="true"),
        json_script("data", hover_data(sheet)),
        tag("script", Html(script)),
    )
    page = tag(
        "html",
        tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=policy),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="referrer", content="no-referrer"),
            tag("title", f"{sheet.run.info['name']} · Guerdon"),
            tag("style", Html(style)),
        ),
        tag("body", body),
        lang="en",
    )
    return f"<!doctype html>\n{page}\n"


def write_report(run: Path, out: Path | None = None) -> Path:
    """Write the report of a run folder as one HTML file.

    Args:
        run: the folder that training wrote (run.json, steps.jsonl and, where there are any, rollouts.jsonl, eval.json,
            samples.json).
        out: where to write; ``report.html`` in the run folder by default.

    Returns:
        The path of the file. It is renamed into place, so that a reader never sees half of it.

    Raises:
        RunFolderError: one sentence naming the file, and the line where the file has lines.
    """
    target = Path(out) if out is not None else Path(run) / "report.html"
    text = render(load(Path(run)))
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target
