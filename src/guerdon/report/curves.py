"""A few curves over one quantity as a picture: what a transform makes of a score, what a multiplier does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guerdon.report.alone import alone
from guerdon.report.html import Html, join, tag
from guerdon.report.palette import SERIES, series_colour
from guerdon.report.plot import Curve, axes, curve, frame_for
from guerdon.report.scale import span

__all__ = ["curves"]

WIDTH, HEIGHT = 460.0, 250.0


def curves(x: Sequence[float], lines: Mapping[str, Sequence[float | None]], label: str = "", title: str = "") -> str:
    """Some curves over the same points as a self-contained SVG, readable on light and dark pages and on a telephone.

    Args:
        x: the points, rising.
        lines: each curve's value at every point, None where there is none; by name, six at most.
        label: what is along the bottom.
        title: above the picture.

    Returns:
        The SVG's text. The same input gives the same bytes.

    Raises:
        ValueError: no curve, more than six, no point, or a curve of another length.

    >>> drawn = curves([0, 1, 2], {"square": [0, 1, 4]}, label="x")
    >>> drawn[:4], "square" in drawn
    ('<svg', True)
    """
    if not 0 < len(lines) <= SERIES or not len(x):
        raise ValueError(f"curves: draw 1 to {SERIES} curves of at least one point, not {len(lines)} of {len(x)}")
    for name, values in lines.items():
        if len(values) != len(x):
            raise ValueError(f"curves: {name!r} has {len(values)} values for {len(x)} points")
    top = 34.0 + 18 * len(lines) + (18 if title else 0)
    everything = [value for values in lines.values() for value in values]
    frame = frame_for(WIDTH, top + HEIGHT - 34, x, span(everything), left=46, right=16, top=top, bottom=32)
    drawn = [
        curve(frame, x, Curve(name, values, "line", series_colour(i))) for i, (name, values) in enumerate(lines.items())
    ]
    first = 28.0 + (18 if title else 0)
    legend = [_legend(name, series_colour(i), first + 18 * i) for i, name in enumerate(lines)]
    heading = tag("text", title, class_="title", x=14, y=26) if title else None
    about = f"{', '.join(lines)} over {label or 'x'} from {x[0]:g} to {x[-1]:g}"
    body = join(heading, *legend, axes(frame, x_about=5, label=label), *drawn)
    return alone(WIDTH, top + HEIGHT - 34, body, title=title or about, description=about)


def _legend(name: str, colour: str, y: float) -> Html:
    dot = tag("circle", class_=f"dot {colour}", cx=20, cy=y - 4, r=4.5)
    return join(dot, tag("text", name, x=32, y=y))
