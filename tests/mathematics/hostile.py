"""Answers made to hang, to exhaust or to break whoever reads them. Each is a text that a model could emit."""

from __future__ import annotations

import random
from collections.abc import Callable


def flood(count: int, seed: int = 0) -> list[str]:
    """Short answers, nearly all of them different, a part of them nonsense: for what adds up over a long run."""
    rng = random.Random(seed)
    shapes = (
        lambda: str(rng.randint(-(10**6), 10**6)),
        lambda: rf"\frac{{{rng.randint(1, 10**6)}}}{{{rng.randint(1, 10**6)}}}",
        lambda: f"{rng.random():.9f}",
        lambda: rf"{rng.randint(2, 999)}\sqrt{{{rng.randint(2, 99999)}}}",
        lambda: f"x^{rng.randint(2, 30)}+{rng.randint(1, 10**6)}x-{rng.randint(1, 99)}",
        lambda: f"({rng.randint(0, 999)},{rng.randint(0, 999)}]",
        lambda: rf"\text{{{''.join(rng.choices('abcdefghij', k=12))}}}",
        lambda: f"{rng.randint(2, 9)}^{{{rng.randint(2, 99)}^{{{rng.randint(2, 99)}}}}}",
        lambda: f"\\{''.join(rng.choices('abcdefghij', k=9))}{{{rng.randint(0, 9**9)}}}",
        lambda: "".join(rng.choices("0123456789+-*/^_{}()[]\\,.$ xyz", k=rng.randint(1, 40))),
    )
    return [rng.choice(shapes)() for _ in range(count)]


def _nested(opening: str, inside: str, closing: str, depth: int) -> str:
    return opening * depth + inside + closing * depth


def _fractions(depth: int) -> str:
    return r"\frac{1}{1+" * depth + "1" + "}" * depth


def _matrix(rows: int, columns: int) -> str:
    row = "&".join(["1"] * columns)
    return r"\begin{pmatrix}" + r"\\".join([row] * rows) + r"\end{pmatrix}"


def _junk(seed: int, length: int) -> str:
    rng = random.Random(seed)
    return "".join(
        chr(rng.choice((rng.randint(32, 126), rng.randint(0xA0, 0x2FFF), rng.randint(0x1F300, 0x1FAFF))))
        for _ in range(length)
    )


def _commands(seed: int, length: int) -> str:
    rng = random.Random(seed)
    words = (
        r"\frac",
        r"\sqrt",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "^",
        "_",
        "&",
        r"\\",
        r"\left(",
        r"\right)",
        r"\begin{pmatrix}",
        r"\end{pmatrix}",
    )
    more = (
        "1",
        "x",
        "+",
        "-",
        ",",
        "=",
        "<",
        r"\pm",
        r"\cup",
        r"\infty",
        r"\text{",
        r"\sum",
        r"\int",
        r"\lim",
        "!",
        "%",
        "$",
        r"\boxed{",
        r"\{",
        r"\}",
    )
    return "".join(rng.choices((*words, *more), k=length))


MAKERS: dict[str, Callable[[], str]] = {  # none is longer than some megabytes
    # numbers too big to be written out
    "power tower": lambda: "9^{9^{9^{9^{9}}}}",
    "power tower, long": lambda: "2" + "^{2" * 500 + "}" * 500,
    "power tower, plain": lambda: "9**9**9**9**9",
    "power tower without braces": lambda: "9" + "^9" * 40,
    "huge exponent": lambda: "10^{1000000000000}",
    "huge exponent, e": lambda: "1e999999999999",
    "huge negative exponent": lambda: "1e-999999999999",
    "huge exponent of a sum": lambda: "(x+y+z+1)^{100000}",
    "huge exponent of a fraction": lambda: r"\left(\frac{999999}{1000001}\right)^{99999999}",
    "huge exponent with a root": lambda: r"(1+\sqrt{2})^{10000000}",
    "modest exponents multiplied": lambda: "(((((((2^{999})^{999})^{999})^{999})^{999})^{999})^{999})",
    "difference of towers": lambda: "9^{9^9}-9^{9^9}+4",
    "quotient of towers": lambda: r"\frac{2^{2^{40}}}{2^{2^{40}}}",
    "tower in a root": lambda: r"\sqrt{2^{2^{50}}}",
    "root of huge degree": lambda: r"\sqrt[1000000007]{2}",
    "product of powers": lambda: r"\cdot".join(f"{n}^{{997}}" for n in range(2, 400)),
    "factorial": lambda: "1000000000!",
    "factorials of factorials": lambda: "9!!!!!!!!!!!!!!!!!!!!",
    "factorial in brackets": lambda: "((((9!)!)!)!)!",
    "binomial": lambda: r"\binom{10^9}{5*10^8}",
    "binomial, written out": lambda: r"\binom{1000000000}{500000000}",
    "million digits": lambda: "7" * 1_000_000,
    "million digits after the point": lambda: "0." + "3" * 1_000_000,
    "million digits over million digits": lambda: r"\frac{" + "7" * 500_000 + "}{" + "3" * 500_000 + "}",
    "million zeros before": lambda: "0" * 1_000_000 + "4",
    "million zeros after": lambda: "4." + "0" * 1_000_000,
    "five thousand digits": lambda: "7" * 5_000,
    "many groups of thousands": lambda: "1" + ",000" * 100_000,
    "a number with many roots": lambda: r"\sqrt{" + "9" * 399 + "}",
    "a semiprime under a root": lambda: (
        r"\sqrt{1000000000000000000000000000000000000000000000000000000000000000000000007}"
    ),
    # deep
    "ten thousand braces": lambda: _nested("{", "4", "}", 10_000),
    "ten thousand brackets": lambda: _nested("(", "4", ")", 10_000),
    "ten thousand open braces": lambda: "{" * 10_000,
    "ten thousand closed braces": lambda: "4" + "}" * 10_000,
    "million open brackets": lambda: "(" * 1_000_000,
    "nested fractions": lambda: _fractions(2_000),
    "nested fractions, halved": lambda: _fractions(40),
    "nested roots": lambda: _nested(r"\sqrt{1+", "1", "}", 2_000),
    "nested roots, a few": lambda: _nested(r"\sqrt{2+", r"\sqrt{2}", "}", 30),
    "nested powers of sums": lambda: _nested("(1+", "x", ")^2", 40),
    "nested boxes": lambda: _nested(r"\boxed{", "4", "}", 5_000),
    "nested text": lambda: _nested(r"\text{", "4", "}", 5_000),
    "nested left right": lambda: _nested(r"\left(", "4", r"\right)", 5_000),
    "signs": lambda: "-" * 100_000 + "4",
    "signs, few": lambda: "-" * 300 + "4",
    "bars": lambda: "|" * 10_000 + "4" + "|" * 10_000,
    "absolute values": lambda: _nested(r"\left|1-", "x", r"\right|", 200),
    "subscripts": lambda: "x" + "_{x" * 3_000 + "}" * 3_000,
    "dollars": lambda: "$" * 100_001,
    "environments": lambda: r"\begin{pmatrix}" * 5_000,
    # long
    "long sum": lambda: "+".join(["1"] * 300_000),
    "long sum of letters": lambda: "+".join(f"x_{{{i}}}" for i in range(50_000)),
    "long product": lambda: "".join(f"(x-{i})" for i in range(5_000)),
    "product that doubles": lambda: "".join(f"(x^{{{2**i}}}+1)" for i in range(60)),
    "product of sums of letters": lambda: "".join(f"({'+'.join('abcdefghij')}+{i})" for i in range(60)),
    "sum of fractions": lambda: "+".join(rf"\frac{{1}}{{{n}}}" for n in range(1, 3_000)),
    "sum of fractions of letters": lambda: "+".join(rf"\frac{{1}}{{x+{n}}}" for n in range(1, 1_500)),
    "sum of roots": lambda: "+".join(rf"\sqrt{{{n}}}" for n in range(2, 400)),
    "sum of roots of primes": lambda: "+".join(rf"\sqrt{{{10**12 + n}}}" for n in range(1, 150, 2)),
    "signs of both kinds": lambda: "4" + r"\pm 1" * 40,
    "signs of both kinds, in a set": lambda: (
        r"\{" + ",".join([r"1\pm\sqrt{2}\pm\sqrt{3}\pm\sqrt{5}\pm\sqrt{7}\pm\sqrt{11}"] * 30) + r"\}"
    ),
    "long set": lambda: r"\{" + ",".join(map(str, range(100_000))) + r"\}",
    "long list": lambda: ",".join(map(str, range(100_000))),
    "list within the limits": lambda: ",".join(rf"\sqrt{{{n}}}+\pi" for n in range(2, 250)),
    "long union": lambda: r"\cup".join(f"({2 * i},{2 * i + 1})" for i in range(20_000)),
    "matrix with 100,000 cells": lambda: _matrix(1_000, 100),
    "matrix with one long row": lambda: _matrix(1, 100_000),
    "matrix with long column": lambda: _matrix(100_000, 1),
    "matrix to a power": lambda: _matrix(10, 10) + "^{1000000}",
    "many equations": lambda: "=".join(["4"] * 100_000),
    "chain of inequalities": lambda: "<".join(map(str, range(50_000))),
    "many answers": lambda: "4 or " * 50_000 + "4",
    "many ands": lambda: "4 and " * 50_000 + "4",
    "many boxes": lambda: r"\boxed{4}" * 50_000,
    "spaces": lambda: " " * 1_000_000 + "4",
    "thin spaces": lambda: r"\," * 300_000 + "4",
    "commas": lambda: "," * 200_000,
    "points": lambda: "." * 200_000,
    "points between digits": lambda: "1." * 100_000,
    "backslashes": lambda: "\\" * 200_001,
    "letters": lambda: "a" * 1_000_000,
    "one long command": lambda: "\\" + "a" * 1_000_000,
    "long text": lambda: r"\text{" + "the answer is four " * 50_000 + "}",
    "degrees": lambda: "4" + r"^\circ" * 20_000,
    "percents": lambda: "4" + r"\%" * 20_000,
    "percent tower": lambda: "4" + "%" * 2_000,
    "units": lambda: "4" + r"\text{ cm}" * 20_000,
    # what computer algebra does not come back from
    "infinite sum": lambda: r"\sum_{n=1}^{\infty}\frac{\sin(n^{n})}{n^{2}+\cos(n)}",
    "long finite sum": lambda: r"\sum_{n=1}^{10000000000}\frac{1}{n^3+n+1}",
    "product over many": lambda: r"\prod_{n=1}^{1000000000}(1+\frac{1}{n^2})",
    "integral": lambda: r"\int_0^1\int_0^x\frac{e^{\sin(x^y)}}{\ln(1+x^{x^{x}})}dydx",
    "integral of a quotient": lambda: r"\int\frac{x^{100}+1}{x^{101}+x^{7}+x^3+3}dx",
    "limit": lambda: r"\lim_{x\to0}\left(\frac{\sin(\tan x)-\tan(\sin x)}{x^{7}}\right)^{\sin(1/x)}",
    "derivative": lambda: r"\frac{d^{1000}}{dx^{1000}}\sin(x^{x^{x}})",
    "trigonometry": lambda: "+".join(rf"\sin^{{{n}}}({n}x)\cos^{{{n}}}({n + 1}x)" for n in range(2, 40)),
    "nested trigonometry": lambda: _nested(r"\sin(\cos(\tan(", "x", ")))", 15),
    "logarithms": lambda: r"\log_{" * 15 + "2" + "}{3}" * 15,
    "equation of high degree": lambda: "x^{97}+x^{53}-x^{31}+7x^{5}-3x+1=0",
    "system": lambda: ",".join(f"x_{i}^{{{i + 2}}}+x_{{{i + 1}}}^{{3}}=1" for i in range(12)),
    "inequality of high degree": lambda: "x^{31}-7x^{17}+x^{3}-1>0",
    "absolute inequality": lambda: r"\left|\left|\left|x^{3}-1\right|-2\right|-\sin x\right|\le 7",
    "determinant": lambda: r"\det" + _matrix(12, 12).replace("1", "(x+y)"),
    "modulus": lambda: r"3^{10^{18}} \bmod 10^{400}",
    "gcd": lambda: r"\gcd(10^{400}+1,10^{399}+3)",
    "floor of a tower": lambda: r"\lfloor\pi^{\pi^{\pi^{\pi}}}\rfloor",
    "complex tower": lambda: "i^{i^{i^{i^{i^{i}}}}}",
    "gamma": lambda: r"\Gamma(10^{10})",
    "polynomial in many letters": lambda: "(a+b+c+d+e+f+g+h)^{30}-(h+g+f+e+d+c+b+a)^{30}",
    # broken, strange, and meant for whoever evaluates
    "python": lambda: "__import__('os').system('sleep 100')",
    "python in a list": lambda: "[9**9**9 for _ in range(10**9)]",
    "lambda": lambda: "(lambda f: f(f))(lambda f: f(f))",
    "infinity": lambda: "inf",
    "not a number": lambda: "nan",
    "infinity less infinity": lambda: r"\infty-\infty",
    "zero below": lambda: r"\frac{1}{0}",
    "zero below, hidden": lambda: r"\frac{4}{(x+1)^2-x^2-2x-1}",
    "zero to zero": lambda: "0^0",
    "zero to minus one": lambda: "0^{-1}",
    "logarithm of zero": lambda: r"\log 0",
    "tangent of a right angle": lambda: r"\tan\frac{\pi}{2}",
    "negative root": lambda: r"\sqrt{-" + "1" * 300 + "}",
    "empty commands": lambda: r"\frac{}{}\sqrt{}^{}_{}",
    "half a fraction": lambda: r"\frac{1",
    "half a matrix": lambda: r"\begin{pmatrix}1&2\\3",
    "half an environment": lambda: r"\begin{",
    "wrong brackets": lambda: "([)]{(})[{]}" * 3_000,
    "null": lambda: "4\x00",
    "control characters": lambda: "".join(map(chr, range(32))) + "4",
    "lone surrogate": lambda: "4\ud800",
    "right to left": lambda: "\u202e4\u202c\u200f",
    "zero width": lambda: "\u200b" * 50_000 + "4",
    "combining marks": lambda: "4" + "\u0301" * 50_000,
    "emoji": lambda: "4️⃣" * 10_000,
    "digits of other scripts": lambda: "٤२௪៤" * 5_000,
    "superscripts": lambda: "9" + "⁹" * 20_000,
    "fractions in unicode": lambda: "½" * 5_000,
    "circled": lambda: "④" * 5_000,
    "one character that grows": lambda: "ﷺ" * 20_000,
    "junk": lambda: _junk(1, 100_000),
    "junk, short": lambda: _junk(2, 200),
    "commands at random": lambda: _commands(3, 60_000),
    "commands at random, short": lambda: _commands(4, 300),
    "commands at random, middling": lambda: _commands(5, 2_500),
    "macros": lambda: r"\def\a{\a\a}\a",
    "macros that double": lambda: (
        "".join(rf"\newcommand{{\{chr(97 + i)}}}{{\{chr(98 + i)}\{chr(98 + i)}}}" for i in range(20)) + r"\a"
    ),
    "input": lambda: r"\input{/etc/passwd}",
    "unfinished comment": lambda: "4%" * 20_000,
    "html": lambda: "<b>" * 30_000 + "4",
    "format": lambda: "%s%n{0}{1.__class__}" * 1_000,
}
