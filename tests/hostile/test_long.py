"""Completions of a third of a megabyte, made of what is dear to read: each is scored, and in no time to speak of."""

from __future__ import annotations

import time

import pytest

from .cases import CASES
from .fuzz import check, no_hang

PATTERNS = [
    "so it is ", "a", " ", "a\n", "[", "{", "(", "<", "<a>", "<answer>", "<think></think>", "\"'", "7", "1, ", "```\n",
    "```json\n{}\n```\n", "\\boxed{1} ", "\\frac{", "* ", '{"a":', "[1] ", "(1, 2) ", "\U0001f642", "\\", "[1,2],",
    '<tool_call>{"name": "w", "arguments": {}}</tool_call>', "a: 1\n", "x^", "&amp;", "\u202e\u200b", "A. B. ",
]  # fmt: skip
LIMIT = 30
"""Seconds of CPU that a completion may take on a slow machine; each takes less than two here."""


def long(piece: str, size: int) -> str:
    return piece * (size // len(piece))


@pytest.mark.parametrize(
    "size", [pytest.param(3_000, id="3 kB"), pytest.param(300_000, id="300 kB", marks=pytest.mark.full)]
)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_long_completions(case, size):
    texts = [long(piece, size) for piece in PATTERNS]
    texts += [long(case.right, size), f"<answer>{long(case.right, size)}</answer>", f"{long('so ', size)}{case.right}"]
    texts += [long("<think>", size) + case.right, case.right + long("</answer>", size)]
    if size < 10_000:
        check(case, case.scored(texts), texts)
        return
    for text in texts:
        start = time.process_time()
        with no_hang(case.name):
            check(case, case.scored([text]), [text[:60]])
        assert time.process_time() - start < LIMIT, (case.name, text[:20])
