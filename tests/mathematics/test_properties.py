"""Laws of equality on random answers, against 120 digits of mpmath and against sympy."""

from __future__ import annotations

import re

import hypothesis
import mpmath
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import guerdon as gd
from guerdon.math import same

from . import answers as a
from . import values
from .equivalents import to_sympy
from .spelling import Style, styles, write
from .trees import LETTERED_ROOTS, NESTED, POLYNOMIALS, RADICALS, RATIONALS, SNIPPETS, distributed, shuffled

KINDS: dict[str, st.SearchStrategy[a.Tree]] = {
    "rational": RATIONALS,
    "polynomial": POLYNOMIALS,
    "radical": RADICALS,
    "nested": NESTED,
    "lettered": LETTERED_ROOTS,
}
DECIDED = {"rational", "polynomial", "radical"}
"""Kinds that the exact path decides without asking anyone."""
STYLES = st.sampled_from([style for _, style in styles()])
EXAMPLES = 10
WORD = re.compile(r"(?:^|[({])\s*[A-Za-z]{3,}\s*(?:[)}]|$)")


def sound(tree: a.Tree) -> bool:
    """Whether a tree has a value: nothing divided by zero, nothing beyond 10**60 or below 10**-30 but zero."""
    try:
        sizes = [abs(values.number(tree, point)) for point in range(values.POINTS)]
    except ZeroDivisionError:
        return False
    return all(size < 1e60 for size in sizes) and all(size == 0 or size > 1e-30 for size in sizes)


def same_where_real(left: a.Tree, right: a.Tree) -> bool:
    """As ``values.same``, at the points where both sides are real: what the room compares letters by."""
    pairs = [(values.number(left, point), values.number(right, point)) for point in range(values.POINTS)]
    real = [(x, y) for x, y in pairs if not (x.imag or y.imag)]
    assume(real)
    with mpmath.workdps(values.DIGITS):
        return all(values.close(x, y) for x, y in real)


def judged(left: a.Tree, right: a.Tree, style: Style, kind: str) -> None:
    """The verdict is right, the same in both orders, and there is one."""
    assume(sound(left) and sound(right))
    texts = write(left), write(right, style)
    assume(not any(map(WORD.search, texts)))  # letters alone are a word, in brackets too: east is not seat
    found = same(*texts)
    truth = same_where_real(left, right) if kind == "lettered" else values.same(left, right)
    hypothesis.note(f"{texts}: {found}, and it is {truth}")
    assert same(*reversed(texts)) is found
    assert found is truth or (found is None and kind not in DECIDED)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_two_random_answers(kind: str, data: st.DataObject) -> None:
    tree, other = data.draw(KINDS[kind]), data.draw(KINDS[kind])
    judged(tree, other, data.draw(STYLES), kind)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_the_same_answer_turned_round_and_multiplied_out(kind: str, data: st.DataObject) -> None:
    tree = data.draw(KINDS[kind])
    for other in (tree, shuffled(tree), distributed(tree)):
        judged(tree, other, data.draw(STYLES), kind)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_a_little_added_is_another_answer(kind: str, data: st.DataObject) -> None:
    tree = data.draw(KINDS[kind])
    little = data.draw(st.sampled_from(["1", "0.000001", "0.000000000001", "100000000000000000000"]))
    judged(tree, a.Sum((tree, a.Number(little))), data.draw(STYLES), kind)
    judged(
        tree, a.Negative(a.Negative(tree)) if data.draw(st.booleans()) else a.Negative(tree), data.draw(STYLES), kind
    )


@pytest.mark.parametrize("kind", sorted(DECIDED))
@settings(max_examples=EXAMPLES // 2)
@given(data=st.data())
def test_what_sympy_makes_of_it(kind: str, data: st.DataObject) -> None:
    """Sympy's own LaTeX of the expanded, factored and combined expression is read and accepted."""
    tree = data.draw(KINDS[kind])
    assume(sound(tree))
    expression = to_sympy(tree)
    assume(not expression.has(sympy.zoo, sympy.nan))
    for change in (sympy.expand, sympy.together, sympy.factor):
        text = sympy.latex(change(expression))
        assume(len(text) < 2_000)
        hypothesis.note(f"{write(tree)} and {text}")
        assert same(write(tree), text) is True


@pytest.mark.parametrize("kind", sorted(DECIDED))
@settings(max_examples=EXAMPLES // 2)
@given(data=st.data())
def test_keys_are_equal_where_answers_are(kind: str, data: st.DataObject) -> None:
    tree, style = data.draw(KINDS[kind]), data.draw(STYLES)
    assume(sound(tree))
    others = [shuffled(tree), distributed(tree), a.Sum((tree, a.Number("1")))]
    rows = {"a": [write(tree)] * 3, "b": [write(other, style) for other in others]}
    key = gd.math.canonical
    assert list((key(gd.col("a")) == key(gd.col("b"))).score(rows).values) == [1, 1, 0]


@settings(max_examples=100)
@given(SNIPPETS, SNIPPETS)
def test_any_two_texts_in_either_order(left: str, right: str) -> None:
    assert same(left, right) is same(right, left)


@settings(max_examples=60)
@given(SNIPPETS, SNIPPETS)
def test_keys_of_any_texts(left: str, right: str) -> None:
    """Equal keys are equal answers, but for the names and units that a key leaves out."""
    assume(not any(mark in left + right for mark in ("cm", "=", "%", "$", "circ", "in ")))
    rows = {"a": [left], "b": [right]}
    if list((gd.math.canonical(gd.col("a")) == gd.math.canonical(gd.col("b"))).score(rows).values) == [1]:
        assert same(left, right) is not False


@pytest.mark.full
@settings(max_examples=3_000)
@given(SNIPPETS, SNIPPETS)
def test_many_texts_in_either_order(left: str, right: str) -> None:
    assert same(left, right) is same(right, left)


@pytest.mark.full
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=1_000)
@given(data=st.data())
def test_many_random_answers(kind: str, data: st.DataObject) -> None:
    tree, style = data.draw(KINDS[kind]), data.draw(STYLES)
    for other in (tree, shuffled(tree), distributed(tree), data.draw(KINDS[kind]), a.Negative(tree)):
        judged(tree, other, style, kind)
