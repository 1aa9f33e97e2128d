"""Tables, and the card a section of the page stands in."""

from __future__ import annotations

from collections.abc import Sequence

from guerdon.report.html import Html, join, tag

__all__ = ["card", "note", "numbers_table", "slug", "table"]


def table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numeric: Sequence[int] = (),
    caption: str,
    kind: str = "",
    wide: bool = True,
) -> Html:
    """A table whose first column names the row; columns in `numeric` are right-aligned."""
    at_right = set(numeric)
    head = [
        tag("th", text, scope="col", class_="num" if index in at_right else None) for index, text in enumerate(heads)
    ]
    body: list[Html] = []
    for row in rows:
        cells = [
            tag("th", cell, scope="row") if index == 0 else _cell(cell, heads[index], index in at_right)
            for index, cell in enumerate(row)
        ]
        body.append(tag("tr", *cells))
    built = tag(
        "table",
        tag("caption", caption, class_="unseen"),
        tag("thead", tag("tr", *head)),
        tag("tbody", *body),
        class_=kind or None,
    )
    return tag("div", built, class_="scroll", tabindex="0", role="region", aria_label=caption) if wide else built


def _cell(cell: str, head: str, at_right: bool) -> Html:
    # On a phone the row becomes a small block and each number carries its column's name.
    drawn = isinstance(head, Html) or not head
    return tag("td", cell, class_="num" if at_right else "drawn" if drawn else None, data_label=None if drawn else head)


def numbers_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Html:
    """The numbers behind a chart, folded away."""
    return tag(
        "details",
        tag("summary", "The numbers as a table"),
        table(heads, rows, numeric=range(1, len(heads)), caption=caption, kind="small"),
        class_="numbers",
    )


def slug(title: str) -> str:
    """A section's anchor.

    >>> slug("Held-out prompts")
    'held-out-prompts'
    """
    return "".join(character if character.isalnum() else "-" for character in title.lower()).strip("-")


def card(title: str, *children: str | None, lead: str | Html | None = None) -> Html:
    """A section of the page: a heading, one sentence of explanation, the content."""
    anchor = slug(title)
    opening = tag("p", lead, class_="lead") if lead else None
    return tag(
        "section",
        tag("h2", title, id=f"{anchor}-title"),
        opening,
        join(*children),
        id=anchor,
        class_="card",
        aria_labelledby=f"{anchor}-title",
    )


def note(words: str) -> Html:
    """A line of small print."""
    return tag("p", words, class_="note")
