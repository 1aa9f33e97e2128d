"""The section that shows what steered training: effective weights, gates, multipliers, schedules over the steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from guerdon.report.figures import number, percent
from guerdon.report.html import Html, join, tag
from guerdon.report.learning import binning, small_plot, step_text
from guerdon.report.series import Values
from guerdon.report.sheet import Sheet
from guerdon.report.table import card, numbers_table

__all__ = ["steering_section"]

_KINDS = {
    "gate": "Gates: the share of rollouts they were open for",
    "multiplier": "Multipliers",
    "schedule": "Schedules",
    "parameter": "Parameters",
    "running": "Running figures",
}


def steering_section(sheet: Sheet) -> Html:
    """Which part of the reward drove learning; nothing where the run recorded none of it."""
    curves = sheet.curves
    weights = {name: values for name, values in curves.weights.items() if _known(values)}
    driven = {name: values for name, values in curves.drivers.items() if _known(values)}
    if not curves.steps or not (weights or driven):
        return Html("")
    gates_first = sorted(driven, key=lambda name: not name.startswith("gate/"))
    heads = ["Step", *weights, *(name.partition("/")[2] for name in gates_first)]
    shown: list[tuple[Values, Callable[[float | None], str]]] = [(values, percent) for values in weights.values()]
    shown += [(values, percent if name.startswith("gate/") else number) for name, values in driven.items()]
    rows = [[step_text(step), *(write(values[i]) for values, write in shown)] for i, step in enumerate(curves.steps)]
    return card(
        "Which part drove learning",
        _weights(sheet, weights) if weights else None,
        *(_kind(sheet, kind, words, driven) for kind, words in _KINDS.items()),
        binning(sheet),
        numbers_table("Effective weights, gates and multipliers by step", heads, rows),
        lead=(
            "A part's effective weight is how far it moves the reward within groups (its standard deviation there, "
            "weights and gates included), as a share of what all parts move it. A gate that hardly ever opens, or "
            "a part whose effective weight has gone to zero, teaches nothing any more."
        ),
    )


def _known(values: Values) -> bool:
    return any(value is not None for value in values)


def _weights(sheet: Sheet, weights: Mapping[str, Values]) -> Html:
    names = list(sheet.curves.weights)
    plots = [
        small_plot(sheet, f"weight-{names.index(name)}", name, values, sheet.colour(name))
        for name, values in weights.items()
    ]
    return join(tag("h3", "Effective weights"), tag("div", *plots, class_="multiples"))


def _kind(sheet: Sheet, kind: str, words: str, driven: Mapping[str, Values]) -> Html | None:
    names = list(sheet.curves.drivers)
    plots = [
        small_plot(sheet, f"driver-{names.index(name)}", name.partition("/")[2], values, "s6")
        for name, values in driven.items()
        if name.startswith(f"{kind}/")
    ]
    return join(tag("h3", words), tag("div", *plots, class_="multiples")) if plots else None
