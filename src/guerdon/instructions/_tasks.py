"""Small tasks whose whole answer a rule can check: tables, sorted lists, dates, reversed sentences."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

from ._constraint import Text, constraint
from ._sentences import sentences
from ._words import EDGES, plain_latin, without_marks

_NUMBER = re.compile(r"[0-9]+")
_QUESTION = re.compile(r"Question [0-9]+[.|):;]?\s*")
_OPTION = re.compile(r"[A-Ea-e][.|)]\s*\w")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MAX_TABLE = 1_000_000


@constraint
def only_numbers(numbers: Sequence[str], *, of: Text = None) -> bool:
    """1 if the numbers of the text are exactly these, in order, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.only_numbers(["7", "14"]).score({"completion": ["7, 14", "7, 8, 14"]}).values
    array([1., 0.])
    """
    return _NUMBER.findall(of) == list(numbers)


@constraint
def multiple_choice(*, questions: int, options: int, of: Text = None) -> bool:
    r"""1 if the text is so many questions (``Question 1``, ...) of so many options, each longer than the last; else 0.

    Linear.

    An option is a line that starts with a letter from A to E and a full stop or bracket.

    >>> import guerdon as gd
    >>> quiz = gd.instructions.multiple_choice(questions=2, options=2)
    >>> quiz.score({"completion": ["Question 1: A?\nA) b\nB) c\nQuestion 2: Longer?\nA) b\nB) c", "A?"]}).values
    array([1., 0.])
    """
    if not of.startswith("Question"):
        return False
    lengths = []
    for block in (part.strip() for part in _QUESTION.split(of)):
        if not block:
            continue
        asked, listed = [], 0
        for line in (line.strip() for line in block.split("\n")):
            if _OPTION.match(line):
                listed += 1
            elif not listed:
                asked.append(line)
        if listed != options:
            return False
        lengths.append(len(" ".join(asked).strip()))
    return len(lengths) == questions and all(a < b for a, b in pairwise(lengths))


@constraint
def reverse_sorted_lines(start: str, *, at_least: int, of: Text = None) -> bool:
    r"""1 if from the line with ``start`` on there are so many different lines in reverse order; else 0. n log n.

    Accents and marks at the edges do not count.

    >>> import guerdon as gd
    >>> down = gd.instructions.reverse_sorted_lines("c", at_least=3)
    >>> down.score({"completion": ["Here:\nc\nb\na", "c\nc\nc"]}).values
    array([1., 0.])
    """
    lines = [line for line in (raw.strip(EDGES) for raw in of.split("\n")) if line]
    first = next((i for i, line in enumerate(lines) if start in line), len(lines))
    found = [plain_latin(line) for line in lines[first:]]
    return len(set(found)) >= at_least and found == sorted(found, reverse=True)


@constraint
def listed(items: Sequence[str], *, of: Text = None) -> bool:
    """1 if the text is these items in this order with commas between them, accents aside; else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.listed(["Oslo", "Bern"]).score({"completion": ["Oslo, Bern", "Bern, Oslo"]}).values
    array([1., 0.])
    """
    found = (part.strip() for part in plain_latin(of).split(","))
    return [part for part in found if part] == list(items)


@constraint
def reversed_words(phrase: str, *, of: Text = None) -> bool:
    """1 if the text, its words read from last to first, is one sentence that holds the phrase; else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.reversed_words("bald eagle").score({"completion": ["Eagle bald the", "The bald eagle"]}).values
    array([1., 0.])
    """
    turned = " ".join(without_marks(of.lower()).split()[::-1])
    return phrase.lower() in turned and len(sentences(turned)) == 1


@constraint
def reversed_letters(phrase: str, *, of: Text = None) -> bool:
    """1 if the text holds the phrase letter by letter from last to first, else 0. Linear.

    >>> import guerdon as gd
    >>> gd.instructions.reversed_letters("bald eagle").score({"completion": ["Elgae dlab", "Bald eagle"]}).values
    array([1., 0.])
    """
    return phrase.lower()[::-1] in of.lower()


@constraint
def csv_table(
    columns: Sequence[str],
    *,
    rows: int,
    delimiter: Literal[",", "\t"] = ",",
    quotes: Literal["any", "special", "all"] = "any",
    of: Text = None,
) -> bool:
    r"""1 if the text is a table of these columns and so many rows, every row of their number; else 0. Linear.

    ``quotes``: ``all`` wants every field in double quotes, ``special`` a quoted field with a special character.

    >>> import guerdon as gd
    >>> gd.instructions.csv_table(["a", "b"], rows=1).score({"completion": ["a,b\n1,2", "a,b\n1"]}).values
    array([1., 0.])
    """
    # A quote made three is a field's own character and still keeps a delimiter inside from cutting.
    text = of if quotes == "any" else of.replace('"', '"""')
    if len(text) > _MAX_TABLE:
        return False
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        return False
    if len(table) != rows + 1 or any(len(row) != len(columns) for row in table[1:]):
        return False
    bare = [field.strip().strip('"') if quotes != "any" else field for field in table[0]]
    if bare != list(columns):
        return False
    fields = [field.strip() for row in table for field in row]
    if quotes == "all":
        return all(len(field) > 1 and field[0] == field[-1] == '"' for field in fields)
    return quotes == "any" or any(_special(field) for field in fields[len(columns) :])


def _special(field: str) -> bool:
    """Whether a field stands in quotes and holds what is neither letter, digit nor white space."""
    inside = field[1:-1] if len(field) > 1 and field[0] == field[-1] == '"' else ""
    return any(not (char.isalnum() or char.isspace() or char == "_") for char in inside)


@constraint
def dates(*, first_year: int, last_year: int, of: Text = None) -> bool:
    """1 if the text is a list of calendar dates, ``YYYY-MM-DD`` with commas, all in these years; else 0. Linear.

    >>> import guerdon as gd
    >>> rows = {"completion": ["1800-06-14, 1815-06-18", "1800-13-14", "14.6.1800"]}
    >>> gd.instructions.dates(first_year=1769, last_year=1821).score(rows).values
    array([1., 0., 0.])
    """
    return all(_is_date(part.strip(), first_year, last_year) for part in of.split(","))


def _is_date(text: str, first_year: int, last_year: int) -> bool:
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    year, month, day = map(int, found.groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return first_year <= year <= last_year
