r"""Tokens into a tree: one pass, each token looked at a fixed number of times, depth bounded.

A tree is a tuple whose first entry is its kind:

``("num", Fraction)``, ``("sym", name)``, ``("add", [terms])``, ``("mul", [factors])``, ``("div", a, b)``,
``("neg", a)``, ``("pow", a, b)``, ``("root", degree, a)``, ``("call", name, [arguments])``,
``("pm", sign)`` (a factor 1 or -1),
``("percent", a)``, ``("unit", a, text)``, ``("base", digits, base)``, ``("ratio", [parts], may_be_time, spoken)``,
``("text", words)``, ``("list", [items], word)`` (joined by "and", "or", or no word), ``("both", [relations])``,
``("group", open, close, [items])``, ``("matrix", rows)``, ``("sets", operators, [sets])``,
``("relation", operators, [sides])``.
"""

from __future__ import annotations

from ._cursor import RELATIONS, SETS
from ._limits import MAX_ITEMS, TooBig, Unreadable
from ._sums import Sums
from ._tokens import Token, tokenize
from ._trees import Tree


def parse(text: str, thousands: bool = True) -> Tree:
    """The tree of an answer. Unreadable where it is no expression, TooBig where it is too long or too deep."""
    tokens = tokenize(text, thousands)
    tokens = _turned(tokens)
    for marks in (("\\quad", "\\\\"), (".", ",", ";", ":"), ("\\quad", "\\\\")):
        if tokens and tokens[-1].text in marks and tokens[-1].kind == "op":
            tokens.pop()
    start = 0
    while start < len(tokens) and tokens[start].text in ("\\quad", ":", "=", "both"):
        start += 1
    if start == len(tokens):
        raise Unreadable("no answer")
    reader = _Parser(tokens[start:])
    tree = reader.answer()
    if reader.at != len(reader.tokens):
        raise Unreadable(f"{reader.peek.text!r} where nothing more should stand")
    return tree


def _turned(tokens: list[Token]) -> list[Token]:
    """Intervals as they are written in French, ]a, b[, with the round brackets they stand for."""
    places = [place for place, token in enumerate(tokens) if token.kind == "op" and token.text in ("[", "]", "(", ")")]
    roles = [(place, tokens[place].text, number % 2 == 0) for number, place in enumerate(places)]
    # The first bracket or the last shows it; [[1, 0], [0, 1]] is no interval.
    if not roles or not (roles[0][1] == "]" or roles[-1][1] == "["):
        return tokens
    if len(places) % 2 or any(text == ("(" if not opens else ")") for _, text, opens in roles):
        return tokens
    turned = list(tokens)
    for place, text, opens in roles:
        if opens and text == "]":
            turned[place] = tokens[place]._replace(text="(")
        elif not opens and text == "[":
            turned[place] = tokens[place]._replace(text=")")
    return turned


class _Parser(Sums):
    """Reads lists, relations and sets, and by what it builds upon everything else."""

    def answer(self) -> Tree:
        groups = [self.listed(",")]
        while self.is_op(";"):
            self.at += 1
            groups.append(self.listed(","))
        if len(groups) == 1:
            return groups[0]
        # p=5,q=2;p=7,q=2 are two solutions of two values each.
        if all(group[0] == "list" for group in groups):
            return ("list", [("group", "(", ")", group[1]) for group in groups], "")
        return ("list", [item for group in groups for item in (group[1] if group[0] == "list" else [group])], "")

    def listed(self, *separators: str) -> Tree:
        items = [self.relation()]
        every, word = True, ""
        while True:
            begun = self.at
            if not self.separator(separators):
                break
            between = [token.text for token in self.tokens[begun : self.at]]
            every = every and all(text == "and" for text in between)
            word = "or" if "or" in (word, *between) else "and" if "and" in (word, *between) else ""
            items.append(self.relation())
            if len(items) > MAX_ITEMS:
                raise TooBig(f"more than {MAX_ITEMS} items")
        if len(items) == 1:
            return items[0]
        # Two conditions joined by "and" hold together; two values joined by it are both answers.
        return ("both", items) if every and all(item[0] == "relation" for item in items) else ("list", items, word)

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
        while (self.peek.kind == "cmd" and self.peek.text in SETS) or self.is_union():
            operators.append(SETS.get(self.peek.text, "cup"))
            self.at += 1
            sets.append(self.ratio())
            if len(sets) > MAX_ITEMS:
                raise TooBig("a union of too many sets")
        return ("sets", operators, sets) if operators else sets[0]

    def ratio(self) -> Tree:
        parts = [self.sum()]
        time, spoken = True, False
        while self.is_op(":", "to") or (self.is_cmd("to") and self.ahead().kind == "num"):
            spoken = spoken or self.peek.text == "to"
            self.at += 1
            minutes = self.peek
            # Two digits behind the colon may be minutes: 3:30.
            time = time and minutes.kind == "num" and len(minutes.text) == 2 and not minutes.spaced
            parts.append(self.sum())
            if len(parts) > MAX_ITEMS:
                raise TooBig("a ratio of too many parts")
        return ("ratio", parts, time, spoken) if len(parts) > 1 else parts[0]
