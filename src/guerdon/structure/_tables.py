"""CSV out of a completion: every row as long as the first, and all of it text."""

from __future__ import annotations

import csv
import io
from typing import Any

from ..expr.values import Failed

MAX_SIZE = 1_000_000
MAX_CELLS = 200_000


def csv_rows(text: str, delimiter: str = ",", header: bool = True) -> list[Any]:
    r"""The rows of a text that is CSV and nothing else: an object per row, named by the first row; or lists of texts.

    Quotes are doubled inside quotes (RFC 4180). ``Failed``, with the reason: no rows, a row longer or shorter than the
    first, a name in the header twice or empty, a quote out of place, NUL, more than 1,000,000 characters or 200,000
    cells. Blank lines at the end are no rows. Linear.

    >>> csv_rows('city,year\nParis,1900\n"Ulm, an der Donau",1890\n')
    [{'city': 'Paris', 'year': '1900'}, {'city': 'Ulm, an der Donau', 'year': '1890'}]
    """
    body = text.strip("\r\n")
    if not body.strip():
        raise Failed("no CSV")
    if len(body) > MAX_SIZE:
        raise Failed("CSV too long")
    rows: list[list[str]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True):
            cells += len(row)
            if cells > MAX_CELLS:
                raise Failed("CSV with too many cells")
            rows.append(row)
    except csv.Error:
        raise Failed("no valid CSV") from None
    if "\0" in body:
        raise Failed("no valid CSV")
    if any(len(row) != len(rows[0]) for row in rows):
        raise Failed("CSV with rows of different lengths")
    if not header:
        return list(rows)
    names = [name.strip() for name in rows[0]]
    if not all(names) or len(set(names)) != len(names):
        raise Failed("CSV with a bad header")
    return [dict(zip(names, row, strict=True)) for row in rows[1:]]
