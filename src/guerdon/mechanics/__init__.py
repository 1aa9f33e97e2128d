"""Statics: what supports push back with, exactly, as the reference of an answer.

>>> import guerdon as gd
>>> [str(r) for r in gd.mechanics.reactions([gd.mechanics.Force(at="1/4")], supports=(0, 1))]
['3/4', '1/4']
"""

from __future__ import annotations

from ._beams import Couple, Force, Load, Spread, clamp, reactions
from ._leaves import solved

__all__ = ["Couple", "Force", "Load", "Spread", "clamp", "reactions", "solved"]
