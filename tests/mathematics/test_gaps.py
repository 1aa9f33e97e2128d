"""Verdicts that are known to be wrong: found by hand and by changing one character of a gold, and not mended yet."""

from __future__ import annotations

import pytest

from guerdon.math import same

TAKEN_FOR_EQUAL = [
    ("-1", r"\pm-1"),
    ("(-1,6)", r"(\pm-1,6)"),
    ("(8,-2)", "(8 or -2)"),
    ("[-2,7]", "[-2 or 7]"),
    ("0", "0 to 1000"),
    ("4", "4 to 1"),
    (r"2\sqrt{5}", r"2\9sqrt{5}"),
]
TAKEN_FOR_DIFFERENT = [
    (r"\boxed{B}", "B)"),
    ("USD 18.90", r"\$18.90"),
    ("(C)", r"$\mathbf{(C)}\ 24$"),
]


@pytest.mark.parametrize(("gold", "answer"), TAKEN_FOR_EQUAL)
@pytest.mark.xfail(strict=False, reason="an answer that is not the gold is taken for it")
def test_not_equal(gold: str, answer: str) -> None:
    assert same(gold, answer) is False


@pytest.mark.parametrize(("gold", "answer"), TAKEN_FOR_DIFFERENT)
@pytest.mark.xfail(strict=False, reason="another way to write the gold is refused")
def test_not_different(gold: str, answer: str) -> None:
    assert same(gold, answer) is not False
