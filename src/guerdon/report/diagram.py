"""An expression as a picture: its parts from the result down to the data, and, where it was scored, their numbers.

One row for each part: what it is, in a word and a colour, how it is written, and a strip of cells in which every
rollout has a place of its own, the same in all rows. So one sees who is compared with whom, which gate closed what, and
where a piece's credit landed.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from numbers import Real

from guerdon.expr.node import Expr
from guerdon.expr.tree import line
from guerdon.expr.values import FAILED, SKIPPED, STATUS_NAMES, UNSCORED
from guerdon.plan.scores import Scores
from guerdon.report.alone import alone
from guerdon.report.figures import MINUS
from guerdon.report.html import Html, join, tag
from guerdon.report.parts import Part, parts

__all__ = ["diagram"]

WIDTH = 460.0
_MARGIN, _INDENT, _MOST_INDENT = 14.0, 12.0, 96.0
_CHARACTER, _DIGIT = 7.55, 6.6
_CELL, _BETWEEN, _GROUPS = 19.0, 5.0, 14.0
_LINE, _REMARK, _GAP = 17.0, 14.0, 9.0
_MOST_TEXT, _MOST_TITLE, _MOST_ROLLOUTS = 8, 50, 14  # more rollouts never fit
_MOST_PARTS = 60
_NOTES = {
    SKIPPED: "dashed: not needed, and so not computed",
    UNSCORED: "?: has no number",
    FAILED: "red: failed, which is the completion's doing",
}


def diagram(shown: Expr | Scores | Mapping[str, Expr | Scores], title: str = "") -> str:
    """One or several expressions as a self-contained SVG, readable on light and dark pages and on a telephone.

    Args:
        shown: an expression; or what scoring it gave, and then every part stands with its numbers; or several of them
            by name, one below the other. Rollouts are shown as far as they fit, in order.
        title: above the picture; left out, the expression itself stands there.

    Returns:
        The SVG's text. The same input gives the same bytes.

    >>> import guerdon as gd
    >>> drawn = diagram(gd.credit.leave_one_out(gd.col("r")).score({"prompt": ["p", "p"], "r": [1, 0]}))
    >>> drawn[:4], drawn.count('class="cell"')
    ('<svg', 6)
    """
    several: Mapping[str, Expr | Scores] = shown if isinstance(shown, Mapping) else {"": shown}
    if not several:
        raise ValueError("diagram: give at least one expression")
    y, bodies, described = 26.0, [], []
    if title:
        bodies.append(tag("text", _cut(title, _MOST_TITLE), class_="title", x=_MARGIN, y=y))
        y += 18
    for name, one in several.items():
        root = one.root if isinstance(one, Scores) else one
        described.append(f"{name}: {line(root, 400)}" if name else line(root, 400))
        if name:
            bodies.append(tag("text", _cut(name, _MOST_TITLE), class_="title", x=_MARGIN, y=y + 6))
            y += 24
        body, y = _one(root, one if isinstance(one, Scores) else None, y)
        bodies.append(body)
        y += 12
    return alone(WIDTH, y - 4, join(*bodies), title=title or described[0], description=". ".join(described))


def _one(root: Expr, scores: Scores | None, y: float) -> tuple[Html, float]:
    rows = parts(root, _MOST_PARTS)
    strips = [None if scores is None or row.again else _strip(row, scores) for row in rows]
    marks: list[Html] = []
    slots = _slots(strips, scores) if scores is not None else []
    if slots and scores is not None:
        marks.append(_header(slots, scores, y))
        y += 24
    bottoms: list[tuple[float, float]] = []
    met: set[int] = set()
    for row, strip in zip(rows, strips, strict=True):
        x = _MARGIN + min(_INDENT * row.depth, _MOST_INDENT)
        words, height = _words(row, x, y)
        marks.append(words)
        if row.parent >= 0:
            above, left = bottoms[row.parent]
            marks.insert(0, tag("path", class_="tie", d=f"M{left:.1f} {above:.1f}V{y + 9:.1f}H{x:.1f}"))
        marks.append(tag("rect", class_=f"bar {row.colour}", x=x, y=y, width=3, height=height))
        bottoms.append((y + height, x + 1.5))
        y += height
        if strip and slots:
            marks.append(_cells(strip, slots, y + 3))
            met.update(status for cells in strip for _, _, status in cells)
            y += _CELL + 4
        y += _GAP
    notes = [note for status, note in _NOTES.items() if status in met]
    for note in notes + ["… and more parts"] * (len(rows) == _MOST_PARTS):
        marks.append(tag("text", note, class_="small", x=_MARGIN, y=y + 6))
        y += 15
    return join(*marks), y


def _words(row: Part, x: float, y: float) -> tuple[Html, float]:
    """The row's text and what is said of it, beside it where there is room, else below; and their height."""
    room = int((WIDTH - x - 22) / _CHARACTER)
    name = f"{row.name} = " if row.name else ""
    text = row.text(max(room - len(name), 12))
    remark = "as above" if row.again else row.remark
    written = tag("text", tag("tspan", name, class_="name") if name else None, text, class_="code", x=x + 9, y=y + 12)
    beside = len(name + text) * _CHARACTER + len(remark) * _DIGIT + x + 30 <= WIDTH - _MARGIN
    if not remark:
        return written, _LINE
    look = f"kind {row.colour}"
    if beside:
        return join(written, tag("text", remark, class_=look, x=WIDTH - _MARGIN, y=y + 12, text_anchor="end")), _LINE
    return join(written, tag("text", remark, class_=look, x=x + 9, y=y + 27)), _LINE + _REMARK


Cell = tuple[str, float | None, int]
"""What is written in a cell, its number, and its status."""
Strip = list[list[Cell]]
"""The cells of each rollout."""


def _strip(row: Part, scores: Scores) -> Strip | None:
    """The cells of a part, rollout by rollout; None where it has none, or lists and records."""
    try:
        values = scores.of(row.node)
    except KeyError:
        return None
    owners = values.layout.rows[values.layout.rows < _MOST_ROLLOUTS].tolist()
    given = values.values[: len(owners)].tolist()
    if any(value is not None and not isinstance(value, (Real, str)) for value in given):
        return None
    of: Strip = [[] for _ in range(min(scores.rollouts.n, _MOST_ROLLOUTS))]
    for owner, value, said in zip(owners, given, values.statuses, strict=False):
        status = STATUS_NAMES.index(said)
        of[owner].append((_cell_text(value, status), _as_number(value) if status <= FAILED else None, status))
    return of


def _as_number(value: object) -> float | None:
    return float(value) if isinstance(value, Real) else None


def _cell_text(value: object, status: int) -> str:
    if status == SKIPPED:
        return ""
    if status == UNSCORED:
        return "?"
    number = _as_number(value)
    if number is None:
        return "–" if value is None else " ".join(str(value)[:200].split())
    return _short(number)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _short(number: float) -> str:
    """A number in a cell: three decimals at most, an exponent where they would all be 0.

    >>> _short(0.8666), _short(-3.0), _short(4096.0), _short(0.00046), _short(1e9)
    ('0.867', '−3', '4096', '5e−4', '1e9')
    """
    size = abs(number)
    if number and (size < 0.0005 or size >= 1e7):
        return f"{number:.0e}".replace("e-0", "e-").replace("e+0", "e").replace("-", MINUS)
    decimals = 3 if size < 10 else 1 if size < 1000 else 0
    text = f"{number:.{decimals}f}"
    return (text.rstrip("0").rstrip(".") if decimals else text).replace("-", MINUS)


def _slots(strips: list[Strip | None], scores: Scores) -> list[tuple[int, float, float]]:
    """The place of each rollout: its number, its left edge and its width; as many as fit."""
    groups = scores.rollouts.groups
    places: list[tuple[int, float, float]] = []
    x = _MARGIN
    for rollout in range(min(scores.rollouts.n, _MOST_ROLLOUTS)):
        width = 30.0
        for strip in strips:
            cells = strip[rollout] if strip else []
            widest = max((min(len(text), _MOST_TEXT) for text, _, _ in cells), default=0)
            width = max(width, len(cells) * max(18.0, widest * _DIGIT + 7))
        if places:
            x += _BETWEEN if groups[rollout] == groups[rollout - 1] else _GROUPS
        if x + width > WIDTH - _MARGIN and places:
            break
        width = min(width, WIDTH - _MARGIN - x)
        places.append((rollout, x, width))
        x += width
    spare = min((WIDTH - _MARGIN - x) / len(places), 40.0) if places else 0.0
    return [(rollout, left + i * spare, width + spare) for i, (rollout, left, width) in enumerate(places)]


def _header(slots: list[tuple[int, float, float]], scores: Scores, y: float) -> Html:
    """A line over the rollouts of each prompt, and a number for each rollout."""
    marks: list[Html] = []
    for _, some in groupby(slots, lambda slot: int(scores.rollouts.groups[slot[0]])):
        held = list(some)
        left, right = held[0][1], held[-1][1] + held[-1][2]
        marks.append(tag("line", class_="base", x1=left, x2=right, y1=y - 4, y2=y - 4))
    for rollout, left, width in slots:
        words = f"rollout {rollout + 1}" if width > 60 else str(rollout + 1)
        marks.append(tag("text", words, class_="small", x=left + width / 2, y=y + 10, text_anchor="middle"))
    hidden = scores.rollouts.n - len(slots)
    if hidden:
        marks.append(tag("text", f"+{hidden}", class_="small", x=WIDTH - 10, y=y + 10, text_anchor="end"))
    return join(*marks)


def _cells(strip: Strip, slots: list[tuple[int, float, float]], y: float) -> Html:
    """A part's cells: pieces side by side in their rollout's place, more colour where the number is larger."""
    present = [abs(number) for cells in strip for _, number, _ in cells if number is not None]
    largest = max(present, default=0.0)
    marks: list[Html] = []
    for rollout, left, width in slots:
        cells = strip[rollout]
        each = width / max(len(cells), 1)
        for i, (text, number, status) in enumerate(cells):
            x = left + i * each
            box = {"x": x, "y": y, "width": max(each - 1, 2), "height": _CELL, "rx": 3.0}
            marks.append(tag("rect", class_="gone" if status == SKIPPED else "cell", **box))
            if number and largest:
                look = "up" if number > 0 else "down"
                marks.append(tag("rect", class_=look, opacity=round(0.06 + 0.3 * abs(number) / largest, 2), **box))
            if status == FAILED:
                marks.append(tag("rect", class_="failed", **box))
            room = max(int((each - 2) / _DIGIT), 1)
            middle = x + (each - 1) / 2
            marks.append(
                tag("text", _cut(text, max(room, 2)), class_="figure", x=middle, y=y + 13.5, text_anchor="middle")
            )
    return join(*marks)
