"""Random answers as trees, for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from . import answers as a

INTEGERS = st.integers(0, 40).map(lambda n: a.Number(str(n))) | st.integers(41, 10**6).map(lambda n: a.Number(str(n)))
DECIMALS = st.builds(lambda n, p: a.Number(f"{n}.{p:02d}"), st.integers(0, 999), st.integers(0, 99))
NUMBERS = INTEGERS | DECIMALS
LETTERS = st.sampled_from([a.Name(letter) for letter in "xyn"])
ROOTS = st.integers(2, 60).map(lambda n: a.Root(a.Number(str(n))))


def grown(leaves: st.SearchStrategy[a.Tree], *, roots: bool = False) -> st.SearchStrategy[a.Tree]:
    """Sums, products, quotients and powers of such leaves."""

    def more(inside: st.SearchStrategy[a.Tree]) -> st.SearchStrategy[a.Tree]:
        few = st.lists(inside, min_size=2, max_size=3).map(tuple)
        shapes = [
            few.map(a.Sum),
            few.map(a.Product),
            inside.filter(lambda tree: not isinstance(tree, a.Negative)).map(a.Negative),
            st.builds(a.Ratio, inside, inside),
            st.builds(a.Power, inside, st.integers(2, 4)),
        ]
        if roots:
            shapes.append(inside.map(a.Root))
        return st.one_of(shapes)

    return st.recursive(leaves, more, max_leaves=6)


RATIONALS = grown(NUMBERS)
POLYNOMIALS = grown(INTEGERS | LETTERS | LETTERS)
RADICALS = grown(INTEGERS | ROOTS | st.sampled_from([a.Name("pi"), a.Name("i")]))
NESTED = grown(INTEGERS | ROOTS, roots=True)
LETTERED_ROOTS = grown(INTEGERS | LETTERS, roots=True)


def shuffled(tree: a.Tree) -> a.Tree:
    """The same with every sum and product turned round."""
    match tree:
        case a.Sum(terms):
            return a.Sum(tuple(map(shuffled, terms[::-1])))
        case a.Product(factors):
            return a.Product(tuple(map(shuffled, factors[::-1])))
        case a.Negative(inside):
            return a.Negative(shuffled(inside))
        case a.Ratio(top, bottom):
            return a.Ratio(shuffled(top), shuffled(bottom))
        case a.Power(base, exponent):
            return a.Power(shuffled(base), exponent)
        case a.Root(inside):
            return a.Root(shuffled(inside))
    return tree


def distributed(tree: a.Tree) -> a.Tree:
    """The same with every product over a sum, and every square of one, multiplied out."""
    match tree:
        case a.Power(base, 2):
            return distributed(a.Product((base, base)))
        case a.Product((first, *rest)) if rest:
            left, right = distributed(first), distributed(rest[0] if len(rest) == 1 else a.Product(tuple(rest)))
            terms = [a.Product((x, y)) for x in _terms(left) for y in _terms(right)]
            return terms[0] if len(terms) == 1 else a.Sum(tuple(terms))
        case a.Sum(terms):
            return a.Sum(tuple(map(distributed, terms)))
        case a.Negative(inside):
            return a.Product((a.Negative(a.Number("1")), distributed(inside)))
        case a.Ratio(top, bottom):
            return a.Ratio(distributed(top), distributed(bottom))
    return tree


def _terms(tree: a.Tree) -> tuple[a.Tree, ...]:
    return tree.terms if isinstance(tree, a.Sum) else (tree,)


ALPHABET = st.sampled_from(
    [
        *"0123456789+-*/^_=<>|!%'.,;:()[]{}$&~ xyiae",
        r"\frac",
        r"\sqrt",
        r"\pi",
        r"\pm",
        r"\cup",
        r"\infty",
        r"\text{",
        r"\left(",
        r"\right)",
        r"\{",
        r"\}",
        r"\\",
        r"\cdot ",
        r"\times ",
        r"\le ",
        r"\in ",
        r"\sin ",
        r"\log ",
        r"\begin{pmatrix}",
        r"\end{pmatrix}",
        r"^\circ",
        r"\%",
        *(" or ", " and ", "x=", "cm", "∞", "√", "½", "²", "−", "é", "\u200b", "\ud800", "\x00"),
    ]
)
SNIPPETS = st.lists(ALPHABET, max_size=14).map("".join)
