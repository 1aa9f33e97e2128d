"""What the exact path leaves open goes to math-verify and sympy; only ever called in a worker that can be killed."""

from __future__ import annotations

from .._extras import need
from ..expr.values import Failed


def verify(a: str, b: str) -> int:
    """1 if math-verify takes the answer for the reference, else 0. Its own timeouts are off: the worker has one."""
    math_verify = need("math_verify", extra="math")
    config = [math_verify.LatexExtractionConfig(boxed_match_priority=0), math_verify.ExprExtractionConfig()]
    parsed = [math_verify.parse(f"$\\boxed{{{text}}}$", config, parsing_timeout=None) for text in (b, a)]
    if not all(parsed):
        raise Failed("the answer was not read as mathematics")
    # Both orders: its verdict depends on which is called gold.
    gold, answer = parsed
    return int(
        math_verify.verify(gold, answer, timeout_seconds=None, strict=True)
        and math_verify.verify(answer, gold, timeout_seconds=None, strict=True)
    )
