from __future__ import annotations

import pytest

from guerdon.expr.values import Failed, Unscored
from guerdon.text._equal import equal


@pytest.mark.parametrize(
    ("a", "b", "normalize", "expected"),
    [
        ("cat", "cat", "exact", 1),
        ("Cat", "cat", "exact", 0),
        ("Cat ", "cat", "text", 1),
        ("the cat.", "Cat", "squad", 1),
        ("0.50", 0.5, "number", 1),
        ("1/3", "0.3333", "number", 0),
        ("4", 4, "text", 1),
        ("b", ["a", "b"], "exact", 1),
        ("c", ["a", "b"], "exact", 0),
        ([{"role": "assistant", "content": "cat"}], "cat", "exact", 1),
    ],
)
def test_equal(a, b, normalize, expected):
    assert equal(a, b, normalize) == expected


def test_no_answer_is_the_completion_s_doing():
    for a in (None, []):
        with pytest.raises(Failed, match="no answer"):
            equal(a, "4")
    with pytest.raises(Failed, match="no number"):
        equal("four", "4", "number")


def test_no_reference_is_not():
    for b in (None, [], [None], ["4", None]):
        with pytest.raises(Unscored, match="no reference"):
            equal("4", b)
    with pytest.raises(Unscored, match="no number"):
        equal("4", "four", "number")
    with pytest.raises(Unscored, match="text or a number"):
        equal("4", {"a": 1})
