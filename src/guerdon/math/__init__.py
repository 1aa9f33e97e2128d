r"""Answers of mathematics: reading them, and deciding whether two are equal.

>>> import guerdon as gd
>>> right = gd.math.equal(gd.text.boxed(), gd.col("solution"))
>>> rows = {"completion": [r"so \boxed{\frac{2}{4}}", r"\boxed{0.51}", "a half"], "solution": ["0.5", "1/2", "1/2"]}
>>> right.score(rows).values
array([1., 0., 0.])
"""

from __future__ import annotations

from ._decide import same
from ._public import answer, canonical, equal
from .coefficients import coefficients

__all__ = ["answer", "canonical", "coefficients", "equal", "same"]
