"""The sections that show training itself: reward, components, shares of variance, length and the trainer's figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guerdon.report.figures import duration, number, percent, plural
from guerdon.report.html import Html, join, tag
from guerdon.report.plot import Curve, Mark, axes, curve, frame_for, mark, stack, stack_span, strip, svg
from guerdon.report.scale import span
from guerdon.report.series import Values
from guerdon.report.sheet import Sheet, two_sizes
from guerdon.report.table import card, note, numbers_table
from guerdon.report.text import clean

__all__ = [
    "binning",
    "components_section",
    "hover_data",
    "length_section",
    "reward_section",
    "shares_section",
    "small_plot",
    "step_text",
]


def _nothing() -> Html:
    return note("This run holds no training step yet.")


def reward_section(sheet: Sheet) -> Html:
    """The reward of every step and its moving average, with the held-out means at both edges."""
    curves, title = sheet.curves, "Reward"
    if not curves.steps:
        return card(title, _nothing())
    average = sheet.smooth(curves.reward)
    marks = _held_out(sheet)
    first, last = sheet.ends(curves.reward)
    description = (
        f"Mean reward of each of {plural(len(sheet.run.steps), 'step')}; "
        f"the first {sheet.window} points have a mean of {number(first)}, the last of {number(last)}."
    )
    edges = [one.mean + way * one.error for one in marks for way in (-1, 1)]
    reach = span([*curves.reward, *edges])

    def draw(width: int) -> Html:
        height = 300 if width > 500 else 230
        side = 26 if marks else 10
        frame = frame_for(width, height, curves.steps, reach, left=40 if width > 500 else 34)
        room = side / max(1.0, frame.right - frame.left - 2 * side) * (frame.x.high - frame.x.low)
        frame = frame_for(width, height, curves.steps, reach, left=frame.left, around=room)
        body = join(
            axes(frame, x_about=10 if width > 500 else 5),
            curve(
                frame,
                curves.steps,
                Curve("each step", curves.reward, "dots", "mark"),
                radius=2.4 if len(curves.steps) <= 150 else 1.5,
            ),
            curve(frame, curves.steps, Curve("average", average, "line", "mark")),
            *(mark(frame, one) for one in marks),
        )
        return svg(
            "reward",
            width,
            height,
            body,
            title="Reward over training",
            description=description,
            frame=frame,
            kind="big",
        )

    legend = tag(
        "p",
        tag("span", class_="key dot mark"),
        "each step's mean ",
        tag("span", class_="key stroke mark"),
        f"average of the last {sheet.window} points ",
        join(tag("span", class_="key diamond"), "held-out prompts, before and after, with their standard error")
        if marks
        else None,
        class_="legend",
    )
    rows = [
        [step_text(step), number(value), number(spread), number(smooth)]
        for step, value, spread, smooth in zip(curves.steps, curves.reward, curves.reward_std, average, strict=True)
    ]
    numbers = numbers_table(
        "Reward by step", ["Step", "Mean", "Standard deviation", f"Average of {sheet.window}"], rows
    )
    return card(title, two_sizes(draw), legend, binning(sheet), numbers)


def _held_out(sheet: Sheet) -> list[Mark]:
    evaluation = sheet.run.evaluation
    if evaluation is None:
        return []
    before, after = evaluation["before"]["reward"], evaluation["after"]["reward"]
    # The words stand on the side that the curve does not come from.
    rises = (after["mean"] or 0.0) >= (before["mean"] or 0.0)
    marks = []
    if before["mean"] is not None:
        marks.append(Mark("before", "left", before["mean"], before["se"] or 0.0, not rises))
    if after["mean"] is not None:
        marks.append(Mark("after", "right", after["mean"], after["se"] or 0.0, rises))
    return marks


def step_text(step: float) -> str:
    """A step, or the mean of several, as tables write it."""
    return f"{step:g}"


def binning(sheet: Sheet) -> Html | None:
    """What a point stands for, where it is not one step."""
    if sheet.curves.binned == 1:
        return None
    return note(f"Each point is the mean of {sheet.curves.binned} neighbouring steps.")


def small_plot(sheet: Sheet, key: str, name: str, values: Values, colour: str, computed: Values | None = None) -> Html:
    """One small plot with its first and last average in the heading."""
    steps = sheet.curves.steps
    average = sheet.smooth(values)
    first, last = sheet.ends(values)
    partly = computed is not None and any(share is not None and share < 0.9995 for share in computed)
    frame = frame_for(240, 140, steps, span(values), left=34, right=8, top=8, bottom=28)
    body = join(
        axes(frame, about=3, x_about=3, label=""),
        curve(frame, steps, Curve(name, values, "dots", colour), radius=1.6 if len(steps) <= 150 else 1.1),
        curve(frame, steps, Curve(name, average, "line", colour)),
        tag("g", strip(frame, steps, computed), class_=colour) if partly and computed is not None else None,
    )
    description = f"From {number(first)} to {number(last)}, means of the first and last {sheet.window} points."
    chart = svg(key, 240, 140, body, title=f"{name} over training", description=description, frame=frame, kind="little")
    heading = tag(
        "figcaption",
        tag("span", tag("span", class_=f"key dot {colour}"), name, class_="what", title=name),
        tag("span", f"{number(first)} → {number(last)}", class_="num"),
    )
    known = [share for share in computed or () if share is not None]
    below = (
        tag("p", f"computed for {percent(sum(known) / len(known))} of rollouts", class_="under")
        if partly and known
        else None
    )
    return tag("figure", heading, chart, below)


def components_section(sheet: Sheet) -> Html:
    """A small plot for every component and every observed figure."""
    curves = sheet.curves
    if not curves.steps:
        return Html("")
    plots = [
        small_plot(sheet, f"component-{index}", name, values, sheet.colour(name), curves.computed[name])
        for index, (name, values) in enumerate(curves.means.items())
    ]
    watched = [
        small_plot(sheet, f"observed-{index}", name, values, "s6")
        for index, (name, values) in enumerate(curves.observed.items())
    ]
    lead = (
        "Each component's mean over the rollouts it was computed for. Where a gate is closed a component is skipped, "
        "not counted as 0: the band under a plot is darker where more rollouts had it."
    )
    heads = ["Step"]
    for name in curves.means:
        heads += [name, "computed"]
    rows = [
        [step_text(step)]
        + [
            shown
            for name in curves.means
            for shown in (number(curves.means[name][i]), percent(curves.computed[name][i]))
        ]
        for i, step in enumerate(curves.steps)
    ]
    return card(
        "Components",
        tag("div", *plots, class_="multiples"),
        join(tag("h3", "Watched, without weight"), tag("div", *watched, class_="multiples")) if watched else None,
        binning(sheet),
        numbers_table("Components by step", heads, rows),
        lead=lead,
    )


def shares_section(sheet: Sheet) -> Html:
    """Stacked shares of within-group variance: what GRPO learns from."""
    curves, title = sheet.curves, "What GRPO learns from"
    parts = {name: (sheet.colour(name), values) for name, values in curves.shares.items()}
    if not curves.steps or not any(value is not None for values in curves.shares.values() for value in values):
        return card(
            title, note("No group of this run had rollouts with different rewards, so there was nothing to compare.")
        )
    reach = stack_span(curves.shares)
    description = "Each step's within-group variance of the reward, divided among the components."
    pooled = {name: share for name, share in sheet.digest.shares.items() if name in parts}
    if pooled:
        top = max(pooled, key=lambda name: pooled[name])
        description += f" Over all of training {top} has the largest share, {percent(pooled[top])}."

    def draw(width: int) -> Html:
        height = 260 if width > 500 else 220
        frame = frame_for(width, height, curves.steps, reach, left=46 if width > 500 else 42, around=0.6)
        body = join(axes(frame, x_about=10 if width > 500 else 5, as_percent=True), stack(frame, curves.steps, parts))
        return svg(
            "shares",
            width,
            height,
            body,
            title="Shares of within-group variance",
            description=description,
            frame=frame,
            kind="big",
        )

    lead = (
        "GRPO compares the rollouts of one prompt with each other, so a component teaches only as far as it makes them "
        "differ: this is each component's share of the reward's variance within groups, "
        "which is what GRPO learns from."
    )
    empty = sum(1 for column in zip(*curves.shares.values(), strict=True) if all(value is None for value in column))
    small = [
        "A share below zero means that the component worked against the rest." if reach[0] < -0.005 else "",
        f"{plural(empty, 'step')} without a bar: all rollouts of each group had the same reward." if empty else "",
    ]
    rows = [
        [step_text(step), *(percent(values[i]) for values in curves.shares.values())]
        for i, step in enumerate(curves.steps)
    ]
    return card(
        title,
        two_sizes(draw),
        _legend(sheet, parts),
        note(" ".join(filter(None, small))) if any(small) else None,
        binning(sheet),
        numbers_table("Shares of within-group variance by step", ["Step", *curves.shares], rows),
        lead=lead,
    )


def _legend(sheet: Sheet, parts: Mapping[str, tuple[str, Sequence[float | None]]]) -> Html:
    whole = sheet.digest.shares
    items = [
        tag(
            "li",
            tag("span", class_=f"key square {colour}"),
            name,
            tag("span", percent(whole[name]), class_="num") if name in whole else None,
        )
        for name, (colour, _) in parts.items()
    ]
    words = tag("span", "over all of training:") if whole else None
    return tag("div", words, tag("ul", *items), class_="legend")


def length_section(sheet: Sheet) -> Html:
    """Completion length, seconds per step, and whatever the trainer logged."""
    curves = sheet.curves
    if not curves.steps:
        return Html("")
    plots = []
    if any(value is not None for value in curves.length):
        plots.append(small_plot(sheet, "length", "length in tokens", curves.length, "s0"))
    if any(value is not None for value in curves.seconds):
        plots.append(small_plot(sheet, "seconds", "seconds per step", curves.seconds, "s6"))
    for index, (name, values) in enumerate(curves.trainer.items()):
        if any(value is not None for value in values):
            plots.append(small_plot(sheet, f"trainer-{index}", name, values, "s6"))
    cut = sheet.digest.truncated.get("train", 0)
    total = sheet.digest.count("train")
    spent = sum(step.get("seconds") or 0.0 for step in sheet.run.steps)
    words = [f"{plural(len(sheet.run.steps), 'step')} took {duration(spent)}." if spent else ""]
    if total:
        words.append(f"{percent(cut / total)} of the training completions were cut off at the length limit.")
    logged = {"length": curves.length, "seconds": curves.seconds, **curves.trainer}
    rows = [
        [step_text(step), *(number(values[i]) for values in logged.values())] for i, step in enumerate(curves.steps)
    ]
    numbers = numbers_table("Length and the trainer's figures by step", ["Step", *logged], rows)
    return card(
        "Length and training",
        tag("div", *plots, class_="multiples"),
        numbers,
        lead=" ".join(filter(None, words)) or None,
    )


def hover_data(sheet: Sheet) -> dict[str, object]:
    """What the page's script shows at the pointer: for every drawing its rows of name, colour class and values."""
    curves = sheet.curves

    def row(name: str, colour: str, values: Sequence[float | None], share: bool = False) -> list[object]:
        return [clean(name), colour, [percent(value) if share else number(value) for value in values]]

    charts: dict[str, list[list[object]]] = {
        "reward": [row("step", "mark", curves.reward), row("average", "mark", sheet.smooth(curves.reward))],
        "shares": [row(name, sheet.colour(name), values, True) for name, values in curves.shares.items()],
        "length": [row("tokens", "s0", curves.length)],
        "seconds": [row("seconds", "s6", curves.seconds)],
    }
    for index, (name, values) in enumerate(curves.means.items()):
        colour = sheet.colour(name)
        charts[f"component-{index}"] = [
            row("mean", colour, values),
            row("computed", colour, curves.computed[name], True),
        ]
    for index, (name, values) in enumerate(curves.observed.items()):
        charts[f"observed-{index}"] = [row(name, "s6", values)]
    for index, (name, values) in enumerate(curves.trainer.items()):
        charts[f"trainer-{index}"] = [row(name, "s6", values)]
    for index, (name, values) in enumerate(curves.weights.items()):
        charts[f"weight-{index}"] = [row("effective weight", sheet.colour(name), values, True)]
    for index, (name, values) in enumerate(curves.drivers.items()):
        charts[f"driver-{index}"] = [row(name.partition("/")[2], "s6", values, name.startswith("gate/"))]
    return {"steps": [round(step, 2) for step in curves.steps], "charts": charts}
