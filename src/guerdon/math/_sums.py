"""Sums and products: signs, mixed numbers, magnitudes and units."""

from __future__ import annotations

from fractions import Fraction

from ._limits import MAX_ITEMS, TooBig, Unreadable
from ._powers import Powers
from ._trees import Tree, digits_of, is_fraction, product, shown, signed

MAGNITUDES = {
    "tens": Fraction(10), "hundred": Fraction(100),
    "thousand": Fraction(1000), "million": Fraction(10**6), "billion": Fraction(10**9),
    "trillion": Fraction(10**12), "dozen": Fraction(12), "thousands": Fraction(1000), "millions": Fraction(10**6),
    "billions": Fraction(10**9), "half": Fraction(1, 2), "halves": Fraction(1, 2), "third": Fraction(1, 3),
    "thirds": Fraction(1, 3), "quarter": Fraction(1, 4), "quarters": Fraction(1, 4), "fourths": Fraction(1, 4),
    "fifths": Fraction(1, 5), "sixths": Fraction(1, 6), "eighths": Fraction(1, 8), "tenths": Fraction(1, 10),
    "hundredths": Fraction(1, 100), "thousandths": Fraction(1, 1000), "score": Fraction(20),
}  # fmt: skip
"""Words behind a number that multiply it."""
_NO_UNITS = frozenset(
    "squared cubed factorial minus plus times divided less more over not negative to through thru versus vs choose is"
    " equals than mod modulo if when unless except but".split()
)


_OTHER_SIGN = {"+": "-", "-": "+", "pm": "mp", "mp": "pm"}


def both_signs(first: str | None, second: str) -> str:
    r"""The sign that two in a row stand for: - - is +, and \pm - is \mp."""
    if first in (None, "+") or second == "+":
        return second if first in (None, "+") else str(first)
    if "-" not in (first, second):
        raise Unreadable("two signs in a row that are each plus or minus")
    return _OTHER_SIGN[second if first == "-" else str(first)]


class Sums(Powers):
    """Reads arithmetic."""

    def sum(self) -> Tree:
        terms: list[Tree] = []
        sign: str | None = None
        while self.is_op("+", "-") or self.is_cmd("pm", "mp"):
            sign = both_signs(sign, self.peek.text)
            self.at += 1
        terms.append(signed(sign, self.term()))
        while self.is_op("+", "-") or self.is_cmd("pm", "mp"):
            sign = self.peek.text
            self.at += 1
            while self.is_op("-", "+"):  # 3 + -4
                sign = both_signs(sign, self.peek.text)
                self.at += 1
            terms.append(signed(sign, self.term()))
        return terms[0] if len(terms) == 1 else ("add", terms)

    def term(self) -> Tree:
        """A product or quotient. All that is divided by stands in one product: a/b/c nests no deeper than a/b."""
        above: list[Tree] = [self.factor()]
        below: list[Tree] = []
        units: list[str] = []
        last: Tree | None = above[0]
        while True:
            token = self.peek
            if self.is_op("*"):
                self.at += 1
                last = self.signed_factor()
                above.append(last)
            elif self.is_op("/"):
                self.at += 1
                last = self.signed_factor()
                if last[0] == "text":
                    units.append("/" + last[1])
                else:
                    below.append(last)
            elif token.kind == "word" and token.text.lower() in MAGNITUDES and above[-1][0] != "text":
                self.at += 1
                above.append(("num", MAGNITUDES[token.text.lower()]))
                last = None
            elif len(above) == 1 and above[0][0] == "num" and not below and (named := self.named_base()):
                above = [("base", digits_of(above[0][1]), named)]
                last = None
            elif token.kind == "word" and above[-1][0] != "text" and token.text != "to":
                units.append(self.unit())
                if not _NO_UNITS.isdisjoint(units[-1].split()):
                    raise Unreadable(f"the words {units[-1]!r} behind a number")
                last = None
            elif self.is_cmd("pmod", "mod"):
                self.at += 1
                units.append(f"mod {shown(self.argument(whole=True))}")
                last = None
            elif token.kind == "letter" and token.text in "xX" and self.times_ten(last):
                self.at += 1
                last = self.factor()
                above.append(last)
            elif self.starts_factor(token):
                if units:
                    raise Unreadable(f"a number behind the words {units[-1]!r}")
                mixed = not below and len(above) == 1 and self.is_mixed(last)
                if last is not None and last[0] == "num" and token.kind == "num" and not mixed:
                    raise Unreadable("two numbers side by side")
                last = self.factor()
                if mixed and last[0] == "num" and self.is_op("/"):
                    self.at += 1
                    last = ("div", last, self.factor())
                if mixed and last[0] == "unit" and is_fraction(last[1]):
                    units.append(last[2])
                    last = last[1]
                if mixed and is_fraction(last):
                    above = [("add", [above[0], last])]
                else:
                    above.append(last)
            else:
                break
            if len(above) + len(below) + len(units) > 10 * MAX_ITEMS:
                raise TooBig("a product of too many factors")
        if len(above) + len(below) > 1 and any(factor[0] == "text" for factor in above):
            raise Unreadable("words beside a number")
        found = ("div", product(above), product(below)) if below else product(above)
        return ("unit", found, " ".join(units)) if units else found

    def times_ten(self, last: Tree | None) -> bool:
        """Whether an x between two numbers is a times sign: 3 x 10^5."""
        return last is not None and last[0] == "num" and self.ahead().kind == "num"

    def is_mixed(self, last: Tree | None) -> bool:
        """Whether an integer and a fraction follow one another, as in 1 4/5: a mixed number."""
        token = self.peek
        if last is None or last[0] != "num" or last[1].denominator != 1:
            return False
        if token.kind == "cmd":
            return token.text == "frac"
        if token.text == "{":
            return self.ahead().kind == "num" and self.ahead(2).text == "over"
        return token.kind == "num" and token.spaced and self.ahead().text == "/" and self.ahead(2).kind == "num"
