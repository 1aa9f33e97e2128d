r"""Tokens into a tree: one pass, each token looked at a fixed number of times, depth bounded.

A tree is a tuple whose first entry is its kind:

``("num", Fraction)``, ``("sym", name)``, ``("add", [terms])``, ``("mul", [factors])``, ``("div", a, b)``,
``("neg", a)``, ``("pow", a, b)``, ``("root", degree, a)``, ``("call", name, [arguments])``,
``("pm", sign)`` (a factor 1 or -1),
``("percent", a)``, ``("unit", a, text)``, ``("base", digits, base)``, ``("ratio", [parts], may_be_time)``,
``("text", words)``, ``("list", [items])``,
``("group", open, close, [items])``, ``("matrix", rows)``, ``("sets", operators, [sets])``,
``("relation", operators, [sides])``.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ._limits import MAX_DEPTH, MAX_DIGITS, MAX_ITEMS, MAX_POSTFIX, TooBig, Unreadable
from ._tokens import FUNCTIONS, GREEK, Token, tokenize

Tree = tuple[Any, ...]

RELATIONS = {"=": "=", "<": "<", ">": ">", "le": "<=", "ge": ">=", "ne": "!=", "in": "in", "approx": "approx",
             "equiv": "=", "to": "to", "rightarrow": "to", "sim": "approx",
             "\\le": "<=", "\\ge": ">=", "\\ne": "!="}  # fmt: skip
_SETS = {"cup": "cup", "cap": "cap", "setminus": "minus", "bigcup": "cup"}
_CLOSING = {"(": ")]", "[": "])", "\\{": ("\\}",), "langle": ("rangle",)}
_POSTFIX = frozenset(("%", "!", "'", "degree", "^", "_"))
_OPAQUE = frozenset(("sum", "prod", "int", "lim"))
MAGNITUDES = {
    "hundred": Fraction(100), "thousand": Fraction(1000), "million": Fraction(10**6), "billion": Fraction(10**9),
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
_UNIT_LETTERS = frozenset("mgshlL")
_MONEY = frozenset("$€£¥")
_END = Token("end", "", False)


def parse(text: str, thousands: bool = True) -> Tree:
    """The tree of an answer. Unreadable where it is no expression, TooBig where it is too long or too deep."""
    tokens = tokenize(text, thousands)
    while tokens and (
        tokens[-1].text in (".", ",", ";", ":", "\\quad", "\\\\", "*", "and") and tokens[-1].kind == "op"
    ):
        tokens.pop()
    start = 0
    while start < len(tokens) and tokens[start].text in ("*", "\\quad", ".", ",", ":", ";"):
        start += 1
    if start == len(tokens):
        raise Unreadable("no answer")
    reader = _Parser(tokens[start:])
    tree = reader.answer()
    if reader.at != len(reader.tokens):
        raise Unreadable(f"{reader.peek.text!r} where nothing more should stand")
    return tree


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.bars = 0

    @property
    def peek(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else _END

    def ahead(self, by: int = 1) -> Token:
        return self.tokens[self.at + by] if self.at + by < len(self.tokens) else _END

    def is_op(self, *texts: str) -> bool:
        token = self.peek
        return token.kind == "op" and token.text in texts

    def is_cmd(self, *texts: str) -> bool:
        token = self.peek
        return token.kind == "cmd" and token.text in texts

    def expect(self, *texts: str) -> None:
        if self.peek.text not in texts:
            raise Unreadable(f"{texts[0]!r} is missing")
        self.at += 1

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooBig(f"brackets more than {MAX_DEPTH} deep")

    # Lists and relations

    def answer(self) -> Tree:
        groups = [self.listed(",")]
        while self.is_op(";"):
            self.at += 1
            groups.append(self.listed(","))
        if len(groups) == 1:
            return groups[0]
        # p=5,q=2;p=7,q=2 are two solutions of two values each.
        if all(group[0] == "list" for group in groups):
            return ("list", [("group", "(", ")", group[1]) for group in groups])
        return ("list", [item for group in groups for item in (group[1] if group[0] == "list" else [group])])

    def listed(self, *separators: str) -> Tree:
        items = [self.relation()]
        while True:
            if not self.separator(separators):
                break
            items.append(self.relation())
            if len(items) > MAX_ITEMS:
                raise TooBig(f"more than {MAX_ITEMS} items")
        return items[0] if len(items) == 1 else ("list", items)

    def separator(self, separators: tuple[str, ...]) -> bool:
        r"""Pass over one separator: a comma, "and", "or", "\quad", or a comma and one of those."""
        begun = self.at
        while self.is_op(*separators, "and", "or", "\\quad", "&"):
            self.at += 1
        if self.at == begun:
            return False
        if self.peek.kind == "end" or self.peek.text in (")", "]", "\\}", "}"):
            self.at = begun
            return False
        return True

    def relation(self) -> Tree:
        self.deeper()
        sides = [self.sets()]
        operators: list[str] = []
        while True:
            token = self.peek
            operator = RELATIONS.get(token.text) if token.kind in ("op", "cmd") else None
            if operator is None:
                break
            self.at += 1
            operators.append(operator)
            if len(operators) > MAX_ITEMS:
                raise TooBig("a chain of too many relations")
            sides.append(self.sets())
        self.depth -= 1
        return ("relation", operators, sides) if operators else sides[0]

    def sets(self) -> Tree:
        sets = [self.ratio()]
        operators: list[str] = []
        while self.peek.kind == "cmd" and self.peek.text in _SETS:
            operators.append(_SETS[self.peek.text])
            self.at += 1
            sets.append(self.ratio())
            if len(sets) > MAX_ITEMS:
                raise TooBig("a union of too many sets")
        return ("sets", operators, sets) if operators else sets[0]

    def ratio(self) -> Tree:
        parts = [self.sum()]
        time = True
        while self.is_op(":"):
            self.at += 1
            minutes = self.peek
            # Two digits behind the colon may be minutes: 3:30.
            time = time and minutes.kind == "num" and len(minutes.text) == 2 and not minutes.spaced
            parts.append(self.sum())
            if len(parts) > MAX_ITEMS:
                raise TooBig("a ratio of too many parts")
        return ("ratio", parts, time) if len(parts) > 1 else parts[0]

    # Arithmetic

    def sum(self) -> Tree:
        terms: list[Tree] = []
        sign: str | None = None
        while self.is_op("+", "-") or self.is_cmd("pm", "mp"):
            here = self.peek.text
            self.at += 1
            sign = here if sign is None or sign == "+" else "-" if here == "+" else "+" if sign == here == "-" else here
        terms.append(_signed(sign, self.term()))
        while self.is_op("+", "-") or self.is_cmd("pm", "mp"):
            sign = self.peek.text
            self.at += 1
            while self.is_op("-", "+"):  # 3 + -4
                sign = {"+": "-", "-": "+"}.get(sign, sign) if self.peek.text == "-" else sign
                self.at += 1
            terms.append(_signed(sign, self.term()))
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
            elif token.kind == "word" and above[-1][0] != "text":
                units.append(self.unit())
                if not _NO_UNITS.isdisjoint(units[-1].split()):
                    raise Unreadable(f"the words {units[-1]!r} behind a number")
                last = None
            elif self.is_cmd("pmod", "mod"):
                self.at += 1
                units.append(f"mod {_shown(self.argument(whole=True))}")
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
                if mixed and _is_fraction(last):
                    above = [("add", [above[0], last])]
                else:
                    above.append(last)
            else:
                break
            if len(above) + len(below) + len(units) > 10 * MAX_ITEMS:
                raise TooBig("a product of too many factors")
        if len(above) + len(below) > 1 and any(factor[0] == "text" for factor in above):
            raise Unreadable("words beside a number")
        found = ("div", _product(above), _product(below)) if below else _product(above)
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

    def starts_factor(self, token: Token) -> bool:
        if token.kind in ("num", "letter"):
            return True
        if token.kind == "word":
            return False
        if token.kind == "op":
            return token.text in ("(", "[", "\\{", "{") or (token.text == "|" and self.bars == 0)
        return token.kind == "cmd" and token.text not in RELATIONS and token.text not in _SETS and token.text not in (
            "pm", "mp", "rangle", "degree", "end", "rfloor", "rceil", "right", "over", "choose", "pmod", "mod", "bmod",
        )  # fmt: skip

    def signed_factor(self) -> Tree:
        negative = False
        while self.is_op("-", "+"):
            negative ^= self.peek.text == "-"
            self.at += 1
        factor = self.factor()
        return ("neg", factor) if negative else factor

    def factor(self) -> Tree:
        if self.peek.kind == "word" and self.peek.text in _MONEY and self.ahead().kind in ("num", "op"):
            money = self.peek.text
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
            return ("unit", base[1], f"{base[2]}^{_shown(exponent)}")
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
            named = int(below) if below.isdecimal() and below.isascii() and len(below) < 3 else _WORD_BASES.get(below)
            if named is None or not 2 <= named <= 36:
                raise Unreadable(f"a number with the index {below!r}")
            return ("base", _digits_of(base[1]), named)
        if base[0] == "sym":
            return ("sym", f"{base[1]}_{below}")
        if base[0] == "call" and base[1] == "log":
            return base
        return ("call", f"index_{below}", [base])

    def braced(self) -> Tree:
        """What stands in { }: any expression."""
        self.expect("{")
        self.deeper()
        bars, self.bars = self.bars, 0
        found = self.listed(",")
        if self.is_cmd("over", "choose"):
            kind = self.peek.text
            self.at += 1
            below = self.listed(",")
            found = ("div", found, below) if kind == "over" else ("call", "binom", [found, below])
        self.expect("}")
        self.bars = bars
        self.depth -= 1
        return found

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
            if token.text == ".":
                self.at += 1
                return self.atom() if self.peek.kind != "end" else ("text", "")
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
        decimals = len(text.partition(".")[2])
        period = len(digits.text)
        value = Fraction(text + "0") + Fraction(int(digits.text), (10**period - 1) * 10**decimals)
        return ("num", value)

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
            return ("sym", f"\\mathbb {_letters(self.argument())}")
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
            argument = _product(factors)
        self.depth -= 1
        arguments = argument[3] if argument[0] == "group" else argument[1] if argument[0] == "list" else [argument]
        if raised is not None and raised == ("neg", ("num", Fraction(1))) and name in ("sin", "cos", "tan"):
            return ("call", "arc" + name, arguments)
        found: Tree = ("call", name, arguments if base is None else [*arguments, base])
        return ("pow", found, raised) if raised is not None else found

    def group(self, opening: str, begun: bool = False) -> Tree:
        r"""( ), [ ], \{ \}, or \langle \rangle: a bracketed expression, or a tuple, interval or set."""
        if not begun:
            self.at += 1
        self.deeper()
        bars, self.bars = self.bars, 0
        closing = _CLOSING[opening]
        items: list[Tree] = []
        if self.peek.text in closing:
            close = self.peek.text
            self.at += 1
        else:
            such_that = opening == "\\{" and self.peek.kind == "letter" and self.ahead().text in ("|", ":")
            if such_that:  # {x : x > 3} is the set of its condition
                self.at += 2
            found = self.answer()
            if such_that and self.peek.text in closing:
                self.at += 1
                self.bars = bars
                self.depth -= 1
                return found
            close = self.peek.text
            if close not in closing or self.peek.kind == "end":
                raise Unreadable("an open bracket")
            self.at += 1
            items = list(found[1]) if found[0] == "list" else [found]
        self.bars = bars
        self.depth -= 1
        if len(items) == 1 and (opening, close) in (("(", ")"), ("[", "]")):
            only = items[0]
            if only[0] not in ("text",) and (opening == "(" or only[0] != "group"):
                return only if only[0] != "num" else ("mul", [only])
            if opening == "(":
                return only
        return ("group", opening, close, items)

    def absolute(self) -> Tree:
        self.at += 1
        self.deeper()
        self.bars += 1
        inside = self.sum()
        self.bars -= 1
        self.depth -= 1
        self.expect("|")
        return ("call", "abs", [inside])

    def environment(self) -> Tree:
        self.expect("{")
        name = ""
        while not self.is_op("}"):
            if self.peek.kind == "end":
                raise Unreadable("an open brace")
            name += self.peek.text
            self.at += 1
        self.at += 1
        if name == "array" and self.is_op("{"):
            self.braced_away()
        if "matrix" not in name and name not in ("array", "cases"):
            raise Unreadable(f"the environment {name!r}")
        self.deeper()
        rows: list[list[Tree]] = [[]]
        count = 0
        while not self.is_cmd("end"):
            if self.is_op("\\\\"):
                self.at += 1
                rows.append([])
                continue
            if self.is_op("&"):
                self.at += 1
                continue
            if self.is_cmd("hline"):
                self.at += 1
                continue
            rows[-1].append(self.relation())
            count += 1
            if count > MAX_ITEMS:
                raise TooBig(f"a matrix of more than {MAX_ITEMS} entries")
            if not (self.is_op("\\\\", "&") or self.is_cmd("end")):
                raise Unreadable("an open matrix")
        self.depth -= 1
        self.at += 1
        self.braced_away()
        rows = [row for row in rows if row]
        if not rows or any(len(row) != len(rows[0]) for row in rows):
            raise Unreadable("rows of different lengths")
        matrix: Tree = ("matrix", rows)
        return ("call", "determinant", [matrix]) if name == "vmatrix" else matrix

    def braced_away(self) -> None:
        self.expect("{")
        while not self.is_op("}"):
            if self.peek.kind == "end":
                raise Unreadable("an open brace")
            self.at += 1
        self.at += 1

    def unit(self) -> str:
        """Words that follow one another, in lower case, with the powers and strokes of units."""
        words: list[str] = []
        while True:
            token = self.peek
            if token.kind == "word" or (words and token.text in _UNIT_LETTERS and token.spaced):
                words.append(token.text)
                self.at += 1
            elif words and self.is_op("^") and self.ahead().kind == "num":
                words[-1] += "^" + self.ahead().text
                self.at += 2
            elif words and self.is_op("^") and self.ahead().text == "{" and self.ahead(3).text == "}":
                words[-1] += "^" + self.ahead(2).text
                self.at += 4
            elif words and self.is_op("/", "-") and self.ahead().kind == "word":
                words[-1] += self.peek.text
                self.at += 1
            elif words and self.is_op(".", "'", "!", "?", '"'):
                self.at += 1
            else:
                return " ".join(words).lower()


_WORD_BASES = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}


def _product(factors: list[Tree]) -> Tree:
    return factors[0] if len(factors) == 1 else ("mul", factors)


def _signed(sign: str | None, term: Tree) -> Tree:
    if sign == "-":
        return ("unit", ("neg", term[1]), term[2]) if term[0] == "unit" else ("neg", term)
    if sign in ("pm", "mp"):
        return ("mul", [("pm", 1 if sign == "pm" else -1), term])
    return term


def _is_fraction(tree: Tree) -> bool:
    return tree[0] == "div" and all(side[0] == "num" and side[1].denominator == 1 and side[1] >= 0 for side in tree[1:])


def _is_point(tree: Tree) -> bool:
    return tree[0] == "sym" and len(tree[1]) == 1 and bool(tree[1].isupper())


def _digits_of(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else str(value)


def _shown(tree: Tree) -> str:
    return str(tree[1]) if tree[0] in ("num", "sym") else repr(tree)


def _letters(tree: Tree) -> str:
    return str(tree[1]) if tree[0] in ("sym", "text") else "?"
