"""A reward as a sum: what each component adds at the root, its gates and weights included."""

from __future__ import annotations

from dataclasses import dataclass

from .build import number_of
from .node import Expr, topological
from .score import Score, where

REST = "rest"


@dataclass(frozen=True)
class Term:
    """One addend of the root: the component it stands for, its constant weight, and the whole addend."""

    name: str
    weight: float
    value: Score
    linear: bool = True


def _components(node: Expr) -> list[str]:
    names: list[str] = []
    for n in topological(node):
        if n.op == "named" and n.param("name") not in names:
            names.append(n.param("name"))
    return names


def _bare(node: Expr) -> Expr:
    while node.op in ("observe", "advantage"):
        node = node.children[0]
    return node


def terms(root: Score) -> list[Term]:
    """The additive terms of a root, in order; they sum to it, but for rounding.

    Sums are taken apart, through constant weights and gates: ``tidy * (0.8 * right + 0.2 * helpful)`` has the terms
    ``right`` (``tidy * 0.8 * right``) and ``helpful``; the gate adds nothing of its own. What mixes several components
    in another way is one term, named after the last of them, and not ``linear``; what holds none is ``rest``. Terms of
    one component are added up.

    >>> import guerdon as gd
    >>> tidy, right = gd.col("t").named("tidy"), gd.col("r").named("right")
    >>> [(t.name, t.weight) for t in terms(tidy * (0.8 * right + 0.2))]
    [('right', 0.8), ('rest', 0.2)]
    """
    found: dict[str, Term] = {}
    top = _bare(root)
    if top.op == "named":
        top = _bare(top.children[0]) if len(_components(top)) > 1 else top
    for term in _terms(top):
        old = found.get(term.name)
        if old is not None:
            same = old.weight if old.weight == term.weight else 1.0
            term = Term(term.name, same, old.value + term.value, old.linear and term.linear)
        found[term.name] = term
    return list(found.values())


def _terms(node: Expr) -> list[Term]:
    """Iterative over the spine of sums, recursive through gates only."""
    out: list[Term] = []
    stack: list[tuple[Expr, float]] = [(node, 1.0)]
    while stack:
        current, sign = stack.pop()
        current = _bare(current)
        if current.op == "add":
            a, b = current.children
            stack += [(b, sign), (a, sign)]
        elif current.op == "sub":
            a, b = current.children
            stack += [(b, -sign), (a, sign)]
        elif current.op == "neg":
            stack.append((current.children[0], -sign))
        else:
            out += [_scaled(term, sign) for term in _product(current)]
    return out


def _scaled(term: Term, factor: float) -> Term:
    if factor == 1.0:
        return term
    return Term(term.name, term.weight * factor, term.value * factor if factor != -1.0 else -term.value, term.linear)


def _product(node: Expr) -> list[Term]:
    """Iterative over factors, recursive where a sum lies between them."""
    gates: list[Expr] = []
    while node.op == "mul":
        a, b = node.children
        gate, inner = (a, b) if a.op == "lit" else (b, a) if b.op == "lit" else gate_of(a, b)
        if gate.op != "lit" and (inner.op == "named" or not _components(inner)):
            name = _name(inner) if _components(inner) else _name(gate)
            return _behind(gates, [Term(name, 1.0, number_of(node))])
        gates.append(gate)
        node = _bare(inner)
    if gates:
        return _behind(gates, _terms(node))
    if node.op == "div" and node.children[1].op == "lit":
        over = number_of(node.children[1])
        weight = 1.0 / (over.param("value") or 1.0)
        return [Term(t.name, t.weight * weight, t.value / over, t.linear) for t in _terms(node.children[0])]
    if node.op == "where":
        cond, a, b = node.children
        taken = [Term(t.name, t.weight, where(number_of(cond), t.value, 0.0), t.linear) for t in _terms(a)]
        other = [Term(t.name, t.weight, where(number_of(cond), 0.0, t.value), t.linear) for t in _terms(b)]
        return [t for t in (*taken, *other) if not (t.name == REST and _zero(t.value))]
    if node.op == "named":
        return [Term(node.param("name"), 1.0, number_of(node))]
    if node.op == "lit":
        return [Term(REST, node.param("value"), number_of(node))]
    names = _components(node)
    return [Term(names[-1] if names else REST, 1.0, number_of(node), linear=len(names) == 0)]


def _behind(gates: list[Expr], found: list[Term]) -> list[Term]:
    """Terms as they are behind factors, the first of which is the outermost."""
    for gate in reversed(gates):
        if gate.op == "lit":
            found = [_scaled(term, gate.param("value")) for term in found]
        else:
            found = [Term(t.name, t.weight, number_of(gate) * t.value, t.linear) for t in found]
    return found


def _zero(x: Expr) -> bool:
    return x.op == "where" and all(child.op == "lit" and child.param("value") == 0.0 for child in x.children[1:])


def gate_of(a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """Which of two factors opens the way for the other: the one without components, or the one that is no sum."""
    if not _components(a):
        return a, b
    if not _components(b):
        return b, a
    return (b, a) if a.op in ("add", "sub") and b.op not in ("add", "sub") else (a, b)


def _name(node: Expr) -> str:
    names = _components(node)
    if node.op == "named":
        return str(node.param("name"))
    return names[-1] if names else REST
