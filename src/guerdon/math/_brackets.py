"""Brackets of every kind: braces, tuples, intervals, sets, absolute values, matrices."""

from __future__ import annotations

from ._cursor import Cursor
from ._limits import MAX_ITEMS, TooBig, Unreadable
from ._trees import Tree

_CLOSING = {"(": ")]", "[": "])", "\\{": ("\\}",), "langle": ("rangle",)}
_FRAMES = frozenset(("align", "aligned", "equation", "gather", "gathered", "split", "displaymath", "math", "center"))


class Brackets(Cursor):
    """Reads what stands in brackets."""

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

    def group(self, opening: str, begun: bool = False) -> Tree:
        r"""( ), [ ], \{ \}, or \langle \rangle: a bracketed expression, or a tuple, interval or set."""
        if not begun:
            self.at += 1
        self.deeper()
        bars, self.bars = self.bars, 0
        closing = _CLOSING[opening]
        items: list[Tree] = []
        found: Tree = ("list", [], "")
        if self.peek.text in closing:
            close = self.peek.text
            self.at += 1
        else:
            such_that = self.such_that() if opening == "\\{" else 0
            self.at += such_that
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
        if opening != "\\{" and len(items) > 1 and found[2]:
            return found  # (8 or -2) is no pair
        if len(items) == 1 and (opening, close) in (("(", ")"), ("[", "]")):
            only = items[0]
            if only[0] not in ("text",) and (opening == "(" or only[0] != "group"):
                return only if only[0] != "num" else ("mul", [only])
            if opening == "(":
                return only
        return ("group", opening, close, items)

    def such_that(self) -> int:
        """How many tokens stand before the condition of {x : x > 3} or {x in R | x > 3}; 0 where it is no such set."""
        if self.peek.kind != "letter":
            return 0
        for by in range(1, 9 if self.ahead().text == "in" else 2):
            if self.ahead(by).text in ("|", ":"):
                return by + 1
        return 0

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
        if name.rstrip("*") in _FRAMES:
            found = self.answer()
            self.expect("end")
            self.braced_away()
            return found
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
