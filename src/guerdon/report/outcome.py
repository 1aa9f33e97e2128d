"""The top of the page, and the held-out comparison."""

from __future__ import annotations

from datetime import UTC, datetime

from guerdon.report.figures import count, duration, in_errors, number, percent, plural, plus_minus, signed
from guerdon.report.html import Html, join, tag
from guerdon.report.rows import estimates, scale_line
from guerdon.report.scale import span, tick_text
from guerdon.report.schema import Estimate, Evaluation
from guerdon.report.sheet import Sheet
from guerdon.report.table import card, note, table

__all__ = ["head", "headline", "held_out_section"]

_NONE: Estimate = {"mean": None, "se": None}


def _moment(value: str | float | None) -> datetime | None:
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return None if value is None else datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def headline(sheet: Sheet) -> str:
    """The run in one sentence."""
    evaluation = sheet.run.evaluation
    if (
        evaluation is None
        or evaluation["before"]["reward"]["mean"] is None
        or evaluation["after"]["reward"]["mean"] is None
    ):
        first, last = sheet.ends(sheet.curves.reward)
        if first is None:
            return "No training step has been written yet."
        return f"The training reward went from {number(first)} to {number(last)}; this run has no held-out evaluation."
    before, after, change = (evaluation[side]["reward"] for side in ("before", "after", "difference"))
    mean, error = change["mean"], change["se"]
    way = "moved" if not mean else "rose" if mean > 0 else "fell"
    was, became = plus_minus(before["mean"], before["se"]), plus_minus(after["mean"], after["se"])
    words = f"On held-out prompts the reward {way} from {was} to {became}"
    if mean is not None and error:
        words += (
            f", {number(abs(mean) / error, 2)} standard errors {'up' if mean > 0 else 'down'}"
            if mean
            else ", no change"
        )
    return words + "."


def _tile(name: str, figure: str, small: str | None = None) -> Html:
    return tag("div", tag("dt", name), tag("dd", figure, tag("small", small) if small else None))


def head(sheet: Sheet) -> Html:
    """The run's name, one sentence, and its main figures."""
    info, evaluation = sheet.run.info, sheet.run.evaluation
    tiles: list[Html] = []
    if evaluation is not None:
        before, after, change = (evaluation[side]["reward"] for side in ("before", "after", "difference"))
        small = (
            f"{signed(change['mean'], 2)}, {in_errors(change['mean'], change['se'])} std. errors"
            if change["se"]
            else None
        )
        tiles.append(_tile("Held-out reward", f"{number(before['mean'])} → {number(after['mean'])}", small))
    first, last = sheet.ends(sheet.curves.reward)
    if first is not None:
        tiles.append(
            _tile("Training reward", f"{number(first)} → {number(last)}", f"first and last {sheet.window} points")
        )
    total = sheet.digest.count("train")
    if total:
        scored = sheet.digest.statuses["train"].get("scored", 0)
        tiles.append(_tile("Training rollouts", count(total), f"{percent(scored / total)} scored"))
    made, saved = calls(sheet)
    if made + saved:
        tiles.append(_tile("Calls saved", percent(saved / (made + saved)), f"{count(saved)} of {count(made + saved)}"))
    started, finished = _moment(info["started"]), _moment(info["finished"])
    if started and finished:
        tiles.append(
            _tile("Time", duration((finished - started).total_seconds()), plural(len(sheet.run.steps), "step"))
        )
    when = f" · {started:%d %B %Y, %H:%M %Z}" if started else ""
    return tag(
        "header",
        tag("p", f"{info['model']} · {info['task']} · seed {info['seed']}{when}", class_="over"),
        tag("h1", info["name"]),
        tag("p", headline(sheet), class_="headline"),
        tag("dl", *tiles, class_="tiles"),
    )


def calls(sheet: Sheet) -> tuple[int, int]:
    """Calls made and saved over all steps and nodes."""
    each = [one for step in sheet.run.steps for one in step.get("calls", {}).values()]
    return sum(one["made"] for one in each), sum(one["saved"] for one in each)


def held_out_section(sheet: Sheet) -> Html:
    """Reward and components on held-out prompts, before and after, with standard errors."""
    evaluation, title = sheet.run.evaluation, "Held-out prompts"
    if evaluation is None:
        return card(title, note("This run has no held-out evaluation: it was stopped early, or none was asked for."))
    names = [name for name in sheet.run.info["components"] if name in evaluation["after"].get("components", {})]
    names += [name for name in evaluation["after"].get("components", {}) if name not in names]
    ranges = _ranges(evaluation, names)
    rows = [_row("reward", "", evaluation, ranges[0])]
    rows += [_row(name, sheet.colour(name), evaluation, ranges[1]) for name in names]
    low, high = ranges[1] if names else ranges[0]
    line = scale_line(tick_text(round(low, 4)), tick_text(round((low + high) / 2, 4)), tick_text(round(high, 4)))
    lead = (
        f"{plural(evaluation['n'], 'pair')} of completions to prompts that training never saw, the same prompts and "
        "seeds before and after. Means with one standard error; differences are taken pair by pair."
    )
    legend = tag(
        "p",
        tag("span", class_="key ring mark"),
        "before ",
        tag("span", class_="key dot mark"),
        "after",
        class_="legend",
    )
    heads: list[str] = ["", line, "Before", "After", "Difference", "In standard errors"]
    other = note("The reward has a range of its own.") if names and ranges[0] != ranges[1] else None
    built = table(
        heads,
        rows,
        numeric=(2, 3, 4, 5),
        caption="Held-out reward and components before and after training",
        kind="held-out stacks",
    )
    return card(title, legend, built, other, lead=lead)


def _ranges(evaluation: Evaluation, names: list[str]) -> tuple[tuple[float, float], tuple[float, float]]:
    def reach(pairs: list[Estimate]) -> tuple[float, float]:
        ends_of = [
            one["mean"] + way * (one["se"] or 0.0) for one in pairs if one["mean"] is not None for way in (-1, 1)
        ]
        inside = [value for value in ends_of if not -0.1 < value < 1.1]
        return span(ends_of) if inside else (0.0, 1.0)

    sides = [evaluation["before"], evaluation["after"]]
    parts = [side.get("components", {}).get(name, _NONE) for side in sides for name in names]
    return reach([side["reward"] for side in sides]), reach(parts)


def _row(name: str, colour: str, evaluation: Evaluation, reach: tuple[float, float]) -> list[str]:
    def pick(side: str) -> Estimate:
        measures = evaluation[side]  # type: ignore[literal-required]
        one: Estimate = measures["reward"] if not colour else measures.get("components", {}).get(name, _NONE)
        return one

    before, after, change = pick("before"), pick("after"), pick("difference")
    dot = tag("span", class_=f"key dot {colour or 'mark'}")
    small = tag("span", in_errors(change["mean"], change["se"]), class_=_verdict(change))
    mean, error = change["mean"], change["se"]
    sign = "+" if mean is not None and mean > 0 else ""
    return [
        join(dot, name),
        tag("div", estimates(name, before, after, *reach), class_=colour or "mark"),
        plus_minus(before["mean"], before["se"]),
        plus_minus(after["mean"], after["se"]),
        sign + plus_minus(mean, error),
        small,
    ]


def _verdict(change: Estimate) -> str:
    mean, error = change["mean"], change["se"]
    if mean is None or not error or abs(mean) < 3 * error:
        return "even"
    return "up" if mean > 0 else "down"
