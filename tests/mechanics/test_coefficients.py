"""Coefficients of a symbol, as models write them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guerdon as gd
from guerdon.math.coefficients import coefficients, read_coefficients


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"\frac{3}{4}P, 0.25P", "3/4 1/4"),
        ("0.1P,0.25P,0.5P,0.75P", "1/10 1/4 1/2 3/4"),
        (r"2 \cdot P; 3*P; 4 \times P", "2 3 4"),
        (r"\frac{3P}{2} and \dfrac{P}{6} and \tfrac{-P}{2}", "3/2 1/6 -1/2"),
        ("3/4P, P/4, (3/4)P, 3P/2", "3/4 1/4 3/4 3/2"),
        ("P", "1"),
        ("-P, \u22120.5P, +2P", "-1 -1/2 2"),
        ("0", "0"),
        ("0.0, P", "0 1"),
        ("R_A = P - 0.25P = 0.75P", "3/4"),
        (r"R_A=\frac{3}{4}P \text{ and } R_B=\frac{1}{4}P", "3/4 1/4"),
        (r"\left\{0.5P, 0.5P\right\}", "1/2 1/2"),
        (r"\begin{pmatrix}0.5P\\ 0.25P\end{pmatrix}", "1/2 1/4"),
        (r"P\left(\frac{1}{2}\right)", "1/2"),
        (r"0.75\,P", "3/4"),
        ("0.75P = R_A", "3/4"),
    ],
)
def test_as_written(text, found):
    assert [str(value) for value in read_coefficients(text, "P")] == found.split()


@pytest.mark.parametrize(
    "text",
    ["", "P^2", "2PL", "P_1", r"\pm 0.25P", r"\sqrt{2}P", "105", "3", "10", "P/0", r"\frac{P}{0}", "PP", "1/P", "P = 5",
     r"\frac{1}{P}", "2*x*P", "0.5"],
)  # fmt: skip
def test_what_is_no_coefficient(text):
    assert read_coefficients(text, "P") == []


def test_other_symbols():
    assert read_coefficients("2w_0, 3 w_1, w_{0}", "w_0") == [2]
    assert read_coefficients(r"\frac{1}{2}\lambda", r"\lambda") == [Fraction(1, 2)]
    with pytest.raises(ValueError, match="symbol is a letter"):
        coefficients(symbol="2P")


@given(st.lists(st.fractions(-99, 99, max_denominator=99), max_size=8))
def test_what_is_written_is_read(values):
    forms = [f"{v}P" if i % 2 else rf"\frac{{{v.numerator}P}}{{{v.denominator}}}" for i, v in enumerate(values)]
    assert read_coefficients("; ".join(forms), "P") == values


@given(st.text(alphabet="P0123456789.+-*/=,;{}()\\frac^_ ", max_size=120))
def test_any_text_is_read(text):
    for value in read_coefficients(text, "P"):
        assert isinstance(value, Fraction)


def test_on_an_axis_and_limits():
    read = coefficients(gd.text.boxed())
    rows = {
        "completion": [
            r"\boxed{2P, 0}",
            r"\boxed{}",
            "2P",
            r"\boxed{" + "P," * 300 + "}",
            r"\boxed{" + "x" * 20_001 + "}",
        ]
    }
    assert read.score(rows).nested() == [[2, 0], [], [], [], []]


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        r"\frac{",
        "P",
        "P*",
        "+P",
        "9",
        "9P",
        "{P",
        "9 ",
        "(P/",
        "((((P))))",
        "=P",
        "1e400P",
        "1e-400P*",
        "P" + "9" * 399,
    ],
)
def test_hostile_texts_are_refused_or_read_at_once(piece):
    text = (piece * 20_000)[:20_000]
    values = coefficients(gd.col("completion")).score({"completion": [text]}).nested()[0]
    assert len(values) <= 256
