"""Where a parser stands in its tokens, and the words it passes over."""

from __future__ import annotations

from ._limits import MAX_DEPTH, TooBig, Unreadable
from ._tokens import UNIT_LETTERS, Token
from ._trees import Tree

RELATIONS = {"=": "=", "<": "<", ">": ">", "le": "<=", "ge": ">=", "ne": "!=", "in": "in", "notin": "notin",
             "approx": "approx",
             "equiv": "=", "to": "to", "rightarrow": "to", "sim": "approx",
             "\\le": "<=", "\\ge": ">=", "\\ne": "!="}  # fmt: skip
"""Commands and signs of relations."""
SETS = {"cup": "cup", "cap": "cap", "setminus": "minus", "bigcup": "cup"}
"""Commands that join sets."""
_END = Token("end", "", False)


class Cursor:
    """The tokens of an answer and a place among them. The parts of the parser build upon it, one upon the other."""

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
            raise TooBig("brackets too deep")

    def unit(self) -> str:
        """Words that follow one another, in lower case, with the powers and strokes of units."""
        words: list[str] = []
        while True:
            token = self.peek
            if token.kind == "word" or (words and token.text in UNIT_LETTERS and token.spaced):
                words.append(token.text)
                self.at += 1
            elif words and self.is_op("^") and self.ahead().kind == "num":
                words[-1] += "^" + self.ahead().text
                self.at += 2
            elif words and self.is_op("^") and self.ahead().text == "{" and self.ahead(3).text == "}":
                words[-1] += "^" + self.ahead(2).text
                self.at += 4
            elif words and self.is_op("/", "-") and (self.ahead().kind == "word" or self.ahead().text in UNIT_LETTERS):
                words[-1] += self.peek.text + self.ahead().text
                self.at += 2
            elif words and self.is_op(".", "'", "!", "?", '"'):
                self.at += 1
            else:
                return " ".join(words).lower()

    def answer(self) -> Tree:
        """Anything that can be an answer."""
        raise NotImplementedError

    def listed(self, *separators: str) -> Tree:
        """Items and what separates them."""
        raise NotImplementedError

    def relation(self) -> Tree:
        """Sides and the relations between them."""
        raise NotImplementedError

    def sum(self) -> Tree:
        """Terms."""
        raise NotImplementedError

    def term(self) -> Tree:
        """Factors."""
        raise NotImplementedError

    def atom(self) -> Tree:
        """A number, a name, or a bracket."""
        raise NotImplementedError

    def factor(self) -> Tree:
        """An atom with its powers."""
        raise NotImplementedError

    def exponent(self) -> Tree:
        """What a power is raised to."""
        raise NotImplementedError

    def starts_factor(self, token: Token) -> bool:
        """Whether a factor begins with this token."""
        raise NotImplementedError
