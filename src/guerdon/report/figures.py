"""Numbers as people read them: enough digits and no more, a real minus sign, a dash for what is not there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

__all__ = [
    "count",
    "duration",
    "flatten",
    "in_errors",
    "number",
    "percent",
    "plural",
    "plus_minus",
    "setting",
    "signed",
]

MINUS = "\u2212"
NOTHING = "\u2013"


def number(value: float | None, digits: int = 3) -> str:
    """A number with about `digits` significant digits and thousands separated; a dash for None.

    >>> number(0.41237), number(12345.6), number(-0.5), number(None), number(3.0), number(0.00412)
    ('0.412', '12,346', '−0.500', '–', '3.00', '0.0041')
    """
    if value is None:
        return NOTHING
    size = abs(value)
    if 1e-5 <= size < 0.01:
        return f"{value:.{1 - math.floor(math.log10(size))}f}".replace("-", MINUS)
    if size and (size < 1e-5 or size >= 1e7):
        return f"{value:.{digits - 1}e}".replace("e-0", "e-").replace("e+0", "e").replace("-", MINUS)
    whole = len(str(int(size))) if size >= 1 else 0
    return f"{value:,.{max(0, digits - whole)}f}".replace("-", MINUS)


def signed(value: float | None, decimals: int = 3) -> str:
    """A number with its sign always written.

    >>> signed(0.25), signed(-0.25)
    ('+0.250', '−0.250')
    """
    return NOTHING if value is None else f"{value:+,.{decimals}f}".replace("-", MINUS)


def percent(share: float | None) -> str:
    """A share of one as a percentage: whole from 10 % on, one decimal below, and never 0 or 100 unless exactly so.

    >>> percent(0.4321), percent(0.0432), percent(0.0001), percent(0.9999), percent(1)
    ('43 %', '4.3 %', '<0.1 %', '>99 %', '100 %')
    """
    if share is None:
        return NOTHING
    if share != 0 and abs(share) < 0.001:
        return "<0.1 %"
    if 0.995 <= share < 1:
        return ">99 %"
    digits = 0 if abs(share) >= 0.0995 or share == 0 else 1
    return f"{100 * share:.{digits}f} %".replace("-", MINUS)


def count(value: float) -> str:
    """A whole number with thousands separated.

    >>> count(12000)
    '12,000'
    """
    return f"{round(value):,}".replace("-", MINUS)


def plural(value: int, one: str, many: str | None = None) -> str:
    """A count with its noun.

    >>> plural(1, "step"), plural(1200, "step")
    ('1 step', '1,200 steps')
    """
    return f"{count(value)} {one if value == 1 else many or one + 's'}"


def duration(seconds: float | None) -> str:
    """Seconds as a person says them.

    >>> duration(0.0421), duration(75.2), duration(3725)
    ('42 ms', '1 min 15 s', '1 h 02 min')
    """
    if seconds is None:
        return NOTHING
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def plus_minus(mean: float | None, error: float | None) -> str:
    """A mean with its standard error, both to the error's second digit.

    >>> plus_minus(0.41237, 0.0312), plus_minus(1.0, 0.0), plus_minus(None, None)
    ('0.412 ± 0.031', '1.000 ± 0.000', '–')
    """
    if mean is None:
        return NOTHING
    if error is None:
        return number(mean)
    decimals = 3 if error == 0 else min(6, max(0, 1 - math.floor(math.log10(error))))
    return f"{mean:,.{decimals}f} ± {error:,.{decimals}f}".replace("-", MINUS)


def in_errors(difference: float | None, error: float | None) -> str:
    """A difference in units of its standard error; words where the error is zero.

    >>> in_errors(0.3, 0.05), in_errors(-0.3, 0.05), in_errors(0.0, 0.0), in_errors(0.4, 0.0)
    ('+6.0', '−6.0', 'no change', 'every pair alike')
    """
    if difference is None or error is None:
        return NOTHING
    if error == 0:
        return "no change" if difference == 0 else "every pair alike"
    return signed(difference / error, 1)


def setting(value: object) -> str:
    """A setting's value as text.

    >>> setting(True), setting(1e-05), setting(None), setting([1, 2])
    ('yes', '1e-05', '–', '1, 2')
    """
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(setting(part) for part in value) or NOTHING
    return str(value)


def flatten(values: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    """Nested settings as rows of dotted names and texts.

    >>> flatten({"lr": 0.1, "grpo": {"beta": 0.0}})
    [('lr', '0.1'), ('grpo.beta', '0.0')]
    """
    rows: list[tuple[str, str]] = []
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            rows += flatten(value, f"{prefix}{name}.")
        else:
            rows.append((f"{prefix}{name}", setting(value)))
    return rows
