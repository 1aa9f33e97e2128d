"""What a run says on the terminal while it goes on: one line per step, and the held-out figures at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Say = Callable[[str], None]

_WINDOW = 8
_HEADER_EVERY = 40


class Progress:
    """A table with a line per step: reward, its moving average, the components' means, length, seconds, time left."""

    def __init__(self, say: Say, components: Sequence[str]) -> None:
        self._say = say
        self._names = list(components)
        self._steps = 0
        self._rewards: list[float] = []
        self._seconds: list[float] = []

    def begin(self, steps: int) -> None:
        """Training begins, and will end with this step."""
        self._steps = steps

    def step(self, line: Mapping[str, Any]) -> None:
        """Say one line of ``steps.jsonl``."""
        if not self._seconds or len(self._seconds) % _HEADER_EVERY == 0:
            self._say(self._header())
        if line["reward_mean"] is not None:
            self._rewards.append(line["reward_mean"])
        self._seconds.append(line["seconds"])
        done = line["step"]
        recent = self._rewards[-_WINDOW:]
        pace = self._seconds[-_WINDOW:]
        left = (self._steps - done) * sum(pace) / len(pace)
        cells = [
            f"{done}/{self._steps}".rjust(7),
            figure(line["reward_mean"]).rjust(7),
            figure(sum(recent) / len(recent) if recent else None).rjust(6),
        ]
        for name in self._names:
            cells.append(figure(line["components"].get(name, {}).get("mean")).rjust(self._width(name)))
        cells += [figure(line["length_mean"], 1).rjust(7), f"{line['seconds']:.0f} s".rjust(6), duration(left).rjust(7)]
        self._say(" ".join(cells))

    def _width(self, name: str) -> int:
        return max(5, len(name))

    def _header(self) -> str:
        cells = ["step".rjust(7), "reward".rjust(7), "mean 8".rjust(6)]
        cells += [name.rjust(self._width(name)) for name in self._names]
        return " ".join([*cells, "tokens".rjust(7), "took".rjust(6), "left".rjust(7)])


def evaluation_lines(evaluation: Mapping[str, Any]) -> list[str]:
    """The held-out figures as a small table: before, after, and the paired difference in standard errors.

    >>> one = {"reward": {"mean": 0.25, "se": 0.05}, "components": {}}
    >>> rise = {"reward": {"mean": 0.5, "se": 0.04}, "components": {}}
    >>> both = {"n": 64, "before": one, "after": {"reward": {"mean": 0.75, "se": 0.03}, "components": {}}}
    >>> print(evaluation_lines({**both, "difference": rise})[1])
      reward  0.250 ± 0.050   0.750 ± 0.030   +0.500 ± 0.040   12.5 standard errors
    """
    names: list[str | None] = [None, *evaluation["after"]["components"]]
    width = max(6, *(len(name) for name in names if name), 0)

    def of(side: str, name: str | None) -> Mapping[str, float | None]:
        found = evaluation[side]
        one: Mapping[str, float | None] = found["reward"] if name is None else found["components"].get(name, {})
        return one

    lines = [f"  {'':<{width}}  {'before':<14}  {'after':<14}  difference"]
    for name in names:
        before, after, difference = (of(side, name) for side in ("before", "after", "difference"))
        mean, se = difference.get("mean"), difference.get("se")
        ratio = f"{mean / se:.1f} standard errors" if mean is not None and se else ""
        cells = [_estimate(before), _estimate(after), _estimate(difference, "+"), ratio]
        lines.append(f"  {name or 'reward':<{width}}  {'   '.join(cells)}".rstrip())
    return lines


def _estimate(one: Mapping[str, float | None], sign: str = "") -> str:
    mean, se = one.get("mean"), one.get("se")
    if mean is None:
        return "none".ljust(13)
    return f"{mean:{sign}.3f}" + (f" ± {se:.3f}" if se is not None else " " * 8)


def figure(value: float | None, digits: int = 2) -> str:
    """A number for a narrow column; a dash where there is none.

    >>> figure(0.5), figure(None)
    ('0.50', '-')
    """
    return "-" if value is None else f"{value:.{digits}f}"


def duration(seconds: float) -> str:
    """Minutes and seconds.

    >>> duration(75), duration(4000)
    ('1:15', '1:06:40')
    """
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
