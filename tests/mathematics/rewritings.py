"""Other ways to write a gold answer that mean exactly the same, by the kind of the answer."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from . import answers as a
from .equivalents import equivalents
from .golds import Gold
from .spelling import FULL_WIDTH, PLAIN, Style, styles, write

WRAPPERS = (
    "${}$",
    r"\({}\)",
    r"\[{}\]",
    "$${}$$",
    r"\boxed{{{}}}",
    r"$\boxed{{{}}}$",
    r"\[\boxed{{{}}}\]",
    "{}.",
    "${}$.",
    "  {} ",
    "{}\n",
    "{{{}}}",
    r"\displaystyle {}",
    "**{}**",
    "**${}$**",
    r"\,{}\,",
    r"\mathbf{{{}}}",
)
TEXT_WRAPPERS = (
    r"\text{{{}}}",
    r"\textbf{{{}}}",
    r"\mathrm{{{}}}",
    r"\mbox{{{}}}",
    r"\text{{ {} }}",
    r"$\text{{{}}}$",
    r"\boxed{{\text{{{}}}}}",
    r"$\boxed{{\text{{{}}}}}$",
    r"\boxed{{\textbf{{{}}}}}",
    r"\(\text{{{}}}\)",
    r"\textit{{{}}}",
    r"\boxed{{{}}}",
    "{}.",
    " {} ",
    "**{}**",
    "*{}*",
    "{}\n",
    "{{{}}}",
    r"\text{{{}.}}",
)


@dataclass(frozen=True)
class Pair:
    """A gold and something to be compared with it, and by what rule it was made."""

    gold: Gold
    text: str
    rule: str


def rewritings(gold: Gold, most: int = 40) -> list[Pair]:
    """Up to ``most`` distinct rewritings: every single rule first, then rules together, the same each time."""
    found: dict[str, str] = {}
    single = [*_special(gold), *_spelled(gold), *_wrapped(gold)]
    rng = random.Random(f"rewritings {gold.text} {gold.kind}")
    rng.shuffle(single)
    for rule, text in single:
        if text != gold.text:
            found.setdefault(text, rule)
    together = [] if gold.kind in ("text", "choice") else list(_together(gold, rng, most))
    kept = list(found.items())
    room = max(most // 4, most - len(kept))  # rules together have their share where there are many rules
    kept = kept[: most - min(room, len(together))]
    for rule, text in together:
        if len(kept) < most and text != gold.text and text not in found:
            found[text] = rule
            kept.append((text, rule))
    return [Pair(gold, text, rule) for text, rule in kept]


def _scalar(tree: a.Tree) -> bool:
    kinds = a.Number | a.Name | a.Sum | a.Product | a.Negative | a.Ratio | a.Mixed | a.Root | a.Power | a.Call
    return isinstance(tree, kinds)


def _wrapped(gold: Gold) -> Iterator[tuple[str, str]]:
    for wrapper in TEXT_WRAPPERS if gold.kind in ("text", "choice") else WRAPPERS:
        if r"\mathbf" in wrapper and gold.kind not in ("integer", "fraction", "decimal", "radical"):
            continue
        yield f"wrapper {wrapper.strip()}", wrapper.format(write(gold.tree))


def _spelled(gold: Gold) -> Iterator[tuple[str, str]]:
    for name, style in styles():
        yield f"notation {name}", write(gold.tree, style)
    if gold.kind == "base":
        return
    for name, tree in equivalents(gold.tree):
        yield name, write(tree)


def _together(gold: Gold, rng: random.Random, most: int) -> Iterator[tuple[str, str]]:
    """A tree of equal value, in a notation, in a wrapper."""
    trees = [("", gold.tree), *(equivalents(gold.tree) if gold.kind != "base" else [])]
    notations = [("", PLAIN), *styles()]
    for _ in range(4 * most):
        (change, tree), (notation, style) = rng.choice(trees), rng.choice(notations)
        text = write(tree, style)
        wrapper = (
            rng.choice(("{}", *WRAPPERS)) if "√" not in text and "*" not in text else rng.choice(("{}", "{}.", "${}$"))
        )
        if r"\mathbf" in wrapper and gold.kind not in ("integer", "fraction", "decimal", "radical"):
            continue
        rules = [rule for rule in (change, notation and f"notation {notation}", wrapper) if rule and rule != "{}"]
        if len(rules) > 1:
            yield " + ".join(rules), wrapper.format(text)


def _special(gold: Gold) -> Iterator[tuple[str, str]]:
    """What is written for one kind of answer alone."""
    tree, text = gold.tree, write(gold.tree)
    if gold.boxed:
        yield "as boxed", gold.boxed
    if gold.kind not in ("text", "choice", "base", "equation"):
        yield from _named(gold)
    number = tree.of if isinstance(tree, a.Negative) else tree
    if isinstance(number, a.Number) and gold.kind != "base":
        yield from _digits(tree)
    match gold.kind:
        case "degrees":
            for unit in (
                r"^\circ",
                r"^{\circ}",
                "°",
                " degrees",
                r"\text{ degrees}",
                r"^\circ.",
                r"\,^\circ",
                r"\ \text{degrees}",
            ):
                yield "degrees", text + unit
            yield "degrees", rf"${text}^\circ$"
            yield "degrees", rf"\boxed{{{text}^\circ}}"
        case "money":
            cents = f"{float(text):.2f}"
            for said in (
                rf"\${text}",
                f"${text}",
                rf"\$ {text}",
                f"{text} dollars",
                rf"{text}\text{{ dollars}}",
                rf"\${cents}",
            ):
                yield "money", said
            yield "money", rf"\boxed{{\${text}}}"
            yield "money", rf"$\${cents}$"
            yield "money", f"{cents} dollars"
        case "unit":
            yield from _units(text, gold.boxed)
        case "interval":
            yield from _intervals(tree)
        case "several" | "set":
            yield from _listed(tree)
        case "text":
            yield from _words(gold.text)
        case "choice":
            yield from _choices(gold.text.strip("()"))
        case "base" if isinstance(tree, a.Digits):
            for said in (
                "{}_{{({})}}",
                "({})_{{{}}}",
                r"{}_{{\text{{{}}}}}",
                "{} _ {{{}}}",
                "{{{}}}_{{{}}}",
                r"{}\,_{{{}}}",
            ):
                yield "base", said.format(tree.text, tree.base)
            yield "base", f"{tree.text}₅"
    if gold.text == r"\cotx":
        for said in (r"\cot x", r"\cot{x}", r"\cot(x)", "cot(x)", r"\cot\left(x\right)", r"\cot{(x)}", r"\cot\,x"):
            yield "function", said


def _named(gold: Gold) -> Iterator[tuple[str, str]]:
    """``x = 5``: the answer given to a name that it does not hold itself."""
    tree, text = gold.tree, write(gold.tree)
    if gold.kind == "polynomial":
        names: tuple[str, ...] = ("y = {}", "f(x) = {}", "$y={}$", "A={}")
    elif isinstance(tree, a.Tuple):
        letters = ("a", "b", "c", "d")[: len(tree.items)]
        names = ("(" + ",".join(letters) + ")={}", "(" + ", ".join(letters) + ") = {}", "$P = {}$")
    elif isinstance(tree, a.Matrix):
        names = (r"\mathbf{{v}} = {}", "A={}", r"$\mathbf{{A}} = {}$", "M = {}")
    elif isinstance(tree, a.Interval | a.Union):
        names = (r"x \in {}", r"x\in{}", r"$x \in {}$", "x ∈ {}")
    elif isinstance(tree, a.Several) and tree.braces:
        names = (r"x \in {}", "S = {}", "$S={}$")
    else:
        names = ("x = {}", "x={}", "$n = {}$", r"\theta = {}", r"\boxed{{x={}}}", "S={}.")
    for name in names:
        yield "named", name.format(text)


def _digits(tree: a.Tree) -> Iterator[tuple[str, str]]:
    """Thousands, signs, powers of ten and wide digits, for one number."""
    text = write(tree)
    sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text)
    whole, _, places = digits.partition(".")
    tail = f".{places}" if places else ""
    if len(whole) > 3:
        grouped = f"{int(whole):,}"
        for mark in (",", "{,}", r"\,", " ", r",\!", "~", "\u202f", r"{,}\!"):
            yield "thousands", sign + grouped.replace(",", mark) + tail
        yield "thousands", f"${sign}{grouped.replace(',', '{,}')}{tail}$"
        yield "thousands", f"{sign}{grouped}{tail or '.00'}"
    if not sign:
        yield "plus", "+" + digits
        yield "plus", f"$+{digits}$"
    else:
        for minus in ("- ", "−", r"-\,", "-{}", "{-}", "–", "－"):
            yield "minus", minus + digits
        yield "minus", f"({text})"
    yield "brackets", rf"\left({text}\right)"
    yield "brackets", f"({text})"
    yield "wide digits", sign + digits.translate(FULL_WIDTH)
    yield "text", rf"\text{{{text}}}"
    yield "text", rf"\mathrm{{{text}}}"
    if not places:
        yield "point", f"{text}.0"
        yield "point", f"${text}.00$"
    yield "times one", rf"{text} \cdot 1"
    yield "times one", rf"1 \times {digits}" if not sign else rf"-1 \times {digits}"
    significant = digits.replace(".", "").lstrip("0")
    if significant and len(digits) > 1:
        exponent = len(whole.lstrip("0")) - 1 if whole.strip("0") else -(len(places) - len(places.lstrip("0")) + 1)
        stripped = significant.rstrip("0") or significant
        mantissa = stripped[0] + (f".{stripped[1:]}" if len(stripped) > 1 else "")
        for said in (r"{}\times 10^{{{}}}", r"{} \cdot 10^{{{}}}", "{}e{}", "{} × 10^{}", "{}E{}"):
            if said.endswith("^{}") and len(str(exponent)) > 1:
                continue
            yield "power of ten", sign + said.format(mantissa, exponent)


def _units(text: str, boxed: str) -> Iterator[tuple[str, str]]:
    if "inches" in boxed:
        units = (
            r"\text{ inches}^2",
            r"\text{ in}^2",
            " square inches",
            r"\text{ square inches}",
            r"\text{ sq in}",
            " in^2",
            r"\ \mathrm{in}^2",
        )
    elif "cm" in boxed:
        units = (
            r"\text{ cm}^2",
            r"\text{ cm}^{2}",
            " square centimeters",
            r"\text{ square cm}",
            " cm^2",
            r"\ \mathrm{cm}^2",
            " cm²",
            r"\,\text{cm}^2",
        )
    else:
        units = (
            r"\text{ cents}",
            " cents",
            r"\mbox{ cents}",
            r"\text{ cents}.",
            r"\ \text{cents}",
            r"\,\mathrm{cents}",
        )
    for unit in units:
        yield "unit", text + unit
        yield "unit", f"${text}{unit.rstrip('.')}$"


def _intervals(tree: a.Tree) -> Iterator[tuple[str, str]]:
    parts = tree.parts if isinstance(tree, a.Union) else (tree,)
    for style, below, at_most, joint in (
        (PLAIN, "<", r"\le ", r" \text{ or } "),
        (replace(PLAIN, gap=" "), " < ", r" \leq ", r"\text{ or }"),
        (replace(PLAIN, ratio="slash", pi="π"), " < ", " <= ", " or "),
        (PLAIN, r" \lt ", r" \leqslant ", r"\ \text{or}\ "),
    ):
        said = [_between(part, style, below, at_most) for part in parts if isinstance(part, a.Interval)]
        yield "inequality", joint.join(said)
    if len(parts) == 1:
        assert isinstance(tree, a.Interval)
        low, high = write(tree.low), write(tree.high)
        if tree.low != a.Negative(a.Name("oo")) and tree.high != a.Name("oo"):
            more, least = ((">" if ends else r"\ge ") for ends in (tree.open_high, tree.open_low))
            yield "inequality", f"{high}{more}x{least}{low}"
    set_of = _between(parts[0], PLAIN, "<", r"\le ") if isinstance(parts[0], a.Interval) and len(parts) == 1 else ""
    for bar in (":", r"\mid") if set_of else ():
        yield "set of all", rf"\{{x {bar} {set_of}\}}"


def _between(part: a.Interval, style: Style, below: str, at_most: str) -> str:
    low, high = write(part.low, style), write(part.high, style)
    if part.low == a.Negative(a.Name("oo")):
        return f"x{below if part.open_high else at_most}{high}"
    if part.high == a.Name("oo"):
        flipped = (
            below.replace("<", ">").replace(r"\lt", r"\gt")
            if part.open_low
            else at_most.replace(r"\le", r"\ge").replace("<=", ">=")
        )
        return f"x{flipped}{low}"
    return f"{low}{below if part.open_low else at_most}x{below if part.open_high else at_most}{high}"


def _listed(tree: a.Tree) -> Iterator[tuple[str, str]]:
    """Several answers joined in words."""
    from .equivalents import two

    items: list[a.Tree] = []
    for item in tree.items if isinstance(tree, a.Several) else (tree,):
        items += two(item) if isinstance(item, a.PlusMinus) else (item,)
    said = [write(item) for item in items]
    *first, last = said
    head = ", ".join(first)
    yield "listed", f"{head} and {last}"
    yield "listed", f"{head} or {last}"
    yield "listed", rf"{head} \text{{ and }} {last}"
    yield "listed", rf"{head} \text{{ or }} {last}"
    yield "listed", "; ".join(said)
    yield "listed", " and ".join(f"${one}$" for one in said)
    yield "listed", ", ".join(f"${one}$" for one in reversed(said))
    yield "listed", ", ".join(f"x={one}" for one in said)
    yield "listed", r" \text{ or } ".join(f"x = {one}" for one in said)
    yield "listed", ",".join(rf"\boxed{{{one}}}" for one in said)
    yield "listed", r"\{" + ", ".join(reversed(said)) + r"\}"
    yield "listed", r"\left\{" + ",".join(said) + r"\right\}"
    yield "listed", r"x \in \{" + ", ".join(said) + r"\}"
    yield "listed", f"{head}, and {last}"


def _words(text: str) -> Iterator[tuple[str, str]]:
    for said in (
        text.lower(),
        text.upper(),
        text.capitalize(),
        f'"{text}"',
        f"'{text}'",
        f"``{text}''",
        f"“{text}”",
        f"{text}!",
    ):
        yield "case and quotes", said
    for said in (text.upper(), text.lower(), text.capitalize()):
        for wrapper in (r"\text{{{}}}", r"\boxed{{\text{{{}}}}}", "{}.", "**{}**"):
            yield "case and quotes", wrapper.format(said)
    if text == "ellipse":
        for said in ("an ellipse", "the ellipse", r"\text{an ellipse}", "An ellipse.", r"\boxed{\text{an ellipse}}"):
            yield "article", said


def _choices(letter: str) -> Iterator[tuple[str, str]]:
    forms = (
        "{}",
        "{}.",
        "({}).",
        "{})",
        "[{}]",
        r"\text{{({})}}",
        r"\text{{{}}}",
        r"\textbf{{({})}}",
        r"\textbf{{{}}}",
        r"\mathrm{{({})}}",
    )
    more = (
        r"\boxed{{{}}}",
        r"\boxed{{({})}}",
        r"\boxed{{\text{{({})}}}}",
        r"\boxed{{\textbf{{({})}}}}",
        "**{}**",
        "**({})**",
        "${}$",
        "$({})$",
    )
    said = (
        "Option {}",
        "option ({})",
        "Choice {}",
        "({}) ",
        r"\text{{Option {}}}",
        r"\left({}\right)",
        r"\textbf{{({}) }}",
    )
    for form in (*forms, *more, *said):
        yield "choice", form.format(letter)
    for form in ("{}", "({})", r"\text{{({})}}", r"\text{{{}}}"):
        yield "choice", form.format(letter.lower())
