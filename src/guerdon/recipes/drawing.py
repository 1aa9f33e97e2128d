"""Curves over seeds, drawn: as text for a terminal, and as an SVG that needs nothing beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guerdon.lab.curves import Chart, Curve, over_seeds
from guerdon.report import palette, plot
from guerdon.report.html import Html, join, tag
from guerdon.report.scale import Scale, span, tick_text

MARKS = "●○▲△■□◆◇"
_WIDTH, _HEIGHT, _HEAD, _ROOM = 720.0, 300.0, 58.0, 30.0


@dataclass(frozen=True)
class Drawing:
    """A chart averaged over seeds.

    Attributes:
        title: what is drawn.
        x: what runs along it.
        y: what is measured.
        curves: by name.
    """

    title: str
    x: str
    y: str
    curves: Mapping[str, Curve]

    @property
    def seeds(self) -> int:
        """How many runs stand behind it."""
        return max(curve.seeds for curve in self.curves.values())

    @property
    def about(self) -> str:
        """How to read it."""
        band = "; the band is the 95 % interval of the mean" if self.seeds > 1 else ""
        return f"{self.y} by {self.x}; mean of {self.seeds} seed{'s' * (self.seeds > 1)}{band}"

    def extent(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The range of x, and of y with the bands; a band three times as high as all the means is cut."""
        xs = [x for curve in self.curves.values() for x in curve.x]
        means = [y for curve in self.curves.values() for y in curve.mean]
        ends = [y for curve in self.curves.values() for y in (*curve.low, *curve.high) if math.isfinite(y)]
        reach = max(max(means) - min(means), 1e-9)
        seen = [min(max(y, min(means) - reach), max(means) + reach) for y in ends]
        return (min(xs), max(xs)), span([*means, *seen])


def drawings(runs: Sequence[Sequence[Chart]]) -> list[Drawing]:
    """The charts of several runs, each averaged over them; a line that some run lacks is left out.

    >>> from guerdon.lab.curves import Line
    >>> runs = [[Chart("a", "step", "gold", {"raw": Line((0, 1), (0.0, top))})] for top in (1.0, 3.0)]
    >>> drawings(runs)[0].curves["raw"].mean
    (0.0, 2.0)
    """
    found = []
    for charts in zip(*runs, strict=True):
        first = charts[0]
        curves = {
            name: over_seeds([chart.lines[name] for chart in charts])
            for name in first.lines
            if all(name in chart.lines for chart in charts)
        }
        found.append(Drawing(first.title, first.x, first.y, curves))
    return found


def as_text(drawing: Drawing, width: int = 64, height: int = 14) -> str:
    """The drawing in characters: a mark for each curve, its band in dots.

    >>> flat = Curve((0.0, 1.0), (0.0, 1.0), (0.0, 1.0), (0.0, 1.0), 3)
    >>> print(as_text(Drawing("learning", "step", "gold", {"raw": flat}), width=9, height=3))
    learning
       1 ┤      ●●●
         │   ●●●
       0 ┤●●●
         └─────────
          0       1
    ● raw
    gold by step; mean of 3 seeds; the band is the 95 % interval of the mean
    """
    (left, right), (low, high) = drawing.extent()
    across, down = Scale(0, width - 1, left, right), Scale(low, high, height - 1, 0)
    cells = [[" "] * width for _ in range(height)]
    columns = [across(column) for column in range(width)]
    for band in (True, False):
        for mark, curve in zip(MARKS * (1 + len(drawing.curves) // len(MARKS)), drawing.curves.values(), strict=False):
            for column, x in enumerate(columns):
                if not curve.x[0] <= x <= curve.x[-1] + 1e-9 * abs(right - left):
                    continue
                if band and curve.seeds > 1:
                    top, bottom = down(_read(curve, curve.high, x)), down(_read(curve, curve.low, x))
                    for row in range(max(round(top), 0), min(round(bottom), height - 1) + 1):
                        cells[row][column] = "·"
                elif not band:
                    cells[min(max(round(down(_read(curve, curve.mean, x))), 0), height - 1)][column] = mark
    names = {0: tick_text(_short(high)), height - 1: tick_text(_short(low))}
    if height > 8:
        names[(height - 1) // 2] = tick_text(_short(down_to(down, (height - 1) // 2)))
    lines = [
        f"{names.get(row, ''):>8} {'┤' if row in names else '│'}{''.join(line)}".rstrip()
        for row, line in enumerate(cells)
    ]
    start, end = tick_text(_short(left)), tick_text(_short(right))
    lines += [" " * 9 + "└" + "─" * width, " " * 10 + start + end.rjust(width - len(start))]
    key = "  ".join(f"{mark} {name}" for mark, name in zip(MARKS * 9, drawing.curves, strict=False))
    return "\n".join([drawing.title, *lines, key, drawing.about])


def down_to(scale: Scale, row: int) -> float:
    """The value at a row of the drawing."""
    return scale.low + (row - scale.start) / (scale.end - scale.start) * (scale.high - scale.low)


def _short(value: float) -> float:
    return float(f"{value:.3g}")


def _read(curve: Curve, values: Sequence[float], x: float) -> float:
    """The value at x, on the straight line between the points beside it."""
    for place in range(1, len(curve.x)):
        if x <= curve.x[place]:
            before, after = curve.x[place - 1], curve.x[place]
            share = (x - before) / (after - before) if after > before else 1.0
            return values[place - 1] + share * (values[place] - values[place - 1])
    return values[-1]


def as_svg(found: Sequence[Drawing]) -> str:
    """The drawings, one below the other, as an SVG file's text: light or dark as the reader's screen is."""
    height = _ROOM + sum(_HEAD + _HEIGHT for _ in found)
    parts, top = [], 0.0
    for drawing in found:
        parts.append(tag("g", _drawn(drawing), transform=f"translate(0 {top:.0f})"))
        top += _HEAD + _HEIGHT
    whole = tag(
        "svg",
        tag("title", "; ".join(drawing.title for drawing in found), id="drawing-title"),
        tag("desc", "; ".join(drawing.about for drawing in found), id="drawing-desc"),
        tag("style", Html(_style())),
        tag("rect", class_="page", x=0, y=0, width=_WIDTH, height=height),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_WIDTH:.0f} {height:.0f}",
        width=str(int(_WIDTH)),
        height=str(int(height)),
        role="img",
        aria_labelledby="drawing-title drawing-desc",
    )
    return f"{whole}\n"


def _drawn(drawing: Drawing) -> Html:
    (left, right), y = drawing.extent()
    frame = plot.frame_for(_WIDTH, _HEIGHT, [left, right], y, left=62, right=20, top=10)
    whole = right - left >= 4
    parts = [plot.axes(frame, label=drawing.x, whole=whole)]
    key, at = [], 62.0
    for index, (name, curve) in enumerate(drawing.curves.items()):
        colour = palette.series_colour(index)
        if curve.seeds > 1:
            parts.append(tag("path", class_=f"band {colour}", d=_band(frame, curve)))
        parts.append(plot.curve(frame, curve.x, plot.Curve(name, curve.mean, "line", colour)))
        key.append(tag("g", tag("path", d=f"M{at:.0f} 46h16", fill="none"), class_=f"line {colour}"))
        key.append(tag("text", name, x=at + 21, y=50))
        at += 36 + 7.0 * len(name)
    head = join(
        tag("text", drawing.title, class_="title", x=16, y=20),
        tag("text", drawing.about, x=16, y=34, class_="tick"),
        *key,
    )
    return join(head, tag("g", *parts, transform=f"translate(0 {_HEAD:.0f})"))


def _band(frame: plot.Frame, curve: Curve) -> str:
    def held(value: float) -> float:
        return frame.y(min(max(value, frame.y.low), frame.y.high))

    up = [(frame.x(x), held(y)) for x, y in zip(curve.x, curve.high, strict=True)]
    back = [(frame.x(x), held(y)) for x, y in zip(curve.x, curve.low, strict=True)][::-1]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in up + back) + "Z"


def _style() -> str:
    colours = "".join(f".s{place}{{--c:var(--s{place})}}" for place in range(palette.SERIES + 1))
    return (
        f"svg{{{palette.variables(palette.LIGHT)};font-family:system-ui,sans-serif;font-size:11.5px}}"
        f"@media(prefers-color-scheme:dark){{svg{{{palette.variables(palette.DARK)}}}}}"
        f"{colours}.page{{fill:var(--card)}}text{{fill:var(--soft)}}.title{{fill:var(--ink);font-size:14px}}"
        ".grid{stroke:var(--grid)}.base{stroke:var(--line)}.line path{stroke:var(--c);stroke-width:2}"
        ".line circle{fill:var(--c)}.band{fill:var(--c);opacity:.16}"
    )
