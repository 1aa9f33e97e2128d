"""Structured answers: JSON, XML, YAML, CSV and HTML; schemas, keys, fields, values at a path, equality, patterns.

All are bounded in depth and size; schemas fetch nothing; patterns are matched by RE2. Whatever a completion holds,
reading it takes time in proportion to its length.

>>> import guerdon as gd
>>> record = gd.structure.json()
>>> reward = gd.structure.keys(record, ["city"]) * gd.structure.equal(record["city"], gd.col("city"), "text")
>>> reward.score({"completion": ['{"city": "PARIS"}', "Paris"], "city": ["Paris", "Paris"]}).values
array([1., 0.])
"""

from __future__ import annotations

from ._documents import csv, html_sections, xml, yaml
from ._fieldwise import agreement, hallucinated, missing, of_type
from ._patterns import find, full_match, search
from ._records import at, equal, json, keys, matches, valid

__all__ = [
    "agreement",
    "at",
    "csv",
    "equal",
    "find",
    "full_match",
    "hallucinated",
    "html_sections",
    "json",
    "keys",
    "matches",
    "missing",
    "of_type",
    "search",
    "valid",
    "xml",
    "yaml",
]
