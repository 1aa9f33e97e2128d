"""The key of an answer: equal answers share it."""

from __future__ import annotations

import pytest

import guerdon as gd
from guerdon.math import same
from guerdon.math._key import key_of

from .test_equal import DIFFERENT, EQUAL

# Units, names and bases are left out of a key (_FINER), and
# here equality is wider than a key can be: 0.5 and 50 are both 50%, a pair is an interval too, and so on.
_WIDER = {"percent", "tuples", "intervals", "matrices", "bases", "times", "sets", "texts", "logarithms", "equations"}


@pytest.mark.parametrize(("a", "b"), [pair for kind, pairs in EQUAL.items() if kind not in _WIDER for pair in pairs])
def test_equal_answers_share_a_key(a: str, b: str) -> None:
    assert key_of(a) == key_of(b) is not None


_FINER = {"percent", "units", "equations", "bases"}


@pytest.mark.parametrize(
    ("a", "b"), [pair for kind, pairs in DIFFERENT.items() if kind not in _FINER for pair in pairs]
)
def test_different_answers_have_different_keys(a: str, b: str) -> None:
    # A root is one of two in a field, and need not be the positive one.
    if a == r"\sqrt{x^2}":
        return
    assert key_of(a) is None or key_of(a) != key_of(b) or same(a, b)


@pytest.mark.parametrize("answer", ["", "  ", "1" * 401, "(" * 10_000, "9^{9^{9^9}}"])
def test_what_is_no_answer_has_no_key(answer: str) -> None:
    assert key_of(answer) is None


def test_votes_of_equal_answers_add_up() -> None:
    key = gd.math.canonical(gd.text.boxed())
    rows = {
        "completion": [rf"\boxed{{{answer}}}" for answer in ("1/2", "0.5", r"\frac{2}{4}", "2")] + ["none"],
        "prompt": ["?"] * 5,
    }
    votes = key.exists().sum(over=("prompt", key))
    assert votes.score(rows).values[:4].tolist() == [3.0, 3.0, 3.0, 1.0]


def test_an_equation_and_its_multiples_share_a_key() -> None:
    keys = {key_of(equation) for equation in ("2x+4y=3", "4y-3=-2x", "x+2y-3/2=0")}
    assert len(keys) == 1
    assert key_of("2x+4y=4") not in keys
    assert key_of("2x+y=0") == key_of("y=-2x") == key_of("2y+4x=0") == key_of("-2x") != key_of("y=2x")
    assert key_of("x=5") == key_of("2x=10") == key_of("5-x=0") == key_of("5")
    assert key_of("x=2y+1") == key_of("2y=x-1") != key_of("2y=x+1")
    assert key_of(r"\sqrt2y=x") == key_of(r"y=\frac{x}{\sqrt2}")
    assert key_of("x^2+y^2=4") == key_of("2x^2+2y^2=8") != key_of("x^2+y^2=5")
    assert key_of("A=4r") == key_of("4r")
    assert key_of("x+2y<3") == key_of("2x+4y<6") != key_of("x+2y>3")
