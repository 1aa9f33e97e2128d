"""Random expressions and rollouts, made from a stream of choices in which 0 is always the simplest.

A context is a stack of axes on which an expression lies; ``grow`` makes an expression on a context (or on its outer
axes, from which it broadcasts), ``exact`` one on all of its axes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import guerdon as gd
from guerdon.expr.build import lift, number_of, pointwise
from guerdon.expr.score import Score

from . import leaf_zoo as zoo

T = TypeVar("T")


class Choices(Protocol):
    """Where decisions come from: a number from 0 up to and without ``n``."""

    def below(self, n: int) -> int: ...


def pick(choose: Choices, options: Sequence[T]) -> T:
    return options[choose.below(len(options))]


def chance(choose: Choices, one_in: int) -> bool:
    return choose.below(one_in) == one_in - 1


@dataclass
class Context:
    """Axes to grow on: atoms that lie on all of them, keys of groups, and the context outside the innermost axis."""

    name: str
    atoms: list[Callable[[Grower, int], Score]]
    keys: list[Any] = field(default_factory=list)
    outer: Context | None = None


NUMBERS = (1, 0, 2, 0.5, -1, 0.1, 1.5, 3, 0.7, 0.3, -0.0, 1e-200, True, 1e308)
MILD = 9
TEXTS = ("x", "u", "v", "w", "", "long text")
KEYS = (1, 1.0, True, "1", None, [1], [1.0], {"a": 1}, 0)
RECORDS = ({"score": 1}, {"score": None}, {}, [2, 3], 4)
LITERALS = (1.0, 0.0, 2.0, 0.5, -1.0, 3.0, 0.1, -2.5, 1e200)
UNARY = ("neg", "abs", "sign", "floor", "round", "sqrt", "exp", "log", "sigmoid", "log_sigmoid", "tanh", "not")
BINARY = ("mul", "add", "sub", "div", "pow", "min", "max", "lt", "le", "gt", "ge", "eq", "ne", "and", "or")
STATS = (
    "mean", "sum", "std", "min", "max", "median", "prod", "count", "any", "all", "first", "last", "argmax",
    "softmin", "quantile",
)  # fmt: skip


def numbers(choose: Choices, n: int, wild: bool = True) -> list[Any]:
    return [None if chance(choose, 8) else NUMBERS[choose.below(len(NUMBERS) if wild else MILD)] for _ in range(n)]


def rollouts(choose: Choices) -> tuple[dict[str, list[Any]], list[str]]:
    """Columns, and the group of each row."""
    n = 1 + choose.below(13 if chance(choose, 6) else 7)
    lengths = [choose.below(4) for _ in range(n)]
    texts = ["".join(pick(choose, "ab .\n") for _ in range(choose.below(7))) for _ in range(n)]
    inner = [[choose.below(3) for _ in range(length)] for length in lengths]

    def ragged(wild: bool, odd: int) -> list[Any]:
        lists: list[Any] = [numbers(choose, length, wild) for length in lengths]
        for row in range(n):
            if chance(choose, odd):
                lists[row] = None if chance(choose, 2) else numbers(choose, choose.below(4))
        return lists

    nested = [
        None if chance(choose, 25) else [None if chance(choose, 25) else numbers(choose, k) for k in row]
        for row in inner
    ]
    columns = {
        "a": [0.1] * n if chance(choose, 8) else numbers(choose, n),
        "b": [None if chance(choose, 12) else choose.below(2) for _ in range(n)],
        "c": [None if chance(choose, 8) else pick(choose, TEXTS) for _ in range(n)],
        "k": [pick(choose, KEYS) for _ in range(n)],
        "s": ragged(True, 15),
        "z": ragged(False, 25),
        "st": [[None if chance(choose, 8) else pick(choose, TEXTS) for _ in range(length)] for length in lengths],
        "d": nested,
        "g": [numbers(choose, choose.below(4), False) for _ in range(n)],
        "m": [numbers(choose, 4 if choose.below(4) else choose.below(6), False) for _ in range(n)],
        "completion": texts,
        "j": [
            None if chance(choose, 8) else pick(choose, ({"score": 1}, {"score": None}, {}, [2, 3], 4)) for _ in texts
        ],
    }
    groups = [pick(choose, "pqr") for _ in range(n)]
    if chance(choose, 2):
        columns["prompt"] = [[{"role": "user", "content": group}] for group in groups]
    return columns, groups


a, b, c, k = gd.col("a"), gd.col("b"), gd.col("c"), gd.col("k")
s, z, st = gd.col("s", axis="step"), gd.col("z", axis="step"), gd.col("st", axis="step")
d = gd.col("d", axis=("step", "sub"))
g = gd.col("g", axis="gold")


class Grower:
    """Grows one expression; keeps count of the names it gave."""

    def __init__(self, choose: Choices) -> None:
        self.choose = choose
        self.names = 0

    def name(self) -> str:
        self.names += 1
        return f"part{self.names}"

    # --- anywhere

    def grow(self, where: Context, depth: int) -> Score:
        """A score on a context's axes, or on some of its outer ones."""
        choose = self.choose
        if depth <= 0 or choose.below(12) == 0:
            return self.atom(where, depth)
        kind = pick(choose, KINDS)
        return kind(self, where, depth)

    def atom(self, where: Context, depth: int) -> Score:
        choice = self.choose.below(6)
        if choice == 5 and where.outer is not None:
            return self.grow(where.outer, depth - 1)
        if choice == 4:
            return lift(pick(self.choose, LITERALS))
        return pick(self.choose, where.atoms)(self, depth)

    def exact(self, where: Context, depth: int) -> Score:
        """A score on all of a context's axes."""
        x = self.grow(where, depth)
        base = where.atoms[0](self, 0)
        if len(x.axes) == len(base.axes):
            return number_of(x)
        return x + 0 * base if self.choose.below(2) else gd.where(base.isscored(), x, base)

    def operand(self, where: Context, depth: int) -> Any:
        return pick(self.choose, LITERALS) if self.choose.below(3) == 2 else self.grow(where, depth)

    def gate(self, where: Context, depth: int) -> Score:
        """Mostly 0 or 1."""
        choice = self.choose.below(4)
        if choice == 0 or depth <= 0:
            return b > 0 if where.outer is None or self.choose.below(2) else where.atoms[0](self, 0) > 0
        if choice == 1:
            return self.grow(where, depth - 1) > pick(self.choose, LITERALS)
        if choice == 2:
            return self.grow(where, depth - 1) == pick(self.choose, LITERALS)
        return self.grow(where, depth - 1)

    def options(self, where: Context, depth: int) -> dict[str, Any]:
        return {"where": self.gate(where, depth - 1)} if chance(self.choose, 3) else {}

    def statistic(self, x: Score, **options: Any) -> Score:
        stat = pick(self.choose, STATS)
        if stat == "count":
            options.pop("empty", None)
        if stat == "std":
            options["ddof"] = self.choose.below(3)
        if stat in ("softmin", "quantile"):
            at = pick(self.choose, (0.5, 0.25, 1.0) if stat == "softmin" else (0.5, 0.0, 1.0, 0.3))
            return getattr(x, stat)(at, **options)
        return getattr(x, stat)(**options)

    def keys(self, where: Context, depth: int) -> Any:
        """A key on a context's axes, or several."""
        plain: list[Any] = ["prompt", "batch", "rollout", c, k, b]
        if where.outer is None:
            deep: list[Any] = [lambda: self.grow(where, min(depth, 1))]
        else:
            deep = [lambda key=key: key for key in where.keys] + [lambda: where.atoms[0](self, 0).position()]
        choice = self.choose.below(4)
        if where.outer is not None and choice < 3:
            return (pick(self.choose, plain), pick(self.choose, deep)())
        if choice == 3:
            return (pick(self.choose, plain), pick(self.choose, deep)())
        return pick(self.choose, plain)


def unary(self: Grower, where: Context, depth: int) -> Score:
    x = self.grow(where, depth - 1)
    op = pick(self.choose, (*UNARY, "isscored", "clip", "piecewise"))
    if op == "clip":
        return x.clip(self.operand(where, depth - 2), self.operand(where, depth - 2))
    if op == "piecewise":
        return x.piecewise([(-1, 2), (0, 0.5), (2, 2)])
    return pointwise(op, x=x)


def binary(self: Grower, where: Context, depth: int) -> Score:
    op = pick(self.choose, BINARY)
    left: Any = self.gate(where, depth - 1) if op in ("mul", "and", "or") else self.grow(where, depth - 1)
    right: Any = self.operand(where, depth - 1)
    if self.choose.below(2):
        left, right = right, left
    return pointwise(op, a=left, b=right)


def gated(self: Grower, where: Context, depth: int) -> Score:
    x, cond = self.grow(where, depth - 1), self.gate(where, depth - 1)
    choice = self.choose.below(5)
    if choice == 0:
        return x.when(cond, self.operand(where, depth - 2))
    if choice == 1:
        return gd.where(cond, x, self.grow(where, depth - 1))
    if choice == 2:
        return x.only(cond, "unlucky")
    if choice == 3:
        return x.unscored_as(self.operand(where, depth - 1))
    return x * cond


def named(self: Grower, where: Context, depth: int) -> Score:
    x = self.grow(where, depth - 1)
    if chance(self.choose, 4):
        return x.observe(**{self.name(): self.grow(where, depth - 2)})
    return x.named(self.name())


def leaf(self: Grower, where: Context, depth: int) -> Score:
    """A function of what grows here."""
    x = self.grow(where, depth - 1)
    choice = self.choose.below(9)
    if choice == 0:
        return zoo.judged(v=x)
    if choice == 1:
        return zoo.cheap(v=x)
    if choice == 2:
        return zoo.cost(v=x)
    if choice == 3:
        return zoo.judged(v=x, w=self.operand(where, depth - 2))
    if choice == 4:
        return zoo.batched(v=x, w=self.grow(where, depth - 2))
    if choice == 5:
        return self.statistic(zoo.voted(v=self.exact(where, depth - 1)), **self.options(where, depth - 1))
    if choice == 6:
        return zoo.of_text(t=zoo.parse(t=c), scale=2.0)
    if choice == 7:
        return zoo.record(v=x)["score"] + 0
    return gd.where(zoo.record(v=x)["tag"].exists(), x, 0.5)


def scan(self: Grower, where: Context, depth: int) -> Score:
    if where.outer is None:
        return across(self, where, depth)
    x = self.exact(where, depth - 1)
    op = self.choose.below(6)
    if op == 0:
        return x.cumsum()
    if op == 1:
        return x.reverse_cumsum(pick(self.choose, (1.0, 0.5, 0.9)))
    if op == 2:
        return x.suffix_min()
    if op == 3:
        return x.shift(pick(self.choose, (1, 2, -1, 0)), fill=self.operand(where.outer, depth - 2))
    if op == 4:
        return x.diff(first=self.operand(where.outer, depth - 2))
    return x.position(from_end=bool(self.choose.below(2)))


def across(self: Grower, where: Context, depth: int) -> Score:
    """A statistic or a standing over groups, received on this context."""
    choose = self.choose
    base = where if where.outer is not None or not chance(choose, 3) else pick(choose, INNER)
    if chance(choose, 3):
        x = self.exact(base, depth - 1) if base is where else self.grow(where, depth - 1)
        over = None if where.outer is not None and choose.below(2) else self.keys(where, depth - 1)
        options = self.options(where, depth)
        unit = None
        if where.outer is None and isinstance(over, str) and chance(choose, 2):
            unit, x = "prompt", x.mean(over="prompt") if choose.below(4) else x
        kind = choose.below(3)
        if kind == 0:
            ties = pick(choose, ("average", "min", "max", "first"))
            return x.rank(over, ties=ties, pct=bool(choose.below(2)), unit=unit, **options)
        if kind == 1:
            return x.zscore(over, ddof=choose.below(3), eps=pick(choose, (0.0, 1e-6)), unit=unit, **options)
        return x.softmax(over, unit=unit, **options)
    x = self.exact(base, depth - 1)
    options = self.options(base, depth)
    keys = self.keys(where, depth - 1)
    if chance(choose, 3):
        options["empty"] = self.operand(FLAT, depth - 2)
    if chance(choose, 3):
        options["leave_one_out"] = True
    elif base is where and where.outer is None and chance(choose, 2):
        options["unit"] = "prompt"
        x = x.mean(over="prompt") if choose.below(4) else x
    return self.statistic(x, over=keys, **options)


def along(self: Grower, where: Context, depth: int) -> Score:
    """A statistic along an axis that lies inside this context."""
    inside = [context for context in INNER if context.outer is where]
    if not inside or chance(self.choose, 4):
        return stacked(self, where, depth)
    context = pick(self.choose, inside)
    options = self.options(context, depth)
    if chance(self.choose, 3):
        options["empty"] = self.operand(where, depth - 2)
    return self.statistic(self.exact(context, depth - 1), **options)


def stacked(self: Grower, where: Context, depth: int) -> Score:
    """Several scores side by side; reduced along the new axis, or along the one outside it first."""
    parts = [self.operand(where, depth - 1) for _ in range(1 + self.choose.below(3))]
    outer = where.outer is None and chance(self.choose, 3)
    if outer and self.choose.below(2):
        x = self.exact(pick(self.choose, [STEP, OPPONENT, LINE]), depth - 2)
        return self.statistic(self.statistic(zoo.voted(v=x), axis=x.axes[0].name))
    if outer:
        context = pick(self.choose, [STEP, OPPONENT, LINE])
        parts = [self.exact(context, depth - 2), *parts]
        x = self.statistic(gd.stack(*parts, axis="member"), axis=context.name)
        return self.statistic(x)
    parts[0] = self.exact(where, depth - 1)
    return self.statistic(gd.stack(*parts, axis="member"), **self.options(where, depth))


def moved(self: Grower, where: Context, depth: int) -> Score:
    """From one split of the text to another."""
    splits = {"line": zoo.lines, "word": zoo.words, "token": zoo.tokens}
    if where.name not in splits:
        if where.outer is not None or self.choose.below(2):
            return along(self, where, depth)
        return self.statistic(moved(self, pick(self.choose, (LINE, WORD, TOKEN)), depth - 1))
    others = [name for name in splits if name != where.name]
    context = {"line": LINE, "word": WORD, "token": TOKEN}[pick(self.choose, others)]
    here = splits[where.name]
    if self.choose.below(2):
        at = pick(self.choose, ("last", "first", "all", "share"))
        return self.exact(context, depth - 1).onto(here(), at=at)
    return self.statistic(self.exact(context, depth - 1).within(here()))


def remembered(self: Grower, where: Context, depth: int) -> Score:
    """A node with memory."""
    choose = self.choose
    x = self.grow(FLAT, depth - 1)
    options: dict[str, Any] = self.options(FLAT, depth)
    if chance(choose, 4):
        options["name"] = self.name()
    if chance(choose, 4):
        squash = pick(choose, (None, "sigmoid", "tanh"))
        target, momentum, init = self.operand(FLAT, depth - 2), pick(choose, (0.0, 0.5)), pick(choose, (0.0, 0.7))
        return gd.dual(x, target=target, lr=0.5, momentum=momentum, squash=squash, init=init, **options)
    if chance(choose, 3):
        options["by"] = pick(choose, (c, k, b))
    if choose.below(3):
        options["empty"] = self.operand(FLAT, depth - 2)
    options["sees"] = pick(choose, ("before", "after"))
    stat = pick(choose, ("mean", "std", "min", "max", "quantile"))
    if stat == "quantile" or chance(choose, 3):
        options["window"] = 1 + choose.below(2)
    elif stat in ("mean", "std") and chance(choose, 2):
        options["decay"] = 0.9
    if stat == "quantile":
        options["q"] = 0.3
    return gd.running(x, stat, **options)


def duelled(self: Grower, where: Context, depth: int) -> Score:
    """A duel, reduced."""
    x = self.exact(OPPONENT, depth - 1)
    if chance(self.choose, 2):
        try:
            x = x.swap()
        except TypeError:  # a scan inside: the opponents' order has no other side
            return self.statistic(x)
    return self.statistic(x, **self.options(OPPONENT, depth))


def special(self: Grower, where: Context, depth: int) -> Score:
    choice = self.choose.below(6)
    if choice == 0:
        return gd.param("p", 0.5)
    if choice == 1:
        return gd.step()
    if choice == 2:
        return gd.random(pick(self.choose, ("rollout", "prompt")), seed=3)
    if choice == 3:
        return zoo.in_group(v=self.grow(FLAT, depth - 1))
    if choice == 4:
        return zoo.in_batch(v=self.grow(FLAT, depth - 1), c=zoo.parse(t=c) if self.choose.below(2) else c)
    return self.grow(FLAT, depth - 1).as_advantage()


KINDS = (
    binary, gated, unary, leaf, across, along, named, binary, gated, scan, moved, stacked, remembered, duelled, special,
    across, along, leaf,
)  # fmt: skip


def _atoms(*makers: Callable[[], Score]) -> list[Callable[[Grower, int], Score]]:
    return [lambda self, depth, make=make: make() for make in makers]


FLAT = Context(
    "",
    _atoms(
        lambda: a,
        lambda: b,
        lambda: zoo.judged(v=a),
        lambda: zoo.cheap(v=b),
        lambda: zoo.of_text(t=c),
        lambda: c == "u",
        lambda: c != gd.where(b, c, zoo.parse(t=c)),
        lambda: zoo.parse(t=c).isin(["u", "x1.0", "x"]),
        lambda: zoo.parse(t=c).exists(),
        lambda: c.map({"x": 1, "u": 0}, otherwise=2),
        lambda: c.map({"x": 1, "w": 0.5}),
        lambda: zoo.parse(t=c).map({"w": "u"}, otherwise="v") == c,
        lambda: gd.col("j")["score"] + 0,
        lambda: gd.col("j")[0] + 0,
        lambda: zoo.record(v=a)["list"][1] + 0,
        lambda: k == 1,
        lambda: zoo.always(),
        lambda: c == gd.param("word", "u"),
        lambda: (gd.stack(c, zoo.parse(t=c), gd.where(b, c, gd.param("word", "u")), axis="member") == "u").mean(),
    ),
)
STEP = Context(
    "step",
    _atoms(
        lambda: s,
        lambda: z,
        lambda: zoo.judged(v=s),
        lambda: zoo.listed(v=z),
        lambda: zoo.listed(v=s, w=a),
        lambda: zoo.ranked(v=z + 0),
        lambda: zoo.ranked(v=s + 0) + zoo.ranked(v=s * 2),
        lambda: zoo.of_text(t=st),
        lambda: st == c,
        lambda: zoo.matched(s=z, g=g)["own"] + 0,
        lambda: zoo.cheap(v=s),
        lambda: zoo.batched(v=z, w=a),
    ),
    [st, z],
    FLAT,
)
SUB = Context(
    "sub",
    _atoms(lambda: d, lambda: zoo.judged(v=d), lambda: zoo.cheap(v=d), lambda: zoo.inner(v=d, w=s)),
    [d],
    STEP,
)
PARTS = Context("part", _atoms(lambda: zoo.parts(v=z), lambda: zoo.parts(v=z) * s), [], STEP)
WEIGHTS = gd.const([1, 0.5, 0, 2], axis="crit")
MARKS = gd.col("m", axis="crit")
CRIT = Context("crit", _atoms(lambda: MARKS, lambda: WEIGHTS, lambda: MARKS * WEIGHTS), [MARKS], FLAT)
GOLD = Context("gold", _atoms(lambda: g, lambda: zoo.matched(s=z, g=g)["gold"] + 0), [g], FLAT)
EXTRA = Context("extra", _atoms(lambda: zoo.matched(s=z, g=g)["new"] + 0), [], FLAT)
PART = Context("part", _atoms(lambda: zoo.parts(v=a), lambda: zoo.parts(v=a) > 0), [], FLAT)
OPPONENT = Context(
    "opponent",
    [
        lambda self, depth: gd.other(a),
        lambda self, depth: zoo.judged(v=a, w=gd.other(a)),
        lambda self, depth: c == gd.other(c),
        lambda self, depth: number_of(gd.other(self.grow(FLAT, depth - 1))),
    ],
    [],
    FLAT,
)
FEW = Context(
    "opponent",
    [
        lambda self, depth: gd.other(a, opponents=2, seed=1),
        lambda self, depth: zoo.judged(v=gd.other(b, opponents=2, seed=1)),
        lambda self, depth: number_of(gd.other(self.grow(FLAT, depth - 1), opponents=2, seed=1)),
    ],
    [],
    FLAT,
)
LINE = Context(
    "line",
    _atoms(
        lambda: zoo.cheap(v=zoo.lines()),
        lambda: zoo.of_text(t=zoo.lines()),
        lambda: zoo.judged(v=zoo.words().within(zoo.lines())).first(empty=1),
    ),
    [],
    FLAT,
)
WORD = Context("word", _atoms(lambda: zoo.of_text(t=zoo.words()), lambda: zoo.judged(v=zoo.words())), [], FLAT)
TOKEN = Context("token", _atoms(lambda: zoo.cheap(v=zoo.tokens()), lambda: zoo.tokens() == "a"), [], FLAT)
INNER = [STEP, SUB, PARTS, CRIT, OPPONENT, GOLD, EXTRA, PART, FEW, LINE, WORD, TOKEN]


def expression(choose: Choices) -> Score:
    """A random reward: mostly one number per rollout."""
    grower = Grower(choose)
    depth = 1 + choose.below(6)
    context = pick(choose, (FLAT, FLAT, FLAT, STEP, SUB, LINE, OPPONENT))
    root = grower.grow(context, depth)
    return number_of(root)


def duel(choose: Choices) -> Score:
    """A random function of two sides, pair by pair."""
    grower = Grower(choose)
    x = grower.exact(OPPONENT, 0)
    for _ in range(choose.below(4)):
        y = pick(choose, OPPONENT.atoms[:3])(grower, 0) if choose.below(2) else grower.grow(FLAT, 2)
        x = pick(choose, (x - y, y / x, gd.where(x > y, x, y), zoo.judged(v=x, w=y), gd.max(-x, y), x * (y > 0)))
        if chance(choose, 4):
            x = gd.stack(x, y, x + y, axis="member").mean(empty=1)
    return x
