"""What the exact path leaves open goes to math-verify and sympy; only ever called in a worker that can be killed."""

from __future__ import annotations

from .._extras import need
from ..expr.values import Failed, Unscored


def verify(a: str, b: str) -> int:
    """1 if math-verify takes the answer ``a`` for the reference ``b``, else 0.

    Its own timeouts are off: the worker has one. Failed: it cannot read the answer. Unscored: nor the reference.
    """
    math_verify = need("math_verify", extra="math")
    config = [math_verify.LatexExtractionConfig(boxed_match_priority=0), math_verify.ExprExtractionConfig()]
    gold, answer = (math_verify.parse(f"$\\boxed{{{text}}}$", config, parsing_timeout=None) for text in (b, a))
    if not gold:
        raise Unscored("the reference was not read as mathematics")
    if not answer:
        raise Failed("the answer was not read as mathematics")
    # Both orders: its verdict depends on which is called gold.
    return int(
        math_verify.verify(gold, answer, timeout_seconds=None, strict=True)
        and math_verify.verify(answer, gold, timeout_seconds=None, strict=True)
    )
