"""Structured answers: JSON strict or fenced, schemas, keys, values at a path, equality, patterns.

JSON is bounded in depth, size and digits; schemas fetch nothing; patterns are matched by RE2. Whatever a completion
holds, reading it takes time in proportion to its length.

>>> import guerdon as gd
>>> record = gd.structure.json()
>>> reward = gd.structure.keys(record, ["city"]) * gd.structure.equal(record["city"], gd.col("city"), "text")
>>> reward.score({"completion": ['{"city": "PARIS"}', "Paris"], "city": ["Paris", "Paris"]}).values
array([1., 0.])
"""

from __future__ import annotations

from ._patterns import find, full_match, search
from ._records import at, equal, json, keys, matches, valid

__all__ = ["at", "equal", "find", "full_match", "json", "keys", "matches", "search", "valid"]
