"""The smallest parts of an answer: numerals, names and functions."""

from __future__ import annotations

from fractions import Fraction

from ._brackets import Brackets
from ._limits import MAX_DIGITS, TooBig, Unreadable
from ._tokens import FUNCTIONS, GREEK, Token
from ._trees import Tree, letters, product

_OPAQUE = frozenset(("sum", "prod", "int", "lim"))


def _period(decimals: str) -> str:
    """The digits that dots behind some decimals repeat, where they are there twice, a single one three times."""
    for size in range(1, min(len(decimals) // 2, 20) + 1):
        period = decimals[-size:]
        if decimals.isdigit() and decimals.endswith(period * (3 if size == 1 else 2)):
            return period
    return ""


def _repeating(text: str, period: str) -> Tree:
    """The exact value of a decimal with a period behind its last digit."""
    decimals = len(text.partition(".")[2])
    return ("num", Fraction(text + "0") + Fraction(int(period), (10 ** len(period) - 1) * 10**decimals))


class Atoms(Brackets):
    """Reads one numeral, name, command or bracket."""

    def atom(self) -> Tree:
        token = self.peek
        if token.kind == "num":
            return self.numeral()
        if token.kind == "letter":
            self.at += 1
            return self.named(token.text)
        if token.kind == "word":
            return ("text", self.unit())
        if token.kind == "cmd":
            self.at += 1
            return self.command(token.text)
        if token.kind == "op":
            if token.text == "{":
                return self.braced()
            if token.text in ("(", "[", "\\{"):
                return self.group(token.text)
            if token.text == "|":
                return self.absolute()
        raise Unreadable(f"{token.text or 'the end'!r} where a number or name should stand")

    def named(self, name: str) -> Tree:
        """A letter; with brackets right behind it and another letter inside, a function's value: f(x)."""
        if self.is_op("(") and not self.peek.spaced and name in "fghFGHPp" and name != "":
            inside = self.group("(")
            arguments = inside[3] if inside[0] == "group" else [inside]
            return ("call", f"value_{name}", arguments)
        return ("sym", name)

    def numeral(self) -> Tree:
        token = self.peek
        self.at += 1
        text = token.text
        following = self.peek
        if self.is_cmd("ldots") and (period := _period(text.partition(".")[2])):
            self.at += 1
            return _repeating(text, period)
        if (
            "." not in text
            and following.text == "."
            and following.kind == "op"
            and self.ahead().text in ("overline", "dot", "(")
        ):
            text, following = text + ".", self.ahead()
            repeating = True
        else:
            repeating = "." in text and not following.spaced
        if repeating and following.text in ("overline", "dot", "(") and following.kind in ("cmd", "op"):
            found = self.repeated(text)
            if found is not None:
                return found
        if "e" in text or "E" in text:
            exponent = text.lower().partition("e")[2]
            if abs(int(exponent)) > MAX_DIGITS:
                raise TooBig("an exponent too large")
            return ("num", Fraction(text))
        return ("num", Fraction(text))

    def repeated(self, text: str) -> Tree | None:
        r"""A repeating decimal, 0.\overline{3} or 0.1(6): its exact value."""
        begun = self.at
        if self.is_op("."):
            self.at += 1
        opening = self.peek.text
        self.at += 1
        brace = self.is_op("{")
        self.at += brace
        digits = self.peek
        closed = self.ahead().text
        if (
            digits.kind != "num"
            or "." in digits.text
            or closed != (")" if opening == "(" else "}" if brace else closed)
        ):
            self.at = begun
            return None
        self.at += 1 + (brace or opening == "(")
        return _repeating(text, digits.text)

    def command(self, name: str) -> Tree:
        if name == "frac":
            above = self.argument()
            below = self.argument()
            return ("div", above, below)
        if name in ("sqrt", "cbrt"):
            degree: Tree = ("num", Fraction(3 if name == "cbrt" else 2))
            if self.is_op("[") and name == "sqrt":
                self.at += 1
                self.deeper()
                degree = self.sum()
                self.depth -= 1
                self.expect("]")
            return ("root", degree, self.argument(whole=True))
        if name == "binom":
            return ("call", "binom", [self.argument(), self.argument()])
        if name == "begin":
            return self.environment()
        if name in ("lfloor", "lceil"):
            inside = self.listed(",")
            self.expect("rfloor" if name == "lfloor" else "rceil")
            return ("call", "floor" if name == "lfloor" else "ceil", [inside])
        if name == "langle":
            return self.group("langle", begun=True)
        if name in FUNCTIONS:
            return self.function(name)
        if name in ("pi", "infty", "emptyset"):
            return ("sym", "\\" + name)
        if name in GREEK:
            return ("sym", "\\" + name)
        if name == "mathbb":
            return ("sym", f"\\mathbb {letters(self.argument())}")
        if name in (
            "angle",
            "triangle",
            "measuredangle",
            "widehat",
            "overline",
            "overrightarrow",
            "hat",
            "tilde",
            "dot",
        ):
            named = self.argument() if self.is_op("{") else self.factor()
            if (
                name == "overline"
                and named[0] == "mul"
                and all(one[0] == "sym" and one[1].isupper() for one in named[1])
            ):
                return named  # the length of a segment is written with and without its bar
            return ("call", name, [named])
        if name == "ldots":
            if self.starts_factor(self.peek) or (
                self.at > 1 and self.tokens[self.at - 2].text not in (",", ";", "\\{")
            ):
                raise Unreadable("dots beside a number")
            return ("sym", "\\ldots")
        if name in _OPAQUE:
            return self.opaque(name)
        raise Unreadable(f"the command \\{name}")

    def opaque(self, name: str) -> Tree:
        """A command that is not looked into, such as a sum or an integral, with its braces and limits."""
        parts: list[Tree] = []
        while self.is_op("{", "_", "^") and len(parts) < 8:
            if self.is_op("_", "^"):
                self.at += 1
            parts.append(self.braced() if self.is_op("{") else self.atom())
        if self.starts_factor(self.peek):
            parts.append(self.term())
        return ("call", "\\" + name, parts)

    def argument(self, whole: bool = False) -> Tree:
        """What a command takes: a group in braces, or else one digit, letter or command."""
        if self.is_op("{"):
            return self.braced()
        token = self.peek
        if token.kind == "num" and not whole and len(token.text) > 1 and token.text.isdigit():
            self.tokens[self.at] = Token("num", token.text[1:], False)
            return ("num", Fraction(int(token.text[0])))
        self.deeper()
        found = self.atom()
        self.depth -= 1
        return found

    def function(self, name: str) -> Tree:
        raised: Tree | None = None
        base: Tree | None = None
        for _ in range(2):
            if self.is_op("^") and raised is None:
                self.at += 1
                raised = self.exponent()
            elif self.is_op("_") and base is None:
                self.at += 1
                base = self.argument(whole=True)
        self.deeper()
        if self.is_op("(", "{", "["):
            inside = self.atom()
            argument = inside
        else:
            if not self.starts_factor(self.peek):
                raise Unreadable(f"{name} of nothing")
            # sin 2x is the sine of 2x: factors go on until an operator or another function.
            factors = [self.factor()]
            while self.starts_factor(self.peek) and not self.is_cmd(*FUNCTIONS) and not self.is_op("(", "[", "\\{"):
                factors.append(self.factor())
            argument = product(factors)
        self.depth -= 1
        arguments = argument[3] if argument[0] == "group" else argument[1] if argument[0] == "list" else [argument]
        if raised is not None and raised == ("neg", ("num", Fraction(1))) and name in ("sin", "cos", "tan"):
            return ("call", "arc" + name, arguments)
        found: Tree = ("call", name, arguments if base is None else [*arguments, base])
        return ("pow", found, raised) if raised is not None else found
