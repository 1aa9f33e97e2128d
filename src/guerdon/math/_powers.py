"""Factors: atoms with their powers, subscripts, per cent signs and factorials."""

from __future__ import annotations

from ._atoms import Atoms
from ._cursor import RELATIONS, SETS
from ._limits import MAX_POSTFIX, TooBig, Unreadable
from ._tokens import Token
from ._trees import Tree, digits_of, shown

_POSTFIX = frozenset(("%", "!", "'", "degree", "^", "_"))
_MONEY = frozenset(("$", "€", "£", "¥", "¢", "Rs", "USD", "EUR", "GBP", "INR"))
_BASES = frozenset(str(base) for base in range(2, 37))
_WORD_BASES = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}


class Powers(Atoms):
    """Reads factors."""

    def factor(self) -> Tree:
        if self.peek.kind == "word" and self.peek.text in _MONEY and self.ahead().kind in ("num", "op"):
            money = self.peek.text
            self.at += 1
            if self.is_op("."):
                self.at += 1
            return ("unit", self.signed_factor(), money)
        self.deeper()
        found = self.atom()
        count = 0
        while True:
            token = self.peek
            if token.text not in _POSTFIX or token.kind not in ("op", "cmd"):
                break
            count += 1
            if count > MAX_POSTFIX:
                raise TooBig("too many powers, primes or factorials in a row")
            if token.text == "^":
                found = self.raised(found)
            elif token.text == "_":
                found = self.lowered(found)
            else:
                self.at += 1
                if token.text == "%":
                    found = ("percent", found)
                elif token.text == "!":
                    found = ("call", "factorial", [found])
                elif token.text == "degree":
                    found = ("unit", found, "degree")
                elif found[0] == "num":
                    found = ("unit", found, "'")
                else:
                    found = ("call", "prime", [found])
        self.depth -= 1
        return found

    def signed_factor(self) -> Tree:
        negative = False
        while self.is_op("-", "+"):
            negative ^= self.peek.text == "-"
            self.at += 1
        factor = self.factor()
        return ("neg", factor) if negative else factor

    def raised(self, base: Tree) -> Tree:
        r"""A power; ^\circ is a degree, ^{th} an ordinal, ^{-1} after a function its inverse."""
        self.at += 1
        if self.is_cmd("degree"):
            self.at += 1
            return ("unit", base, "degree")
        if self.peek.kind == "word" and base[0] != "text":
            word = self.peek.text
            self.at += 1
            return ("unit", base, word)
        if self.is_op("{") and self.ahead().text in ("degree", "prime") and self.ahead(2).text == "}":
            kind = self.ahead().text
            self.at += 3
            return ("unit", base, "degree") if kind == "degree" else ("call", "prime", [base])
        if self.is_cmd("prime"):
            self.at += 1
            return ("call", "prime", [base])
        exponent = self.exponent()
        if exponent[0] == "text":
            if base[0] == "text":
                raise Unreadable("a word to the power of a word")
            return ("unit", base, exponent[1])
        if base[0] == "unit":
            return ("unit", base[1], f"{base[2]}^{shown(exponent)}")
        return ("pow", base, exponent)

    def exponent(self) -> Tree:
        if self.is_op("{"):
            return self.braced()
        if self.is_op("-", "+"):
            negative = self.peek.text == "-"
            self.at += 1
            found = self.exponent_atom()
            return ("neg", found) if negative else found
        return self.exponent_atom()

    def exponent_atom(self) -> Tree:
        """An exponent without braces; towers are read from the right, as they are meant: 2^3^2 is 2^9."""
        self.deeper()
        base = self.atom()
        if self.is_op("^"):
            base = self.raised(base)
        self.depth -= 1
        return base

    def lowered(self, base: Tree) -> Tree:
        """A subscript: the base of a numeral, or part of a name."""
        self.at += 1
        if self.is_op("{"):
            self.at += 1
            tokens: list[str] = []
            depth = 1
            while True:
                token = self.peek
                if token.kind == "end":
                    raise Unreadable("an open brace")
                depth += (token.text == "{") - (token.text == "}")
                self.at += 1
                if depth == 0:
                    break
                tokens.append(token.text)
            below = "".join(tokens)
        else:
            if self.peek.kind == "end":
                raise Unreadable("an open subscript")
            below = self.peek.text
            self.at += 1
        if below.startswith("(") and below.endswith(")"):
            below = below[1:-1]
        if base[0] == "mul" and len(base[1]) == 1:
            base = base[1][0]
        if base[0] == "num":
            named = int(below) if below in _BASES else _WORD_BASES.get(below)
            if named is None:
                raise Unreadable(f"a number with the index {below!r}")
            return ("base", digits_of(base[1]), named)
        if base[0] == "sym":
            return ("sym", f"{base[1]}_{below}")
        if base[0] == "call" and base[1] == "log":
            return base
        return ("call", f"index_{below}", [base])

    def named_base(self) -> int:
        """Passes over "base 5", "in base 5" or "(base 5)" and gives the base; 0 where it does not stand here."""
        begun = self.at
        bracket = self.is_op("(")
        self.at += bracket or self.peek.text == "in"
        token = self.ahead()
        if self.peek.text == "base" and token.kind == "num" and token.text in _BASES:
            self.at += 2
            if not bracket:
                return int(token.text)
            if self.is_op(")"):
                self.at += 1
                return int(token.text)
        self.at = begun
        return 0

    def starts_factor(self, token: Token) -> bool:
        if token.kind in ("num", "letter"):
            return not self.is_union()
        if token.kind == "word":
            return False
        if token.kind == "op":
            return token.text in ("(", "[", "\\{", "{") or (token.text == "|" and self.bars == 0)
        return token.kind == "cmd" and token.text not in RELATIONS and token.text not in SETS and token.text not in (
            "pm", "mp", "rangle", "degree", "end", "rfloor", "rceil", "right", "over", "choose", "pmod", "mod", "bmod",
        )  # fmt: skip

    def is_union(self) -> bool:
        """Whether a letter U between brackets joins two intervals."""
        joins = self.peek.text == "U" and self.at > 0 and self.tokens[self.at - 1].text in (")", "]")
        return joins and self.ahead().text in ("(", "[")
