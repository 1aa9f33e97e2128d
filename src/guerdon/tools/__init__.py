r"""Tool calls: reading them in every usual notation, and comparing them with those wanted.

Only what the assistant writes is read: a call inside a tool's result, a user's message or thinking is none. A call that
cannot be read keeps its place, so that it is neither a call nor no call.

>>> import guerdon as gd
>>> wanted = gd.tools.calls(of=gd.col("gold"), axis=None)
>>> gold = '<tool_call>\n{"name": "w", "arguments": {"city": "Paris", "unit": "C"}}\n</tool_call>'
>>> gd.tools.agreement(wanted).score({"completion": [gold, gold.replace('"C"', '"F"')], "gold": [gold] * 2}).values
array([1.  , 0.75])
"""

from __future__ import annotations

from ._accepted import call_accepted
from ._compare import call_similarity
from ._room import abstained, accepted, agreement, called, calls, equal, pattern

__all__ = [
    "abstained",
    "accepted",
    "agreement",
    "call_accepted",
    "call_similarity",
    "called",
    "calls",
    "equal",
    "pattern",
]
