"""What could not be scored and why, and what the planner did not have to compute."""

from __future__ import annotations

from collections.abc import Mapping

from guerdon.report.digest import Finding
from guerdon.report.figures import count, duration, number, percent, plural
from guerdon.report.html import Html, join, tag, visible
from guerdon.report.rows import bar
from guerdon.report.samples import turns
from guerdon.report.sheet import Sheet
from guerdon.report.table import card, note, table

__all__ = ["savings_section", "split_status", "statuses_section"]

_WORDS = {
    "scored": "a number",
    "failed": "the completion's doing",
    "unscored": "the machinery's doing",
    "skipped": "not needed",
}


def split_status(key: str) -> tuple[str, str]:
    """A status and its reason out of one key.

    >>> split_status("failed: no answer"), split_status("scored")
    (('failed', 'no answer'), ('scored', ''))
    """
    status, _, reason = key.partition(":")
    return status.strip(), reason.strip()


def _totals(steps: list[Mapping[str, Mapping[str, int]]]) -> dict[str, dict[tuple[str, str], int]]:
    totals: dict[str, dict[tuple[str, str], int]] = {}
    for by_node in steps:
        for node, counts in by_node.items():
            mine = totals.setdefault(node, {})
            for key, value in counts.items():
                mine[split_status(key)] = mine.get(split_status(key), 0) + value
    return totals


def statuses_section(sheet: Sheet) -> Html:
    """Every node's statuses over training: a bar per node, then the reasons with an example each."""
    totals = _totals([step.get("statuses", {}) for step in sheet.run.steps])
    title = "Statuses and reasons"
    if not totals:
        return card(title, note("The steps of this run hold no statuses."))
    rollouts = sheet.digest.count("train")
    rows: list[list[str]] = []
    for node, counts in totals.items():
        by_status = {status: sum(n for (one, _), n in counts.items() if one == status) for status in _WORDS}
        listed = sum(by_status.values())
        if not by_status["scored"] and listed < rollouts:
            by_status["scored"] = rollouts - listed
        whole = max(1, sum(by_status.values()))
        described = ", ".join(f"{count(n)} {status}" for status, n in by_status.items() if n)
        drawn = bar([(n / whole, status) for status, n in by_status.items()], f"{node}: {described}")
        rows.append([node, drawn, *(count(n) if n else "–" for n in by_status.values())])
    overview = table(
        ["Node", "", *_WORDS],
        rows,
        numeric=(2, 3, 4, 5),
        caption="Statuses of every node over training",
        kind="statuses stacks",
    )
    legend = tag(
        "ul",
        *(
            tag("li", tag("span", class_=f"key square {one}"), one, tag("small", f"({words})"))
            for one, words in _WORDS.items()
        ),
    )
    lead = (
        "A failure is the completion's doing and counts as the component's declared worst value; "
        "unscored is the machinery's doing and counts as nothing."
    )
    return card(
        title,
        tag("div", legend, class_="legend"),
        overview,
        _reasons(sheet, totals),
        _findings(sheet.digest.findings),
        lead=lead,
    )


def _reasons(sheet: Sheet, totals: Mapping[str, Mapping[tuple[str, str], int]]) -> Html | None:
    listed = [
        (number_of, node, status, reason)
        for node, counts in totals.items()
        for (status, reason), number_of in counts.items()
        if status in ("failed", "unscored") and number_of
    ]
    listed.sort(key=lambda one: (-one[0], one[1:]))
    if not listed:
        return note("Nothing failed and nothing was left unscored.")
    items = []
    for number_of, node, status, reason in listed[:40]:
        words = [
            tag("span", count(number_of), class_="num"),
            tag("span", tag("span", class_=f"key square {status}"), status, class_="status"),
            tag("span", node, class_="node"),
            tag("span", reason or "no reason given", class_="why"),
        ]
        example = sheet.digest.examples.get((node, status, reason))
        if example is None:
            items.append(tag("li", tag("div", *words, class_="reason")))
            continue
        shown = "\n".join(content for _, content in turns(example.completion))
        split = "training" if example.split == "train" else "held-out"
        where = f"for example, {split} rollout {example.id} at step {example.step}:"
        body = [
            tag("p", where, class_="note"),
            tag("pre", visible(shown, 2_000), class_="said", dir="auto", tabindex="0"),
        ]
        items.append(tag("li", tag("details", tag("summary", *words, class_="reason"), *body)))
    rest = note(f"and {plural(len(listed) - 40, 'further reason')}") if len(listed) > 40 else None
    return join(tag("h3", "Reasons, most frequent first"), tag("ul", *items, class_="reasons"), rest)


def _findings(findings: tuple[Finding, ...]) -> Html:
    if not findings:
        return note(
            "Failed and unscored rollouts are neither longer nor more often cut off than the others "
            "(no difference of three standard errors)."
        )
    lines = [tag("li", _sentence(one)) for one in findings[:6]]
    explained = "Failing goes together with what the completions look like; a policy can learn to seek or to avoid it."
    return join(tag("h3", "Who fails"), tag("p", explained, class_="note"), tag("ul", *lines, class_="findings"))


def _sentence(one: Finding) -> str:
    did = one.status if one.status == "failed" else f"was {one.status}"
    who = f"The {plural(one.count, 'rollout')} where {one.node} {did}"
    if one.trait == "tokens":
        words = f"{who} have {number(one.mean)} tokens on average, the others {number(one.others)}"
    else:
        words = f"Of the {who[4:]}, {percent(one.mean)} were cut off, of the others {percent(one.others)}"
    return f"{words} ({number(abs(one.errors), 2)} standard errors apart)."


def savings_section(sheet: Sheet) -> Html:
    """Calls made and saved, and seconds, per node."""
    totals: dict[str, tuple[int, int, float]] = {}
    for step in sheet.run.steps:
        for node, one in step.get("calls", {}).items():
            made, saved, seconds = totals.get(node, (0, 0, 0.0))
            totals[node] = (made + one["made"], saved + one["saved"], seconds + (one.get("seconds") or 0.0))
    title = "What the planner saved"
    if not totals:
        return card(title, note("The steps of this run hold no calls."))
    most = max(made + saved for made, saved, _ in totals.values()) or 1
    rows = []
    for node, (made, saved, seconds) in sorted(totals.items(), key=lambda one: -sum(one[1][:2])):
        share = saved / (made + saved) if made + saved else 0.0
        drawn = bar(
            [(made / most, "made"), (saved / most, "saved")], f"{node}: {count(made)} calls made, {count(saved)} saved"
        )
        rows.append([node, drawn, count(made), count(saved), percent(share), duration(seconds)])
    legend = tag("ul", *(tag("li", tag("span", class_=f"key square {one}"), one) for one in ("made", "saved")))
    built = table(
        ["Node", "", "Made", "Saved", "Share saved", "Time"],
        rows,
        numeric=(2, 3, 4, 5),
        caption="Calls made and saved by node",
        kind="statuses stacks",
    )
    lead = (
        "A call is saved where a closed gate makes its result unneeded, or where the same input was asked for before. "
        "Savings never change a reward."
    )
    return card(title, tag("div", legend, class_="legend"), built, lead=lead)
