"""Where a completion says its answer."""

from __future__ import annotations

import pytest

import guerdon as gd
from guerdon.math._answer import answer, boxes_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"so \boxed{\frac{1}{2}}", r"\frac{1}{2}"),
        (r"\boxed{3}. Then: the final answer is $4$. I hope it is correct.", "$4$"),
        ("The answer is 3.5.", "3.5"),
        ("**Answer:** 12", "12"),
        (r"The answer is \boxed{\{1, 2\}}.", r"\{1, 2\}"),
        (r"\boxed{4} and again \boxed{4.0}", "4"),
        ("The answer is $5$, as required.", "$5$"),
        (r"The answer is \(x^2\), which is what we wanted to show.", r"\(x^2\)"),
        ("The answer is 2:30 p.m.", "2:30 p.m"),
        (r"so $\boxed 5$.", "5"),
        (r"$\boxed 1,234$ and \boxed{1234}", "1,234"),
        (r"\boxed B.", "B"),
        ("Final answer: there are 12 such sequences.", "12"),
    ],
)
def test_said_then_boxed(text: str, found: str) -> None:
    assert answer(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4",
        r"\boxed{4} or \boxed{5}",
        r"<think>The answer is \boxed{4}",
        r"\boxed{4",
        r"\boxed 4x",
        r"\boxed 4 or \boxed{5}",
        "Final answer: there are 12 or 13 of the 40 that would do.",
        " ".join(rf"\boxed{{{n}}}" for n in range(1000)),
    ],
)
def test_no_verdict(text: str) -> None:
    assert answer(text) is None


@pytest.mark.parametrize("tail", ["or $6$", "or five", "as five is not it", "which is wrong", "but maybe half of it"])
def test_what_is_said_of_a_formula_may_change_the_answer(tail: str) -> None:
    right = gd.math.equal(gd.math.answer(), gd.col("gold"), exact=True)
    assert right.score({"completion": [f"The answer is $5$, {tail}."], "gold": ["5"]}).values[0] == 0


def test_places_are_the_users_choice() -> None:
    text = "We have $x^2 = 4$. #### 2\nThe last number is 7"
    found = {place: answer(text, (place,)) for place in ("said", "boxed", "hashes", "formula", "number")}
    assert found == {"said": None, "boxed": None, "hashes": "2", "formula": "x^2 = 4", "number": "7"}


def test_boxes() -> None:
    text = r"\boxed{1} papers and \boxed{2} bins, \boxed{1}"
    assert [answer(text, ("boxed",), boxes) for boxes in ("one", "last", "all")] == [None, "1", "1, 2"]


def test_a_box_inside_a_box_is_not_a_second_answer() -> None:
    assert boxes_in(r"\boxed{1 + \boxed{2}} \boxed{}") == [r"1 + \boxed{2}", ""]


def test_flooding_with_boxes_earns_nothing() -> None:
    right = gd.math.equal(gd.math.answer(), gd.col("gold"), exact=True)
    flood = " ".join(rf"\boxed{{{n}}}" for n in range(50))
    scores = right.score({"completion": [flood, r"\boxed{7}"], "gold": ["7", "7"]})
    assert scores.values.tolist() == [0.0, 1.0]


@pytest.mark.parametrize("bad", [{"where": ("page",)}, {"where": ()}, {"boxes": "two"}])
def test_options_that_mean_nothing_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"where|boxes"):
        gd.math.answer(**bad)  # type: ignore[arg-type]
