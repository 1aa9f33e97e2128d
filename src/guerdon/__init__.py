"""Guerdon: a reward is a value you can compose, explain, check and hand to any trainer."""

from __future__ import annotations

from .expr.columns import Column, col, const
from .expr.duels import other
from .expr.function import Function, function
from .expr.score import Score, stack, where
from .expr.score import maximum as max
from .expr.score import minimum as min
from .expr.state import dual, param, random, running, step
from .expr.values import ContractError, Failed, Unscored

__version__ = "0.1.0"
