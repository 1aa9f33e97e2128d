"""Drawing over the steps of a run as SVG: axes, curves of dots and lines, stacked bars.

Everything is drawn by classes (`s0` to `s6` are the series' colours), so that one drawing serves light and dark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from guerdon.report.figures import number
from guerdon.report.html import Html, join, tag
from guerdon.report.scale import Scale, tick_text, ticks

__all__ = ["Curve", "Frame", "Mark", "axes", "curve", "frame_for", "mark", "stack", "stack_span", "strip", "svg"]


@dataclass(frozen=True)
class Frame:
    """The plot's rectangle within a drawing, as the two scales that end at its edges."""

    x: Scale
    y: Scale

    @property
    def left(self) -> float:
        """The plot's left edge."""
        return self.x.start

    @property
    def right(self) -> float:
        """The plot's right edge."""
        return self.x.end

    @property
    def top(self) -> float:
        """The plot's upper edge."""
        return self.y.end

    @property
    def bottom(self) -> float:
        """The plot's lower edge."""
        return self.y.start


@dataclass(frozen=True)
class Curve:
    """One value per step, drawn as dots or as a line, in the colour of a class."""

    name: str
    values: Sequence[float | None]
    look: Literal["dots", "line"]
    colour: str


@dataclass(frozen=True)
class Mark:
    """A held-out mean with its standard error, at one edge of the plot."""

    label: str
    side: Literal["left", "right"]
    mean: float
    error: float
    above: bool


def frame_for(
    width: float,
    height: float,
    steps: Sequence[float],
    y: tuple[float, float],
    *,
    left: float = 40,
    right: float = 12,
    top: float = 10,
    bottom: float = 30,
    around: float = 0.0,
) -> Frame:
    """The frame of a drawing; `around` is free room beside the first and the last step, in steps."""
    low, high = (min(steps), max(steps)) if steps else (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    return Frame(Scale(low - around, high + around, left, width - right), Scale(*y, height - bottom, top))


def axes(
    frame: Frame, *, about: int = 5, x_about: int = 8, label: str = "step", as_percent: bool = False, whole: bool = True
) -> Html:
    """Grid lines with their numbers on the left, steps below; `whole` numbers of them, unless it is no step."""
    parts: list[Html] = []
    for value in ticks(frame.y.low, frame.y.high, about):
        y = frame.y(value)
        parts.append(tag("line", class_="base" if value == 0 else "grid", x1=frame.left, x2=frame.right, y1=y, y2=y))
        shown = f"{100 * value:.0f} %".replace("-", "\u2212") if as_percent else tick_text(value)
        parts.append(tag("text", shown, class_="tick", x=frame.left - 7, y=y + 3.5, text_anchor="end"))
    for value in ticks(frame.x.low, frame.x.high, x_about, whole=whole):
        x = frame.x(value)
        if label and x > frame.right - max(34, 7 * len(label)):
            continue
        parts.append(tag("text", tick_text(value), class_="tick", x=x, y=frame.bottom + 17, text_anchor="middle"))
    if label:
        parts.append(tag("text", label, class_="tick", x=frame.right, y=frame.bottom + 17, text_anchor="end"))
    return join(*parts)


def curve(frame: Frame, steps: Sequence[float], one: Curve, *, radius: float = 2.2) -> Html:
    """The marks of one curve; a missing value leaves a gap, and a value with gaps on both sides becomes a dot."""
    points = [
        (frame.x(step), None if value is None else frame.y(value))
        for step, value in zip(steps, one.values, strict=True)
    ]
    if one.look == "dots":
        dots = [tag("circle", cx=x, cy=y, r=radius) for x, y in points if y is not None]
        return tag("g", *dots, class_=f"dots {one.colour}")
    path: list[str] = []
    lonely: list[Html] = []
    for index, (x, y) in enumerate(points):
        if y is None:
            continue
        opens = index == 0 or points[index - 1][1] is None
        closes = index + 1 == len(points) or points[index + 1][1] is None
        if opens and closes:
            lonely.append(tag("circle", cx=x, cy=y, r=radius))
        path.append(f"{'M' if opens else 'L'}{x:.1f} {y:.1f}")
    return tag("g", tag("path", d="".join(path), fill="none"), *lonely, class_=f"line {one.colour}")


def stack_span(parts: Mapping[str, Sequence[float | None]]) -> tuple[float, float]:
    """How far the stacked bars reach below and above zero.

    >>> stack_span({"a": [0.8, 1.25], "b": [0.2, -0.25]})
    (-0.25, 1.25)
    """
    columns = [[value for value in column if value is not None] for column in zip(*parts.values(), strict=True)]
    low = min((sum(value for value in column if value < 0) for column in columns), default=0.0)
    high = max((sum(value for value in column if value > 0) for column in columns), default=1.0)
    return min(low, 0.0), max(high, 1.0)


def stack(frame: Frame, steps: Sequence[float], parts: Mapping[str, tuple[str, Sequence[float | None]]]) -> Html:
    """Stacked bars, one per step: positive shares upwards from zero, negative ones downwards."""
    gap = min((b - a for a, b in pairwise(steps)), default=1.0)
    room = frame.x(gap) - frame.x(0)
    # Between many thin bars a gap would only wash the colours out.
    width = min(26.0, 0.82 * room) if room >= 5 else max(room, 0.6)
    kind = "bars" if room >= 5 else "bars close"
    up, down = [0.0] * len(steps), [0.0] * len(steps)
    groups: list[Html] = []
    for colour, values in parts.values():
        bars: list[Html] = []
        for index, value in enumerate(values):
            if value is None:
                continue
            side = up if value >= 0 else down
            start, side[index] = side[index], side[index] + value
            low, high = frame.y(min(start, side[index])), frame.y(max(start, side[index]))
            if low - high > 0.05:
                bars.append(tag("rect", x=frame.x(steps[index]) - width / 2, y=high, width=width, height=low - high))
        groups.append(tag("g", *bars, class_=f"{kind} {colour}"))
    return join(*groups)


def strip(frame: Frame, steps: Sequence[float], shares: Sequence[float | None], *, height: float = 4) -> Html:
    """A thin band below the plot, darker where a larger share of the component was computed."""
    if not steps:
        return Html("")
    edges = [frame.left, *((frame.x(a) + frame.x(b)) / 2 for a, b in pairwise(steps)), frame.right]
    cells = [
        tag(
            "rect",
            x=edges[i],
            y=frame.bottom + 1,
            width=edges[i + 1] - edges[i],
            height=height,
            opacity=round(share, 2),
        )
        for i, share in enumerate(shares)
        if share
    ]
    ground = tag(
        "rect", class_="ground", x=frame.left, y=frame.bottom + 1, width=frame.right - frame.left, height=height
    )
    return tag("g", ground, *cells, class_="strip")


def mark(frame: Frame, one: Mark) -> Html:
    """A held-out mean at the plot's left or right edge: a diamond with an error bar and its name."""
    x = frame.left + 9 if one.side == "left" else frame.right - 9
    y, low, high = frame.y(one.mean), frame.y(one.mean - one.error), frame.y(one.mean + one.error)
    anchor, shift = ("start", -6.0) if one.side == "left" else ("end", 6.0)
    words = high - 8 if (one.above or low + 18 > frame.bottom) and high - 18 > frame.top else low + 17
    return tag(
        "g",
        tag("title", f"held-out, {one.label}: {number(one.mean)}"),
        tag("line", x1=x, x2=x, y1=low, y2=high),
        tag("path", d=f"M{x:.1f} {y - 5:.1f}L{x + 5:.1f} {y:.1f}L{x:.1f} {y + 5:.1f}L{x - 5:.1f} {y:.1f}Z"),
        tag("text", f"{one.label} {number(one.mean)}", x=x + shift, y=words, text_anchor=anchor),
        class_="held",
    )


def svg(
    key: str,
    width: float,
    height: float,
    body: Html,
    *,
    title: str,
    description: str,
    frame: Frame | None = None,
    kind: str = "",
) -> Html:
    """A whole drawing with its title and description for screen readers.

    With a `frame`, the page's script can tell which step the pointer is at.
    """
    identifier = f"{key}-{width:.0f}"
    edges: dict[str, str | float | bool | None] = {}
    if frame is not None:
        edges = {"data_left": frame.left, "data_right": frame.right, "data_top": frame.top, "data_bottom": frame.bottom}
        edges |= {"data_low": frame.x.low, "data_high": frame.x.high, "data_chart": key}
    return tag(
        "svg",
        tag("title", title, id=f"{identifier}-title"),
        tag("desc", description, id=f"{identifier}-desc"),
        body,
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        role="img",
        aria_labelledby=f"{identifier}-title {identifier}-desc",
        class_=f"chart {kind}".strip(),
        **edges,
    )
