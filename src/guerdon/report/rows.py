"""Small drawings that stand in a table's row: estimates with error bars, and bars of shares."""

from __future__ import annotations

from collections.abc import Sequence

from guerdon.report.figures import plus_minus
from guerdon.report.html import Html, join, tag
from guerdon.report.scale import Scale
from guerdon.report.schema import Estimate

__all__ = ["bar", "estimates", "scale_line"]

WIDTH = 260


def _point(scale: Scale, one: Estimate, y: float, kind: str) -> Html:
    mean, error = one["mean"], one["se"] or 0.0
    if mean is None:
        return Html("")
    x = scale(mean)
    low, high = scale(mean - error), scale(mean + error)
    ends = [tag("line", x1=end, x2=end, y1=y - 3.5, y2=y + 3.5) for end in (low, high)] if high - low > 1 else []
    return tag("g", tag("line", x1=low, x2=high, y1=y, y2=y), *ends, tag("circle", cx=x, cy=y, r=4.2), class_=kind)


def _scale(low: float, high: float) -> Scale:
    return Scale(low, high, 8, WIDTH - 8)


def estimates(name: str, before: Estimate, after: Estimate, low: float, high: float) -> Html:
    """Before (hollow) and after (filled), each with one standard error to both sides, on the range ``low..high``."""
    scale = _scale(low, high)
    described = f"{name}: before {plus_minus(**_pair(before))}, after {plus_minus(**_pair(after))}"
    guides = [
        tag("line", class_="grid", x1=scale(at), x2=scale(at), y1=0, y2=30) for at in (low, (low + high) / 2, high)
    ]
    arrow = Html("")
    if before["mean"] is not None and after["mean"] is not None:
        arrow = tag("line", class_="way", x1=scale(before["mean"]), x2=scale(after["mean"]), y1=15, y2=15)
    body = join(*guides, arrow, _point(scale, before, 10, "before"), _point(scale, after, 20, "after"))
    return tag(
        "svg",
        tag("title", described),
        body,
        viewBox=f"0 0 {WIDTH} 30",
        role="img",
        class_="estimates",
        aria_label=described,
    )


def _pair(one: Estimate) -> dict[str, float | None]:
    return {"mean": one["mean"], "error": one["se"]}


def scale_line(low: str, middle: str, high: str) -> Html:
    """The numbers over a column of `estimates`."""
    places = ((8, "start", low), (WIDTH / 2, "middle", middle), (WIDTH - 8, "end", high))
    texts = [tag("text", shown, x=x, y=12, text_anchor=anchor, class_="tick") for x, anchor, shown in places]
    return tag("svg", *texts, viewBox=f"0 0 {WIDTH} 16", class_="estimates scale", aria_hidden="true")


def bar(parts: Sequence[tuple[float, str]], described: str, *, width: float = 200, height: float = 10) -> Html:
    """A bar made of pieces: each a share of the whole width and a class."""
    x, pieces = 0.0, []
    for share, colour in parts:
        long = max(0.0, min(1.0 - x / width, share)) * width
        if long > 0:
            pieces.append(tag("rect", class_=colour, x=x, y=0, width=max(long, 1.0), height=height))
        x += long
    ground = tag("rect", class_="ground", x=0, y=0, width=width, height=height)
    return tag(
        "svg",
        tag("title", described),
        ground,
        *pieces,
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        preserveAspectRatio="none",
        role="img",
        aria_label=described,
        class_="bar",
    )
