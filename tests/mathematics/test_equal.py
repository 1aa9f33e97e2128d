"""Which answers are equal and which are not, by kind. Every pair is decided in both orders."""

from __future__ import annotations

from fractions import Fraction

import pytest

import guerdon as gd
from guerdon.math import same

EQUAL = {
    "numbers": [("0.50", "1/2"), ("-3", "−3"), (".5", r"\frac12"), ("3.", "3"), ("+7", "7"), ("1e3", "1000")],
    "thousands": [("1,234", "1234"), ("1{,}234", "1234"), (r"1,\!234", "1234"), ("1 234", "1234"),
        (r"10\,000", "10000")],
    "fractions": [(r"\dfrac{2}{4}", r"\tfrac12"), (r"\frac{270}7", "270/7"), ("½", "0.5"), (r"{11 \over 2}", "5.5")],
    "mixed": [(r"1\frac45", "9/5"), ("1 4/5", "1.8"), (r"-1\frac{1}{2}", "-1.5"), (r"137\frac{1}{2}", "137.5")],
    "repeating": [(r"0.\overline{3}", "1/3"), ("0.(3)", "1/3"), (r"0.1\overline{6}", "1/6"),
        ("0.333...", "1/3"), ("0.1666…", "1/6"), (r"0.0909\ldots", "1/11"), ("0.142857142857...", "1/7")],
    "percent": [("50%", "50"), (r"50\%", "0.5"), ("28 percent", r"28\%"), ("12.5 pct", "1/8")],
    "scientific": [(r"6.72\times10^{-5}", ".0000672"), ("6.72e-5", "0.0000672"), ("3 x 10^5", "300000")],
    "radicals": [
        (r"\frac{\sqrt{3}}{3}", r"\frac{1}{\sqrt{3}}"), (r"\sqrt{12}", r"2\sqrt3"), ("√2", "2^{1/2}"),
        (r"\frac{1}{1+\sqrt2}", r"\sqrt2-1"), (r"\sqrt[3]{16}", r"2\sqrt[3]{2}"), (r"\sqrt{-3}", r"i\sqrt{3}"),
        (r"\sqrt[6]{4}", r"\sqrt[3]{2}"), (r"\sqrt2\sqrt3", r"\sqrt6"),
    ],
    "constants": [(r"\frac{9}{4}\pi", r"\frac{9\pi}{4}"), ("2π", r"2\pi"), (r"e^2e^3", "e^5"), (r"\ln 4", r"2\ln 2")],
    "angles": [(r"\sin(\pi/6)", "1/2"), (r"\cos 45^\circ", r"\frac{\sqrt2}{2}"), (r"e^{i\pi}", "-1"),
        (r"90^\circ", "90")],
    "logarithms": [(r"\log_2 8", "3"), (r"\ln e^2", "2"), (r"e^{\ln 3}", "3"), (r"\log 100", "2")],
    "complex": [("6+9i", "9i+6"), ("i^2", "-1"), (r"\frac{1}{i}", "-i"), ("(1+i)^2", "2i")],
    "polynomials": [("(x+1)^2", "x^2+2x+1"), (r"\frac{x+2}{7}", r"\frac{x}{7}+\frac{2}{7}"), ("2(a+b)", "2b+2a")],
    "quotients": [(r"\frac{x^2-1}{x-1}", "x+1"), (r"\frac{1}{x}+\frac{1}{y}", r"\frac{x+y}{xy}")],
    "powers": [("2^{x+1}", r"2\cdot 2^x"), ("9^{9^9}", "9^{387420489}"), ("a^{-2}", r"\frac{1}{a^2}")],
    "factorials": [("5!", "120"), (r"\binom{5}{2}", "10"), (r"\frac{1}{2004!}", "1/2004!")],
    "units": [("15 cm^2", "15"), (r"15\mbox{ cm}^2", "15"), ("5 apples", "5"), ("10 miles", "10 mi"), ("5th", "5"),
        ("5 m/s", "5")],
    "money": [("$18.00", "18"), (r"\$18", "18 dollars"), ("€5", "5"), ("4 million", "4000000"),
        ("USD 18.90", r"\$18.90"), ("18.90 EUR", "€18.90")],
    "lists": [("2, 1", "1 and 2"), (r"1\pm\sqrt{2}", r"1-\sqrt2, 1+\sqrt2"), (r"12\text{ and }13", "12, 13"),
        ("1;2", "2,1"), (r"\pm 1", r"\pm-1"), (r"3\pm 4", r"3\mp 4"), ("(8 or -2)", "-2, 8")],
    "sets": [(r"\{1,2\}", r"\{2,1,1\}"), (r"\{1,2\}", "2, 1"), (r"\emptyset", r"\{\}"), (r"\{5\}", "5")],
    "tuples": [("(1,2)", r"\left( 1 ,\, 2 \right)"), (r"\langle 1,2 \rangle", "(1,2)"), ("(p,q)=(3,2)", "(3,2)")],
    "intervals": [
        (r"x\ge5", r"[5,\infty)"), (r"-2\le x\le7", "[-2,7]"), (r"x<2\text{ or }x>3", r"(-\infty,2)\cup(3,\infty)"),
        (r"[0,1]\cup[1,2]", "[0,2]"), (r"x\ne3", r"(-\infty,3)\cup(3,\infty)"), ("2x>6", "x>3"), ("0<f(x)<1", "(0,1)"),
        (r"1\le|z|\le2", r"[-2,-1]\cup[1,2]"), (r"\mathbb{R}", r"(-\infty,\infty)"), (r"\{x\mid x>3\}", "x>3"),
    ],
    "matrices": [
        (r"\begin{pmatrix}1&0\\0&1\end{pmatrix}", "[[1,0],[0,1]]"),
        (r"\begin{pmatrix}1\\2\end{pmatrix}", "(1,2)"),
        (r"\frac12\begin{bmatrix}2\\4\end{bmatrix}", r"\begin{pmatrix}1\\2\end{pmatrix}"),
        (
            r"\begin{pmatrix}1&1\\0&1\end{pmatrix}\begin{pmatrix}1&1\\0&1\end{pmatrix}",
            r"\begin{pmatrix}1&2\\0&1\end{pmatrix}",
        ),
    ],
    "equations": [
        ("x=5", "5"), ("f(x)=2x", "2x"), ("y=-2x", "2x+y=0"), ("x=2+3=5", "5"), ("AB=4,CD=5", "4,5"),
        (r"2x+4y-3=0", r"y=-\frac12x+\frac34"), ("p=5,q=2;p=7,q=2", "(5,2),(7,2)"), (r"x=1/3\approx0.33", "1/3"),
        ("10/3=3.33", "3.33"), (r"x=\pm3", "x=3, x=-3"), ("1/2=50%", "50%"),
        (r"2/\sqrt2=\sqrt2", r"\sqrt2"), (r"\pi\approx3.14", r"\pi"), (r"x\approx1.4", "1.4"),
    ],
    "choices": [("(B)", "B"), (r"\text{(C)}", "C"), ("D.", "d"), ("Option E", "(E)"), ("(B) 3", "B"),
        ("B. ellipse", "(B)"), (r"\boxed{\text{A}}", "A"),
        (r"\boxed{B}", "B)"), (r"$\mathbf{(C)}\ 24$", "(C)"), (r"(\text{B})", "B)"), (r"\textbf{(D)}~7", "D")],
    "texts": [("even", r"\text{Even}"), ("no solution", r"\text{No solution}"), ('"Evelyn"', "Evelyn"),
        ("an ellipse", "ellipse"), ("five", "5"), ("Twelve.", "12")],
    "bases": [("4210_{5}", "(4210)_5"), ("4210_5", "4210"), ("4210 base 5", "4210_5")],
    "times": [("3:30", "3:30"), ("7:320", "7/320"), ("10:30 a.m.", "10:30"), ("2:4", "1:2"),
        ("1 to 3", "1:3"), ("2:30 p.m.", "2:30 PM")],
    "looks": [("**4**", "4"), (r"\[9\]", "9"), (r"\(9\)", "$9$"), ("３", "3"), ("x²", "x^2"), (r"\cotx", r"\cot x"),
        ("-{}1", "-1"), (r"2\*3", "6"), ("isqrt(2)", r"i\sqrt2")],
}  # fmt: skip

DIFFERENT = {
    "numbers": [("0.333", "1/3"), ("3.14", r"\pi"), ("5", "-5"), ("1000", "100"), ("44", "4 4"), ("200", "2 00")],
    "percent": [("0.5", "50"), ("50%", "5"), ("0.5%", "50"), ("5%", "$5")],
    "radicals": [(r"\sqrt{2}", "1.41421356237309504880"), (r"4\sqrt2", "4"), (r"\sqrt{x^2}", "x"),
        (r"2\sqrt3", r"3\sqrt2")],
    "factorials": [(r"\frac{1}{2004!}", r"\frac{1}{2006!}"), ("5!", "5")],
    "polynomials": [("p-q", "q-p"), ("x+2n+1", "x+1"), ("x^2", "y^2"), ("2x", "x^2")],
    "hedges": [("5 or 6", "5"), ("5, 6", "5"), ("A B C D", "A"), ("A, B, C, D", "A"), ("all real numbers, 3", "3"),
        (r"\pm5", "5"), (r"\pm-1", "-1"), (r"(\pm-1,6)", "(-1,6)"), ("(8 or -2)", "(8,-2)"), ("8 or -2", "(8,-2)"),
        ("[-2 or 7]", "[-2,7]"), ("[-2 and 7]", "[-2,7]"), (r"\pm1", "(1,-1)"), ("0 to 1000", "0"), ("4 to 1", "4"),
        ("5 to", "5"), (r"5\rightarrow 6", "5"), (r"5\approx 6", "5"), (r"0\approx 1000", "0"), ("6=5", "5"),
        ("five or six", "5"), ("five", "6"),
        (r"17=2\sqrt5", r"2\sqrt5"), ("17=(2,4)", "(2,4)"), (r"\pm y=-2x", "y=-2x"), (r"x+y=\pm3", "x+y=3"),
        (r"\pm3:4", "3:4")],
    "lists": [("1,2,3", "2,3,4"), ("1,2", "1,2,3"), ("(1,2)", "(2,1)"), ("(1,2)", "[1,2]"), (r"\{1,2\}", "(1,2)")],
    "intervals": [("[0,1)", "(0,1)"), ("x>5", "x<5"), (r"x\ge5", "x>5"), ("[0,1]", "[0,2]"),
        (r"[0,1)\cup(1,2]", "[0,2]")],
    "equations": [("y=2x", "y=3x"), ("x=5", "y=5"), ("2x+z=1", "1"), ("a+3z=0", "0"), ("x+y=1", "x+y=2")],
    "units": [("5 cm", "5 m"), ("5m", "5"), ("5 hours", "5 minutes"), (r"4\text{ thousand}", "4"),
        ("4 squared", "4"), ("$5", "€5")],
    "texts": [("east", "west"), ("even", "2"), ("no solution", "0"), ("(A)", "(B)"), ("(A) or (B)", "(A)"),
        ("(A) 3 (B) 4", "(A)"), ("", "")],
    "times": [("12:00", "1:00"), ("3:30", "6:60"), ("1:2", "2:1")],
    "undefined": [(r"\frac10", r"\frac20"), (r"\frac10", "0"), ("0^0", "1")],
    "bases": [("11_2", "11_3"), ("555_{10}", "4210_5"), ("4210_5", "555")],
    "junk": [("7 not 8", "7"), (r"7\bmod 13", "13"), (r"4\Rightarrow7", "7"), ("12_{305}", "12"), ("((((", "1"),
        (r"\frac{", "1"), (r"2\9sqrt{5}", r"2\sqrt{5}"), ("0.33...", "1/3"), ("3.14159...", r"\pi"),
        ("2.718281828...", "e")],
}  # fmt: skip


@pytest.mark.parametrize(("a", "b"), [pair for pairs in EQUAL.values() for pair in pairs])
def test_equal(a: str, b: str) -> None:
    assert same(a, b) is True
    assert same(b, a) is True


@pytest.mark.parametrize(("a", "b"), [pair for pairs in DIFFERENT.values() for pair in pairs])
def test_different(a: str, b: str) -> None:
    assert same(a, b) is False
    assert same(b, a) is False


@pytest.mark.parametrize(
    ("a", "b"), [(r"\sqrt{3-2\sqrt2}", r"\sqrt2-1"), (r"\sin^2x+\cos^2x", "1"), (r"\int_0^1 x\,dx", r"\frac12")]
)
def test_what_needs_sympy_is_left_open_and_not_denied(a: str, b: str) -> None:
    assert same(a, b) is None
    assert same(b, a) is None


def test_a_collision_with_the_modulus_does_not_pay() -> None:
    """The field's size is public: adding it must not give another number the same standing."""
    from guerdon.math._field import P

    for answer, gold in (("x+{}", "x"), ("{}x^2+4x", "4x"), (r"\sqrt2+{}", r"\sqrt2"), ("5+{}", "5"), (r"{}\pi", "0")):
        assert same(answer.format(P), gold) is False


def test_the_leaf_tells_whose_doing_it_is() -> None:
    right = gd.math.equal(gd.col("a"), gd.col("b"), exact=True)
    rows = {
        "a": ["1/2", None, "7 not 8", "1" * 500, "5", "5", 5],
        "b": ["0.5", "1", "7", "1", None, "1" * 500, [4, "5"]],
    }
    scores = right.score(rows)
    assert scores.values[[0, 1, 2, 3, 6]].tolist() == [1.0, 0.0, 0.0, 0.0, 1.0]
    assert scores.statuses == ["scored", "failed", "failed", "failed", "unscored", "unscored", "scored"]


def test_digits_allow_what_was_rounded_and_no_more() -> None:
    right = gd.math.equal(gd.col("a"), gd.col("b"), digits=2, exact=True)
    rows = {"a": ["0.33", "3.14", "0.34", "(0.33, 2)", "5 or 0.33"], "b": ["1/3", r"\pi", "1/3", "(1/3, 2)", "1/3"]}
    assert right.score(rows).values.tolist() == [1.0, 1.0, 0.0, 1.0, 0.0]


@pytest.mark.parametrize("bad", [{"digits": -1}, {"digits": 1.5}, {"digits": True}, {"timeout": 0}])
def test_options_that_mean_nothing_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"digits|timeout"):
        gd.math.equal(gd.col("a"), gd.col("b"), **bad)  # type: ignore[arg-type]


def test_an_answer_that_is_no_expression_is_refused() -> None:
    with pytest.raises(TypeError, match=r"gd\.text\.boxed"):
        gd.math.equal("5", gd.col("b"))  # type: ignore[arg-type]


@pytest.mark.parametrize(("opening", "closing"), [("(", ")"), ("{", "}"), (r"\left(", r"\right)"), (r"\sqrt{", "^2}")])
def test_brackets_nest_as_deep_as_people_nest_them(opening: str, closing: str) -> None:
    assert same(25 * opening + "1" + 25 * closing, "1") is True
    assert same(10_000 * opening + "1" + 10_000 * closing, "1") is False


def test_same_is_a_pair_function() -> None:
    assert [same(str(Fraction(n, 4)), "0.5") for n in range(4)] == [False, False, True, False]
